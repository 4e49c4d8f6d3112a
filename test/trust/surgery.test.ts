/** Promise 5, order and place: frames cannot be moved, repeated, removed or brought in from elsewhere without being noticed. */
import { expect, test } from 'vitest';
import { surgeriesNoticed } from './support/checks-log.ts';
import { reseal } from './support/parts.ts';
import { everyKindLog } from './support/story.ts';
import { surgeries } from './support/surgeries.ts';

const all = surgeries();

test('there are surgeries of every sort', () => {
  const sorts = new Map<string, number>();
  for (const { sort } of all) sorts.set(sort, (sorts.get(sort) ?? 0) + 1);
  for (const count of sorts.values()) expect(count).toBeGreaterThan(10);
  expect([...sorts.keys()].sort()).toEqual([
    'added',
    'beheaded',
    'ended',
    'removed',
    'repeated',
    'spliced',
    'swapped',
  ]);
  expect(all.length).toBeGreaterThan(1000);
});

test('resealing is what the writer does', () => {
  const log = everyKindLog();
  expect(log).toEqual(everyKindLog());
  expect(Buffer.compare(reseal([log.slice(0, 64)]), log.subarray(0, 64))).toBe(0);
});

test('all of them are noticed, by the chain alone where everything else is right', () => {
  const { unchained = 0, corrupt = 0, open = 0, ...others } = surgeriesNoticed(all);
  expect(others).toEqual({});
  expect(unchained + corrupt + open).toBe(all.length);
  expect(unchained).toBeGreaterThan(all.length / 5);
});
