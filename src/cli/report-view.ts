/** A report as lines, in the order in which a person reads it; the most important line comes last. */
import { formatDuration } from '../base/units.ts';
import type { RunOptions } from '../run/program.ts';
import type { Checked } from '../scenario/read.ts';
import { countsOf, countsText } from './counts.ts';
import { failuresLines } from './failure-view.ts';
import { type Shown, shownIssue } from './input.ts';
import { clockOf } from './instant.ts';
import { issueLine } from './issue-view.ts';
import { capacityLines, expectationLines, gaugesOf, sizingRows, thresholdLines } from './judgement-view.ts';
import type { Filed } from './log-file.ts';
import { markOf, type Paint } from './paint.ts';
import type { Report } from './report.ts';
import { grouped, plain, shellLine } from './text.ts';
import { type Timeline, timelineLines } from './timeline.ts';
import { VERSION } from './version.ts';

/** What is about to be simulated, and the warnings about it. */
export function headLines(checked: Checked, options: RunOptions, shown: Shown, paint: Paint): string[] {
  const { name, seed, ties, until } = options;
  const order = ties === 0 ? '' : `   ties ${ties}`;
  const head = `${paint.strong(plain(name))}   seed ${plain(seed)}${order}   premortem ${VERSION}`;
  return [
    head,
    `  ${countsText(countsOf(checked.scenario))} · until ${formatDuration(until)}`,
    ...checked.issues.map((issue) => `  ${issueLine(shownIssue(issue, shown), paint)}`),
    '',
  ];
}

/** Where the log is and how to prove it. */
export function logLines(report: Report, filed: Filed, paint: Paint): string[] {
  const { history } = report;
  const digest = history.verdict.end?.chain ?? '';
  const short = digest === '' ? '' : `   digest ${digest.slice(0, 8)}..${digest.slice(-8)}`;
  const how =
    filed.how === 'beside'
      ? paint.warn('   another log of this run is there and differs: premortem diff')
      : '';
  return [`log       ${plain(filed.path)}   ${grouped(history.events.length)} events${short}${how}`];
}

/** Commands that go on from here. */
export function nextLines(report: Report, filed: Filed, paint: Paint): string[] {
  const [first] = [...report.outcomes, ...report.incidents];
  const commands =
    first === undefined
      ? [
          ['show', filed.path, '--at', clockOf(Math.floor(report.ending.at / 2))],
          ['events', filed.path],
        ]
      : [
          ['why', filed.path, `e${first.top.seq}`],
          ['show', filed.path, '--at', clockOf(first.top.at)],
          ['explain', first.code],
        ];
  const [head = [], ...others] = commands;
  const line = (words: readonly string[]): string => paint.help(shellLine(['premortem', ...words]));
  return [`next      ${line(head)}`, ...others.map((words) => `          ${line(words)}`)];
}

/** The verdict: one line. */
export function verdictLine(report: Pick<Report, 'verdict'>, paint: Paint): string {
  const { holds, sentence } = report.verdict;
  return `${markOf(holds, paint)} ${holds ? paint.good(plain(sentence)) : paint.bad(plain(sentence))}`;
}

/** Everything after the timeline. */
function judgementLines(report: Report, paint: Paint): string[] {
  const specs = report.checked?.scenario.expect ?? [];
  const parts = [
    expectationLines(report.expectations, specs, paint),
    thresholdLines(report.thresholds, paint),
    capacityLines(gaugesOf(report), sizingRows(report.metrics), report.ending.at, paint),
  ].filter((part) => part.length > 0);
  return parts.flatMap((part) => [...part, '']);
}

/** A whole report but for its head. */
export function reportLines(
  report: Report,
  timeline: Timeline,
  filed: Filed,
  paint: Paint,
  width?: number,
): string[] {
  return [
    ...timelineLines(timeline, paint, width),
    '',
    ...failuresLines(report, paint, width),
    ...judgementLines(report, paint),
    ...logLines(report, filed, paint),
    ...nextLines(report, filed, paint),
    '',
    verdictLine(report, paint),
  ];
}

/** The whole run on one line, for `--quiet`. */
export function quietLine(report: Report, filed: Filed, paint: Paint): string {
  return `${verdictLine(report, paint)}   ${grouped(report.history.events.length)} events   ${plain(filed.path)}`;
}
