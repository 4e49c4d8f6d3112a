import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reading, Writing } from '../../src/log/bytes.ts';
import { Damage } from '../../src/log/damage.ts';

/** The same bytes in four places: alone in memory, and with zeros, ones, or bytes that would lengthen a number, behind them. */
function everywhere(bytes: readonly number[]): Uint8Array[] {
  const behind = [0, 1, 0xff].map((byte) => {
    const memory = new Uint8Array(bytes.length + 13).fill(byte);
    memory.set(bytes, 5);
    return memory.subarray(5, 5 + bytes.length);
  });
  return [Uint8Array.from(bytes), ...behind];
}

const NUMBERS = [
  0,
  1,
  127,
  128,
  16_383,
  16_384,
  2 ** 21 - 1,
  2 ** 21,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 35,
  Number.MAX_SAFE_INTEGER,
];

function bytesOf(write: (out: Writing) => void): number[] {
  const out = new Writing();
  write(out);
  return [...out.view()];
}

describe('a whole number', () => {
  test.each(NUMBERS)('%d is read up to the last byte, whatever lies behind it', (number) => {
    for (const bytes of everywhere(bytesOf((out) => out.unsigned(number)))) {
      const from = new Reading(bytes);
      expect(from.unsigned()).toBe(number);
      expect(from.left).toBe(0);
      expect(() => from.unsigned()).toThrow(Damage);
    }
  });

  test.each(NUMBERS.filter((number) => number > 127))(
    '%d that lacks its end is damage, whatever lies behind it',
    (number) => {
      const whole = bytesOf((out) => out.unsigned(number));
      for (let length = 0; length < whole.length; length += 1)
        for (const bytes of everywhere(whole.slice(0, length))) {
          expect(() => new Reading(bytes).unsigned()).toThrow('its events end too early');
          expect(() => new Reading(bytes).signed(0)).toThrow('its events end too early');
        }
    },
  );

  test.each([
    [[0x80, 0x00]],
    [[0xff, 0x80, 0x00]],
    [[0xff, 0xff, 0x80, 0x00]],
    [[0xff, 0xff, 0xff, 0x80, 0x00]],
  ])('%j is longer than it has to be', (bytes) => {
    for (const place of everywhere(bytes))
      expect(() => new Reading(place).unsigned()).toThrow('a number is not in its shortest form');
  });
});

test('what was written one after the other is read back, and nothing is left', () => {
  const number = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 }));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 40 }), (numbers) => {
      const written = bytesOf((out) => {
        numbers.forEach((value, i) => {
          out.signed(value, numbers[i - 1] ?? 0);
        });
      });
      for (const bytes of everywhere(written)) {
        const from = new Reading(bytes);
        let last = 0;
        const back = numbers.map(() => {
          last = from.signed(last);
          return last;
        });
        expect(back).toEqual(numbers);
        expect(from.left).toBe(0);
      }
    }),
  );
});
