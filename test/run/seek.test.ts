/** Reading a log from its middle gives what reading it from its start gives, whatever becomes of the index. */
import { beforeAll, describe, expect, test } from 'vitest';
import { allKinds, Engine } from '../../src/kernel/engine.ts';
import { Fold } from '../../src/kernel/fold.ts';
import type { AnyModel, Model, Send } from '../../src/kernel/model.ts';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { LogIndex } from '../../src/log/index-file.ts';
import { type Log, openLog, type Recorded } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { makeIndex, Seeker } from '../../src/run/seek.ts';

type Pulse = { readonly type: 'Beat'; readonly name: string; readonly wait: number };

/** Entities that wake each other, with texts that are new now and then, and several events of one instant. */
const pulse: Model<{ beats: Map<string, number> }, { readonly type: 'beat' }, Pulse> = {
  name: 'pulse',
  events: { Beat: { name: 'text', wait: 'int' } },
  initial: () => ({ beats: new Map() }),
  decide(_command, { beats }, context) {
    const wait = context.draw('wait') < 0.3 ? 0 : Math.floor(context.draw('length') * 1000);
    return [{ type: 'Beat', name: `beat ${beats.size}`, wait }];
  },
  evolve(state, { name }) {
    state.beats.set(name, (state.beats.get(name) ?? 0) + 1);
    if (state.beats.size > 50) state.beats.clear();
  },
  react: ({ wait }, _state, { seq }): readonly Send<{ type: 'beat' }>[] => [
    { to: `pulse/${seq % 40}`, after: wait, command: { type: 'beat' } },
  ],
};

const MODELS = [pulse as unknown as AnyModel];
const EVENTS = 120_000;

const OPTIONS = {
  name: 'seek',
  file: 'seek.yaml',
  overlays: [],
  sets: [],
  seed: 'seek',
  ties: 0,
  until: 1e9,
  start: 0,
  bounds: {},
};

function written(): Uint8Array {
  const engine = new Engine(MODELS, [], { seed: 'seek' });
  const sink = memorySink();
  const preface = { program: 'toy', options: OPTIONS, sources: [], kinds: allKinds(MODELS) };
  const writer = new LogWriter(sink, preface, (id) => engine.world.entities[id]?.ref ?? '');
  engine.recorder = writer;
  const command = { type: 'beat' };
  engine.ask([0, 1, 2].map((n) => ({ to: `pulse/${n}`, due: n, command, path: 'do', file: 'a', line: n })));
  engine.run(Number.MAX_SAFE_INTEGER, EVENTS);
  writer.end('quiet: done', engine.world.hash());
  return sink.bytes();
}

const opened = (bytes: Uint8Array): Log => {
  const found = openLog(memorySource(bytes));
  if (!found.ok) throw new Error(found.verdict.message);
  return found.log;
};

let bytes: Uint8Array;
let log: Log;
let events: readonly Recorded[];
let index: Uint8Array;

beforeAll(() => {
  bytes = written();
  log = opened(bytes);
  events = [...log.events()];
  index = makeIndex(log, bytes.length, MODELS) as Uint8Array;
});

const seekerOf = (made: Uint8Array): Seeker | undefined => {
  const found = LogIndex.of(made, log, bytes.length);
  return found && Seeker.of(log, found, MODELS);
};

/** The hash of the world at an instant, the slow way. */
function hashAt(at: number): string {
  const fold = new Fold(MODELS, 'seek');
  for (const recorded of events) if (recorded.at <= at) fold.add(recorded);
  return fold.world.hash();
}

const instants = (): number[] => {
  const last = events.at(-1)?.at as number;
  const some = Array.from({ length: 12 }, (_, n) => events[(n * 10_007) % events.length]?.at as number);
  return [-1, 0, 1, ...some, last - 1, last, last + 1000];
};

describe('a seeker', () => {
  test('finds the world of any instant, and the events from there on', () => {
    const seeker = seekerOf(index) as Seeker;
    expect([seeker.events, seeker.lastAt]).toEqual([events.length, events.at(-1)?.at]);
    for (const at of instants()) {
      expect(seeker.worldAt(at).hash(), `at ${at}`).toBe(hashAt(at));
      const first = events.find((recorded) => recorded.at >= at);
      expect(seeker.from(at).next().value, `at ${at}`).toEqual(first);
    }
    const from = events[77_777]?.at as number;
    expect([...seeker.from(from)]).toEqual(events.filter(({ at }) => at >= from));
  });

  test('knows when an event happened', () => {
    const seeker = seekerOf(index) as Seeker;
    for (const seq of [0, 1, 4095, 4096, 50_000, events.length - 1])
      expect(seeker.instantOf(seq)).toBe(events[seq]?.at);
    expect([seeker.instantOf(-1), seeker.instantOf(events.length)]).toEqual([undefined, undefined]);
  });

  test('does without the worlds that another version of Node kept', () => {
    const text = Buffer.from(index).toString('latin1');
    expect(text).toContain(`V8 ${process.versions.v8}`);
    const without = makeIndex(log, bytes.length, MODELS) as Uint8Array;
    const found = LogIndex.of(without, log, bytes.length) as LogIndex;
    expect(found.note(20, 'premortem 0.0.0, V8 1')).toBeUndefined();
    expect(found.note(20, found.directory.maker)?.frame).toBeGreaterThan(0);
  });
});

describe('an index', () => {
  test('of another log, or of this one at another size, is not used', () => {
    const shorter = opened(bytes.subarray(0, bytes.length - 10));
    expect(LogIndex.of(index, shorter, bytes.length - 10)).toBeUndefined();
    const other = new LogWriter(
      memorySink(),
      { program: 'toy', options: { seed: 'other' }, sources: [], kinds: allKinds(MODELS) },
      () => '',
    );
    expect(other.count).toBe(0);
    const sink = memorySink();
    new LogWriter(sink, { program: 'b', options: {}, sources: [], kinds: [] }, () => '').end('', '');
    expect(LogIndex.of(index, opened(sink.bytes()), bytes.length)).toBeUndefined();
  });

  test('is not made of a damaged log', () => {
    const damaged = bytes.slice();
    damaged[damaged.length >> 1]! ^= 1;
    expect(makeIndex(opened(damaged), damaged.length, MODELS)).toBeUndefined();
  });

  test('that is damaged anywhere is refused, or answers the same', () => {
    const at = events[100_000]?.at as number;
    const right = hashAt(at);
    for (let round = 0; round < 120; round += 1) {
      const copy = index.slice();
      const place = round < 60 ? round : (round * 7919) % copy.length;
      copy[place]! ^= 1 << (round % 8);
      const seeker = seekerOf(copy);
      if (seeker === undefined) continue;
      if (seeker.worldAt(at).hash() !== right) expect.fail(`byte ${place} of the index changes history`);
    }
    for (const length of [0, 7, 15, 16, 100, index.length >> 1]) {
      const seeker = seekerOf(index.slice(0, length));
      if (seeker !== undefined) expect(seeker.worldAt(at).hash()).toBe(right);
    }
  });

  test('leads into a changed log only up to the change', () => {
    const found = LogIndex.of(index, log, bytes.length) as LogIndex;
    const frame = found.frameOf(60_000);
    const changed = bytes.slice();
    changed[found.mark(frame).offset + 5000]! ^= 4;
    const seeker = Seeker.of(opened(changed), found, MODELS) as Seeker;
    const first = events[60_000]?.at as number;
    expect([...seeker.from(first)]).toEqual([]);
  });
});
