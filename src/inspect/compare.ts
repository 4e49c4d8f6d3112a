/** Two runs side by side: where they first differ, and what followed from that. */
import type { Recorded } from '../log/reader.ts';
import { type History, kindOf } from '../run/history.ts';

/** How one event differs: only in the first run, only in the second, or the n-th of its kind and entity in both but not equal. */
export interface Difference {
  readonly entity: string;
  readonly kind: string;
  /** Which of that entity's events of that kind, from 1. */
  readonly ordinal: number;
  readonly left: Recorded | undefined;
  readonly right: Recorded | undefined;
}

export interface Comparison {
  readonly equal: boolean;
  /** Events that are the same in both. */
  readonly same: number;
  /** In order of time; the first is where the runs part. */
  readonly differences: readonly Difference[];
}

/** Events by entity, kind and ordinal. Numbers of events are positions and differ with anything before them, so they are not compared. */
function aligned(history: History): Map<string, Recorded> {
  const counts = new Map<string, number>();
  const events = new Map<string, Recorded>();
  for (const recorded of history.events) {
    const key = `${recorded.entity} ${kindOf(history, recorded)}`;
    const ordinal = (counts.get(key) ?? 0) + 1;
    counts.set(key, ordinal);
    events.set(`${key} ${ordinal}`, recorded);
  }
  return events;
}

/** Fields that hold numbers of events. */
const seqFields = (history: History, recorded: Recorded): ReadonlySet<string> =>
  new Set(
    history.kinds[recorded.kind]?.fields
      .filter(([, wire]) => wire === 'seq' || wire === 'seqs')
      .map(([name]) => name),
  );

function content(history: History, recorded: Recorded): string {
  const skip = seqFields(history, recorded);
  // A line number moves when the file does; what was asked is what counts.
  const isPlace = (name: string) => recorded.cause === -1 && (name === 'line' || name === 'file');
  return JSON.stringify([
    recorded.at,
    Object.entries(recorded.event).filter(([name]) => !skip.has(name) && !isPlace(name)),
  ]);
}

/** Aligns two runs by entity, kind and ordinal. */
export function compare(left: History, right: History): Comparison {
  const [ours, theirs] = [aligned(left), aligned(right)];
  const differences: Difference[] = [];
  let same = 0;
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(key), theirs.get(key)];
    if (a !== undefined && b !== undefined && content(left, a) === content(right, b)) {
      same += 1;
      continue;
    }
    const [entity = '', kind = '', ordinal = ''] = splitKey(key);
    differences.push({ entity, kind, ordinal: Number(ordinal), left: a, right: b });
  }
  const at = ({ left: a, right: b }: Difference) =>
    Math.min(a?.at ?? Number.POSITIVE_INFINITY, b?.at ?? Number.POSITIVE_INFINITY);
  const seq = ({ left: a, right: b }: Difference) =>
    Math.min(a?.seq ?? Number.POSITIVE_INFINITY, b?.seq ?? Number.POSITIVE_INFINITY);
  differences.sort((a, b) => at(a) - at(b) || seq(a) - seq(b));
  return { equal: differences.length === 0, same, differences };
}

/** The last two words of a key are kind and ordinal; names of entities hold no blanks, but nothing here relies on it. */
function splitKey(key: string): string[] {
  const ordinal = key.lastIndexOf(' ');
  const kind = key.lastIndexOf(' ', ordinal - 1);
  return [key.slice(0, kind), key.slice(kind + 1, ordinal), key.slice(ordinal + 1)];
}
