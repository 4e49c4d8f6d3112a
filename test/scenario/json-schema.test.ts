/** The schema for editors is the one in the repository, documents everything, and agrees with the checker. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fieldDocumentation, scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { EXAMPLE } from './given.ts';

// biome-ignore lint/suspicious/noExplicitAny: a schema is walked by keys of every kind.
type Json = Record<string, any>;

const FILE = new URL('../../schema/scenario.schema.json', import.meta.url);
const schema = scenarioJsonSchema() as Json;

/** The part of JSON Schema that the generated schema uses. */
function violations(rule: Json, value: unknown, path = ''): string[] {
  const fail = (what: string): string[] => [`${path || '.'}: ${what}`];
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const type = isMap ? 'object' : Array.isArray(value) ? 'array' : typeof value;
  const wanted = rule['type'] === 'integer' ? 'number' : rule['type'];
  if (wanted !== undefined && wanted !== type) return fail(`${type} is not ${wanted}`);
  if (rule['const'] !== undefined && rule['const'] !== value) return fail('const');
  if (rule['enum'] !== undefined && !rule['enum'].includes(value)) return fail('enum');
  if (rule['pattern'] !== undefined && !new RegExp(rule['pattern'], 'u').test(String(value)))
    return fail('pattern');
  if (rule['minimum'] !== undefined && (value as number) < rule['minimum']) return fail('minimum');
  if (rule['maximum'] !== undefined && (value as number) > rule['maximum']) return fail('maximum');
  const found: string[] = [];
  const holds = (one: Json): boolean => violations(one, value, path).length === 0;
  if (rule['anyOf'] !== undefined && !rule['anyOf'].some(holds)) found.push(...fail('anyOf'));
  if (rule['oneOf'] !== undefined && rule['oneOf'].filter(holds).length !== 1) found.push(...fail('oneOf'));
  for (const key of rule['required'] ?? [])
    if (!Object.hasOwn(value as Json, key)) found.push(...fail(`no ${key}`));
  const items = Array.isArray(value) ? value : [];
  for (const [i, item] of items.entries())
    found.push(...violations(rule['items'] ?? {}, item, `${path}[${i}]`));
  if (!isMap || rule['type'] !== 'object') return found;
  for (const [key, item] of Object.entries(value as Json)) {
    if (Object.keys(rule['patternProperties'] ?? {}).some((pattern) => new RegExp(pattern, 'u').test(key)))
      continue;
    const child = rule['properties']?.[key] ?? rule['additionalProperties'];
    found.push(
      ...(child === false ? fail(`unknown ${key}`) : violations(child ?? {}, item, `${path}.${key}`)),
    );
  }
  return found;
}

/** Every field: the properties of every object anywhere in the schema. */
function fields(rule: Json, path = ''): { path: string; rule: Json }[] {
  const below = Object.entries((rule['properties'] ?? {}) as Json).map(([key, child]) => ({
    path: `${path}.${key}`,
    rule: child as Json,
  }));
  const inside: Json[] = [...(rule['anyOf'] ?? []), rule['items'], rule['additionalProperties']];
  return [
    ...below.flatMap((field) => [field, ...fields(field.rule, field.path)]),
    ...inside
      .filter((one) => typeof one === 'object' && one !== null)
      .flatMap((one) => fields(one, `${path}.*`)),
  ];
}

describe('JSON Schema', () => {
  test('is the one in the repository (BLESS=1 rewrites it)', () => {
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env['BLESS'] === '1') writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  test('knows every section', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(Object.keys(schema['properties'])).toEqual([
      ...[
        'extends',
        'change',
        'version',
        'name',
        'about',
        'start',
        'until',
        'seed',
        'hosts',
        'datastores',
        'networks',
        'machines',
      ],
      ...['pki', 'internet', 'proxies', 'platform', 'do', 'expect', 'thresholds'],
    ]);
  });

  test('describes every field, with examples that it accepts', () => {
    const all = fields(schema);
    expect(all.length).toBeGreaterThan(100);
    for (const field of all) {
      expect([field.path, field.rule['description'] ?? '']).not.toEqual([field.path, '']);
      expect([field.path, (field.rule['examples'] ?? []).length > 0]).toEqual([field.path, true]);
      if (field.path === '.do' || field.path.startsWith('.do.*.create-')) continue;
      for (const example of field.rule['examples'])
        expect([field.path, violations({ ...field.rule, required: [] }, example)]).toEqual([field.path, []]);
    }
  });

  test('accepts the example', () => {
    expect(violations(schema, parse(EXAMPLE))).toEqual([]);
    expect(violations(schema, { extends: 'a.yaml', change: { 'a.b': 3 }, 'x-own': {} })).toEqual([]);
  });

  test.each([
    ['a wrong key', 'until: 1h\nhost: {}'],
    ['a bare size', 'until: 1h\nhosts: { a: { memory: 128 } }'],
    ['an ambiguous size', 'until: 1h\nhosts: { a: { memory: 128G } }'],
    ['a wrong word', 'until: 1h\nhosts: { a: { power: offf } }'],
    ['a number out of range', 'until: 1h\nnetworks: { a: { vlan: 5000 } }'],
    ['two verbs', 'until: 1h\ndo: [{ at: 1m, start-dhcp: a, stop-dhcp: a }]'],
    ['no end', 'name: a'],
    ['another version', 'version: 2\nuntil: 1h'],
  ])('rejects %s', (_, text) => expect(violations(schema, parse(text))).not.toEqual([]));
});

test('the documentation of a field', () => {
  expect(fieldDocumentation('networks.mgmt.dhcp.scope')).toMatchObject({
    description: 'First and last address it gives out, or a list of such ranges.',
    kind: 'a scope such as 10.20.0.50-10.20.0.199 or a list',
  });
  expect(fieldDocumentation('do[0].create-cluster')?.keys).toContain('slaves');
  expect(fieldDocumentation('do.create-cluster.slaves')?.examples).toEqual([4]);
  expect(fieldDocumentation('hosts.x.colour')).toBeUndefined();
});
