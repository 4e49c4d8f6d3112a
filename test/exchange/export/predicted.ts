/** Recorded cases, and the events of the runs that predict them. */
import fs from 'node:fs';
import { type Prediction, predict } from '../../../src/exchange/conformance/predict.ts';
import { setupSchema } from '../../../src/exchange/conformance/setup.ts';
import type { Said } from '../../../src/exchange/export/dhcp-frame.ts';
import type { CaptureSettings } from '../../../src/exchange/export/frames.ts';
import type { Replayed } from '../../../src/kernel/engine.ts';
import { ip } from '../capture/made.ts';
import { GOLDEN } from '../capture/recording.ts';

const TOOLS = new URL('../../golden/tools/kinds/dhcp.mjs', import.meta.url);

/** As the recorder wrote it: only what is looked at. */
export interface RecordedMessage {
  readonly n: number;
  readonly t: number;
  readonly from: string;
  readonly kind: 'dhcp' | 'arp' | 'icmp';
  readonly type: string;
  readonly chaddr?: string;
  readonly client_id?: string;
  readonly target_ip?: string;
}

export interface RecordedCase {
  readonly case: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly role: string;
    readonly mac?: string;
    readonly macs?: Readonly<Record<string, string>>;
    readonly config?: unknown;
  }[];
  readonly messages: readonly RecordedMessage[];
  readonly stimuli?: readonly { readonly sent?: Sent }[];
}

/** What a script sent, as its set-up tells it. */
interface Sent {
  readonly mac: string;
  readonly xid: number;
  readonly hops?: number;
  readonly htype?: number;
  readonly client_id?: string;
  readonly hostname?: string;
  readonly prl?: readonly number[];
}

/** A recorded case, and how a run predicts it. */
export interface Predictable {
  readonly recorded: RecordedCase;
  predict(seed: string): Predicted;
}

export interface Predicted {
  readonly recorded: RecordedCase;
  readonly events: readonly Replayed[];
  readonly passes: boolean;
}

interface Kind {
  load(folder: string): { readonly name: string }[];
  setup(loaded: object): unknown;
  judge(loaded: object, prediction: Prediction): { readonly levels: Readonly<Record<string, boolean>> };
}

/** Every case. `eventsOf` gives the events of the engine made last: `makeEngine` is the test's to watch. */
export async function predictables(eventsOf: () => readonly Replayed[]): Promise<Predictable[]> {
  const kind = (await import(TOOLS.href)) as Kind;
  return kind.load(GOLDEN.pathname).map((loaded) => {
    const setup = setupSchema.parse(JSON.parse(JSON.stringify(kind.setup(loaded))));
    const recorded = readCase(loaded.name);
    return {
      recorded,
      predict(seed) {
        const prediction = predict(setup, seed);
        const passes = Object.values(kind.judge(loaded, prediction).levels).every(Boolean);
        return { recorded, events: [...eventsOf()], passes };
      },
    };
  });
}

const readCase = (name: string): RecordedCase =>
  JSON.parse(fs.readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as RecordedCase;

export const captureOf = (name: string): Uint8Array => fs.readFileSync(new URL(`${name}.pcapng`, GOLDEN));

/**
 * What a predicted run does not know: hardware addresses, the options that its servers hand out, identifiers that clients make of the id
 * of their machine, and what a script says besides what it asks for.
 */
export function knownOf({ nodes, messages, stimuli = [] }: RecordedCase): CaptureSettings {
  const macs = new Map<string, string>();
  let beside: CaptureSettings['beside'];
  for (const { name, role, mac, macs: interfaces, config } of nodes) {
    if (mac !== undefined) macs.set(role === 'server' ? `dhcp/${name}` : `machine/${name}`, mac);
    for (const [segment, end] of [
      ['a', 'eth0'],
      ['b', 'eth1'],
    ] as const)
      if (interfaces?.[end] !== undefined) macs.set(`relay/${name}@${segment}`, interfaces[end]);
    // One plan of names in all recordings; some servers were told it, others were not.
    const dns = /(?:dns-server|domain-name-servers)\D*([\d.]+)/.exec(JSON.stringify(config ?? ''))?.[1];
    if (dns !== undefined) beside = { dns: [ip(dns)], domain: 'lab.example' };
  }
  const identifiers = new Map(
    messages.flatMap(({ from, client_id }) => (client_id?.startsWith(DUID) ? [[from, client_id]] : [])),
  );
  const scripts = new Map(
    stimuli.flatMap(({ sent }) => (sent === undefined ? [] : [[sent.xid, saidIn(sent)]])),
  );
  const said = (client: string, xid: number): Said => {
    const clientId = identifiers.get(client);
    return clientId === undefined ? (scripts.get(xid) ?? {}) : { clientId };
  };
  return { macs, said, ...(beside === undefined ? {} : { beside }) };
}

/** How an identifier begins that says what it is made of. [RFC 4361 6.1] */
const DUID = 'ff';

/** An empty list of wishes is not sent. */
function saidIn({ hops, htype, client_id: clientId, hostname, prl = [] }: Sent): Said {
  const wanted = prl.length === 0 ? undefined : prl;
  return Object.fromEntries(
    Object.entries({ hops, htype, clientId, hostname, wanted }).filter(([, value]) => value !== undefined),
  );
}

/** Hardware addresses of everybody who asks, as hexadecimal digits. */
export const chaddrsOf = ({ messages }: RecordedCase): readonly string[] =>
  [...new Set(messages.flatMap(({ chaddr }) => chaddr ?? []))].map((mac) => mac.replaceAll(':', ''));
