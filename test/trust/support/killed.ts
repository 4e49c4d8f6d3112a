/**
 * The process that is killed, by itself at the place it was told: it writes the log of a crowd, or goes on with it. `killing.ts` starts it.
 * Its words: `run` or `resume`, the file, and where it dies: a sort of place and how many of these it outlives.
 */
import fs from 'node:fs';
import process from 'node:process';
import {
  appendingSink,
  cutFile,
  type FileCalls,
  fileSink,
  fileSource,
  type Sink,
} from '../../../src/log/disk.ts';
import type { Simulation } from '../../../src/run/simulation.ts';
import { crowdMaking, startCrowd } from '../../support/crowd.ts';
import { type Death, SIZE } from './places.ts';

const [task, path, sort, count] = process.argv.slice(2) as ['run' | 'resume', string, Death['sort'], string];
let left = Number(count);

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** Dies instead of the call when it is the one. */
function mortal<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    if (sort === 'calls' && left-- === 0) die();
    return call(...args);
  };
}

/** Writes a part and dies when that is where the bytes end. */
function writeSync(
  file: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number {
  if (sort !== 'bytes' || length < left) {
    left -= sort === 'bytes' ? length : 0;
    return fs.writeSync(file, bytes, offset, length, position);
  }
  if (left > 0) fs.writeSync(file, bytes, offset, left, position);
  return die();
}

const calls = {
  openSync: mortal(fs.openSync),
  writeSync: mortal(writeSync),
  ftruncateSync: mortal(fs.ftruncateSync),
  fdatasyncSync: mortal(fs.fdatasyncSync),
  fsyncSync: mortal(fs.fsyncSync),
  closeSync: mortal(fs.closeSync),
} as FileCalls;

let sink: Sink | undefined;

/** Goes on with what is there. Loaded only here: most of what is killed never needs it. */
async function resume(): Promise<Simulation> {
  const { resumeRun } = await import('../../../src/run/resume.ts');
  const goOn = (keep: number): Sink => {
    cutFile(path, keep);
    sink = appendingSink(path, keep, calls);
    return sink;
  };
  const resumed = resumeRun(fileSource(path), goOn, crowdMaking(SIZE));
  if (!resumed.ok) throw new Error(resumed.message);
  return resumed.simulation;
}

function start(): Simulation {
  sink = fileSink(path, calls);
  return startCrowd(SIZE, sink);
}

const simulation = task === 'run' ? start() : await resume();
const most = sort === 'events' ? left : Number.POSITIVE_INFINITY;
while (simulation.advance(most) === undefined) if (sort === 'events') die();
sink?.close();
