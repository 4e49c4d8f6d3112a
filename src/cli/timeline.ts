/** The story of a run as a table: when, who, what. */
import type { Weight } from '../inspect/phrases.ts';
import { type Line, shorten, tell } from '../inspect/story.ts';
import type { History } from '../run/history.ts';
import { clockOf } from './instant.ts';
import type { Paint } from './paint.ts';
import { clip, compressAddresses, compressNames, grouped, plain, widthOf, wrap } from './text.ts';

/** Names take at most this many cells. */
const NAMES = 34;

/** A story, shortened unless everything was asked for. */
export interface Timeline {
  readonly lines: readonly Line[];
  /** Story lines that were left out, and events that were too quiet to tell. */
  readonly left: number;
  readonly untold: number;
  readonly weight: Weight;
}

/** What `--only` says as a weight. */
export function weightOf(only: 'story' | 'detail' | 'all'): Weight {
  return only === 'all' ? 'quiet' : only;
}

/** The story of a run from an instant on. */
export function timelineOf(history: History, weight: Weight, from = 0): Timeline {
  const told = tell(history, weight);
  const lines = told.lines.filter(({ until }) => until >= from);
  if (weight !== 'story') return { lines, left: 0, untold: told.untold, weight };
  return { ...shorten(lines), untold: told.untold, weight };
}

const ADDRESS = /^[0-9.]+$/;

/** Names with what belongs to each, in the order of the names. */
function sorted({ names, items }: Line): { names: readonly string[]; items: readonly string[] } {
  if (items.length !== names.length) return { names, items };
  const natural = new Intl.Collator('en', { numeric: true });
  const pairs = names.map((name, i) => ({ name, item: items[i] as string }));
  pairs.sort((a, b) => natural.compare(a.name, b.name));
  return { names: pairs.map(({ name }) => name), items: pairs.map(({ item }) => item) };
}

function whatOf(line: Line, items: readonly string[]): string {
  const areAddresses = items.every((item) => ADDRESS.test(item));
  const more = items.length === 0 ? '' : ` ${(areAddresses ? compressAddresses : compressNames)(items)}`;
  const until = clockOf(line.until);
  const times =
    line.count > Math.max(line.names.length, items.length) ? [`${grouped(line.count)} times`] : [];
  const late = [...times, ...(until === clockOf(line.at) ? [] : [`until ${until}`])].join(', ');
  return plain(`${line.text}${more}${late === '' ? '' : `  (${late})`}`);
}

/** The table as lines. */
export function timelineLines(timeline: Timeline, paint: Paint, width = Number.POSITIVE_INFINITY): string[] {
  const rows = timeline.lines.map((line) => {
    const { names, items } = sorted(line);
    return {
      line,
      clock: clockOf(line.at),
      who: clip(plain(compressNames(names)), NAMES),
      what: whatOf(line, items),
    };
  });
  const whos = Math.max(5, ...rows.map(({ who }) => widthOf(who)));
  const clocks = Math.max(8, ...rows.map(({ clock }) => clock.length));
  const margin = clocks + whos + 8;
  const head = `  ${'sim time'.padEnd(clocks)}  ${'where'.padEnd(whos)}    what`;
  const body = rows.flatMap(({ line, clock, who, what }) => {
    const tint = line.mark === 'bad' ? paint.bad : line.mark === 'good' ? paint.good : (text: string) => text;
    const mark = line.mark === 'bad' ? '✗' : line.mark === 'good' ? '✓' : ' ';
    const [first = '', ...rest] = wrap(what, width - margin);
    const gap = ' '.repeat(whos - widthOf(who));
    const top = `  ${paint.faint(clock.padStart(clocks))}  ${who}${gap}  ${tint(`${mark} ${first}`)}`;
    return [top, ...rest.map((more) => `${' '.repeat(margin)}${tint(more)}`)];
  });
  return [paint.faint(head), ...body, ...untoldLines(timeline, paint, margin)];
}

function untoldLines({ left, untold, weight }: Timeline, paint: Paint, margin: number): string[] {
  const hint = weight === 'story' ? '--only detail or --only all' : '--only all';
  const parts = [
    ...(left === 0 ? [] : [`${grouped(left)} lines of the story`]),
    ...(untold === 0 ? [] : [`${grouped(untold)} quiet events`]),
  ];
  if (parts.length === 0) return [];
  return [paint.faint(`${' '.repeat(margin - 2)}· ${parts.join(' and ')} not shown (${hint})`)];
}
