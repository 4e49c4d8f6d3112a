import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, exponential, ln, lognormal, normalQuantile, uniform } from '../../src/base/chance.ts';

const relative = (got: number, right: number) => (right === 0 ? Math.abs(got) : Math.abs(got / right - 1));
const worst = (values: readonly number[], got: (x: number) => number, right: (x: number) => number) =>
  values.reduce((most, x) => Math.max(most, relative(got(x), right(x))), 0);
const unit = Array.from({ length: 2001 }, (_, i) => i / 2001);

describe('the natural logarithm', () => {
  test('is right to the last bits from the smallest number to the largest', () => {
    const values = Array.from({ length: 2090 }, (_, i) => 2 ** (i / 1 - 1066) * (1 + ((i * 37) % 97) / 97));
    expect(worst(values, ln, Math.log)).toBeLessThan(1e-15);
  });

  test('is right near one, where its result is near zero', () => {
    const values = Array.from({ length: 2000 }, (_, i) => 1 + (i - 1000) / 1e5).filter((x) => x !== 1);
    expect(worst(values, ln, Math.log)).toBeLessThan(1e-15);
    expect(
      worst(
        [1e-6, 1e-9, 1e-12].map((d) => 1 - d),
        ln,
        Math.log,
      ),
    ).toBeLessThan(1e-15);
    expect(ln(1)).toBe(0);
  });

  test.each([0, -1, Number.POSITIVE_INFINITY, Number.NaN])('of %d is a mistake of ours', (x) => {
    expect(() => ln(x)).toThrow('ln takes a positive finite number');
  });
});

describe('the exponential function', () => {
  test('is right where lognormal uses it', () => {
    const values = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 50);
    expect(worst(values, exp, Math.exp)).toBeLessThan(1e-14);
  });

  test('is right to 1e-14 over all that it takes, as it says', () => {
    const values = Array.from({ length: 2797 }, (_, i) => (i - 1398) / 2);
    expect(worst(values, exp, Math.exp)).toBeLessThan(1e-14);
  });

  test('undoes the logarithm', () => {
    expect(
      worst(
        unit.slice(1),
        (x) => exp(ln(x)),
        (x) => x,
      ),
    ).toBeLessThan(1e-14);
    expect(exp(0)).toBe(1);
  });

  test.each([700, -700, Number.NaN])('of %d is a mistake of ours', (x) => {
    expect(() => exp(x)).toThrow('exp takes a number between');
  });
});

describe('the normal quantile', () => {
  test.each([
    [0.5, 0],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.001, -3.090232306167813],
    [1e-12, -7.034483825301131],
    [0.024, -1.977368428181947],
    [0.025, -1.9599639845400545],
  ])('of %d is %d', (p, z) =>
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(2e-9 * Math.max(1, Math.abs(z))),
  );

  test('is symmetric and grows', () => {
    let before = Number.NEGATIVE_INFINITY;
    for (const p of unit.slice(1)) {
      const z = normalQuantile(p);
      expect(z).toBeGreaterThan(before);
      expect(Math.abs(z + normalQuantile(1 - p))).toBeLessThan(1e-8);
      before = z;
    }
  });
});

describe('distributions by inverse transform', () => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('exponential has its mean and its median', () => {
    expect(mean(unit.map((u) => exponential(u, 10)))).toBeCloseTo(10, 0);
    expect(exponential(0.5, 10)).toBeCloseTo(6.931471805599453, 12);
    expect(exponential(0, 10)).toBe(0);
    expect(Number.isFinite(exponential(1 - Number.EPSILON / 2, 10))).toBe(true);
  });

  test('uniform stays within its bounds', () => {
    expect([uniform(0, 3, 5), uniform(0.5, 3, 5)]).toEqual([3, 4]);
    expect(uniform(1 - Number.EPSILON / 2, 3, 5)).toBeLessThanOrEqual(5);
  });

  test('log-normal has its median and its 95th percentile, and survives the ends', () => {
    expect(lognormal(0.5, 42, 80)).toBeCloseTo(42, 9);
    expect(lognormal(0.95, 42, 80)).toBeCloseTo(80, 6);
    for (const u of [0, 1 - Number.EPSILON / 2]) expect(lognormal(u, 42, 80)).toBeGreaterThan(0);
  });

  test('each grows with its draw, so that common random numbers line up', () => {
    const number = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(exponential(low, 5)).toBeLessThanOrEqual(exponential(high, 5));
        expect(lognormal(low, 42, 80)).toBeLessThanOrEqual(lognormal(high, 42, 80) * (1 + 1e-8));
      }),
      { seed: 20160524 },
    );
  });

  test('gives these bits on every machine: old logs depend on them', () => {
    expect([
      ln(2),
      ln(10),
      exp(1),
      exp(-3.7),
      normalQuantile(0.01),
      lognormal(0.123, 42e6, 80e6),
      exponential(0.7, 1e6),
    ]).toMatchInlineSnapshot(`
      [
        0.6931471805599453,
        2.3025850929940455,
        2.7182818284590455,
        0.024723526470339388,
        -2.326347874388028,
        26661026.16527473,
        1203972.8043259357,
      ]
    `);
  });
});
