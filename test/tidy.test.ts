/** Small rules that keep files readable and free of what was left behind. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSources, type Sources } from './support/source.ts';

const COLUMNS = 140;
const LINES = 400;
/** A text for people in quotes is as long as its sentence; everything round it is not. */
const TEXT = /(['"`])(?:\\.|(?!\1).)*\1/g;
// Written apart, so that this file does not report itself.
const MARKERS = ['TO', 'FIX', 'XX'].map((start, i) => start + ['DO', 'ME', 'X'][i]);
const MACHINE_PATHS = ['work', 'home', 'Users', 'root', 'mnt'].map((folder) => `/${folder}/`);

/** What lies at the top: anything else was put there by mistake. */
const TOP =
  `.ci .gitignore .npmrc README.md bench biome.json docs package-lock.json package.json scenarios schema src test
  tsconfig.bench.json tsconfig.build.json tsconfig.json tsconfig.night.json vitest.config.ts`.split(/\s+/);

const machinePath = (line: string): string | undefined =>
  MACHINE_PATHS.find((start) => new RegExp(`(^|[\\s'"\`(=:])${start}\\w`).test(line));

/** What of these files, by path and text, does not belong into the repository. */
function misplaced(files: Sources): string[] {
  return [...files].flatMap(([path, text]) => {
    const isKnown = TOP.includes(path.split('/')[0] ?? '');
    const lines = text.split('\n').flatMap((line, i) => (machinePath(line) === undefined ? [] : [i + 1]));
    return [
      ...(isKnown ? [] : [`${path} lies where nothing is expected`]),
      ...lines.map((line) => `${path}:${line} names a place on one machine`),
    ];
  });
}

/** The files of the checkout, or none where there is no git, or no checkout. */
function tracked(): readonly string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', stdio: 'pipe' });
    return listed.split('\0').filter((path) => existsSync(path));
  } catch {
    return [];
  }
}

function untidy(sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    const lines = text.replace(/\n$/, '').split('\n');
    if (lines.length > LINES) found.push(`${path} has ${lines.length} lines, ${LINES} are enough: split it`);
    lines.forEach((line, i) => {
      const at = `${path}:${i + 1}`;
      const columns = line.replace(TEXT, '""').length;
      if (columns > COLUMNS) found.push(`${at} has ${columns} columns, ${COLUMNS} are enough`);
      if (line.includes('\t')) found.push(`${at} has a tab`);
      if (/\s$/.test(line)) found.push(`${at} ends in blanks`);
      for (const marker of MARKERS)
        if (new RegExp(`\\b${marker}\\b`).test(line)) found.push(`${at} has a left-over ${marker}`);
      const start = machinePath(line);
      if (start !== undefined) found.push(`${at} names a place on one machine: ${start}`);
      if (/\b[A-Z]:\\\\?\w/.test(line)) found.push(`${at} names a place on one machine`);
    });
    if (!text.endsWith('\n') && text !== '') found.push(`${path} does not end with a line`);
    if (text.includes('\r')) found.push(`${path} has carriage returns`);
  }
  return found;
}

test('src/, test/ and bench/ are tidy', () => {
  const sources = readSources(['src', 'test', 'bench'], ['.ts']);
  expect(sources.size).toBeGreaterThan(100);
  expect(untidy(sources)).toEqual([]);
});

const files = tracked();

test.skipIf(files.length === 0 && process.env['CI'] !== 'true')(
  'the repository holds what belongs into it (skipped: needs a checkout by git)',
  () => {
    expect(files.length).toBeGreaterThan(100);
    expect(misplaced(new Map(files.map((path) => [path, readFileSync(path, 'latin1')])))).toEqual([]);
  },
);

test('canary: a file at the top, and a path of one machine in any file, are reported', () => {
  const found = misplaced(
    new Map([
      ['profile/run.json', '{}'],
      ['docs/notes.md', `one\nsee ${MACHINE_PATHS[1]}me/notes`],
      ['docs/fine.md', 'see `docs/notes.md`'],
    ]),
  );
  expect(found).toEqual([
    'profile/run.json lies where nothing is expected',
    'docs/notes.md:2 names a place on one machine',
  ]);
});

test('canary: each rule reports what breaks it', () => {
  const bad = [
    `const ${'x'.repeat(COLUMNS)} = 1;`,
    '\tindented();',
    `// ${MARKERS[0]}: later`,
    `open('${MACHINE_PATHS[0]}main/file');`,
    'blanks ',
    ...Array.from({ length: LINES }, () => ''),
  ].join('\n');
  const report = untidy(new Map([['bad.ts', bad]])).join('\n');
  for (const part of [
    'bad.ts:1 has 151 columns',
    'bad.ts:2 has a tab',
    'bad.ts:3 has a left-over',
    'bad.ts:4 names a place',
    'bad.ts:5 ends in blanks',
    'lines, 400 are enough',
  ])
    expect(report).toContain(part);
  expect(untidy(new Map([['good.ts', 'export const good = 1;\n']]))).toEqual([]);
});
