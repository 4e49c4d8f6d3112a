/**
 * The kinds of events that logs may hold, against the committed list: it only grows. A kind never goes, its fields never change within a
 * version, and every version after the first has its steps. `BLESS=1` adds what is new; who changes a kind that was never released
 * edits the list by hand. The order of kinds is no part of this: a log carries its own table, so its numbers are its own, which the last
 * tests here show.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wire } from '../../src/base/wire.ts';
import { FLOWS } from '../../src/flows/index.ts';
import { Engine } from '../../src/kernel/engine.ts';
import { memorySource } from '../../src/log/disk.ts';
import type { Kind } from '../../src/log/kinds.ts';
import { readHistory } from '../../src/run/history.ts';
import { CURRENT, type Table } from '../../src/run/upcast.ts';
import { anyEvent } from '../support/generated.ts';
import { rewritten } from '../support/older.ts';
import { ROOT, run } from '../support/scenarios.ts';
import { frozen, misfits } from '../support/spec.ts';
import { ALL_MODELS } from '../support/world.ts';

const FILE = join(ROOT, 'test/compat/kinds.json');

/** Fields in order, `name wire, name wire`, by `model.Type@version`. */
type Listed = Readonly<Record<string, string>>;

const nameOf = ({ model, type }: Kind): string => `${model}.${type}`;
const keyOf = (kind: Kind, version = kind.version): string => `${nameOf(kind)}@${version}`;
const spelled = ({ fields }: Kind): string => fields.map((field) => field.join(' ')).join(', ');
const fieldsOf = (spelling: string): Kind['fields'] =>
  spelling === '' ? [] : spelling.split(', ').map((field) => field.split(' ') as [string, Wire]);

/** What the list lacks. */
const missing = ({ kinds }: Table, listed: Listed): Kind[] =>
  kinds.filter((kind) => listed[keyOf(kind)] === undefined);

/** What broke a promise to the logs that are out there. */
function broken({ kinds, steps }: Table, listed: Listed): string[] {
  const ours = new Map(kinds.map((kind) => [nameOf(kind), kind]));
  const found = Object.entries(listed).flatMap(([key, spelling]) => {
    const [name = '', version = ''] = key.split('@');
    const kind = ours.get(name);
    if (kind === undefined) return [`${name} is gone: old logs hold it`];
    if (kind.version < Number(version)) return [`${name} went back from version ${version}`];
    if (kind.version > Number(version) || spelled(kind) === spelling) return [];
    return [`${key} had the fields ${spelling}: give the new ones version ${kind.version + 1} and an upcast`];
  });
  kinds.forEach((kind, index) => {
    if (steps[index]?.length !== kind.version - 1) found.push(`${keyOf(kind)} lacks an upcast`);
    for (let version = 1; version < kind.version; version += 1)
      if (listed[keyOf(kind, version)] === undefined)
        found.push(`${keyOf(kind, version)} was never in the list`);
  });
  return found;
}

/** V8 watches properties of these names, and takes the long way round to make one by name: 70 ns each when events are read back. */
const WATCHED = ['constructor', 'next', 'resolve', 'then'];

const slow = ({ kinds }: Table): string[] =>
  kinds.flatMap((kind) =>
    kind.fields.filter(([name]) => WATCHED.includes(name)).map(([name]) => `${nameOf(kind)}.${name}`),
  );

const listed = (): Listed => JSON.parse(readFileSync(FILE, 'utf8')) as Listed;

describe('the list of kinds', () => {
  test('names every kind of this program (BLESS=1 adds what is new)', () => {
    const fresh = missing(CURRENT, listed()).map((kind) => [keyOf(kind), spelled(kind)]);
    if (process.env['BLESS'] === '1' && fresh.length > 0)
      writeFileSync(FILE, `${JSON.stringify({ ...listed(), ...Object.fromEntries(fresh) }, null, 2)}\n`);
    expect(missing(CURRENT, listed()).map((kind) => keyOf(kind))).toEqual([]);
  });

  test('only grows', () => {
    expect(broken(CURRENT, listed())).toEqual([]);
  });

  test('has no field with a name that is slow to make (docs/performance.md)', () => {
    expect(slow(CURRENT)).toEqual([]);
    expect(slow(table([kind('Booted', 1, 'size int', 'next seq', 'nexts ints')]))).toEqual([
      'vm.Booted.next',
    ]);
  });

  const kind = (type: string, version: number, ...fields: string[]): Kind => ({
    model: 'vm',
    type,
    version,
    fields: fieldsOf(fields.join(', ')),
  });
  const committed: Listed = {
    'vm.Booted@1': 'size int',
    'vm.Booted@2': 'size int, disk text',
    'vm.Lost@1': '',
  };
  const booted = kind('Booted', 2, 'size int', 'disk text');
  const step = (old: { readonly type: string }) => old;
  const table = (kinds: readonly Kind[], ...counts: number[]): Table => ({
    kinds,
    steps: kinds.map((each, i) => Array.from({ length: counts[i] ?? each.version - 1 }, () => step)),
  });

  test.each<[string, Table, string[]]>([
    ['what is the same, in any order', table([kind('Lost', 1), booted]), []],
    ['a kind more', table([booted, kind('Lost', 1), kind('Moved', 1, 'to text')]), []],
    ['a version more', table([kind('Booted', 3, 'size int'), kind('Lost', 1)]), []],
    ['a kind gone', table([booted]), ['vm.Lost is gone: old logs hold it']],
    [
      'a field of another name',
      table([kind('Booted', 2, 'bytes int', 'disk text'), kind('Lost', 1)]),
      ['vm.Booted@2 had the fields size int, disk text: give the new ones version 3 and an upcast'],
    ],
    [
      'fields in another order',
      table([kind('Booted', 2, 'disk text', 'size int'), kind('Lost', 1)]),
      ['vm.Booted@2 had the fields size int, disk text: give the new ones version 3 and an upcast'],
    ],
    [
      'a field more',
      table([booted, kind('Lost', 1, 'why text')]),
      ['vm.Lost@1 had the fields : give the new ones version 2 and an upcast'],
    ],
    [
      'a version back',
      table([kind('Booted', 1, 'size int'), kind('Lost', 1)]),
      ['vm.Booted went back from version 2'],
    ],
    ['a step lost', table([booted, kind('Lost', 1)], 0), ['vm.Booted@2 lacks an upcast']],
    ['a version left out', table([booted, kind('Lost', 3)]), ['vm.Lost@2 was never in the list']],
  ])('canary: %s', (_, program, complaints) => expect(broken(program, committed)).toEqual(complaints));

  test('canary: what is new is missing', () => {
    const program = table([kind('Booted', 3, 'size int'), kind('Lost', 1), kind('Moved', 1)]);
    expect(missing(program, committed).map((each) => keyOf(each))).toEqual(['vm.Booted@3', 'vm.Moved@1']);
  });
});

describe('the steps of this program', () => {
  const all = CURRENT.kinds.flatMap((kind, index) =>
    (CURRENT.steps[index] ?? []).map((step, i) => ({ kind, step, version: i + 1 })),
  );

  test('lead to every version above 1', () => {
    expect(all).toHaveLength(CURRENT.kinds.reduce((sum, { version }) => sum + version - 1, 0));
  });

  // fast-check prints the seed and the path of a failure; `fc.assert(..., { seed, path })` repeats it.
  test('are pure, and total on any event of their version', () => {
    for (const { kind, step, version } of all) {
      const [from, to] = [version, version + 1].map((each) => fieldsOf(listed()[keyOf(kind, each)] ?? ''));
      const shapes = { [kind.type]: Object.fromEntries(to ?? []) };
      fc.assert(
        fc.property(anyEvent(kind.type, from ?? [], 100), (old) => {
          const event = step(frozen(old));
          expect(step(old)).toEqual(event);
          expect(misfits(shapes, event)).toEqual([]);
        }),
      );
    }
  });
});

describe('the order of kinds and models does not matter to logs that exist', () => {
  const { log, history, outcome } = run('scenarios/photon/tls-proxy-ca-injected.yaml');

  test('a log with its kinds in another order is the same history', () => {
    const turned = readHistory(
      memorySource(rewritten(log, { kinds: (kinds) => [...kinds.slice(40), ...kinds.slice(0, 40)] })),
    );
    expect(turned.ok && turned.history.events).toEqual(history.events);
  });

  test('a program with its models in another order folds it to the same world', () => {
    const engine = new Engine(ALL_MODELS.toReversed(), FLOWS, { seed: history.options.seed });
    for (const recorded of history.events) engine.replay(recorded);
    expect(engine.world.hash()).toBe(outcome.worldHash);
  });
});
