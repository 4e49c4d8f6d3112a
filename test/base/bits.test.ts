/** Sets of numbers against a set that is slow and plain. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBit, type Bits, dropBit, hasBit, makeBits, nextAround, nextBit } from '../../src/base/bits.ts';

/** The least member that is not below `from`, found one by one. */
function nextOf(members: ReadonlySet<number>, size: number, from: number): number {
  for (let at = Math.max(0, from); at < size; at += 1) if (members.has(at)) return at;
  return -1;
}

const membersOf = (bits: Bits): number[] => {
  const found: number[] = [];
  for (let at = nextBit(bits, 0); at >= 0; at = nextBit(bits, at + 1)) found.push(at);
  return found;
};

describe('a set of numbers', () => {
  // Around each border of a word, and of a word of words.
  test.each([0, 1, 31, 32, 33, 63, 64, 1023, 1024, 1025, 32_767, 32_768, 32_769])('of %d, full', (size) => {
    const bits = makeBits(size, true);
    expect(membersOf(bits).length).toBe(size);
    expect(hasBit(bits, size)).toBe(false);
    expect(hasBit(bits, -1)).toBe(false);
    expect(nextBit(bits, size)).toBe(-1);
    expect(nextBit(bits, size - 1)).toBe(size - 1);
    expect(nextBit(bits, -5)).toBe(size === 0 ? -1 : 0);
  });

  test.each([0, 1, 32, 1024, 40_000])('of %d, empty', (size) => {
    const bits = makeBits(size, false);
    expect(nextBit(bits, 0)).toBe(-1);
    expect(nextAround(bits, size / 2)).toBe(-1);
  });

  test('one that is emptied and filled again finds its members', () => {
    const bits = makeBits(70_000, true);
    for (let at = 0; at < 70_000; at += 1) dropBit(bits, at);
    expect(nextBit(bits, 0)).toBe(-1);
    for (const at of [69_999, 31, 32, 1_024]) addBit(bits, at);
    expect(membersOf(bits)).toEqual([31, 32, 1_024, 69_999]);
    expect([nextAround(bits, 1_025), nextAround(bits, 70_000), nextAround(bits, 33)]).toEqual([
      69_999, 31, 1_024,
    ]);
  });

  // fast-check prints the seed and the path of a failure; `fc.assert(..., { seed, path })` repeats it.
  test('does what a plain set does', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(1_024, 1_025, 33_000));
    const step = fc.tuple(fc.constantFrom('add', 'drop', 'next', 'around'), fc.nat(33_000));
    fc.assert(
      fc.property(size, fc.boolean(), fc.array(step, { maxLength: 120 }), (count, full, steps) => {
        const bits = makeBits(count, full);
        const members = new Set(full ? Array.from({ length: count }, (_, at) => at) : []);
        for (const [what, number] of steps) {
          const at = number % count;
          if (what === 'add') {
            addBit(bits, at);
            members.add(at);
          } else if (what === 'drop') {
            dropBit(bits, at);
            members.delete(at);
          } else if (what === 'next') expect(nextBit(bits, at)).toBe(nextOf(members, count, at));
          else {
            const next = nextOf(members, count, at);
            expect(nextAround(bits, at)).toBe(next >= 0 ? next : nextOf(members, count, 0));
          }
          expect(hasBit(bits, at)).toBe(members.has(at));
        }
        expect(membersOf(bits)).toEqual([...members].sort((a, b) => a - b));
      }),
      { numRuns: 200, seed: 20160524 },
    );
  });
});
