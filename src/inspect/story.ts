/** A run as a person would tell it: about thirty lines, alike things told together. */
import type { Micros } from '../base/units.ts';
import type { Recorded } from '../log/reader.ts';
import { type History, kindOf } from '../run/history.ts';
import { nameOf, sayingIt } from './events.ts';
import { type Phrase, phraseOf, type Weight } from './phrases.ts';

/** One line of the story: one event, or several of a kind that belong together. */
export interface Line {
  readonly at: Micros;
  /** Instant of the last event told in this line. */
  readonly until: Micros;
  readonly names: readonly string[];
  readonly text: string;
  readonly items: readonly string[];
  readonly mark: 'good' | 'bad' | '';
  /** The first event told. */
  readonly seq: number;
  readonly count: number;
}

interface Draft {
  at: Micros;
  until: Micros;
  names: string[];
  text: string;
  items: string[];
  mark: Line['mark'];
  seq: number;
  count: number;
}

const ORDER: readonly Weight[] = ['story', 'detail', 'quiet'];

/** A cluster's own events separate what happened before from what happened after. */
const isBarrier = (recorded: Recorded): boolean => recorded.entity.startsWith('cluster/');

/** Alike are the same things of several, and what goes wrong for one again and again. */
const isAlike = (draft: Draft, recorded: Recorded, phrase: Phrase): boolean =>
  draft.text === phrase.text && (phrase.mark === 'bad' || !draft.names.includes(nameOf(recorded.entity)));

/** A phrase that names its own entity says "it", so that three nodes that did alike read alike. */
const toldOf = ({ entity }: Recorded, phrase: Phrase): Phrase => ({
  ...phrase,
  text: sayingIt(phrase.text, nameOf(entity)),
});

/** Tells a run. `weight` is the least that is told; `quiet` tells everything. */
export function tell(
  history: History,
  weight: Weight = 'story',
): { readonly lines: readonly Line[]; readonly untold: number } {
  const told = new Set(ORDER.slice(0, ORDER.indexOf(weight) + 1));
  const drafts: Draft[] = [];
  let open: Draft[] = [];
  let untold = 0;
  for (const recorded of history.events) {
    const phrase = toldOf(recorded, phraseOf(kindOf(history, recorded), recorded.event, recorded.at));
    if (!told.has(phrase.weight)) {
      untold += 1;
      continue;
    }
    if (isBarrier(recorded)) open = [];
    const alike = weight === 'story' ? open.find((draft) => isAlike(draft, recorded, phrase)) : undefined;
    if (alike !== undefined) join(alike, recorded, phrase);
    else {
      const draft = begin(recorded, phrase);
      drafts.push(draft);
      open.push(draft);
    }
  }
  return { lines: drafts, untold };
}

function begin({ at, entity, seq }: Recorded, { text, item, mark }: Phrase): Draft {
  return {
    at,
    until: at,
    names: [nameOf(entity)],
    text,
    items: item === undefined ? [] : [item],
    mark: mark ?? '',
    seq,
    count: 1,
  };
}

function join(draft: Draft, { at, entity }: Recorded, { item }: Phrase): void {
  draft.until = at;
  draft.count += 1;
  const name = nameOf(entity);
  const isNew = !draft.names.includes(name);
  if (isNew) draft.names.push(name);
  if (item !== undefined && (isNew || !draft.items.includes(item))) draft.items.push(item);
}

/** Keeps a story to about `most` lines: the beginning, what went wrong, and the end are kept; the middle is counted. */
export function shorten(
  lines: readonly Line[],
  most = 30,
): { readonly lines: readonly Line[]; readonly left: number } {
  if (lines.length <= most) return { lines, left: 0 };
  const weightOf = ({ mark }: Line, i: number): number => {
    if (i < 3 || i >= lines.length - 3) return 0;
    return mark === 'bad' ? 1 : mark === 'good' ? 2 : 3;
  };
  const ranked = lines
    .map((line, i) => ({ line, i, rank: weightOf(line, i) }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i);
  const kept = ranked.slice(0, most).sort((a, b) => a.i - b.i);
  return { lines: kept.map(({ line }) => line), left: lines.length - kept.length };
}
