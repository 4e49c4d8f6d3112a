/** Checks the shape of a tree against the schema, and goes on with what is left when parts of it are wrong. */
import type { z } from 'zod';
import type { Issue, Issues } from '../base/issue.ts';
import { noteOf } from './fields.ts';
import { nearest } from './names.ts';
import { formatPath } from './path.ts';
import { meaningOf, type Plain } from './plain.ts';
import { scenarioSchema, type Written } from './schema.ts';
import { alternatives, childOf, documentation, keysOf, kindOf, type Schema } from './schema-walk.ts';
import { choices, quote } from './show.ts';
import { largeIssue } from './text.ts';
import { find, keyPlaceAt, type Path, placeAt, type Tree, weigh } from './tree.ts';

/** A scenario whose parts all have the right shape, and the paths of those that had not and were left out. */
export interface Shaped {
  readonly written: Written;
  readonly pruned: Pruned;
}

/** Paths of parts that were left out, and of everything above them. */
export interface Pruned {
  readonly paths: ReadonlySet<string>;
  readonly above: ReadonlySet<string>;
}

type ZodIssue = z.core.$ZodIssue;

/** Each round removes at least one wrong part; more rounds than this means that all of it is wrong. */
const ROUNDS = 50;
/** Values after ranges made hosts of them: room for ten thousand hosts. */
const WEIGHT_LIMIT = 500_000;
/** Unknown keys of one map that are compared with the known ones; the rest is only counted anyway. */
const PATIENCE = 100;

/** Checks the tree. Undefined when nothing usable is left. */
export function shapeOf(tree: Tree, issues: Issues): Shaped | undefined {
  if (weigh(tree) > WEIGHT_LIMIT) {
    issues.list.push(largeIssue(tree.place));
    return undefined;
  }
  const data = meaningOf(tree, scenarioSchema) as Plain;
  const pruned = { paths: new Set<string>(), above: new Set<string>() };
  for (let round = 0; round < ROUNDS; round += 1) {
    const result = scenarioSchema.safeParse(data);
    if (result.success) return { written: result.data, pruned };
    for (const found of result.error.issues) {
      for (const issue of explain(found, [], scenarioSchema, tree)) issues.list.push(issue);
      for (const path of wrongPaths(found)) prune(data, path, pruned);
    }
  }
  return undefined;
}

function wrongPaths(found: ZodIssue): readonly Path[] {
  const path = found.path as Path;
  return found.code === 'unrecognized_keys' ? found.keys.map((key) => [...path, key]) : [path];
}

/** Removes the nearest map entry around the path: items of a list keep their index, so their list goes. */
function prune(data: Plain, path: Path, pruned: { paths: Set<string>; above: Set<string> }): void {
  let end = path.length;
  while (end > 0 && typeof path[end - 1] === 'number') end -= 1;
  const cut = path.slice(0, end);
  let here: unknown = data;
  for (const step of cut.slice(0, -1)) here = (here as Plain | undefined)?.[step as string];
  const last = cut.at(-1);
  if (last === undefined || here === undefined || here === null) return;
  delete (here as Plain)[last as string];
  pruned.paths.add(formatPath(cut));
  for (let above = 1; above < end; above += 1) pruned.above.add(formatPath(cut.slice(0, above)));
}

/** One finding of the schema in the user's words. A union is explained by the alternative that was meant. */
function explain(found: ZodIssue, above: Path, schema: Schema, tree: Tree): readonly Issue[] {
  const path = [...above, ...(found.path as Path)];
  const here = (found.path as Path).reduce<Schema | undefined>(childOf, schema);
  if (found.code === 'unrecognized_keys')
    return found.keys.map((key, index) => unknownKey(key, path, here, tree, index >= PATIENCE));
  if (found.code === 'invalid_union') {
    const meant = found.errors.findIndex((issues) => issues.length > 0 && !issues.some(isOtherType));
    const option = here === undefined ? undefined : alternatives(here)[meant];
    if (option !== undefined)
      return found.errors[meant]!.flatMap((issue) => explain(issue, path, option, tree));
  }
  return [wrongValue(found, path, here, tree)];
}

/** Whether the value was of another type altogether than this alternative of the union. */
function isOtherType(issue: ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function unknownKey(key: string, path: Path, schema: Schema | undefined, tree: Tree, tired: boolean): Issue {
  const known = tired ? [] : keysOf(schema);
  const close = tired ? undefined : nearest(key, known);
  const where = path.length === 0 ? 'a scenario' : quote(formatPath(path));
  return {
    severity: 'error',
    code: 'key.unknown',
    message: `${quote(key)} is not a key of ${where}`,
    place: keyPlaceAt(tree, [...path, key]) ?? placeAt(tree, path),
    reason: 'a key that means nothing here would be ignored, and the mistake with it',
    help: tired
      ? 'remove it'
      : `${close === undefined ? `write ${choices(known)}` : `did you mean ${quote(close)}?`} (keys of your own begin with x-)`,
  };
}

function wrongValue(found: ZodIssue, path: Path, schema: Schema | undefined, tree: Tree): Issue {
  const place = placeAt(tree, path);
  const label = quote(
    typeof path.at(-1) === 'number' ? formatPath(path.slice(-2)) : String(path.at(-1) ?? 'scenario'),
  );
  const note = documentation(schema);
  const reason =
    note === undefined || note.description === '' ? `${label} is ${kindOf(schema)}` : note.description;
  const say = (code: string, message: string, help: string): Issue => {
    return { severity: 'error', code, message, place, reason, help };
  };
  if (found.code === 'custom') {
    const { code = 'value.type', help = '' } = (found.params ?? {}) as { code?: string; help?: string };
    return say(code, `${label}: ${found.message}`, help);
  }
  const value = find(tree, path);
  if (found.code === 'invalid_type' && value?.kind === 'scalar' && value.value !== null) {
    const refusal = schema === undefined ? undefined : refusalOf(schema, value.source);
    if (refusal !== undefined) return say(refusal.code, `${label}: ${refusal.message}`, refusal.help);
  }
  if (found.code === 'invalid_value') {
    const words = found.values.map(String);
    const close = value?.kind === 'scalar' ? nearest(value.source, words) : undefined;
    const help = close === undefined ? `write ${choices(words)}` : `did you mean ${quote(close)}?`;
    return say('value.range', `${label} must be ${choices(words)}`, help);
  }
  if (found.code === 'too_small' || found.code === 'too_big')
    return say('value.range', outside(found, label), inside(found));
  return say(
    'value.type',
    `${label} must be ${kindOf(schema)}, not ${describe(value)}`,
    typeHelp(schema, value),
  );
}

/** What a text reader says to the characters as written: `128` without a unit, `10.20` for an address. */
function refusalOf(
  schema: Schema,
  source: string,
): { code: string; message: string; help: string } | undefined {
  for (const option of alternatives(schema)) {
    const result = noteOf(option)?.refuse?.(source);
    if (result !== undefined && !result.ok) return result;
  }
  return undefined;
}

function outside(found: ZodIssue & { code: 'too_small' | 'too_big' }, label: string): string {
  const unit = found.origin === 'array' ? ' items' : found.origin === 'string' ? ' characters' : '';
  if (found.code === 'too_small') return `${label} must be at least ${found.minimum}${unit}`;
  return `${label} must be at most ${found.maximum}${unit}`;
}

function inside(found: ZodIssue & { code: 'too_small' | 'too_big' }): string {
  return found.code === 'too_small' ? `write ${found.minimum} or more` : `write ${found.maximum} or less`;
}

function describe(value: Tree | undefined): string {
  if (value === undefined) return 'nothing';
  if (value.kind !== 'scalar') return value.kind === 'map' ? 'a map' : 'a list';
  if (value.value === null) return 'nothing';
  if (typeof value.value === 'string') return `the text ${quote(value.value)}`;
  return quote(value.source);
}

function typeHelp(schema: Schema | undefined, value: Tree | undefined): string {
  const scalar = value?.kind === 'scalar' ? value : undefined;
  if (
    scalar !== undefined &&
    /^(yes|on|no|off)$/i.test(scalar.source) &&
    kindOf(schema) === 'true or false'
  ) {
    return `write \`${/^(yes|on)$/i.test(scalar.source)}\``;
  }
  if (typeof scalar?.value === 'number' || typeof scalar?.value === 'boolean') {
    if (/name|text/.test(kindOf(schema))) return `put it in quotes: \`"${scalar.source}"\``;
  }
  const example = documentation(schema)?.examples[0];
  return example === undefined ? `write ${kindOf(schema)}` : `for example ${quote(flow(example))}`;
}

/** Plain data as one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${flow(item)}`)
    .join(', ')} }`;
}
