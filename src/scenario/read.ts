/** The front door: files in, a checked scenario or the list of its mistakes out. */
import { type Issue, Issues, type Place } from '../base/issue.ts';
import { Desk } from './desk.ts';
import { Layers, type ReadText, type Source } from './layers.ts';
import { locate } from './locate.ts';
import { isName } from './names.ts';
import { plainOf } from './plain.ts';
import { resolveScenario, type Vocabulary } from './resolve.ts';
import { shapeOf } from './shape.ts';
import type { Tree } from './tree.ts';
import type { Scenario } from './types.ts';

/** What to read, and how. */
export interface Request {
  readonly file: string;
  /** Further files applied on top, in this order. */
  readonly overlays?: readonly string[];
  /** `path=value` of `--set`; the value is YAML. */
  readonly sets?: readonly string[];
  readonly readText: ReadText;
  /** When given, codes in `expect` and metrics in `thresholds` must be among these. */
  readonly words?: Vocabulary;
}

/** A scenario that can be simulated, and where each part of it was written. */
export interface Checked {
  readonly scenario: Scenario;
  /** Warnings only. */
  readonly issues: readonly Issue[];
  /** Every file that was read, then the pseudo-source `--set` when used. */
  readonly sources: readonly Source[];
  /** Where the value at this dotted path was written; the nearest existing ancestor when it is a default. */
  readonly place: (path: string) => Place | undefined;
  /** The file that says the value at this dotted path, or `default`. */
  readonly origin: (path: string) => 'default' | string;
  /** Plain data after all layers, before defaults. */
  readonly merged: unknown;
}

/** Checked, or what is wrong. */
export type Reading =
  | { readonly ok: true; readonly checked: Checked }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly sources: readonly Source[] };

/** More issues than this are counted, not listed. */
const ISSUE_LIMIT = 20;

/** Reads and checks a scenario. Never throws for anything a file can contain. */
export function readScenario(request: Request): Reading {
  const issues = new Issues();
  const layers = new Layers(request.readText, issues);
  const tree = joined(layers, request);
  const scenario = tree === undefined ? undefined : check(tree, issues, request);
  const list = sorted(issues.list, layers.sources);
  if (tree === undefined || scenario === undefined || issues.failed) {
    return { ok: false, issues: limited(list), sources: layers.sources };
  }
  return {
    ok: true,
    checked: {
      scenario,
      issues: limited(list),
      sources: layers.sources,
      place: (path) => locate(tree, path)?.place,
      origin: (path) => originOf(tree, path),
      merged: plainOf(tree),
    },
  };
}

function joined(layers: Layers, request: Request): Tree | undefined {
  let tree = layers.scenario(request.file);
  for (const overlay of request.overlays ?? []) tree = tree && layers.overlay(tree, overlay);
  const { sets = [] } = request;
  return tree !== undefined && sets.length > 0 ? layers.sets(tree, sets) : tree;
}

function check(tree: Tree, issues: Issues, request: Request): Scenario | undefined {
  const shaped = shapeOf(tree, issues);
  if (shaped === undefined) return undefined;
  const desk = new Desk(tree, issues, shaped.pruned);
  return resolveScenario(desk, shaped.written, nameOfFile(request.file), request.words ?? {});
}

/** The name of the file without folder and ending, when it can be a name. */
function nameOfFile(file: string): string {
  const base = file.split(/[/\\]/).at(-1) ?? '';
  const name = base
    .replace(/\.ya?ml$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63);
  return isName(name) ? name : 'scenario';
}

function originOf(tree: Tree, path: string): string {
  const located = locate(tree, path);
  return located?.exact ? located.place.file : 'default';
}

/** In reading order, each mistake once: a mistake in a range is found for every host of it. */
function sorted(list: readonly Issue[], sources: readonly Source[]): readonly Issue[] {
  const order = new Map(sources.map((source, index) => [source.name, index]));
  const rank = ({ place }: Issue): number => (place === undefined ? -1 : (order.get(place.file) ?? -1));
  const unique = new Map<string, Issue>();
  for (const issue of list) {
    const { place } = issue;
    const key = `${issue.code} ${place?.file}:${place?.line}:${place?.column}`;
    if (!unique.has(key)) unique.set(key, issue);
  }
  return [...unique.values()].sort((a, b) => {
    const byFile = rank(a) - rank(b);
    const byLine = (a.place?.line ?? 0) - (b.place?.line ?? 0);
    return byFile || byLine || (a.place?.column ?? 0) - (b.place?.column ?? 0);
  });
}

/** Errors before warnings when there is no room for all. */
function limited(list: readonly Issue[]): readonly Issue[] {
  if (list.length <= ISSUE_LIMIT) return list;
  const errors = list.filter((issue) => issue.severity === 'error');
  const warnings = list.filter((issue) => issue.severity !== 'error');
  const room = new Set([...errors, ...warnings].slice(0, ISSUE_LIMIT));
  const shown = list.filter((issue) => room.has(issue));
  const severity = errors.length > 0 ? 'error' : 'warning';
  const rest = list.length - shown.length;
  const reason = 'the first ones often cause the others';
  const help = 'mend those above and check again';
  return [...shown, { severity, code: 'issues.more', message: `and ${rest} more`, reason, help }];
}
