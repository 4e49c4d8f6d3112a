/** YAML text to a tree with places. The only file that knows the parser's own nodes. */
import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from 'yaml';
import type { Issues, Place } from '../base/issue.ts';
import { quote } from './show.ts';
import { DEPTH_LIMIT, depthIssue, largeIssue, refuseText } from './text.ts';
import type { Entry, Tree } from './tree.ts';

/** More values than this, counting what aliases repeat, are refused. */
const NODE_LIMIT = 100_000;

/** No place is longer; more would not fit on a screen. */
const LONGEST_PLACE = 400;
/** Syntax mistakes that are looked at; the first ones cause the others. */
const SYNTAX_LIMIT = 50;

/** Where the text begins in its source: the value of a `--set` starts behind the equals sign. */
export interface Offset {
  readonly line: number;
  readonly column: number;
}

interface Grown {
  readonly tree: Tree;
  /** Values in it, aliases counted as often as they are used. */
  readonly weight: number;
  readonly height: number;
}

/** Reads one YAML document. Undefined when it cannot be trusted; the issues then say why. */
export function parseYaml(file: string, text: string, issues: Issues, offset?: Offset): Tree | undefined {
  const refused = refuseText(file, text);
  if (refused !== undefined) {
    issues.list.push(refused);
    return undefined;
  }
  return new Grower(file, text, issues, offset).grow();
}

/** A mistake after which no tree exists. */
class Stop extends Error {}

class Grower {
  readonly #lines = new LineCounter();
  readonly #anchors = new Map<string, Grown>();
  #weight = 0;
  readonly file: string;
  readonly text: string;
  readonly issues: Issues;
  readonly offset: Offset | undefined;

  constructor(file: string, text: string, issues: Issues, offset: Offset | undefined) {
    this.file = file;
    this.text = text;
    this.issues = issues;
    this.offset = offset;
  }

  grow(): Tree | undefined {
    const contents = this.#document();
    if (contents === undefined) return undefined;
    try {
      return this.#node(contents, 1).tree;
    } catch (error) {
      if (error instanceof Stop) return undefined;
      throw error;
    }
  }

  /** Keys are checked for duplicates here and not by the parser, which would compare each with each. */
  #document(): unknown {
    const options = {
      lineCounter: this.#lines,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    } as const;
    let document: ReturnType<typeof parseDocument>;
    try {
      document = parseDocument(this.text, { ...options, version: '1.2', schema: 'core', merge: false });
    } catch {
      this.#syntax('this cannot be read as YAML', this.#place(0, 1));
      return undefined;
    }
    const seen = new Set<number>();
    for (const { pos, message } of [...document.errors, ...document.warnings].slice(0, SYNTAX_LIMIT)) {
      const place = this.#place(pos[0], pos[1]);
      // What follows on the same line is a consequence of the first.
      if (!seen.has(place.line)) this.#syntax(lowerFirst(message), place);
      seen.add(place.line);
    }
    if (seen.size > 0) return undefined;
    if (document.contents === null) this.#syntax('the file holds no data', this.#place(0, 1));
    return document.contents ?? undefined;
  }

  #syntax(message: string, place: Place): void {
    const reason = 'the text is not one YAML 1.2 document, so nothing in it can be relied on';
    this.issues.error('yaml.syntax', message.slice(0, 200), {
      place,
      reason,
      help: this.#syntaxHelp(message, place),
    });
  }

  #syntaxHelp(message: string, place: Place): string {
    const start = this.#lines.lineStarts[place.line - (this.offset?.line ?? 1)] ?? 0;
    const line = this.text.slice(start, start + LONGEST_PLACE).split('\n', 1)[0] ?? '';
    if (/\]\s*->/.test(line)) return 'put quotes around the whole value: `path: "[mgmt, dmz] -> internet"`';
    if (/\{.*\[\d+-\d+\]/.test(line)) return 'inside braces a range needs quotes: `{ "esx-[01-04]": ... }`';
    if (line.includes('\t')) return 'indent with spaces: YAML does not allow tabs there';
    if (/tag/i.test(message)) return 'leave out the `!` tag, or put quotes around the value';
    if (/multiple documents/i.test(message)) return 'put each document into a file of its own';
    return 'check brackets, quotes, colons and indentation here and on the line above; put quotes around values with special characters';
  }

  #node(node: unknown, depth: number): Grown {
    if (isAlias(node)) return this.#alias(node, depth);
    const range = (node as { range?: readonly number[] | null } | null)?.range ?? [0, 1];
    const place = this.#place(range[0] ?? 0, range[1] ?? 1);
    if (depth > DEPTH_LIMIT + 1) this.#stop(() => this.issues.list.push(depthIssue(place)));
    const grown = this.#grown(node, place, depth);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, grown);
    return grown;
  }

  #grown(node: unknown, place: Place, depth: number): Grown {
    this.#count(1, place);
    if (isMap(node)) return this.#map(node.items, place, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item, depth + 1));
      return join({ kind: 'list', place, items: items.map((item) => item.tree) }, items);
    }
    if (isScalar(node)) return { tree: this.#scalar(node, place), weight: 1, height: 1 };
    return { tree: { kind: 'scalar', place, value: null, source: '' }, weight: 1, height: 1 };
  }

  #scalar(node: Scalar, place: Place): Tree {
    const { value } = node;
    const source = node.source ?? String(value);
    const simple =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
    return { kind: 'scalar', place, value: simple ? value : source, source };
  }

  #map(pairs: readonly { key: unknown; value: unknown }[], place: Place, depth: number): Grown {
    const entries = new Map<string, Entry>();
    const values: Grown[] = [];
    for (const pair of pairs) {
      const key = this.#key(pair.key, place);
      const value = this.#node(pair.value ?? null, depth + 1);
      if (key === undefined) continue;
      const first = entries.get(key.name);
      if (first !== undefined) {
        this.#duplicate(key.name, key.place, first.key);
        continue;
      }
      const tree = pair.value === null ? { ...value.tree, place: key.place } : value.tree;
      entries.set(key.name, { key: key.place, written: key.name, value: tree });
      values.push(value);
    }
    return join({ kind: 'map', place, entries }, values);
  }

  #duplicate(name: string, place: Place, first: Place): void {
    this.issues.error('yaml.duplicate-key', `${quote(name)} is written twice`, {
      place,
      reason: `it is already on line ${first.line}, and only one of them can count`,
      help: `remove one of them, or join what they say`,
    });
  }

  #key(node: unknown, map: Place): { name: string; place: Place } | undefined {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    const place = range == null ? map : this.#place(range[0] ?? 0, range[1] ?? 1);
    if (!isScalar(node) || node.value === null) {
      this.issues.error('value.type', 'a key must be text', {
        place,
        reason: 'maps, lists and empty keys are not names',
        help: 'write a name before the colon, in quotes if it has special characters',
      });
      return undefined;
    }
    const name = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    if (name !== '__proto__') return { name, place };
    this.issues.error('name.invalid', '`__proto__` is not a key', {
      place,
      reason: 'JavaScript gives this word a meaning of its own',
      help: 'use another name',
    });
    return undefined;
  }

  #alias(node: Alias, depth: number): Grown {
    const [start = 0, end = 1] = node.range ?? [];
    const place = this.#place(start, end);
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      return this.#stop(() =>
        this.#syntax(`the alias \`*${quote(node.source).slice(1)} has no anchor before it`, place),
      );
    }
    if (depth + target.height > DEPTH_LIMIT + 2) this.#stop(() => this.issues.list.push(depthIssue(place)));
    this.#count(target.weight, place);
    return target;
  }

  #count(weight: number, place: Place): void {
    this.#weight += weight;
    if (this.#weight <= NODE_LIMIT) return;
    this.#stop(() => this.issues.list.push(largeIssue(place)));
  }

  #stop(report: () => void): never {
    report();
    throw new Stop();
  }

  /** The stretch as a place, cut at the end of its first line. */
  #place(start: number, end: number): Place {
    const from = Math.min(start, this.text.length);
    const position = this.#lines.linePos(from);
    const stretch = this.text.slice(from, Math.min(end, from + LONGEST_PLACE)).split('\n', 1)[0] ?? '';
    const length = Math.max(1, stretch.trimEnd().length);
    const line = Math.max(1, position.line);
    const column = Math.max(1, position.col);
    if (this.offset === undefined) return { file: this.file, line, column, length };
    const shift = line === 1 ? this.offset.column - 1 : 0;
    return { file: this.file, line: this.offset.line + line - 1, column: column + shift, length };
  }
}

function join(tree: Tree, parts: readonly Grown[]): Grown {
  let weight = 1;
  let height = 0;
  for (const part of parts) {
    weight += part.weight;
    height = Math.max(height, part.height);
  }
  return { tree, weight, height: height + 1 };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
