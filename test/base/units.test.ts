import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatByteRate,
  formatBytes,
  formatClock,
  formatDuration,
  formatPercent,
  formatRate,
  nearest,
  parseBitRate,
  parseByteRate,
  parseBytes,
  parseDuration,
  parsePercent,
  type Quantity,
} from '../../src/base/units.ts';

const read = (quantity: Quantity): number | string => (quantity.ok ? quantity.value : quantity.message);
const help = (quantity: Quantity): string => (quantity.ok ? '' : quantity.help);

describe('durations', () => {
  test.each([
    ['90s', 90_000_000],
    ['1h30m', 5_400_000_000],
    ['1.5h', 5_400_000_000],
    ['250ms', 250_000],
    ['10us', 10],
    ['10µs', 10],
    ['0s', 0],
    ['2d', 172_800_000_000],
    ['1m0.0000005s', 60_000_001],
  ])('%s', (text, value) => expect(read(parseDuration(text))).toBe(value));

  test.each(['', '5', '1.5', 'h', '1h1h', '1m1h', '1 h', '1e3s', '-', '5M', '1h-5m', '+5s', '٣s', '1h30'])(
    '%j is refused with help',
    (text) => {
      expect(parseDuration(text).ok).toBe(false);
      expect(help(parseDuration(text))).not.toBe('');
    },
  );

  test('a sign only where it is allowed', () => {
    expect(read(parseDuration('-3h', { negative: true }))).toBe(-10_800_000_000);
    expect(read(parseDuration('-0s', { negative: true }))).toBe(0);
    expect(read(parseDuration('-3h'))).toBe('`-3h` is negative');
  });

  test('too large to count', () => expect(read(parseDuration('99999999999d'))).toContain('too large'));
});

describe('sizes', () => {
  test.each([
    ['128GiB', 137_438_953_472],
    ['1.5TiB', 1_649_267_441_664],
    ['1.2GiB', 1_288_490_189],
    ['150MB', 150_000_000],
    ['1kB', 1_000],
    ['1KiB', 1_024],
    ['7B', 7],
  ])('%s', (text, value) => expect(read(parseBytes(text))).toBe(value));

  test('a unit with two readings offers both', () => {
    for (const text of ['128G', '128g']) {
      expect(read(parseBytes(text))).toBe(`\`${text}\` could be read in two ways`);
      expect(help(parseBytes(text))).toBe('write `128GiB` (1024s) or `128GB` (1000s)');
    }
    expect(help(parseBytes('1KB'))).toBe('write `1KiB` (1024s) or `1kB` (1000s)');
  });

  test('a bare number names the units', () => {
    expect(read(parseBytes('128'))).toBe('`128` has no unit');
    expect(help(parseBytes('128'))).toContain('KiB MiB GiB TiB');
  });

  test('another case of a unit', () =>
    expect(help(parseBytes('128gib'))).toBe('write `GiB` instead of `gib`'));
});

describe('rates and percentages', () => {
  test('bits and bytes convert', () => {
    expect(read(parseBitRate('10Gbps'))).toBe(10_000_000_000);
    expect(read(parseBitRate('25MB/s'))).toBe(200_000_000);
    expect(read(parseByteRate('800MB/s'))).toBe(800_000_000);
    expect(read(parseByteRate('200Mbps'))).toBe(25_000_000);
    expect(parseBitRate('10Gb').ok).toBe(false);
    expect(read(parseBitRate('10'))).toBe('`10` has no unit');
  });

  test('percentages', () => {
    expect(read(parsePercent('50%'))).toBe(0.5);
    expect(parsePercent('50').ok).toBe(false);
    expect(formatPercent(0.125)).toBe('12.5%');
  });
});

describe('formats', () => {
  test('as people write them', () => {
    expect(formatDuration(5_400_000_000)).toBe('1h30m');
    expect(formatDuration(1_500_000)).toBe('1.5s');
    expect(formatDuration(-10_800_000_000)).toBe('-3h');
    expect(formatDuration(1_500)).toBe('1.5ms');
    expect(formatBytes(137_438_953_472)).toBe('128GiB');
    expect(formatBytes(150_000_000)).toBe('150MB');
    expect(formatBytes(0)).toBe('0B');
    expect(formatRate(10_000_000_000)).toBe('10Gbps');
    expect(formatByteRate(800_000_000)).toBe('800MB/s');
    expect(formatClock(3_723_456_789)).toBe('01:02:03');
    expect(formatClock(3_723_456_789, { milliseconds: true })).toBe('01:02:03.456');
    expect(formatClock(100 * 3_600_000_000)).toBe('100:00:00');
    expect(formatClock(-1_000_000)).toBe('-00:00:01');
  });

  const count = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.nat(5000));

  test('durations round-trip', () => {
    const anyDuration = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -5000, max: 5000 }));
    fc.assert(
      fc.property(
        anyDuration,
        (micros) => read(parseDuration(formatDuration(micros), { negative: true })) === micros,
      ),
      { numRuns: 2000 },
    );
  });

  test('sizes and rates round-trip', () => {
    fc.assert(
      fc.property(count, (value) => {
        expect(read(parseBytes(formatBytes(value)))).toBe(value);
        expect(read(parseBitRate(formatRate(value)))).toBe(value);
        expect(read(parseByteRate(formatByteRate(value)))).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  test('any text is a whole number or a refusal with help', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^-?[0-9.]{0,20}(GiB|MB|G|h|m|s|ms|Gbps|MB\/s|%)?$/),
    );
    fc.assert(
      fc.property(text, (input) => {
        for (const parse of [parseDuration, parseBytes, parseBitRate, parseByteRate]) {
          const result = parse(input);
          if (result.ok) expect(Number.isSafeInteger(result.value)).toBe(true);
          else expect(result.message !== '' && result.help !== '').toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('the nearest whole number is that of Math.round', () => {
  for (const x of [0, 0.4, 0.5, 1.5, 2.5, -0.5, -1.5, -2.6, 1e6 + 0.25, 2 ** 51 + 0.5])
    expect(nearest(x) + 0).toBe(Math.round(x) + 0);
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (x) => {
      expect(Math.abs(nearest(x) - x)).toBeLessThanOrEqual(0.5);
      expect(Number.isInteger(nearest(x))).toBe(true);
    }),
  );
});
