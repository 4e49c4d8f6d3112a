/** A second run with another's past up to an instant: unchanged it is equal to the last byte, changed it shows what the change does. */

import type { Issue } from '../base/issue.ts';
import type { Micros } from '../base/units.ts';
import type { Ask, RootEvent } from '../kernel/roots.ts';
import type { Sink } from '../log/disk.ts';
import { compile } from '../scenario/compile.ts';
import { type History, scenarioOf } from './history.ts';
import type { RunOptions } from './program.ts';
import { Simulation } from './simulation.ts';

export interface ForkOptions {
  /** The instant at which the fork leaves the original; what is due then has happened. */
  readonly at: Micros;
  /** `path=value` as for `--set`, taking effect at that instant. */
  readonly sets?: readonly string[];
  readonly until?: Micros;
  readonly sink: Sink;
}

export type Fork =
  /** `idle` names the changes that came too late to have an effect. */
  | { readonly ok: true; readonly simulation: Simulation; readonly idle: readonly string[] }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly sources: History['sources'] };

/**
 * Forks a log at an instant. The simulation that comes back stands at that instant (unchanged: or later, see `leaving`) and is yet to be
 * advanced. A changed fork follows its scenario as a whole from there on: what the log is to change only later, being a changed fork
 * itself, comes into force with it.
 */
export function forkRun(history: History, options: ForkOptions): Fork {
  const sets = options.sets ?? [];
  if (sets.length === 0)
    return {
      ok: true,
      simulation: replayed(history, forkOptions(history, options), history.sources, options),
      idle: [],
    };
  const reading = scenarioOf(history, sets);
  if (!reading.ok) return { ok: false, issues: reading.issues, sources: reading.sources };
  const { checked } = reading;
  const simulation = replayed(history, forkOptions(history, options), checked.sources, options);
  const idle = change(simulation, history, compile(checked.scenario, checked.place), options.at);
  return { ok: true, simulation, idle };
}

function forkOptions(history: History, { at, sets = [], until }: ForkOptions): RunOptions {
  const same: RunOptions = until === undefined ? history.options : { ...history.options, until };
  if (sets.length === 0) return same;
  return { ...same, sets: [...history.options.sets, ...sets], fork: { of: history.identity, at, sets } };
}

function replayed(
  history: History,
  options: RunOptions,
  sources: History['sources'],
  fork: ForkOptions,
): Simulation {
  const simulation = new Simulation(options, sources, fork.sink);
  simulation.engine.fold(history.events, leaving(history, fork));
  return simulation;
}

/**
 * Where the decisions begin again. In a log that is a changed fork itself something is asked later than at the start, and nothing in the
 * world brings that about: without a change of its own a fork shares everything up to there.
 */
function leaving(history: History, { at, sets = [], until = Number.POSITIVE_INFINITY }: ForkOptions): Micros {
  if (sets.length > 0) return at;
  const asked = history.events.findLast((recorded) => recorded.cause === -1 && recorded.at <= until);
  return Math.max(at, asked?.at ?? 0);
}

/** Two asks are about the same thing when they ask the same kind of command of the same entity from the same place in the scenario. */
const about = (ask: Pick<Ask, 'to' | 'path' | 'command'>, seen: Map<string, number>): string => {
  const key = `${ask.to} ${ask.command.type} ${ask.path}`;
  const n = (seen.get(key) ?? 0) + 1;
  seen.set(key, n);
  return `${key} ${n}`;
};

/** What was asked by an instant and not taken back; where a fork already asked anew, what it asked last. */
function askedBefore(history: History, at: Micros): Map<string, { seq: number; ask: Ask }> {
  const asked = new Map<string, { seq: number; ask: Ask }>();
  let seen = new Map<string, number>();
  let instant = 0;
  for (const { seq, event, cause, at: when } of history.events) {
    if (when > at) break;
    if (cause !== -1) continue;
    if (when !== instant) seen = new Map();
    instant = when;
    const root = event as unknown as RootEvent;
    if (root.type === 'Asked') {
      const { type: _, ...ask } = root;
      asked.set(about(ask, seen), { seq, ask });
    } else for (const [key, old] of asked) if (old.seq === root.ask) asked.delete(key);
  }
  return asked;
}

/** Asks what the changed scenario asks differently: settings at once, actions at their time, and takes back what is no longer asked. */
function change(simulation: Simulation, history: History, asks: readonly Ask[], at: Micros): string[] {
  const { engine } = simulation;
  const before = askedBefore(history, at);
  const idle: string[] = [];
  const seenAfter = new Map<string, number>();
  for (const ask of asks) {
    const key = about(ask, seenAfter);
    const old = before.get(key);
    before.delete(key);
    if (old !== undefined && sameAsk(old.ask, ask, at)) continue;
    const isAction = ask.path.startsWith('do[');
    if (isAction && (ask.due < at || (old !== undefined && old.ask.due <= at))) {
      idle.push(ask.path);
      continue;
    }
    if (old !== undefined && old.ask.due > at) engine.withdraw(old.seq, old.ask.to);
    engine.ask([{ ...ask, due: Math.max(ask.due, at) }]);
  }
  for (const { seq, ask } of before.values()) {
    if (ask.due > at) engine.withdraw(seq, ask.to);
    else if (ask.path.startsWith('do[')) idle.push(ask.path);
  }
  return [...new Set(idle)];
}

/** Lines may move and file names differ; what is asked must not, nor when, unless both were long before. */
const sameAsk = (a: Ask, b: Ask, at: Micros): boolean =>
  (a.due === b.due || (a.due <= at && b.due <= at)) &&
  JSON.stringify(a.command) === JSON.stringify(b.command);
