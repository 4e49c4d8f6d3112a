import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pack } from '../../src/log/codec.ts';
import {
  cut,
  flipped,
  forge,
  inspect,
  join,
  logOf,
  longStory,
  PREFACE,
  readAll,
  reseal,
  smallStory,
} from './support.ts';

const small = logOf(smallStory());
const truth = readAll(small).events;
const REFUSED = ['corrupt', 'not-a-log', 'too-new'];

/** Asserts that some bytes are read as a beginning of a story, and returns the verdict. */
function prefixOf(story: readonly unknown[], bytes: Uint8Array) {
  const { events, verdict } = readAll(bytes);
  expect(isDeepStrictEqual(events, story.slice(0, events.length))).toBe(true);
  expect(verdict.events).toBe(events.length);
  expect(inspect(bytes)).toEqual(verdict);
  return verdict;
}

describe('a turned bit', () => {
  test('of a small log is noticed, wherever it is', () => {
    for (let bit = 0; bit < small.length * 8; bit += 1) {
      const { events, verdict } = readAll(flipped(small, bit));
      if (!REFUSED.includes(verdict.status) || verdict.offset > bit >> 3)
        expect.fail(`bit ${bit}: ${verdict.message}`);
      if (!isDeepStrictEqual(events, truth.slice(0, events.length)))
        expect.fail(`bit ${bit} changes history`);
    }
  });

  test('of a log of many frames leaves the frames before it', () => {
    const bytes = logOf(longStory(20_000));
    const story = readAll(bytes).events;
    for (let round = 0; round < 60; round += 1) {
      const bit = (round * 982_451_653) % (bytes.length * 8);
      const verdict = prefixOf(story, flipped(bytes, bit));
      expect(REFUSED).toContain(verdict.status);
      expect(verdict.offset).toBeLessThanOrEqual(bit >> 3);
    }
  });

  test('of an unfinished log is damage, not a torn end', () => {
    const open = join(cut(small).slice(0, -1));
    for (let bit = 0; bit < open.length * 8; bit += 1) {
      const { verdict } = readAll(flipped(open, bit));
      if (!REFUSED.includes(verdict.status)) expect.fail(`bit ${bit}: ${verdict.message}`);
    }
  });
});

describe('a lost end', () => {
  test('of any length leaves a beginning', () => {
    const parts = cut(small);
    const open = small.length - parts.at(-1)!.length;
    for (let length = 0; length < small.length; length += 1) {
      const { status, events } = prefixOf(truth, small.subarray(0, length));
      const whole = length === open || length === parts[0]!.length + parts[1]!.length;
      expect(status).toBe(length === 0 ? 'not-a-log' : whole ? 'open' : 'torn');
      expect(events).toBe(length < open ? 0 : truth.length);
    }
  });

  test('that the disk filled with zeros is torn', () => {
    const parts = cut(small);
    const open = small.length - parts.at(-1)!.length;
    for (const zeros of [1, 31, 32, 100, 70_000]) {
      const verdict = prefixOf(truth, join([small.subarray(0, open), new Uint8Array(zeros)]));
      expect(verdict).toMatchObject({ status: 'torn', offset: open });
    }
  });

  test('within a frame whose length reached the disk before its content is torn', () => {
    const bytes = join(cut(logOf(longStory(5000))).slice(0, -2));
    const story = readAll(bytes).events;
    for (let sector = 1536; sector + 512 < bytes.length; sector += 512) {
      const lacking = bytes.slice();
      lacking.fill(0, sector, sector + 512);
      expect(prefixOf(story, lacking).status).toBe('torn');
    }
    expect(inspect(flipped(bytes, 20_000)).status).toBe('corrupt');
  });
});

describe('frames that were moved', () => {
  const parts = cut(logOf(longStory(20_000)));
  const story = readAll(join(parts)).events;
  const others = [
    cut(logOf(longStory(20_000, 999))),
    cut(logOf(longStory(20_000), { ...PREFACE, options: { ...PREFACE.options, seed: 8 } })),
  ];
  const places = parts.map((_, index) => index).slice(1);

  test('are noticed when swapped', () => {
    for (const one of places) {
      for (const other of places.filter((place) => place > one)) {
        const swapped = parts.with(one, parts[other]!).with(other, parts[one]!);
        expect(prefixOf(story, join(swapped)).status).toBe('corrupt');
      }
    }
  });

  test('are noticed when repeated, removed, or followed by anything', () => {
    for (const place of places) {
      expect(prefixOf(story, join(parts.toSpliced(place, 0, parts[place]!))).status).toBe('corrupt');
      const removed = prefixOf(story, join(parts.toSpliced(place, 1)));
      expect(removed.status).toBe(place === parts.length - 1 ? 'open' : 'corrupt');
    }
    for (const tail of [new Uint8Array(1), new Uint8Array(600), new Uint8Array([1])]) {
      const verdict = prefixOf(story, join([...parts, tail]));
      expect(verdict).toMatchObject({
        status: 'corrupt',
        events: 20_000,
        end: { reason: 'nothing left' },
      });
    }
  });

  test('are noticed when they come from another run', () => {
    for (const other of others) {
      const foreign = [0, ...places].filter((place) => Buffer.compare(other[place]!, parts[place]!) !== 0);
      expect(foreign.length).toBeGreaterThan(5);
      for (const place of foreign) {
        // Up to a first frame of the other run, with an equal preface, the file is a beginning of that one.
        const source = place === 2 ? readAll(join(other)).events : story;
        expect(prefixOf(source, join(parts.with(place, other[place]!))).status).toBe('corrupt');
      }
    }
  });
});

describe('content that another program may have written', () => {
  const parts = cut(small);

  test('is refused without a crash when it makes no sense', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 6000; round += 1) {
      const place = 1 + (round % (parts.length - 1));
      const frame = parts[place]!.slice();
      const offset = 32 + ((round * 7919) % (frame.length - 68));
      frame[offset] = (round * 31) & 0xff;
      const { verdict, events } = readAll(reseal(parts.with(place, frame)));
      expect(events.length).toBe(verdict.events);
      seen.add(verdict.status);
    }
    // Some changes make a log that says something else and is sound: that is what the chain hash is compared for.
    expect([...seen].sort()).toEqual(['clean', 'corrupt']);
  });

  test('may be of a type to be skipped, and is refused when of another', () => {
    const { at, seq } = { at: 9000, seq: 10 };
    const extra = forge(128, seq, at, 0, new Uint8Array([1, 2, 3]));
    const unknown = forge(4, seq, at, 0, new Uint8Array([1, 2, 3]));
    const open = parts.slice(0, -1);
    expect(inspect(reseal([...open, extra]))).toMatchObject({ status: 'open', events: 10 });
    expect(inspect(reseal([...open, unknown]))).toMatchObject({ status: 'too-new', events: 10 });
  });

  test('is refused when it is too large, or nests too deeply', () => {
    const bomb = new Uint8Array(200_000).fill(0x91);
    expect(inspect(reseal([...parts.slice(0, 2), forge(2, 0, 0, 1, bomb)])).status).toBe('corrupt');
    const large = forge(2, 0, 0, 1, new Uint8Array(1024 * 1024 + 1));
    expect(inspect(reseal([...parts.slice(0, 2), large]))).toMatchObject({ status: 'corrupt', events: 0 });
    const long = parts[2]!.slice(0, 68);
    new DataView(long.buffer).setUint32(4, 0xffff_ffff, true);
    expect(inspect(reseal([...parts.slice(0, 2), long])).status).toBe('corrupt');
  });

  test('is refused when its dense body is not what it says', () => {
    const plain = pack([['a'], new Uint8Array([1, 0]), new Uint8Array([0, 0, 1, 0])]);
    const stored = new Uint8Array([...plain, ...new Uint8Array(400)]);
    const said = (length: number, deflated: Uint8Array) => {
      const body = new Uint8Array(4 + deflated.length);
      new DataView(body.buffer).setUint32(0, length, true);
      body.set(deflated, 4);
      const frame = forge(2, 0, 0, 1, body);
      frame[1] = 1;
      return inspect(reseal([...parts.slice(0, 2), frame]));
    };
    const deflated = deflateRawSync(plain);
    expect(said(plain.length, deflated)).toMatchObject({ status: 'open', events: 1 });
    expect(said(plain.length + 1, deflated).status).toBe('corrupt');
    expect(said(plain.length - 1, deflated).status).toBe('corrupt');
    expect(said(0, deflated).status).toBe('corrupt');
    expect(said(2 ** 32 - 1, deflated).status).toBe('corrupt');
    expect(said(plain.length, deflated.subarray(0, 5)).status).toBe('corrupt');
    expect(said(plain.length, new Uint8Array(0)).status).toBe('corrupt');
    expect(said(1024, deflateRawSync(new Uint8Array(64 * 1024 * 1024))).status).toBe('corrupt');
    expect(said(stored.length, deflateRawSync(stored)).status).toBe('corrupt');
  });

  test('is refused when reserved bytes are used', () => {
    for (const [offset, value] of [
      [1, 2],
      [1, 0x81],
      [2, 1],
      [3, 1],
    ] as const) {
      const frame = parts[2]!.slice();
      frame[offset] = value;
      expect(inspect(reseal(parts.with(2, frame))).status).toBe('corrupt');
    }
  });

  test('is refused when it names draws that no decision takes', () => {
    const drew = (draws: string) => {
      const body = [['a', draws], new Uint8Array([1, 2]), new Uint8Array([0, 0, 1, 0])];
      return inspect(reseal([...parts.slice(0, 2), forge(2, 0, 0, 1, pack(body))]));
    };
    for (const draws of ['by', 'by*2 turn by', 'by*1000000']) expect(drew(draws).status).toBe('open');
    for (const draws of [
      ' ',
      'by  turn',
      '*2',
      'by*',
      'by*0',
      'by*-1',
      'by*1e9',
      'by*2*2',
      'by*1000001',
      `by*${'9'.repeat(400)}`,
    ])
      expect(drew(draws).status).toBe('corrupt');
  });

  test('is refused when it promises more than it has', () => {
    const bytes = (...values: number[]) => new Uint8Array(values);
    const none = bytes(1, 0);
    const bodies: unknown[] = [
      'no list',
      [[], [], []],
      [[''], none, bytes(0, 0, 0, 0)],
      [['a'], bytes(0, 0), bytes(0, 0, 1, 0)],
      [['a'], bytes(2, 0), bytes(0, 0, 1, 0)],
      [['a'], bytes(1, 0, 1, 0), bytes(0, 0, 1, 0)],
      [['a'], bytes(), bytes(0, 0, 1, 0)],
      [['a'], none, bytes(0, 0, 1, 1)],
      [['a'], none, bytes(0, 0, 2, 0)],
      [['a'], none, bytes(9, 0, 1, 0)],
      [['a'], none, bytes(0, 0x80, 0, 1, 0)],
      [['a'], none, bytes(0, 0, 1)],
      [['a'], none, bytes(0, 0, 1, 0, 0)],
      [['a'], none, bytes(1, 0, 1, 0)],
    ];
    for (const body of bodies) {
      const frame = forge(2, 0, 0, 1, pack(body));
      const verdict = inspect(reseal([...parts.slice(0, 2), frame]));
      expect(verdict, JSON.stringify(body)).toMatchObject({ status: 'corrupt', events: 0 });
    }
    const right = [['a'], none, bytes(0, 0, 1, 0)];
    const sound = inspect(reseal([...parts.slice(0, 2), forge(2, 0, 0, 1, pack(right))]));
    expect(sound).toMatchObject({ status: 'open', events: 1 });
  });
});
