/**
 * Recorded cases, predicted from their set-ups, exported, and compared with the recording frame by frame: senders, receivers, headers,
 * flags and every option in order. Only what is drawn is left out, and what a set-up does not tell.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { pcapng } from '../../src/exchange/capture/pcapng.ts';
import { record } from '../../src/exchange/export/frames.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import { makeFold } from '../../src/run/program.ts';
import { readCapture } from './capture/reader.ts';
import { beyond, type Line, lineOf, type Parting, partingOf, sequences } from './export/compare.ts';
import {
  captureOf,
  chaddrsOf,
  knownOf,
  type Predictable,
  type Predicted,
  predictables,
} from './export/predicted.ts';

const heard: Replayed[][] = vi.hoisted(() => []);
vi.mock('../../src/run/program.ts', async (original) => {
  const program = await original<typeof import('../../src/run/program.ts')>();
  const { eavesdrop } = await import('./export/eavesdrop.ts');
  const makeEngine: typeof program.makeEngine = (options) => {
    const engine = program.makeEngine(options);
    heard.splice(0, heard.length, eavesdrop(engine));
    return engine;
  };
  return { ...program, makeEngine };
});

/** One of these leads along the course that was recorded: how often a client repeats itself is chance. */
const SEEDS = ['conformance', ...Array.from({ length: 100 }, (_, i) => `${i + 1}`)];

/** No seed leads along these courses. */
const OTHER_COURSES: Readonly<Record<string, string>> = {
  'exhaust-kea-expiry': 'udhcpc missed an answer that came before it listened',
  'nak-renew-kea-udhcpc': 'the same',
  'squat-late-udhcpc': 'the same',
  'two-rogue-reboot-nak':
    'two servers race, and the one that is first here took ten times as long as it mostly does',
};
const STRAYS: Readonly<Record<string, number>> = {
  // The offer of the server that wins the race here, what the client answers, and the lease.
  'two-rogue-reboot-nak': 3,
  // The server's host asks by ARP once more, where the recorded one had been asked by the client's.
  'two-overlap-kea-wins-isc': 1,
};

const EQUAL_CASES = 142;
const EQUAL_FRAMES = 1690;

interface Compared {
  readonly name: string;
  readonly frames: number;
  /** Of each sequence that is not equal to its end. */
  readonly partings: readonly Parting[];
  /** Our frames that were not recorded, wherever they stand. */
  readonly strays: readonly string[];
}

function linesOf({ recorded, events }: Predicted): readonly [ours: Line[], theirs: Line[]] {
  const { segments, frames } = record(events, makeFold({ seed: 'conformance' }), knownOf(recorded));
  const read = (bytes: Uint8Array) => readCapture(bytes).packets.map(lineOf);
  const [ours, theirs] = [
    read(Buffer.concat([...pcapng(frames, { segments })])),
    read(captureOf(recorded.case)),
  ];
  const isOne = segments.size === 1;
  return [ours, isOne ? theirs.map((line) => ({ ...line, segment: 'lan' })) : theirs];
}

function compare(predicted: Predicted): Compared {
  const { recorded } = predicted;
  const isScripted = recorded.nodes.some(({ name }) => name === 'p1');
  const lines = linesOf(predicted);
  const [ours, theirs] = lines.map((some) => sequences(some, chaddrsOf(recorded), isScripted)) as [
    ReturnType<typeof sequences>,
    ReturnType<typeof sequences>,
  ];
  let frames = 0;
  const partings: Parting[] = [];
  const strays = beyond(...lines);
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [own, others] = [ours.get(key) ?? [], theirs.get(key) ?? []];
    const found = partingOf(own, others);
    frames += found.after;
    if (found.parting !== undefined) partings.push(found.parting);
    const recordedTexts = new Set(others.map(({ text }) => text));
    strays.push(...own.filter(({ text }) => !recordedTexts.has(text)).map(({ text }) => text));
  }
  return { name: recorded.case, frames, partings, strays };
}

/** With the first seed whose course is the recorded one, else with the first of all; nothing if that does not pass. */
function compareBest(one: Predictable): Compared[] {
  const first = one.predict(SEEDS[0] as string);
  if (!first.passes) return [];
  const found = compare(first);
  if (found.partings.length === 0 || OTHER_COURSES[found.name] !== undefined) return [found];
  for (const seed of SEEDS.slice(1)) {
    const predicted = one.predict(seed);
    const compared = compare(predicted);
    if (predicted.passes && compared.partings.length === 0) return [compared];
  }
  return [found];
}

describe('predicted runs and recordings', () => {
  let compared: Compared[];
  beforeAll(async () => {
    compared = (await predictables(() => heard.at(-1) ?? [])).flatMap(compareBest);
  });

  test('all cases are equal to their end, but those whose course is another', () => {
    const different = compared.filter(({ partings }) => partings.length > 0);
    expect(different.filter(({ name }) => OTHER_COURSES[name] === undefined)).toEqual([]);
    const frames = compared.reduce((sum, one) => sum + one.frames, 0);
    console.log(
      `${compared.length - different.length} of ${compared.length} predicted cases equal, ${frames} frames`,
    );
    expect(compared.length - different.length).toBeGreaterThanOrEqual(EQUAL_CASES);
    expect(frames).toBeGreaterThanOrEqual(EQUAL_FRAMES);
  });

  test('each frame is a recorded one, wherever it stands, but for those that are counted', () => {
    const beyond = compared.filter(({ name, strays }) => strays.length > (STRAYS[name] ?? 0));
    expect(beyond).toEqual([]);
  });

  test('canary: a wrong option is found', () => {
    const line = (kind: string, text: string) => ({ kind, text });
    expect(partingOf([line('ACK', '53=05')], [line('ACK', '53=06')]).parting).toBeDefined();
    expect(partingOf([line('ACK', '')], [line('NAK', '')]).parting).toBeDefined();
    expect(partingOf([line('ACK', '')], []).parting).toBeDefined();
  });
});
