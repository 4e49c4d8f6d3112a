/** Promise 7, new logs refuse politely: what a later version wrote is refused with the version it needs, or skipped where it may be. */
import fs from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { END_FRAME, FORMAT_VERSION, READER_VERSION, SKIPPABLE_FROM } from '../../src/log/format.ts';
import type { Kind } from '../../src/log/kinds.ts';
import { openLog } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { premortem, spawned } from '../cli/premortem.ts';
import { type Ran, run } from '../support/scenarios.ts';
import { alike, readAll } from './support/checks-log.ts';
import { inFolder } from './support/folder.ts';
import { withPrefaceText } from './support/mutate.ts';
import { cut, frameOf, headerOf, reseal } from './support/parts.ts';
import { everyKindLog } from './support/story.ts';

const path = inFolder();
const every = everyKindLog();
const parts = cut(every);
const story = readAll(memorySource(every)).events;

/** The same log with other numbers in its file header, which says them at the same place in every version. */
function headed(log: Uint8Array, version: number, minReader: number, reserved = 0): Uint8Array {
  const [header, ...frames] = cut(log);
  const view = new DataView(header!.buffer);
  view.setUint16(8, version, true);
  view.setUint16(10, minReader, true);
  view.setUint32(12, reserved, true);
  return reseal([header!, ...frames]);
}

/** The same log with a frame of some type before one of its own, at the right place. */
function withFrame(type: number, before: number, body: Uint8Array): Uint8Array {
  const { seq, at } = headerOf(parts[before]!);
  return reseal(parts.toSpliced(before, 0, frameOf({ type, seq, at }, body)));
}

describe('a later minimum reader', () => {
  test.each([READER_VERSION + 1, 2 ** 16 - 1])(
    '%i is refused by its number, whatever else the header holds',
    (needed) => {
      for (const log of [headed(every, needed, needed), headed(every, needed, needed, 77)]) {
        const { events, verdict } = readAll(memorySource(log));
        expect(events).toEqual([]);
        expect(verdict).toMatchObject({ status: 'too-new', events: 0, offset: 0 });
        expect(verdict.message).toContain(`version ${needed}, and this is version ${READER_VERSION}`);
      }
    },
  );

  test('matters; a later version of the format that this reader can read does not', () => {
    const { events, verdict } = readAll(memorySource(headed(every, FORMAT_VERSION + 1, READER_VERSION)));
    expect(verdict.status).toBe('clean');
    expect(alike(events, story)).toBe(true);
  });
});

describe('a frame of a type yet unknown', () => {
  const places = parts.map((_, place) => place).slice(2);
  const body = new TextEncoder().encode('something of the future');

  test('below 128 is refused by its number, and what comes before it is kept', () => {
    for (let type = END_FRAME + 1; type < SKIPPABLE_FROM; type += 1) {
      const place = places[type % places.length]!;
      const { events, verdict } = readAll(memorySource(withFrame(type, place, body)));
      expect(verdict.status).toBe('too-new');
      expect(verdict.message).toContain(`its type is ${type}`);
      expect(events).toHaveLength(headerOf(parts[place]!).seq);
      expect(alike(events, story.slice(0, events.length))).toBe(true);
    }
  });

  test('from 128 on is skipped, wherever it stands, and counts for the chain', () => {
    for (let type = SKIPPABLE_FROM; type < 256; type += 1) {
      const place = places[type % places.length]!;
      const log = withFrame(type, place, body);
      // The end frame says what the chain was before it, so that a frame was added to a finished log is seen there.
      const { events, verdict } = readAll(memorySource(log.subarray(0, log.length - parts.at(-1)!.length)));
      expect(verdict.status).toBe('open');
      expect(alike(events, story)).toBe(true);
      expect(readAll(memorySource(log)).verdict.status).toBe('corrupt');
    }
  });

  test('is damage where no frame may be, and type 0 is never one', () => {
    for (const type of [4, 128]) {
      const last = headerOf(parts.at(-1)!);
      const after = frameOf({ type, seq: last.seq, at: last.at }, body);
      expect(readAll(memorySource(reseal([...parts, after]))).verdict).toMatchObject({
        status: 'corrupt',
        events: story.length,
      });
    }
    expect(readAll(memorySource(withFrame(0, 3, body))).verdict.status).toBe('corrupt');
    expect(
      readAll(memorySource(reseal([parts[0]!, frameOf({ type: 128 }, body), ...parts.slice(1)]))).verdict
        .status,
    ).toBe('corrupt');
  });
});

describe('a log of the program with another table of kinds', () => {
  let ran: Ran;
  beforeAll(() => {
    ran = run('scenarios/photon/tls-proxy.yaml');
  });

  /** The run written with other kinds: what a program of another version would have left. */
  function written(change: (kind: Kind) => Kind): Uint8Array {
    const opened = openLog(memorySource(ran.log));
    if (!opened.ok) throw new Error(opened.verdict.message);
    const { preface } = opened.log;
    const kinds = preface.kinds.map(change);
    const entities = [...new Set(ran.history.events.map(({ entity }) => entity))];
    const sink = memorySink();
    const writer = new LogWriter(sink, { ...preface, kinds }, (entity) => entities[entity]!);
    for (const { kind, seq, at, entity, cause, draws, event } of ran.history.events)
      writer.append(kind, { seq, at, cause, entity: entities.indexOf(entity) }, draws, {
        ...event,
        more: 1,
        type: kinds[kind]!.type,
      });
    writer.end('quiet: nothing is left to happen', ran.outcome.worldHash);
    return sink.bytes();
  }

  const ofVm =
    (change: (kind: Kind) => Partial<Kind>) =>
    (kind: Kind): Kind =>
      kind.model === 'vm' ? { ...kind, ...change(kind) } : kind;

  const CASES: readonly (readonly [name: string, make: () => Uint8Array, says: RegExp])[] = [
    [
      'a later minimum reader',
      () => headed(ran.log, 9, 9),
      /newer premortem.*version 9, and this is version 1/,
    ],
    ['an unknown type of frame', () => unknownFrame(ran.log), /newer premortem.*its type is 4/],
    [
      'a later version of a kind',
      () => written(ofVm(() => ({ version: 2 }))),
      /vm\.\w+ version 2, .*newer premortem/,
    ],
    [
      'a kind of an unknown model',
      () => written(ofVm(() => ({ model: 'quantum' }))),
      /quantum\.\w+ version 1, .*newer premortem/,
    ],
    [
      'an unknown kind of a known model',
      () => written(ofVm(({ type }) => ({ type: `${type}Again` }))),
      /vm\.\w+Again version 1/,
    ],
    [
      'a field more than its version has',
      () => written(ofVm(({ fields }) => ({ fields: [...fields, ['more', 'int']] }))),
      /vm\.\w+/,
    ],
    [
      'an unknown way of writing',
      () => withPrefaceText(ran.log, '\xa4bool', '\xa4date'),
      /written in an unknown way/,
    ],
  ];

  function unknownFrame(log: Uint8Array): Uint8Array {
    const frames = cut(log);
    const { seq, at } = headerOf(frames[2]!);
    return reseal(frames.toSpliced(2, 0, frameOf({ type: 4, seq, at }, new Uint8Array(3))));
  }

  test.each(CASES)('with %s is refused in a sentence by every verb', async (_, make, says) => {
    fs.writeFileSync(path('new.pmlog'), make());
    for (const verb of ['verify', 'events', 'show', 'why']) {
      const { exit, out, err } = await premortem(path(), [verb, 'new.pmlog']);
      expect(exit).toBe(4);
      expect(out + err).toMatch(says);
      if (verb !== 'verify')
        expect([out, err.trimEnd().split('\n')[0]]).toEqual(['', expect.stringMatching(/^premortem: .*\.$/)]);
    }
  });

  test.each(CASES.slice(0, 4))('with %s is refused by the program as users have it', (_, make, says) => {
    fs.writeFileSync(path('new.pmlog'), make());
    const { exit, out, err } = spawned(path(), ['why', 'new.pmlog']);
    expect([exit, out]).toEqual([4, '']);
    expect(err).toMatch(says);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  });
});
