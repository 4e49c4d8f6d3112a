/** From any event back to lines of the scenario, and forward to what came of it. */
import type { Recorded } from '../log/reader.ts';
import { type History, kindOf } from '../run/history.ts';
import { codeOf, factsOf } from './events.ts';

/** One event in an explanation, with what it rests on. */
export interface Link {
  readonly recorded: Recorded;
  readonly kind: string;
  /** How the link above came to this one: it named it as a fact, or it was caused by it. */
  readonly via: 'start' | 'fact' | 'cause';
  /** Events between this one and its parent that were passed over. */
  readonly skipped: number;
  readonly because: readonly Link[];
}

/** A line of the scenario that an explanation ends in. */
export interface Leaf {
  readonly seq: number;
  readonly path: string;
  readonly file: string;
  readonly line: number;
  readonly to: string;
}

const isRoot = (recorded: Recorded): boolean => recorded.cause === -1;

/** Where the chain of causes of an event ends, and how many events lie between. */
function rootOf(history: History, from: Recorded): { root: Recorded; steps: number } {
  let recorded = from;
  let steps = 0;
  while (!isRoot(recorded)) {
    recorded = history.events[recorded.cause] as Recorded;
    steps += 1;
  }
  return { root: recorded, steps };
}

/**
 * Why an event happened: what it says it rests on, else what caused it. A chain of mere causes is cut short to where it began;
 * `whole` keeps every step. Each event is told once.
 */
export function why(history: History, seq: number, whole = false): Link {
  const told = new Set<number>();
  const explain = (recorded: Recorded, via: Link['via'], skipped: number): Link => {
    told.add(recorded.seq);
    const link = { recorded, kind: kindOf(history, recorded), via, skipped };
    const facts = factsOf(recorded).filter((fact) => !told.has(fact));
    if (facts.length > 0) {
      // Marked before descending, so that the first branch does not take an event from its elder.
      for (const fact of facts) told.add(fact);
      return { ...link, because: facts.map((fact) => explain(history.events[fact] as Recorded, 'fact', 0)) };
    }
    if (isRoot(recorded) || factsOf(recorded).length > 0) return { ...link, because: [] };
    if (whole) return { ...link, because: [explain(history.events[recorded.cause] as Recorded, 'cause', 0)] };
    const { root, steps } = rootOf(history, recorded);
    return { ...link, because: told.has(root.seq) ? [] : [explain(root, 'cause', steps - 1)] };
  };
  return explain(history.events[seq] as Recorded, 'start', 0);
}

/** Every line of the scenario that an explanation ends in, nearest first. */
export function leavesOf(link: Link): Leaf[] {
  if (link.because.length > 0) return link.because.flatMap(leavesOf);
  const { recorded } = link;
  if (!isRoot(recorded)) return [];
  const { path, file, line, to } = recorded.event as unknown as Leaf;
  return [{ seq: recorded.seq, path, file, line, to }];
}

/** The events that an event led to, in order: those it caused, and those that name it as a fact. */
export function whatFollowed(history: History, seq: number): Recorded[] {
  const reached = new Set([seq]);
  const followers: Recorded[] = [];
  for (const recorded of history.events) {
    if (
      recorded.seq <= seq ||
      !(reached.has(recorded.cause) || factsOf(recorded).some((fact) => reached.has(fact)))
    )
      continue;
    reached.add(recorded.seq);
    followers.push(recorded);
  }
  return followers;
}

/** The last failure of an entity, or its last event: what `why LOG ENTITY` explains. */
export function lastWord(history: History, entity: string): Recorded | undefined {
  const own = history.events.filter((recorded) => recorded.entity === entity);
  return own.findLast((recorded) => codeOf(recorded) !== undefined) ?? own.at(-1);
}
