/** Files on top of files: what is extended, what is changed, overlays and `--set`, joined into one tree. */
import type { Issues, Place } from '../base/issue.ts';
import { applyChange, type Budget } from './change.ts';
import { parseYaml } from './parse.ts';
import { joinRanges, RANGED } from './ranges.ts';
import { quote, visible } from './show.ts';
import { DEPTH_LIMIT, tooBig } from './text.ts';
import { entryOf, isNothing, type MapTree, refine, type Tree } from './tree.ts';

/** A file that was read. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Gives the text of a file, or why not. */
/** Reads a file. `size` says in words how large a file is that was not read because no scenario is that large. */
export type ReadText = (
  file: string,
) => { ok: true; text: string } | { ok: false; reason: string; size?: string };

/** The name under which the values of `--set` appear in places. */
export const SET_SOURCE = '--set';

/** Changes that one file may make. */
const CHANGE_LIMIT = 1_000;

/** Values that all changes together may touch: ten of every host of the largest scenario. */
const CHANGE_BUDGET = 100_000;

/** These are joined key by key; everything else in a file replaces what is below it. */
const SECTIONS = new Set(['datastores', 'networks', 'pki', 'internet', 'proxies', 'platform']);

/** Joins a scenario's layers. */
export class Layers {
  readonly sources: Source[] = [];
  readonly issues: Issues;
  readonly readText: ReadText;
  readonly #budget: Budget = { left: CHANGE_BUDGET };

  constructor(readText: ReadText, issues: Issues) {
    this.readText = readText;
    this.issues = issues;
  }

  /** The file on top of what it extends. */
  scenario(file: string, chain: readonly string[] = [], from?: Place): Tree | undefined {
    const tree = this.#load(file, from);
    const base = this.#base(tree, file, [...chain, file]);
    if (tree === undefined || base === 'broken') return undefined;
    return this.#join(base, tree);
  }

  /** A further file on top of a scenario. What it extends is not followed: the scenario stands in its place. */
  overlay(below: Tree, file: string): Tree | undefined {
    const tree = this.#load(file, undefined);
    if (tree === undefined) return undefined;
    const extended = entryOf(tree, 'extends')?.value;
    const name =
      extended?.kind === 'scalar' && typeof extended.value === 'string' ? extended.value : undefined;
    if (extended !== undefined && !this.#knows(name, file)) {
      this.issues.warning('extends.ignored', 'an overlay does not bring what it extends', {
        place: extended.place,
        reason: 'it is applied to the scenario that was named first',
        help: 'give this file as the scenario instead, or leave out `extends`',
      });
    }
    return this.#join(below, tree);
  }

  /** The values of `--set`, in the order given. */
  sets(below: Tree, sets: readonly string[]): Tree {
    const text = sets.join('\n');
    this.sources.push({ name: SET_SOURCE, text });
    let tree = below;
    let line = 1;
    for (const set of sets) {
      tree = this.#set(tree, set, line);
      line += set.split('\n').length;
    }
    return tree;
  }

  #set(below: Tree, set: string, line: number): Tree {
    const equals = separator(set);
    const place = {
      file: SET_SOURCE,
      line,
      column: 1,
      length: Math.max(1, equals < 0 ? firstLine(set).length : equals),
    };
    if (equals < 1) {
      this.issues.error('set.syntax', `${quote(set)} is not a path and a value`, {
        place,
        reason: '--set takes the same paths as `change`, then `=`, then a value in YAML',
        help: "write it like `--set 'do[0].create-cluster.slaves=8'`",
      });
      return below;
    }
    const written = set.slice(equals + 1);
    const offset = { line, column: equals + 2 };
    const nothing: Tree = { kind: 'scalar', place, value: null, source: '' };
    const value = written.trim() === '' ? nothing : parseYaml(SET_SOURCE, written, this.issues, offset);
    if (value === undefined) return below;
    return applyChange(
      below,
      { path: set.slice(0, equals).trim(), place, value },
      this.issues,
      this.#budget,
      'set.syntax',
    );
  }

  #base(tree: MapTree | undefined, file: string, chain: readonly string[]): Tree | undefined | 'broken' {
    const extended = entryOf(tree, 'extends')?.value;
    if (extended === undefined || isNothing(extended)) return undefined;
    const { place } = extended;
    if (extended.kind !== 'scalar' || typeof extended.value !== 'string' || extended.value === '') {
      const reason = '`extends` names one other scenario file';
      this.issues.error('value.type', '`extends` must be the name of a file', {
        place,
        reason,
        help: 'write `extends: base.yaml`',
      });
      return 'broken';
    }
    const base = resolveFile(file, extended.value);
    if (chain.includes(base) || chain.length >= DEPTH_LIMIT) {
      this.issues.error(
        'extends.cycle',
        chain.includes(base) ? 'the files extend each other' : 'the chain is too long',
        {
          place,
          reason: visible([...chain, base].slice(-4).join(' extends ')),
          help: 'let one file of the chain be complete, without `extends`',
        },
      );
      return 'broken';
    }
    return this.scenario(base, chain, place) ?? 'broken';
  }

  #load(file: string, from: Place | undefined): MapTree | undefined {
    const place = from ?? { file, line: 1, column: 1, length: 1 };
    const read = this.readText(file);
    if (!read.ok && read.size !== undefined) {
      this.issues.list.push(tooBig(read.size, place));
      return undefined;
    }
    if (!read.ok) {
      this.issues.error('file.unreadable', `${quote(file)} cannot be read: ${visible(read.reason)}`, {
        place,
        reason: from === undefined ? 'it was named on the command line' : 'it is what this file extends',
        help: 'check the name; names in `extends` are relative to the file that says so',
      });
      return undefined;
    }
    const text = read.text.startsWith('\ufeff') ? read.text.slice(1) : read.text;
    const before = this.issues.list.length;
    const tree = parseYaml(file, text, this.issues);
    const refused = this.issues.list.slice(before).some((issue) => issue.code === 'file.too-big');
    this.sources.push({ name: file, text: refused ? '' : text });
    return tree === undefined ? undefined : this.#checkTop(tree);
  }

  #checkTop(tree: Tree): MapTree | undefined {
    if (tree.kind !== 'map') {
      this.issues.error('value.type', 'a scenario must be a map', {
        place: tree.place,
        reason: 'its sections are keys such as `hosts`, `networks` and `do`',
        help: 'write `version: 1` on the first line, then the sections',
      });
      return undefined;
    }
    const version = entryOf(tree, 'version')?.value;
    if (version === undefined || isNothing(version) || (version.kind === 'scalar' && version.value === 1))
      return tree;
    this.issues.error('version.unsupported', 'this version of the scenario language is not known', {
      place: version.place,
      reason: 'this program reads version 1',
      help: 'write `version: 1`, or use a newer premortem',
    });
    return { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== 'version')) };
  }

  #join(base: Tree | undefined, tree: MapTree): Tree {
    const entries = new Map(base?.kind === 'map' ? base.entries : []);
    for (const [key, entry] of tree.entries) {
      if (key === 'extends' || key === 'change') continue;
      const below = entries.get(key)?.value;
      let { value } = entry;
      if (isNothing(value)) continue;
      if (RANGED.has(key)) value = joinRanges(key, below, value, this.issues);
      else if (SECTIONS.has(key)) value = refine(below, value);
      entries.set(key, { ...entry, value });
    }
    return this.#change({ kind: 'map', place: tree.place, entries }, entryOf(tree, 'change')?.value);
  }

  #change(tree: Tree, changes: Tree | undefined): Tree {
    if (changes === undefined || isNothing(changes)) return tree;
    if (changes.kind !== 'map') {
      this.issues.error('value.type', '`change` must be a map', {
        place: changes.place,
        reason: 'it holds new values by dotted path',
        help: 'write `change:` and below it lines such as `networks.mgmt.dhcp.enabled: false`',
      });
      return tree;
    }
    if (changes.entries.size > CHANGE_LIMIT) {
      this.issues.error('value.range', `there are more than ${CHANGE_LIMIT} changes`, {
        place: changes.place,
        reason: 'each of them makes a new scenario of the one before',
        help: 'state whole sections instead, or use globs',
      });
      return tree;
    }
    let changed = tree;
    for (const [path, { key, value }] of changes.entries) {
      changed = applyChange(changed, { path, place: key, value }, this.issues, this.#budget);
    }
    return changed;
  }

  #knows(name: string | undefined, file: string): boolean {
    if (name === undefined) return true;
    const resolved = resolveFile(file, name);
    return this.sources.some((source) => source.name === resolved);
  }
}

/** The equals sign that ends the path: not one inside quotes. */
function separator(set: string): number {
  let quoted = false;
  for (let i = 0; i < set.length; i += 1) {
    if (set[i] === '"') quoted = !quoted;
    if (set[i] === '=' && !quoted) return i;
  }
  return -1;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** The name as seen from the folder of the file that mentions it, without `.` and `..` where they can be resolved. */
export function resolveFile(from: string, name: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(name)) return name;
  const folder = from.split(/[/\\]/).slice(0, -1);
  for (const part of name.split(/[/\\]/)) {
    if (part === '.' || part === '') continue;
    if (part === '..' && folder.length > 0 && !['..', '.', ''].includes(folder.at(-1)!)) folder.pop();
    else folder.push(part);
  }
  return folder.join('/');
}
