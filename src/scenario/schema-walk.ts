/** Questions about the schema: which keys may stand where. Used by paths, issues and documentation. */
import type { z } from 'zod';
import { type Note, noteOf } from './fields.ts';

/** Any zod schema. */
export type Schema = z.core.$ZodType;

type Definition =
  | { readonly type: 'optional'; readonly innerType: Schema }
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, Schema>> }
  | { readonly type: 'record'; readonly valueType: Schema }
  | { readonly type: 'array'; readonly element: Schema }
  | { readonly type: 'union'; readonly options: readonly Schema[] }
  | { readonly type: 'string' | 'number' | 'boolean' | 'enum' | 'literal' | 'pipe' | 'unknown' };

function definition(schema: Schema): Definition {
  return schema._zod.def as unknown as Definition;
}

/** The schema without its optional wrapper. */
export function inner(schema: Schema): Schema {
  const def = definition(schema);
  return def.type === 'optional' ? inner(def.innerType) : schema;
}

/** The alternatives of a schema: itself, or the members of a union. */
export function alternatives(schema: Schema): readonly Schema[] {
  const def = definition(inner(schema));
  return def.type === 'union' ? def.options.flatMap(alternatives) : [inner(schema)];
}

/** Keys that may be written in a map of this schema; empty when any name may. */
export function keysOf(schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  return alternatives(schema).flatMap((option) => {
    const def = definition(option);
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
}

/** What stands under a key or index, if anything can. */
export function childOf(schema: Schema | undefined, step: string | number): Schema | undefined {
  if (schema === undefined) return undefined;
  for (const option of alternatives(schema)) {
    const def = definition(option);
    if (def.type === 'array' && typeof step === 'number') return def.element;
    if (def.type === 'record' && typeof step === 'string') return def.valueType;
    if (def.type === 'object' && typeof step === 'string' && Object.hasOwn(def.shape, step))
      return def.shape[step];
  }
  return undefined;
}

/** Whether the schema allows a map, and if so with fixed keys or with names. */
export function mapKind(schema: Schema | undefined): 'fixed' | 'named' | undefined {
  if (schema === undefined) return undefined;
  for (const option of alternatives(schema)) {
    const { type } = definition(option);
    if (type === 'object') return 'fixed';
    if (type === 'record') return 'named';
  }
  return undefined;
}

/** What a value of this schema is called in a message. */
export function kindOf(schema: Schema | undefined): string {
  if (schema === undefined) return 'something else';
  const kinds = alternatives(schema).map(
    (option) => noteOf(option)?.kind ?? plainKind(definition(option).type),
  );
  return [...new Set(kinds)].join(' or ');
}

function plainKind(type: Definition['type']): string {
  if (type === 'object' || type === 'record') return 'a map';
  if (type === 'array') return 'a list';
  if (type === 'boolean') return 'true or false';
  if (type === 'number') return 'a number';
  return type === 'enum' || type === 'literal' ? 'a word' : 'text';
}

/** The documentation of a schema. */
export function documentation(schema: Schema | undefined): Note | undefined {
  return schema === undefined ? undefined : noteOf(inner(schema));
}
