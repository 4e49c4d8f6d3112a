/** A log read back: its events by number, the scenario it came from, and the world at any instant. */

import type { Micros } from '../base/units.ts';
import type { Engine } from '../kernel/engine.ts';
import type { Source as ByteSource } from '../log/disk.ts';
import { type Log, openLog, type Recorded, type Verdict } from '../log/reader.ts';
import { type Checked, readScenario } from '../scenario/read.ts';
import { makeEngine, type RunOptions } from './program.ts';
import { type Current, upToDate } from './upcast.ts';

/** A log whose events are in memory. */
export interface History {
  readonly identity: string;
  readonly options: RunOptions;
  readonly sources: Log['preface']['sources'];
  /** The kinds of this program, which are those of the events, whatever version wrote the log. */
  readonly kinds: Log['preface']['kinds'];
  readonly events: readonly Recorded[];
  /** What the reader found; not `clean` when the log is open or damaged after its last event. */
  readonly verdict: Verdict;
}

/** `model.Type` of an event. */
export function kindOf(history: Pick<History, 'kinds'>, recorded: Recorded): string {
  const { model, type } = history.kinds[recorded.kind] as History['kinds'][number];
  return `${model}.${type}`;
}

/** The options that a log says its run had. */
export function optionsOfLog(log: Pick<Log, 'preface'>): RunOptions {
  return log.preface.options as unknown as RunOptions;
}

/** Opens a log as this program sees it: what an older version wrote is brought up to date, what a newer one wrote is refused. */
export function openUpToDate(source: ByteSource): Current {
  const opened = openLog(source);
  return opened.ok ? upToDate(opened.log) : opened;
}

/** Reads a whole log, as far as it is sound. */
export function readHistory(
  source: ByteSource,
): { readonly ok: true; readonly history: History } | { readonly ok: false; readonly verdict: Verdict } {
  const opened = openUpToDate(source);
  if (!opened.ok) return opened;
  const { log } = opened;
  const events: Recorded[] = [];
  for (const frame of log.frames()) for (const recorded of frame) events.push(recorded);
  const { sources, kinds } = log.preface;
  return {
    ok: true,
    history: {
      identity: log.identity,
      options: optionsOfLog(log),
      sources,
      kinds,
      events,
      verdict: log.verdict as Verdict,
    },
  };
}

/** The scenario that a log was made from, out of the log alone. */
export function scenarioOf(
  history: Pick<History, 'options' | 'sources'>,
  more: readonly string[] = [],
): ReturnType<typeof readScenario> {
  const texts = new Map(history.sources.map(({ name, text }) => [name, text]));
  const { file, overlays, sets } = history.options;
  return readScenario({
    file,
    overlays,
    sets: [...sets, ...more],
    readText: (name) => {
      const text = texts.get(name);
      return text === undefined ? { ok: false, reason: 'it is not in the log' } : { ok: true, text };
    },
  });
}

/** The checked scenario of a log, when it still checks with this version. */
export function checkedOf(history: Pick<History, 'options' | 'sources'>): Checked | undefined {
  const reading = scenarioOf(history);
  return reading.ok ? reading.checked : undefined;
}

/** The engine as it stood at an instant: state, pending commands and random streams, folded from the log alone. */
export function engineAt(history: History, at: Micros): Engine {
  const engine = makeEngine(history.options);
  engine.fold(history.events, at);
  return engine;
}

/** The last instant that a log knows: of its last event, or the end of the run when it ended by itself. */
export function endOf(history: History): Micros {
  const last = history.events.at(-1)?.at ?? 0;
  return history.verdict.end?.reason.startsWith('until') === true
    ? Math.max(last, history.options.until)
    : last;
}
