/** Frames of sound logs put together otherwise: as they are, renumbered so that they seem in place, and with right checksums. */
import { memorySource } from '../../../src/log/disk.ts';
import type { Recorded } from '../../../src/log/reader.ts';
import { type Given, given } from '../../log/support.ts';
import { readAll, type Surgery } from './checks-log.ts';
import { cut, join, renumber, reseal, spansOf } from './parts.ts';
import { EVERY_KIND, everyKind, inFrames, prefaceOf } from './story.ts';

interface Run {
  readonly bytes: Uint8Array;
  readonly header: Uint8Array;
  readonly frames: readonly Uint8Array[];
  readonly spans: readonly number[];
  readonly story: readonly Recorded[];
}

function runOf(bytes: Uint8Array): Run {
  const [header, ...frames] = cut(bytes);
  const { events } = readAll(memorySource(bytes));
  return { bytes, header: header!, frames, spans: spansOf(frames), story: events };
}

const COUNTED = EVERY_KIND.findIndex(({ model, type }) => model === 'lab' && type === 'Counted');

/** Events whose frames are alike in all but one number, so that each fits in the place of any other but for the chain. */
function alikeEvents(shift: number): Given[] {
  return Array.from({ length: 180 }, (_, seq) => {
    const event = { type: 'Counted', amount: seq + shift };
    return given(COUNTED, seq * 1000, `lab/${seq % 3}`, seq === 0 ? -1 : seq - 1, event);
  });
}

/** One frame of a run. */
type Picked = readonly [run: Run, place: number];

const allOf = (run: Run): Picked[] => run.frames.map((_, place) => [run, place]);

/** The first byte at which two byte strings differ. */
function differenceOf(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return at;
  return length;
}

/** A header and frames as one log: as they are, renumbered, and renumbered with the checksums made right. */
function puttingTogether(
  header: Uint8Array,
  picked: readonly Picked[],
): (readonly [how: string, bytes: Uint8Array])[] {
  const frames = picked.map(([run, place]) => run.frames[place]!);
  const renumbered = renumber(
    frames,
    picked.map(([run, place]) => run.spans[place]!),
  );
  return [
    ['as they are', join([header, ...frames])],
    ['renumbered', join([header, ...renumbered])],
    ['renumbered and summed', reseal([header, ...renumbered], 'checksums')],
  ];
}

/** Collects surgeries on some runs; what happens to be one of the runs is none. */
class Theatre {
  readonly made: Surgery[] = [];
  readonly #what: string;
  readonly #runs: readonly Run[];

  constructor(what: string, ...runs: readonly Run[]) {
    this.#what = what;
    this.#runs = runs;
  }

  add(sort: string, detail: string, header: Uint8Array, picked: readonly Picked[], status = 'corrupt'): void {
    for (const [how, bytes] of puttingTogether(header, picked)) {
      const shared = this.#runs.map((run) => differenceOf(bytes, run.bytes));
      const differs = Math.max(...shared);
      const { story } = this.#runs[shared.indexOf(differs)]!;
      if (this.#runs.some((run) => Buffer.compare(run.bytes, bytes) === 0)) continue;
      const name = `${sort} ${detail} ${this.#what}, ${how}`;
      this.made.push({ sort, name, bytes, story, differs, status });
    }
  }
}

function within(what: string, base: Run): Surgery[] {
  const theatre = new Theatre(`within ${what}`, base);
  const frames = allOf(base);
  const last = frames.length - 1;
  const add = (sort: string, detail: string, picked: readonly Picked[], status?: string) =>
    theatre.add(sort, detail, base.header, picked, status);
  for (let one = 0; one <= last; one += 1) {
    for (let other = one + 1; other <= last; other += 1)
      add('swapped', `${one} and ${other}`, frames.with(one, frames[other]!).with(other, frames[one]!));
    for (let at = one + 1; at <= last + 1; at += 1)
      add('repeated', `${one} at ${at}`, frames.toSpliced(at, 0, frames[one]!));
    add('removed', `${one}`, frames.toSpliced(one, 1), one === last ? 'open' : 'corrupt');
    for (let count = 2; one > 0 && one + count <= last; count += 1)
      add('removed', `${count} from ${one} on`, frames.toSpliced(one, count));
    if (one > 0 && one < last - 1) add('ended', `after ${one}`, [...frames.slice(0, one + 1), frames[last]!]);
  }
  return theatre.made;
}

function between(what: string, base: Run, other: Run): Surgery[] {
  const theatre = new Theatre(`from ${what}`, base, other);
  const frames = allOf(base);
  const foreign = allOf(other);
  for (let at = 0; at < frames.length; at += 1) {
    for (let from = 0; from < foreign.length; from += 1) {
      theatre.add('spliced', `${from} at ${at}`, base.header, frames.with(at, foreign[from]!));
      theatre.add('added', `${from} at ${at}`, base.header, frames.toSpliced(at, 0, foreign[from]!));
    }
    theatre.add('spliced', `all from ${at} on`, base.header, [...frames.slice(0, at), ...foreign.slice(at)]);
  }
  theatre.add('beheaded', 'with the header', other.header, frames);
  for (let count = 1; count < frames.length; count += 1)
    theatre.add('beheaded', `with ${count} frames`, other.header, [
      ...foreign.slice(0, count),
      ...frames.slice(count),
    ]);
  return theatre.made;
}

/** All of them: within a log of every kind, within one whose frames fit anywhere, and between runs of other seeds and other outcomes. */
export function surgeries(which: 'all' | 'few' = 'all'): Surgery[] {
  if (which === 'few')
    return within('a log of like frames', runOf(inFrames(alikeEvents(0), prefaceOf('one'), 30)));
  const every = runOf(inFrames(everyKind(2), prefaceOf('one'), 30));
  const seeded = runOf(inFrames(everyKind(2), prefaceOf('two'), 30));
  const fitting = runOf(inFrames(alikeEvents(0), prefaceOf('one'), 30));
  const otherwise = runOf(inFrames(alikeEvents(7), prefaceOf('one'), 30));
  const elsewhere = runOf(inFrames(alikeEvents(0), prefaceOf('two'), 30));
  return [
    ...within('a log of every kind', every),
    ...within('a log of like frames', fitting),
    ...between('a run with another seed', every, seeded),
    ...between('a like run with another seed', fitting, elsewhere),
    ...between('a like run with another outcome', fitting, otherwise),
  ];
}
