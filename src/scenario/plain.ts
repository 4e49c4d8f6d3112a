/** Trees as plain data. Maps have no prototype, so no key of a user can reach anything that is not theirs. */
import { isOwnKey } from './names.ts';
import { childOf, mapKind, type Schema } from './schema-walk.ts';
import { isNothing, type Tree } from './tree.ts';

/** A map without a prototype. */
export type Plain = Record<string, unknown>;

/** An empty map without a prototype. */
export function plainMap<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Everything that was written, also what means nothing; U+FFFD for a lone surrogate, which no file can hold. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return typeof tree.value === 'string' ? tree.value.toWellFormed() : tree.value;
  if (tree.kind === 'list') return tree.items.map(plainOf);
  const plain = plainMap<unknown>();
  for (const [key, entry] of tree.entries) plain[key] = plainOf(entry.value);
  return plain;
}

/** What the schema should look at: without the user's own keys and without keys that have no value. */
export function meaningOf(tree: Tree, schema: Schema | undefined): unknown {
  if (tree.kind === 'scalar') return plainOf(tree);
  if (tree.kind === 'list') return tree.items.map((item, index) => meaningOf(item, childOf(schema, index)));
  const plain = plainMap<unknown>();
  for (const [key, { value }] of tree.entries) {
    if (isOwnKey(key)) continue;
    const child = childOf(schema, key);
    if (!isNothing(value)) plain[key] = meaningOf(value, child);
    else if (mapKind(schema) === 'named' && mapKind(child) !== undefined) plain[key] = plainMap();
  }
  return plain;
}
