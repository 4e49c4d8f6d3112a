/** Promise 3, nothing false: every single turned bit of logs of every kind is noticed, and what is read before it is what was written. */
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/log/disk.ts';
import { flipsNoticed, readAll } from './support/checks-log.ts';
import { cut } from './support/parts.ts';
import { asWritten, EVERY_KIND, eighthLogs, everyKind, prefaceOf } from './support/story.ts';

describe('a turned bit', () => {
  const written = asWritten(everyKind(), prefaceOf('one'));
  const eighths = eighthLogs();
  const logs = [written, ...eighths];

  test('is looked for in logs of every kind and of many frames', () => {
    const kindsIn = (log: Uint8Array) =>
      readAll(memorySource(log)).events.map(({ event }) => `${event.type} ${Object.keys(event)}`);
    const every = new Set(
      EVERY_KIND.map(({ type, fields }) => `${type} ${['type', ...fields.map(([name]) => name)]}`),
    );
    expect(new Set(kindsIn(written))).toEqual(every);
    expect(new Set(eighths.flatMap(kindsIn))).toEqual(every);
    for (const log of eighths) expect(cut(log).length).toBeGreaterThan(6);
    const size = logs.reduce((sum, log) => sum + log.length, 0);
    expect(size).toBeGreaterThan(15_000);
    expect(size).toBeLessThan(40_000);
  });

  test.each(logs.map((log, index) => [index, log] as const))(
    'of log %i is noticed, wherever it is',
    (_, log) => {
      expect(flipsNoticed(log)).toBe(log.length * 8);
    },
  );
});
