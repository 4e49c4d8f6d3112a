/** Promise 8, a full disk is a sentence, and places that cannot be written to or read from are too: on real disks, as users meet them. */
import fs from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fileSource } from '../../src/log/disk.ts';
import { inspectLog } from '../../src/log/reader.ts';
import { repairLog } from '../../src/log/repair.ts';
import { MAIN, premortem, ROOT } from '../cli/premortem.ts';
import { run } from '../support/scenarios.ts';
import { inFolder } from './support/folder.ts';
import { type Ended, intoFullDevice, mayMount, onSmallDisk, underFileLimit } from './support/real-disk.ts';

const path = inFolder();
const SCENARIO = join(ROOT, 'scenarios/photon/mesos-works.yaml');
let whole: Uint8Array;
beforeAll(() => {
  whole = run('scenarios/photon/mesos-works.yaml').log;
});

const running = (...more: string[]) => [process.execPath, MAIN, 'run', SCENARIO, '--out', 'out', ...more];

function expectOneSentence({ exit, err }: Pick<Ended, 'exit' | 'err'>): void {
  expect(exit).toBe(5);
  expect(err).toMatch(/^premortem: Cannot [^\n]*\.\n$/);
  expect(err).not.toMatch(/^\s+at /m);
}

/** What is left in a folder is a beginning of the log, and after a repair a sound one. */
function expectBeginning(folder: string): void {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  expect(names.length).toBeLessThanOrEqual(1);
  for (const name of names) {
    const file = join(folder, name);
    const left = fs.readFileSync(file);
    expect(left.length).toBeLessThan(whole.length);
    expect(Buffer.compare(left, whole.subarray(0, left.length))).toBe(0);
    if (repairLog(file).action === 'refuse') expect(statusOf(file)).toMatch(/not-a-log|torn/);
    else expect(statusOf(file)).toBe('open');
  }
}

function statusOf(file: string): string {
  const source = fileSource(file);
  const { status } = inspectLog(source);
  source.close();
  return status;
}

describe('a run that may not make a file as large as its log', () => {
  test.each([0, 1, 3, 6])('of %i KiB says so and leaves a beginning', (kib) => {
    expect(whole.length).toBeGreaterThan(6 * 1024);
    expectOneSentence(underFileLimit(kib, running(), path()));
    expectBeginning(path('out'));
  });

  test.each(['--json', '--quiet'])('says no more and no less with %s', (flag) => {
    const ended = underFileLimit(2, running(flag), path());
    expectOneSentence(ended);
    expect(ended.out).toBe('');
  });

  test('can be run again when there is room', async () => {
    underFileLimit(2, running(), path());
    expect(fs.readdirSync(path('out'))).toHaveLength(1);
    expect((await premortem(path(), ['run', SCENARIO, '--out', 'out', '-q'])).exit).toBe(0);
    const [name, ...more] = fs.readdirSync(path('out'));
    expect(more).toEqual([]);
    expect(Buffer.compare(fs.readFileSync(path(`out/${name}`)), whole)).toBe(0);
  });
});

describe.skipIf(!mayMount())('a run on a disk (skipped: needs the right to mount)', () => {
  test.each([
    ['with room for the first frame', 'size=4k'],
    ['with room for half of the log', 'size=8k'],
    ['with room for no folder', 'nr_inodes=1'],
    ['with room for no file', 'nr_inodes=2'],
    ['that can only be read', 'ro'],
  ])('%s says so and leaves a beginning', (_, options) => {
    fs.mkdirSync(path('disk'));
    fs.mkdirSync(path('saved'));
    expectOneSentence(onSmallDisk(options, running(), path('disk'), path('saved')));
    expectBeginning(path('saved/out'));
  });
});

describe('a full output', () => {
  const FULL = 'premortem: Cannot write standard output: the disk is full (ENOSPC).\n';
  const LARGE =
    /^premortem: Cannot write standard output: the file would grow beyond the size allowed \(EFBIG\)\.\n$/;

  test.each([
    'events x.pmlog',
    'events x.pmlog --json',
    'verify x.pmlog',
    'verify x.pmlog --json',
    'show x.pmlog --json',
    'run it.yaml',
    'run it.yaml --json',
    'schema',
    '--help',
    '--version',
  ])('is a sentence: %s', (line) => {
    fs.writeFileSync(path('x.pmlog'), whole);
    fs.copyFileSync(SCENARIO, path('it.yaml'));
    const { exit, err } = intoFullDevice([process.execPath, MAIN, ...line.split(' ')], path());
    expect([exit, err]).toEqual([5, FULL]);
    if (line.startsWith('run')) expect(fs.readdirSync(path('runs'))).toHaveLength(1);
  });

  test.each(['events x.pmlog', 'events x.pmlog --json', 'show x.pmlog --json', 'schema', 'run --help'])(
    'is one too where a part of it could be written: %s',
    (line) => {
      fs.writeFileSync(path('x.pmlog'), whole);
      const into = ['bash', '-c', 'exec "$@" > out', 'bash', process.execPath, MAIN, ...line.split(' ')];
      const { exit, err } = underFileLimit(1, into, path());
      expect(exit).toBe(5);
      expect(err).toMatch(LARGE);
      expect(fs.statSync(path('out')).size).toBe(1024);
    },
  );

  test('is written whole where there is room, behind what is there', async () => {
    fs.writeFileSync(path('x.pmlog'), whole);
    fs.writeFileSync(path('out'), 'precious\n');
    const into = [
      'bash',
      '-c',
      'exec "$@" >> out',
      'bash',
      process.execPath,
      MAIN,
      'events',
      'x.pmlog',
      '--json',
    ];
    expect(underFileLimit(1024, into, path())).toMatchObject({ exit: 0, err: '' });
    const { out } = await premortem(path(), ['events', 'x.pmlog', '--json']);
    expect(fs.readFileSync(path('out'), 'utf8')).toBe(`precious\n${out}`);
  });
});

test('a repair for which there was no room leaves no copy in its own way', async () => {
  fs.writeFileSync(path('x.pmlog'), whole.subarray(0, whole.length - 5));
  expectOneSentence(underFileLimit(0, [process.execPath, MAIN, 'repair', 'x.pmlog'], path()));
  expect(fs.readdirSync(path())).toEqual(['x.pmlog']);
  expect(fs.statSync(path('x.pmlog')).size).toBe(whole.length - 5);
  expect((await premortem(path(), ['repair', 'x.pmlog'])).exit).toBe(0);
  expect(fs.readdirSync(path())).toEqual(['x.pmlog', 'x.pmlog.torn']);
});

describe('a place that cannot be', () => {
  /** A file, a folder, a torn log, a log whose tail was kept before, and the name of the log taken by a folder. */
  function furnish(): void {
    fs.writeFileSync(path('file'), 'precious');
    fs.mkdirSync(path('folder'));
    for (const name of ['torn.pmlog', 'kept.pmlog'])
      fs.writeFileSync(path(name), whole.subarray(0, whole.length - 9));
    fs.writeFileSync(path('sound.pmlog'), whole);
    fs.writeFileSync(path('kept.pmlog.torn'), 'precious');
    fs.copyFileSync(SCENARIO, path('it.yaml'));
  }

  const CASES: readonly (readonly [exit: 2 | 5, line: string])[] = [
    [5, 'run it.yaml --out file'],
    [5, 'run it.yaml --out file/below'],
    [5, 'run it.yaml --out file/below/that'],
    [5, 'run it.yaml --out /proc/none/below'],
    [5, 'run it.yaml --out /proc/self'],
    [5, 'run it.yaml --out file --json'],
    [2, 'run missing.yaml'],
    [2, 'run folder'],
    [2, 'run file/below.yaml'],
    [2, 'run .'],
    [2, 'check missing.yaml'],
    [2, 'verify missing.pmlog'],
    [2, 'verify folder'],
    [2, 'verify file/below.pmlog'],
    [2, 'show missing.pmlog'],
    [2, 'why folder'],
    [2, 'events file/below.pmlog'],
    [2, 'repair missing.pmlog'],
    [2, 'repair folder'],
    [5, 'repair kept.pmlog'],
    [2, 'diff sound.pmlog missing.pmlog'],
    [2, 'fork missing.pmlog --at 5m'],
  ];

  test.each(CASES)('exits %i with a sentence: %s', async (exit, line) => {
    furnish();
    const before = fs.readFileSync(path('kept.pmlog'));
    const ended = await premortem(path(), line.split(' '));
    expect(ended.exit).toBe(exit);
    const said = line.endsWith('--json') ? ended.err : ended.err.trimEnd();
    if (exit === 5) expectOneSentence(ended);
    expect(said).not.toMatch(/^\s+at |mistake of its own/m);
    expect(said + ended.out).not.toBe('');
    expect(fs.readFileSync(path('file'), 'utf8')).toBe('precious');
    expect(fs.readFileSync(path('kept.pmlog.torn'), 'utf8')).toBe('precious');
    expect(fs.readFileSync(path('kept.pmlog')).equals(before)).toBe(true);
  });

  test('where the name of the log is taken by a folder', async () => {
    const { out } = await premortem(path(), ['run', SCENARIO, '--out', 'out', '--json']);
    const name = (JSON.parse(out) as { run: { log: string } }).run.log;
    fs.rmSync(path(name));
    fs.mkdirSync(path(name));
    const { exit, err } = await premortem(path(), ['run', SCENARIO, '--out', 'out', '-q']);
    expect([2, 5]).toContain(exit);
    expect(err).toMatch(/^premortem: Cannot [^\n]*\.\n$/);
    expect(fs.readdirSync(path('out'))).toHaveLength(1);
  });
});
