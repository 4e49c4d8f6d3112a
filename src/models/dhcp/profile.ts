/**
 * What differs between DHCP servers, as data: one table a product. The server itself (decide.ts) is the same for all.
 * Sources: facts/dhcp.md sections 1.3, 4, 5, 6, 7 and 8, which name the lines of dnsmasq 2.90, ISC dhcpd 4.4.3-P1, Kea 2.2.0 and busybox
 * 1.35.0 they rest on; busybox udhcpd was measured besides (test/golden/udhcpd). What no source gives is marked `assumed`.
 */
import type { Oddity, ReplyKind, RequestKind } from '../../base/dhcp.ts';
import { DAY, HOUR, MILLISECOND, MINUTE, type Micros, SECOND } from '../../base/units.ts';
import { DNSMASQ, ISC, KEA, RFC, type Rules, UDHCPD } from './rules.ts';

export type Software = 'dnsmasq' | 'kea' | 'isc' | 'udhcpd' | 'windows' | 'generic';
export type Check = 'none' | 'ping' | 'arp';

/**
 * How the next address for a new client is found in a pool:
 * - `hash`: a hash of the hardware address, then upwards with wrap;
 * - `hash-busybox`: the same with another hash, through what has no record; then the one whose record ended longest ago;
 * - `rotate`: the one after the last offered, with wrap;
 * - `upwards`: from the highest that is leased upwards with wrap;
 * - `fresh`: the lowest never used, then the one that ended longest ago, then abandoned ones, longest ago first;
 * - `lowest`: the lowest free.
 */
export type Order = 'hash' | 'hash-busybox' | 'rotate' | 'upwards' | 'fresh' | 'lowest';

export interface ServerProfile {
  readonly order: Order;
  /** Whether the last byte 0 or 255 is skipped in the pool, in what was class C space. */
  readonly skipsEdges: boolean;
  /** Whether the router is skipped in the pool like the server itself. */
  readonly skipsRouter: boolean;
  /** A client is known by its client id if it has one, else by its hardware address; or by its hardware address alone. */
  readonly identity: 'client-id' | 'hardware';
  /** Without a client id, which of several leases of one hardware address: the latest, the first, or only those without a client id. */
  readonly without: 'latest' | 'first' | 'unnamed';
  /** How long an offered address is kept for its client. 0: no record at all. */
  readonly hold: Micros;
  /** Whether somebody else is refused an address that is offered; if not, whoever asks for it first has it. */
  readonly offersBind: boolean;
  /** Whether a wish for another free address comes before what the client has or is offered already, which stays so. */
  readonly wishesFirst: boolean;
  /** Whether the address that a client says it has (ciaddr) is a wish in a DISCOVER. */
  readonly wishesCiaddr: boolean;
  /**
   * Leases, offers and withheld addresses are records of one table, at most one a client: an offer is a lease of `hold`, also to a client
   * that has a longer one. A record stays when its time is over, and its client gets the address while nobody else did.
   */
  readonly oneTable: boolean;
  /** How many records such a table has in a scope, and never more than the pool has addresses. */
  readonly mostRecords: number;
  readonly check: Check;
  readonly checkWait: Micros;
  /** Whether an address is checked that the client had before or wishes. */
  readonly checksWished: boolean;
  /** During a check nothing else is heard; it is answered afterwards. */
  readonly deaf: boolean;
  /** What each message that waited takes before it is heard. */
  readonly turn: Micros;
  /** How long the result of a check is trusted, and how many checks are made in that time at most; 0: each time anew. */
  readonly checkTrust: Micros;
  readonly checkMost: number;
  /** The same client's address is looked at again when nothing was heard of it for so long; 0: as `checksWished` says. */
  readonly recheckAfter: Micros;
  /** After a used address: the next one at once, or at the next DISCOVER. */
  readonly afterConflict: 'next' | 'wait';
  /** How long a used or declined address is withheld. 0: not at all. */
  readonly quarantine: Micros;
  /** How long a used address is withheld, where that is another time. */
  readonly usedQuarantine?: Micros;
  /** How long a reserved address is withheld that its owner declined, where that is another time. */
  readonly reservedQuarantine?: Micros;
  /** Whether quarantined addresses are given out when there is nothing else. */
  readonly reclaims: boolean;
  readonly authoritative: boolean;
  readonly lease: Micros;
  /** No lease is shorter. */
  readonly leastLease: Micros;
  /** What a client's wish can bring a lease down to; 0: wishes are not heard. */
  readonly leastWish: Micros;
  /** A wish brings a lease up to that, too. */
  readonly raisesWish: boolean;
  /** No lease is longer, and a wish brings one up to it; 0: what is configured is the longest. */
  readonly mostLease: Micros;
  /** Within this share of a lease the remaining time is given again. */
  readonly cacheThreshold: number;
  readonly timers: 'always' | 'configured';
  /** Renewed leases have T1 and T2 lowered by a random amount of at most a sixteenth of the lease. */
  readonly desynchronises: boolean;
  /** Where offers and acknowledgements go when neither relay, ciaddr nor the broadcast flag says. */
  readonly answersTo: 'client' | 'everybody';
  /** Requests in whose answers the broadcast flag outdoes ciaddr. */
  readonly flagFirst: readonly RequestKind[];
  /** Where a NAK goes to a client that has an address. */
  readonly naksTo: 'client' | 'everybody';
  /** Whether the text of a NAK is what was left by looking for a lease, for this client or another. */
  readonly leavesWords: boolean;
  /** Whether a NAK has the broadcast flag of its own accord. */
  readonly flagsNak: boolean;
  readonly copiesSecs: boolean;
  /** The replies that repeat ciaddr. */
  readonly copiesCiaddr: readonly ReplyKind[];
  /** Whether ciaddr counts in a REQUEST that names an address in option 50. */
  readonly hearsBoth: boolean;
  /** The identifier in an answer: the server's first address, or the one that was written to. */
  readonly identifier: 'first' | 'addressed';
  /** Where a frame to a client's own address goes: to the hardware address of the request, or to the one in the neighbour table. */
  readonly framesTo: 'asker' | 'neighbour';
  /** A broadcast is answered once for each address of the interface. */
  readonly answersPerAddress: boolean;
  /** Nothing is heard that names another server. */
  readonly namedOnly: boolean;
  /** A REQUEST that names this server wants a yes or no, whatever else is in it. */
  readonly namedAsks: boolean;
  /** Whether a DISCOVER that names a server is heard. */
  readonly namedDiscover: boolean;
  /** Whose word withholds an address of a pool: its client's, or anybody's. */
  readonly declines: 'own' | 'any';
  /**
   * By what a RELEASE or DECLINE shows that the lease is its sender's: as the client is found, by the client id where both have one
   * and else the hardware address, or by the hardware address alone.
   */
  readonly ownedBy: 'record' | 'identity' | 'hardware';
  /** Whether DECLINE and RELEASE must name this server. */
  readonly namedDecline: boolean;
  readonly namedRelease: boolean;
  /** Whether an INFORM is answered; `blindly`: also one that tells no address. */
  readonly informs: 'always' | 'authoritative' | 'blindly';
  /** Whether a client that has a lease is told what is left of it. */
  readonly informsLeft: boolean;
  /** Whether a client whose lease expired, who released it, or who did not take what was offered, is remembered with its address. */
  readonly remembersExpired: boolean;
  readonly remembersReleased: boolean;
  readonly remembersOffers: boolean;
  /** A client has one lease, the first under which it is found: when it takes another address, it gives up the one it had. */
  readonly oneLease: boolean;
  /** It gives it up even before it is known whether it can have the other one. */
  readonly selectingFrees: boolean;
  /** A lease keeps its client id when it is renewed by a message without one. */
  readonly keepsClientId: boolean;
  /** Leases outside every pool are forgotten when the server starts. */
  readonly dropsStale: boolean;
  /** Whether a reserved address gets a lease record. */
  readonly recordsReserved: boolean;
  /** Whether a client counts as known by its reservation alone. */
  readonly knowsReserved: boolean;
  /** Whether others are given what is reserved in a pool. */
  readonly sharesReserved: boolean;
  /** A DECLINE or a used address shifts where the hash points. */
  readonly shifts: boolean;
  /** Malformed messages that it takes all the same. */
  readonly hears: readonly Oddity[];
  /** From the arrival of a message to the answer. */
  readonly thinks: Micros;
  readonly rules: Rules;
}

const generic: ServerProfile = {
  order: 'fresh',
  skipsEdges: false,
  skipsRouter: true,
  identity: 'client-id',
  without: 'unnamed',
  // As ISC dhcpd keeps its offers.
  hold: 120 * SECOND,
  offersBind: true,
  wishesFirst: false,
  wishesCiaddr: false,
  oneTable: false,
  mostRecords: 0,
  check: 'none',
  checkWait: 3 * SECOND,
  checksWished: true,
  deaf: false,
  turn: 0,
  checkTrust: 0,
  recheckAfter: 0,
  checkMost: 0,
  afterConflict: 'next',
  quarantine: DAY,
  reclaims: false,
  authoritative: true,
  lease: 8 * HOUR,
  leastLease: 0,
  leastWish: 0,
  raisesWish: false,
  mostLease: 0,
  cacheThreshold: 0,
  timers: 'configured',
  desynchronises: false,
  answersTo: 'client',
  flagFirst: [],
  naksTo: 'everybody',
  leavesWords: false,
  flagsNak: false,
  copiesSecs: false,
  copiesCiaddr: ['ACK'],
  hearsBoth: true,
  identifier: 'first',
  framesTo: 'neighbour',
  answersPerAddress: false,
  namedOnly: false,
  namedAsks: false,
  namedDiscover: true,
  declines: 'own',
  ownedBy: 'record',
  namedDecline: true,
  namedRelease: false,
  informs: 'always',
  informsLeft: false,
  remembersExpired: true,
  remembersReleased: true,
  remembersOffers: false,
  oneLease: true,
  selectingFrees: false,
  keepsClientId: false,
  dropsStale: false,
  recordsReserved: true,
  knowsReserved: true,
  sharesReserved: false,
  shifts: false,
  hears: [],
  thinks: 480,
  rules: RFC,
};

export const SERVERS: Readonly<Record<Software, ServerProfile>> = {
  generic,
  dnsmasq: {
    ...generic,
    order: 'hash',
    skipsEdges: true,
    without: 'latest',
    hold: 0,
    check: 'ping',
    deaf: true,
    checkTrust: 30 * SECOND,
    checkMost: 6,
    quarantine: 0,
    reservedQuarantine: 10 * MINUTE,
    namedRelease: true,
    authoritative: false,
    lease: HOUR,
    leastLease: 2 * MINUTE,
    leastWish: 2 * MINUTE,
    timers: 'always',
    desynchronises: true,
    flagsNak: true,
    copiesSecs: true,
    hearsBoth: false,
    informsLeft: true,
    selectingFrees: true,
    knowsReserved: false,
    remembersExpired: false,
    remembersReleased: false,
    keepsClientId: true,
    shifts: true,
    thinks: 280,
    rules: DNSMASQ,
  },
  kea: {
    ...generic,
    order: 'rotate',
    without: 'first',
    hold: 0,
    wishesCiaddr: true,
    authoritative: false,
    lease: 2 * HOUR,
    naksTo: 'client',
    identifier: 'addressed',
    framesTo: 'asker',
    answersPerAddress: true,
    namedOnly: true,
    namedDiscover: false,
    namedDecline: false,
    ownedBy: 'identity',
    knowsReserved: false,
    remembersReleased: false,
    hears: ['reply-opcode', 'other-hardware'],
    thinks: 780,
    rules: KEA,
  },
  isc: {
    ...generic,
    check: 'ping',
    checkWait: SECOND,
    offersBind: false,
    wishesFirst: true,
    remembersOffers: true,
    wishesCiaddr: true,
    recheckAfter: MINUTE,
    afterConflict: 'wait',
    reclaims: true,
    authoritative: false,
    lease: 12 * HOUR,
    mostLease: DAY,
    leastWish: 5 * MINUTE,
    cacheThreshold: 0.25,
    leavesWords: true,
    flagsNak: true,
    copiesSecs: true,
    flagFirst: ['REQUEST'],
    copiesCiaddr: ['OFFER', 'ACK'],
    declines: 'any',
    ownedBy: 'hardware',
    sharesReserved: true,
    namedDecline: false,
    informs: 'authoritative',
    oneLease: false,
    dropsStale: true,
    recordsReserved: false,
    hears: ['reply-opcode', 'other-hardware'],
    thinks: 280,
    rules: ISC,
  },
  udhcpd: {
    ...generic,
    framesTo: 'asker',
    namedRelease: true,
    order: 'hash-busybox',
    skipsRouter: false,
    identity: 'hardware',
    without: 'first',
    hold: MINUTE,
    oneTable: true,
    mostRecords: 254,
    check: 'arp',
    checkWait: 2 * SECOND,
    checksWished: false,
    deaf: true,
    turn: 40 * MILLISECOND,
    quarantine: HOUR,
    authoritative: false,
    lease: 10 * DAY,
    leastLease: 0,
    leastWish: MINUTE,
    raisesWish: true,
    answersTo: 'everybody',
    flagFirst: ['DISCOVER', 'REQUEST', 'INFORM'],
    copiesCiaddr: ['OFFER', 'ACK', 'NAK'],
    namedOnly: true,
    namedAsks: true,
    informs: 'blindly',
    dropsStale: true,
    hears: ['other-hardware'],
    // It opens a socket for each answer.
    thinks: 10 * MILLISECOND,
    rules: UDHCPD,
  },
  // Only the check, the quarantine and the terms are documented (facts/dhcp.md 7.1 and 13); the rest is assumed.
  windows: {
    ...generic,
    order: 'lowest',
    checkWait: SECOND,
    hold: MINUTE,
    quarantine: HOUR,
    lease: 8 * DAY,
    timers: 'always',
    rules: RFC,
  },
};

/** dnsmasq's hash of a hardware address (SDBM, facts/dhcp.md section 5); 0 becomes 1. */
export function hashOf(mac: string, busybox: boolean): number {
  let hash = 0;
  for (const byte of mac.split(':')) {
    const value = Number.parseInt(byte, 16);
    hash = (value + (hash << 6) + (hash << 16) - (busybox ? 0 : hash)) >>> 0;
  }
  return hash === 0 && !busybox ? 1 : hash;
}
