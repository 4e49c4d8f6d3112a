/** Heaps and sorted lists against a plain array that is sorted anew after each step. fast-check prints the seed of a run that fails. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heads, pull, push } from '../../src/base/heap.ts';
import { type Compare, insert, remove } from '../../src/base/sorted.ts';

/** Items that come first by `at`, and of those alike the earlier made: no two are equal. */
interface Item {
  readonly at: number;
  readonly n: number;
}

const byAt: Compare<Item> = (a, b) => a.at - b.at || a.n - b.n;

/** An item that comes, or the pick of one that goes. Few instants, so that many are alike. */
type Step = { readonly at: number } | { readonly pick: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ at: fc.integer({ min: -5, max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ pick: fc.nat() }) },
  ),
  { maxLength: 200 },
);

/** Takes the steps with a list under test and with a plain one, and compares them after each. */
function replay(
  list: readonly Step[],
  add: (item: Item) => void,
  take: (item: Item) => void,
  check: (plain: readonly Item[]) => void,
): void {
  let plain: Item[] = [];
  for (const [n, step] of list.entries()) {
    if ('at' in step) {
      const item = { at: step.at, n };
      add(item);
      plain.push(item);
    } else {
      const item = plain[step.pick % Math.max(plain.length, 1)];
      // A copy: items are found by what they are compared by.
      if (item !== undefined) take({ ...item });
      plain = plain.filter((one) => one !== item);
    }
    check(plain.toSorted(byAt));
  }
}

const RUNS = { numRuns: 300 };

describe('a heap', () => {
  test('has the least item first, and the items that came and did not go', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const heap: Item[] = [];
        replay(
          list,
          (item) => push(heap, item, byAt),
          (item) => pull(heap, item, byAt),
          (plain) => {
            expect(heap[0]).toEqual(plain[0]);
            expect(heap.toSorted(byAt)).toEqual(plain);
            for (const [i, item] of heap.entries())
              if (i > 0) expect(byAt(heap[(i - 1) >>> 1] as Item, item)).toBeLessThan(0);
          },
        );
      }),
      RUNS,
    );
  });

  test('gives all items up to a bound as its heads, and looks at few others', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -6, max: 21 }), (list, bound) => {
        const heap: Item[] = [];
        let looks = 0;
        const isHead = ({ at }: Item) => {
          looks += 1;
          return at <= bound;
        };
        replay(
          list,
          (item) => push(heap, item, byAt),
          (item) => pull(heap, item, byAt),
          (plain) => {
            looks = 0;
            const found = heads(heap, isHead);
            expect(found.toSorted(byAt)).toEqual(plain.filter(({ at }) => at <= bound));
            expect(looks).toBeLessThanOrEqual(2 * found.length + 1);
          },
        );
      }),
      RUNS,
    );
  });

  test('gives its items in order when the first is taken again and again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (instants) => {
        const items = instants.map((at, n) => ({ at, n }));
        const heap: Item[] = [];
        for (const item of items) push(heap, item, byAt);
        const taken = items.map(() => {
          const first = heap[0] as Item;
          pull(heap, first, byAt);
          return first;
        });
        expect(taken).toEqual(items.toSorted(byAt));
        expect(heap).toEqual([]);
      }),
      RUNS,
    );
  });
});

test('a sorted list is the plain one in order, whatever comes and goes', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const sorted: Item[] = [];
      replay(
        list,
        (item) => insert(sorted, item, byAt),
        (item) => remove(sorted, item, byAt),
        (plain) => {
          expect(sorted).toEqual(plain);
        },
      );
    }),
    RUNS,
  );
});
