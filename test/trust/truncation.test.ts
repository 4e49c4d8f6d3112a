/** Promise 4, nothing silently lost: a log that ends anywhere is read up to its last whole frame, and a repair leaves just that. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/log/disk.ts';
import { repairLog } from '../../src/log/repair.ts';
import { cutsNoticed, readAll } from './support/checks-log.ts';
import { inFolder } from './support/folder.ts';
import { bordersOf, cut } from './support/parts.ts';
import { asWritten, everyKind, everyKindLog, prefaceOf } from './support/story.ts';

const path = inFolder();
const framed = everyKindLog();
const written = asWritten(everyKind(), prefaceOf('one'));

describe('a log cut at any length', () => {
  test('is what the recovery table says, and a beginning', () => {
    // Whole frames end the preface and each frame of events; a file of no bytes is not a log; the whole file is clean.
    const open = cut(framed).length - 2;
    const torn = framed.length + 1 - open - 2;
    expect(cutsNoticed(framed)).toEqual({ 'not-a-log': 1, open, clean: 1, torn });
  });

  test('also when the writer chose the frames', () => {
    expect(cutsNoticed(written)['torn']).toBeGreaterThan(written.length - 5);
  });
});

/** Lengths around every border of a frame, and some between. */
function lengthsOf(bytes: Uint8Array): number[] {
  const borders = bordersOf(cut(bytes));
  const near = borders.flatMap((border) => [border - 1, border, border + 1, border + 40]);
  const between = Array.from({ length: 40 }, (_, i) => (i * 997) % bytes.length);
  return [...new Set([...near, ...between])].filter((size) => size >= 0 && size <= bytes.length);
}

describe('a repair after a cut', () => {
  const preambleEnd = bordersOf(cut(framed))[2]!;
  const sizes = lengthsOf(framed);

  test.each(sizes)('at %i leaves an open log, and loses no byte', (size) => {
    const file = path('run.pmlog');
    const bytes = framed.subarray(0, size);
    fs.writeFileSync(file, bytes);
    const { action, keep } = repairLog(file);
    const left = fs.readFileSync(file);
    expect(Buffer.compare(left, framed.subarray(0, left.length))).toBe(0);
    if (action !== 'cut') {
      // Without a preface there is nothing to keep; what is whole is left alone.
      expect(action).toBe(size < preambleEnd ? 'refuse' : 'nothing');
      expect(left).toHaveLength(size);
      expect(fs.readdirSync(path())).toEqual(['run.pmlog']);
      return;
    }
    expect(left).toHaveLength(keep);
    expect(Buffer.concat([left, fs.readFileSync(`${file}.torn`)]).equals(bytes)).toBe(true);
    expect(readAll(memorySource(left)).verdict).toMatchObject({ status: 'open', offset: keep });
  });

  test('was tried with every outcome', () => {
    expect(sizes.filter((size) => size < preambleEnd).length).toBeGreaterThan(5);
    expect(sizes.filter((size) => size > preambleEnd).length).toBeGreaterThan(40);
  });
});
