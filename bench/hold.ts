/**
 * The hold workload: N pending commands, each of which schedules itself again after an exponential delay. Every event is decided, folded,
 * framed, checked, chained and written; `logged: false` leaves the log away to show its price.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/base/assert.ts';
import { exponential } from '../src/base/chance.ts';
import { allKinds, Engine } from '../src/kernel/engine.ts';
import { type AnyModel, type Model, NOTHING, type Send } from '../src/kernel/model.ts';
import { fileSink, fileSource } from '../src/log/disk.ts';
import { inspectLog } from '../src/log/reader.ts';
import { LogWriter } from '../src/log/writer.ts';

type HoldCommand = { readonly type: 'start'; readonly count: number } | { readonly type: 'fire' };
type HoldEvent =
  | { readonly type: 'Started'; readonly count: number }
  | { readonly type: 'Fired'; readonly after: number };

/** Mean delay, in microseconds. */
const MEAN = 1_000_000;
const FIRE: HoldCommand = { type: 'fire' };

const hold: Model<{ fired: number; total: number }, HoldCommand, HoldEvent> = {
  name: 'hold',
  events: { Started: { count: 'int' }, Fired: { after: 'int' } },
  initial: () => ({ fired: 0, total: 0 }),
  decide(command, _state, context) {
    if (command.type === 'start') return [{ type: 'Started', count: command.count }];
    return [{ type: 'Fired', after: Math.round(exponential(context.draw('after'), MEAN)) }];
  },
  evolve(state, event) {
    if (event.type !== 'Fired') return;
    state.fired += 1;
    state.total += event.after;
  },
  react(event, _state, { entity: to }): readonly Send<HoldCommand>[] {
    if (event.type === 'Fired') return [{ to, after: event.after, command: FIRE }];
    return event.count === 0
      ? NOTHING
      : Array.from({ length: event.count }, (_, i) => ({ to, after: i % MEAN, command: FIRE }));
  },
};

/** One line of the bench's output. */
export interface Measurement {
  readonly workload: string;
  readonly pending: number;
  readonly events: number;
  readonly cpu_s: number;
  readonly wall_s: number;
  readonly bytes_per_event: number;
  readonly peak_mb: number;
  readonly logged: boolean;
}

/** Runs the workload and checks that it was done: counts, the mean delay, and the log read back whole. */
export function measureHold(pending: number, events: number, logged: boolean): Measurement {
  const models = [hold as unknown as AnyModel];
  const engine = new Engine(models, [], { seed: 'bench' });
  const folder = mkdtempSync(join(tmpdir(), 'premortem-bench-'));
  const path = join(folder, 'hold.pmlog');
  try {
    const sink = logged ? fileSink(path) : undefined;
    const preface = { program: 'bench', options: {}, sources: [], kinds: allKinds(models) };
    const writer = sink && new LogWriter(sink, preface, (id) => engine.world.entities[id]?.ref ?? '');
    engine.recorder = writer;
    engine.ask([
      {
        to: 'hold/all',
        due: 0,
        command: { type: 'start', count: pending } as HoldCommand,
        path: '',
        file: '',
        line: 0,
      },
    ]);
    engine.run(-1);
    const cpu = process.cpuUsage();
    const wall = performance.now();
    engine.run(Number.MAX_SAFE_INTEGER, events);
    const bytes = writer?.end('done', engine.world.hash()).bytes ?? 0;
    sink?.close();
    const { user, system } = process.cpuUsage(cpu);
    const wall_s = (performance.now() - wall) / 1e3;
    check(engine, pending, events, logged ? path : undefined);
    return {
      workload: 'hold',
      pending,
      events,
      cpu_s: (user + system) / 1e6,
      wall_s,
      bytes_per_event: bytes / events,
      peak_mb: process.resourceUsage().maxRSS / 1024,
      logged,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function check(engine: Engine, pending: number, events: number, path: string | undefined): void {
  const state = engine.world.stateOf('hold/all') as { fired: number; total: number };
  assert(engine.count === events + 1, `${engine.count} events were made instead of ${events}`);
  assert(engine.pending().length === pending, 'as many commands wait as at the start');
  const mean = state.total / state.fired;
  assert(Math.abs(mean / MEAN - 1) < 6 / Math.sqrt(state.fired), `the mean delay ${mean} is not ${MEAN}`);
  if (path === undefined) return;
  const source = fileSource(path);
  const verdict = inspectLog(source);
  source.close();
  assert(
    verdict.status === 'clean' && verdict.events === events + 1,
    `the log reads back whole: ${verdict.message}`,
  );
}
