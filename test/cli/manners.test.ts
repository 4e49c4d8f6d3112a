/** What the command line never does: colour a pipe, pass on control characters, lose a log, load what it does not need. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/assert.ts';
import { explainThrown } from '../../src/cli/execute.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { allKinds } from '../../src/kernel/engine.ts';
import type { AnyModel } from '../../src/kernel/model.ts';
import { memorySink } from '../../src/log/disk.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { MODELS } from '../../src/models/index.ts';
import { interrupted, logOf, MAIN, premortem, ROOT, spawned, UNSAFE, workshop } from './premortem.ts';

const EVIL = 'x\u001b[31mred\u202egnp.exe\u0007';
let folder: string;
beforeAll(async () => {
  folder = workshop();
});

describe('control characters never reach the output', () => {
  test('from arguments and scenarios', async () => {
    writeFileSync(
      join(folder, `${EVIL}.yaml`),
      `until: 1h\nabout: "${EVIL}"\n"${EVIL}": 1\nhosts: { "${EVIL}": {} }\n`,
    );
    const calls = [
      ['run', 'tls-proxy.yaml', '--seed', EVIL, '--until', '6m'],
      ['run', `${EVIL}.yaml`],
      ['check', `${EVIL}.yaml`],
      ['plan', 'mesos-works.yaml', '--set', `about=${EVIL}`, '--show', 'merged'],
      ['plan', 'mesos-works.yaml', '--set', `${EVIL}=1`],
      ['explain', EVIL],
      [EVIL],
      ['run', `--${EVIL}`],
      ['show', `${EVIL}.pmlog`],
    ];
    for (const args of calls)
      for (const more of [[], ['--json']]) {
        const { out, err } = await premortem(folder, [...args, ...more]);
        expect(out).not.toMatch(UNSAFE);
        expect(err).not.toMatch(UNSAFE);
      }
  });

  test('from a log made to do so', async () => {
    const kinds = allKinds(Object.values(MODELS) as unknown as AnyModel[]);
    const sink = memorySink();
    const options = {
      name: EVIL,
      file: EVIL,
      overlays: [],
      sets: [],
      seed: EVIL,
      ties: 0,
      until: 1e9,
      start: 0,
      bounds: {},
    };
    const preface = { program: EVIL, options, sources: [{ name: EVIL, text: EVIL }], kinds };
    const writer = new LogWriter(sink, preface, () => `vm/${EVIL}`);
    const kind = kinds.findIndex(({ model, type }) => model === 'vm' && type === 'Failed');
    writer.append(kind, { seq: 0, at: 5, cause: -1, entity: 0 }, '', {
      type: 'Failed',
      why: EVIL,
      words: EVIL,
      facts: [],
    });
    writer.end(`until: ${EVIL}`, '');
    writeFileSync(join(folder, 'evil.pmlog'), sink.bytes());
    for (const args of [
      ['events'],
      ['show'],
      ['show', `vm/${EVIL}`],
      ['why'],
      ['verify'],
      ['events', '--failures', '--json'],
    ]) {
      const [verb = '', ...rest] = args;
      const { out, err } = await premortem(folder, [verb, 'evil.pmlog', ...rest]);
      expect(out + err).not.toMatch(UNSAFE);
      expect(out + err).not.toBe('');
    }
  });
});

test('a pipe gets no colour, whatever the environment says', () => {
  for (const env of [{}, { FORCE_COLOR: '1' }]) {
    const { exit, out, err } = spawned(folder, ['run', 'dhcp-off.yaml'], env);
    expect([exit, err]).toEqual([0, '']);
    expect(out).not.toContain('\u001b');
  }
});

test('a terminal gets colour, unless NO_COLOR, TERM=dumb or --no-color', () => {
  const painted = (env: Record<string, string>, color = true): boolean => {
    const stream = { write: () => {}, isTTY: true, columns: 80 };
    return new Terminal(stream, stream, { color, progress: true, quiet: false, env }).paint.on;
  };
  expect([painted({}), painted({ NO_COLOR: '1' }), painted({ TERM: 'dumb' }), painted({}, false)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('a mistake of ours is one sentence and the command that shows it', () => {
  const [exit, lines] = explainThrown(new Fault('a cause precedes its effect'), ['run', 'a b.yaml'], false);
  expect(exit).toBe(1);
  expect(lines.join('\n')).toContain("premortem run 'a b.yaml'");
  expect(lines.join('\n')).not.toContain('    at ');
  expect(explainThrown(new Fault('x'), [], true)[1].join('\n')).toContain('at ');
});

test('a reader that goes away early is no mistake', async () => {
  await premortem(folder, ['run', 'mesos-works.yaml', '-q']);
  const log = logOf(folder, 'mesos-works-');
  for (const args of [`events ${log}`, `events ${log} --json`, 'run tls-proxy.yaml', 'schema', 'explain']) {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${MAIN}" ${args} | head -1`],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }
});

test('Ctrl-C leaves a whole log and exits 130', async () => {
  const args = ['run', 'mesos-works.yaml', '--until', '100000d', '--seed', 'long'];
  const { exit, out } = await interrupted(folder, args, (text) => text.includes('until'));
  expect(exit).toBe(130);
  expect(out).toContain('interrupted');
  const [, log = ''] = /^log +(\S+)/m.exec(out) ?? [];
  expect(log).toMatch(/\.interrupted\.pmlog$/);
  expect(await premortem(folder, ['verify', log])).toMatchObject({ exit: 0 });
});

test('a full disk exits 5 with one sentence', async () => {
  const command = `ulimit -f 8; "${process.execPath}" "${MAIN}" run mesos-works.yaml --out full`;
  const { status, stderr } = spawnSync('bash', ['-c', `trap '' XFSZ; ${command}`], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).toBe(5);
  expect(stderr).toMatch(/^premortem: Cannot write full\/.*\n$/);
});

describe('start', () => {
  /** Every module that is loaded before a verb is called. */
  function closure(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, type, name = ''] of text.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)) {
      if (type !== undefined) continue;
      if (name.startsWith('.')) closure(resolve(dirname(file), name), seen);
      else seen.add(name);
    }
    return seen;
  }

  test('help and version load no scenario reader, no model and no log', async () => {
    const loaded = [...closure(join(ROOT, 'src/cli/main.ts'))];
    const packages = loaded.filter((name) => !name.startsWith('/') && !name.startsWith('node:'));
    expect(packages.sort()).toEqual(['commander', 'picocolors']);
    expect(loaded.filter((name) => /\/(models|flows|kernel|log|run|inspect)\//.test(name))).toEqual([]);
  });

  test('help costs little more than starting node', () => {
    const spent = (args: string): number => {
      const times = Array.from({ length: 4 }, () => {
        const script = `"${process.execPath}" ${args} > /dev/null; times`;
        const out = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
        const [, user = '9', system = '9'] = /\n0m([\d.]+)s 0m([\d.]+)s/.exec(out) ?? [];
        return Number(user) + Number(system);
      });
      return Math.min(...times);
    };
    // An idle machine starts node in 40 ms of CPU and shows help in 90; a busy one takes twice as long for both.
    expect(spent(`${MAIN} --help`)).toBeLessThan(3.75 * spent('-e 0'));
  });
});
