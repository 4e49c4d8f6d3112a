/** What DHCP servers answer to a REQUEST, as tables (facts/dhcp.md section 8, which names the lines of the products they rest on). */
import type { Purpose } from '../../base/dhcp.ts';

/**
 * Where the address of a REQUEST stands for the client that asks:
 * - `own`: the client's own lease, and it can be served; `stale`: its own, but no pool has it any more; `moved`: its own, of another subnet;
 * - `free`: in the pool and nobody's; `taken`: somebody else's; `reserved`: for somebody else; `withheld`: in quarantine;
 * - `foregone`: in the pool, but something else is reserved for the client;
 * - `outside`: in the subnet, in no pool; `elsewhere`: of another subnet.
 */
export type Standing =
  | 'own'
  | 'stale'
  | 'moved'
  | 'free'
  | 'taken'
  | 'reserved'
  | 'withheld'
  | 'foregone'
  | 'outside'
  | 'elsewhere';

/** What a server does with a REQUEST: `ACK`, silence, `other` (an ACK of another address), or a NAK with the text that it carries. */
export type Answer = 'ack' | 'silent' | 'other' | `nak${string}`;

/** Answers by standing; with two, the second is that of an authoritative server. */
export type Row = Readonly<Record<Standing, Answer | readonly [Answer, Answer]>>;

export interface Rules {
  /** A REQUEST that names another server; undefined: as if it named this one. */
  readonly others?: Row;
  /** Of a client that has a lease of another address here. */
  readonly known: Readonly<Record<Purpose, Row>>;
  readonly unknown: Readonly<Record<Purpose, Row>>;
}

type Cells = Answer | readonly [Answer, Answer];
const row = (own: Cells, stale: Cells, free: Cells, taken: Cells, outside: Cells, elsewhere: Cells): Row => ({
  own,
  stale,
  moved: stale,
  free,
  taken,
  reserved: taken,
  withheld: taken,
  foregone: free,
  outside,
  elsewhere,
});
const all = (answer: Cells) => row(answer, answer, answer, answer, answer, answer);
const silentOrNak = (words = ''): Cells => ['silent', `nak${words}`];

/** A lease of another subnet is refused with its own words. */
const moving = (moved: Cells, like: Row): Row => ({ ...like, moved });

// dnsmasq 2.90 rfc2131.c, case DHCPREQUEST.
const GONE = 'nak address not available';
const USED = 'nak address in use';
const NETWORK = 'nak wrong network';
const WRONG = 'nak wrong address';
const RESERVED = 'nak address reserved';
const STATIC = 'nak static lease available';
const dnsmasqSelecting: Row = {
  ...moving(NETWORK, row('ack', GONE, 'ack', USED, GONE, NETWORK)),
  reserved: RESERVED,
};
const dnsmasqUnknown: Row = {
  ...row('ack', ['silent', GONE], ['silent', 'ack'], ['silent', USED], ['silent', GONE], ['silent', NETWORK]),
  reserved: ['silent', RESERVED],
  foregone: ['silent', STATIC],
};
const NOT_FOUND = 'nak lease not found';
const dnsmasqRenewing: Row = {
  ...row(
    'ack',
    [NOT_FOUND, GONE],
    [NOT_FOUND, 'ack'],
    [NOT_FOUND, USED],
    [NOT_FOUND, GONE],
    [NOT_FOUND, NETWORK],
  ),
  reserved: [NOT_FOUND, RESERVED],
  foregone: [NOT_FOUND, STATIC],
};
export const DNSMASQ: Rules = {
  others: all(['silent', 'nak wrong server-ID']),
  known: {
    selecting: dnsmasqSelecting,
    rebooting: moving(NETWORK, row('ack', GONE, WRONG, WRONG, WRONG, WRONG)),
    renewing: moving(NETWORK, row('ack', GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND)),
    rebinding: moving(NETWORK, row('ack', GONE, 'silent', 'silent', 'silent', 'silent')),
    bare: all('silent'),
  },
  unknown: {
    selecting: dnsmasqSelecting,
    rebooting: dnsmasqUnknown,
    renewing: dnsmasqRenewing,
    rebinding: dnsmasqUnknown,
    bare: all(['silent', NETWORK]),
  },
};

// Kea 2.2 dhcp4_srv.cc assignLease, alloc_engine.cc requestLease4: of an address in no pool it does not speak, unless a client wants to
// use it again; a renewal that was sent to it alone is about the subnet of its ciaddr, and a NAK when it has none.
const keaAsking: Row = { ...row('ack', 'silent', 'ack', 'nak', 'silent', 'silent'), foregone: 'nak' };
const keaRows = {
  selecting: keaAsking,
  renewing: { ...keaAsking, moved: 'nak', elsewhere: 'nak' },
  rebinding: keaAsking,
  bare: all('other'),
} as const;
const keaSilence = silentOrNak();
export const KEA: Rules = {
  known: { ...keaRows, rebooting: row('ack', 'silent', 'nak', 'nak', 'nak', 'nak') },
  unknown: {
    ...keaRows,
    rebooting: row('ack', keaSilence, keaSilence, keaSilence, keaSilence, keaSilence),
  },
};

// ISC dhcpd 4.4.3 server/dhcp.c dhcprequest: whom a REQUEST names does not matter; a lease outside its pools it never knew.
const UNAVAILABLE = 'nak requested address not available';
const iscExtending: Row = {
  ...row('ack', 'silent', 'ack', UNAVAILABLE, 'silent', 'silent'),
  withheld: 'silent',
  foregone: 'nak requested address is incorrect',
};
const iscAsking: Row = { ...iscExtending, elsewhere: ['silent', UNAVAILABLE] };
const iscRows = {
  selecting: iscAsking,
  rebooting: iscAsking,
  renewing: iscExtending,
  rebinding: iscExtending,
  bare: all('silent'),
};
export const ISC: Rules = { known: iscRows, unknown: iscRows };

// busybox 1.35 networking/udhcp/dhcpd.c, case DHCPREQUEST: only its own table counts. Measured: probe-request-udhcpd.
const busyboxAsking = row('ack', 'nak', 'nak', 'nak', 'nak', 'nak');
const busyboxExtending = row('ack', 'silent', 'silent', 'silent', 'silent', 'silent');
const busyboxRows = {
  selecting: busyboxAsking,
  rebooting: busyboxAsking,
  renewing: busyboxExtending,
  rebinding: busyboxExtending,
  bare: all('silent'),
};
export const UDHCPD: Rules = { known: busyboxRows, unknown: busyboxRows };

// RFC 2131 section 4.3.2: silent about clients without a record, NAK for a wrong network or a wrong address of a known client.
const rfcAsking = row('ack', UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE);
const rfcUnknown = row(
  'ack',
  silentOrNak(UNAVAILABLE.slice(3)),
  silentOrNak(UNAVAILABLE.slice(3)),
  silentOrNak(UNAVAILABLE.slice(3)),
  silentOrNak(UNAVAILABLE.slice(3)),
  UNAVAILABLE as Answer,
);
export const RFC: Rules = {
  others: all('silent'),
  known: {
    selecting: rfcAsking,
    rebooting: rfcAsking,
    renewing: rfcAsking,
    rebinding: rfcAsking,
    bare: all('silent'),
  },
  unknown: {
    selecting: rfcAsking,
    rebooting: rfcUnknown,
    renewing: rfcAsking,
    rebinding: rfcUnknown,
    bare: all('silent'),
  },
};
