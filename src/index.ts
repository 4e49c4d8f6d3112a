/**
 * premortem as a library: the same engine as the command line, without files, clock or terminal.
 *
 * ```ts
 * import { simulate, why } from 'premortem';
 * const done = simulate({ file: 'scenario.yaml', text });
 * if (done.ok) for (const failure of done.run.failures) console.log(failure.code, why(done.run, failure.top.seq)?.lines);
 * ```
 */
import { Fault } from './base/assert.ts';
import type { Issue } from './base/issue.ts';
import type { Micros } from './base/units.ts';
import { type Link, lastWord } from './inspect/causes.ts';
import { type Comparison, compare } from './inspect/compare.ts';
import { type Judged, judgeExpectations, judgeThresholds, type Measured } from './inspect/expect.ts';
import {
  type Failure,
  failureAt,
  failuresOf,
  isOutcome,
  type Line as ScenarioLine,
} from './inspect/failures.ts';
import { type Metric, measure, metricNames } from './inspect/metrics.ts';
import { type Page, pageCodes, pageFor } from './inspect/pages.ts';
import type { Pending } from './kernel/agenda.ts';
import type { Ref } from './kernel/model.ts';
import { memorySink, memorySource } from './log/disk.ts';
import type { Recorded, Verdict } from './log/reader.ts';
import { forkRun } from './run/fork.ts';
import { checkedOf, endOf, engineAt, type History, readHistory } from './run/history.ts';
import { type Declined, resumeRun } from './run/resume.ts';
import { type SimulateOptions, startSimulation } from './run/simulate.ts';
import type { Outcome, Simulation } from './run/simulation.ts';
import { type Proof, provable, prove } from './run/verify.ts';
import { type Checked, type Reading, readScenario } from './scenario/read.ts';

export type { Issue, Place } from './base/issue.ts';
export type { BitsPerSecond, Bytes, Micros } from './base/units.ts';
export {
  DAY,
  formatBytes,
  formatDuration,
  HOUR,
  MINUTE,
  parseBytes,
  parseDuration,
  SECOND,
} from './base/units.ts';
export type { Leaf, Link } from './inspect/causes.ts';
export { whatFollowed } from './inspect/causes.ts';
export type { Comparison, Difference } from './inspect/compare.ts';
export type { Judged, Measured } from './inspect/expect.ts';
export type { Failure } from './inspect/failures.ts';
export { failuresOf, isOutcome } from './inspect/failures.ts';
export type { Excavation, Hidden } from './inspect/hidden.ts';
export { excavate } from './inspect/hidden.ts';
export type { Load, Sample } from './inspect/load.ts';
export { loadOf } from './inspect/load.ts';
export type { Metric } from './inspect/metrics.ts';
export { measure, metricNames } from './inspect/metrics.ts';
export type { Page } from './inspect/pages.ts';
export { pageCodes } from './inspect/pages.ts';
export type { Phrase, Weight } from './inspect/phrases.ts';
export { phraseOf } from './inspect/phrases.ts';
export type { Remedy } from './inspect/remedy.ts';
export { remedyFor } from './inspect/remedy.ts';
export type { Line as StoryLine } from './inspect/story.ts';
export { tell } from './inspect/story.ts';
export { CannotRead, CannotWrite, fileSink, fileSource, memorySink, memorySource } from './log/disk.ts';
export type { Recorded, Verdict } from './log/reader.ts';
export { eventsFor, eventsOf, failingOf, outcomeOf, progressOf } from './observe/streams.ts';
export type { History } from './run/history.ts';
export { kindOf, openUpToDate as openLog, readHistory } from './run/history.ts';
export type { Declined } from './run/resume.ts';
export type { LiveEvent, Outcome, Progress, Simulation } from './run/simulation.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export type { Checked } from './scenario/read.ts';
export type { Scenario } from './scenario/types.ts';

/** A scenario as text: one file, or several that name each other (`extends`, overlays). `file` is the one that is run. */
export type ScenarioSource =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly files: Readonly<Record<string, string>> };

/** What may differ from what the scenario says: overlays, `--set`s, seed, ties, until, bounds, and where the log goes. */
export type Settings = Omit<SimulateOptions, 'file'>;

/** A run that is over. */
export interface Run {
  readonly outcome: Outcome;
  /** The bytes of the log: equal for equal scenario, settings and version. Empty when a sink of the caller's got them. */
  readonly log: Uint8Array;
  readonly history: History;
  readonly checked: Checked;
  /** Failures that no other failure rests on, in order of time. */
  readonly failures: readonly Failure[];
  readonly expectations: readonly Judged[];
  readonly thresholds: readonly Measured[];
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Whether every expectation and threshold holds; without expectations, whether nothing that was asked for failed. */
  readonly holds: boolean;
}

/** A run, or the mistakes of the scenario. */
export type Simulated =
  | { readonly ok: true; readonly run: Run }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Reads and checks a scenario. */
export function check(source: ScenarioSource, settings: Pick<Settings, 'overlays' | 'sets'> = {}): Reading {
  const files = 'files' in source ? source.files : { [source.file]: source.text };
  const { overlays = [], sets = [] } = settings;
  const words = { failures: pageCodes(), metrics: metricNames() };
  const readText = (name: string) =>
    Object.hasOwn(files, name)
      ? { ok: true as const, text: files[name] as string }
      : { ok: false as const, reason: 'it was not given' };
  return readScenario({ file: source.file, overlays, sets, words, readText });
}

/** Starts a run and leaves advancing it to the caller: in slices, watched by `eventsOf` and `progressOf`, or interrupted. */
export function start(
  source: ScenarioSource,
  settings: Settings = {},
):
  | { readonly ok: true; readonly simulation: Simulation }
  | { readonly ok: false; readonly issues: readonly Issue[] } {
  const reading = check(source, settings);
  if (!reading.ok) return { ok: false, issues: reading.issues };
  return { ok: true, simulation: startSimulation(reading.checked, { ...settings, file: source.file }) };
}

/** Runs a scenario to its end. */
export function simulate(source: ScenarioSource, settings: Omit<Settings, 'sink'> = {}): Simulated {
  const reading = check(source, settings);
  if (!reading.ok) return { ok: false, issues: reading.issues };
  const sink = memorySink();
  const simulation = startSimulation(reading.checked, { ...settings, file: source.file, sink });
  return { ok: true, run: finished(simulation, sink.bytes, reading.checked) };
}

function finished(simulation: Simulation, bytes: () => Uint8Array, checked: Checked): Run {
  const outcome = simulation.advance();
  if (outcome === undefined) throw new Fault('a run without a limit of events comes to its end');
  const log = bytes();
  const read = readHistory(memorySource(log));
  if (!read.ok) throw new Fault(`a log reads back: ${read.verdict.message}`);
  const { history } = read;
  const { expect, thresholds: bounds } = checked.scenario;
  const failures = failuresOf(history, checked);
  const expectations = judgeExpectations(history, expect);
  const metrics = measure(history);
  const thresholds = judgeThresholds(metrics, bounds);
  const met = [...expectations, ...thresholds].every(({ holds }) => holds);
  const holds = met && outcome.ending !== 'bound' && (expect.length > 0 || !failures.some(isOutcome));
  return { outcome, log, history, checked, failures, expectations, thresholds, metrics, holds };
}

/** The world at one instant. */
export interface Snapshot {
  readonly at: Micros;
  /** Every entity that something has happened to. The states are the models' own: read them, do not change them. */
  readonly entities: ReadonlyMap<string, unknown>;
  /** Commands that are yet to be delivered, in order. `to` is an entity. */
  readonly pending: readonly (Omit<Pending, 'to'> & { readonly to: string })[];
  readonly worldHash: string;
}

/** The world of a log at an instant (its end when nothing is said), folded from the log alone. */
export function replay(
  log: Uint8Array,
  at?: Micros,
): { readonly ok: true; readonly world: Snapshot } | { readonly ok: false; readonly verdict: Verdict } {
  const read = readHistory(memorySource(log));
  if (!read.ok) return read;
  const engine = engineAt(read.history, at ?? endOf(read.history));
  const refOf = (id: number): Ref => engine.world.entities[id]?.ref ?? 'scenario/unknown';
  const born = engine.world.entities.filter((entity) => entity.born);
  const world: Snapshot = {
    at: engine.now,
    entities: new Map(born.map(({ ref, state }) => [ref, state])),
    pending: engine.pending().map((pending) => ({ ...pending, to: refOf(pending.to) })),
    worldHash: engine.world.hash(),
  };
  return { ok: true, world };
}

/** Why an event happened. */
export interface Explanation {
  readonly event: Recorded;
  readonly because: Link;
  /** Lines of the scenario that it ends in: settings before actions. */
  readonly lines: readonly ScenarioLine[];
  /** What it really was, when the event is a failure: the name of the root. */
  readonly code: string | undefined;
}

/** From an event (its number) or an entity (its last failure, else its last event) back to lines of the scenario. */
export function why(of: Run | History, what: number | string): Explanation | undefined {
  const history = 'history' in of ? of.history : of;
  const checked = 'checked' in of ? of.checked : checkedOf(history);
  const event = typeof what === 'number' ? history.events[what] : lastWord(history, what);
  if (event === undefined) return undefined;
  const { because, leaves, code } = failureAt(history, event, checked);
  return { event, because, lines: leaves, code: typeof event.event['why'] === 'string' ? code : undefined };
}

/** A second run that shares the first one's past up to an instant. Unchanged, its log is equal to the original. */
export function fork(
  of: Run | History,
  change: { readonly at: Micros; readonly sets?: readonly string[]; readonly until?: Micros },
):
  | { readonly ok: true; readonly run: Run; readonly idle: readonly string[] }
  | { readonly ok: false; readonly issues: readonly Issue[] } {
  const history = 'history' in of ? of.history : of;
  const sink = memorySink();
  const forked = forkRun(history, { ...change, sink });
  if (!forked.ok) return { ok: false, issues: forked.issues };
  const { options } = forked.simulation;
  const checked = checkedOf({ options, sources: history.sources });
  if (checked === undefined) throw new Fault('a scenario that was forked checks');
  return { ok: true, run: finished(forked.simulation, sink.bytes, checked), idle: forked.idle };
}

/** Goes on with a log that was not finished: the log that comes back is that of the run that was never stopped. */
export function resume(log: Uint8Array): { readonly ok: true; readonly run: Run } | Declined {
  const sink = memorySink();
  const resumed = resumeRun(memorySource(log), (keep) => {
    sink.write(log.subarray(0, keep));
    return sink;
  });
  if (!resumed.ok) return resumed;
  const { simulation, sources } = resumed;
  const checked = checkedOf({ options: simulation.options, sources });
  if (checked === undefined) throw new Fault('the scenario of a run of this program checks');
  return { ok: true, run: finished(simulation, sink.bytes, checked) };
}

/** Two runs side by side: where they first differ and what followed. */
export function diff(left: Run | History, right: Run | History): Comparison {
  const [a, b] = [left, right].map((of) => ('history' in of ? of.history : of)) as [History, History];
  return compare(a, b);
}

/** What a log is worth, and when its bytes are sound, whether it folds and decides as it says. */
export function verify(log: Uint8Array): { readonly verdict: Verdict; readonly proof: Proof | undefined } {
  const read = readHistory(memorySource(log));
  if (!read.ok) return { verdict: read.verdict, proof: undefined };
  const { verdict, events } = read.history;
  const isSound = (verdict.status === 'clean' || verdict.status === 'open') && events.length > 0;
  return { verdict, proof: isSound ? prove(provable(read.history)) : undefined };
}

/** The page of a failure: what it means, how it looks on real systems, how to rehearse it, how to fix it. */
export function explain(code: string): Page | undefined {
  return pageFor(code);
}
