/** `init`, `check`, `plan`, `run`, `explain`, `schema` as users call them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/cli/version.ts';
import { VERSION as PROGRAM_VERSION } from '../../src/run/program.ts';
import { logOf, premortem, ROOT, UNSAFE, workshop } from './premortem.ts';

let folder: string;
beforeAll(async () => {
  folder = workshop();
});
const call = (...args: string[]) => premortem(folder, args);

test('one version everywhere', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect([VERSION, PROGRAM_VERSION]).toEqual([version, version]);
  expect(await call('--version')).toEqual({ exit: 0, out: `${version}\n`, err: '' });
});

describe('help and usage', () => {
  test('help begins with examples and goes to standard output', async () => {
    const { exit, out, err } = await call('run', '--help');
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(/^Examples:\n {2}premortem run/);
    expect(out).toContain('JSON: {');
  });

  test.each([
    [['rnu'], 'Did you mean run?'],
    [['run', 'mesos-works.yaml', '--sed', '1'], '--seed'],
    [['run'], 'missing required argument'],
    [['run', 'mesos-works.yaml', '--ties', 'x'], '--ties takes a whole number'],
    [['run', 'mesos-works.yaml', '--only', 'x'], '--only takes story, detail, all'],
    [['run', 'mesos-works.yaml', '--until', '5'], '--until'],
    [['explain', 'adress.none'], 'did you mean `address.none`?'],
    [['run', 'nope.yaml'], 'there is no such file'],
    [['run', '.'], 'it is a folder'],
    [[], 'Usage:'],
  ])('%j exits 2 and says why on standard error', async (args, words) => {
    const { exit, out, err } = await call(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });
});

describe('run', () => {
  test('one that works: story, judgements, log, verdict last', async () => {
    const { exit, out, err } = await call('run', 'mesos-works.yaml');
    expect([exit, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^mesos-works {3}seed field-notes/);
    expect(lines.at(-1)).toMatch(/^✓ mesos-works: 2 of 2 expectations, 2 of 2 thresholds met/);
    expect(out).toContain('✓ cluster is READY');
    expect(out).not.toMatch(UNSAFE);
    expect(existsSync(join(folder, logOf(folder, 'mesos-works-')))).toBe(true);
  });

  test('the same run again keeps the log', async () => {
    const log = join(folder, logOf(folder, 'mesos-works-'));
    const before = readFileSync(log);
    expect((await call('run', 'mesos-works.yaml', '-q')).exit).toBe(0);
    expect(readFileSync(log)).toEqual(before);
    expect(logOf(folder, 'mesos-works-')).toBeTruthy();
  });

  test('an expected failure exits 0, an unexpected one 3', async () => {
    expect(await call('run', 'dhcp-off.yaml', '-q')).toMatchObject({ exit: 0 });
    const { exit, out } = await call(
      'run',
      'mesos-works.yaml',
      '--set',
      'networks.mgmt.dhcp.enabled=false',
      '--out',
      'other',
    );
    expect(exit).toBe(3);
    expect(out).toContain('error[address.none]');
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^✗/);
  });

  test('without expectations a failed outcome exits 3', async () => {
    expect(await call('run', 'dhcp-off.yaml', '--set', 'expect=[]', '-q', '--out', 'other')).toMatchObject({
      exit: 3,
    });
  });

  test('mistakes in a scenario exit 2 with file, line and remedy', async () => {
    const { exit, out, err } = await call(
      'run',
      'mesos-works.yaml',
      '--set',
      'networks.mgmt.dhpc.enabled=false',
    );
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('error[change.nowhere]');
    expect(err).toContain('did you mean `dhcp`?');
    const json = await call('run', 'mesos-works.yaml', '--set', 'x', '--json');
    expect(json.exit).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, issues: [{ code: 'set.syntax' }] });
  });

  test('--json prints one object and nothing else', async () => {
    const { exit, out, err } = await call('run', 'tls-proxy.yaml', '--json');
    expect([exit, err]).toEqual([0, '']);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({
      verdict: { exit: 0, holds: true },
      run: { name: 'tls-proxy', ending: 'quiet' },
      failures: [
        {
          code: 'tls.untrusted-issuer',
          entity: 'cluster/mesos-1',
          remedy: { path: 'platform.node-template.trusts' },
        },
      ],
      cure: { cured: true },
    });
  });

  test('names in messages carry the folder, names in logs do not', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner, { recursive: true });
    for (const name of ['mesos-works.yaml', 'dhcp-off.yaml'])
      writeFileSync(join(inner, name), readFileSync(join(folder, name)));
    writeFileSync(join(folder, 'more.yaml'), 'change: { until: 80m }\n');
    const { exit, out } = await call('run', 'inner/dhcp-off.yaml', 'more.yaml', '--out', 'nested');
    expect(exit).toBe(0);
    expect(out).toContain('--> inner/dhcp-off.yaml:9');
    expect(out).toContain('try: premortem run inner/dhcp-off.yaml more.yaml');
    const [log] = JSON.parse(
      (await call('run', 'inner/dhcp-off.yaml', 'more.yaml', '--out', 'nested', '--json')).out,
    ).run.log.split('\n');
    expect(readFileSync(join(folder, log)).includes(folder)).toBe(false);
    expect((await call('why', log)).out).toContain('--> dhcp-off.yaml:9');
  });

  test('a folder that cannot be written exits 5', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { exit, err } = await call('run', 'mesos-works.yaml', '--out', 'file/runs');
    expect(exit).toBe(5);
    expect(err).toMatch(/^premortem: Cannot make the folder/);
  });
});

describe('init', () => {
  test.each(['mesos', 'swarm', 'kubernetes', 'dhcp', 'tls'])(
    '--template %s writes a scenario that runs',
    async (template) => {
      const file = `new/${template}.yaml`;
      expect(await call('init', file, '--template', template)).toMatchObject({ exit: 0 });
      expect((await call('run', file, '-q')).exit).toBe(0);
    },
  );

  test('refuses to overwrite', async () => {
    const { exit, err } = await call('init', 'mesos-works.yaml');
    expect(exit).toBe(2);
    expect(err).toContain('is not overwritten');
  });
});

describe('check, plan, explain, schema', () => {
  test('check says ok, and exits 2 on mistakes', async () => {
    expect((await call('check', 'mesos-works.yaml', 'tls-proxy.yaml')).out.match(/✓ ok/g)).toHaveLength(2);
    writeFileSync(join(folder, 'wrong.yaml'), 'version: 1\nuntil: 5\nhosst: {}\n');
    const { exit, out } = await call('check', 'mesos-works.yaml', 'wrong.yaml');
    expect(exit).toBe(2);
    expect(out).toContain('wrong.yaml:2');
    const json = JSON.parse((await call('check', 'wrong.yaml', '--json')).out) as {
      ok: boolean;
      issues: object[];
    }[];
    expect(json[0]?.ok).toBe(false);
    expect(json[0]?.issues.length).toBeGreaterThan(0);
  });

  test('plan shows counts, actions, values and their origin', async () => {
    const { exit, out } = await call('plan', 'dhcp-off.yaml');
    expect(exit).toBe(0);
    expect(out).toContain('11 VMs to be made');
    expect(out).toMatch(/networks\.mgmt\.dhcp\.enabled +false +dhcp-off\.yaml:9/);
    expect(out).toMatch(/platform\.step-limit +30m +default/);
    expect((await call('plan', 'dhcp-off.yaml', '--show', 'merged')).out).toMatch(
      /dhcp\.enabled: false +# dhcp-off\.yaml:9/,
    );
    expect(JSON.parse((await call('plan', 'dhcp-off.yaml', '--json')).out)).toMatchObject({
      counts: { vms: 11 },
    });
  });

  test('explain has a page for failures, fields and metrics', async () => {
    expect((await call('explain', 'address.none')).out).toContain('on real systems');
    expect((await call('explain', 'networks.anything.dhcp.check')).out).toMatch(
      /Default: the software's own, none for\s+generic\./,
    );
    expect((await call('explain', 'dhcp.conflicts')).out).toContain('addresses used by two machines');
    expect(JSON.parse((await call('explain', '--json')).out).failures).toContain('address.none');
  });

  test('schema prints JSON', async () => {
    expect(JSON.parse((await call('schema')).out)).toMatchObject({ title: 'premortem scenario' });
  });
});
