/** The order in which addresses are given out, against references that are slow and plain. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasBit } from '../../src/base/bits.ts';
import { nextAfter } from '../../src/models/dhcp/choose.ts';
import { emptyServer, type Scope } from '../../src/models/dhcp/ledger.ts';
import {
  addressAt,
  givePlace,
  makePool,
  type Pool,
  placeOf,
  restorePlace,
  searchFrom,
  startFor,
  takePlace,
} from '../../src/models/dhcp/pool.ts';
import { type Order, SERVERS } from '../../src/models/dhcp/profile.ts';
import { lan, macOf, message } from '../support/dhcp.ts';

const ORDERS: readonly Order[] = ['hash', 'rotate', 'lowest'];
/** Ranges with gaps, as pairs of last bytes, and an empty one. */
const RANGES = [
  [10, 12],
  [10, 10],
  [10, 11, 20, 24, 90, 90],
  [30, 29, 40, 44],
  [1, 100],
];
const RUNS = { numRuns: 300, seed: 20160524 };

/** A pool, and which of its places nobody ever had (0), were given back (when), or are taken (-1). */
function played(ranges: readonly number[], steps: readonly (readonly [string, number])[]) {
  const pool = makePool(ranges.map(lan));
  const ends = new Map<number, number>();
  const taken = new Set<number>();
  const fresh = new Set(Array.from({ length: pool.size }, (_, place) => place));
  steps.forEach(([what, number], now) => {
    const place = number % pool.size;
    if (what === 'take') {
      takePlace(pool, place);
      taken.add(place);
      fresh.delete(place);
      ends.delete(place);
    } else if (taken.has(place)) {
      taken.delete(place);
      if (what === 'give') {
        givePlace(pool, place);
        ends.set(place, now);
      } else {
        restorePlace(pool, place);
        fresh.add(place);
      }
    }
  });
  return { pool, ends, taken, fresh };
}

const ranges = fc.constantFrom(...RANGES.slice(0, 3), RANGES[4] as number[]);
const steps = fc.array(fc.tuple(fc.constantFrom('take', 'take', 'give', 'give', 'restore'), fc.nat(1000)), {
  maxLength: 250,
  size: 'max',
});

describe('places', () => {
  test.each(RANGES.map((each) => [each]))('%j: each address has one, and each place an address', (each) => {
    const pool = makePool(each.map(lan));
    const seen = Array.from({ length: pool.size }, (_, place) => addressAt(pool, place));
    expect(seen.map((address) => placeOf(pool, address))).toEqual([...seen.keys()]);
    expect([addressAt(pool, pool.size), placeOf(pool, lan(200)), placeOf(pool, lan(25))]).toEqual([
      -1,
      -1,
      each.length === 2 && (each[1] as number) > 25 && (each[0] as number) <= 25
        ? 25 - (each[0] as number)
        : -1,
    ]);
  });
});

// fast-check prints the seed and the path of a failure; `fc.assert(..., { seed, path })` repeats it.
describe('a search', () => {
  /** One place after another from `from`, until it has come round to `first`. */
  function scanned(pool: Pool, first: number, from: number): number {
    for (let step = 0; step < pool.size; step += 1) {
      const place = (from + step) % pool.size;
      if (step > 0 && place === first) return -1;
      if (hasBit(pool.free, place)) return place;
    }
    return -1;
  }

  test.each(ORDERS)('%s finds what a linear one does', (order) => {
    fc.assert(
      fc.property(ranges, steps, fc.nat(1000), fc.nat(1000), (each, done, one, other) => {
        const { pool } = played(each, done);
        const [first, from] = [one % pool.size, other % pool.size];
        expect(searchFrom(pool, first, from, { order })).toBe(scanned(pool, first, from));
      }),
      RUNS,
    );
  });

  test.each(ORDERS)('%s looks at every free address once, one after a used one', (order) => {
    const profile = { ...SERVERS.dnsmasq, order };
    fc.assert(
      fc.property(ranges, steps, (each, done) => {
        const { pool } = played(each, done);
        const first = startFor(pool, macOf('a'), profile);
        const seen: number[] = [];
        let place = searchFrom(pool, first, first, profile);
        while (place >= 0 && seen.length <= pool.size) {
          seen.push(place);
          const used = { address: addressAt(pool, place), first };
          place =
            nextAfter(emptyServer(), { pool } as Scope, message('DISCOVER', 'a'), used, profile)?.place ?? -1;
        }
        const wanted = Array.from({ length: pool.size }, (_, step) => (first + step) % pool.size);
        expect(seen).toEqual(wanted.filter((one) => hasBit(pool.free, one)));
      }),
      RUNS,
    );
  });
});

describe('fresh', () => {
  test('the lowest never used, then the one whose use ended longest ago', () => {
    fc.assert(
      fc.property(ranges, steps, (each, done) => {
        const { pool, ends, fresh, taken } = played(each, done);
        const found: number[] = [];
        for (;;) {
          const place = searchFrom(pool, 0, 0, { order: 'fresh' });
          if (place < 0 || found.length > pool.size) break;
          found.push(place);
          takePlace(pool, place);
        }
        const oldest = [...ends].sort(([, a], [, b]) => a - b).map(([place]) => place);
        expect(found).toEqual([...[...fresh].sort((a, b) => a - b), ...oldest]);
        expect(found.length + taken.size).toBe(pool.size);
      }),
      RUNS,
    );
  });

  test('the queue of those that ended does not grow with what went through it', () => {
    const pool = makePool([lan(1), lan(100)]);
    for (let round = 0; round < 20_000; round += 1) {
      takePlace(pool, round % 100);
      givePlace(pool, round % 100);
    }
    expect(pool.ended.length).toBeLessThan(400);
    expect(pool.endedAt.size).toBe(100);
    expect(searchFrom(pool, 0, 0, { order: 'fresh' })).toBe(0);
  });
});

test('where a search begins: at the hash moved on by what was found in use, at the turn, at the lowest', () => {
  const pool = makePool([lan(10), lan(19)]);
  pool.pointer = 7;
  const mac = '00:00:00:00:00:01';
  expect(startFor(pool, mac, { order: 'hash' })).toBe(1);
  pool.shift = 3;
  expect(startFor(pool, mac, { order: 'hash' })).toBe(4);
  expect(startFor(pool, mac, { order: 'rotate' })).toBe(7);
  expect(startFor(pool, mac, { order: 'lowest' })).toBe(0);
  expect(startFor(makePool([]), mac, { order: 'hash' })).toBe(0);
});
