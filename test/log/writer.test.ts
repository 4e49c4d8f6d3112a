import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/assert.ts';
import type { Stamp } from '../../src/kernel/model.ts';
import { memorySink } from '../../src/log/disk.ts';
import type { Kind } from '../../src/log/kinds.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { cut, inspect, join, KINDS, logOf, longStory, PREFACE, readAll, smallStory } from './support.ts';

const FIRST: Stamp = { seq: 0, at: 0, cause: -1, entity: 0 };

function writer(kinds: readonly Kind[] = KINDS): LogWriter {
  return new LogWriter(memorySink(), { ...PREFACE, kinds }, (entity) =>
    entity === 9 ? '' : `lab/${entity}`,
  );
}

/** Events of about a thousand bytes each. */
function largeStory(count: number) {
  const [, one] = smallStory();
  return Array.from({ length: count }, (_, seq) => ({
    ...one!,
    at: seq,
    cause: -1,
    event: { ...one!.event, fact: -1, facts: [], label: `${seq}`.padEnd(1000) },
  }));
}

describe('bytes', () => {
  test('are the same each time', () => {
    expect(logOf(smallStory())).toEqual(logOf(smallStory()));
  });

  test('do not depend on the numbers of entities', () => {
    const sinks = [1, 1000].map((first) => {
      const sink = memorySink();
      const log = new LogWriter(sink, PREFACE, (entity) => `lab/${entity - first}`);
      for (let seq = 0; seq < 20; seq += 1)
        log.append(0, { seq, at: seq, cause: -1, entity: first + (seq % 4) }, '', { type: 'Started' });
      log.end('', '');
      return sink.bytes();
    });
    expect(sinks[0]).toEqual(sinks[1]);
  });

  test('of a frame follow from its events: at most 4096, at most about 64 KiB', () => {
    const counts = cut(logOf(longStory(10_000)))
      .slice(2)
      .map((frame) => new DataView(frame.buffer).getUint32(24, true));
    expect(counts).toEqual([4096, 4096, 1808, 0]);
    for (const frame of cut(logOf(largeStory(400))).slice(2, -2)) {
      expect(frame.length).toBeGreaterThan(64 * 1024);
      expect(frame.length).toBeLessThan(70 * 1024);
    }
  });

  test('of the last frame are dense in a small log, and as they are in a large one', () => {
    const form = (frame: Uint8Array) => (frame[1] === 0 ? 'plain' : 'dense');
    for (const [count, expected] of [
      [30, 'dense'],
      [900, 'dense'],
      [1100, 'plain'],
    ] as const) {
      const bytes = logOf(largeStory(count));
      const frames = cut(bytes).slice(2, -1);
      expect(frames.slice(0, -1).every((frame) => form(frame) === 'plain')).toBe(true);
      expect(form(frames.at(-1)!), `${count} events, ${bytes.length} bytes`).toBe(expected);
      expect(readAll(bytes).events).toHaveLength(count);
    }
  });

  test('of the identity follow from preface alone', () => {
    const identity = (bytes: Uint8Array) => Buffer.from(bytes.subarray(16, 48)).toString('hex');
    expect(identity(logOf(smallStory()))).toBe(identity(logOf([])));
    expect(identity(logOf([], { ...PREFACE, options: { seed: 8 } }))).not.toBe(identity(logOf([])));
  });
});

describe('a newer log', () => {
  function asking(minReader: number, reserved = 0): Uint8Array {
    const bytes = logOf(smallStory());
    const view = new DataView(bytes.buffer);
    view.setUint16(10, minReader, true);
    view.setUint32(12, reserved, true);
    view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
    return bytes;
  }

  test('is refused politely', () => {
    const verdict = inspect(asking(2, 77));
    expect(verdict).toMatchObject({ status: 'too-new', events: 0, offset: 0 });
    expect(verdict.message).toBe(
      'This log needs a newer premortem: it asks for a newer reader (version 2, and this is version 1).',
    );
  });

  test('is read when it does not ask for a newer reader', () => {
    expect(inspect(asking(1)).status).toBe('clean');
    expect(inspect(asking(1, 77)).status).toBe('corrupt');
  });

  test('is not read when it is not a log at all', () => {
    const verdict = inspect(Buffer.from('name: lab\nhosts: {}\n'.repeat(9)));
    expect(verdict.message).toBe('This is not a log of premortem: it does not begin as a log does.');
    const text = join([logOf([])]);
    text[4] = 0x0a; // As when a transfer in text mode turned CR LF into LF.
    expect(inspect(text).status).toBe('not-a-log');
  });
});

describe('a mistake of ours stops at once', () => {
  const sound = {
    type: 'Measured',
    amount: 0,
    level: 0,
    good: true,
    label: '',
    sizes: [],
    labels: [],
    fact: -1,
    facts: [],
    more: null,
  };
  test.each([
    ['amount', 0.5],
    ['amount', 2 ** 53],
    ['amount', '1'],
    ['amount', undefined],
    ['amount', 1n],
    ['level', Number.NaN],
    ['level', Number.POSITIVE_INFINITY],
    ['level', '1'],
    ['good', 1],
    ['good', undefined],
    ['label', 7],
    ['label', '\ud800'],
    ['sizes', [0, 0.5]],
    ['sizes', 'x'],
    ['labels', ['a', 7]],
    ['labels', ['\udfff']],
    ['fact', 0],
    ['fact', -2],
    ['fact', 1.5],
    ['facts', [-1, 5]],
    ['more', undefined],
    ['more', { a: undefined }],
    ['more', () => 0],
    ['more', new Map()],
    ['more', new Date(0)],
    ['more', [Number.NaN]],
    ['more', JSON.parse('{"__proto__": 1}')],
    ['more', JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`)],
    ['more', 'x'.repeat(600_000)],
    ['type', 'Counted'],
  ])('%s = %o', (field, value) => {
    const log = writer();
    expect(() => log.append(2, FIRST, '', { ...sound, [field]: value })).toThrow(Fault);
    // Half an event must not reach the file.
    expect(() => log.end('', '')).toThrow(Fault);
  });

  test('in the envelope too', () => {
    const event = { type: 'Started' };
    const first = writer();
    first.append(0, { ...FIRST, at: 5 }, '', event);
    expect(() => first.append(0, { ...FIRST, seq: 1, at: 4 }, '', event)).toThrow(/order of time/);
    const refused = (kind: number, wrong: Partial<Stamp>) =>
      expect(() => writer().append(kind, { ...FIRST, ...wrong }, '', event));
    refused(0, { at: 0.5 }).toThrow(/order of time/);
    refused(0, { at: 2 ** 53 }).toThrow(/order of time/);
    refused(0, { seq: 1 }).toThrow(/one after the other/);
    refused(0, { cause: 0 }).toThrow(/precedes/);
    refused(0, { cause: -2 }).toThrow(/precedes/);
    refused(3, {}).toThrow(/kind/);
    refused(0, { entity: -1 }).toThrow(/entity/);
    refused(0, { entity: 9 }).toThrow(/name/);
  });

  test.each([
    [[{ ...KINDS[0]!, type: '' }]],
    [[{ ...KINDS[0]!, version: 0 }]],
    [[KINDS[0]!, KINDS[0]!]],
    [[{ ...KINDS[0]!, fields: [['type', 'int']] }]],
    [[{ ...KINDS[0]!, fields: [['__proto__', 'int']] }]],
    [[{ ...KINDS[0]!, fields: [['7', 'int']] }]],
    [
      [
        {
          ...KINDS[0]!,
          fields: [
            ['a', 'int'],
            ['a', 'int'],
          ],
        },
      ],
    ],
    [[{ ...KINDS[0]!, fields: [['a', 'toString']] }]],
  ])('in the table of kinds too (%#)', (kinds) => {
    expect(() => writer(kinds as unknown as Kind[])).toThrow(Fault);
  });
});

test('reading can stop anywhere and start again', () => {
  const { events } = readAll(logOf(smallStory()));
  expect(events[3]!.seq).toBe(3);
  expect(readAll(logOf(smallStory())).events).toStrictEqual(events);
});
