/** Shares anew, of all that is connected with a change: who is held by what, within which bounds that can be told without looking again. */
import { push } from '../../base/heap.ts';
import type { Micros } from '../../base/units.ts';
import { between, byEnd, feedsOf, note, poolOf, servedAt, setRate } from './pools.ts';
import { capHolder, holdersOf, type Share, shareFairly } from './share.ts';
import { type Fabric, type Group, type Link, type Pool, type Transfer, transferKey } from './state.ts';

/** Solves the shares of all groups that are connected with some links or caps, and moves each to the pool of what holds it. */
export function settle(fabric: Fabric, from: readonly string[], at: Micros): void {
  const { groups, names } = connected(fabric, from);
  const shares = groups.map((group): Share => ({ rate: 0, ...group }));
  shareFairly(shares, (name) => (fabric.links.get(name) as Link).capacity);
  const moving = movers(fabric, groups, shares);
  const held = () =>
    [...names].flatMap((name): [string, Pool][] => {
      const pool = fabric.pools.get(name);
      return pool === undefined ? [] : [[name, pool]];
    });
  for (const [, pool] of held())
    Object.assign(pool, { count: 0, taken: 0, floor: 0, room: Number.POSITIVE_INFINITY, mixed: false });
  for (const { count, rate, holder } of shares) {
    const pool = poolOf(fabric, holder, at);
    pool.count += count;
    setRate(pool, rate, at);
  }
  for (const [transfer, pool] of moving) move(fabric, transfer, pool, at);
  for (const [name, pool] of held()) if (pool.count === 0) note(fabric, name, pool);
  bindAll(fabric, shares);
  for (const [name, pool] of held()) note(fabric, name, pool);
}

/** Groups that share links with each other or a pool of one cap, in the order of their starts, and the links and caps. */
function connected(fabric: Readonly<Fabric>, from: readonly string[]) {
  const names = new Set(from);
  const reached = new Set<Group>();
  // A set that grows while it is walked is walked to its new end.
  for (const name of names)
    for (const key of fabric.along.get(name) ?? []) {
      const group = fabric.groups.get(key) as Group;
      if (reached.has(group)) continue;
      reached.add(group);
      for (const holder of holdersOf(group)) names.add(holder);
    }
  return { groups: [...reached].sort((a, b) => a.seq - b.seq), names };
}

/** The transfers of groups that something else holds from now on, taken out of their pools, each with the pool. */
function movers(fabric: Fabric, groups: readonly Group[], shares: readonly Share[]): [Transfer, Pool][] {
  const left = new Set<string>();
  const changed = new Set<Group>();
  for (const [i, group] of groups.entries()) {
    const { holder } = shares[i] as Share;
    if (holder === group.holder) continue;
    left.add(group.holder);
    changed.add(group);
    group.holder = holder;
  }
  return [...left].flatMap((name) => {
    const pool = fabric.pools.get(name) as Pool;
    const isMoving = ({ group }: Transfer) => changed.has(fabric.groups.get(group) as Group);
    const moving = pool.members.filter(isMoving);
    const staying = pool.members.filter((one) => !isMoving(one));
    pool.members.length = 0;
    for (const one of staying) push(pool.members, one, byEnd);
    return moving.map((transfer): [Transfer, Pool] => [transfer, pool]);
  });
}

function move(fabric: Fabric, transfer: Transfer, from: Pool, at: Micros): void {
  const { holder } = fabric.groups.get(transfer.group) as Group;
  const pool = poolOf(fabric, holder, at);
  const moved = { ...transfer, end: servedAt(pool, at) + transfer.end - servedAt(from, at) };
  push(pool.members, moved, byEnd);
  fabric.transfers.set(transferKey(transfer.owner, transfer.tag), moved);
}

function bindAll(fabric: Fabric, shares: readonly Share[]): void {
  const tops = new Map<string, number>();
  const feeding = new Set<Pool>();
  for (const { path, count, rate, holder } of shares) {
    const own = fabric.pools.get(holder) as Pool;
    const feeds = feedsOf(fabric, path, holder);
    if (feeding.has(own)) own.mixed ||= own.feeds !== feeds;
    else own.feeds = feeds;
    feeding.add(own);
    for (const name of path) {
      const pool = fabric.pools.get(name);
      if (pool === undefined) tops.set(name, Math.max(tops.get(name) ?? 0, rate));
      else if (pool !== own) {
        pool.taken += rate * count;
        pool.floor = Math.max(pool.floor, rate);
      }
    }
  }
  for (const [name, top] of tops) {
    const link = fabric.links.get(name) as Link;
    const equal = link.capacity / link.users;
    link.bound = top <= equal ? between(top, equal) : Number.POSITIVE_INFINITY;
  }
  for (const { path, cap, rate, holder } of shares) {
    const pool = fabric.pools.get(holder) as Pool;
    if (holder !== capHolder(cap)) pool.room = Math.min(pool.room, cap);
    for (const name of path) {
      if (!tops.has(name)) continue;
      const { bound } = fabric.links.get(name) as Link;
      // Some are faster than an equal share, because others are slower: a faster pool has to be looked at.
      pool.room = Math.min(pool.room, bound === Number.POSITIVE_INFINITY ? rate : bound);
    }
  }
}
