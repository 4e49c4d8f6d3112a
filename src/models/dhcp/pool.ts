/** The addresses of a scope: which are free, and in which order they are given out. */
import { addBit, type Bits, dropBit, hasBit, makeBits, nextAround, nextBit } from '../../base/bits.ts';
import { hashOf, type ServerProfile } from './profile.ts';

/** A row of addresses, ranges one after another; the n-th address is the place n. */
export interface Pool {
  readonly ranges: readonly number[];
  readonly size: number;
  /** Nobody has it, it is not reserved, not withheld, and can be given out. */
  readonly free: Bits;
  /** Never given out. */
  readonly fresh: Bits;
  /** Places whose use ended, longest ago first, from `endedHead` on; an entry counts while `endedAt` names its index. */
  ended: number[];
  readonly endedAt: Map<number, number>;
  endedHead: number;
  /** Where `rotate` goes on, and how far `hash` is shifted. */
  pointer: number;
  shift: number;
}

export function makePool(ranges: readonly number[]): Pool {
  let size = 0;
  for (let i = 0; i < ranges.length; i += 2)
    size += Math.max(0, (ranges[i + 1] as number) - (ranges[i] as number) + 1);
  return {
    ranges,
    size,
    free: makeBits(size, true),
    fresh: makeBits(size, true),
    ended: [],
    endedAt: new Map(),
    endedHead: 0,
    pointer: 0,
    shift: 0,
  };
}

/** The place of an address in the pool, or -1. */
export function placeOf({ ranges }: Pool, address: number): number {
  let before = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const [first, last] = [ranges[i] as number, ranges[i + 1] as number];
    if (address >= first && address <= last) return before + address - first;
    before += Math.max(0, last - first + 1);
  }
  return -1;
}

/** The address at a place. */
export function addressAt({ ranges }: Pool, place: number): number {
  let rest = place;
  for (let i = 0; i < ranges.length; i += 2) {
    const size = Math.max(0, (ranges[i + 1] as number) - (ranges[i] as number) + 1);
    if (rest < size) return (ranges[i] as number) + rest;
    rest -= size;
  }
  return -1;
}

/** Where the search for an address for this client begins: a place. */
export function startFor(pool: Pool, mac: string, { order }: Pick<ServerProfile, 'order'>): number {
  if (pool.size === 0) return 0;
  if (order === 'rotate') return pool.pointer;
  if (order === 'hash' || order === 'hash-busybox')
    return (hashOf(mac, order === 'hash-busybox') + pool.shift) % pool.size;
  return 0;
}

/** The free place where a search that began at `first` finds something, from `from` on; -1 when it came round in vain. */
export function searchFrom(
  pool: Pool,
  first: number,
  from: number,
  { order }: Pick<ServerProfile, 'order'>,
): number {
  if (order === 'fresh') return nextFresh(pool, from);
  const found = nextAround(order === 'hash-busybox' ? pool.fresh : pool.free, from);
  if (found < 0 || from === first) return found;
  // Once round: places from `from` up to before `first`.
  const steps = (place: number) => (place - first + pool.size) % pool.size;
  return steps(found) < steps(from) ? -1 : found;
}

/** The lowest place that was never used, else the one whose use ended longest ago. Between two checks of one search: after `from`. */
function nextFresh(pool: Pool, from: number): number {
  const next = nextBit(pool.fresh, from);
  return next >= 0 ? next : oldestEnded(pool);
}

/** The place whose use ended longest ago; -1 when there is none. */
export const oldestEnded = ({ ended, endedHead }: Pool): number => ended[endedHead] ?? -1;

/** Somebody has this place from now on. */
export function takePlace(pool: Pool, place: number): void {
  dropBit(pool.free, place);
  dropBit(pool.fresh, place);
  if (!pool.endedAt.delete(place)) return;
  const { ended, endedAt } = pool;
  while (pool.endedHead < ended.length && endedAt.get(ended[pool.endedHead] as number) !== pool.endedHead)
    pool.endedHead += 1;
  if (ended.length < 64 || ended.length < endedAt.size * 2) return;
  pool.ended = ended.filter((one, i) => endedAt.get(one) === i);
  pool.ended.forEach((one, i) => {
    endedAt.set(one, i);
  });
  pool.endedHead = 0;
}

/** A place is nobody's again: behind those that were given back before. */
export function givePlace(pool: Pool, place: number): void {
  if (hasBit(pool.free, place)) return;
  addBit(pool.free, place);
  pool.endedAt.set(place, pool.ended.push(place) - 1);
}

/** A place that was held for somebody who did not come: it counts as never used. */
export function restorePlace(pool: Pool, place: number): void {
  takePlace(pool, place);
  addBit(pool.free, place);
  addBit(pool.fresh, place);
}
