/** Failures behind the first: the run is made again with the first one mended, and so on. */
import { memorySource } from '../log/disk.ts';
import { type History, readHistory, scenarioOf } from '../run/history.ts';
import { simulate } from '../run/simulate.ts';
import type { Checked } from '../scenario/read.ts';
import { type Failure, failuresOf, isOutcome } from './failures.ts';
import { type Remedy, remedyFor } from './remedy.ts';

/** More than this many layers of failures are not dug up. */
const DEPTH = 6;

/** One failure that only shows once those before it are mended. */
export interface Hidden {
  readonly failure: Failure;
  readonly remedy: Remedy;
  /** The run in which it showed. */
  readonly history: History;
}

export interface Excavation {
  readonly hidden: readonly Hidden[];
  /** `--set`s that together make the failures go away, as far as settings can. */
  readonly sets: readonly string[];
  /** Whether nothing at all fails any more in the run with all of them. */
  readonly cured: boolean;
}

/** The failure to mend first: of something asked for, else any. */
export function firstFailure(history: History, checked?: Checked): Failure | undefined {
  const failures = failuresOf(history, checked);
  return failures.find(isOutcome) ?? failures[0];
}

function rerun(
  history: History,
  sets: readonly string[],
): { history: History; checked: Checked } | undefined {
  const reading = scenarioOf(history, sets);
  if (!reading.ok) return undefined;
  const { file, overlays, seed, ties, until, bounds, sets: before } = history.options;
  const { log } = simulate(reading.checked, {
    file,
    overlays,
    sets: [...before, ...sets],
    seed,
    ties,
    until,
    bounds,
  });
  const again = readHistory(memorySource(log));
  return again.ok ? { history: again.history, checked: reading.checked } : undefined;
}

/** Mends the first failure of a run in the scenario, runs it again, and goes on until nothing fails or no setting helps. */
export function excavate(history: History, checked: Checked): Excavation {
  const hidden: Hidden[] = [];
  const sets: string[] = [];
  let current = { history, checked };
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const failure = firstFailure(current.history, current.checked);
    if (failure === undefined) return { hidden, sets, cured: true };
    const remedy = remedyFor(failure, current.history, current.checked.scenario);
    if (depth > 0) hidden.push({ failure, remedy, history: current.history });
    if (remedy.set === '' || sets.includes(remedy.set)) return { hidden, sets, cured: false };
    const next = rerun(history, [...sets, remedy.set]);
    if (next === undefined) return { hidden, sets, cured: false };
    sets.push(remedy.set);
    current = next;
  }
  return { hidden, sets, cured: false };
}
