/**
 * How DHCP clients write their messages. Measured: facts/dhcp.md 1.2 and every recording in golden/dhcp,
 * unless a line says `assumed`. Texts that name versions are those of the recorded machine.
 */
import { BOOTP_LEAST, type Habits, NO_LEAST, SOCKET, type Way } from './habits.ts';
import { hex, text, u16 } from './octets.ts';
import type { Source } from './options.ts';

/** What each program asks servers for: its option 55. */
export const WANTS = {
  dhclient: [1, 28, 2, 3, 15, 6, 12],
  udhcpc: [1, 3, 6, 12, 15, 28, 42],
  dhcpcd: [1, 3, 28, 33, 51, 58, 59],
  networkd: [1, 3, 6, 12, 15, 33, 42, 120, 121],
  'generic-client': [1, 3, 6, 15],
} as const;

/** The request list of a program, unless the message has its own. */
const wanting =
  (codes: readonly number[]): Source =>
  ({ wanted }) =>
    wanted ?? codes;

/** The client identifier that most programs make from their hardware address. [RFC 2132 9.14] */
const fromHardware: Source = ({ clientId, chaddr }) => hex(clientId ?? `01${chaddr}`);

const always =
  (bytes: ReturnType<typeof text>): Source =>
  () =>
    bytes;

/** A frame written past the kernel, by the BSD packet filter or a packet socket. */
const RAW: Way = { ttl: 64, tos: 0, df: false, ident: 'zero', checksum: true };

/** ISC 4.4.3-P1. The place of 12 and 61 is assumed: the recorded ones send neither. */
const dhclient: Habits = {
  raw: { ...RAW, ttl: 128, tos: 0x10 },
  socket: SOCKET,
  socketWhen: ['to one host'],
  least: BOOTP_LEAST,
  values: { 55: wanting(WANTS.dhclient) },
  options: {
    DISCOVER: [53, 50, 12, 55, 61],
    REQUEST: [53, 54, 50, 12, 55, 61],
    DECLINE: [53, 54, 50, 61],
    RELEASE: [53, 54, 61],
  },
};

/** Busybox 1.35.0. Its extra options stand in the order of their codes, so 12 before 60. [networking/udhcp/dhcpc.c; assumed for 12] */
const udhcpc: Habits = {
  raw: RAW,
  socket: SOCKET,
  socketWhen: ['to one host'],
  least: BOOTP_LEAST,
  values: {
    55: wanting(WANTS.udhcpc),
    57: always(u16(576)),
    60: always(text('udhcp 1.35.0')),
    61: fromHardware,
  },
  options: {
    DISCOVER: [53, 50, 57, 55, 12, 60, 61],
    REQUEST: [53, 50, 54, 57, 55, 12, 60, 61],
    DECLINE: [53, 50, 54, 61],
    RELEASE: [53, 54, 61],
  },
};

/**
 * dhcpcd 9.4.1. 116 says that it would take a link-local address [RFC 2563], 145 that it can be made to renew
 * [RFC 6704]. Only its DECLINE is so short that it has to be filled up.
 */
const dhcpcd: Habits = {
  raw: { ...RAW, ident: 'any' },
  socket: { ...SOCKET, checksum: false },
  socketWhen: ['to one host'],
  least: BOOTP_LEAST,
  values: {
    55: wanting(WANTS.dhcpcd),
    57: always(u16(1472)),
    60: always(text('dhcpcd-9.4.1:Linux-6.18.44-fc-v669:x86_64:AuthenticAMD')),
    61: fromHardware,
    116: always([1]),
    145: always([1]),
  },
  options: {
    // assumed: 50 in a DISCOVER, 12, and the whole of RELEASE and INFORM
    DISCOVER: [50, 53, 55, 57, 61, 60, 12, 116, 145],
    REQUEST: [50, 53, 54, 55, 57, 61, 60, 12, 145],
    DECLINE: [50, 53, 54, 61],
    RELEASE: [53, 54, 61],
    INFORM: [53, 55, 57, 61, 60, 12, 145],
  },
};

/** systemd 252. Its RELEASE and DECLINE name no server, its DECLINE no address either. [facts/dhcp.md 7.4] */
const networkd: Habits = {
  raw: { ...RAW, tos: 0xc0 },
  socket: { ...SOCKET, tos: 0xc0 },
  socketWhen: ['to one host'],
  least: NO_LEAST,
  values: { 55: wanting(WANTS.networkd), 57: always(u16(1472)), 61: fromHardware },
  options: {
    DISCOVER: [53, 61, 55, 57, 50, 12],
    REQUEST: [53, 61, 55, 57, 54, 50, 12],
    DECLINE: [53, 61],
    RELEASE: [53, 61],
    INFORM: [53, 61, 55, 57, 12], // assumed
  },
};

/** No program in particular: what the standard lets each message carry. [RFC 2131 4.4.1 table 5; all of it assumed] */
const generic: Habits = {
  raw: RAW,
  socket: SOCKET,
  socketWhen: ['to one host'],
  least: BOOTP_LEAST,
  values: { 55: wanting(WANTS['generic-client']) },
  options: {
    DISCOVER: [53, 61, 50, 51, 12, 55],
    REQUEST: [53, 61, 50, 54, 51, 12, 55],
    DECLINE: [53, 61, 50, 54, 56],
    RELEASE: [53, 61, 54, 56],
    INFORM: [53, 61, 12, 55],
  },
};

export const CLIENTS = { dhclient, udhcpc, dhcpcd, networkd, 'generic-client': generic } as const;
