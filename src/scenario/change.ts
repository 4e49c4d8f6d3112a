/** `change` and `--set`: a new value at a dotted path, which must lead to something that exists or could. */
import type { Issues, Place } from '../base/issue.ts';
import { expandRange, isOwnKey, matchesGlob, nearest } from './names.ts';
import { joinedKeys, parsePath, type Step } from './path.ts';
import { scenarioSchema } from './schema.ts';
import { childOf, keysOf, mapKind, type Schema } from './schema-walk.ts';
import { choices, quote } from './show.ts';
import { type Entry, isNothing, type MapTree, type Tree } from './tree.ts';

/** One wish: the path as written, where it was written, and the value. */
export interface Change {
  readonly path: string;
  readonly place: Place;
  readonly value: Tree;
}

/** Values that all changes of a scenario may still touch; globs use it up. */
export interface Budget {
  left: number;
}

interface Spot {
  readonly tree: Tree | undefined;
  readonly schema: Schema | undefined;
  /** Inside a list nothing is made on the way: `do[0].create-vm.name` needs a `create-vm` there. */
  readonly inList: boolean;
  readonly at: number;
}

/** The tree with the change made; the same tree, and an issue, when the path leads nowhere. */
export function applyChange(
  root: Tree,
  change: Change,
  issues: Issues,
  budget: Budget,
  syntaxCode = 'change.nowhere',
): Tree {
  const steps = parsePath(change.path);
  if (steps === undefined) {
    issues.error(syntaxCode, `${quote(change.path)} is not a path`, {
      place: change.place,
      reason: 'a path is keys joined by dots, and indices of lists in brackets',
      help: 'write it like `networks.mgmt.dhcp.enabled`, `do[0].at` or `internet."quay.io".up`',
    });
    return root;
  }
  const changer = new Changer(steps, change, budget);
  const changed = changer.at({ tree: root, schema: scenarioSchema, inList: false, at: 0 });
  if (changer.miss === undefined) return changed ?? root;
  issues.error('change.nowhere', `${quote(change.path)} leads nowhere: ${changer.miss.message}`, {
    place: change.place,
    reason: 'a change that changes nothing would go unnoticed',
    help: changer.miss.help,
  });
  return root;
}

class Changer {
  miss: { readonly message: string; readonly help: string } | undefined;
  readonly steps: readonly Step[];
  readonly change: Change;
  readonly budget: Budget;

  constructor(steps: readonly Step[], change: Change, budget: Budget) {
    this.steps = steps;
    this.change = change;
    this.budget = budget;
  }

  /** The new tree at the spot; undefined removes it. */
  at(spot: Spot): Tree | undefined {
    const step = this.steps[spot.at];
    if (step === undefined) return isNothing(this.change.value) ? undefined : this.change.value;
    const tree = isNothing(spot.tree) ? undefined : spot.tree;
    if ('index' in step) return this.#item(tree, spot, step.index);
    if (tree?.kind === 'list')
      return this.#missed(`${this.#name(spot.at)} is in a list`, `write an index such as \`[0]\``);
    if (tree?.kind === 'scalar' || (tree === undefined && mapKind(spot.schema) === undefined)) {
      return this.#missed(
        `nothing can be under ${this.#name(spot.at - 1)}`,
        'leave out the rest of the path',
      );
    }
    return this.#map(tree ?? this.#empty(), spot);
  }

  #item(tree: Tree | undefined, spot: Spot, index: number): Tree | undefined {
    if (tree?.kind !== 'list') {
      return this.#missed(`${this.#name(spot.at - 1)} is not a list`, 'write a key instead of the index');
    }
    const item = tree.items[index];
    // One past the end appends a whole item.
    const whole = spot.at + 1 === this.steps.length && !isNothing(this.change.value);
    if (item === undefined && index === tree.items.length && whole)
      return { ...tree, items: [...tree.items, this.change.value] };
    if (item === undefined) {
      const last = tree.items.length - 1;
      const help = last < 0 ? 'replace the whole list' : `use an index from 0 to ${last}`;
      return this.#missed(`the list has ${tree.items.length} items`, help);
    }
    const schema = childOf(spot.schema, index);
    const changed = this.at({ tree: item, schema, inList: true, at: spot.at + 1 });
    const items = changed === undefined ? tree.items.toSpliced(index, 1) : tree.items.with(index, changed);
    return { ...tree, items };
  }

  #map(tree: MapTree, spot: Spot): Tree | undefined {
    const keys = this.#keys(tree, spot);
    this.budget.left -= keys.length;
    if (this.budget.left < 0)
      return this.#missed('the changes touch too many values', 'state whole sections instead');
    const entries = new Map(tree.entries);
    for (const { key, next } of keys) {
      const old = entries.get(key);
      const child = { tree: old?.value, schema: childOf(spot.schema, key), inList: spot.inList, at: next };
      const value = this.at(child);
      if (this.miss !== undefined) return undefined;
      if (value === undefined) entries.delete(key);
      else entries.set(key, this.#entry(key, old, value, next === this.steps.length));
    }
    return { ...tree, entries };
  }

  #entry(key: string, old: Entry | undefined, value: Tree, last: boolean): Entry {
    if (old !== undefined && !last) return { ...old, value };
    return { key: this.change.place, written: old?.written ?? key, value };
  }

  /** The keys that the next step means, in the order of the tree. */
  #keys(tree: MapTree, spot: Spot): readonly { key: string; next: number }[] {
    const known = keysOf(spot.schema);
    for (const joined of joinedKeys(this.steps, spot.at)) {
      if (tree.entries.has(joined.key) || known.includes(joined.key)) {
        return this.#may(tree, spot, joined) ? [joined] : this.#none(tree, spot, joined.key);
      }
    }
    const step = this.steps[spot.at] as { key: string; quoted: boolean };
    const next = spot.at + 1;
    if (!step.quoted && step.key.includes('*')) {
      const fitting = [...tree.entries.keys()].filter((key) => matchesGlob(step.key, key));
      return fitting.length > 0 ? fitting.map((key) => ({ key, next })) : this.#none(tree, spot, step.key);
    }
    const range = step.quoted ? undefined : expandRange(step.key);
    const names = range?.ok ? range.names : [step.key];
    const missing = names.find((key) => !this.#may(tree, spot, { key, next }));
    return missing === undefined ? names.map((key) => ({ key, next })) : this.#none(tree, spot, missing);
  }

  /** Whether the key is there, or may be made. */
  #may(tree: MapTree, spot: Spot, { key, next }: { key: string; next: number }): boolean {
    if (tree.entries.has(key)) return true;
    const last = next === this.steps.length;
    if (key === '__proto__') return false;
    if (isOwnKey(key)) return last;
    if (mapKind(spot.schema) === 'named') return last;
    return childOf(spot.schema, key) !== undefined && (last || !spot.inList);
  }

  #none(tree: MapTree, spot: Spot, key: string): readonly never[] {
    const possible = [...new Set([...tree.entries.keys(), ...(spot.inList ? [] : keysOf(spot.schema))])];
    const close = nearest(key, possible);
    const where = spot.at === 0 ? 'a scenario' : this.#name(spot.at - 1);
    const some = possible.slice(0, 12);
    const listed = some.length === 0 ? `there is nothing in ${where}` : `there is ${choices(some)}`;
    this.#missed(
      `${where} has no ${quote(key)}`,
      close === undefined ? listed : `did you mean ${quote(close)}?`,
    );
    return [];
  }

  #missed(message: string, help: string): undefined {
    this.miss ??= { message, help };
    return undefined;
  }

  #name(at: number): string {
    const step = this.steps[at];
    if (step === undefined) return 'the scenario';
    return 'index' in step ? `item ${step.index}` : quote(step.key);
  }

  #empty(): MapTree {
    return { kind: 'map', place: this.change.place, entries: new Map() };
  }
}
