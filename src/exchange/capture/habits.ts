/**
 * What sets the messages of one program apart from those of another: the columns of the tables in
 * `clients.ts` and `servers.ts`. A new program is a new table.
 */
import type { DhcpFrame } from './described.ts';
import type { MessageType } from './message.ts';
import type { Source } from './options.ts';

/** How a datagram leaves the sender. */
export interface Way {
  readonly ttl: number;
  readonly tos: number;
  /** The don't-fragment bit. */
  readonly df: boolean;
  /** Identification: always 0, or any number. */
  readonly ident: 'zero' | 'any';
  /** Without it, the UDP checksum is 0: not computed. [RFC 768] */
  readonly checksum: boolean;
}

/** When a program hands its datagram to the kernel, rather than writing the whole frame itself. */
export type Situation = keyof typeof SITUATIONS;

const BROADCAST = 0xffff_ffff;

export const SITUATIONS = {
  always: () => true,
  'to one host': ({ dstIp }: DhcpFrame) => dstIp !== BROADCAST,
  'between relay and server': ({ fromPort, toPort }: DhcpFrame) => fromPort === 67 && toPort === 67,
  'to an address in use': ({ dstIp, message }: DhcpFrame) => dstIp !== BROADCAST && message.ciaddr !== 0,
  /** By the mask that the answer hands out. */
  'to another subnet': ({ srcIp, dstIp, message: { mask = 0 } }: DhcpFrame) =>
    dstIp !== BROADCAST && ((srcIp ^ dstIp) & mask) !== 0,
} as const satisfies Record<string, (frame: DhcpFrame) => boolean>;

export interface Habits {
  /** As the program writes frames itself, past the kernel. */
  readonly raw: Way;
  /** As the kernel writes them for it, and when it does. */
  readonly socket: Way;
  readonly socketWhen: readonly Situation[];
  /** Least bytes of UDP payload, filled up with zeros after the end option. */
  readonly least: number;
  /** Values that the program makes up itself, by option; they replace the common ones. */
  readonly values?: Readonly<Record<number, Source>>;
  /** Options in order; each is sent if it has a value. Option 82, where there is one, comes last. [RFC 3046 2.1] */
  readonly options: Partial<Readonly<Record<MessageType, readonly number[]>>>;
  /** These only if the requester asked for them, or asked for nothing. */
  readonly onlyIfWanted?: readonly number[];
  /** Where those stand: in the order of the table, or behind the others in the order of the requester. */
  readonly wantedOrder?: 'requester';
}

/** An ordinary UDP socket on Linux, sending to one host. [golden/dhcp: dhclient, udhcpc, dhcpcd, ISC, Kea; all senders] */
export const SOCKET: Way = { ttl: 64, tos: 0, df: true, ident: 'any', checksum: true };

/** The old least size of a BOOTP message. [RFC 951 3, RFC 1542 2.1] */
export const BOOTP_LEAST = 300;
export const NO_LEAST = 0;
