/**
 * One stage of the log's bench, in a process of its own: make the events, write them in one way, read them back. Whoever writes finds no
 * code compiled for another way, and whoever reads never held the events: V8 would take those that it reads for such that stay.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { assert } from '../src/base/assert.ts';
import { giveRoomToNewObjects } from '../src/cli/young.ts';
import { fileSource } from '../src/log/disk.ts';
import { type Log, openLog, type Recorded } from '../src/log/reader.ts';
import {
  jsonLines,
  type Keeper,
  type Kept,
  messages,
  ourLog,
  readEvents,
  SQLITE_INSERT,
  SQLITE_SELECT,
  SQLITE_SETUP,
  sharedMessages,
  sqlite,
} from './keepers.ts';
import { Clock } from './measure.ts';
import { MAKERS } from './mix.ts';
import type { Origin } from './options.ts';
import { projectFile } from './project.ts';

/** Ways to keep events. */
export type Way = 'premortem' | 'json' | 'msgpackr' | 'shared' | 'sqlite';

/** What is done with which events, and the file in which they are. */
export type Stage =
  | { readonly stage: 'make'; readonly of: Origin; readonly events: number; readonly log: string }
  | { readonly stage: 'write'; readonly way: Way; readonly log: string; readonly path: string }
  | { readonly stage: 'read'; readonly way: Way; readonly path: string; readonly of: Origin };

/** What whoever reads is to come to: the sum of the causes of all events, and the hash of the world that they add up to. */
export interface Made {
  readonly causes: number;
  readonly world: string;
}

/** `seconds` of the processor that the best round took. */
export interface Written {
  readonly label: string;
  readonly bytes: number;
  readonly seconds: number;
}

export interface Read {
  readonly causes: number;
  readonly seconds: number;
  /** Our log alone can be folded. */
  readonly folded?: { readonly world: string; readonly seconds: number };
}

/** What a stage says; null where what it needs is not installed. */
export type Said = Made | Written | Read | null;

/**
 * What is shown is the best of so many rounds, and of more until so many seconds are over: others on the machine only ever add time, and V8
 * has compiled everything by the last.
 */
const ROUNDS = 5;
const SECONDS = 3;

/** Makes events, as a log. */
function make({ of, events, log }: Extract<Stage, { stage: 'make' }>): Made {
  const mix = MAKERS[of].mix(events);
  const engine = mix.engine();
  for (const event of mix.events) engine.replay(event);
  ourLog(mix.preface, mix.events).write(log, mix.events);
  return { causes: causesOf(mix.events), world: engine.world.hash() };
}

/** Writes the events of a log a few times, and sees that they come back as they were. */
async function write({ way: name, log, path }: Extract<Stage, { stage: 'write' }>): Promise<Written | null> {
  const recorded: Recorded[] = [];
  readEvents(log, (event) => recorded.push(event));
  const events = recorded.map(({ kind: _kind, ...rest }): Kept => rest);
  const way = await keeperOf(name, () => ourLog(prefaceOf(log), recorded));
  if (way === undefined) return writeByPython(events, path);
  const seconds = bestOf(() => {
    rmSync(path, { force: true });
    return cpuOf(() => way.write(path, events));
  });
  compare(way, path, events);
  return { label: way.label, bytes: statSync(path).size, seconds };
}

/** Reads a file a few times. */
async function read({ way: name, path, of }: Extract<Stage, { stage: 'read' }>): Promise<Read> {
  const way = await keeperOf(name, () => ourLog(prefaceOf(path), []));
  if (way === undefined) return byPython('read', path, SQLITE_SELECT) as Read;
  const causes = causesIn(way, path);
  const seconds = bestOf(() => cpuOf(() => causesIn(way, path)));
  return name === 'premortem' ? { causes, seconds, folded: fold(path, of) } : { causes, seconds };
}

/** Reads, verifies and folds a log of ours. */
function fold(path: string, of: Origin): NonNullable<Read['folded']> {
  const preface = prefaceOf(path);
  let world = '';
  const seconds = bestOf(() => {
    const folded = MAKERS[of].fold(preface);
    const cpu = cpuOf(() => readEvents(path, (event) => folded.add(event)));
    world = folded.world.hash();
    return cpu;
  });
  return { world, seconds };
}

/** The way of that name; undefined when it is that of SQLite, and this Node has none. */
async function keeperOf(name: Way, ours: () => Keeper): Promise<Keeper | undefined> {
  switch (name) {
    case 'premortem':
      return ours();
    case 'json':
      return jsonLines;
    case 'msgpackr':
      return messages;
    case 'shared':
      return sharedMessages;
    case 'sqlite':
      return await sqlite();
  }
}

function prefaceOf(path: string): Log['preface'] {
  const source = fileSource(path);
  const opened = openLog(source);
  source.close();
  assert(opened.ok, 'the log opens');
  return opened.log.preface;
}

/** Reads everything and adds up one field, so that nothing is left undone. */
function causesIn({ read }: Keeper, path: string): number {
  let total = 0;
  read(path, ({ cause }) => {
    total += cause;
  });
  return total;
}

const causesOf = (events: readonly Kept[]) => events.reduce((total, { cause }) => total + cause, 0);

/** Everything that was written comes back as it was. */
function compare(way: Keeper, path: string, events: readonly Kept[]): void {
  let next = 0;
  way.read(path, ({ seq, at, cause, entity, draws, event }) => {
    const same = isDeepStrictEqual({ seq, at, cause, entity, draws, event }, events[next]);
    assert(same, `${way.label} gives back event ${next} as it was`);
    next += 1;
  });
  assert(next === events.length, `${way.label} gives back ${next} of ${events.length} events`);
}

function bestOf(round: () => number): number {
  let [best, total] = [Number.POSITIVE_INFINITY, 0];
  for (let rounds = 0; rounds < ROUNDS || total < SECONDS; rounds += 1) {
    const seconds = round();
    best = Math.min(best, seconds);
    total += seconds;
  }
  return best;
}

function cpuOf(work: () => void): number {
  const clock = new Clock();
  clock.time(work);
  return clock.cpu;
}

/** Before Node 22 there is no SQLite in it, and Python does the same: it has one built in, and inserts a batch by one call. */
function writeByPython(events: readonly Kept[], path: string): Written | null {
  const lines = `${path}.jsonl`;
  writeFileSync(lines, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const said = byPython('write', path, SQLITE_SELECT, lines, SQLITE_SETUP, SQLITE_INSERT);
  rmSync(lines);
  if (said === null) return null;
  const { seconds } = said as { readonly seconds: number };
  return { label: 'SQLite (python3)', bytes: statSync(path).size, seconds };
}

function byPython(...args: readonly string[]): unknown {
  const program = projectFile('bench/peers/sqlite.py');
  const { error, status, stdout, stderr } = spawnSync('python3', [program, `${ROUNDS}`, ...args], {
    encoding: 'utf8',
  });
  if (error !== undefined) return null;
  assert(status === 0, stderr);
  return JSON.parse(stdout);
}

async function run(stage: Stage): Promise<Said> {
  switch (stage.stage) {
    case 'make':
      return make(stage);
    case 'write':
      return await write(stage);
    case 'read':
      return await read(stage);
  }
}

giveRoomToNewObjects();
console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as Stage)));
