import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/base/issue.ts';
import { SECOND } from '../../src/base/units.ts';
import { codeOf } from '../../src/inspect/events.ts';
import { type Page, pageCodes, pageFor } from '../../src/inspect/pages.ts';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { forkRun } from '../../src/run/fork.ts';
import { type History, readHistory } from '../../src/run/history.ts';
import { simulate } from '../../src/run/simulate.ts';
import { type Reading, readScenario } from '../../src/scenario/read.ts';

const ROOT = new URL('../../', import.meta.url);
const WORKS = 'scenarios/photon/mesos-works.yaml';

/** Every source file below a folder of `src`, as text. */
const sources = (folder: string): string[] =>
  readdirSync(new URL(`src/${folder}`, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`src/${folder}/${name}`, ROOT), 'utf8'));

const found = (texts: readonly string[], pattern: RegExp): Set<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] as string)));

/** Dotted lower-case words of models and flows that are no failures: keys of quotas. */
const QUOTA_KEYS = new Set(['vm.cpu', 'vm.memory', 'ephemeral-disk.capacity']);
const DOTTED = /'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g;
const failures = [...found([...sources('models'), ...sources('flows')], DOTTED)].filter(
  (code) => !QUOTA_KEYS.has(code),
);

const REPORTED = /\b(?:error|warning|refusal|say)\(\s*'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g;
const NAMED = /[cC]ode(?::| =) '([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g;
const scenarioSources = sources('scenario');
const issues = [...found(scenarioSources, REPORTED), ...found(scenarioSources, NAMED)];

/** What can be found in files of other products; the recipes of these are such files. */
const imports = [...found(sources('exchange'), /'((?:import|pem)\.[a-z-]+)'/g)];

const text = readFileSync(new URL(WORKS, ROOT), 'utf8');

function read(
  sets: readonly string[],
  files: Readonly<Record<string, string>> = {},
  overlays?: string[],
): Reading {
  const all: Readonly<Record<string, string>> = { [WORKS]: text, ...files };
  return readScenario({
    file: Object.keys(files)[0] ?? WORKS,
    overlays: overlays ?? [],
    sets,
    readText: (name) => {
      const content = all[name];
      return content === undefined ? { ok: false, reason: 'no such file' } : { ok: true, text: content };
    },
  });
}

const issuesOf = (reading: Reading): readonly Issue[] =>
  reading.ok ? reading.checked.issues : reading.issues;

const setsIn = (part: string): string[] =>
  [...part.matchAll(/--set '([^']+)'/g)].map(([, set]) => set as string);

function historyOf(bytes: Uint8Array): History {
  const opened = readHistory(memorySource(bytes));
  if (!opened.ok) throw new Error('the log of a recipe is whole');
  return opened.history;
}

const codesOf = ({ events }: History): Set<string> => new Set(events.flatMap((event) => codeOf(event) ?? []));

/** A recipe may stop here: what it shows has shown, and a test has no time for more. */
const ENOUGH = 5_000;

/** Does what the page says and returns the failures that came of it. */
function rehearse({ rehearse: recipe }: Page): Set<string> {
  const [first = '', then] = recipe.split(/fork the log --at (?=\d)/);
  const sets = setsIn(first);
  const reading = read(sets);
  if (!reading.ok) throw new Error(`the recipe is refused: ${reading.issues.map(({ message }) => message)}`);
  const history = historyOf(simulate(reading.checked, { file: WORKS, sets }).log);
  if (then === undefined) return codesOf(history);
  const at = Number(/^(\d+)m/.exec(then)?.[1]) * 60 * SECOND;
  const sink = memorySink();
  const fork = forkRun(history, { at, sets: setsIn(then), sink });
  if (!fork.ok) throw new Error('the change of the recipe is refused');
  fork.simulation.advance(ENOUGH);
  fork.simulation.interrupt();
  return codesOf(historyOf(sink.bytes()));
}

const page = (code: string): Page => pageFor(code) as Page;

describe('completeness', () => {
  test('the sources name about as many codes as there are', () => {
    expect(failures.length).toBeGreaterThanOrEqual(20);
    expect(issues.length).toBeGreaterThanOrEqual(30);
  });

  test('every code that a model, a flow or the check of a scenario can give has a page', () => {
    const missing = [...new Set([...failures, ...issues, ...imports])].filter(
      (code) => pageFor(code) === undefined,
    );
    expect(missing, 'write their pages in src/inspect/pages-*.ts').toEqual([]);
  });

  test('every page is about a code that exists, and there is one for each', () => {
    const emitted = new Set([...failures, ...issues, ...imports]);
    expect(pageCodes().filter((code) => !emitted.has(code))).toEqual([]);
    expect(new Set(pageCodes()).size).toBe(pageCodes().length);
    expect(pageFor('no.such-code')).toBeUndefined();
  });

  test.each(pageCodes())('%s says everything in a few plain sentences', (code) => {
    const { title, means, real, rehearse: recipe, fix } = page(code);
    for (const part of [title, means, real, recipe, fix]) {
      expect(part.length, part).toBeGreaterThan(10);
      expect(part, 'one paragraph').not.toMatch(/\n|\s{2,}|^\s|\s$/);
    }
    for (const part of [means, real, recipe, fix]) expect(part).toMatch(/[.`]$/);
    expect(title).not.toMatch(/\.$/);
    const words = [means, real, recipe, fix].join(' ').split(' ').length;
    expect(words).toBeGreaterThanOrEqual(60);
    expect(words).toBeLessThanOrEqual(150);
  });
});

describe('recipes of failures', () => {
  test('the scenario without a recipe fails with nothing', () => {
    expect([...rehearse({ ...page('proxy.down'), rehearse: '' })]).toEqual([]);
  });

  test.each(failures)('%s comes true when its recipe is followed', (code) => {
    expect(setsIn(page(code).rehearse).length).toBeGreaterThan(0);
    expect([...rehearse(page(code))]).toContain(code);
  });
});

describe('recipes of issues', () => {
  const withSets = [...new Set(issues)].filter((code) => setsIn(pageFor(code)?.rehearse ?? '').length > 0);

  test.each(withSets)('%s is found when its recipe is followed', (code) => {
    const codes = issuesOf(read(setsIn(page(code).rehearse))).map((issue) => issue.code);
    expect(codes).toContain(code);
  });

  const thresholds = Array.from({ length: 21 }, (_, i) => `  metric-${i}: [fast]`).join('\n');
  const laughs = Array.from(
    { length: 5 },
    (_, i) => `x-${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
  );
  /** Recipes that are files, done as the page says. The first file is the one that is checked. */
  const files: Readonly<Record<string, readonly [Readonly<Record<string, string>>, ...string[]]>> = {
    'file.unreadable': [{ 'a.yaml': 'extends: no-such-file.yaml' }],
    'file.empty': [{ 'empty.yaml': '' }],
    'file.binary': [{ 'run.pmlog': '\0\0pmlog' }],
    'file.too-big': [{ 'a.yaml': `${text}# ${'a'.repeat(1024 * 1024)}` }],
    'version.unsupported': [{ 'a.yaml': text.replace('version: 1', 'version: 2') }],
    'extends.cycle': [{ 'a.yaml': 'extends: a.yaml' }],
    'extends.ignored': [{ 'a.yaml': text, 'over.yaml': 'extends: other.yaml' }, 'over.yaml'],
    'yaml.too-deep': [{ 'a.yaml': `name: ${'['.repeat(40)}` }],
    'yaml.too-large': [{ 'a.yaml': `x-0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n${laughs.join('\n')}` }],
    'issues.more': [{ 'a.yaml': `${text.split('thresholds:')[0]}thresholds:\n${thresholds}\n` }],
  };

  test('those without a --set are about files', () => {
    const rest = [...new Set(issues)].filter((code) => !withSets.includes(code));
    expect(rest.sort()).toEqual(Object.keys(files).sort());
  });

  test.each(Object.keys(files))('%s is found in a file made as the page says', (code) => {
    const [made, ...overlays] = files[code] as readonly [Record<string, string>, ...string[]];
    expect(issuesOf(read([], made, overlays)).map((issue) => issue.code)).toContain(code);
  });
});
