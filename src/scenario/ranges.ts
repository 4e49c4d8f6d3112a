/** Hosts and machines by the dozen: `esx-[01-04]` becomes four entries, and a later plain key refines one of them. */
import type { Issues } from '../base/issue.ts';
import { expandRange, RANGE_LIMIT } from './names.ts';
import { quote } from './show.ts';
import { type Entry, refine, type Tree } from './tree.ts';

/** Sections whose keys may be ranges. */
export const RANGED: ReadonlySet<string> = new Set(['hosts', 'machines']);

/** Joins a file's hosts or machines onto those below them, one entry each. */
export function joinRanges(section: string, base: Tree | undefined, over: Tree, issues: Issues): Tree {
  if (over.kind !== 'map') return refine(base, over);
  const entries = new Map(base?.kind === 'map' ? base.entries : []);
  const own = new Map<string, Entry>();
  for (const [key, entry] of over.entries) {
    const expansion = expandRange(key);
    if (!expansion.ok) {
      const { message, help } = expansion;
      issues.error('value.range', message, {
        place: entry.key,
        reason: 'a range counts up from its first number',
        help,
      });
      continue;
    }
    for (const name of expansion.names) {
      if (expansion.names.length > 1 && own.has(name)) {
        meets(name, entry, own.get(name)!, issues);
        break;
      }
      const value = refine(entries.get(name)?.value, entry.value);
      entries.set(name, { ...entry, value });
      own.set(name, entry);
      if (entries.size > RANGE_LIMIT) return tooMany(section, over, entry, issues);
    }
  }
  return { ...over, entries };
}

function meets(name: string, entry: Entry, first: Entry, issues: Issues): void {
  issues.error('name.duplicate', `the range makes ${quote(name)}, which exists already`, {
    place: entry.key,
    reason: `${quote(first.written)} on line ${first.key.line} made it`,
    help: 'let ranges not overlap; refine a single one by its plain name, after the range',
  });
}

function tooMany(section: string, over: Tree, entry: Entry, issues: Issues): Tree {
  issues.error('value.range', `there are more than ${RANGE_LIMIT} ${section}`, {
    place: entry.key,
    reason: `a simulation of more ${section} would not end in a useful time`,
    help: `describe at most ${RANGE_LIMIT} ${section}`,
  });
  return { kind: 'map', place: over.place, entries: new Map() };
}
