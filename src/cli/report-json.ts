/** A report as one JSON value. Times are microseconds since the start, events are numbers, paths those of `--set`. */

import { wordsOf } from '../inspect/events.ts';
import type { Failure } from '../inspect/failures.ts';
import type { Remedy } from '../inspect/remedy.ts';
import { becauseJson, becauseOf, placesOf } from './because.ts';
import { countsOf } from './counts.ts';
import { headOf } from './failure-view.ts';
import { shownIssue, shownPlace } from './input.ts';
import { gaugesOf } from './judgement-view.ts';
import { labelsOf } from './labels.ts';
import type { Filed } from './log-file.ts';
import { tryLine } from './paste.ts';
import { isExpected, type Report } from './report.ts';
import type { Timeline } from './timeline.ts';
import { VERSION } from './version.ts';

function remedyJson(remedy: Remedy | undefined): object {
  if (remedy === undefined) return {};
  const { help, path, value, set } = remedy;
  return { remedy: set === '' ? { help } : { help, path, value, set } };
}

/** Lines of the scenario that a failure ends in. */
export function placesJson(report: Pick<Report, 'shown'>, failure: Failure): object[] {
  const labels = labelsOf(failure);
  return failure.leaves.map((leaf) => ({
    path: leaf.detail,
    label: labels.get(leaf.path) ?? '',
    ...shownPlace(leaf.place, report.shown),
  }));
}

/** One failure. */
export function failureJson(report: Report, failure: Failure): object {
  const { top, root, code, codes, because } = failure;
  return {
    code,
    codes,
    at: top.at,
    event: top.seq,
    root: root.seq,
    entity: top.entity,
    sentence: headOf(report, failure),
    words: wordsOf(top),
    expected: isExpected(report, failure),
    places: placesJson(report, failure),
    because: becauseJson(becauseOf(report.history, because, placesOf(failure, report.shown))),
    ...remedyJson(report.remedies.get(failure)),
  };
}

/** What was tried to make the failures go away. */
export function cureJson(report: Report): object {
  const { excavation, command, history } = report;
  if (excavation === undefined) return {};
  const { sets, cured, hidden } = excavation;
  return {
    hidden: hidden.map(({ failure, remedy }) => ({
      code: failure.code,
      at: failure.top.at,
      entity: failure.top.entity,
      places: placesJson(report, failure),
      ...remedyJson(remedy),
    })),
    cure: { sets, cured, command: sets.length === 0 ? '' : tryLine(command, history.options.sets, sets) },
  };
}

/** The whole report. */
export function reportJson(report: Report, timeline: Timeline, filed: Filed): Record<string, unknown> {
  const { history, checked, ending, verdict } = report;
  const { name, seed, ties, until, sets } = history.options;
  const { metrics } = report;
  return {
    verdict,
    run: {
      program: `premortem ${VERSION}`,
      name,
      seed,
      ties,
      until,
      sets,
      log: filed.path,
      identity: history.identity,
      digest: history.verdict.end?.chain ?? '',
      worldHash: history.verdict.end?.worldHash ?? '',
      ending: ending.kind,
      reason: ending.reason,
      at: ending.at,
      events: history.events.length,
    },
    ...(checked === undefined ? {} : { counts: countsOf(checked.scenario) }),
    warnings: (checked?.issues ?? []).map((issue) => shownIssue(issue, report.shown)),
    timeline: { lines: timeline.lines, left: timeline.left, untold: timeline.untold },
    failures: report.outcomes.map((failure) => failureJson(report, failure)),
    incidents: report.incidents.map(({ code, top }) => ({
      code,
      at: top.at,
      event: top.seq,
      entity: top.entity,
      words: wordsOf(top),
    })),
    ...cureJson(report),
    expectations: report.expectations,
    thresholds: report.thresholds,
    capacity: gaugesOf(report).map(({ name: what, unit, peak }) => ({ name: what, unit, peak })),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([metric, { unit, values }]) => [metric, { unit, count: values.length }]),
    ),
  };
}
