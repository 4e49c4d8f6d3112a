/**
 * How DHCP servers and relays write theirs. Measured: facts/dhcp.md 1.2 and every recording in golden/dhcp,
 * unless a line says `assumed`.
 */
import { BOOTP_LEAST, type Habits, NO_LEAST, SOCKET, type Way } from './habits.ts';
import { text, u32 } from './octets.ts';
import { COMMON, type Source } from './options.ts';

/** ISC and Kea build frames with the same old header values; so does dhcrelay towards its clients. */
const RAW: Way = { ttl: 128, tos: 0x10, df: false, ident: 'zero', checksum: true };

/** The broadcast address of the subnet that an address is handed out of, or lives in. */
const broadcastAddress: Source = ({ mask, yiaddr, ciaddr }) =>
  mask === undefined ? undefined : u32((yiaddr !== 0 ? yiaddr : ciaddr) | ~mask);

/** A part of the lease time in whole seconds, unless the message says how long. */
const partOf = (leaseTime: number | undefined, eighths: number) =>
  leaseTime === undefined ? undefined : u32(Math.floor((leaseTime * eighths) / 8));

/** The mask only with an address: an INFORM is answered without. */
const maskOfLease: Source = (message) => (message.leaseTime === undefined ? undefined : COMMON[1]?.(message));

/** dnsmasq 2.90. Configured options come last set first: a configuration that names router, dns, domain is assumed, as recorded. */
const dnsmasqAnswer = [53, 54, 51, 58, 59, 1, 28, 12, 15, 6, 3];
const DNSMASQ: Way = { ttl: 64, tos: 0xc0, df: false, ident: 'any', checksum: true };
const dnsmasq: Habits = {
  raw: DNSMASQ,
  socket: DNSMASQ,
  socketWhen: ['always'],
  least: BOOTP_LEAST,
  values: {
    28: broadcastAddress,
    58: (message) => COMMON[58]?.(message) ?? partOf(message.leaseTime, 4),
    59: (message) => COMMON[59]?.(message) ?? partOf(message.leaseTime, 7),
  },
  options: { OFFER: dnsmasqAnswer, ACK: dnsmasqAnswer, NAK: [53, 54, 56] },
  onlyIfWanted: [3, 6, 12, 15],
};

/**
 * Kea 2.2.0. After the type, options in the order of their codes. Raw sockets, its default; for answers that leave
 * the subnet it was recorded with `dhcp-socket-type: udp`, as its manual asks for behind relays.
 */
const keaAnswer = [53, 1, 3, 6, 12, 15, 51, 54, 58, 59, 61];
const kea: Habits = {
  raw: { ...RAW, df: true },
  socket: SOCKET,
  socketWhen: ['between relay and server', 'to another subnet'],
  least: NO_LEAST,
  values: { 1: maskOfLease },
  options: { OFFER: keaAnswer, ACK: keaAnswer, NAK: [53, 54, 61] },
};

/**
 * ISC dhcpd 4.4.3-P1. What was asked for comes in the order in which it was. A NAK does not ask what is wanted;
 * its text is empty for a wrong network. [server/dhcp.c nak_lease; nak-isc-auth-dhclient, probe-request-isc-auth]
 */
const iscAnswer = [53, 54, 51, 58, 59, 1, 3, 6, 12, 15];
const isc: Habits = {
  raw: RAW,
  socket: SOCKET,
  socketWhen: ['between relay and server', 'to an address in use'],
  least: BOOTP_LEAST,
  options: { OFFER: iscAnswer, ACK: iscAnswer, NAK: [53, 54, 56] },
  onlyIfWanted: [1, 3, 6, 12, 15],
  wantedOrder: 'requester',
};

/** Busybox udhcpd 1.35.0, from its source: never asks what is wanted, gives no reason. [networking/udhcp/dhcpd.c; all of it assumed] */
const udhcpdAnswer = [53, 54, 51, 1, 3, 6, 12, 15];
const udhcpd: Habits = {
  raw: { ...RAW, ttl: 64, tos: 0 },
  socket: SOCKET,
  socketWhen: ['between relay and server', 'to an address in use'],
  least: BOOTP_LEAST,
  options: { OFFER: udhcpdAnswer, ACK: udhcpdAnswer, NAK: [53, 54] },
};

/** Windows as a server (1 58 59 51 54 first) and as a client (`MSFT 5.0`), from public captures: all of it assumed. */
const WINDOWS: Way = { ttl: 128, tos: 0, df: false, ident: 'any', checksum: true };
const windowsAnswer = [53, 1, 58, 59, 51, 54, 3, 6, 15];
const windows: Habits = {
  raw: WINDOWS,
  socket: WINDOWS,
  socketWhen: ['always'],
  least: BOOTP_LEAST,
  values: {
    55: ({ wanted }) => wanted ?? [1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252],
    60: () => text('MSFT 5.0'),
  },
  options: {
    DISCOVER: [53, 61, 50, 12, 60, 55],
    REQUEST: [53, 61, 50, 54, 12, 60, 55],
    DECLINE: [53, 61, 50, 54],
    RELEASE: [53, 54, 61],
    INFORM: [53, 61, 12, 60, 55],
    OFFER: windowsAnswer,
    ACK: windowsAnswer,
    NAK: [53, 54],
  },
};

/** No program in particular: what the standard lets each answer carry. [RFC 2131 4.3.1 table 3; all of it assumed] */
const genericAnswer = [53, 54, 51, 58, 59, 1, 3, 6, 15, 12];
const generic: Habits = {
  raw: { ...RAW, ttl: 64, tos: 0 },
  socket: SOCKET,
  socketWhen: ['between relay and server', 'to an address in use'],
  least: BOOTP_LEAST,
  options: { OFFER: genericAnswer, ACK: genericAnswer, NAK: [53, 54, 56] },
  onlyIfWanted: [3, 6, 12, 15],
};

/** ISC dhcrelay 4.4.3-P1: passes on what others wrote, so it has no options of its own. */
const relay: Habits = {
  raw: RAW,
  socket: SOCKET,
  socketWhen: ['between relay and server'],
  least: BOOTP_LEAST,
  options: {},
};

export const SERVERS = { dnsmasq, kea, isc, udhcpd, windows, 'generic-server': generic, relay } as const;
