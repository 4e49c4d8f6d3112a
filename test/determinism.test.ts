/**
 * Promise 1: same scenario, seed and version give the same log, byte for byte, whatever the machine, time zone, locale, folder,
 * heap or Node version.
 * Further Node versions are named in PREMORTEM_NODES as `path:path`; CI installs them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe.each(scenarioFiles())('%s', (path) => {
  const expected = sha(run(path).log);

  it.each([
    [
      'another time zone and locale',
      { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      [],
      ROOT,
    ],
    ['another folder and a small heap', { TZ: 'UTC', LANG: 'C' }, ['--max-old-space-size=128'], tmpdir()],
  ] as const)('is the same in %s', (_, env, flags, cwd) => {
    expect(hashFrom(process.execPath, path, env, flags, cwd)).toBe(expected);
  });
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

      it.each(scenarioFiles())('%s is the same', (path) => {
        expect(hashFrom(node, path, { TZ: 'UTC' })).toBe(sha(run(path).log));
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
