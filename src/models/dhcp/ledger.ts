/** The lease database of a DHCP server: records by address, by hardware address and by client id, and what is offered. */
import type { DhcpRequest } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import type { ServerSettings } from './events.ts';
import { givePlace, type Pool, placeOf, restorePlace } from './pool.ts';
import { SERVERS, type ServerProfile, type Software } from './profile.ts';

/** One record of the lease database. */
export interface Lease {
  readonly address: number;
  readonly client: string;
  readonly mac: string;
  readonly clientId: string;
  readonly state: 'active' | 'ended' | 'withheld';
  /** When it began or was last given for its whole time, and when it ends. */
  readonly since: Micros;
  readonly until: Micros;
}

/** An address that was offered, or is being checked for somebody. */
export interface Offer {
  readonly address: number;
  readonly client: string;
  readonly mac: string;
  readonly clientId: string;
  /** The message that is answered when the check is over; undefined once the offer was made. */
  readonly waiting: DhcpRequest | undefined;
  readonly at: Micros;
  readonly how: string;
  readonly first: number;
  /** Whether the address was never used before. */
  readonly fresh: boolean;
}

export interface Scope {
  segment: string;
  network: number;
  prefix: number;
  router: number;
  settings: ServerSettings;
  pool: Pool;
  /** Addresses by `mac` or client id, and all of them. */
  reservations: Map<string, number>;
  reserved: Set<number>;
  active: number;
  peak: number;
  /** The event that set it, and the last one that said that it is exhausted. */
  setSeq: number;
}

export interface Server {
  /** The segment that it is on. */
  segment: string;
  enabled: boolean;
  software: Software;
  addresses: readonly number[];
  settings: ServerSettings;
  scopes: Map<string, Scope>;
  leases: Map<number, Lease>;
  byMac: Map<string, number[]>;
  byClientId: Map<string, number[]>;
  offers: Map<number, Offer>;
  offerOf: Map<string, number>;
  /** Withheld addresses, longest ago first. */
  withheld: Set<number>;
  /** Addresses that were found free, and when. */
  trusted: Map<number, Micros>;
  busyUntil: Micros;
  /** When the last message that waits is heard. */
  queueUntil: Micros;
  switchedSeq: number;
  silentSeq: number;
  /** Why it was silent since it last gave anybody an address. */
  silences: Set<string>;
}

export const emptyServer = (): Server => ({
  segment: '',
  enabled: false,
  software: 'generic',
  addresses: [],
  settings: {},
  scopes: new Map(),
  leases: new Map(),
  byMac: new Map(),
  byClientId: new Map(),
  offers: new Map(),
  offerOf: new Map(),
  withheld: new Set(),
  trusted: new Map(),
  busyUntil: 0,
  queueUntil: 0,
  switchedSeq: -1,
  silentSeq: -1,
  silences: new Set(),
});

const profiles = new Map<Software, WeakMap<object, ServerProfile>>();

/** The table of a server: its product's, with what is set otherwise. */
export function profileOf({ software, settings }: Pick<Server, 'software' | 'settings'>): ServerProfile {
  let made = profiles.get(software);
  if (made === undefined) {
    made = new WeakMap();
    profiles.set(software, made);
  }
  let profile = made.get(settings);
  if (profile === undefined) {
    profile = { ...SERVERS[software], ...settings };
    made.set(settings, profile);
  }
  return profile;
}

/** Under what a client is known. */
export const keyOf = (
  { mac, clientId }: { readonly mac: string; readonly clientId: string },
  profile: ServerProfile,
): string => (profile.identity === 'hardware' || clientId === '' ? mac : `id:${clientId}`);

/** The scope that an address belongs to: whose subnet holds it. */
export function scopeOf(server: Readonly<Server>, address: number): Scope | undefined {
  for (const scope of server.scopes.values()) if (inSubnet(scope, address)) return scope;
  return undefined;
}

export const inSubnet = ({ network, prefix }: Pick<Scope, 'network' | 'prefix'>, address: number): boolean =>
  address >= network && address < network + 2 ** (32 - prefix);

export function withPlace(server: Server, address: number, act: (pool: Pool, place: number) => void): void {
  const scope = scopeOf(server, address);
  if (scope === undefined || (scope.reserved.has(address) && !profileOf(server).sharesReserved)) return;
  const place = placeOf(scope.pool, address);
  if (place >= 0 && isServable(scope, server, address)) act(scope.pool, place);
}

/** Whether an address of a pool can be given out at all. */
export function isServable(scope: Scope, server: Server, address: number): boolean {
  const profile = profileOf(server);
  if ((profile.skipsRouter && address === scope.router) || server.addresses.includes(address))
    return profile.order === 'fresh' || profile.order === 'rotate';
  return !profile.skipsEdges || !isEdge(address);
}

/** Whether it could be mistaken for the address of a network or for everybody in one of class C. */
const isEdge = (address: number): boolean =>
  address >>> 29 === 6 && (address % 256 === 0 || address % 256 === 255);

const without = (list: readonly number[], address: number) => list.filter((one) => one !== address);

function unlist(index: Map<string, number[]>, key: string, address: number): void {
  const left = without(index.get(key) ?? [], address);
  if (left.length === 0) index.delete(key);
  else index.set(key, left);
}

function enlist(index: Map<string, number[]>, key: string, address: number): void {
  const listed = index.get(key) ?? [];
  if (key !== '' && !listed.includes(address)) index.set(key, [...listed, address]);
}

/** Removes a record. What becomes of its address is the caller's to say. */
export function removeLease(server: Server, address: number): void {
  const lease = server.leases.get(address);
  if (lease === undefined) return;
  server.leases.delete(address);
  server.withheld.delete(address);
  unlist(server.byMac, lease.mac, address);
  unlist(server.byClientId, lease.clientId, address);
  if (lease.state === 'active') count(server, address, -1);
}

/** Puts a record in the place of the one before. A client's records stay in the order in which they became its own. */
export function putLease(server: Server, lease: Lease): void {
  const before = server.leases.get(lease.address);
  const [byMac, byClientId] = [server.byMac.get(lease.mac), server.byClientId.get(lease.clientId)];
  removeLease(server, lease.address);
  if (before?.mac === lease.mac && byMac !== undefined) server.byMac.set(lease.mac, byMac);
  if (before?.clientId === lease.clientId && byClientId !== undefined)
    server.byClientId.set(lease.clientId, byClientId);
  server.leases.set(lease.address, lease);
  enlist(server.byMac, lease.mac, lease.address);
  enlist(server.byClientId, lease.clientId, lease.address);
  if (lease.state === 'withheld') server.withheld.add(lease.address);
  if (lease.state === 'active') count(server, lease.address, 1);
}

function count(server: Server, address: number, by: number): void {
  const scope = scopeOf(server, address);
  if (scope === undefined) return;
  scope.active += by;
  scope.peak = Math.max(scope.peak, scope.active);
}

/** Takes away an offer. Its address is free again unless a record holds it. */
export function dropOffer(server: Server, address: number): void {
  const offer = server.offers.get(address);
  if (offer === undefined) return;
  server.offers.delete(address);
  const key = keyOf(offer, profileOf(server));
  if (server.offerOf.get(key) === address) server.offerOf.delete(key);
  const state = server.leases.get(address)?.state;
  if (state === 'active' || state === 'withheld') return;
  withPlace(server, address, offer.fresh ? restorePlace : givePlace);
}

/** The records that are this client's, as the product tells clients apart; the first named first. */
export function recordsOf(
  server: Readonly<Server>,
  who: { readonly mac: string; readonly clientId: string },
  profile: ServerProfile,
): readonly Lease[] {
  const find = (addresses: readonly number[] | undefined) =>
    (addresses ?? []).flatMap((address) => server.leases.get(address) ?? []);
  if (profile.identity === 'hardware') return find(server.byMac.get(who.mac));
  const named = who.clientId === '' ? [] : find(server.byClientId.get(who.clientId));
  const byMac = find(server.byMac.get(who.mac)).filter((lease) =>
    who.clientId === '' ? profile.without !== 'unnamed' || lease.clientId === '' : lease.clientId === '',
  );
  const all = [...named, ...(profile.without === 'latest' ? byMac.reverse() : byMac)];
  return profile.oneLease ? all.slice(0, 1) : all;
}

/** The records of the scope of this address that are not there for it, or for this hardware address. */
export function othersIn(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  address: number,
  mac: string,
): Lease[] {
  return [...server.leases.values()].filter(
    (lease) =>
      inSubnet(scope, lease.address) && lease.address !== address && (mac === '' || lease.mac !== mac),
  );
}

export const mostRecordsIn = ({ mostRecords }: ServerProfile, { pool }: Readonly<Scope>) =>
  Math.min(mostRecords, pool.size);

/** Whether one table has room for a record of this address and client: one that ended makes way. */
export function hasRoom(
  server: Readonly<Server>,
  scope: Readonly<Scope>,
  profile: ServerProfile,
  address: number,
  mac: string,
): boolean {
  const most = mostRecordsIn(profile, scope);
  if (!profile.oneTable || server.leases.size < most) return true;
  const others = othersIn(server, scope, address, mac);
  return others.length < most || others.some(({ state }) => state === 'ended');
}
