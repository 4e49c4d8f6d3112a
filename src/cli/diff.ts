/** `diff`: where two runs part, and what follows from it. */
import { type Comparison, compare, type Difference } from '../inspect/compare.ts';
import { nameOf } from '../inspect/events.ts';
import { tellingOf } from '../inspect/phrases.ts';
import type { Recorded } from '../log/reader.ts';
import type { History } from '../run/history.ts';
import { type Call, EXIT, type ExitCode, wholeNumber } from './call.ts';
import { exactClock } from './instant.ts';
import { openHistory } from './logs.ts';
import type { Paint } from './paint.ts';
import { tableLines } from './table.ts';
import { clip, compressNames, grouped, plain } from './text.ts';

/** Differences of one kind of event and one side, told together. */
export interface Group {
  readonly kind: string;
  readonly side: 'left' | 'right' | 'both';
  readonly count: number;
  readonly entities: readonly string[];
  /** Instant of the first of them. */
  readonly at: number;
}

const atOf = ({ left, right }: Difference): number =>
  Math.min(left?.at ?? Number.POSITIVE_INFINITY, right?.at ?? Number.POSITIVE_INFINITY);

const sideOf = ({ left, right }: Difference): Group['side'] =>
  left === undefined ? 'right' : right === undefined ? 'left' : 'both';

/** Differences by kind and side, in order of the first of each. */
export function groupsOf(differences: readonly Difference[]): Group[] {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const key = `${difference.kind} ${sideOf(difference)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [difference]);
    else group.push(difference);
  }
  return [...groups.values()].map((list) => {
    const first = list[0] as Difference;
    const entities = [...new Set(list.map(({ entity }) => entity))];
    return { kind: first.kind, side: sideOf(first), count: list.length, entities, at: atOf(first) };
  });
}

const MARKS = { left: '-', right: '+', both: '~' } as const;

function told(kind: string, recorded: Recorded | undefined): string {
  if (recorded === undefined) return 'does not happen';
  const text = tellingOf(kind, recorded.event, recorded.at);
  return `e${recorded.seq} at ${exactClock(recorded.at)}: ${nameOf(recorded.entity)} ${text}`;
}

/** What the runs were made from, where that differs. */
export function optionLines(left: History, right: History): string[] {
  const keys = ['name', 'file', 'overlays', 'sets', 'seed', 'ties', 'until', 'fork'] as const;
  return keys.flatMap((key) => {
    const [a, b] = [left.options[key], right.options[key]].map(
      (value) => JSON.stringify(value) ?? 'none',
    ) as [string, string];
    return a === b ? [] : [`  ${key}  ${clip(plain(a), 100)} | ${clip(plain(b), 100)}`];
  });
}

/** The comparison as lines. */
export function diffLines(comparison: Comparison, most: number, paint: Paint): string[] {
  const [first] = comparison.differences;
  if (first === undefined) return [`${paint.good('✓')} equal: ${grouped(comparison.same)} events`];
  const groups = groupsOf(comparison.differences);
  const shown = groups.slice(0, most);
  const tint = { left: paint.bad, right: paint.good, both: paint.warn } as const;
  const rows = shown.map(({ kind, side, count, entities, at }) => [
    MARKS[side],
    exactClock(at),
    grouped(count),
    plain(kind),
    clip(plain(compressNames(entities.map(nameOf))), 60),
  ]);
  return [
    paint.strong(
      `first difference at ${exactClock(atOf(first))}: ${plain(first.kind)} of ${plain(first.entity)}`,
    ),
    `  ${paint.bad('left ')}  ${plain(told(first.kind, first.left))}`,
    `  ${paint.good('right')}  ${plain(told(first.kind, first.right))}`,
    '',
    'what differs from there (- only left, + only right, ~ in both but not the same)',
    ...tableLines(rows, {
      indent: 2,
      right: [2],
      paint: (cell, column, row) => (column === 0 ? tint[shown[row]?.side ?? 'both'](cell) : cell),
    }),
    ...(groups.length > shown.length ? [`  and ${groups.length - shown.length} kinds more (--limit)`] : []),
    '',
    `${paint.bad('✗')} ${grouped(comparison.differences.length)} events differ, ${grouped(comparison.same)} are the same`,
  ];
}

export function perform({ args: [one = '', other = ''], options, terminal }: Call): ExitCode {
  const most = wholeNumber('--limit', options.limit, 20);
  const left = openHistory(one, terminal);
  const right = openHistory(other, terminal);
  const comparison = compare(left, right);
  const exit = comparison.equal ? EXIT.done : EXIT.unmet;
  const [first] = comparison.differences;
  if (options.json === true) {
    const side = (recorded: Recorded | undefined) => recorded ?? null;
    terminal.json({
      equal: comparison.equal,
      same: comparison.same,
      differences: comparison.differences.length,
      ...(first === undefined
        ? {}
        : {
            first: {
              at: atOf(first),
              entity: first.entity,
              kind: first.kind,
              left: side(first.left),
              right: side(first.right),
            },
          }),
      groups: groupsOf(comparison.differences).slice(0, most),
    });
    return exit;
  }
  const lines = diffLines(comparison, most, terminal.paint);
  if (options.quiet === true) {
    terminal.print(lines.slice(-1));
    return exit;
  }
  const made = optionLines(left, right);
  terminal.print([...(made.length === 0 ? [] : ['made from (left | right)', ...made, '']), ...lines]);
  return exit;
}
