/** Who may import whom (design.md section 3), as rules over the import statements of `src/`. */
import { describe, expect, test } from 'vitest';
import { importsOf, namesIn, readSources, type Sources } from './support/source.ts';

/** Folders from the bottom up. A folder may import itself and those that stand before it, unless `ONLY` says less. */
const LAYERS = [
  'base',
  'kernel',
  'log',
  'models',
  'flows',
  'scenario',
  'run',
  'inspect',
  'experiment',
  'exchange',
  'observe',
  'report',
  'viewer',
  'cli',
];
const ONLY: Readonly<Record<string, readonly string[]>> = {
  log: ['base', 'kernel'],
  models: ['base', 'kernel'],
  flows: ['base', 'kernel', 'models'],
  scenario: ['base', 'kernel', 'models', 'flows'],
};

/** Each package has one owner. The second list is of files, for packages that one file alone may import. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  seedrandom: ['src/kernel/random.ts'],
  fflate: ['src/log/dense.ts'],
  msgpackr: ['src/log/codec.ts'],
  rxjs: ['src/observe/'],
  eventemitter3: ['src/run/'],
  yaml: ['src/scenario/', 'src/experiment/'],
  zod: ['src/scenario/', 'src/experiment/', 'src/exchange/conformance/'],
  'ipaddr.js': ['src/scenario/', 'src/exchange/'],
  commander: ['src/cli/'],
  picocolors: ['src/cli/'],
  '@noble/curves': ['src/exchange/x509/keys.ts'],
  '@peculiar/asn1-schema': ['src/exchange/pem/', 'src/exchange/x509/write.ts'],
  '@peculiar/asn1-x509': ['src/exchange/pem/', 'src/exchange/x509/write.ts'],
  'node:crypto': ['src/base/digest.ts', 'src/base/canon.ts', 'src/log/', 'src/exchange/pem/algorithms.ts'],
  'node:v8': ['src/run/seek.ts', 'src/cli/young.ts'],
  'node:fs': ['src/log/disk.ts', 'src/cli/', 'src/report/', 'src/viewer/'],
};
/** Below these, other modules of Node are nobody's business. */
const NODE_FREE = ['base', 'kernel', 'models', 'flows', 'scenario', 'run', 'inspect'];

const PURE = ['base', 'kernel', 'models', 'flows', 'log', 'scenario', 'inspect'];
const BANNED: Readonly<Record<string, string>> = {
  Date: 'instants are Micros; the calendar is scenario.start',
  performance: 'measure outside, in bench/ or cli/',
  'Math.random': 'context.draw(purpose)',
  setTimeout: 'a keyed send',
  setInterval: 'a keyed send',
  setImmediate: 'the loop is synchronous',
  process: 'hand it in from cli/',
  console: 'return it; cli/ prints',
  Intl: 'fixed formatting in base/units.ts',
  '.localeCompare': 'compare code units with <',
  async: 'nothing below run/ waits',
  await: 'nothing below run/ waits',
  Promise: 'nothing below run/ waits',
};
const EXACT = ['base', 'kernel', 'models', 'flows'];
const INEXACT =
  /^Math\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)$/;

const BARRELS = ['src/index.ts', 'src/models/index.ts', 'src/flows/index.ts'];
const ENTRIES = ['src/index.ts', 'src/cli/main.ts'];
const ABOVE_MODELS = ['src/models/index.ts', 'src/scenario/compile.ts', 'src/scenario/compile-network.ts'];

const folderOf = (path: string) => path.split('/')[1] ?? '';
const within = (path: string, places: readonly string[]) =>
  places.some((place) => path === place || (place.endsWith('/') && path.startsWith(place)));

function packageOf(name: string): string {
  if (name.startsWith('node:')) return name.split('/')[0] as string;
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** Rules about one import. */
function badImport(path: string, target: string, sources: Sources): string | undefined {
  const folder = folderOf(path);
  if (!target.startsWith('src/')) {
    const name = packageOf(target);
    if (folder === 'models') return `a model imports no package, and this one imports ${target}`;
    const owners = OWNERS[name];
    if (owners !== undefined)
      return within(path, owners) ? undefined : `${name} belongs to ${owners.join(' and ')}`;
    if (name.startsWith('node:'))
      return NODE_FREE.includes(folder) ? `${name} is not for ${folder}/` : undefined;
    return LAYERS.indexOf(folder) >= LAYERS.indexOf('experiment')
      ? undefined
      : `${name} has no owner: add it to OWNERS`;
  }
  if (!sources.has(target)) return `imports ${target}, which is not there`;
  if (path === 'src/index.ts')
    return target.startsWith('src/cli/') ? 'the library imports nothing of the command line' : undefined;
  const to = folderOf(target);
  if (folder === to) return badDomain(path, target);
  const allowed = ONLY[folder] ?? LAYERS.slice(0, LAYERS.indexOf(folder));
  if (!allowed.includes(to)) return `${folder}/ may not import ${target}`;
  if (folder === 'models' && to === 'kernel' && target !== 'src/kernel/model.ts')
    return `a model imports kernel/model only, not ${target}`;
  if (to === 'models' && folder === 'scenario' && !ABOVE_MODELS.includes(path))
    return `only the compiler knows models, not ${path}`;
  return undefined;
}

/** Within `models/`, a domain is alone. */
function badDomain(path: string, target: string): string | undefined {
  if (folderOf(path) !== 'models' || path === 'src/models/index.ts') return undefined;
  return path.split('/')[2] === target.split('/')[2]
    ? undefined
    : `a model imports its own folder, not ${target}`;
}

/** Rules about what one file names. */
function badNames(path: string, text: string): string[] {
  const folder = folderOf(path);
  const found: string[] = [];
  for (const { name, line } of namesIn(path, text)) {
    const member = name.includes('.') ? `.${name.split('.').at(-1)}` : name;
    const instead = BANNED[name] ?? BANNED[member];
    if (name === 'export default') found.push(`${path}:${line} has a default export: name it`);
    if (PURE.includes(folder) && instead !== undefined)
      found.push(`${path}:${line} uses ${name}: ${instead}`);
    if (PURE.includes(folder) && member.startsWith('.toLocale'))
      found.push(`${path}:${line} uses ${name}: fixed formatting in base/units.ts`);
    if (EXACT.includes(folder) && INEXACT.test(name))
      found.push(`${path}:${line} uses ${name}: the exact ones of base/chance.ts`);
  }
  return found;
}

/** Files that can reach themselves, each cycle once. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: readonly string[]): void => {
    state.set(path, 'open');
    for (const target of graph.get(path) ?? []) {
      if (state.get(target) === 'open')
        found.push(`cycle: ${[...trail.slice(trail.indexOf(target)), target].join(' -> ')}`);
      else if (!state.has(target)) visit(target, [...trail, target]);
    }
    state.set(path, 'done');
  };
  for (const path of graph.keys()) if (!state.has(path)) visit(path, [path]);
  return found;
}

/** Everything wrong with some sources. */
function violations(sources: Sources): string[] {
  const graph = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  const imported = new Set(
    [...graph].flatMap(([path, targets]) => targets.filter((target) => target !== path)),
  );
  const found = cycles(graph);
  for (const [path, text] of sources) {
    for (const target of graph.get(path) ?? []) {
      const bad = badImport(path, target, sources);
      if (bad !== undefined) found.push(`${path}: ${bad}`);
    }
    found.push(...badNames(path, text));
    if (path.endsWith('/index.ts') && !BARRELS.includes(path))
      found.push(`${path} is a barrel: import the file itself`);
    if (!imported.has(path) && !ENTRIES.includes(path)) found.push(`${path} is imported by nothing`);
    if (path !== 'src/index.ts' && !LAYERS.includes(folderOf(path)))
      found.push(`${path} is in no layer of design.md section 3`);
  }
  return found;
}

test('src/ keeps to the design', () => {
  const sources = readSources(['src'], ['.ts']);
  expect(sources.size).toBeGreaterThan(100);
  expect(violations(sources)).toEqual([]);
});

describe('canary: each rule reports what breaks it', () => {
  const report = (files: Record<string, string>) => violations(new Map(Object.entries(files))).join('\n');

  test.each<[string, Record<string, string>, string]>([
    [
      'upwards',
      { 'src/base/a.ts': "import { b } from '../kernel/b.ts';", 'src/kernel/b.ts': '' },
      'base/ may not import src/kernel/b.ts',
    ],
    [
      'sideways',
      { 'src/models/a/x.ts': "import '../b/y.ts';", 'src/models/b/y.ts': '' },
      'its own folder, not src/models/b/y.ts',
    ],
    [
      'the engine in a model',
      { 'src/models/a/x.ts': "import type { E } from '../../kernel/engine.ts';", 'src/kernel/engine.ts': '' },
      'kernel/model only',
    ],
    ['a package in a model', { 'src/models/a/x.ts': "import z from 'zod';" }, 'a model imports no package'],
    [
      'models in the checks of a scenario',
      { 'src/scenario/check.ts': "import { MODELS } from '../models/index.ts';", 'src/models/index.ts': '' },
      'only the compiler knows models',
    ],
    [
      'a package away from its owner',
      { 'src/run/a.ts': "export * from 'msgpackr';" },
      'msgpackr belongs to src/log/codec.ts',
    ],
    [
      'a part of a package',
      { 'src/run/a.ts': "import { x } from 'rxjs/operators';" },
      'rxjs belongs to src/observe/',
    ],
    ['a package loaded late', { 'src/run/a.ts': "const x = await import('yaml');" }, 'yaml belongs to'],
    ['a package without an owner', { 'src/run/a.ts': "import x from 'left-pad';" }, 'left-pad has no owner'],
    ['files', { 'src/scenario/a.ts': "import fs from 'node:fs/promises';" }, 'node:fs belongs to'],
    ['Node', { 'src/flows/a.ts': "import os from 'node:os';" }, 'node:os is not for flows/'],
    ['a file that is gone', { 'src/run/a.ts': "import './b.ts';" }, 'which is not there'],
    ['the wall clock', { 'src/kernel/a.ts': 'export const a = Date.now();' }, 'src/kernel/a.ts:1 uses Date'],
    ['dice', { 'src/models/a/x.ts': 'export const a = () => Math.random();' }, 'uses Math.random'],
    [
      'locales',
      { 'src/inspect/a.ts': "export const a = (x: string) => x.localeCompare('b');" },
      'localeCompare: compare code units',
    ],
    [
      'local numbers',
      { 'src/inspect/a.ts': 'export const a = (1).toLocaleString();' },
      'toLocaleString: fixed',
    ],
    ['waiting', { 'src/log/a.ts': 'export const a = async () => {};' }, 'uses async'],
    ['promises in types', { 'src/log/a.ts': 'export type A = Promise<void>;' }, 'uses Promise'],
    [
      'printing',
      { 'src/flows/a.ts': 'export function a() {\n  console.log(1);\n}' },
      'src/flows/a.ts:2 uses console',
    ],
    ['inexact arithmetic', { 'src/base/a.ts': 'export const a = Math.exp(1);' }, 'uses Math.exp'],
    ['a default export', { 'src/run/a.ts': 'export default 1;' }, 'default export'],
    ['a default function', { 'src/run/a.ts': 'export default function a() {}' }, 'default export'],
    ['a barrel', { 'src/run/index.ts': '' }, 'is a barrel'],
    ['a file of no use', { 'src/run/a.ts': '' }, 'src/run/a.ts is imported by nothing'],
    ['a folder of no layer', { 'src/utils/a.ts': '' }, 'in no layer'],
    [
      'a cycle',
      {
        'src/run/a.ts': "import './b.ts';",
        'src/run/b.ts': "import './c.ts';",
        'src/run/c.ts': "import './a.ts';",
      },
      'cycle: src/run/a.ts -> src/run/b.ts -> src/run/c.ts -> src/run/a.ts',
    ],
    [
      'the command line in the library',
      { 'src/index.ts': "export * from './cli/a.ts';", 'src/cli/a.ts': '' },
      'nothing of the command line',
    ],
  ])('%s', (_, files, message) => expect(report(files)).toContain(message));

  test('and no rule is broken by comments, strings and members of those names', () => {
    const clean = `
      // Date, Math.random and await are named in a comment.
      import { b } from '../base/b.ts';
      export const a = { process: 'console.log(Date)', text: \`async \${b.process} Promise\`, pattern: /Intl/ };
      export interface Daily { readonly performance: number }
      switch (b.x) { default: break; }`;
    expect(
      report({
        'src/index.ts': "export * from './kernel/a.ts';",
        'src/kernel/a.ts': clean,
        'src/base/b.ts': '',
      }),
    ).toBe('');
  });
});
