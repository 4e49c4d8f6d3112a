import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wire } from '../../src/base/wire.ts';
import type { AnyEvent } from '../../src/kernel/model.ts';
import { memorySink } from '../../src/log/disk.ts';
import type { Recorded } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';
import {
  type Given,
  given,
  inspect,
  KINDS,
  logOf,
  longStory,
  PREFACE,
  readAll,
  smallStory,
} from './support.ts';

const FARTHEST = Number.MAX_SAFE_INTEGER;
const whole = fc.oneof(
  fc.integer({ min: -FARTHEST, max: FARTHEST }).map((value) => value + 0 || 0),
  fc.integer({ min: -200, max: 200 }).map((value) => value || 0),
  fc.constantFrom(
    0,
    1,
    -1,
    127,
    128,
    -128,
    2 ** 28 - 1,
    2 ** 28,
    2 ** 31,
    -(2 ** 31),
    2 ** 52,
    FARTHEST,
    -FARTHEST,
  ),
);
const real = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 5e-324, Number.MAX_VALUE, 0.1),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\0', 'a', '𝒳', '\ufeff', 'x'.repeat(5000)),
);
const anyKey = fc
  .oneof(text, fc.constantFrom('toJSON', 'constructor', '10', '9', 'length'))
  .filter((key) => key !== '__proto__');
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    whole,
    real.map((value) => value || 0),
    text,
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('record'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  record: fc
    .array(fc.tuple(anyKey, tie('any')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
})).any;

function anyOf(wire: Wire, seq: number): fc.Arbitrary<unknown> {
  const fact = fc.integer({ min: -1, max: seq - 1 });
  switch (wire) {
    case 'int':
      return whole;
    case 'real':
      return real;
    case 'bool':
      return fc.boolean();
    case 'text':
      return text;
    case 'ints':
      return fc.array(whole);
    case 'texts':
      return fc.array(text, { maxLength: 5 });
    case 'seq':
      return fact;
    case 'seqs':
      return fc.array(fact);
    case 'data':
      return data;
  }
}

function eventOf(kind: number, seq: number): fc.Arbitrary<AnyEvent> {
  const { type, fields } = KINDS[kind]!;
  const values = fc.tuple(...fields.map(([, wire]) => anyOf(wire, seq)));
  return values.map((all) => ({
    type,
    ...Object.fromEntries(fields.map(([name], index) => [name, all[index]])),
  }));
}

const storyOf = fc
  .array(
    fc.tuple(
      fc.nat(KINDS.length - 1),
      fc.oneof(fc.nat(3000), fc.nat(2 ** 45)),
      fc.nat(4),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('', '', '', 'delay:1', 'pick:2'),
    ),
    { maxLength: 30 },
  )
  .chain((steps) => {
    let at = 0;
    return fc.tuple(
      ...steps.map(([kind, wait, entity, back, draws], seq) => {
        at += wait;
        const instant = at;
        const cause = Math.min(seq, Math.floor(back * (seq + 1))) - 1;
        return eventOf(kind, seq).map((event) => given(kind, instant, `lab/${entity}`, cause, event, draws));
      }),
    );
  });

describe('what is written is read', () => {
  test('for every wire and any values', () => {
    // fast-check prints the seed and the path of a failure; `fc.assert(..., { seed, path })` repeats it.
    fc.assert(
      fc.property(storyOf, (story) => {
        const { events, verdict } = readAll(logOf(story));
        expect(verdict.status).toBe('clean');
        // Not `toStrictEqual`, which takes a key called `constructor` for a class.
        expect(isDeepStrictEqual(events, numbered(story))).toBe(true);
        for (const { event, kind } of events) {
          expect(Object.keys(event)).toEqual(['type', ...KINDS[kind]!.fields.map(([name]) => name)]);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('also over many frames, with texts of earlier ones', () => {
    const story = longStory(20_000);
    const { events, verdict } = readAll(logOf(story));
    expect(verdict).toMatchObject({ status: 'clean', events: 20_000, lastAt: 19_999_000 });
    expect(events).toStrictEqual(numbered(story));
  });

  test('also when single events are large', () => {
    const story = Array.from({ length: 9 }, (_, seq) =>
      given(1 + (seq % 2), seq, 'lab/one', -1, seq % 2 === 0 ? { type: 'Counted', amount: seq } : large(seq)),
    );
    expect(readAll(logOf(story)).events).toStrictEqual(numbered(story));
  });

  test('the preface and the end too', () => {
    const bytes = logOf(smallStory());
    const verdict = inspect(bytes);
    expect(verdict).toMatchObject({ status: 'clean', events: 10, lastAt: 9000, offset: bytes.length });
    expect(verdict.end).toMatchObject({ reason: 'nothing left', worldHash: 'cafe' });
    expect(verdict.message).toBe('The log is complete: 10 events up to 0.009 s.');
  });

  test('a log of no events is a log', () => {
    expect(readAll(logOf([]))).toMatchObject({
      events: [],
      verdict: { status: 'clean', events: 0, lastAt: 0 },
    });
  });

  test('the end is what the writer said it was', () => {
    const sink = memorySink();
    const writer = new LogWriter(sink, PREFACE, () => 'lab/one');
    writer.append(1, { seq: 0, at: 5, cause: -1, entity: 0 }, '', { type: 'Counted', amount: 1 });
    expect(writer.count).toBe(1);
    const finished = writer.end('told to', 'beef');
    expect(finished).toMatchObject({ events: 1, bytes: sink.bytes().length });
    expect(inspect(sink.bytes()).end).toEqual({
      reason: 'told to',
      worldHash: 'beef',
      chain: finished.chain,
    });
  });
});

function numbered(story: readonly Given[]): readonly Recorded[] {
  return story.map((one, seq) => ({ seq, ...one }));
}

function large(seq: number): AnyEvent {
  const event = smallStory()[1]!.event;
  return {
    ...event,
    fact: -1,
    facts: [],
    label: 'x'.repeat(200_000 + seq),
    more: { long: 'y'.repeat(200_000) },
  };
}
