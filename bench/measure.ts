/**
 * What all workloads share: a model in an engine, its events written to a log in a temporary file, and a clock that runs only while events
 * are made and written. Filling, sampling and checking are done while it stands still.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../src/base/assert.ts';
import { allKinds, Engine } from '../src/kernel/engine.ts';
import type { AnyModel } from '../src/kernel/model.ts';
import { fileSink, fileSource, type Sink } from '../src/log/disk.ts';
import { inspectLog } from '../src/log/reader.ts';
import { LogWriter } from '../src/log/writer.ts';

/** A model and what is done with it. */
export interface Workload {
  readonly model: AnyModel;
  /** Asked of the one entity, `model/all`, at instant 0. */
  readonly command: { readonly type: string };
  /** Events that the command takes to fill the agenda before the clock starts, and how many commands then wait. */
  readonly filling: number;
  readonly waiting: number;
  /** Events under the clock. */
  readonly events: number;
  /** Checks what came of it, given the most commands that were seen waiting. Returns figures to be printed with the others. */
  check(engine: Engine, pending: number): Readonly<Record<string, number>>;
}

/** One line of the bench's output; figures of one workload alone come after these. */
export interface Measurement {
  readonly workload: string;
  readonly pending: number;
  readonly events: number;
  readonly cpu_s: number;
  readonly wall_s: number;
  readonly bytes_per_event: number;
  readonly peak_mb: number;
  readonly logged: boolean;
  readonly bytes_per_pending?: number;
  readonly customers?: number;
  readonly mean_wait?: number;
  readonly timers?: number;
  readonly fired?: number;
  readonly clients?: number;
  readonly scopes?: number;
  readonly nodes?: number;
}

/** How often the number of pending commands is looked at. */
const SAMPLES = 16;
/** From here on the memory of pending commands stands out. */
const MANY = 10_000;

/** Runs a workload and checks that it was done, and that the log reads back whole. */
export function measure(load: Workload, logged: boolean): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-bench-'));
  try {
    return run(load, logged ? join(folder, 'bench.pmlog') : undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(load: Workload, path: string | undefined): Measurement {
  const engine = new Engine([load.model], [], { seed: 'bench' });
  const sink = path === undefined ? undefined : fileSink(path);
  const writer = sink && record(engine, load.model, sink);
  const bytes_per_pending = fill(engine, load);
  const clock = new Clock();
  const pending = make(engine, load, clock);
  const bytes = clock.time(() => writer?.end('done', engine.world.hash()).bytes ?? 0);
  const peak_mb = peakMegabytes();
  sink?.close();
  if (path !== undefined) checkLog(path, engine.count);
  const further = load.check(engine, pending);
  return {
    workload: load.model.name,
    pending,
    events: load.events,
    cpu_s: clock.cpu,
    wall_s: clock.wall,
    bytes_per_event: bytes / engine.count,
    peak_mb,
    logged: path !== undefined,
    ...(pending < MANY ? {} : { bytes_per_pending }),
    ...further,
  };
}

function record(engine: Engine, model: AnyModel, sink: Sink): LogWriter {
  const preface = { program: 'bench', options: {}, sources: [], kinds: allKinds([model]) };
  const writer = new LogWriter(sink, preface, (id) => engine.world.entities[id]?.ref ?? '');
  engine.recorder = writer;
  return writer;
}

/** Asks for the work, fills the agenda, and returns the memory that each pending command takes. */
function fill(engine: Engine, { model, command, filling, waiting }: Workload): number {
  const before = memoryInUse();
  engine.ask([{ to: `${model.name}/all`, due: 0, command, path: '', file: '', line: 0 }]);
  engine.run(Number.MAX_SAFE_INTEGER, filling);
  return (memoryInUse() - before) / waiting;
}

/** Makes the events, and returns the most commands that were seen waiting. */
function make(engine: Engine, { events, waiting }: Workload, clock: Clock): number {
  const end = engine.count + events;
  let most = waiting;
  while (engine.count < end) {
    const slice = Math.min(Math.ceil(events / SAMPLES), end - engine.count);
    const { reason } = clock.time(() => engine.run(Number.MAX_SAFE_INTEGER, slice));
    assert(reason === 'paused' || engine.count === end, `${reason} with ${end - engine.count} events to go`);
    most = Math.max(most, engine.waiting);
  }
  return most;
}

function checkLog(path: string, events: number): void {
  const source = fileSource(path);
  const { status, events: read, message } = inspectLog(source);
  source.close();
  assert(status === 'clean' && read === events, `the log reads back whole: ${message}`);
}

/** Seconds of the processor and of the wall, added up over pieces of work. */
export class Clock {
  cpu = 0;
  wall = 0;

  time<T>(work: () => T): T {
    const cpu = process.cpuUsage();
    const wall = performance.now();
    const result = work();
    const { user, system } = process.cpuUsage(cpu);
    this.cpu += (user + system) / 1e6;
    this.wall += (performance.now() - wall) / 1e3;
    return result;
  }
}

let collect: (() => void) | undefined;

/** Bytes held by objects and buffers, once everything that can be forgotten is. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  collect ??= runInNewContext('gc') as () => void;
  // Buffers are given back some time after the objects that held them: the second time finds that done.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Most memory this process ever held. Linux tells it of the process alone; elsewhere its parent's may count too. */
export function peakMegabytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    if (peak !== null) return Number(peak[1]) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}
