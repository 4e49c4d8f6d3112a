/** A DHCP message as its fields, before a program has put them into its own order. [RFC 2131 2, RFC 2132] */

import type { Octets } from './octets.ts';

/** Software whose way of writing messages is known: a row in `clients.ts` or `servers.ts`. */
export type Program =
  | 'dhclient'
  | 'udhcpc'
  | 'dhcpcd'
  | 'networkd'
  | 'generic-client'
  | 'dnsmasq'
  | 'kea'
  | 'isc'
  | 'udhcpd'
  | 'windows'
  | 'generic-server'
  | 'relay';

/** In the order of their numbers, from 1. [RFC 2132 9.6] */
export const MESSAGE_TYPES = [
  'DISCOVER',
  'OFFER',
  'REQUEST',
  'DECLINE',
  'ACK',
  'NAK',
  'RELEASE',
  'INFORM',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** What only servers say. */
const ANSWERS: readonly MessageType[] = ['OFFER', 'ACK', 'NAK'];
export const isAnswer = (type: MessageType): boolean => ANSWERS.includes(type);

/** Addresses are unsigned 32-bit numbers, 0 for none; durations are whole seconds. */
export interface DhcpMessage {
  readonly type: MessageType;
  readonly xid: number;
  readonly secs: number;
  readonly broadcast: boolean;
  readonly hops: number;
  readonly ciaddr: number;
  readonly yiaddr: number;
  readonly siaddr: number;
  readonly giaddr: number;
  readonly chaddr: string;
  /** Kind of hardware address, 1 (Ethernet) if absent. [RFC 1700, Number Hardware Type] */
  readonly htype?: number;

  /** The rest become options, if the sender's table has a place for them; a table may also add its own. */
  readonly requested?: number;
  readonly serverId?: number;
  readonly leaseTime?: number;
  readonly t1?: number;
  readonly t2?: number;
  /** Option 61 in hexadecimal. In an answer: that of the requester, which some servers echo. */
  readonly clientId?: string;
  /** Why not: option 56. */
  readonly text?: string;
  readonly mask?: number;
  readonly router?: number;
  readonly dns?: readonly number[];
  readonly domain?: string;
  readonly hostname?: string;
  /** The requester's option 55, in its messages and in the answers to them; in its messages it may be left to the table. */
  readonly wanted?: readonly number[];
  /** What else a server was set to say, by code, in bytes. */
  readonly further?: Readonly<Record<number, Octets>>;
  /** Option 82 in hexadecimal, between a relay and a server. [RFC 3046] */
  readonly relayInfo?: string;
}
