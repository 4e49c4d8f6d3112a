/** Messages that a server sends, and what it makes of a REQUEST. */
import type { DhcpReply, DhcpRequest, ReplyKind } from '../../base/dhcp.ts';
import { purposeOf } from '../../base/dhcp.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import { availableReserved, isFree, isLoose, reservedFor } from './choose.ts';
import { inSubnet, type Lease, recordsOf, type Scope, type Server } from './ledger.ts';
import { placeOf } from './pool.ts';
import type { ServerProfile } from './profile.ts';
import type { Answer, Standing } from './rules.ts';

/** Where the address stands for the client (profile.ts tells what the words mean). */
export function standingOf(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  request: DhcpRequest,
  address: number,
  own: readonly Lease[],
  profile: ServerProfile,
): Standing {
  const isOwn = own.some((lease) => lease.address === address && lease.state !== 'withheld');
  const isReserved = reservedFor(scope, request) === address && address !== 0;
  if (!inSubnet(scope, address)) return isOwn ? 'moved' : 'elsewhere';
  const lease = server.leases.get(address);
  if (isReserved) {
    if (profile.knowsReserved || isOwn) return 'own';
    return lease?.state === 'active' ? 'taken' : 'free';
  }
  if (placeOf(scope.pool, address) < 0) return isOwn ? 'stale' : 'outside';
  if (scope.reserved.has(address) && !profile.sharesReserved) return 'reserved';
  const offer = server.offers.get(address);
  const isMine = offer !== undefined && offer.mac === request.mac && offer.clientId === request.clientId;
  const foregone = availableReserved(server, scope, request, profile) === 0 ? undefined : 'foregone';
  if (isMine && offer.waiting === undefined) return foregone ?? 'own';
  if (isOwn && (lease?.state === 'active' || isFree(scope, address) || isMine)) return foregone ?? 'own';
  if (lease?.state === 'withheld') return 'withheld';
  const isOpen = isFree(scope, address) || (lease?.state !== 'active' && isLoose(offer, profile));
  return isOpen || !profile.recordsReserved ? (foregone ?? (isOpen ? 'free' : 'taken')) : 'taken';
}

/** The same where there is one table: the client's record counts, or what is reserved for it, and nothing else. */
function standingInTable(
  scope: Readonly<Scope>,
  request: DhcpRequest,
  address: number,
  own: readonly Lease[],
): Standing {
  const reserved = reservedFor(scope, request);
  const isOwn = reserved === 0 ? own.some((lease) => lease.address === address) : reserved === address;
  return isOwn ? 'own' : 'taken';
}

/** The answer that the product's rules give to a REQUEST. */
export function answerTo(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  request: DhcpRequest,
  profile: ServerProfile,
): Answer {
  const own = recordsOf(server, request, profile);
  const address = request.requested !== 0 ? request.requested : request.ciaddr;
  const isAsked = profile.namedAsks && request.serverId !== 0 && address !== 0;
  const purpose = isAsked ? 'selecting' : purposeOf(request);
  const standing = profile.oneTable
    ? standingInTable(scope, request, address, own)
    : standingOf(server, scope, request, address, own, profile);
  const isOthers =
    purpose === 'selecting' &&
    !server.addresses.includes(request.serverId) &&
    profile.rules.others !== undefined;
  const isKnown =
    standing === 'stale' ||
    standing === 'moved' ||
    own.some(
      ({ state, address }) =>
        state !== 'withheld' &&
        inSubnet(scope, address) &&
        (placeOf(scope.pool, address) >= 0 || scope.reserved.has(address)),
    );
  const rules = isKnown ? profile.rules.known : profile.rules.unknown;
  const row = isOthers ? (profile.rules.others ?? rules.selecting) : rules[purpose];
  const cell = row[standing];
  return typeof cell === 'string' ? cell : cell[profile.authoritative ? 1 : 0];
}

/** A lease in seconds, and its end: as configured, as the client wishes within bounds, or what is left of a young one (section 4). */
export function leaseFor(
  lease: Lease | undefined,
  request: DhcpRequest,
  profile: ServerProfile,
  at: Micros,
): { readonly seconds: number; readonly until: Micros } {
  const lasts = Math.max(profile.lease, profile.leastLease);
  const full = (profile.mostLease > 0 ? Math.min(lasts, profile.mostLease) : lasts) / SECOND;
  const wished = request.wish !== 0 && profile.leastWish > 0;
  const least = profile.leastWish / SECOND;
  const most = profile.mostLease > 0 ? profile.mostLease / SECOND : full;
  const within = Math.max(Math.min(request.wish, most), profile.raisesWish ? least : Math.min(least, full));
  const granted = wished ? within : full;
  const anew = { seconds: Math.floor(granted), until: at + Math.floor(granted) * SECOND };
  if (profile.cacheThreshold === 0 || lease?.state !== 'active') return anew;
  if (lease.mac !== request.mac || lease.clientId !== request.clientId) return anew;
  const age = Math.floor((at - lease.since) / SECOND);
  const whole = Math.round((lease.until - lease.since) / SECOND);
  if (age > Math.floor(whole * profile.cacheThreshold)) return anew;
  return { seconds: Math.max(1, whole - age), until: lease.until };
}

/** The lease time that has no end (RFC 2131 section 3.3). */
const INFINITE = 0xffff_ffff;

/** T1 and T2 in seconds, as the server sends them; 0: not sent. What is not below the lease, or T2, is not sent. */
export function timersFor(
  scope: Readonly<Scope>,
  profile: ServerProfile,
  seconds: number,
  draw: (() => number) | undefined,
): { readonly t1: number; readonly t2: number } {
  const { t1 = 0, t2 = 0 } = scope.settings;
  const within = (time: Micros, most: number) => {
    const whole = Math.floor(time / SECOND);
    return whole < most ? whole : 0;
  };
  const rebinding = within(t2, seconds);
  if (profile.timers === 'configured')
    return { t1: within(t1, rebinding > 0 ? rebinding : seconds), t2: rebinding };
  if (seconds === INFINITE) return { t1: 0, t2: 0 };
  let fuzz = 0;
  if (profile.desynchronises && draw !== undefined) {
    fuzz = Math.floor(draw() * 65_536);
    while (fuzz > seconds / 16) fuzz = Math.floor(fuzz / 2);
  }
  const last = rebinding > 0 ? rebinding : Math.floor((seconds * 7) / 8);
  const first = Math.min(within(t1, seconds) || Math.floor(seconds / 2), last - 1);
  return { t1: first - fuzz, t2: last - fuzz };
}

/** Where an OFFER or ACK goes: relay, the client's address, everybody, or the new address (RFC 2131 section 4.1). */
function destinationOf(request: DhcpRequest, yiaddr: number, profile: ServerProfile): number {
  if (request.giaddr !== 0) return request.giaddr;
  if (request.broadcast && profile.flagFirst.includes(request.kind)) return 0;
  if (request.ciaddr !== 0) return request.ciaddr;
  return request.broadcast || profile.answersTo === 'everybody' ? 0 : yiaddr;
}

/** A NAK goes to everybody unless it passes a relay; some products write to the address that the client has. */
const nakDestination = ({ giaddr, ciaddr }: DhcpRequest, profile: ServerProfile): number =>
  giaddr !== 0 ? giaddr : profile.naksTo === 'client' ? ciaddr : 0;

/** A reply to this request. */
export function replyTo(
  name: string,
  server: Readonly<Server>,
  request: DhcpRequest,
  profile: ServerProfile,
  kind: ReplyKind,
  yiaddr: number,
  more: Partial<Pick<DhcpReply, 'lease' | 't1' | 't2' | 'words'>> = {},
): DhcpReply {
  const addressed = profile.identifier === 'addressed' && server.addresses.includes(request.to);
  const isNak = kind === 'NAK';
  const ciaddr = profile.copiesCiaddr.includes(kind) ? request.ciaddr : 0;
  return {
    kind,
    server: name,
    client: request.client,
    mac: request.mac,
    xid: request.xid,
    secs: profile.copiesSecs ? request.secs : 0,
    yiaddr,
    ciaddr,
    giaddr: request.giaddr,
    serverId: addressed ? request.to : (server.addresses[0] ?? 0),
    lease: more.lease ?? 0,
    t1: more.t1 ?? 0,
    t2: more.t2 ?? 0,
    broadcast: request.broadcast || (isNak && profile.flagsNak),
    to: isNak ? nakDestination(request, profile) : destinationOf(request, yiaddr, profile),
    words: more.words ?? '',
  };
}
