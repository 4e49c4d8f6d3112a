/**
 * What differs between DHCP clients, as data: one table a program. The client itself (decide.ts) is the same for all.
 * Sources: facts/dhcp.md sections 2, 3, 4, 7.2 and 12, which name the lines of ISC dhclient 4.4.3-P1, busybox 1.35.0, dhcpcd 9.4.1 and
 * systemd-networkd 252 they rest on.
 */
import { MILLISECOND, MINUTE, type Micros, SECOND } from '../../base/units.ts';

export type Program = 'dhclient' | 'udhcpc' | 'dhcpcd' | 'networkd' | 'generic';

/** Anything between two lengths of time. */
export type Span = readonly [Micros, Micros];

/**
 * When a message without an answer is sent again:
 * - `doubling`: after these waits, the last one for ever, each spread by up to `spread` either way;
 * - `growing`: ISC's back-off in whole seconds: the interval grows by a random number below twice itself, beyond the cut-off it becomes
 *   half the cut-off and a random number below it; the fraction of the second is random;
 * - `rounds`: some tries, then a pause.
 */
export type Backoff =
  | { readonly kind: 'doubling'; readonly waits: readonly Micros[]; readonly spread: Micros }
  | { readonly kind: 'growing'; readonly initial: number; readonly cutoff: number }
  | { readonly kind: 'rounds'; readonly tries: number; readonly every: Micros; readonly pause: Micros };

/** A look by ARP whether somebody has the address, before it is used (RFC 5227). */
export interface AddressCheck {
  readonly probes: number;
  /** Before the first probe, between two, and from the last to the end. */
  readonly first: Span;
  readonly gap: Span;
  readonly last: Span;
  /** Announcements afterwards, and between them. */
  readonly announcements: number;
  readonly between: Span;
  /** What a conflict leads to: a DECLINE, or no address for ever. */
  readonly conflict: 'decline' | 'give up';
}

/** A look for a link-local address beside DHCP (RFC 3927). */
export interface LinkLocal {
  /** From the first message of a search to the first probe, between two, and from the last to the end. */
  readonly after: Span;
  readonly gap: Span;
  readonly last: Span;
  /** Once a lease was lost it begins with this DISCOVER, if not with the first. */
  readonly afterLoss?: number;
}

export interface ClientProfile {
  /** From the start of the program to its first message. */
  readonly starts: Span;
  /** From the arrival of a message to what follows. */
  readonly thinks: Micros;
  readonly clientId: 'mac' | 'none' | 'duid';
  /** Whether the broadcast flag is set; and also in messages of a client that has an address. */
  readonly broadcast: boolean;
  readonly flagsRenewals: boolean;
  readonly discover: Backoff;
  readonly request: Backoff;
  /** REQUESTs are given up when one is due this long after the first; 0: never. */
  readonly requestLimit: Micros;
  /** A search is given up after this time, and taken up again after half of `retry` and a random part of it; 0: never. */
  readonly searchLimit: Micros;
  readonly retry: Micros;
  /** Ends after the first round without an offer. */
  readonly endsUnanswered: boolean;
  /** Whether a search in vain goes back to an earlier lease that still runs. */
  readonly fallsBack: boolean;
  /** At most so many DISCOVERs after the first, and so many REQUESTs for an offer; 0: no limit. */
  readonly mostDiscovers: number;
  /** What of an earlier lease is asked for by INIT-REBOOT: one in a file that still runs, any of before a loss of carrier, or nothing. */
  readonly reboots: 'file' | 'carrier' | 'never';
  /** INIT-REBOOT without an answer ends after this time: at the next try, or at once. */
  readonly rebootLimit: Micros;
  readonly rebootEnds: 'at a try' | 'at once';
  /** When a DISCOVER wishes for the last address: after these turns. */
  readonly wishes: readonly ('reboot' | 'expiry' | 'nak' | 'unanswered')[];
  /** When the lease is renewed: T1 as given with a spread, half the lease, or 75 to 100 % of T1 in whole seconds. */
  readonly renews: 'given' | 'half' | 'before';
  readonly spread: Micros;
  /** Retries of a renewal: half of what is left but at least a minute, a back-off, or once and then half of what is left. */
  readonly retries: 'half' | 'backoff' | 'once';
  /** What has a transaction number of its own; all else keeps that of the exchange. */
  readonly ownXid: readonly ('renewal' | 'decline' | 'release')[];
  /** Whether an answer to a rebinding changes who is asked next time. */
  readonly followsServer: boolean;
  readonly check: AddressCheck | null;
  /** The time of a lease begins at its ACK, or when the address is announced. */
  readonly clock: 'ack' | 'announcement';
  readonly declineWait: Micros;
  /** Before the DISCOVER after a first NAK, and after each further one. */
  readonly nakWaits: readonly Micros[];
  /** Whether only the NAK of the own server counts. */
  readonly nakFromOwn: boolean;
  /** Whether a NAK to a REQUEST for an offer counts only where the search wished for an earlier lease. */
  readonly nakNeedsLease: boolean;
  /** Whether an ACK still counts that comes after a NAK and before the next DISCOVER. */
  readonly takesAckAfterNak: boolean;
  /** Whether it hears, while it renews, what is sent to everybody; else its socket is that of its address. */
  readonly hearsAllRenewing: boolean;
  /** From loss of carrier the client waits; this long after it is back it goes on. Null: it does not look. */
  readonly carrier: Span | null;
  /** How it looks for a link-local address beside DHCP; null: not at all. */
  readonly linkLocal: LinkLocal | null;
  /** Whether an orderly end releases the lease, and whether the message names the server. */
  readonly releases: boolean;
  readonly namesServer: boolean;
  /** Whether an orderly end leaves nothing to go on from at the next start. */
  readonly forgetsOnStop: boolean;
  /** Answers another machine's announcement of its address with one of its own. */
  readonly defends: boolean;
  /** How long it may be without an address before that is a failure; 0: for ever. */
  readonly patience: Micros;
  /** The address that the first DISCOVER wishes for; 0: none. */
  readonly asksFor: number;
  /** The address that it has already, and asks options for by INFORM; 0: it looks for one. */
  readonly informs: number;
  /** After so many INFORMs without an answer it goes on without; 0: never. */
  readonly mostInforms: number;
  /** The lease time that is asked for; 0: none. */
  readonly wishedLease: Micros;
  /** Leases are taken to be at least this long. */
  readonly leastLease: Micros;
  /** The least seconds that a message says. */
  readonly leastSecs: number;
  /** Messages whose seconds are counted from the start of the search, not anew. */
  readonly keepsSecs: readonly ('renewal' | 'release' | 'expiry')[];
}

const s = (...seconds: readonly number[]): Micros[] => seconds.map((one) => Math.round(one * SECOND));
const span = (low: number, high: number): Span => [Math.round(low * SECOND), Math.round(high * SECOND)];

const DOUBLING: Backoff = { kind: 'doubling', waits: s(4, 8, 16, 32, 64), spread: SECOND };
const ISC: Backoff = { kind: 'growing', initial: 3, cutoff: 15 };
/** Tries of busybox and the pause after them: its timers are late. */
export const busyboxRounds = (tries: number, every: Micros, pause: Micros): Backoff => ({
  kind: 'rounds',
  tries,
  every: every + 0.02 * SECOND,
  pause: pause + 0.06 * SECOND,
});
/** What busybox waits after a DECLINE: its pause. */
export const busyboxPause = (pause: Micros): Micros => pause + 0.1 * SECOND;
const BUSYBOX = busyboxRounds(3, 3 * SECOND, 20 * SECOND);

/** RFC 5227: three probes one to two seconds apart, two announcements. */
export const RFC5227: AddressCheck = {
  probes: 3,
  first: span(0, 1),
  gap: span(1, 2),
  last: span(2, 2),
  announcements: 2,
  between: span(2, 2),
  conflict: 'decline',
};

/** RFC 2131, with the numbers that it gives. */
const generic: ClientProfile = {
  starts: span(1, 10),
  thinks: 480,
  clientId: 'mac',
  broadcast: false,
  flagsRenewals: false,
  discover: DOUBLING,
  request: DOUBLING,
  requestLimit: 0,
  searchLimit: 0,
  retry: 0,
  endsUnanswered: false,
  fallsBack: false,
  mostDiscovers: 0,
  reboots: 'file',
  rebootLimit: 10 * SECOND,
  rebootEnds: 'at a try',
  wishes: ['reboot', 'expiry'],
  renews: 'given',
  spread: 0,
  retries: 'half',
  ownXid: ['renewal'],
  followsServer: true,
  check: RFC5227,
  clock: 'ack',
  declineWait: 10 * SECOND,
  nakWaits: [0],
  nakFromOwn: false,
  nakNeedsLease: false,
  takesAckAfterNak: false,
  hearsAllRenewing: true,
  carrier: span(0, 0),
  linkLocal: null,
  releases: false,
  namesServer: true,
  forgetsOnStop: true,
  defends: false,
  patience: 0,
  asksFor: 0,
  informs: 0,
  // RFC 2131 4.4.3: four tries, if those are as far apart as section 4.1 says.
  mostInforms: 4,
  wishedLease: 0,
  leastLease: 0,
  leastSecs: 0,
  keepsSecs: [],
};

/** What dhcpcd does from the time on that it asks for a former address in vain. */
export const DHCPCD_LINK_LOCAL: LinkLocal = {
  after: span(5, 5),
  gap: span(1, 1.9),
  last: span(2, 2.01),
};

export const CLIENTS: Readonly<Record<Program, ClientProfile>> = {
  generic,
  dhclient: {
    ...generic,
    starts: span(0.07, 0.07),
    thinks: 500,
    clientId: 'none',
    discover: ISC,
    request: ISC,
    requestLimit: 10 * SECOND,
    searchLimit: MINUTE,
    retry: 5 * MINUTE,
    fallsBack: true,
    renews: 'before',
    retries: 'backoff',
    ownXid: ['release'],
    check: null,
    declineWait: 10.06 * SECOND,
    nakWaits: s(0.06),
    nakNeedsLease: true,
    forgetsOnStop: false,
    carrier: null,
  },
  udhcpc: {
    ...generic,
    starts: span(0.05, 0.05),
    thinks: 24 * MILLISECOND,
    discover: BUSYBOX,
    request: BUSYBOX,
    reboots: 'never',
    wishes: ['expiry', 'unanswered'],
    renews: 'half',
    spread: 0,
    retries: 'once',
    ownXid: ['decline', 'release'],
    followsServer: false,
    check: null,
    declineWait: busyboxPause(20 * SECOND),
    nakWaits: s(3.04),
    nakFromOwn: true,
    carrier: null,
    leastLease: 30 * SECOND,
    keepsSecs: ['release'],
  },
  dhcpcd: {
    ...generic,
    starts: span(0.1, 2),
    thinks: 900,
    wishes: [],
    rebootLimit: 5 * SECOND,
    rebootEnds: 'at once',
    retries: 'backoff',
    check: {
      ...RFC5227,
      first: span(0.006, 0.03),
      gap: span(1, 1.8),
      last: span(2, 2.01),
      between: span(2, 2.01),
    },
    clock: 'announcement',
    declineWait: 1.01 * SECOND,
    takesAckAfterNak: true,
    hearsAllRenewing: false,
    forgetsOnStop: false,
    nakWaits: s(0.01, 1, 2, 4, 8, 16, 32, 60),
    // As long as at its start.
    carrier: span(0.1, 2),
    keepsSecs: ['renewal', 'expiry'],
    linkLocal: DHCPCD_LINK_LOCAL,
    defends: true,
    mostInforms: 0,
    leastLease: 20 * SECOND,
  },
  networkd: {
    ...generic,
    starts: span(0.08, 0.08),
    thinks: 480,
    // The attempt counter is reset after the first DISCOVER, so that 4 s comes twice.
    discover: { kind: 'doubling', waits: s(4, 4, 8, 16, 32, 64), spread: SECOND },
    reboots: 'carrier',
    // One try.
    rebootLimit: 0,
    rebootEnds: 'at a try',
    wishes: ['reboot', 'expiry', 'nak', 'unanswered'],
    spread: SECOND,
    ownXid: [],
    check: null,
    hearsAllRenewing: false,
    flagsRenewals: true,
    nakWaits: s(0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800),
    carrier: span(0.01, 0.01),
    releases: true,
    namesServer: false,
    leastSecs: 1,
    keepsSecs: ['renewal', 'release'],
    clientId: 'duid',
  },
};

/** What networkd does with SendDecline=yes: it probes, and after a conflict it never asks again (facts/dhcp.md 7.4). */
export const NETWORKD_CHECK: AddressCheck = {
  ...RFC5227,
  first: span(0.2, 1),
  gap: span(1, 2.2),
  last: span(2, 2.2),
  announcements: 0,
  conflict: 'give up',
};
/** What networkd does with LinkLocalAddressing=ipv4. */
export const NETWORKD_LINK_LOCAL: LinkLocal = {
  after: span(0.2, 1.2),
  gap: span(1, 2.2),
  last: span(2, 2.2),
  afterLoss: 4,
};
/** udhcpc with -a: one probe. */
export const busyboxCheck = (wait: Micros): AddressCheck => ({
  probes: 1,
  first: span(0, 0.01),
  gap: span(0, 0),
  last: [wait, wait],
  announcements: 0,
  between: span(0, 0),
  conflict: 'decline',
});
/** dhclient with a hook script that runs arping -D -c 2. */
export const HOOK_CHECK: AddressCheck = {
  probes: 2,
  first: span(0.04, 0.06),
  gap: span(1.01, 1.02),
  last: span(1, 1),
  announcements: 0,
  between: span(0, 0),
  conflict: 'decline',
};

/** How each program looks at an address when it is told to (facts/dhcp.md 7.4). */
export const CHECKS: Readonly<Record<Program, AddressCheck>> = {
  generic: RFC5227,
  dhcpcd: CLIENTS.dhcpcd.check ?? RFC5227,
  networkd: NETWORKD_CHECK,
  udhcpc: busyboxCheck(2 * SECOND),
  dhclient: HOOK_CHECK,
};
