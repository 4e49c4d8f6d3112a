/** From a checked scenario to a run. */
import type { Bounds } from '../base/bounds.ts';
import { memorySink, type Sink } from '../log/disk.ts';
import { compile } from '../scenario/compile.ts';
import type { Checked } from '../scenario/read.ts';
import type { RunOptions } from './program.ts';
import { type Outcome, Simulation } from './simulation.ts';

/** What may differ from what the scenario says. */
export interface SimulateOptions {
  readonly file: string;
  readonly overlays?: readonly string[];
  readonly sets?: readonly string[];
  readonly seed?: string;
  /** Breaks ties of one instant by a hash seeded with this; 0 is off. */
  readonly ties?: number;
  /** Last simulated instant, in microseconds. */
  readonly until?: number;
  readonly bounds?: Partial<Bounds>;
  /** Where the log goes; memory when nothing is said. */
  readonly sink?: Sink;
}

/** What a run is made from, taken from the scenario and from what was asked beside it. */
export function optionsOf(checked: Checked, options: SimulateOptions): RunOptions {
  const { scenario } = checked;
  return {
    name: scenario.name,
    file: options.file,
    overlays: options.overlays ?? [],
    sets: options.sets ?? [],
    seed: options.seed ?? scenario.seed,
    ties: options.ties ?? 0,
    until: options.until ?? scenario.until,
    start: scenario.start,
    bounds: options.bounds ?? {},
  };
}

/** A run at instant 0 with everything asked that the scenario asks. */
export function startSimulation(checked: Checked, options: SimulateOptions): Simulation {
  const simulation = new Simulation(
    optionsOf(checked, options),
    checked.sources,
    options.sink ?? memorySink(),
  );
  simulation.engine.ask(compile(checked.scenario, checked.place));
  return simulation;
}

/** Runs a checked scenario to its end. With no sink the log comes back as bytes. */
export function simulate(
  checked: Checked,
  options: SimulateOptions,
): { readonly outcome: Outcome; readonly log: Uint8Array } {
  const sink = memorySink();
  const outcome = startSimulation(checked, { ...options, sink }).advance() as Outcome;
  return { outcome, log: sink.bytes() };
}
