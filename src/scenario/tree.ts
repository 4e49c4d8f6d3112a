/**
 * What was written, as a tree that remembers where. Trees are never changed: layers and changes make new ones that
 * share what stayed the same, so that every value keeps the place in the file it came from.
 */
import type { Place } from '../base/issue.ts';

/** A place in the tree: keys of maps and indices of lists. */
export type Path = readonly (string | number)[];

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** The characters as written, without quotes. */
  readonly source: string;
}

export interface ListTree {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface Entry {
  readonly key: Place;
  /** The key as written: for a member of a range, the range. */
  readonly written: string;
  readonly value: Tree;
}

export interface MapTree {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Entry>;
}

export type Tree = ScalarTree | ListTree | MapTree;

/** Whether nothing is written there: `key:` without a value is as good as no key. */
export function isNothing(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null);
}

/** The map's value at the key, if the tree is a map that has it. */
export function entryOf(tree: Tree | undefined, key: string): Entry | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key) : undefined;
}

/** The tree at the path, or undefined. */
export function find(tree: Tree, path: Path): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const step of path) here = stepInto(here, step)?.value;
  return here;
}

/** Where the value at the path was written: of a scalar its text, of a map or list its key. Ancestors stand in. */
export function placeAt(tree: Tree, path: Path): Place {
  let here = tree;
  let place = tree.place;
  for (const step of path) {
    const next = stepInto(here, step);
    if (next === undefined) break;
    here = next.value;
    place = here.kind === 'scalar' && here.value !== null ? here.place : (next.key ?? here.place);
  }
  return place;
}

/** Where the last key of the path was written, or undefined when it was not. */
export function keyPlaceAt(tree: Tree, path: Path): Place | undefined {
  const parent = find(tree, path.slice(0, -1));
  const last = path.at(-1);
  return last === undefined || parent === undefined ? undefined : stepInto(parent, last)?.key;
}

/** Deep merge: maps are joined key by key, everything else is replaced; nothing written replaces nothing. */
export function refine(base: Tree | undefined, over: Tree): Tree {
  if (base === undefined) return over;
  if (isNothing(over)) return base;
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    entries.set(key, { ...entry, value: refine(entries.get(key)?.value, entry.value) });
  }
  return { ...over, entries };
}

/** How many values the tree has when shared parts count as often as they are used. */
export function weigh(tree: Tree, known = new Map<Tree, number>()): number {
  if (tree.kind === 'scalar') return 1;
  const before = known.get(tree);
  if (before !== undefined) return before;
  let weight = 1;
  if (tree.kind === 'list') for (const item of tree.items) weight += weigh(item, known);
  else for (const { value } of tree.entries.values()) weight += weigh(value, known);
  known.set(tree, weight);
  return weight;
}

function stepInto(tree: Tree | undefined, step: string | number): { key?: Place; value: Tree } | undefined {
  if (typeof step === 'string') return entryOf(tree, step);
  const item = tree?.kind === 'list' ? tree.items[step] : undefined;
  return item === undefined ? undefined : { value: item };
}
