/** Promise 4 once more: wherever a run is stopped, its resumed log is that of the run that was never stopped, byte for byte. */

import { resume } from 'premortem';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/kernel/engine.ts';
import type { AnyModel } from '../../src/kernel/model.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { inspectLog, openLog, type Recorded } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { forkRun } from '../../src/run/fork.ts';
import { type Declined, type Making, resumeRun } from '../../src/run/resume.ts';
import { type SimulateOptions, startSimulation } from '../../src/run/simulate.ts';
import { Simulation } from '../../src/run/simulation.ts';
import { cut, flipped, join } from '../log/support.ts';
import { CROWD, crowdAsks, crowdOptions, type Size } from '../support/crowd.ts';
import { load, run } from '../support/scenarios.ts';
import { asking, echo, WALK } from '../support/toys.ts';
import { inFrames } from '../trust/support/story.ts';

const DAY = 86_400e6;

/** A run that can be started again and again, and what makes it when it is not the program itself. */
interface World {
  readonly name: string;
  readonly making?: Making;
  start(sink: ReturnType<typeof memorySink>): Simulation;
}

function photon(file: string, more: Omit<SimulateOptions, 'file'> = {}): World {
  const checked = load(`scenarios/photon/${file}`, more.sets);
  return {
    name: `${file} ${JSON.stringify(more)}`,
    start: (sink) => startSimulation(checked, { ...more, file, sink }),
  };
}

function toy(
  name: string,
  models: readonly AnyModel[],
  asks: readonly Ask[],
  options = crowdOptions(SMALL),
): World {
  const making: Making = { engine: (of) => new Engine(models, [], of), asks: () => asks };
  return {
    name,
    making,
    start(sink) {
      const simulation = new Simulation(options, [], sink, making.engine(options));
      simulation.engine.ask(asks);
      return simulation;
    },
  };
}

const SMALL: Size = { members: 500, asks: 4300, talk: 0, until: 9e6 };
const LARGE: Size = { members: 1400, asks: 50, talk: 2, until: 3e6 };
const walking = [3, 4, 5].map((n) => asking(`walk/${n}`, { type: 'start', steps: 1000 * n } as never));

const WORLDS: readonly World[] = [
  photon('tls-proxy.yaml'),
  photon('dhcp-off.yaml', { sets: ['networks.mgmt.dhcp.lease=2h'], seed: 'other' }),
  photon('mesos-works.yaml', { until: 100 * DAY }),
  photon('mesos-works.yaml', { until: 40 * DAY, ties: 3 }),
  toy('a crowd', [CROWD, WALK], [...crowdAsks(SMALL), ...walking]),
  toy('a crowd of which each call fills more than a frame', [CROWD], crowdAsks(LARGE), crowdOptions(LARGE)),
  toy(
    'a crowd in another order',
    [CROWD, WALK],
    [...walking, ...crowdAsks(SMALL)],
    crowdOptions(SMALL, { ties: 5 }),
  ),
  toy(
    'a run that hits a bound',
    [echo('a', 'b/x'), echo('b', 'a/x')],
    [asking('a/x', { type: 'mumble' } as never, 500)],
    crowdOptions(SMALL, { bounds: { eventsPerInstant: 10_000 } }),
  ),
];

function finished(world: World): Uint8Array {
  const sink = memorySink();
  world.start(sink).advance();
  return sink.bytes();
}

/** Stops a run after so many events as Ctrl-C does. */
function interruptedAfter(world: World, events: number): Uint8Array {
  const sink = memorySink();
  const simulation = world.start(sink);
  simulation.advance(events);
  simulation.interrupt();
  return sink.bytes();
}

/** Goes on with a log, to its end or until so many more events. */
function resumed(bytes: Uint8Array, making?: Making, most?: number): Uint8Array | Declined {
  const sink = memorySink();
  const goOn = (keep: number) => {
    sink.write(bytes.subarray(0, keep));
    return sink;
  };
  const result = resumeRun(memorySource(bytes), goOn, making);
  if (!result.ok) {
    expect(sink.bytes(), 'nothing is written where nothing goes on').toHaveLength(0);
    return result;
  }
  if (most === undefined) result.simulation.advance();
  else {
    result.simulation.advance(most);
    result.simulation.interrupt();
  }
  return sink.bytes();
}

/** Whether going on with some bytes comes to the whole log. */
function comesTo(whole: Uint8Array, bytes: Uint8Array, { making }: World): boolean {
  if (Buffer.compare(bytes, whole) === 0) return true;
  const log = resumed(bytes, making);
  if (!(log instanceof Uint8Array)) throw new Error(`${log.why}: ${log.message}`);
  return Buffer.compare(log, whole) === 0;
}

/** Fails unless two logs are the same bytes. */
function expectSame(log: Uint8Array | Declined, whole: Uint8Array): void {
  const said = log instanceof Uint8Array ? `${log.length} and ${whole.length} bytes` : log.message;
  expect(log instanceof Uint8Array && Buffer.compare(log, whole) === 0, said).toBe(true);
}

/** Where a log can be cut between two frames: from behind the preface on. */
function bordersOf(bytes: Uint8Array): number[] {
  let at = 0;
  const borders = cut(bytes).map((part) => {
    at += part.length;
    return at;
  });
  return borders.slice(1, -1);
}

describe.each(WORLDS.map((world) => [world.name, world] as const))('%s', (name, world) => {
  const whole = finished(world);
  const borders = bordersOf(whole);
  const random = seedrandom(name);

  it('goes on from between any two frames', () => {
    for (const border of borders)
      expect(comesTo(whole, whole.subarray(0, border), world), `${border}`).toBe(true);
  });

  it('goes on from within frames', () => {
    const first = borders[0] as number;
    const near = borders.map((border, i) => border + (i % 2 === 0 ? 1 : 33));
    const far = Array.from({ length: 6 }, () => first + Math.floor(random() * (whole.length - first)));
    for (const length of [...near, ...far, whole.length - 1].filter((each) => each < whole.length))
      expect(comesTo(whole, whole.subarray(0, length), world), `${length}`).toBe(true);
  });

  it('goes on after Ctrl-C, and after another one', () => {
    const { events } = inspectLog(memorySource(whole));
    for (let round = 0; round < 4; round += 1) {
      const stop = 1 + Math.floor(random() * events);
      const once = interruptedAfter(world, stop);
      expect(comesTo(whole, once, world), `after ${stop} events`).toBe(true);
      // The end may have come before Ctrl-C was obeyed.
      if (Buffer.compare(once, whole) === 0) continue;
      const more = Math.floor((random() * events) / 4);
      const twice = resumed(once, world.making, more) as Uint8Array;
      expect(comesTo(whole, twice, world), `after ${stop} and ${more} events`).toBe(true);
    }
  });

  it('goes on where the machine failed while Ctrl-C was being obeyed', () => {
    const { events } = inspectLog(memorySource(whole));
    const log = interruptedAfter(world, Math.floor(events * 0.6));
    const last = bordersOf(log).at(-1) as number;
    for (const length of [last, last + 10, log.length - 1])
      expect(comesTo(whole, log.subarray(0, length), world), `${length} of ${log.length}`).toBe(true);
  });
});

it('the worlds have frames that begin in the middle of an instant and of a decision', () => {
  const [log] = WORLDS.filter(({ name }) => name === 'a crowd').map(finished);
  const opened = openLog(memorySource(log as Uint8Array));
  if (!opened.ok) throw new Error(opened.verdict.message);
  let before: Recorded | undefined;
  const seen = { frames: 0, instant: 0, decision: 0, atStart: 0 };
  for (const frame of opened.log.frames()) {
    const first = frame[0] as Recorded;
    seen.frames += 1;
    if (first.at === before?.at) seen.instant += 1;
    if (first.at === before?.at && first.entity === before.entity && first.cause === before.cause)
      seen.decision += 1;
    if (first.at === 0) seen.atStart += 1;
    before = frame.at(-1);
  }
  expect(seen.frames).toBeGreaterThan(5);
  for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(1);
});

describe('a fork', () => {
  const original = run('scenarios/photon/mesos-works.yaml', { until: 80 * DAY });
  function forked(sets: readonly string[], at: number): Uint8Array {
    const sink = memorySink();
    const fork = forkRun(original.history, { at, sets, sink });
    if (!fork.ok) throw new Error(JSON.stringify(fork.issues));
    fork.simulation.advance();
    return sink.bytes();
  }

  it('without a change goes on like the run that it equals', () => {
    const log = forked([], 20 * DAY);
    expect(Buffer.compare(log, original.log)).toBe(0);
    expectSame(resumed(log.subarray(0, bordersOf(log)[2])), original.log);
  });

  it('with a change goes on from after it left, and not from before', () => {
    const log = forked(['networks.mgmt.dhcp.lease=4h'], 40 * DAY);
    const seen = { before: 0, after: 0 };
    for (const border of bordersOf(log)) {
      const bytes = log.subarray(0, border);
      const { lastAt } = inspectLog(memorySource(bytes));
      if (lastAt > 40 * DAY) {
        seen.after += 1;
        expectSame(resumed(bytes), log);
        continue;
      }
      seen.before += 1;
      expect(resumed(bytes)).toMatchObject({ why: 'fork', fork: { at: 40 * DAY } });
    }
    expect(Math.min(seen.before, seen.after)).toBeGreaterThan(1);
  });

  it('that was stopped at the very instant at which it leaves does not go on', () => {
    const asked = original.history.events.find(({ at }) => at > 40 * DAY)?.at as number;
    const sink = memorySink();
    const fork = forkRun(original.history, { at: asked, sets: ['networks.mgmt.dhcp.lease=1h'], sink });
    if (!fork.ok) throw new Error(JSON.stringify(fork.issues));
    fork.simulation.interrupt();
    const declined = resumed(sink.bytes()) as Declined;
    expect(declined).toMatchObject({ why: 'fork' });
    expect(declined.message).toMatch(
      /^The run stopped at 40d.*, and it was to leave the run that it forks at 40d/,
    );
  });
});

describe('what is not gone on with', () => {
  const { log: whole, history } = run('scenarios/photon/mesos-works.yaml', { until: 60 * DAY });
  const opened = openLog(memorySource(whole));
  if (!opened.ok) throw new Error(opened.verdict.message);
  const { preface } = opened.log;
  const open = whole.subarray(0, bordersOf(whole)[1]);
  const { events: kept } = inspectLog(memorySource(open));

  /** The log of these events as the writer writes it, open at its last whole frame or interrupted. */
  function written(events: readonly Recorded[], more: Partial<typeof preface> = {}): Uint8Array {
    const names = [...new Set(events.map(({ entity }) => entity))];
    const ids = new Map(names.map((name, id) => [name, id]));
    const sink = memorySink();
    const writer = new LogWriter(sink, { ...preface, ...more }, (id) => names[id] as string);
    for (const { kind, seq, at, entity, cause, draws, event } of events)
      writer.append(kind, { seq, at, cause, entity: ids.get(entity) as number }, draws, event);
    writer.end('interrupted: for this test', '');
    return sink.bytes();
  }
  const upTo = (count: number) => history.events.slice(0, count);

  it('the log of these tests is gone on with', () => {
    expectSame(resumed(written(upTo(kept + 500))), whole);
  });

  it('a log with its end', () => {
    expect(resumed(whole)).toMatchObject({ why: 'ended', verdict: { status: 'clean' } });
  });

  it.each([
    ['a damaged log', flipped(open, open.length * 4), 'corrupt'],
    ['something else', new TextEncoder().encode('hello, world'), 'not-a-log'],
    ['nothing', new Uint8Array(0), 'not-a-log'],
    ['half a header', whole.subarray(0, 40), 'torn'],
    ['half a preface', whole.subarray(0, 200), 'torn'],
    ['more than a log', new Uint8Array([...whole, 1]), 'corrupt'],
  ])('%s', (_, bytes, status) => {
    expect(resumed(bytes)).toMatchObject({ why: 'damaged', verdict: { status } });
  });

  it('a log of another program, or of another build with other kinds', () => {
    const other = resumed(written(upTo(50), { program: 'premortem 0.0.1' })) as Declined;
    expect(other).toMatchObject({ why: 'foreign' });
    expect(other.message).toContain('made by premortem 0.0.1');
    const kinds = [...preface.kinds, { model: 'late', type: 'Made', version: 1, fields: [] }];
    expect(resumed(written(upTo(50), { kinds }))).toMatchObject({ why: 'foreign' });
  });

  it('a log whose scenario does not check, when it is needed', () => {
    const sources = preface.sources.map(({ name }) => ({ name, text: 'until: 5' }));
    expect(resumed(written(upTo(10), { sources }))).toMatchObject({ why: 'foreign' });
    expect(upTo(10).at(-1)?.at).toBe(0);
  });

  it('events that this program decides otherwise', () => {
    const last = history.events[kept + 99] as Recorded;
    const changed = { ...last, draws: last.draws === '' ? 'luck' : '' };
    const declined = resumed(written([...upTo(kept + 99), changed])) as Declined;
    expect(declined).toMatchObject({ why: 'otherwise', difference: { seq: kept + 99, at: last.at } });
    expect(declined.message).toBe(`Event e${kept + 99} comes out differently.`);
  });

  it('events that this program does not make', () => {
    const last = history.events.at(-1) as Recorded;
    const declined = resumed(written([...history.events, { ...last, seq: last.seq + 1, cause: last.seq }]));
    expect(declined).toMatchObject({ why: 'otherwise' });
  });

  it('the same events in other frames, unless they are few and written anew', () => {
    const parts = cut(inFrames(upTo(5000), preface, Math.floor(kept / 4)));
    expect(resumed(join(parts.slice(0, -1)))).toMatchObject({ why: 'otherwise' });
    expectSame(resumed(join(parts.slice(0, 5))), whole);
  });
});

it('is a function of the library', () => {
  const { log } = run('scenarios/photon/tls-proxy.yaml');
  const done = resume(log.subarray(0, log.length - 1));
  expect(done.ok && done.run.holds).toBe(true);
  expect(done.ok && Buffer.compare(done.run.log, log)).toBe(0);
  expect(resume(log)).toMatchObject({ ok: false, why: 'ended' });
});
