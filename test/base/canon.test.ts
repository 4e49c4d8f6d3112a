import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/assert.ts';
import { createCanon } from '../../src/base/canon.ts';

const hash = (...values: unknown[]) => {
  const canon = createCanon();
  for (const value of values) canon.add(value);
  return canon.hex();
};

describe('the hash of plain data', () => {
  test('is the same for the same value and always was: old logs carry it', () => {
    const value = {
      name: 'lan',
      list: [1, -2.5, true, null, undefined],
      map: new Map([['a', new Set([1])]]),
    };
    expect(hash(structuredClone(value))).toBe(hash(value));
    expect(hash(value)).toMatchInlineSnapshot(
      `"8c76fe3119d7de3efdc0660ce718a8bee4aca416476a8d3b2ad98e7f6345ca06"`,
    );
  });

  test.each<[string, unknown, unknown]>([
    ['a number and its text', 1, '1'],
    ['true and its text', true, 'true'],
    ['null and undefined', null, undefined],
    ['a field that is undefined and one that is not there', { a: undefined }, {}],
    ['an empty list, map, set and object', [], {}],
    ['an empty map and an empty set', new Map(), new Set()],
    ['an empty map and an empty object', new Map(), {}],
    ['a map and an object of the same entries', new Map([['a', 1]]), { a: 1 }],
    ['a set and a list', new Set([1]), [1]],
    ['lists that are cut elsewhere', [[1], 2], [[1, 2]]],
    ['texts that are cut elsewhere', ['ab', 'c'], ['a', 'bc']],
    ['a text that looks like the spelling of two', ['a"1:b'], ['a', 'b']],
    [
      'maps in another order',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ],
    ['numbers that differ in the last bit', 0.1 + 0.2, 0.3],
    ['no number and zero', Number.NaN, 0],
    ['infinity and its negative', Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['texts of the same length in another script', 'é', 'e'],
    ['broken halves of characters', '\ud800', '\ud801'],
    ['broken halves inside of texts', 'a\udc00b', 'a\udc01b'],
    ['a broken half and what stands for it in UTF-8', '\ud800', '\ufffd'],
    ['halves in the wrong order and others', '\udc00\ud800', '\udc01\ud800'],
  ])('tells apart %s', (_, a, b) => expect(hash(a)).not.toBe(hash(b)));

  test('does not tell objects apart whose fields come in another order: a decision may name them in any', () => {
    expect(hash({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(hash({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(hash({ a: 1, b: 2 })).not.toBe(hash({ a: 2, b: 1 }));
  });

  test('does not tell zero from minus zero, nor a typed array from a list: a log does not either', () => {
    expect(hash(-0)).toBe(hash(0));
    expect(hash(new Float64Array([1, 2]))).toBe(hash([1, 2]));
  });

  test('of several values is not that of fewer', () => {
    expect(hash(1, 2)).not.toBe(hash(12));
    expect(hash([1], [2])).not.toBe(hash([1, 2]));
  });

  test('is equal exactly when the values are', () => {
    const plain = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.string({ maxLength: 3 }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .array(fc.tuple(fc.string({ maxLength: 2 }), tie('value')), { maxLength: 3 })
          .map((entries) => new Map(entries)),
        fc.dictionary(fc.string({ maxLength: 2 }), tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    const spell = (value: unknown): string =>
      JSON.stringify(value, (_key, inner) => {
        if (inner instanceof Map) return { map: [...inner] };
        return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? {
              object: Object.entries(inner)
                .sort(([x], [y]) => (x < y ? -1 : 1))
                .map((entry) => [...entry]),
            }
          : inner;
      });
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        if (spell(a) !== spell(b)) expect(hash(a)).not.toBe(hash(b));
        expect(hash(structuredClone(a))).toBe(hash(a));
      }),
      { numRuns: 500, seed: 20160524 },
    );
  });

  test('does not depend on where its buffer is cut', () => {
    const long = Array.from({ length: 30_000 }, (_, i) => `name-${i}-é𝒳`);
    const halves = createCanon();
    halves.add(long);
    expect(halves.hex()).toBe(hash(long));
    expect(hash(long)).not.toBe(hash([...long.slice(0, -1), 'other']));
  });

  test.each<[string, unknown]>([
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['an instance of a class', new (class Lease {})()],
    ['a symbol', Symbol('x')],
    ['a big integer', 1n],
    ['an object without a prototype', Object.create(null)],
  ])('is not made of %s: state is plain data', (_, value) => {
    expect(() => hash({ deep: [value] })).toThrow(Fault);
    expect(() => hash({ deep: [value] })).toThrow('state holds something that is not plain data');
  });
});
