/** `events`, `show`, `why`, `fork`, `diff`, `verify`, `repair` as users call them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { logOf, premortem, workshop } from './premortem.ts';

let folder: string;
let works: string;
let off: string;
const call = (...args: string[]) => premortem(folder, args);
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

beforeAll(async () => {
  folder = workshop();
  await call('run', 'mesos-works.yaml', '-q');
  await call('run', 'dhcp-off.yaml', '-q');
  works = logOf(folder, 'mesos-works-');
  off = logOf(folder, 'dhcp-off-');
});

describe('events', () => {
  test('prints one line an event', async () => {
    const { exit, out } = await call('events', works);
    expect(exit).toBe(0);
    expect(linesOf(out)[99]).toMatch(/^e99 /);
    expect(out).toMatch(
      /e\d+ +00:\d\d:\d\d\.\d{3} +docker\/mesos-1-zookeeper-1 +PullStarted +pulls .* {2}<- e\d+/,
    );
  });

  test('filters', async () => {
    const kinds = async (...args: string[]) =>
      linesOf((await call('events', works, '--json', ...args)).out).map(
        (line) => JSON.parse(line) as { kind: string; entity: string; at: number; seq: number },
      );
    expect((await kinds('--kind', 'docker.*')).every(({ kind }) => kind.startsWith('docker.'))).toBe(true);
    const zookeepers = await kinds('--entity', 'mesos-1-zookeeper-*');
    expect(zookeepers.every(({ entity }) => entity.includes('zookeeper'))).toBe(true);
    const within = await kinds('--since', '6m', '--until', '00:07:00');
    expect(within.every(({ at }) => at >= 360e6 && at <= 420e6)).toBe(true);
    expect(await kinds('--limit', '3')).toHaveLength(3);
    expect((await call('events', works, '--failures')).out).toBe('');
    expect((await call('events', off, '--failures')).out).toContain('gave up waiting');
  });

  test('--follow waits for what is still being written', async () => {
    const bytes = readFileSync(join(folder, works));
    const growing = join(folder, 'growing.pmlog');
    writeFileSync(growing, bytes.subarray(0, bytes.length - 5_000));
    const following = call('events', 'growing.pmlog', '--follow');
    await new Promise((resolve) => setTimeout(resolve, 400));
    writeFileSync(growing, bytes);
    const { exit, out } = await following;
    expect(exit).toBe(0);
    expect(out).toBe((await call('events', works)).out);
  });

  test('--follow ends with the run', async () => {
    expect((await call('events', works, '--follow')).out).toBe((await call('events', works)).out);
  });
});

describe('show', () => {
  test('the world at an instant', async () => {
    const { exit, out } = await call('show', works, '--at', '6m');
    expect(exit).toBe(0);
    expect(out).toMatch(/cluster\/mesos-1 +CREATING, 3 nodes/);
    expect(out).toMatch(/dhcp\/mgmt +on, 10\.20\.0\.50-10\.20\.0\.199/);
  });

  test('one entity by its name, with its events and what is pending', async () => {
    const { out } = await call('show', off, 'dhcp-client/mesos-1-master-1', '--at', '10m');
    expect(out).toContain('selecting');
    expect(out).toContain('last events');
    expect(out).toContain('pending');
    const json = JSON.parse((await call('show', off, 'mesos-1-master-1', '--at', '10m', '--json')).out) as {
      entity: string;
    }[];
    expect(json.map(({ entity }) => entity)).toContain('vm/mesos-1-master-1');
  });

  test('did you mean', async () => {
    const { exit, err } = await call('show', works, 'mesos-1-mastr-1');
    expect(exit).toBe(2);
    expect(err).toContain('did you mean `mesos-1-master-1`?');
  });
});

describe('why', () => {
  test('from the first failure to lines of the scenario', async () => {
    const { exit, out } = await call('why', off);
    expect(exit).toBe(0);
    expect(out).toContain('--> dhcp-off.yaml:9');
    expect(out).toContain('nobody answers DHCP here');
  });

  test('--fix tries it out', async () => {
    expect((await call('why', off, '--fix')).out).toContain('✓ tried: with this change nothing fails');
    expect(JSON.parse((await call('why', off, '--fix', '--json')).out)).toMatchObject({
      code: 'address.none',
      cure: { cured: true },
    });
  });

  test('an event, an entity, every step, nothing', async () => {
    expect((await call('why', works, 'e100')).exit).toBe(0);
    expect((await call('why', works, 'cluster/mesos-1')).out).toContain('is asked for by do[0]');
    const [some, all] = [await call('why', works, 'e200'), await call('why', works, 'e200', '--all')];
    expect(linesOf(all.out).length).toBeGreaterThan(linesOf(some.out).length);
    expect((await call('why', works)).out).toContain('nothing failed');
    expect((await call('why', works, 'e99999')).exit).toBe(2);
  });
});

describe('fork and diff', () => {
  test('an unchanged fork is equal to the last byte', async () => {
    const { out } = await call('fork', works, '--at', '7m', '--out', 'forks');
    expect(out).toContain('equal to the original, byte for byte');
  });

  test('--do does something from an instant on, and diff says what followed', async () => {
    const fork = JSON.parse(
      (await call('fork', off, '--at', '8m', '--do', 'start-dhcp: mgmt', '--out', 'forks', '--json')).out,
    );
    expect(fork.timeline.lines.at(-1).text).toContain('cluster is READY');
    const { exit, out } = await call('diff', off, fork.run.log);
    expect(exit).toBe(3);
    expect(out).toContain('first difference at 00:08:00');
    expect(out).toContain('dhcp.Started');
    expect((await call('verify', fork.run.log)).exit).toBe(0);
    expect(await call('diff', off, off)).toMatchObject({ exit: 0 });
    expect(JSON.parse((await call('diff', off, fork.run.log, '--json')).out)).toMatchObject({ equal: false });
  });

  test('--set in a fork, a change that comes too late, and mistakes', async () => {
    const late = await call(
      'fork',
      works,
      '--at',
      '7m',
      '--set',
      'do[0].create-cluster.slaves=2',
      '--out',
      'forks',
    );
    expect(late.out).toContain('do[0] lies before');
    expect((await call('fork', works, '--at', '7m', '--set', 'networks.x.y=1')).exit).toBe(2);
    expect((await call('fork', works)).exit).toBe(2);
    expect((await call('fork', works, '--at', 'soon')).exit).toBe(2);
  });
});

describe('verify and repair', () => {
  test('a sound log passes three times', async () => {
    const { exit, out } = await call('verify', works);
    expect(exit).toBe(0);
    expect(out.match(/^✓/gm)).toHaveLength(3);
    expect(JSON.parse((await call('verify', works, '--json')).out)).toMatchObject({
      bytes: { ok: true },
      fold: { ok: true },
      execution: { ok: true },
    });
  });

  test('damage, foreign files and missing ones', async () => {
    const bytes = readFileSync(join(folder, works));
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 3000]! ^= 1;
    writeFileSync(join(folder, 'flipped.pmlog'), flipped);
    writeFileSync(join(folder, 'text.pmlog'), 'hello');
    for (const verb of ['verify', 'show', 'events', 'why']) {
      expect((await call(verb, 'flipped.pmlog')).exit).toBe(4);
      expect((await call(verb, 'text.pmlog')).exit).toBe(4);
      expect((await call(verb, 'missing.pmlog')).exit).toBe(2);
      expect((await call(verb, '.')).exit).toBe(2);
    }
    expect((await call('repair', 'flipped.pmlog')).exit).toBe(4);
  });

  test('a torn log is cut back, and what was cut is kept', async () => {
    const bytes = readFileSync(join(folder, works));
    writeFileSync(join(folder, 'torn.pmlog'), bytes.subarray(0, bytes.length - 10));
    expect(await call('show', 'torn.pmlog')).toMatchObject({ exit: 4 });
    expect((await call('show', 'torn.pmlog')).err).toContain('premortem repair torn.pmlog');
    const { exit, out } = await call('repair', 'torn.pmlog');
    expect(exit).toBe(0);
    expect(out).toContain('torn.pmlog.torn');
    expect((await call('verify', 'torn.pmlog')).exit).toBe(0);
    expect((await call('repair', 'torn.pmlog')).out).toContain('Nothing to repair');
  });
});
