/** Values by name: the same answers whether there is a handful of them, or many. */
import { describe, expect, test } from 'vitest';
import { Few } from '../../src/kernel/few.ts';

describe('few', () => {
  test.each([0, 1, 6, 7, 8, 100])('of %i names each is found, in the order in which they came', (count) => {
    const names = Array.from({ length: count }, (_, i) => `purpose-${(i * 37) % 101}`);
    const few = new Few<number>();
    names.forEach((name, i) => {
      expect(few.get(name)).toBeUndefined();
      few.add(name, i);
      expect(few.get(name)).toBe(i);
    });
    expect([...few]).toEqual(names.map((name, i) => [name, i]));
    expect(names.map((name) => few.get(name))).toEqual(names.map((_, i) => i));
    expect(few.get('purpose-none')).toBeUndefined();
  });

  test('a name that is made of parts is the same name', () => {
    const few = new Few<number>();
    few.add('boot', 1);
    expect(few.get(['bo', 'ot'].join(''))).toBe(1);
  });
});
