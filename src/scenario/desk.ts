/** What every check has on its desk: the tree for places, the issues, and the names that exist. */
import type { Issue, Issues, Place } from '../base/issue.ts';
import { formatAddress } from './address.ts';
import { expandRange, isOwnKey, isPattern, matchesGlob, nearest } from './names.ts';
import { formatPath } from './path.ts';
import { RANGED } from './ranges.ts';
import type { Pruned } from './shape.ts';
import { choices, quote } from './show.ts';
import { entryOf, find, keyPlaceAt, type Path, placeAt, type Tree } from './tree.ts';

/** Kinds of things that are declared in one section and named in others. */
const SECTIONS = {
  host: ['hosts'],
  datastore: ['datastores'],
  network: ['networks'],
  machine: ['machines'],
  root: ['pki', 'roots'],
  intermediate: ['pki', 'intermediates'],
  site: ['internet'],
  flavor: ['platform', 'flavors'],
  tenant: ['platform', 'tenants'],
} as const satisfies Record<string, Path>;

/** A kind of thing that a section declares. */
export type Kind = keyof typeof SECTIONS;

/** Things that all patterns together may stand for. */
const SELECTION_LIMIT = 200_000;

type More = Omit<Issue, 'severity' | 'code' | 'message' | 'place'>;

/** The desk of the checks that come after the shape is right. */
export class Desk {
  readonly tree: Tree;
  readonly issues: Issues;
  readonly #pruned: Pruned;
  #selected = 0;
  readonly #names = new Map<string, readonly string[] | undefined>();

  constructor(tree: Tree, issues: Issues, pruned: Pruned) {
    this.tree = tree;
    this.issues = issues;
    this.#pruned = pruned;
  }

  error(code: string, path: Path, message: string, more: More): void {
    this.issues.error(code, message, { place: placeAt(this.tree, path), ...more });
  }

  warning(code: string, path: Path, message: string, more: More): void {
    this.issues.warning(code, message, { place: placeAt(this.tree, path), ...more });
  }

  keyPlace(path: Path): Place {
    return keyPlaceAt(this.tree, path) ?? placeAt(this.tree, path);
  }

  /** The keys of the map at the path, in the order written. */
  keysAt(path: Path): readonly string[] {
    const tree = find(this.tree, path);
    return tree?.kind === 'map' ? [...tree.entries.keys()] : [];
  }

  /** The path as the scenario shows it, with a host or machine of a range under the range. */
  label(path: Path): string {
    const [section, name, ...rest] = path;
    if (typeof section !== 'string' || !RANGED.has(section) || typeof name !== 'string')
      return formatPath(path);
    return formatPath([section, entryOf(find(this.tree, [section]), name)?.written ?? name, ...rest]);
  }

  /** Whether a part was wrong and left out, so that its absence is no further mistake. */
  wasPruned(path: Path): boolean {
    for (let end = path.length; end > 0; end -= 1) {
      if (this.#pruned.paths.has(formatPath(path.slice(0, end)))) return true;
    }
    return false;
  }

  /** Whether some part of it was wrong and left out. */
  lostParts(path: Path): boolean {
    return this.#pruned.above.has(formatPath(path));
  }

  /** The value, or the stand-in and an issue when it was not written. */
  need<T>(value: T | undefined, path: Path, standIn: T, example: string): T {
    if (value !== undefined) return value;
    if (this.wasPruned(path)) return standIn;
    const parent = path.slice(0, -1);
    const key = String(path.at(-1));
    const owner = parent.length === 0 ? 'the scenario' : quote(formatPath(parent));
    this.error('key.missing', parent, `${owner} has no ${quote(key)}`, {
      reason: `there is no default for ${quote(key)}`,
      help: `write \`${key}: ${example}\``,
    });
    return standIn;
  }

  /** The names that a section declares; undefined when the section was wrong and nobody knows. */
  names(
    kind: Kind,
    container: Path = SECTIONS[kind],
    extra: readonly string[] = [],
  ): readonly string[] | undefined {
    const key = formatPath(container);
    if (!this.#names.has(key)) this.#names.set(key, this.#collect(container, extra));
    return this.#names.get(key);
  }

  #collect(container: Path, extra: readonly string[]): readonly string[] | undefined {
    if (this.wasPruned(container)) return undefined;
    const section = find(this.tree, container);
    const keys = section?.kind === 'map' ? [...section.entries.keys()].filter((key) => !isOwnKey(key)) : [];
    return [...extra, ...keys];
  }

  /** Checks that the name is declared. True when it is, or when nobody can know. */
  known(kind: string, name: string, path: Path, names: readonly string[] | undefined): boolean {
    if (names === undefined || names.includes(name)) return true;
    this.error('name.unknown', path, `there is no ${kind} ${quote(name)}`, {
      reason: 'every name that is used must be declared',
      help: this.#suggest(kind, name, names),
    });
    return false;
  }

  /** Checks a reference to something of a kind that has its own section. */
  refer(kind: Kind, name: string, path: Path, extra: readonly string[] = []): boolean {
    return this.known(kind, name, path, this.names(kind, SECTIONS[kind], extra));
  }

  /** The names of a kind that a name, a glob or a range stands for, in the order of their declaration. */
  select(kind: Kind, pattern: string, path: Path): readonly string[] {
    return this.selectFrom(kind, this.names(kind), pattern, path);
  }

  /** Those of the given names that a name, a glob or a range stands for; none are given when nobody knows them. */
  selectFrom(
    kind: string,
    names: readonly string[] | undefined,
    pattern: string,
    path: Path,
  ): readonly string[] {
    if (names === undefined || this.#selected > SELECTION_LIMIT) return [];
    if (!isPattern(pattern)) return this.known(kind, pattern, path, names) ? [pattern] : [];
    if (!pattern.includes('*')) {
      const range = expandRange(pattern);
      return range.ok
        ? range.names.filter((name) => this.known(kind, name, path, names))
        : this.#badRange(range, path);
    }
    const fitting = names.filter((name) => matchesGlob(pattern, name));
    if (fitting.length > 0) return this.#count(fitting, path);
    this.error('name.unknown', path, `no ${kind} fits ${quote(pattern)}`, {
      reason: 'a pattern that fits nothing is a mistake',
      help: names.length === 0 ? `declare a ${kind}` : `there is ${choices(names.slice(0, 12), 'and')}`,
    });
    return [];
  }

  #count(fitting: readonly string[], path: Path): readonly string[] {
    this.#selected += fitting.length;
    if (this.#selected <= SELECTION_LIMIT) return fitting;
    this.error(
      'value.range',
      path,
      `the patterns of this scenario stand for more than ${SELECTION_LIMIT} things`,
      {
        reason: 'each of them would take part in the simulation',
        help: 'name fewer hosts, or use fewer patterns',
      },
    );
    return [];
  }

  #badRange(range: { readonly message: string; readonly help: string }, path: Path): readonly string[] {
    this.error('value.range', path, range.message, { reason: 'a range counts up', help: range.help });
    return [];
  }

  #suggest(kind: string, name: string, names: readonly string[]): string {
    if (isOwnKey(name)) return `keys that begin with x- are your own and declare nothing: rename the ${kind}`;
    const close = this.issues.list.length > 200 ? undefined : nearest(name, names);
    if (close !== undefined) return `did you mean ${quote(close)}?`;
    return names.length === 0 ? `declare a ${kind} first` : `there is ${choices(names.slice(0, 12), 'and')}`;
  }
}

/** An address in a message. */
export function shownAddress(address: number): string {
  return quote(formatAddress(address));
}
