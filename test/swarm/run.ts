/** Runs one random world under watch, and says what became of it. */
import { sightOf } from '../../src/flows/flow.ts';
import { memorySource } from '../../src/log/disk.ts';
import { readHistory } from '../../src/run/history.ts';
import type { Outcome, Simulation } from '../../src/run/simulation.ts';
import type { Checked } from '../../src/scenario/read.ts';
import { FINAL_RULES } from './invariants.ts';
import type { Happened } from './rules.ts';
import { mistakeIn } from './rules-end.ts';
import { type Violation, Watch } from './watch.ts';
import { type RandomWorld, readWorld, startWorld, USUAL_BOUNDS } from './world.ts';

/** What became of a world. */
export interface Result {
  readonly violation: Violation | undefined;
  readonly outcome: Outcome | undefined;
}

/** Rules without a check of their own: a scenario that is refused although it is right, and any fault of the program. */
export const VALID = 'what is generated is valid';
export const NO_FAULT = 'nothing throws';

class Broken extends Error {
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(violation.what);
    this.violation = violation;
  }
}

const fail = (violation: Violation): never => {
  throw new Broken(violation);
};

/** The first lines of a stack: what was thrown, and from where. */
function thrown(error: unknown): string {
  const { stack } = error as Error;
  return (stack ?? String(error))
    .split('\n')
    .slice(0, 6)
    .map((line) => line.trim().replace(/\(?(file:\/\/)?\/[^ ]*\/((src|test)\/)/, '$2'))
    .join(' | ');
}

/** Near the bound of events an instant is not finished by hand: the run would not stop where it stops by itself. */
const MARGIN = USUAL_BOUNDS.eventsPerInstant;

/** Advances a run to its end, one decision at a time, and says so whenever an instant is over. */
function advance(simulation: Simulation, watch: Watch, world: RandomWorld): Outcome {
  const { engine } = simulation;
  const isTight = world.bounds !== USUAL_BOUNDS;
  for (;;) {
    const outcome = simulation.advance(1);
    if (outcome !== undefined) {
      // A bound stops a run in the middle of an instant, where things may still be under way.
      if (outcome.ending !== 'bound') watch.instantOver(true);
      return outcome;
    }
    const most = isTight || engine.count + MARGIN > USUAL_BOUNDS.events ? 0 : Number.POSITIVE_INFINITY;
    if (engine.run(engine.now, most).reason !== 'paused') watch.instantOver();
  }
}

function finish(world: RandomWorld, checked: Checked, seen: (happened: Happened) => void): Outcome {
  let watch: Watch | undefined;
  const { sink, simulation } = startWorld(world, checked, ({ engine, options }) => {
    watch = new Watch(engine, options.until, fail, seen);
  });
  const { engine } = simulation;
  const outcome = advance(simulation, watch as unknown as Watch, world);
  const log = sink.bytes();
  const at = { seq: outcome.events - 1, at: outcome.at };
  const read = readHistory(memorySource(log));
  if (!read.ok) return fail({ rule: 'the log reads back clean', what: read.verdict.message, ...at });
  const mayReach = ['events', ...Object.keys(world.bounds).filter((key) => isLowered(world, key))];
  const ended = { checked, outcome, log, history: read.history, world: sightOf(engine.world), mayReach };
  for (const rule of FINAL_RULES) {
    const what = rule.check({ ...ended, forkAt: world.forkAt });
    if (what !== undefined) fail({ rule: rule.name, what, ...at });
  }
  return outcome;
}

const isLowered = ({ bounds }: RandomWorld, key: string) =>
  bounds[key as keyof typeof bounds] < USUAL_BOUNDS[key as keyof typeof bounds];

/** Runs a world to its end, or to the first rule that does not hold. `seen` is told of every event. */
export function runWorld(world: RandomWorld, seen: (happened: Happened) => void = () => {}): Result {
  let last = { seq: -1, at: 0 };
  const violation = (rule: string, what: string): Result => ({
    violation: { rule, what, ...last },
    outcome: undefined,
  });
  try {
    const reading = readWorld(world.scenario);
    if (!reading.ok) return violation(VALID, mistakeIn(reading.issues));
    const outcome = finish(world, reading.checked, (happened) => {
      last = { seq: happened.seq, at: happened.at };
      seen(happened);
    });
    return { violation: undefined, outcome };
  } catch (error) {
    return error instanceof Broken
      ? { violation: error.violation, outcome: undefined }
      : violation(NO_FAULT, thrown(error));
  }
}
