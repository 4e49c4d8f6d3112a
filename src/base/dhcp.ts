/** DHCP messages as the models speak of them: fields of RFC 2131 section 2, with 0 where a field is not set. Bytes are made at export. */
import type { Shapes } from './wire.ts';

export type RequestKind = 'DISCOVER' | 'REQUEST' | 'DECLINE' | 'RELEASE' | 'INFORM' | 'BOOTP';
export type ReplyKind = 'OFFER' | 'ACK' | 'NAK';

/** What a client says. */
export interface DhcpRequest {
  readonly kind: RequestKind;
  /** Name of the client that the answer is for. */
  readonly client: string;
  /** Segment on which a server or relay hears it. */
  readonly segment: string;
  readonly mac: string;
  /** Option 61 in hex; empty when there is none. */
  readonly clientId: string;
  readonly xid: number;
  readonly secs: number;
  /** The broadcast flag. */
  readonly broadcast: boolean;
  /** Destination of the datagram; 0 is the limited broadcast address. */
  readonly to: number;
  readonly ciaddr: number;
  readonly giaddr: number;
  /** Option 50. */
  readonly requested: number;
  /** Option 54. */
  readonly serverId: number;
  /** Option 51 in seconds: the lease time that the client wishes. */
  readonly wish: number;
  /** What is wrong with the message as such; empty for a plain one. */
  readonly oddity: Oddity | '';
}

/** Deviations of a message that programs treat differently. */
export type Oddity = 'reply-opcode' | 'other-hardware' | 'no-cookie' | 'cut-off';

/** What a server says. Lease, T1 and T2 in seconds. */
export interface DhcpReply {
  readonly kind: ReplyKind;
  /** Name of the server. */
  readonly server: string;
  readonly client: string;
  readonly mac: string;
  readonly xid: number;
  readonly secs: number;
  readonly yiaddr: number;
  readonly ciaddr: number;
  readonly giaddr: number;
  readonly serverId: number;
  readonly lease: number;
  readonly t1: number;
  readonly t2: number;
  /** The broadcast flag. */
  readonly broadcast: boolean;
  /** Destination of the datagram; 0 is the limited broadcast address. */
  readonly to: number;
  /** Option 56: why a request was refused. */
  readonly words: string;
}

/** How the fields of a request are written in the log, for events that keep one. */
export const requestShape = {
  kind: 'text',
  client: 'text',
  segment: 'text',
  mac: 'text',
  clientId: 'text',
  xid: 'int',
  secs: 'int',
  broadcast: 'bool',
  to: 'int',
  ciaddr: 'int',
  giaddr: 'int',
  requested: 'int',
  serverId: 'int',
  wish: 'int',
  oddity: 'text',
} as const satisfies Shapes<DhcpRequest & { type: 'x' }>['x'];

/** How the fields of a reply are written in the log. */
export const replyShape = {
  kind: 'text',
  server: 'text',
  client: 'text',
  mac: 'text',
  xid: 'int',
  secs: 'int',
  yiaddr: 'int',
  ciaddr: 'int',
  giaddr: 'int',
  serverId: 'int',
  lease: 'int',
  t1: 'int',
  t2: 'int',
  broadcast: 'bool',
  to: 'int',
  words: 'text',
} as const satisfies Shapes<DhcpReply & { type: 'x' }>['x'];

/** The request within an event that keeps one. */
export function requestIn(event: DhcpRequest): DhcpRequest {
  const { kind, client, segment, mac, clientId, xid, secs, broadcast, to } = event;
  const { ciaddr, giaddr, requested, serverId, wish, oddity } = event;
  return {
    kind,
    client,
    segment,
    mac,
    clientId,
    xid,
    secs,
    broadcast,
    to,
    ciaddr,
    giaddr,
    requested,
    serverId,
    wish,
    oddity,
  };
}

/** What a client wants with a REQUEST (RFC 2131 section 4.3.2, table 4). `bare` names no address at all. */
export type Purpose = 'selecting' | 'rebooting' | 'renewing' | 'rebinding' | 'bare';

export function purposeOf({
  requested,
  serverId,
  ciaddr,
  to,
}: Pick<DhcpRequest, 'requested' | 'serverId' | 'ciaddr' | 'to'>): Purpose {
  if (requested !== 0) return serverId === 0 ? 'rebooting' : 'selecting';
  if (ciaddr === 0) return 'bare';
  return to === 0 ? 'rebinding' : 'renewing';
}

/**
 * The hardware address of a machine for which none is given, made of its name, so that it stays the same whoever else is there (assumed):
 * locally administered, because the 22 bits that vCenter gives out (facts/dhcp.md 12.1) would often be shared among thousands of names.
 */
export function macOf(name: string): string {
  const [high, low] = [fnv1a(name, 0x811c_9dc5), fnv1a([...name].reverse().join(''), 0x9747_b28c)];
  const bytes = [((high >>> 24) & 0xfc) | 0x02, high >>> 16, high >>> 8, low >>> 24, low >>> 16, low >>> 8];
  return bytes.map((byte) => (byte & 255).toString(16).padStart(2, '0')).join(':');
}

/** FNV-1a over UTF-16 code units, with its bits mixed once more: names that differ in their last digit differ everywhere. */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9_f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Link-local addresses, 169.254.0.0/16 (RFC 3927). */
export const isLinkLocal = (address: number): boolean => address >>> 16 === 0xa9fe;
