/** What a right scenario becomes: every part of the example, defaults, ranges, and where each value was written. */
import { describe, expect, test } from 'vitest';
import { DAY, GIB, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { formatAddress } from '../../src/scenario/address.ts';
import { addYears, formatInstant, parseInstant } from '../../src/scenario/instant.ts';
import { readScenario } from '../../src/scenario/read.ts';
import { CLUSTER, checked, EXAMPLE, issuesOf, LAB } from './given.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the example', () => {
  const { scenario, issues } = checked(EXAMPLE);

  test('has one warning, which is true', () => {
    expect(issues.map((issue) => issue.code)).toEqual(['scope.covers-static']);
  });

  test('hosts', () => {
    expect(Object.keys(scenario.hosts)).toEqual(['esx-01', 'esx-02', 'esx-03', 'esx-04', 'esx-05']);
    expect(plain(scenario.hosts['esx-01'])).toEqual({
      path: 'hosts.esx-01',
      cores: 16,
      memory: 128 * GIB,
      roles: ['mgmt', 'cloud'],
      nics: { vmnic0: { network: 'mgmt', rate: 10_000_000_000 } },
      power: 'on',
      boot: 5 * MINUTE,
      clock: 0,
    });
    expect(scenario.hosts['esx-02']).toMatchObject({ path: 'hosts.esx-[01-04]', roles: ['cloud'] });
    expect(scenario.hosts['esx-05']).toMatchObject({
      cores: 8,
      power: 'off',
      boot: 5 * MINUTE,
      clock: -3 * HOUR,
    });
  });

  test('everything else', () => {
    const { hosts: _, ...rest } = scenario;
    expect(plain(rest)).toMatchSnapshot();
  });

  test('addresses', () => {
    const { dhcp, gateway } = scenario.networks['mgmt']!;
    expect([gateway, dhcp!.ranges[0]!.first, dhcp!.ranges[0]!.last].map(formatAddress)).toEqual([
      '10.20.0.1',
      '10.20.0.50',
      '10.20.0.199',
    ]);
  });

  test('merged is what was written, hosts one by one', () => {
    const merged = checked(EXAMPLE).merged as Record<string, Record<string, unknown>>;
    expect(merged['until']).toBe('90m');
    expect(Object.keys(merged['hosts']!)).toHaveLength(5);
    expect(merged['platform']).not.toHaveProperty('flavors.cluster-master-vm.path');
  });
});

describe('defaults', () => {
  test('of the smallest scenario', () => {
    expect(plain(checked('until: 1h').scenario)).toEqual({
      name: 'main',
      about: '',
      start: 1_451_606_400_000_000,
      until: HOUR,
      seed: 'premortem',
      hosts: {},
      datastores: {},
      networks: {},
      machines: {},
      authorities: {},
      internet: {},
      proxies: {},
      actions: [],
      expect: [],
      thresholds: [],
    });
  });

  test('of a platform and a cluster', () => {
    const { scenario } = checked(`${LAB}do: [{ at: 5m, ${CLUSTER} }]`);
    const { platform } = scenario;
    expect(platform).toMatchObject({
      addressWait: { polls: 120, every: 5 * SECOND },
      stepLimit: 30 * MINUTE,
      clientLimit: 30 * MINUTE,
      template: { trusts: [] },
    });
    expect(Object.keys(platform!.flavors)).toEqual(['cluster-master-vm', 'cluster-other-vm']);
    const [action] = scenario.actions;
    expect(action).toMatchObject({
      verb: 'create-cluster',
      cluster: { batch: 20, kind: 'mesos', groups: [{}, { count: 3 }, { count: 1 }, {}] },
    });
    expect(scenario.networks['mgmt']).toMatchObject({
      vlan: 0,
      dhcp: { enabled: true, software: 'generic', answerDelay: 0 },
    });
    expect(scenario.datastores['vsan-1']!.hosts).toHaveLength(4);
  });

  test('of authorities below the roots, and of what a site sends', () => {
    const text = [
      'until: 1h',
      'pki:',
      '  roots: { old: {}, new: {} }',
      '  intermediates:',
      '    issuing: { issued-by: new, path-length: 0, permits: [corp.example] }',
      '    issuing-2: { issued-by: issuing }',
      '    cross: { issued-by: old, copy-of: new }',
      'internet:',
      '  a.b: { tls: { issued-by: issuing-2 } }',
      '  c.d: { tls: { issued-by: issuing, sends: [issuing, cross], names: ["*.c.d"] } }',
    ].join('\n');
    const { authorities, internet } = checked(text).scenario;
    expect(Object.keys(authorities)).toEqual(['old', 'new', 'issuing', 'issuing-2', 'cross']);
    expect(authorities['old']).toMatchObject({ issuedBy: 'old', copyOf: 'old', pathLength: -1, permits: [] });
    expect(authorities['issuing']).toMatchObject({
      issuedBy: 'new',
      pathLength: 0,
      permits: ['corp.example'],
    });
    expect(authorities['cross']).toMatchObject({ issuedBy: 'old', copyOf: 'new' });
    expect(internet['a.b']).toMatchObject({ names: ['a.b'], sends: ['issuing-2', 'issuing'] });
    expect(internet['c.d']).toMatchObject({ names: ['*.c.d'], sends: ['issuing', 'cross'] });
  });

  test('a site may limit pulls, mirror another one and stand inside', () => {
    const lines = [
      ...['until: 1h', 'pki: { roots: { ca: } }', 'internet:'],
      '  a.b: { tls: { issued-by: ca }, limit: {} }',
      '  c.d: { tls: { issued-by: ca }, limit: { pulls: 10, per: 1h }, mirror-of: a.b, inside: true }',
    ];
    const { internet } = checked(lines.join('\n')).scenario;
    expect(internet['a.b']).toMatchObject({ inside: false, mirrorOf: '' });
    expect(internet['a.b']?.limit).toMatchObject({ pulls: 100, per: 6 * HOUR });
    expect(internet['c.d']).toMatchObject({ inside: true, mirrorOf: 'a.b' });
    expect(internet['c.d']?.limit).toMatchObject({ pulls: 10, per: HOUR });
  });

  test('certificates are valid around the start', () => {
    const text =
      'until: 1h\nstart: 2020-02-29T12:00:00Z\npki: { roots: { ca: } }\ninternet: { a.b: { tls: { issued-by: ca } } }';
    const { authorities, internet, start } = checked(text).scenario;
    expect(formatInstant(start + authorities['ca']!.from)).toBe('2015-03-01T12:00:00Z');
    expect(formatInstant(start + authorities['ca']!.until)).toBe('2035-03-01T12:00:00Z');
    expect(formatInstant(start + internet['a.b']!.until)).toBe('2021-03-01T12:00:00Z');
  });

  test('DHCP that is switched off needs no scope, and has an empty one', () => {
    const { dhcp } = checked('until: 1h\nnetworks: { lan: { cidr: 10.0.0.0/24, dhcp: { enabled: false } } }')
      .scenario.networks['lan']!;
    expect(dhcp).toMatchObject({ enabled: false });
    expect(dhcp!.ranges).toEqual([]);
  });
});

describe('ranges and globs', () => {
  test('an action on a glob becomes one for each host', () => {
    const { actions } = checked(
      `${LAB}do: [{ at: 1m, fail-host: esx-* }, { at: 2m, power-on-host: "esx-[02-03]" }]`,
    ).scenario;
    expect(actions.map((action) => 'host' in action && action.host)).toEqual([
      ...['esx-01', 'esx-02', 'esx-03', 'esx-04'],
      ...['esx-02', 'esx-03'],
    ]);
    expect(actions[5]!.path).toBe('do[1]');
  });

  test('two ranges in one key', () => {
    const { hosts } = checked(
      'until: 1h\nhosts:\n  r[1-2]-n[09-10]: { cpu: { cores: 1 }, memory: 1GiB }',
    ).scenario;
    expect(Object.keys(hosts)).toEqual(['r1-n09', 'r1-n10', 'r2-n09', 'r2-n10']);
  });

  test('several networks behind a proxy', () => {
    const text =
      'until: 1h\nnetworks: { a: { cidr: 10.0.0.0/24 }, b: { cidr: 10.0.1.0/24 } }\nproxies: { p: { path: "[a, b] -> internet" } }';
    expect(checked(text).scenario.proxies['p']).toMatchObject({
      networks: ['a', 'b'],
      intercept: false,
      resignsWith: '',
    });
  });

  test('thresholds in base units', () => {
    const text =
      'until: 1h\nthresholds: { m: ["p(99.9) <= 1.5s", "count == 3", "avg < 1GiB", "last >= 5%"] }';
    expect(
      checked(text).scenario.thresholds.map(({ aggregate, compare, bound }) => [aggregate, compare, bound]),
    ).toEqual([
      [{ percentile: 99.9 }, '<=', 1_500_000],
      ['count', '==', 3],
      ['avg', '<', GIB],
      ['last', '>=', 0.05],
    ]);
  });

  test('failure codes and metrics are checked when the caller knows them', () => {
    const text =
      'until: 1h\nexpect: [{ that: fails with tls.untrusted }]\nthresholds: { pulls: [count == 0] }';
    expect(issuesOf(text)).toEqual([]);
    const words = { failures: ['tls.untrusted-issuer'], metrics: ['pull.count'] };
    const reading = readScenario({ file: 'a.yaml', readText: () => ({ ok: true, text }), words });
    expect(reading.ok ? [] : reading.issues.map((issue) => issue.message)).toEqual([
      'there is no failure `tls.untrusted`',
      'there is no metric `pulls`',
    ]);
  });
});

describe('places and origins', () => {
  const { place, origin } = checked(EXAMPLE);
  const line = (path: string): string => {
    const at = place(path)!;
    return EXAMPLE.split('\n')[at.line - 1]!.slice(at.column - 1, at.column - 1 + at.length);
  };

  test('of a value, of a map, of a default', () => {
    expect(line('networks.mgmt.dhcp.scope')).toBe('10.20.0.50-10.20.0.199');
    expect(line('networks.mgmt.dhcp')).toBe('dhcp');
    expect(line('hosts.esx-05.boot')).toBe('esx-05');
    expect(line('hosts.esx-[01-04]')).toBe('esx-[01-04]');
    expect(line('hosts.esx-01.roles')).toBe('roles');
    expect(line('internet."registry-1.docker.io".rtt')).toBe('40ms');
    expect(line('internet.registry-1.docker.io.rtt')).toBe('40ms');
    expect(line('platform.tenants.lab.ticket.vm.cpu')).toBe('128');
    expect(line('do[1]')).toBe('{ at: 20m, delete-cluster: mesos-1 }');
    expect(line('do[0]')).toBe('at: 5m');
    expect(place('not a [path')).toBeUndefined();
  });

  test('every path of the scenario leads to a line', () => {
    const paths: string[] = [];
    JSON.stringify(checked(EXAMPLE).scenario, (key, value: unknown) => {
      if (key === 'path' || key.endsWith('Path')) paths.push(String(value));
      return value;
    });
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) expect([path, place(path)?.file]).toEqual([path, 'main.yaml']);
  });

  test('of a default', () => {
    expect(origin('until')).toBe('main.yaml');
    expect(origin('hosts.esx-05.boot')).toBe('default');
    expect(origin('nothing.here')).toBe('default');
  });
});

describe('instants', () => {
  test('round-trip over two centuries', () => {
    for (let day = 0; day < 84_000; day += 13) {
      const at = day * DAY + 3_723 * SECOND;
      const read = parseInstant(formatInstant(at));
      expect(read.ok && read.value).toBe(at);
    }
  });

  test('known ones', () => {
    const read = (text: string): unknown => {
      const result = parseInstant(text);
      return result.ok ? result.value : result.message;
    };
    expect(read('1970-01-01T00:00:00Z')).toBe(0);
    expect(read('2016-05-24T09:00:00Z')).toBe(1_464_080_400_000_000);
    expect(read('2016-05-24T11:00:00+02:00')).toBe(1_464_080_400_000_000);
    expect(read('2016-05-24T09:00:00.25Z')).toBe(1_464_080_400_250_000);
    expect(read('2015-02-29T00:00:00Z')).toBe('there is no such instant');
    expect(read('2016-05-24')).toBe('this is not an instant');
    expect(formatInstant(addYears(0, -5))).toBe('1965-01-01T00:00:00Z');
  });
});
