/**
 * Pools of transfers, and what can be told of their rates without looking at the others: a start or an end changes the rate of one pool
 * alone while no other link or cap could become, or is, the one that holds its members back (docs/performance.md).
 */
import { pull, push } from '../../base/heap.ts';
import { insert, remove } from '../../base/sorted.ts';
import type { Bytes, Micros } from '../../base/units.ts';
import { capHolder, holdersOf } from './share.ts';
import {
  type Due,
  type Fabric,
  type Group,
  type Link,
  type Pool,
  type Transfer,
  transferKey,
} from './state.ts';

/** By the end, and then by the start. */
export const byEnd = (a: Transfer, b: Transfer): number => a.end - b.end || a.seq - b.seq;

const byInstant = (a: Due, b: Due): number => a.at - b.at || (a.pool < b.pool ? -1 : Number(a.pool > b.pool));

/** The pool of a holder, made when there is none. */
export function poolOf(fabric: Fabric, holder: string, at: Micros): Pool {
  let pool = fabric.pools.get(holder);
  if (pool === undefined) {
    pool = {
      since: at,
      ...{ count: 0, rate: 0, served: 0, taken: 0, floor: 0, feeds: '', mixed: false },
      ...{ room: Number.POSITIVE_INFINITY, members: [], due: Number.POSITIVE_INFINITY },
    };
    fabric.pools.set(holder, pool);
  }
  return pool;
}

/** What each member of a pool has received at an instant. */
export const servedAt = (pool: Readonly<Pool>, at: Micros): number =>
  pool.served + pool.rate * (at - pool.since);

/** Whole bytes that a transfer has received so far; none when there is no such transfer. */
export function receivedOf(fabric: Readonly<Fabric>, owner: string, tag: string, at: Micros): Bytes {
  const transfer = fabric.transfers.get(transferKey(owner, tag));
  const pool = fabric.pools.get(fabric.groups.get(transfer?.group ?? '')?.holder ?? '');
  if (transfer === undefined || pool === undefined) return 0;
  const left = Math.max(transfer.end - servedAt(pool, at), 0);
  return Math.max(Math.floor(transfer.size - left), 0);
}

/** From an instant on, the members of a pool get another rate. */
export function setRate(pool: Pool, rate: number, at: Micros): void {
  if (rate === pool.rate) return;
  pool.served = servedAt(pool, at);
  pool.since = at;
  pool.rate = rate;
}

/** Notes when the first member of a pool ends, now that members or rate are others; a pool without members is no more. */
export function note(fabric: Fabric, name: string, pool: Pool): void {
  const [first] = pool.members;
  const moves = first !== undefined && pool.rate > 0;
  const due = moves
    ? pool.since + Math.max(Math.ceil((first.end - pool.served) / pool.rate), 0)
    : Number.POSITIVE_INFINITY;
  if (due !== pool.due) {
    if (pool.due !== Number.POSITIVE_INFINITY) remove(fabric.dues, { at: pool.due, pool: name }, byInstant);
    if (moves) insert(fabric.dues, { at: due, pool: name }, byInstant);
    pool.due = due;
  }
  if (first === undefined) fabric.pools.delete(name);
}

/** A number between two, nearer to the lower one when they are far apart: both can move before they meet it. */
export const between = (low: number, high: number): number =>
  Math.min(Math.max(Math.sqrt(low * high), low), high);

const linkOf = (fabric: Readonly<Fabric>, name: string) => fabric.links.get(name) as Link;

/** What each member of a pool gets as long as all members are held by it. */
function rateOf(fabric: Readonly<Fabric>, holder: string, pool: Readonly<Pool>, cap: number): number {
  const link = fabric.links.get(holder);
  return link === undefined ? cap : Math.max((link.capacity - pool.taken) / pool.count, 0);
}

/** What would hold a transfer of a new group: its cap or the link that could give it least. */
function likelyHolder(fabric: Readonly<Fabric>, { path, cap }: Readonly<Group>): string {
  let [holder, least] = [capHolder(cap), cap];
  for (const name of path) {
    const { capacity, users } = linkOf(fabric, name);
    const pool = fabric.pools.get(name);
    const rate = pool === undefined ? capacity / users : (capacity - pool.taken) / (pool.count + 1);
    if (rate < least) [holder, least] = [name, rate];
  }
  return holder;
}

/** The links of a path that are not the holder and hold others. */
const feeding = (fabric: Readonly<Fabric>, path: readonly string[], holder: string): string[] =>
  path.filter((name) => name !== holder && fabric.pools.has(name));

/** Their names one after the other. */
export const feedsOf = (fabric: Readonly<Fabric>, path: readonly string[], holder: string): string =>
  feeding(fabric, path, holder).join(' ');

/** Whether none of those who use the links of a path that hold nobody can be faster than an equal share of them. */
const areLoose = (fabric: Readonly<Fabric>, { path, holder }: Readonly<Group>): boolean =>
  path.every((name) => {
    const { capacity, users, bound } = linkOf(fabric, name);
    return name === holder || users === 0 || fabric.pools.has(name) || capacity / users >= bound;
  });

/** What a pool of so many takes of the links that its members go over: all that its link has left, or the cap of each. */
function carried(
  fabric: Readonly<Fabric>,
  holder: string,
  { taken }: Readonly<Pool>,
  count: number,
  cap: number,
): number {
  const link = fabric.links.get(holder);
  if (link === undefined) return cap * count;
  return count === 0 ? 0 : Math.max(link.capacity - taken, 0);
}

/** Members of another pool take more of a link than they did, or less, and get this rate. */
function feed(fabric: Fabric, name: string, more: number, rate: number, at: Micros): boolean {
  const pool = fabric.pools.get(name) as Pool;
  pool.taken += more;
  pool.floor = Math.max(pool.floor, rate);
  const own = rateOf(fabric, name, pool, 0);
  if (own < pool.floor || own > pool.room) return false;
  if (own === pool.rate) return true;
  if (pool.mixed || pool.feeds !== '') return false;
  setRate(pool, own, at);
  note(fabric, name, pool);
  return true;
}

/** Gives a pool that had so many members the rate that follows from those it has. False when that does not tell the shares. */
function rerate(fabric: Fabric, group: Readonly<Group>, pool: Pool, was: number, at: Micros): boolean {
  const { path, cap, holder } = group;
  const rate = pool.count === 0 ? 0 : rateOf(fabric, holder, pool, cap);
  if (pool.count > 0 && (rate < pool.floor || (rate !== pool.rate && pool.mixed))) return false;
  setRate(pool, rate, at);
  if (rate > pool.room || !areLoose(fabric, group)) return false;
  const more = carried(fabric, holder, pool, pool.count, cap) - carried(fabric, holder, pool, was, cap);
  return feeding(fabric, path, holder).every((name) => feed(fabric, name, more, rate, at));
}

/** A link that nobody used, and a new one to the pool: how fast its users may become. */
function bind({ path, holder, cap }: Readonly<Group>, fabric: Fabric, pool: Pool): void {
  const rate = rateOf(fabric, holder, pool, cap);
  for (const name of path) {
    if (name === holder || fabric.pools.has(name)) continue;
    const link = linkOf(fabric, name);
    if (link.users === 1) link.bound = between(rate, link.capacity);
    pool.room = Math.min(pool.room, link.bound);
  }
  if (holder !== capHolder(cap)) pool.room = Math.min(pool.room, cap);
  pool.mixed ||= pool.feeds !== feedsOf(fabric, path, holder);
}

/** A transfer begins; its `end` is its size. False when the shares have to be settled anew. */
export function join(fabric: Fabric, group: Group, transfer: Transfer, at: Micros): boolean {
  for (const name of group.path) linkOf(fabric, name).users += 1;
  const isFirst = group.count === 0;
  if (isFirst) group.holder = likelyHolder(fabric, group);
  const { holder } = group;
  const isNew = !fabric.pools.has(holder);
  const pool = poolOf(fabric, holder, at);
  const placed = { ...transfer, end: servedAt(pool, at) + transfer.size };
  group.count += 1;
  pool.count += 1;
  push(pool.members, placed, byEnd);
  const { owner, tag } = transfer;
  fabric.transfers.set(transferKey(owner, tag), placed);
  const tags = fabric.tags.get(owner);
  if (tags === undefined) fabric.tags.set(owner, [tag]);
  else tags.push(tag);
  // A link that begins to hold back some of those that share it says nothing of the others.
  const isAlone = !isNew || holder === capHolder(group.cap) || linkOf(fabric, holder).users === 1;
  if (isNew) pool.feeds = feedsOf(fabric, group.path, holder);
  if (isFirst) bind(group, fabric, pool);
  const isTold = rerate(fabric, group, pool, pool.count - 1, at) && isAlone;
  note(fabric, holder, pool);
  return isTold;
}

/** A transfer is no longer there; nor is an owner without any. */
function forget(fabric: Fabric, { owner, tag }: Transfer): void {
  fabric.transfers.delete(transferKey(owner, tag));
  const tags = fabric.tags.get(owner) as string[];
  if (tags.length === 1) fabric.tags.delete(owner);
  else tags.splice(tags.indexOf(tag), 1);
}

/** Takes away a group without transfers. */
function dissolve(fabric: Fabric, key: string, group: Readonly<Group>): void {
  fabric.groups.delete(key);
  for (const name of holdersOf(group)) {
    const keys = fabric.along.get(name);
    keys?.delete(key);
    if (keys?.size === 0) fabric.along.delete(name);
  }
}

/** A transfer is over. False when the shares have to be settled anew. */
export function part(fabric: Fabric, transfer: Transfer, at: Micros): boolean {
  const group = fabric.groups.get(transfer.group) as Group;
  const pool = poolOf(fabric, group.holder, at);
  for (const name of group.path) linkOf(fabric, name).users -= 1;
  group.count -= 1;
  pool.count -= 1;
  pull(pool.members, transfer, byEnd);
  forget(fabric, transfer);
  if (group.count === 0) dissolve(fabric, transfer.group, group);
  // Without members the link may still be used by others, whose rates nothing bounds by it yet.
  const isFree = pool.count > 0 || (fabric.links.get(group.holder)?.users ?? 0) === 0;
  const isTold = rerate(fabric, group, pool, pool.count + 1, at) && isFree;
  note(fabric, group.holder, pool);
  return isTold;
}
