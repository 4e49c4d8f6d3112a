/** Frames of a capture as far as they do not depend on chance, for comparing a predicted run with a recorded one. */
import { formatIpv4 } from '../../../src/base/ipv4.ts';
import { MESSAGE_TYPES } from '../../../src/exchange/capture/message.ts';
import { dhcpOptions, type ReadPacket, toHex } from '../capture/reader.ts';

/** Lease times within a lease, times that servers shift at random, and the router, which is no part of a recorded set-up. */
const NOT_COMPARED = [3, 51, 58, 59];

const u32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
const macAt = (bytes: Uint8Array, at: number): string => toHex(bytes.subarray(at, at + 6));
/** The second half of a link-local address is drawn. */
const ipAt = (bytes: Uint8Array, at: number): string => {
  const text = formatIpv4(u32(bytes, at));
  return text.startsWith('169.254.') ? '169.254' : text;
};

export interface Line {
  readonly segment: string;
  readonly at: number;
  /** Hardware address of the client that it is about; of echoes and other ARP that of the sender. */
  readonly client: string;
  readonly kind: string;
  readonly text: string;
}

/** What can be compared of a frame: everything but numbers drawn, seconds, and what is computed of these. */
export function lineOf({ bytes, segment, at }: ReadPacket): Line {
  const [dst, src] = [macAt(bytes, 0), macAt(bytes, 6)];
  const head = { segment: segment.replace('segment-', ''), at };
  if (bytes[13] === 6) {
    const [sender, target] = [ipAt(bytes, 28), ipAt(bytes, 38)];
    const kind =
      bytes[21] === 2 ? 'reply' : sender === '0.0.0.0' ? 'probe' : sender === target ? 'announce' : 'request';
    const text = `${src}>${dst} ${sender} asks ${target} at ${macAt(bytes, 32)}, ${bytes.length} bytes`;
    return { ...head, client: src, kind: `arp-${kind}`, text };
  }
  const way = `${src}>${dst} ${ipAt(bytes, 26)}>${ipAt(bytes, 30)} ttl ${bytes[22]} tos ${bytes[15]} df ${bytes[20]}`;
  if (bytes[23] === 1) return { ...head, client: src, kind: `icmp-${bytes[34]}`, text: way };
  const payload = bytes.subarray(42);
  const addresses = [12, 16, 20, 24].map((place) => formatIpv4(u32(payload, place)));
  const options = dhcpOptions(bytes).map(
    ([code, value]) => `${code}${NOT_COMPARED.includes(code) ? '' : `=${value}`}`,
  );
  const type = Number.parseInt(dhcpOptions(bytes).find(([code]) => code === 53)?.[1] ?? '0', 16);
  const fixed = `htype ${payload[1]} hops ${payload[3]} flags ${payload[10]} ${addresses.join(' ')} ports ${bytes[35]}>${bytes[37]}`;
  const isCopy = addresses[0] !== '0.0.0.0' && addresses[3] !== '0.0.0.0';
  const text = `${isCopy ? 'copy ' : ''}${way} ${fixed} ${options.join(' ')}, ${payload.length} bytes`;
  return { ...head, client: macAt(payload, 28), kind: MESSAGE_TYPES[type - 1] ?? 'BOOTP', text };
}

/**
 * What has an order: the messages of each client, its ARP about each address, and echoes and errors from each to each. Of a scripted client
 * the answers alone.
 */
export function sequences(
  lines: readonly Line[],
  clients: readonly string[],
  isScripted: boolean,
): ReadonlyMap<string, readonly Line[]> {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const { client, segment, kind, text } = line;
    if (kind.startsWith('icmp')) {
      const key = `${segment} ${kind} ${client}`;
      found.set(key, [...(found.get(key) ?? []), line]);
      continue;
    }
    const isArp = kind === 'arp-probe' || kind === 'arp-announce';
    if (!clients.includes(client) || (isArp ? segment === 'b' : !/^[A-Z]/.test(kind))) continue;
    // The copies that a relay makes of what it routes overtake the original or not.
    if (text.startsWith('copy ')) continue;
    if (isScripted && !['OFFER', 'ACK', 'NAK'].includes(kind)) continue;
    const key = isArp ? `${client} ${/asks (\S+)/.exec(text)?.[1]}` : client;
    found.set(key, [...(found.get(key) ?? []), line]);
  }
  return found;
}

export interface Parting {
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

type Told = Pick<Line, 'kind' | 'text'>;

/** Where two sequences part, and how many frames were equal until then. */
export function partingOf(
  ours: readonly Told[],
  theirs: readonly Told[],
): { readonly after: number; readonly parting: Parting | undefined } {
  let at = 0;
  while (at < ours.length && at < theirs.length && same(ours[at], theirs[at])) at += 1;
  if (at === ours.length && at === theirs.length) return { after: at, parting: undefined };
  const [a, b] = [ours[at], theirs[at]];
  return {
    after: at,
    parting: { ours: a?.text, theirs: b?.text },
  };
}

const same = (a: Told | undefined, b: Told | undefined): boolean =>
  a?.kind === b?.kind && a?.text === b?.text;

/** ARP questions and answers among our frames that were not recorded, each as often as it is ours alone. */
export function beyond(ours: readonly Line[], theirs: readonly Line[]): string[] {
  const ofArp = (lines: readonly Line[]) =>
    lines.filter(({ kind }) => kind === 'arp-request' || kind === 'arp-reply').map(({ text }) => text);
  const recorded = ofArp(theirs);
  return ofArp(ours).filter((text) => {
    const found = recorded.indexOf(text);
    if (found >= 0) recorded.splice(found, 1);
    return found < 0;
  });
}
