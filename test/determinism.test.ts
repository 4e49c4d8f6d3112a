/**
 * Promise 1: same scenario, seed and version give the same log, byte for byte, whatever the machine, time zone, locale, folder,
 * heap or Node version.
 * Further Node versions are named in PREMORTEM_NODES as `path:path`; CI installs them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT, run, scenarioFiles } from './support/scenarios.ts';

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Runs a scenario with the built command line in a process of its own and hashes the log it leaves. */
function hashFrom(
  node: string,
  path: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
  cwd = ROOT,
): string {
  const out = mkdtempSync(join(tmpdir(), 'premortem-'));
  try {
    const args = [
      ...flags,
      join(ROOT, 'dist/cli/main.js'),
      'run',
      join(ROOT, path),
      '--out',
      out,
      '--quiet',
      '--no-hidden',
    ];
    execFileSync(node, args, { cwd, env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: 'pipe' });
    const log = readdirSync(out).find((name) => name.endsWith('.pmlog')) as string;
    return sha(readFileSync(join(out, log)));
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** The hash of every scenario's log, as this process makes it. */
const expected = new Map(scenarioFiles().map((path) => [path, sha(run(path).log)]));

/** The same of another process, which runs all scenarios one after the other. */
function hashesFrom(
  node: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
  cwd = ROOT,
): Map<string, string> {
  const files = scenarioFiles().map((path) => join(ROOT, path));
  const script = join(ROOT, 'test/support/hash-runs.mjs');
  const options = { cwd, env: { PATH: process.env['PATH'] ?? '', ...env }, encoding: 'utf8' } as const;
  const lines = execFileSync(node, [...flags, script, ...files], options)
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => [
      relative(ROOT, line.slice(line.indexOf(' ') + 1)),
      line.slice(0, line.indexOf(' ')),
    ]),
  );
}

describe.each([
  [
    'another time zone and locale',
    { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    [],
    ROOT,
  ],
  ['another folder and a small heap', { TZ: 'UTC', LANG: 'C' }, ['--max-old-space-size=128'], tmpdir()],
] as const)('in %s', (_, env, flags, cwd) => {
  it('every scenario is the same', () => {
    expect(hashesFrom(process.execPath, env, flags, cwd)).toEqual(expected);
  });

  it.each(['scenarios/photon/mesos-works.yaml', 'scenarios/dhcp/rogue-server.yaml'])(
    '%s is the same from the command line',
    (path) => {
      expect(hashFrom(process.execPath, path, env, flags, cwd)).toBe(expected.get(path));
    },
  );
});

const nodes = (process.env['PREMORTEM_NODES'] ?? '').split(':').filter((node) => node !== '');
const versions = nodes.length > 0 ? nodes : ['needs PREMORTEM_NODES'];

describe.skipIf(nodes.length === 0 && process.env['CI'] !== 'true')(
  'on other versions of Node (skipped: needs PREMORTEM_NODES)',
  () => {
    describe.each(versions)('%s', (node) => {
      it('is there', () => {
        expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v\d+/);
      });

      it('every scenario is the same', () => {
        expect(hashesFrom(node, { TZ: 'UTC' })).toEqual(expected);
      });
    });
  },
);

describe('a run', () => {
  const real = {
    Date: globalThis.Date,
    random: Math.random,
    now: performance.now,
    timeout: globalThis.setTimeout,
    fetch: globalThis.fetch,
  };

  afterEach(() => {
    Object.assign(globalThis, { Date: real.Date, setTimeout: real.timeout, fetch: real.fetch });
    Math.random = real.random;
    performance.now = real.now;
  });

  it('asks nothing of the clock, of chance or of the outside', () => {
    const path = scenarioFiles()[0] as string;
    const expected = sha(run(path).log);
    const poison = (name: string) => () => {
      throw new Error(`${name} was used in a run`);
    };
    Object.assign(globalThis, {
      Date: poison('Date'),
      setTimeout: poison('setTimeout'),
      fetch: poison('fetch'),
    });
    Math.random = poison('Math.random');
    performance.now = poison('performance.now');
    expect(sha(run(path).log)).toBe(expected);
  });

  it('with another seed is another run', () => {
    const path = 'scenarios/photon/mesos-works.yaml';
    expect(sha(run(path, { seed: 'another' }).log)).not.toBe(sha(run(path).log));
  });

  it.each([1, 2, 3])('with ties broken by seed %i ends alike', (ties) => {
    const path = 'scenarios/photon/tls-proxy.yaml';
    const { outcome } = run(path, { ties });
    expect(outcome.events).toBe(run(path).outcome.events);
  });
});
