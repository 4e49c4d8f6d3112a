/** One failure the way rustc shows a mistake: what, where, because, help, and a command that tries the help out. */
import { codeOf, nameOf, wordsOf } from '../inspect/events.ts';
import type { Failure } from '../inspect/failures.ts';
import type { Hidden } from '../inspect/hidden.ts';
import { pageFor } from '../inspect/pages.ts';
import type { Remedy } from '../inspect/remedy.ts';
import { excerpt, type Mark } from '../scenario/excerpt.ts';
import { becauseLines, becauseOf, placesOf, sentenceOf } from './because.ts';
import { shownPlace } from './input.ts';
import { clockOf } from './instant.ts';
import { labelsOf } from './labels.ts';
import type { Paint } from './paint.ts';
import { patchFor, tryLine } from './paste.ts';
import { failedText, isExpected, type Report } from './report.ts';
import { compressNames, plain, plural, wrap } from './text.ts';

/** Incidents of more kinds than this are counted, not listed. */
const INCIDENT_KINDS = 10;
/** Failed outcomes beyond this many get one line each. */
const FULL = 3;

/** What failed and what it really was, in one sentence. */
export function headOf(report: Pick<Report, 'history' | 'alike'>, failure: Failure): string {
  const { top, root } = failure;
  const more = report.alike.get(failure) ?? 0;
  const others = more === 0 ? '' : `, and ${more} more like it`;
  if (top.seq === root.seq) return sentenceOf(report.history, top);
  const title = pageFor(failure.code)?.title;
  const deeper = title ?? sentenceOf(report.history, root);
  return `${failedText(failure)}${others}: ${deeper.charAt(0).toLowerCase()}${deeper.slice(1)}`;
}

/** Marks of the lines that a failure ends in: the one that the remedy changes is the primary one. */
export function marksOf(
  report: Report,
  failure: Failure,
): { primary: Mark; others: readonly Mark[] } | undefined {
  const labels = labelsOf(failure);
  const remedy = report.remedies.get(failure);
  const marks = failure.leaves.map((leaf) => ({
    path: leaf.detail,
    place: shownPlace(leaf.place, report.shown),
    label: labels.get(leaf.path) ?? '',
  }));
  const touches = (path: string): boolean =>
    remedy !== undefined &&
    remedy.path !== '' &&
    (path === remedy.path || path.startsWith(`${remedy.path}.`) || remedy.path.startsWith(`${path}.`));
  const primary = marks.find(({ path }) => touches(path)) ?? marks[0];
  if (primary === undefined) return undefined;
  return { primary, others: marks.filter((mark) => mark !== primary) };
}

function excerptLines(report: Report, failure: Failure, paint: Paint): string[] {
  const marks = marksOf(report, failure);
  if (marks === undefined) return [];
  const tints = { gutter: paint.faint, primary: paint.bad, secondary: paint.help };
  return excerpt(report.sources, marks.primary, marks.others, tints);
}

function helpLines(report: Report, remedy: Remedy, paint: Paint): string[] {
  const head = `${paint.help('help')}: ${plain(remedy.help)}`;
  const patch = patchFor(remedy, report.history, report.checked);
  if (patch === undefined) return [head];
  const digits = String(patch.line + patch.text.length - 1).length;
  const bar = paint.faint(`${' '.repeat(digits)} |`);
  const lines = patch.text.map((text, i) => {
    const number = String(patch.line + i).padStart(digits);
    return `${paint.faint(`${number} |`)} ${paint.good(plain(text))}`;
  });
  const how = patch.added ? 'added to' : 'instead of what is there, in';
  return [`${head}  ${paint.faint(`(${how} ${plain(report.shown(patch.file))})`)}`, bar, ...lines, bar];
}

/** A failed outcome in full. */
export function failureLines(report: Report, failure: Failure, paint: Paint, width?: number): string[] {
  const { top, root, code } = failure;
  const expected = isExpected(report, failure);
  const tint = expected ? paint.warn : paint.bad;
  const head = `${tint(`${expected ? 'expected' : 'error'}[${plain(code)}]`)}: ${paint.strong(plain(headOf(report, failure)))}`;
  const symptom =
    top.seq === root.seq || wordsOf(top) === ''
      ? []
      : [
          `  the operator reads: ${plain(wordsOf(top))}${codeOf(top) === code ? '' : paint.faint(`  (${codeOf(top)})`)}`,
        ];
  const because = becauseOf(report.history, failure.because, placesOf(failure, report.shown));
  const remedy = report.remedies.get(failure);
  return [
    head,
    ...symptom,
    ...excerptLines(report, failure, paint),
    paint.strong('because'),
    ...becauseLines(because, paint, width),
    ...(remedy === undefined ? [] : helpLines(report, remedy, paint)),
  ];
}

function hiddenLines(report: Report, { failure, remedy }: Hidden, paint: Paint): string[] {
  const [leaf] = failure.leaves;
  const place =
    leaf === undefined ? '' : `${report.shown(leaf.place.file)}:${leaf.place.line}:${leaf.place.column}`;
  const label = leaf === undefined ? '' : (labelsOf(failure).get(leaf.path) ?? '');
  const what = `${plain(failure.code)} would stop it next`;
  return [
    `${paint.warn('not enough on its own')}: ${what}, at ${clockOf(failure.top.at)}`,
    ...(place === '' ? [] : [`  ${paint.faint('-->')} ${plain(place)}   ${plain(label)}`]),
    `  ${paint.help('help')}: ${plain(remedy.help)}`,
  ];
}

/** What was tried out, and the command that does it. */
export function cureLines(report: Report, paint: Paint): string[] {
  const { excavation, command, history } = report;
  const [first] = report.outcomes;
  const remedy = first === undefined ? undefined : report.remedies.get(first);
  if (remedy === undefined) return [];
  const sets = excavation?.sets ?? (remedy.set === '' ? [] : [remedy.set]);
  if (sets.length === 0) return [];
  const line = tryLine(command, history.options.sets, sets);
  const hidden = excavation?.hidden ?? [];
  const these = sets.length === 1 ? 'this change' : `these ${sets.length} changes`;
  const next = hidden.at(-1)?.failure.code ?? first?.code ?? '';
  const result =
    excavation === undefined
      ? []
      : excavation.cured
        ? [paint.good(`✓ tried: with ${these} nothing fails`)]
        : [paint.warn(`! tried: with ${these} ${plain(next)} is still left, which no one setting mends`)];
  return [
    ...hidden.flatMap((one) => hiddenLines(report, one, paint)),
    `${paint.help('try')}: ${line}`,
    ...result.map((text) => `     ${text}`),
  ];
}

/** Incidents by name: how often, and the first of them. */
export function incidentLines(report: Report, paint: Paint, width = Number.POSITIVE_INFINITY): string[] {
  const byCode = new Map<string, Failure[]>();
  for (const failure of report.incidents)
    byCode.set(failure.code, [...(byCode.get(failure.code) ?? []), failure]);
  const groups = [...byCode].slice(0, INCIDENT_KINDS);
  const lines = groups.flatMap(([code, failures]) => {
    const [{ top }] = failures as [Failure];
    const who = compressNames(failures.map((failure) => nameOf(failure.top.entity)));
    const count = failures.length === 1 ? '' : `${failures.length} times (${who}), first `;
    const text = `${count}at ${clockOf(top.at)}: ${sentenceOf(report.history, top)}`;
    const head = `incident[${plain(code)}]`;
    const [one = '', ...more] = wrap(`${plain(text)}  e${top.seq}`, width - head.length - 2);
    return [`${paint.warn(head)}: ${one}`, ...more.map((line) => `${' '.repeat(head.length + 2)}${line}`)];
  });
  const rest = byCode.size - groups.length;
  return rest > 0 ? [...lines, `and ${plural(rest, 'kind')} more (premortem events LOG --failures)`] : lines;
}

/** Everything about failures: outcomes in full, what hides behind them, and incidents. */
export function failuresLines(report: Report, paint: Paint, width?: number): string[] {
  const full = report.outcomes.slice(0, FULL);
  const brief = report.outcomes.slice(FULL);
  return [
    ...full.flatMap((failure) => [...failureLines(report, failure, paint, width), '']),
    ...brief.map(
      (failure) =>
        `${paint.bad(`error[${plain(failure.code)}]`)}: ${plain(headOf(report, failure))}  e${failure.top.seq}`,
    ),
    ...(brief.length > 0 ? [''] : []),
    ...spaced(cureLines(report, paint)),
    ...spaced(incidentLines(report, paint, width)),
  ];
}

const spaced = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : [...lines, '']);
