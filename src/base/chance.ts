/**
 * Distributions by inverse transform: one draw in, one value out, so that common random numbers line up.
 * The language leaves `Math.log` and `Math.exp` to the engine; these use only operations that IEEE 754 rounds exactly, so every
 * machine and every Node version gets the same bits.
 */
import { assert } from './assert.ts';

const view = new DataView(new ArrayBuffer(8));
const LN2 = Math.LN2;
/** The number whose binary64 begins with these 32 bits, and goes on with zeros. */
function fromHigh(bits: number): number {
  view.setInt32(4, bits, true);
  view.setInt32(0, 0, true);
  return view.getFloat64(0, true);
}

/** 2 to a whole power between -1022 and 1023, from its bits. */
const powerOfTwo = (k: number) => fromHigh((k + 1023) << 20);

/** How 0.6875 begins: every number is a power of two times a mantissa from there to below twice that, */
const LEAST = 0x3fe6_0000;
/** which is one of 128 mantissas, found by seven bits, times 1 + r with r below 1/128. */
const PLACES = 128;
const MIDDLE = Float64Array.from({ length: PLACES }, (_, place) => {
  const [low, high] = [fromHigh(LEAST + (place << 13)), fromHigh(LEAST + ((place + 1) << 13))];
  // On both sides of 1 it is 1, so that small logarithms keep all their digits.
  return low === 1 || high === 1 ? 1 : (low + high) / 2;
});
const INVERSE = MIDDLE.map((middle) => 1 / middle);
const LN_MIDDLE = MIDDLE.map(lnBySeries);
/** What takes away a power of two, by its exponent + 1022. */
const SCALES = Float64Array.from({ length: 2047 }, (_, i) => 2 ** (1022 - i));

/** Natural logarithm of a number near 1, by 2·atanh((x−1)/(x+1)). */
function lnBySeries(x: number): number {
  const s = (x - 1) / (x + 1);
  let sum = 0;
  for (let n = 25; n >= 1; n -= 2) sum = 1 / n + sum * s * s;
  return 2 * s * sum;
}

/**
 * Natural logarithm of a positive finite number: that of a power of two, of one of 128 mantissas, and of the little that is left, by its
 * series. Relative error below 1e-15. No branch and no division, since a draw is often waited for.
 */
export function ln(x: number): number {
  assert(x > 0 && x < Number.POSITIVE_INFINITY, 'ln takes a positive finite number');
  if (x < 2.2250738585072014e-308) return ln(x * 2 ** 54) - 54 * LN2;
  view.setFloat64(0, x, true);
  const bits = view.getInt32(4, true) - LEAST;
  const place = (bits >>> 13) & (PLACES - 1);
  const exponent = bits >> 20;
  const mantissa = x * (SCALES[exponent + 1022] as number);
  const r = (mantissa - (MIDDLE[place] as number)) * (INVERSE[place] as number);
  // Paired, so that a processor need not wait for each term before the next one.
  const rr = r * r;
  const low = r * (1 / 3) - 1 / 2;
  const middle = r * (1 / 5) - 1 / 4;
  const high = r * (1 / 7) - 1 / 6 - rr * (1 / 8);
  const rest = r + rr * (low + rr * (middle + rr * high));
  return exponent * LN2 + (LN_MIDDLE[place] as number) + rest;
}

// ln 2 in two parts, so that subtracting many of them loses nothing; the first has only 21 bits of mantissa.
const LN2_HIGH = 0.6931467056274414;
const LN2_LOW = 4.7493250390316726e-7;

/** e to the power x for |x| < 700, by taking out powers of two and a Taylor sum for the rest. Relative error below 1e-14. */
export function exp(x: number): number {
  assert(x > -700 && x < 700, 'exp takes a number between -700 and 700');
  const k = Math.round(x / LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 18; n >= 1; n -= 1) sum = 1 + (sum * r) / n;
  return sum * powerOfTwo(k);
}

/** Exponential with the given mean; `u` in [0, 1). */
export function exponential(u: number, mean: number): number {
  return 0 - ln(1 - u) * mean;
}

/** Uniform between low and high; `u` in [0, 1). */
export function uniform(u: number, low: number, high: number): number {
  return low + u * (high - low);
}

// Peter Acklam's rational approximation of the normal quantile; relative error below 1.15e-9.
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const B = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];

const polynomial = (coefficients: readonly number[], x: number) =>
  coefficients.reduce((sum, c) => sum * x + c, 0);

/** The z with P(Z ≤ z) = p for a standard normal Z; p in (0, 1). */
export function normalQuantile(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * ln(p));
    return polynomial(C, q) / polynomial(D, q);
  }
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(A, r) * q) / polynomial(B, r);
}

/** Log-normal with the given median and 95th percentile; `u` in [0, 1). */
export function lognormal(u: number, median: number, p95: number): number {
  const sigma = ln(p95 / median) / 1.6448536269514722;
  const inside = Math.min(Math.max(u, 1e-12), 1 - 1e-12);
  return median * exp(sigma * normalQuantile(inside));
}
