/** Everything that is known about a run once it is over, put together once for text and for JSON. */

import { codeOf, modelOf, nameOf } from '../inspect/events.ts';
import { type Judged, judgeExpectations, judgeThresholds, type Measured } from '../inspect/expect.ts';
import { type Failure, failuresOf, isOutcome, withoutAlike } from '../inspect/failures.ts';
import { type Excavation, excavate } from '../inspect/hidden.ts';
import { type Metric, measure } from '../inspect/metrics.ts';
import { type Remedy, remedyFor } from '../inspect/remedy.ts';
import { endOf, type History } from '../run/history.ts';
import type { Outcome } from '../run/simulation.ts';
import type { Source } from '../scenario/layers.ts';
import type { Checked } from '../scenario/read.ts';
import { EXIT, type ExitCode } from './call.ts';
import { type Shown, shownSources } from './input.ts';
import { clockOf } from './instant.ts';
import { plural } from './text.ts';

/** A longer run is not made again to look for hidden failures: that would take several times as long as the run itself. */
const HIDDEN_LIMIT = 500_000;

/** Where a report comes from and how its commands read. */
export interface Setting {
  readonly history: History;
  /** Absent when the scenario of an old log no longer checks. */
  readonly checked: Checked | undefined;
  readonly shown: Shown;
  /** The command that runs the scenario, without `--set`s. */
  readonly command: readonly string[];
  /** Whether failures behind the first are to be looked for. */
  readonly hidden: boolean;
}

export interface Report extends Setting {
  readonly sources: readonly Source[];
  readonly ending: { readonly kind: Outcome['ending']; readonly reason: string; readonly at: number };
  /** Failures of something that was asked for, and those on the way. */
  readonly outcomes: readonly Failure[];
  /** How many more failed like an outcome. */
  readonly alike: ReadonlyMap<Failure, number>;
  readonly incidents: readonly Failure[];
  readonly remedies: ReadonlyMap<Failure, Remedy>;
  readonly excavation: Excavation | undefined;
  readonly expectations: readonly Judged[];
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly thresholds: readonly Measured[];
  readonly verdict: Verdict;
}

/** What it comes to. */
export interface Verdict {
  readonly exit: ExitCode;
  readonly holds: boolean;
  readonly sentence: string;
}

/** How the end frame says that the run ended. */
export function endingOf(history: History): Report['ending'] {
  const at = endOf(history);
  const text = history.verdict.end?.reason;
  if (text === undefined) return { kind: 'interrupted', reason: 'the log has no end', at };
  const colon = text.indexOf(':');
  const [kind, reason] = [text.slice(0, colon), text.slice(colon + 1).trim()];
  return { kind: kind as Outcome['ending'], reason, at };
}

/** Inspects a run. */
export function assemble(setting: Setting): Report {
  const { history, checked, shown } = setting;
  const failures = failuresOf(history, checked);
  const alike = withoutAlike(failures.filter(isOutcome));
  const outcomes = [...alike.keys()];
  const incidents = failures.filter((failure) => !isOutcome(failure));
  const told = outcomes.length > 0 ? outcomes : incidents.slice(0, 1);
  const remedies = new Map(
    checked === undefined
      ? []
      : told.map((failure) => [failure, remedyFor(failure, history, checked.scenario)]),
  );
  const ending = endingOf(history);
  const worthIt =
    outcomes.length > 0 && history.events.length <= HIDDEN_LIMIT && ending.kind !== 'interrupted';
  const excavation =
    setting.hidden && checked !== undefined && worthIt ? excavate(history, checked) : undefined;
  const expectations = judgeExpectations(history, checked?.scenario.expect ?? []);
  const metrics = measure(history);
  const thresholds = judgeThresholds(metrics, checked?.scenario.thresholds ?? []);
  const verdict = verdictOf(history, ending, outcomes, expectations, thresholds);
  const sources = shownSources(checked?.sources ?? history.sources, shown);
  return {
    ...setting,
    sources,
    ending,
    outcomes,
    alike,
    incidents,
    remedies,
    excavation,
    expectations,
    metrics,
    thresholds,
    verdict,
  };
}

/** `2 of 2 expectations` */
function tally(list: readonly { readonly holds: boolean }[], noun: string): string {
  return `${list.filter(({ holds }) => holds).length} of ${plural(list.length, noun)}`;
}

function verdictOf(
  history: History,
  ending: Report['ending'],
  outcomes: readonly Failure[],
  expectations: readonly Judged[],
  thresholds: readonly Measured[],
): Verdict {
  const { name } = history.options;
  const unmet = [...expectations, ...thresholds].filter(({ holds }) => !holds);
  const tallies = [
    ...(expectations.length === 0 ? [] : [tally(expectations, 'expectation')]),
    ...(thresholds.length === 0 ? [] : [tally(thresholds, 'threshold')]),
  ].join(', ');
  const say = (exit: ExitCode, text: string): Verdict => ({
    exit,
    holds: exit === EXIT.done,
    sentence: `${name}: ${text}`,
  });
  if (ending.kind === 'interrupted') {
    const sofar = `${plural(history.events.length, 'event')} up to ${clockOf(ending.at)} are in the log`;
    return say(EXIT.interrupted, `interrupted; ${sofar}`);
  }
  if (ending.kind === 'bound') return say(EXIT.unmet, `stopped: ${ending.reason}`);
  const [failed] = outcomes;
  const what =
    failed === undefined ? '' : `${failedText(failed)} at ${clockOf(failed.top.at)} (${failed.code})`;
  if (unmet.length > 0) {
    return say(EXIT.unmet, [`${tallies} met`, ...(what === '' ? [] : [what])].join('; '));
  }
  if (expectations.length === 0 && what !== '') return say(EXIT.unmet, what);
  if (tallies === '') return say(EXIT.done, 'nothing that was asked for failed');
  return say(EXIT.done, what === '' ? `${tallies} met` : `${tallies} met; as expected, ${what}`);
}

/** `cluster mesos-1 failed` */
export function failedText({ top }: Failure): string {
  const slash = top.entity.indexOf('/');
  if (modelOf(top.entity) === 'docker') {
    const { asked, image } = top.event;
    return `${asked ?? `pull of ${image}`} on ${nameOf(top.entity)} failed`;
  }
  if (top.event.type === 'Unaddressed') return `machine ${top.entity.slice(slash + 1)} has no address`;
  return `${top.entity.slice(0, slash)} ${top.entity.slice(slash + 1)} ${top.event.type === 'Lost' ? 'was lost' : 'failed'}`;
}

/** Whether the scenario said that this would happen. */
export function isExpected(report: Pick<Report, 'checked' | 'expectations'>, failure: Failure): boolean {
  const own = new Set([...failure.codes, codeOf(failure.top)]);
  const claims = report.checked?.scenario.expect ?? [];
  return claims.some(
    (claim, i) => claim.kind === 'fails' && own.has(claim.code) && report.expectations[i]?.holds === true,
  );
}
