/**
 * Distributions by inverse transform: one draw in, one value out, so that common random numbers line up.
 * The language leaves `Math.log` and `Math.exp` to the engine; these use only operations that IEEE 754 rounds exactly, so every
 * machine and every Node version gets the same bits.
 */
import { assert } from './assert.ts';

const view = new DataView(new ArrayBuffer(8));
const LN2 = Math.LN2;
/** What brings a number into [1, 2), by its exponent as binary64 holds it, less 1. */
const SCALES = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (1022 - i));

/** Natural logarithm of a positive finite number, by 2·atanh((m−1)/(m+1)) on a mantissa in [√½, √2). Relative error below 1e-15. */
export function ln(x: number): number {
  assert(x > 0 && x < Number.POSITIVE_INFINITY, 'ln takes a positive finite number');
  if (x < 2.2250738585072014e-308) return ln(x * 2 ** 54) - 54 * LN2;
  view.setFloat64(0, x, true);
  const biased = view.getUint32(4, true) >>> 20;
  const scaled = x * (SCALES[biased - 1] as number);
  // No branch, since it would be guessed wrong half of the time.
  const halved = +(scaled > Math.SQRT2);
  const mantissa = scaled * (1 - halved / 2);
  const exponent = biased - 1023 + halved;
  const s = (mantissa - 1) / (mantissa + 1);
  // Paired by Estrin's scheme, so that a processor need not wait for each term before the next one.
  const z = s * s;
  const zz = z * z;
  const zzzz = zz * zz;
  const low = 1 + z * (1 / 3) + zz * (1 / 5 + z * (1 / 7));
  const middle = 1 / 9 + z * (1 / 11) + zz * (1 / 13 + z * (1 / 15));
  const high = 1 / 17 + z * (1 / 19) + zz * (1 / 21);
  const sum = low + zzzz * (middle + zzzz * high);
  return exponent * LN2 + 2 * s * sum;
}

// ln 2 in two parts, so that subtracting many of them loses nothing; the first has only 21 bits of mantissa.
const LN2_HIGH = 0.6931467056274414;
const LN2_LOW = 4.7493250390316726e-7;

/** 2 to a whole power between -1022 and 1023, from its bits. */
function powerOfTwo(k: number): number {
  view.setUint32(0, (k + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

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
