import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { DhcpEvent, ScopeSettings } from './events.ts';
import {
  dropOffer,
  inSubnet,
  isServable,
  keyOf,
  mostRecordsIn,
  type Offer,
  othersIn,
  profileOf,
  putLease,
  recordsOf,
  removeLease,
  type Scope,
  type Server,
  scopeOf,
  withPlace,
} from './ledger.ts';
import { givePlace, makePool, placeOf, restorePlace, takePlace } from './pool.ts';

function configure(server: Server, event: ScopeSettings, seq: number): void {
  if (server.segment === '') server.segment = event.segment;
  server.enabled = event.enabled;
  server.software = event.software;
  server.addresses = event.addresses;
  if (event.segment === server.segment) server.settings = event.settings;
  server.switchedSeq = seq;
  const { segment, network, prefix, router, ranges } = event;
  const before = server.scopes.get(segment);
  const scope: Scope = {
    segment,
    network,
    prefix,
    router,
    settings: event.settings,
    pool: makePool(ranges),
    reservations: before?.reservations ?? new Map(),
    reserved: before?.reserved ?? new Set(),
    active: 0,
    peak: before?.peak ?? 0,
    setSeq: seq,
  };
  server.scopes.set(segment, scope);
  const { pool } = scope;
  const block = (address: number) => {
    const place = placeOf(pool, address);
    if (place >= 0) takePlace(pool, place);
  };
  if (!profileOf(server).sharesReserved) for (const address of scope.reserved) block(address);
  for (const address of [router, ...event.addresses]) if (!isServable(scope, server, address)) block(address);
  if (profileOf(server).skipsEdges) blockEdges(server, scope);
  const drops = profileOf(server).dropsStale;
  for (const { address, state } of [...server.leases.values()]) {
    if (drops && placeOf(pool, address) < 0 && !scope.reserved.has(address) && isOf(before, address))
      removeLease(server, address);
    const place = inSubnet(scope, address) ? placeOf(pool, address) : -1;
    if (inSubnet(scope, address) && state === 'active') scope.active += 1;
    if (place < 0) continue;
    takePlace(pool, place);
    if (state === 'ended') withPlace(server, address, givePlace);
  }
  for (const address of server.offers.keys()) block(address);
}

const isOf = (scope: Scope | undefined, address: number) => scope !== undefined && inSubnet(scope, address);

/** Addresses that end in 0 or 255 are not given out where they could be mistaken (`isServable`; facts/dhcp.md section 5). */
function blockEdges(server: Server, scope: Scope): void {
  const { pool } = scope;
  for (let i = 0; i < pool.ranges.length; i += 2) {
    const [first, last] = [pool.ranges[i] as number, pool.ranges[i + 1] as number];
    for (let edge = first - (first % 256); edge <= last + 1; edge += 256)
      for (const address of [edge, edge - 1])
        if (address >= first && address <= last && !isServable(scope, server, address))
          takePlace(pool, placeOf(pool, address));
  }
}

type Grant = Pick<
  Extract<DhcpEvent, { type: 'Granted' }>,
  'yiaddr' | 'client' | 'mac' | 'clientId' | 'how' | 'until'
>;

/** Another client's record makes room, and the client's other ones too where one lease is all it may have. */
function grant(server: Server, event: Grant, at: Micros): void {
  const profile = profileOf(server);
  const { yiaddr: address, client, mac, until } = event;
  const own = server.offerOf.get(keyOf(event, profile));
  if (own !== undefined) dropOffer(server, own);
  dropOffer(server, address);
  const before = server.leases.get(address);
  // Of several leases it is the one under which the client is found.
  const other = profile.oneLease ? recordsOf(server, event, profile)[0] : undefined;
  if (other !== undefined && other.address !== address) {
    removeLease(server, other.address);
    if (!server.offers.has(other.address))
      withPlace(server, other.address, profile.oneTable ? restorePlace : givePlace);
  }
  if (event.how === 'reserved' && !profile.recordsReserved) return;
  makeRoom(server, address);
  withPlace(server, address, takePlace);
  const clientId = event.clientId === '' && profile.keepsClientId ? (before?.clientId ?? '') : event.clientId;
  const since = before?.state === 'active' && before.until === until ? before.since : at;
  putLease(server, { address, client, mac, clientId, state: 'active', since, until });
}

/** Makes room in one table by removing the record that ended longest ago; false when all are in use. */
function makeRoom(server: Server, address: number): boolean {
  const [scope, profile] = [scopeOf(server, address), profileOf(server)];
  if (scope === undefined || !profile.oneTable || server.leases.size < mostRecordsIn(profile, scope))
    return true;
  const others = othersIn(server, scope, address, '');
  if (others.length < mostRecordsIn(profile, scope)) return true;
  const ended = others.filter(({ state }) => state === 'ended').sort((a, b) => a.until - b.until);
  if (ended[0] === undefined) return false;
  removeLease(server, ended[0].address);
  withPlace(server, ended[0].address, restorePlace);
  return true;
}

/**
 * What a server with one table finds in its file when it starts: nothing of what is reserved by now, and of the records that nobody holds
 * one, because each that is read replaces the one before.
 */
function reload(server: Server): void {
  let nobodys = 0;
  for (const { address, mac } of [...server.leases.values()]) {
    const scope = scopeOf(server, address);
    if (mac === '') nobodys += 1;
    const isReserved = scope?.reserved.has(address) || scope?.reservations.has(mac);
    if (!isReserved && (mac !== '' || nobodys === 1)) continue;
    removeLease(server, address);
    withPlace(server, address, restorePlace);
  }
}

function end(server: Server, address: number, remembered: boolean, at: Micros): void {
  const lease = server.leases.get(address);
  if (lease === undefined) return;
  removeLease(server, address);
  if (remembered) putLease(server, { ...lease, state: 'ended', until: Math.min(lease.until, at) });
  if (!server.offers.has(address)) withPlace(server, address, givePlace);
}

/** An address that is not to be given out for a while; with `until` in the past it is merely free again. */
function withhold(server: Server, address: number, at: Micros, until: Micros): void {
  removeLease(server, address);
  dropOffer(server, address);
  if (until <= at || !makeRoom(server, address)) {
    withPlace(server, address, profileOf(server).oneTable ? restorePlace : givePlace);
    return;
  }
  withPlace(server, address, takePlace);
  putLease(server, { address, client: '', mac: '', clientId: '', state: 'withheld', since: at, until });
}

const shiftAll = (server: Server) => {
  if (profileOf(server).shifts) for (const { pool } of server.scopes.values()) pool.shift += 1;
};

function hold(server: Server, offer: Omit<Offer, 'fresh'>): void {
  const { address } = offer;
  const before = server.offers.get(address);
  const profile = profileOf(server);
  const key = keyOf(offer, profile);
  const other = server.offerOf.get(key);
  if (other !== undefined && other !== address && !profile.wishesFirst) dropOffer(server, other);
  if (before !== undefined && keyOf(before, profile) !== key) dropOffer(server, address);
  let fresh = before?.fresh ?? false;
  withPlace(server, address, (pool, place) => {
    if (before === undefined) fresh = server.leases.get(address) === undefined && !pool.endedAt.has(place);
    takePlace(pool, place);
  });
  server.offers.set(address, { fresh, ...offer });
  if (!server.offerOf.has(key)) server.offerOf.set(key, address);
}

/** An offer that nobody took; whoever it was made to may be known from then on by a record that ended. */
function lapse(server: Server, address: number, at: Micros): void {
  const offer = server.offers.get(address);
  dropOffer(server, address);
  if (offer === undefined || !profileOf(server).remembersOffers || server.leases.has(address)) return;
  const { client, mac, clientId, at: since } = offer;
  putLease(server, { address, client, mac, clientId, state: 'ended', since, until: at });
  withPlace(server, address, (pool, place) => {
    takePlace(pool, place);
    givePlace(pool, place);
  });
}

function offered(server: Server, event: Extract<DhcpEvent, { type: 'Offered' }>, at: Micros): void {
  const profile = profileOf(server);
  const { yiaddr: address, client, mac, clientId, how } = event;
  if (event.checked && profile.checkTrust > 0) {
    for (const [known, when] of server.trusted)
      if (at - when > profile.checkTrust) server.trusted.delete(known);
    server.trusted.set(address, at);
  }
  if (how === 'new' && profile.order === 'rotate') {
    const pool = scopeOf(server, address)?.pool;
    const place = pool === undefined ? -1 : placeOf(pool, address);
    if (pool !== undefined && place >= 0) pool.pointer = (place + 1) % pool.size;
  }
  if (event.checked) server.busyUntil = at;
  if (profile.oneTable && how !== 'reserved') {
    grant(server, { ...event, until: at + profile.hold }, at);
    return;
  }
  const isHis = how === 'lease' || how === 'reserved';
  if (profile.hold > 0 && !isHis)
    hold(server, { address, client, mac, clientId, waiting: undefined, at, how, first: -1 });
  else dropOffer(server, address);
}

export function evolve(server: Server, event: DhcpEvent, { seq, at }: Stamp): void {
  switch (event.type) {
    case 'Configured':
      configure(server, event, seq);
      return;
    case 'Started':
    case 'Stopped':
      server.enabled = event.type === 'Started';
      server.switchedSeq = seq;
      server.busyUntil = at;
      server.queueUntil = Math.min(server.queueUntil, at);
      server.trusted.clear();
      for (const address of [...server.offers.keys()]) dropOffer(server, address);
      for (const { pool } of server.scopes.values()) [pool.pointer, pool.shift] = [0, 0];
      if (server.enabled && profileOf(server).oneTable) reload(server);
      return;
    case 'Checking': {
      const { address, client, mac, clientId, how, first, wait, type: _, ...waiting } = event;
      hold(server, {
        address,
        client,
        mac,
        clientId,
        how,
        first,
        waiting: { client, mac, clientId, ...waiting },
        at,
      });
      if (profileOf(server).deaf) server.busyUntil = at + wait;
      return;
    }
    case 'Offered':
      offered(server, event, at);
      return;
    case 'Silent':
      server.silentSeq = seq;
      server.silences.add(event.why);
      return;
    case 'Granted':
      server.silences.clear();
      grant(server, event, at);
      return;
    case 'Abandoned': {
      const isWish = server.offers.get(event.address)?.how === 'wished';
      withhold(server, event.address, at, event.until);
      if (profileOf(server).deaf) server.busyUntil = at;
      if (!isWish) shiftAll(server);
      return;
    }
    case 'Declined':
      if (event.heeded) withhold(server, event.address, at, event.until);
      if (!event.heeded || !scopeOf(server, event.address)?.reserved.has(event.address)) shiftAll(server);
      return;
    case 'Restored':
      end(server, event.address, profileOf(server).oneTable, at);
      return;
    case 'Expired':
      end(server, event.address, profileOf(server).remembersExpired, at);
      return;
    case 'Released':
      end(server, event.address, profileOf(server).remembersReleased, at);
      return;
    case 'OfferLapsed':
      lapse(server, event.address, at);
      return;
    case 'Reserved': {
      const scope = server.scopes.get(event.segment);
      if (scope === undefined) return;
      if (!profileOf(server).sharesReserved) withPlace(server, event.address, takePlace);
      scope.reservations.set(event.clientId === '' ? event.mac : `id:${event.clientId}`, event.address);
      scope.reserved.add(event.address);
      return;
    }
    case 'LeasesForgotten':
      for (const address of [...server.leases.keys()]) {
        removeLease(server, address);
        if (!server.offers.has(address)) withPlace(server, address, restorePlace);
      }
      return;
    case 'Postponed':
      server.queueUntil = event.until;
      return;
    case 'Refused':
    case 'Informed':
      return;
  }
}
