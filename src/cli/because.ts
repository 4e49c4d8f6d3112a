/** An explanation as a tree of sentences: each event with its number and time, ending in lines of the scenario. */
import type { Place } from '../base/issue.ts';
import type { Link } from '../inspect/causes.ts';
import { codeOf, nameOf, sayingIt, wordsOf } from '../inspect/events.ts';
import type { Failure } from '../inspect/failures.ts';
import { tellingOf } from '../inspect/phrases.ts';
import type { Recorded } from '../log/reader.ts';
import { type History, kindOf } from '../run/history.ts';
import type { Shown } from './input.ts';
import { exactClock } from './instant.ts';
import type { Paint } from './paint.ts';
import { plain, plural, wrap } from './text.ts';
import { type Branch, rowsOf } from './tree.ts';

/** One sentence of an explanation. */
export interface Step {
  readonly seq: number;
  readonly at: number;
  readonly entity: string;
  readonly kind: string;
  readonly text: string;
  /** The line of the scenario that asked for it, as `file:line`. */
  readonly place: string;
  /** Events that say the same of others. */
  readonly alike: readonly number[];
  /** Events between this one and the one it explains. */
  readonly skipped: number;
}

export type Because = Branch<Step>;

/** An event as a sentence that begins with whose it is. */
export function sentenceOf(history: Pick<History, 'kinds'>, recorded: Recorded): string {
  const words = tellingOf(kindOf(history, recorded), recorded.event, recorded.at);
  const name = nameOf(recorded.entity);
  return `${name} ${sayingIt(words, name)}`;
}

const isRoot = ({ recorded }: Link): boolean => recorded.cause === -1;

/** Where to find the lines that asked: exact to the value where the caller knows better than the log. */
export interface Places {
  readonly shown: Shown;
  readonly exact?: ReadonlyMap<string, Place>;
}

function placeOf({ event }: Recorded, { shown, exact }: Places): string {
  const { file, line, path } = event as unknown as { file?: unknown; line?: unknown; path?: unknown };
  const place = exact?.get(String(path));
  if (place !== undefined) return `${shown(place.file)}:${place.line}`;
  return typeof file === 'string' && file !== '' ? `${shown(file)}:${String(line)}` : '';
}

/** The exact places of the lines that a failure ends in. */
export function placesOf({ leaves }: Pick<Failure, 'leaves'>, shown: Shown): Places {
  return { shown, exact: new Map(leaves.map(({ path, place }) => [path, place])) };
}

/** A link that only passes on the words of the one link below it is left out. */
function essential(link: Link): Link {
  let here = link;
  for (;;) {
    const [below, ...more] = here.because;
    if (here.via === 'start' || below === undefined || more.length > 0) return here;
    const passesOn =
      codeOf(here.recorded) !== undefined &&
      here.recorded.at === below.recorded.at &&
      codeOf(here.recorded) === codeOf(below.recorded) &&
      wordsOf(here.recorded) === wordsOf(below.recorded);
    if (!passesOn) return here;
    here = below;
  }
}

/** What a sentence says once names and numbers are taken out. */
function shapeOf(history: History, { recorded }: Link): string {
  const own = nameOf(recorded.entity);
  const text = sentenceOf(history, recorded).replaceAll(own, '').replaceAll(/\d+/g, '');
  return `${kindOf(history, recorded)} ${text}`;
}

/** The explanation as sentences. `whole` leaves nothing out and tells nothing together. */
export function becauseOf(history: History, start: Link, places: Places, whole = false): Because {
  const explain = (link: Link): Because => {
    const { recorded } = link;
    const [below] = link.because;
    // The line that asked for something stands at the end of what it asked for.
    const asked =
      link.because.length === 1 && below !== undefined && isRoot(below) && below.skipped === 0
        ? below
        : undefined;
    const step: Step = {
      seq: recorded.seq,
      at: recorded.at,
      entity: recorded.entity,
      kind: link.kind,
      text: isRoot(link) ? askedText(recorded) : sentenceOf(history, recorded),
      place: isRoot(link)
        ? placeOf(recorded, places)
        : asked === undefined
          ? ''
          : placeOf(asked.recorded, places),
      alike: [],
      skipped: link.skipped,
    };
    if (asked !== undefined && !whole) return { value: step, children: [] };
    return { value: step, children: grouped(link.because) };
  };
  const grouped = (links: readonly Link[]): Because[] => {
    if (whole) return links.map(explain);
    const groups = new Map<string, { first: Link; alike: number[] }>();
    for (const link of links.map(essential)) {
      const shape = shapeOf(history, link);
      const group = groups.get(shape);
      if (group === undefined) groups.set(shape, { first: link, alike: [] });
      else group.alike.push(link.recorded.seq);
    }
    return [...groups.values()].map(({ first, alike }) => {
      const branch = explain(first);
      return { ...branch, value: { ...branch.value, alike } };
    });
  };
  return explain(start);
}

function askedText({ event }: Recorded): string {
  const { to, path } = event as unknown as { to?: unknown; path?: unknown };
  return event.type === 'Asked'
    ? `${nameOf(String(to))} is asked for by ${String(path)}`
    : 'taken back by a fork';
}

/** What stands behind a sentence: where it was written, and who else it is true of. */
function tailOf({ alike, place, skipped }: Step): string[] {
  const others =
    alike.length > 4 ? `e${alike[0]} to e${alike.at(-1)}` : alike.map((seq) => `e${seq}`).join(', ');
  return [
    ...(alike.length === 0 ? [] : [`(and ${alike.length} alike: ${others})`]),
    ...(skipped === 0 ? [] : [`(${plural(skipped, 'event')} between)`]),
    ...(place === '' ? [] : [place]),
  ];
}

/** The tree as lines: number, time, and the sentence under what it explains. */
export function becauseLines(because: Because, paint: Paint, width = Number.POSITIVE_INFINITY): string[] {
  const rows = rowsOf(because);
  const ids = Math.max(...rows.map(({ value }) => `e${value.seq}`.length));
  const clocks = Math.max(...rows.map(({ value }) => exactClock(value.at).length));
  return rows.flatMap(({ value, lead, under }) => {
    const left = `  ${`e${value.seq}`.padEnd(ids)}  ${exactClock(value.at).padStart(clocks)}  `;
    const tail = tailOf(value).map(plain).join('  ');
    const room = width - left.length - lead.length;
    const [first = '', ...rest] = wrap(plain(value.text), room);
    const lines = [`${paint.faint(left + lead)}${first}`];
    for (const line of rest) lines.push(`${paint.faint(' '.repeat(left.length) + under)}${line}`);
    if (tail === '') return lines;
    const last = lines.length - 1;
    const used = (rest.at(-1) ?? first).length + 2 + tail.length;
    if (used <= room) lines[last] += `  ${paint.faint(tail)}`;
    else lines.push(paint.faint(`${' '.repeat(left.length)}${under}${tail}`));
    return lines;
  });
}

/** The tree as JSON. */
export function becauseJson({ value, children }: Because): object {
  const { seq, at, entity, kind, text, place, alike, skipped } = value;
  return {
    seq,
    at,
    entity,
    kind,
    text,
    ...(place === '' ? {} : { place }),
    ...(alike.length === 0 ? {} : { alike }),
    ...(skipped === 0 ? {} : { skipped }),
    because: children.map(becauseJson),
  };
}
