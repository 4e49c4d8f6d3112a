/** Which address a client is offered, in the order of RFC 2131 section 4.3.1: its own, the one it wishes, a new one. */
import { hasBit } from '../../base/bits.ts';
import type { DhcpRequest } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import type { Choice } from './events.ts';
import { inSubnet, keyOf, type Lease, type Offer, recordsOf, type Scope, type Server } from './ledger.ts';
import { addressAt, oldestEnded, type Pool, placeOf, searchFrom, startFor } from './pool.ts';
import type { ServerProfile } from './profile.ts';

/** An address for a client. `first` and `place` say how far a search through the pool went; -1 when there was none. */
export interface Found {
  readonly address: number;
  readonly how: Choice;
  readonly first: number;
  readonly place: number;
}

const found = (address: number, how: Choice): Found => ({ address, how, first: -1, place: -1 });

/** The address that is reserved for whoever sent this, or 0. */
export function reservedFor(scope: Readonly<Scope>, request: DhcpRequest): number {
  const byId = request.clientId === '' ? undefined : scope.reservations.get(`id:${request.clientId}`);
  return byId ?? scope.reservations.get(request.mac) ?? 0;
}

/** The same if the client can have it now: nobody else was given it, and it is not withheld. */
export function availableReserved(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  request: DhcpRequest,
  profile: ServerProfile,
): number {
  const reserved = reservedFor(scope, request);
  const lease = server.leases.get(reserved);
  if (lease === undefined || !profile.recordsReserved) return reserved;
  if (lease.state === 'withheld') return 0;
  const isHis = lease.state === 'ended' || recordsOf(server, request, profile).includes(lease);
  return isHis || profile.oneTable ? reserved : 0;
}

/** Whether an address lies in a pool of this scope, and nobody has it. */
export function isFree(scope: Readonly<Scope>, address: number): boolean {
  const place = placeOf(scope.pool, address);
  return place >= 0 && hasBit(scope.pool.free, place);
}

/** The client's own record of this scope that it can be given again. */
export function ownLease(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  request: DhcpRequest,
  profile: ServerProfile,
): Lease | undefined {
  return recordsOf(server, request, profile).find(({ address, state }) => {
    if (profile.oneTable) return inSubnet(scope, address);
    if (!inSubnet(scope, address) || placeOf(scope.pool, address) < 0) return false;
    if (scope.reserved.has(address) && !profile.sharesReserved) return false;
    if (state === 'active') return true;
    const offer = server.offers.get(address);
    const isHis = offer !== undefined && keyOf(offer, profile) === keyOf(request, profile);
    return state === 'ended' && (isFree(scope, address) || isHis);
  });
}

/** Whether an offer of an address does not keep others from it. */
export const isLoose = (offer: Offer | undefined, profile: ServerProfile): boolean =>
  offer !== undefined && offer.waiting === undefined && !profile.offersBind;

/** Whether a client can have the address that it wishes; in one table only a record is in the way, not what the address is. */
function isOpen(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  address: number,
  profile: ServerProfile,
): boolean {
  if (address === 0 || isFree(scope, address)) return address !== 0;
  if (placeOf(scope.pool, address) < 0 || (server.leases.get(address)?.state ?? 'ended') !== 'ended')
    return false;
  const offer = server.offers.get(address);
  return profile.oneTable ? offer === undefined : isLoose(offer, profile);
}

/** What a DISCOVER is answered with; undefined when nothing is left. */
export function choose(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  request: DhcpRequest,
  profile: ServerProfile,
): Found | undefined {
  const reserved = availableReserved(server, scope, request, profile);
  if (reserved !== 0) return found(reserved, 'reserved');
  const wish = request.requested === 0 && profile.wishesCiaddr ? request.ciaddr : request.requested;
  const wished = isOpen(server, scope, wish, profile) ? found(wish, 'wished') : undefined;
  const own = ownLease(server, scope, request, profile);
  const offered = server.offerOf.get(keyOf(request, profile));
  const isOther = wish !== own?.address && wish !== offered;
  if (profile.wishesFirst && isOther && wished !== undefined) return wished;
  if (own?.state === 'active') return found(own.address, 'lease');
  if (offered !== undefined && placeOf(scope.pool, offered) >= 0) return found(offered, 'offer');
  if (own !== undefined) return found(own.address, 'former');
  return wished ?? nextFor(server, scope, request, profile);
}

/** The next address out of the pool; the oldest withheld one when the product falls back on those. */
export function nextFor(
  server: Readonly<Server>,
  { pool }: Readonly<Scope>,
  request: DhcpRequest,
  profile: ServerProfile,
): Found | undefined {
  const first = beginFor(server, pool, request.mac, profile);
  const place = searchFrom(pool, first, first, profile);
  if (place >= 0) return { address: addressAt(pool, place), how: 'new', first, place };
  if (profile.oneTable) return oldestIn(pool);
  return profile.reclaims ? reclaimed(server, pool) : undefined;
}

/** The address that was withheld longest ago, unless another one of the pool is merely offered and may come back. */
function reclaimed(server: Readonly<Server>, pool: Readonly<Pool>): Found | undefined {
  const isHere = (address: number) => placeOf(pool, address) >= 0;
  for (const address of server.withheld) {
    if (!isHere(address) || server.offers.get(address)?.waiting !== undefined) continue;
    for (const offered of server.offers.keys())
      if (isHere(offered) && !server.withheld.has(offered)) return undefined;
    return found(address, 'reclaimed');
  }
  return undefined;
}

/** Where the search for an address for this client begins: a place. */
function beginFor(
  server: Readonly<Server>,
  pool: Readonly<Pool>,
  mac: string,
  profile: ServerProfile,
): number {
  if (profile.order !== 'upwards') return startFor(pool, mac, profile);
  return [...server.leases.keys()].reduce((most, address) => Math.max(most, placeOf(pool, address)), 0);
}

/** The address whose record ended longest ago. */
function oldestIn(pool: Readonly<Pool>): Found | undefined {
  const place = oldestEnded(pool);
  return place < 0 ? undefined : found(addressAt(pool, place), 'reclaimed');
}

/** The address after a used one, in the same search. */
export function nextAfter(
  server: Readonly<Server>,
  { pool }: Readonly<Scope>,
  request: DhcpRequest,
  used: { readonly address: number; readonly first: number },
  profile: ServerProfile,
): Found | undefined {
  const isFirst = used.first < 0;
  if (isFirst && profile.oneTable) return undefined;
  const begin = isFirst ? beginFor(server, pool, request.mac, profile) : used.first;
  const from = isFirst ? begin : (placeOf(pool, used.address) + 1) % pool.size;
  const isRound = !isFirst && profile.order !== 'fresh' && from === begin;
  const place = isRound ? -1 : searchFrom(pool, begin, from, profile);
  if (place < 0 && profile.oneTable) return oldestIn(pool);
  if (place < 0 || addressAt(pool, place) === used.address) return undefined;
  return { address: addressAt(pool, place), how: 'new', first: begin, place };
}

const NEVER_HEARD = Number.NEGATIVE_INFINITY;

/** How long the server's check of this address takes; 0 when it makes none (facts/dhcp.md 7.1). */
export function checkWait(
  server: Readonly<Server>,
  { address, how }: Found,
  profile: ServerProfile,
  at: Micros,
): Micros {
  if (profile.check === 'none' || how === 'lease' || how === 'reserved') return 0;
  if (profile.recheckAfter > 0 && (how === 'offer' || how === 'former')) {
    const heard = server.offers.get(address)?.at ?? server.leases.get(address)?.since ?? NEVER_HEARD;
    return at - heard > profile.recheckAfter ? profile.checkWait : 0;
  }
  if (how === 'offer') return 0;
  if (!profile.checksWished && (how === 'former' || how === 'wished')) return 0;
  if (profile.checkTrust === 0) return profile.checkWait;
  let recent = 0;
  for (const when of server.trusted.values()) if (at - when <= profile.checkTrust) recent += 1;
  const known = server.trusted.get(address);
  const isKnown = known !== undefined && at - known <= profile.checkTrust;
  return isKnown || recent >= profile.checkMost ? 0 : profile.checkWait;
}
