import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { hex, sha256 } from '../../src/base/digest.ts';
import { Stream } from '../../src/kernel/random.ts';

const first = (count: number, seed: string, name: string) => {
  const stream = new Stream(seed, name);
  return Array.from({ length: count }, () => stream.draw());
};

describe('a stream', () => {
  test('gives the same numbers for the same seed and name, in [0, 1)', () => {
    const numbers = first(1000, '7', 'vm/a/boot');
    expect(numbers).toEqual(first(1000, '7', 'vm/a/boot'));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  test('draws what seedrandom draws from the same seed, to the last bit', () => {
    const stream = new Stream('7', 'vm/a/boot');
    const generator = seedrandom.alea(hex(sha256('7', '\0', 'vm/a/boot')));
    for (let i = 0; i < 100_000; i += 1) if (stream.draw() !== generator.double()) expect.fail(`draw ${i}`);
  });

  test('stands where seedrandom stands, and goes on from there', () => {
    const stream = new Stream('7', 'vm/a/boot');
    const generator = seedrandom.alea(hex(sha256('7', '\0', 'vm/a/boot')), { state: true });
    for (let i = 0; i < 20_000; i += 1) {
      expect(stream.state).toEqual(generator.state());
      expect(stream.draw()).toBe(generator.double());
    }
    const other = new Stream('8', 'vm/b/retry');
    other.place(stream.state, stream.taken);
    expect(other.state).toEqual(stream.state);
    expect(other.taken).toBe(20_000);
    for (let i = 0; i < 100; i += 1) expect(other.draw()).toBe(stream.draw());
  });

  test('has 53 bits, not 32', () => {
    expect(first(100, '7', 'vm/a/boot').some((number) => (number * 2 ** 32) % 1 !== 0)).toBe(true);
  });

  test('gives these numbers on every machine and in every later version: old logs depend on them', () => {
    expect(first(3, 'premortem', 'vm/zookeeper-1/boot')).toMatchInlineSnapshot(`
      [
        0.21671406298314466,
        0.9018139854506602,
        0.1942676970042463,
      ]
    `);
  });

  test.each([
    ['another seed', '8', 'vm/a/boot'],
    ['another entity', '7', 'vm/b/boot'],
    ['another purpose', '7', 'vm/a/retry'],
    ['a seed and a name that read the same together', '7v', 'm/a/boot'],
  ])('has nothing in common with the stream of %s', (_, seed, name) => {
    const mine = new Set(first(200, '7', 'vm/a/boot'));
    expect(first(200, seed, name).some((number) => mine.has(number))).toBe(false);
  });

  test.each([0, 1, 2, 17, 500])('after %d draws is where a skip of as many brings a new one', (count) => {
    const drawn = new Stream('7', 'vm/a/boot');
    for (let i = 0; i < count; i += 1) drawn.draw();
    const skipped = new Stream('7', 'vm/a/boot');
    skipped.skip(count);
    expect(skipped.taken).toBe(drawn.taken);
    expect(skipped.draw()).toBe(drawn.draw());
  });
});

describe('2,000 streams with similar names (style-and-reliability.md 4.4)', () => {
  const names = Array.from({ length: 2000 }, (_, i) => `vm/node-${i}/boot`);

  /** Chi-squared over a hundred equal cells: 99 expected, and 150 is passed once in 1,400 tries. */
  const chiSquared = (numbers: readonly number[]) => {
    const cells = new Array<number>(100).fill(0);
    for (const number of numbers) cells[Math.floor(number * 100)]! += 1;
    const expected = numbers.length / 100;
    return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  };

  const correlation = (a: readonly number[], b: readonly number[]) => {
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ma, mb] = [mean(a), mean(b)];
    const covariance = mean(a.map((value, i) => (value - ma) * (b[i]! - mb)));
    return (
      covariance /
      Math.sqrt(mean(a.map((value) => (value - ma) ** 2)) * mean(b.map((value) => (value - mb) ** 2)))
    );
  };

  const draws = names.map((name) => first(4, '7', name));

  test.each([0, 1, 2, 3])('draw %d of each is uniform', (n) => {
    const statistic = chiSquared(draws.map((numbers) => numbers[n]!));
    expect(statistic).toBeLessThan(150);
    expect(statistic).toBeGreaterThan(55);
  });

  test('the first draws of neighbours are not correlated, nor the draws of one stream', () => {
    const firsts = draws.map((numbers) => numbers[0]!);
    // Five standard deviations of 1/√2000.
    const bound = 5 / Math.sqrt(2000);
    expect(Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(bound);
    expect(
      Math.abs(
        correlation(
          firsts,
          draws.map((numbers) => numbers[1]!),
        ),
      ),
    ).toBeLessThan(bound);
  });

  test('one long stream is uniform and not correlated with itself', () => {
    const numbers = first(20_000, '7', 'vm/a/boot');
    expect(chiSquared(numbers)).toBeLessThan(150);
    expect(Math.abs(correlation(numbers.slice(1), numbers.slice(0, -1)))).toBeLessThan(5 / Math.sqrt(20_000));
  });
});
