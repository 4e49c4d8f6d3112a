/** What DHCP servers answer to a REQUEST, as tables (facts/dhcp.md section 8, which names the lines of the products they rest on). */
import type { Purpose } from '../../base/dhcp.ts';

/**
 * Where the address of a REQUEST stands for the client that asks:
 * - `own`: the client's own lease, and it can be served; `stale`: its own, but no pool has it any more; `moved`: its own, of another subnet;
 * - `free`: in the pool and nobody's; `taken`: somebody else's, reserved or in quarantine;
 * - `outside`: in the subnet, in no pool; `elsewhere`: of another subnet.
 */
export type Standing = 'own' | 'stale' | 'moved' | 'free' | 'taken' | 'outside' | 'elsewhere';

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
const dnsmasqSelecting = moving(NETWORK, row('ack', GONE, 'ack', USED, GONE, NETWORK));
const dnsmasqUnknown = row(
  'ack',
  ['silent', GONE],
  ['silent', 'ack'],
  ['silent', USED],
  ['silent', GONE],
  ['silent', NETWORK],
);
const NOT_FOUND = 'nak lease not found';
const dnsmasqRenewing = row(
  'ack',
  [NOT_FOUND, GONE],
  [NOT_FOUND, 'ack'],
  [NOT_FOUND, USED],
  [NOT_FOUND, GONE],
  [NOT_FOUND, NETWORK],
);
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

// Kea 2.2 dhcp4_srv.cc processRequest and assignLease.
const keaAsking = row('ack', 'nak', 'nak', 'nak', 'nak', 'nak');
const keaFirst = row('ack', 'nak', 'ack', 'nak', 'nak', 'nak');
export const KEA: Rules = {
  others: all('silent'),
  known: {
    selecting: keaAsking,
    rebooting: row('ack', 'silent', 'nak', 'nak', 'nak', 'nak'),
    renewing: keaAsking,
    rebinding: keaAsking,
    bare: all('other'),
  },
  unknown: {
    selecting: keaFirst,
    rebooting: all(silentOrNak()),
    renewing: keaFirst,
    rebinding: keaFirst,
    bare: all('other'),
  },
};

// ISC dhcpd 4.4.3 server/dhcp.c dhcprequest: whom a REQUEST names does not matter; a lease outside its pools it never knew.
const UNAVAILABLE = 'nak requested address not available';
const iscAsking = row('ack', 'silent', 'ack', UNAVAILABLE, 'silent', ['silent', UNAVAILABLE]);
const iscExtending = row('ack', 'silent', 'ack', UNAVAILABLE, 'silent', 'silent');
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
