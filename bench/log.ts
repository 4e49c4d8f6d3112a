/**
 * The log by itself, beside other ways to keep the same events in a file: how many a second of the processor writes and reads back, and how
 * many bytes each takes. Ours is framed, checked, chained and verified; it is also folded into a world. The others only keep.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { assert } from '../src/base/assert.ts';
import type { Recorded } from '../src/log/reader.ts';
import { linesApart } from './apart.ts';
import { holdWorkload } from './hold.ts';
import {
  jsonLines,
  type Keeper,
  type Kept,
  messages,
  ourLog,
  SQLITE_INSERT,
  SQLITE_SELECT,
  SQLITE_SETUP,
  sharedMessages,
  sizeAndRemove,
  sqlite,
} from './keepers.ts';
import { Clock } from './measure.ts';
import { type Mix, realisticMix, workloadMix } from './mix.ts';
import { mm1Workload } from './mm1.ts';
import { type Options, ORIGINS, type Origin } from './options.ts';
import { projectFile } from './project.ts';
import { count, Table } from './table.ts';

/** One row of the result; rates are events for each second of the processor. */
interface Row {
  readonly of: string;
  readonly way: string;
  readonly events: number;
  readonly bytes_per_event: number;
  readonly written_per_s: number;
  readonly read_per_s: number;
  readonly folded_per_s?: number;
}

type Figures = Omit<Row, 'of'>;

/** What is shown is the best of so many: others on the machine only ever add time, and V8 has compiled everything by the last. */
const ROUNDS = 5;

/** Where events come from, and how many there are when nothing is said: short ones are written too fast for few of them to tell. */
const MAKERS: Readonly<Record<Origin, { readonly usual: number; mix(events: number): Mix }>> = {
  busy: { usual: 200_000, mix: realisticMix },
  hold: { usual: 1_000_000, mix: (events) => workloadMix(holdWorkload(1_000, events), events) },
  mm1: { usual: 1_000_000, mix: (events) => workloadMix(mm1Workload(Math.ceil(events / 2)), events) },
};

/** `npm run bench -- log`: events of every origin, each in a process of its own, so that none finds the code compiled for another's. */
export async function measureLog(options: Options): Promise<void> {
  const { of, json } = options;
  if (of !== undefined) {
    show(await measureOrigin(of, options.events ?? MAKERS[of].usual), json);
    return;
  }
  const amount = options.events === undefined ? [] : ['--events', `${options.events}`];
  for (const origin of ORIGINS) show(linesApart(['log', '--of', origin, ...amount]) as Row[], json);
}

async function measureOrigin(of: Origin, events: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-log-'));
  try {
    const { files, causes, fold, rows } = await write(MAKERS[of].mix(events), folder);
    return [...read(files, events, causes, fold), ...rows].map((row) => ({ of, ...row }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What one way wrote, and the seconds of the processor that it took each time. */
interface Written {
  readonly way: Keeper;
  readonly path: string;
  readonly seconds: number[];
}

/** All that reading has to know of events, which are forgotten by then: what is held slows down whoever makes garbage. */
interface Writings {
  readonly files: readonly Written[];
  readonly causes: number;
  readonly fold: (file: Written) => number;
  /** Ways that were measured whole already. */
  readonly rows: readonly Figures[];
}

/** Every way in turn writes the events, a few times, and gives them back as they were. */
async function write(mix: Mix, folder: string): Promise<Writings> {
  const events = mix.events.map(({ kind: _kind, ...rest }): Kept => rest);
  const database = await sqlite();
  const ways = [ourLog(mix), jsonLines, messages, sharedMessages, ...(database ? [database] : [])];
  const files = ways.map((way, i): Written => ({ way, path: join(folder, `events.${i}`), seconds: [] }));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { way, path, seconds } of files) {
      rmSync(path, { force: true });
      seconds.push(cpuOf(() => way.write(path, events)));
    }
  for (const { way, path } of files) compare(way, path, events);
  const rows = database === undefined ? sqliteByPython(events, folder) : [];
  return { files, causes: causesOf(events), fold: folding(mix), rows };
}

/** Every way in turn reads what it wrote, a few times. The first is ours, and is folded too. */
function read(
  files: readonly Written[],
  events: number,
  causes: number,
  fold: (file: Written) => number,
): Figures[] {
  const reads = files.map((): number[] => []);
  const folds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    files.forEach((file, i) => {
      reads[i]?.push(sum(file, causes));
      if (i === 0) folds.push(fold(file));
    });
  return files.map(({ way, path, seconds }, i) => ({
    ...figures(way.label, events, sizeAndRemove(path), seconds, reads[i] as number[]),
    ...(i === 0 ? { folded_per_s: Math.round(events / Math.min(...folds)) } : {}),
  }));
}

const figures = (
  way: string,
  events: number,
  bytes: number,
  writes: readonly number[],
  reads: readonly number[],
): Figures => ({
  way,
  events,
  bytes_per_event: bytes / events,
  written_per_s: Math.round(events / Math.min(...writes)),
  read_per_s: Math.round(events / Math.min(...reads)),
});

function cpuOf(work: () => void): number {
  const clock = new Clock();
  clock.time(work);
  return clock.cpu;
}

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

const causesOf = (events: readonly Kept[]) => events.reduce((total, { cause }) => total + cause, 0);

/** Reads everything and adds up one field, so that nothing is left undone. Returns the seconds that took. */
function sum({ way, path }: Written, causes: number): number {
  let total = 0;
  const cpu = cpuOf(() =>
    way.read(path, ({ cause }) => {
      total += cause;
    }),
  );
  assert(total === causes, `${way.label} gives back all causes`);
  return cpu;
}

/** Makes a function that reads, verifies and folds the whole log, and returns the seconds that took. */
function folding({ events, engine, fold }: Mix): Writings['fold'] {
  const expected = engine();
  for (const event of events) expected.replay(event);
  const hash = expected.world.hash();
  return ({ way, path }) => {
    const folded = fold();
    const cpu = cpuOf(() => way.read(path, (event) => folded.add(event as Recorded)));
    assert(folded.world.hash() === hash, 'the world is that of the events that were written');
    return cpu;
  };
}

/** Before Node 22 there is no SQLite in it, and Python does the same: it has one built in, and inserts a batch by one call. */
function sqliteByPython(events: readonly Kept[], folder: string): Figures[] {
  const [lines, database] = [join(folder, 'events.jsonl'), join(folder, 'events.db')];
  writeFileSync(lines, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const program = projectFile('bench/peers/sqlite.py');
  const done = Array.from({ length: ROUNDS }, () => {
    const args = [program, lines, database, SQLITE_SETUP, SQLITE_INSERT, SQLITE_SELECT];
    const { error, status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
    if (error !== undefined) return undefined;
    assert(status === 0, stderr);
    const said = JSON.parse(stdout) as { write: number; read: number; count: number; causes: number };
    assert(said.count === events.length && said.causes === causesOf(events), 'SQLite gives back all events');
    return { ...said, bytes: sizeAndRemove(database) };
  }).filter((round) => round !== undefined);
  const [first] = done;
  if (first !== undefined) {
    const [writes, reads] = [done.map(({ write }) => write), done.map(({ read }) => read)];
    return [figures('SQLite (python3)', events.length, first.bytes, writes, reads)];
  }
  console.error('SQLite is left out: it needs Node 22 or python3');
  return [];
}

function show(rows: readonly Row[], json: boolean): void {
  if (json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const [{ of, events } = { of: '', events: 0 }] = rows;
  console.log(`${of}: ${count(events)} events; events for each second of the processor`);
  const table = new Table({ way: 22, 'bytes/event': 11, written: 10, 'read back': 10, folded: 10 });
  for (const { way, bytes_per_event, written_per_s, read_per_s, folded_per_s } of rows)
    table.row([
      way,
      count(bytes_per_event, 1),
      count(written_per_s),
      count(read_per_s),
      folded_per_s === undefined ? '-' : count(folded_per_s),
    ]);
}
