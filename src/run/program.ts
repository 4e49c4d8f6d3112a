/** What this program is: its models, its flows, and the engine they run in. */
import type { Bounds } from '../base/bounds.ts';
import { FLOWS } from '../flows/index.ts';
import { Engine } from '../kernel/engine.ts';
import { Fold } from '../kernel/fold.ts';
import type { AnyModel } from '../kernel/model.ts';
import { MODELS } from '../models/index.ts';

export const VERSION = '0.2.0';
export const PROGRAM = `premortem ${VERSION}`;

/** What a run depends on besides the scenario's text: kept in the log, so that the log can be gone on with. */
export interface RunOptions {
  /** Name of the scenario. */
  readonly name: string;
  /** The file that was run, further files applied on top of it, and `--set`s: names among the sources of the log. */
  readonly file: string;
  readonly overlays: readonly string[];
  readonly sets: readonly string[];
  readonly seed: string;
  readonly ties: number;
  /** Last instant that is simulated, in microseconds. */
  readonly until: number;
  /** Calendar instant of the start, in microseconds since 1970. */
  readonly start: number;
  /** Bounds that differ from the usual ones. */
  readonly bounds: Partial<Bounds>;
  /** Where the run left another one, when it is a fork with a change. */
  readonly fork?: { readonly of: string; readonly at: number; readonly sets: readonly string[] };
}

/** An engine with every model and flow. */
export function makeEngine(options: Pick<RunOptions, 'seed' | 'ties' | 'bounds'>): Engine {
  return new Engine(Object.values(MODELS) as unknown as AnyModel[], FLOWS, options);
}

/** A fold of states with every model: what a log adds up to, without what is pending. */
export function makeFold(options: Pick<RunOptions, 'seed'>): Fold {
  return new Fold(Object.values(MODELS) as unknown as AnyModel[], options.seed);
}
