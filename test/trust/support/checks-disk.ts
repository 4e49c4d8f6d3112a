/** Checks of what is left of a log when the disk fails or the power does. Each throws when what it promises does not hold. */
import seedrandom from 'seedrandom';
import { CannotWrite, type FileCalls, fileSink, memorySource, type Sink } from '../../../src/log/disk.ts';
import type { Recorded } from '../../../src/log/reader.ts';
import { repairLog } from '../../../src/log/repair.ts';
import { type Given, given, smallStory, writeTo } from '../../log/support.ts';
import { alike, must, readAll } from './checks-log.ts';
import { bordersOf, cut } from './parts.ts';
import { failure, PowerDisk, type PowerDiskOptions } from './power-disk.ts';
import { everyKindLog } from './story.ts';

const FOLDER = '/runs';
const PATH = `${FOLDER}/run.pmlog`;

/** One way of writing a log. */
export interface Way {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly truth: readonly Recorded[];
  readonly borders: readonly number[];
  /** Bytes taken by one write at most. */
  readonly most?: number;
  write(sink: Sink): void;
}

/** As the program writes, the same in small pieces, and frame by frame with syncs between. */
export function ways(): Way[] {
  const story = largeStory();
  const asProgram = (sink: Sink): void => void writeTo(sink, story).end('nothing left', 'cafe');
  const every = everyKindLog();
  const [header, preface, ...frames] = cut(every);
  const byFrame = (sink: Sink): void => {
    sink.write(Buffer.concat([header!, preface!]));
    for (const [index, frame] of frames.entries()) {
      if (index % 2 === 0) sink.sync();
      sink.write(frame);
    }
    sink.sync();
  };
  return [
    wayOf({ name: 'as the program writes', write: asProgram }),
    wayOf({ name: 'in small pieces', most: 3000, write: asProgram }),
    wayOf({ name: 'synced between frames', most: 700, write: byFrame }),
  ];
}

/** A few large events that fill some frames: what costs time here is not to be their number. */
function largeStory(): Given[] {
  const random = seedrandom('large');
  return Array.from({ length: 40 }, (_, seq) => {
    const label = Array.from({ length: 800 }, () => `${random()}`.slice(2, 8)).join(' ');
    const measured = smallStory()[1]!.event;
    return given(2, seq * 1000, 'lab/one', seq - 1, { ...measured, label, fact: seq - 1, facts: [] });
  });
}

function wayOf(way: Pick<Way, 'name' | 'most' | 'write'>): Way {
  const bytes = written(way.write);
  const { events } = readAll(memorySource(bytes));
  return { ...way, bytes, truth: events, borders: bordersOf(cut(bytes)) };
}

/** The bytes of a log on a disk that never fails. */
function written(write: (sink: Sink) => void): Uint8Array {
  const disk = new PowerDisk({ folders: [FOLDER] });
  put(disk, write);
  return disk.contentOf(PATH)!;
}

/** How the writing of a log ended: what was thrown, and how many bytes a sync that returned had promised to keep. */
interface Put {
  readonly thrown: unknown;
  readonly promised: number;
}

/** Writes a log to a disk, and closes it come what may. */
function put({ calls }: { readonly calls: FileCalls }, write: (sink: Sink) => void): Put {
  let sink: Sink | undefined;
  let size = 0;
  let promised = 0;
  try {
    sink = fileSink(PATH, calls);
    const { write: take, sync } = bound(sink);
    write({
      ...bound(sink),
      write(bytes) {
        take(bytes);
        size += bytes.length;
      },
      sync() {
        sync();
        promised = size;
      },
    });
    sink.close();
    return { thrown: undefined, promised };
  } catch (thrown) {
    try {
      sink?.close();
    } catch {
      // It failed before, and that is what counts.
    }
    return { thrown, promised };
  }
}

function bound(sink: Sink): Sink {
  return { write: (bytes) => sink.write(bytes), sync: () => sink.sync(), close: () => sink.close() };
}

function callsOf(way: Way, options: Partial<PowerDiskOptions> = {}): string[] {
  const names: string[] = [];
  const before = (_: number, name: string) => void names.push(name);
  put(new PowerDisk({ ...optionsOf(way), before, ...options }), way.write);
  return names;
}

function optionsOf({ most }: Way): PowerDiskOptions {
  return { folders: [FOLDER], ...(most === undefined ? {} : { most }) };
}

/** What was seen of each outcome. */
export type Seen = Record<string, number>;

const count = (seen: Seen, what: string): void => {
  seen[what] = (seen[what] ?? 0) + 1;
};

/** What is left must be read as a beginning, hold at least so many bytes, and be a beginning to the byte once it was cut back. */
function beginning(bytes: Uint8Array, way: Way, least: number, where: () => string): string {
  const { truth, borders } = way;
  const { events, verdict } = readAll(memorySource(bytes));
  const said = () => `${where()}: ${verdict.message}`;
  must(
    events.length <= truth.length && events.every((one, seq) => alike(one, truth[seq])),
    () => `another history, ${said()}`,
  );
  must(
    Buffer.compare(bytes.subarray(0, least), way.bytes.subarray(0, least)) === 0,
    () => `what was synced is lost, ${said()}`,
  );
  const border = borders.findLast((each) => each <= least)!;
  must(verdict.offset >= border, () => `sound only up to ${verdict.offset} of ${border}, ${said()}`);
  must(
    Buffer.compare(bytes.subarray(0, verdict.offset), way.bytes.subarray(0, verdict.offset)) === 0,
    () => `vouches for other bytes, ${said()}`,
  );
  must(
    (verdict.status === 'clean') === (Buffer.compare(bytes, way.bytes) === 0),
    () => `clean is for the whole log, ${said()}`,
  );
  return verdict.status;
}

/** Thrown by every call from the one at which the power is lost. */
class PowerLost extends Error {}

/** Loses power at every call, and looks at so many outcomes of each; some survivors are repaired with what is handed in. */
export function survivesPowerLoss(way: Way, seeds: number, repair?: (bytes: Uint8Array) => Uint8Array): Seen {
  const seen: Seen = {};
  const calls = callsOf(way);
  // Once more than there are calls: then nothing fails, and everything must be there for good.
  for (let crash = 0; crash <= calls.length; crash += 1) {
    const before = (call: number) => {
      if (call >= crash) throw new PowerLost();
    };
    const disk = new PowerDisk({ ...optionsOf(way), before });
    const { thrown, promised } = put(disk, way.write);
    const where = () => `${way.name}, power lost at call ${crash} (${calls[crash] ?? 'none'})`;
    must(crash < calls.length || disk.isNamed(PATH), () => `${where()}: a finished log may be gone`);
    must(thrown === undefined || thrown instanceof CannotWrite, () => `${where()}: threw ${thrown}`);
    count(seen, 'points');
    for (let seed = 0; seed < seeds; seed += 1) {
      const random = seedrandom(`${way.name} ${crash} ${seed}`);
      const seeded = () => `${where()}, seed ${seed}`;
      count(seen, 'crashes');
      count(
        seen,
        survivalOf(disk, way, promised, random, seeded, (crash + seed) % 20 === 7 ? repair : undefined),
      );
    }
  }
  return seen;
}

function survivalOf(
  disk: PowerDisk,
  way: Way,
  promised: number,
  random: () => number,
  where: () => string,
  repair: ((bytes: Uint8Array) => Uint8Array) | undefined,
): string {
  const bytes = disk.survivorOf(PATH, random);
  if (bytes === undefined) {
    must(!disk.isNamed(PATH), () => `${where()}: the file is gone, and its folder was synced`);
    return 'gone';
  }
  const status = beginning(bytes, way, promised, where);
  if (repair === undefined) return status;
  const left = repair(bytes);
  const after = beginning(left, way, promised, () => `${where()}, repaired`);
  const hopeless = bytes.length === left.length && readAll(memorySource(bytes)).events.length === 0;
  must(hopeless || ['open', 'clean'].includes(after), () => `${where()}: ${after} after a repair`);
  return status;
}

/** Repairs a log as a real file, keeping what comes before damage. */
export function repairFile(file: string): void {
  repairLog(file, { keepPrefix: true });
}

/** What fails at the n-th call: once, or from then on. */
export interface Failing {
  readonly code: string;
  readonly forGood: boolean;
}

/** Makes each call fail in turn: one sentence is thrown, and whole frames are left, or a torn end when it cannot even be cut back. */
export function survivesFailures(way: Way, { code, forGood }: Failing): Seen {
  const seen: Seen = {};
  const calls = callsOf(way);
  for (let n = 0; n < calls.length; n += 1) {
    const where = () => `${way.name}, ${code} at call ${n} (${calls[n]})${forGood ? ' and after' : ''}`;
    const before = (call: number) => {
      if (call === n || (forGood && call > n)) throw failure(code);
    };
    const disk = new PowerDisk({ ...optionsOf(way), before });
    const { thrown } = put(disk, way.write);
    count(seen, 'failures');
    // A folder that cannot be synced is no reason to call a written log a failure.
    const isFolders = calls.indexOf('close') < n;
    must(isFolders === (thrown === undefined), () => `${where()}: ${thrown ?? 'nothing was thrown'}`);
    if (thrown !== undefined) isOneSentence(thrown, where);
    const bytes = disk.contentOf(PATH);
    must((bytes === undefined) === (n === 0), () => `${where()}: a file is there, or is not`);
    if (bytes !== undefined) count(seen, leftOf(bytes, way, forGood, where));
  }
  return seen;
}

function leftOf(bytes: Uint8Array, way: Way, forGood: boolean, where: () => string): string {
  const status = beginning(bytes, way, 0, where);
  must(
    Buffer.compare(bytes, way.bytes.subarray(0, bytes.length)) === 0,
    () => `${where()}: what is left is not what would have been written`,
  );
  const isWhole = way.borders.includes(bytes.length);
  must(forGood || isWhole, () => `${where()}: half a frame is left`);
  must(status !== 'corrupt', () => `${where()}: what is left is called damaged`);
  return status;
}

function isOneSentence(thrown: unknown, where: () => string): void {
  must(
    thrown instanceof CannotWrite && /^Cannot write [^\n]*\.$/.test(thrown.message),
    () => `${where()}: not one sentence: ${thrown}`,
  );
}

/** Writes to disks of every size: full at each place in turn, by the space left or by the size allowed. */
export function survivesFullDisk(way: Way, limit: 'capacity' | 'largest', step: number): Seen {
  const seen: Seen = {};
  for (let size = 0; size < way.bytes.length; size += step) {
    const where = () => `${way.name}, ${limit} ${size}`;
    const disk = new PowerDisk({ ...optionsOf(way), [limit]: size });
    isOneSentence(put(disk, way.write).thrown, where);
    count(seen, 'sizes');
    count(seen, leftOf(disk.contentOf(PATH)!, way, false, where));
  }
  return seen;
}
