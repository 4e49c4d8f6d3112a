/** Files on top of files: what wins, where it came from, and paths that lead nowhere. */
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/base/units.ts';
import { resolveFile } from '../../src/scenario/layers.ts';
import { CLUSTER, checked, EXAMPLE, expectIssue, issuesOf, LAB, read } from './given.ts';

const BASE = `${LAB}do: [{ at: 5m, ${CLUSTER} }]\nexpect: [{ that: nothing fails }]\n`;
const files = { 'base.yaml': BASE, 'example.yaml': EXAMPLE };
const on = (text: string) => checked(`extends: base.yaml\n${text}`, { files });

describe('extends', () => {
  test('what a file says itself replaces what is below', () => {
    const { scenario, sources } = on('name: other\nuntil: 2h\ndo: []\nthresholds: { a.b: [count == 0] }');
    expect(scenario).toMatchObject({ name: 'other', until: 120 * MINUTE, actions: [] });
    expect(scenario.expect).toHaveLength(1);
    expect(scenario.thresholds).toHaveLength(1);
    expect(sources.map((source) => source.name)).toEqual(['main.yaml', 'base.yaml']);
  });

  test('sections are joined key by key', () => {
    const { scenario, origin } = on('hosts: { esx-02: { clock: 5s } }\nnetworks: { mgmt: { vlan: 7 } }');
    expect(scenario.hosts['esx-02']).toMatchObject({ cores: 16, clock: 5_000_000 });
    expect(scenario.networks['mgmt']).toMatchObject({ vlan: 7, prefix: 24 });
    expect(origin('networks.mgmt.vlan')).toBe('main.yaml');
    expect(origin('networks.mgmt.cidr')).toBe('base.yaml');
  });

  test('a chain, relative to each file', () => {
    const chain = {
      'lib/middle.yaml': 'extends: ../base.yaml\nchange: { networks.mgmt.vlan: 5 }',
      ...files,
    };
    const { scenario, origin } = checked('extends: lib/middle.yaml\nname: top', { files: chain });
    expect(scenario.networks['mgmt']!.vlan).toBe(5);
    expect(origin('networks.mgmt.vlan')).toBe('lib/middle.yaml');
    expect(resolveFile('a/b.yaml', '../c/./d.yaml')).toBe('c/d.yaml');
    expect(resolveFile('../b.yaml', '../d.yaml')).toBe('../../d.yaml');
    expect(resolveFile('a/b.yaml', '/etc/x.yaml')).toBe('/etc/x.yaml');
  });

  test('mistakes', () => {
    expectIssue('extends.cycle', 'extends: «main.yaml»\nuntil: 1h');
    expectIssue('file.unreadable', 'extends: «gone.yaml»\nuntil: 1h');
    expectIssue('value.type', 'extends: «[a]»\nuntil: 1h'.replace('«[a]»', '«7»'));
    const cycle = { 'a.yaml': 'extends: b.yaml', 'b.yaml': 'extends: a.yaml' };
    expect(issuesOf('extends: a.yaml', { files: cycle })[0]).toMatchObject({
      code: 'extends.cycle',
      place: { file: 'b.yaml', line: 1, column: 10, length: 6 },
    });
  });

  test('a mistake in a base is shown there', () => {
    const bad = { 'base.yaml': 'until: 1h\nhosts: { a: { cpu: { cores: 0 }, memory: 1GiB } }' };
    expect(issuesOf('extends: base.yaml', { files: bad })[0]?.place).toMatchObject({
      file: 'base.yaml',
      line: 2,
    });
  });
});

describe('change', () => {
  test('replaces whole values, and remembers where', () => {
    const { scenario, place } = on(
      'change:\n  networks.mgmt.dhcp: { enabled: false, scope: 10.20.0.70-10.20.0.80 }\n',
    );
    expect(scenario.networks['mgmt']!.dhcp).toMatchObject({ enabled: false });
    expect(scenario.networks['mgmt']!.dhcp).not.toHaveProperty('lease');
    expect(place('networks.mgmt.dhcp.scope')).toEqual({ file: 'main.yaml', line: 3, column: 48, length: 21 });
    expect(place('networks.mgmt.dhcp')).toMatchObject({ file: 'main.yaml', line: 3, column: 3, length: 18 });
  });

  test('globs, ranges, indices, quoted and dotted keys', () => {
    const globs = on(
      'change: { hosts.esx-*.clock: 1s, "hosts.esx-[02-03].boot": 1m, hosts.esx-04.power: off }',
    );
    const hosts = Object.values(globs.scenario.hosts);
    expect(hosts.map((host) => [host.clock, host.boot / MINUTE, host.power])).toEqual([
      [1_000_000, 5, 'on'],
      [1_000_000, 1, 'on'],
      [1_000_000, 1, 'on'],
      [1_000_000, 5, 'off'],
    ]);
    expect(on('change: { "do[0].create-cluster.slaves": 9 }').scenario.actions[0]).toMatchObject({
      cluster: { groups: [{ count: 1 }, { count: 3 }, { count: 1 }, { count: 9 }] },
    });
    const quoted = `extends: example.yaml\nchange: { 'internet."registry-1.docker.io".up': false, platform.tenants.lab.ticket.vm.cpu: 200 }`;
    const { scenario } = checked(quoted, { files });
    expect(scenario.internet['registry-1.docker.io']!.up).toBe(false);
    expect(scenario.platform!.tenants['lab']!.limits['vm.cpu']).toBe(200);
  });

  test('nothing as the value removes; a new name at the end adds', () => {
    expect(on('change: { networks.mgmt.dhcp: }').scenario.networks['mgmt']!.dhcp).toBeUndefined();
    expect(Object.keys(on('change: { pki.roots.new-root: {} }').scenario.authorities)).toContain('new-root');
    expect(on('change: { platform.address-wait.polls: 5 }').scenario.platform!.addressWait.polls).toBe(5);
    expect(on('change: { "do[0]": }').scenario.actions).toEqual([]);
  });

  test.each([
    ['networks.mgmt.dhpc.enabled', 'did you mean `dhcp`?'],
    ['networks.lan.vlan', 'there is `mgmt`'],
    ['hosts.esx-09.clock', 'did you mean'],
    ['hosts.fra-*.clock', 'there is'],
    ['network.mgmt', 'did you mean `networks`?'],
    ['do[3].at', 'from 0 to 0'],
    ['do.at', 'index'],
    ['until.hours', 'leave out'],
    ['do[0].create-vm.name', 'there is'],
    ['..', 'write it like'],
    ['hosts.__proto__.cores', 'there is'],
  ])('%s leads nowhere', (path, help) => {
    const issues = issuesOf(`extends: base.yaml\nchange:\n  "${path}": 1\n`, { files });
    expect(issues.map((issue) => issue.code)).toEqual(['change.nowhere']);
    expect(issues[0]?.help).toContain(help);
    expect(issues[0]?.place).toEqual({ file: 'main.yaml', line: 3, column: 3, length: path.length + 2 });
  });
});

describe('overlays and --set', () => {
  test('later layers win', () => {
    const overlay = 'name: overlaid\nchange: { networks.mgmt.vlan: 1, platform.step-limit: 10m }';
    const more = {
      files: { ...files, 'over.yaml': overlay },
      overlays: ['over.yaml'],
      sets: ['networks.mgmt.vlan=2'],
    };
    const { scenario, sources, origin, place } = checked(
      'extends: base.yaml\nchange: { networks.mgmt.vlan: 0 }',
      more,
    );
    expect(scenario.networks['mgmt']!.vlan).toBe(2);
    expect(scenario.platform!.stepLimit).toBe(10 * MINUTE);
    expect(scenario.name).toBe('overlaid');
    expect(sources.map((source) => source.name)).toEqual(['main.yaml', 'base.yaml', 'over.yaml', '--set']);
    expect([origin('networks.mgmt.vlan'), origin('platform.step-limit')]).toEqual(['--set', 'over.yaml']);
    expect(place('networks.mgmt.vlan')).toEqual({ file: '--set', line: 1, column: 20, length: 1 });
  });

  test('a value of --set is YAML, and its mistakes are shown in it', () => {
    const sets = ['until=2h', 'networks.mgmt.dhcp={ scope: 10.20.0.9-10.20.0.3 }'];
    const [issue] = issuesOf(BASE, { sets });
    expect(issue).toMatchObject({
      code: 'scope.reversed',
      place: { file: '--set', line: 2, column: 29, length: 19 },
    });
  });

  test.each([
    ['until', 'set.syntax', 1],
    ['=3', 'set.syntax', 1],
    ['a..b=3', 'set.syntax', 1],
    ['hosts.esx-1.clock=3s', 'change.nowhere', 1],
    ['until=[1', 'yaml.syntax', 9],
    ['until=soon', 'value.unit', 7],
  ])('--set %s', (set, code, column) => {
    const [issue] = issuesOf(BASE, { sets: [set] });
    expect(issue).toMatchObject({ code, place: { file: '--set', line: 1, column } });
    expect(issue?.help).not.toBe('');
  });

  test('what an overlay extends is not followed, and that is said', () => {
    const more = {
      files: { ...files, 'over.yaml': 'extends: example.yaml\nname: x' },
      overlays: ['over.yaml'],
    };
    expect(issuesOf(BASE, more).map((issue) => issue.code)).toEqual(['extends.ignored']);
    const same = { files: { ...files, 'over.yaml': 'extends: main.yaml\nname: x' }, overlays: ['over.yaml'] };
    expect(read(BASE, same).ok && issuesOf(BASE, same)).toEqual([]);
  });
});
