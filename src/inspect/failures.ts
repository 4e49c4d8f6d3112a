/** The failures of a run: each with its symptom, its root and the lines that made it. */

import type { Place } from '../base/issue.ts';
import type { Recorded } from '../log/reader.ts';
import type { History } from '../run/history.ts';
import type { Checked } from '../scenario/read.ts';
import { type Leaf, type Link, leavesOf, why } from './causes.ts';
import { detailOf } from './details.ts';
import { codeOf, factsOf } from './events.ts';

/** One failure as a user meets it. */
export interface Failure {
  /** The symptom: what no other failure rests on. */
  readonly top: Recorded;
  /** The failures on the way down, the symptom first, the root last; where several branches meet, the first. */
  readonly chain: readonly Recorded[];
  readonly root: Recorded;
  /** The root's name: what the failure really is. */
  readonly code: string;
  /** Every root's name, the first one's first. */
  readonly codes: readonly string[];
  readonly because: Link;
  /** The lines it ends in: settings before actions. */
  readonly leaves: readonly Line[];
}

/** A line of the scenario that a failure rests on: `detail` is the path of the very value, `place` where that is written. */
export interface Line extends Leaf {
  readonly detail: string;
  readonly place: Place;
}

/** The failing facts of an event. */
const failingFacts = (history: History, recorded: Recorded): Recorded[] =>
  factsOf(recorded)
    .map((fact) => history.events[fact] as Recorded)
    .filter((fact) => codeOf(fact) !== undefined);

function descend(history: History, top: Recorded): Recorded[] {
  const chain = [top];
  for (;;) {
    const next = failingFacts(history, chain.at(-1) as Recorded)[0];
    if (next === undefined) return chain;
    chain.push(next);
  }
}

function rootsOf(history: History, top: Recorded, seen = new Set<number>()): Recorded[] {
  if (seen.has(top.seq)) return [];
  seen.add(top.seq);
  const failing = failingFacts(history, top);
  return failing.length === 0 ? [top] : failing.flatMap((fact) => rootsOf(history, fact, seen));
}

/** Leaves without repetition: three nodes that failed alike lead to the same lines. Settings come before actions. */
function linesOf(leaves: readonly Leaf[], root: Recorded, checked: Checked | undefined): Line[] {
  const written = (path: string) =>
    checked === undefined || checked.origin(path) === 'default' ? undefined : checked.place(path);
  const lines = [...new Map(leaves.map((leaf) => [leaf.path, leaf])).values()].map((leaf) => {
    const { path, place } = detailOf(leaf, root, written);
    return {
      ...leaf,
      detail: path,
      place: place ?? { file: leaf.file, line: leaf.line, column: 1, length: 1 },
    };
  });
  const isAction = ({ path }: Leaf) => Number(path.startsWith('do['));
  return lines.sort((a, b) => isAction(a) - isAction(b));
}

/** Explains one failing event. With the checked scenario of the run its lines are exact to the value. */
export function failureAt(history: History, top: Recorded, checked?: Checked): Failure {
  const chain = descend(history, top);
  const root = chain.at(-1) as Recorded;
  const because = why(history, top.seq);
  const codes = [...new Set(rootsOf(history, top).map((recorded) => codeOf(recorded) as string))];
  return {
    top,
    chain,
    root,
    code: codeOf(root) as string,
    codes,
    because,
    leaves: linesOf(leavesOf(because), root, checked),
  };
}

/** Every failure that no other failure rests on, in order of time. */
export function failuresOf(history: History, checked?: Checked): Failure[] {
  const failing = history.events.filter((recorded) => codeOf(recorded) !== undefined);
  const used = new Set(failing.flatMap((recorded) => factsOf(recorded)));
  return failing
    .filter((recorded) => !used.has(recorded.seq))
    .map((recorded) => failureAt(history, recorded, checked));
}

/** Machines that fail alike, on one network and for the same reason, are told once: the first of them, and how many more there are. */
export function withoutAlike(failures: readonly Failure[]): ReadonlyMap<Failure, number> {
  const first = new Map<string, Failure>();
  const told = new Map<Failure, number>();
  for (const failure of failures) {
    const { event, entity } = failure.top;
    const isMachine = event.type === 'Unaddressed';
    const key = isMachine
      ? `${event['segment']} ${failure.codes.join(' ')}`
      : `${entity} e${failure.top.seq}`;
    const like = first.get(key);
    if (like === undefined) first.set(key, failure);
    told.set(like ?? failure, like === undefined ? 0 : (told.get(like) ?? 0) + 1);
  }
  return told;
}

/** Failures of something that a user asked for; the rest are incidents on the way. */
export const isOutcome = ({ top }: Failure): boolean => {
  const model = top.entity.slice(0, top.entity.indexOf('/'));
  return (
    (model === 'cluster' && top.event.type === 'Failed') ||
    (model === 'vm' && (top.event.type === 'Failed' || top.event.type === 'Lost')) ||
    (model === 'dhcp-client' && top.event.type === 'Unaddressed') ||
    (model === 'docker' && (top.event.type === 'NotDone' || top.event['container'] === ''))
  );
};
