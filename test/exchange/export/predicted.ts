/** Recorded cases, and the events of the runs that predict them. */
import fs from 'node:fs';
import { type Prediction, predict } from '../../../src/exchange/conformance/predict.ts';
import { setupSchema } from '../../../src/exchange/conformance/setup.ts';
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

/** Predicts every case. `eventsOf` gives the events of the engine made last: `makeEngine` is the test's to watch. */
export async function predictions(eventsOf: () => readonly Replayed[]): Promise<Predicted[]> {
  const kind = (await import(TOOLS.href)) as Kind;
  return kind.load(GOLDEN.pathname).map((loaded) => {
    const prediction = predict(setupSchema.parse(JSON.parse(JSON.stringify(kind.setup(loaded)))));
    const events = [...eventsOf()];
    const passes = Object.values(kind.judge(loaded, prediction).levels).every(Boolean);
    return { recorded: readCase(loaded.name), events, passes };
  });
}

const readCase = (name: string): RecordedCase =>
  JSON.parse(fs.readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as RecordedCase;

export const captureOf = (name: string): Uint8Array => fs.readFileSync(new URL(`${name}.pcapng`, GOLDEN));

/** What a predicted run does not know and the recorded one had: hardware addresses, and the options that its servers hand out. */
export function knownOf({ nodes }: RecordedCase): CaptureSettings {
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
  return { macs, ...(beside === undefined ? {} : { beside }) };
}

/** Hardware addresses of everybody who asks, as hexadecimal digits. */
export const chaddrsOf = ({ messages }: RecordedCase): readonly string[] =>
  [...new Set(messages.flatMap(({ chaddr }) => chaddr ?? []))].map((mac) => mac.replaceAll(':', ''));
