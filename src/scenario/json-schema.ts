/** The schema for editors, and the documentation of single fields, from the definitions that check scenarios. */
import { z } from 'zod';
import { noteOf } from './fields.ts';
import { parsePath } from './path.ts';
import { fileSchema } from './schema.ts';
import { childOf, documentation, keysOf, kindOf, type Schema } from './schema-walk.ts';

type Json = Record<string, unknown>;

/** JSON Schema (draft 2020-12) of what people write, with a description and examples for every field. */
export function scenarioJsonSchema(): object {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => document(zodSchema, jsonSchema as Json),
  }) as Json;
  const { $schema, ...rest } = schema;
  return {
    $schema,
    title: 'premortem scenario',
    description: 'A virtualized infrastructure, what is done to it, and what must come true.',
    ...rest,
    anyOf: ['until', 'extends', 'change'].map((key) => ({ required: [key] })),
  };
}

/** What is known about one field of a scenario. */
export interface FieldDocumentation {
  readonly description: string;
  readonly examples: readonly unknown[];
  /** What kind of value it takes, in words. */
  readonly kind: string;
  /** The keys that may be written below it. */
  readonly keys: readonly string[];
}

/** The documentation of the field at a dotted path such as `networks.mgmt.dhcp.scope`; any name stands for a name. */
export function fieldDocumentation(path: string): FieldDocumentation | undefined {
  const steps = parsePath(path);
  if (steps === undefined) return undefined;
  let schema: Schema | undefined = fileSchema;
  for (const step of steps) {
    const key: string | number = 'index' in step ? step.index : step.key;
    schema = childOf(schema, key) ?? (typeof key === 'string' ? childOf(childOf(schema, 0), key) : undefined);
  }
  if (schema === undefined) return undefined;
  const { description, examples } = documentation(schema) ?? { description: '', examples: [] };
  return { description, examples, kind: kindOf(schema), keys: keysOf(schema) };
}

function document(zodSchema: object, json: Json): void {
  const note = noteOf(zodSchema);
  if (note !== undefined) {
    if (note.description !== '') json['description'] = note.description;
    if (note.examples.length > 0) json['examples'] = note.examples;
    Object.assign(json, note.json);
  }
  if (json['type'] !== 'object') return;
  json['patternProperties'] = { '^x-': {} };
  delete json['propertyNames'];
}
