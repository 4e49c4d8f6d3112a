/** One case for each way to be wrong: the code, and the very characters that it points at. */
import { describe, expect, test } from 'vitest';
import { CLUSTER, expectIssue, issuesOf, LAB, read } from './given.ts';

const HOST = 'cpu: { cores: 1 }, memory: 1GiB';
const NET = 'until: 1h\nnetworks:\n  lan: { cidr: 10.0.0.0/24';
const SITE = 'until: 1h\npki: { roots: { ca: {} } }\ninternet:\n';
const doing = (action: string): string => `${LAB}do:\n  - { at: 1m, ${action} }\n`;
/** An action beside one that makes a cluster of three masters, Marathon and four slaves. */
const by = (action: string): string => `${doing(CLUSTER)}  - { at: 2m, ${action} }\n`;

describe('shape', () => {
  test.each([
    ['key.unknown', 'until: 1h\n«host»: {}'],
    ['key.unknown', `${NET}, «dhpc»: {} }`],
    ['key.unknown', doing('«create-clutser»: {}')],
    [
      'key.unknown',
      doing(
        'create-cluster: { name: a, kind: swarm, tenant: lab, project: dev, etcds: [10.20.0.11], «masters»: 3, slaves: 1, images: { etcd: lab/zookeeper, swarm: lab/slave } }',
      ),
    ],
    ['key.unknown', doing(CLUSTER.replace('zookeeper: lab', '«etcd»: lab/master, zookeeper: lab'))],
    [
      'key.missing',
      doing(
        '«create-cluster»: { name: a, kind: kubernetes, tenant: lab, project: dev, etcds: [10.20.0.11], slaves: 1, images: { etcd: lab/slave, setup: lab/slave, flannel: lab/slave, hyperkube: lab/slave, pause: lab/slave } }',
      ),
    ],
    [
      'name.duplicate',
      doing(
        'create-cluster: { name: a, kind: kubernetes, tenant: lab, project: dev, master: «10.20.0.11», etcds: [10.20.0.11], slaves: 1, images: { etcd: lab/slave, setup: lab/slave, flannel: lab/slave, hyperkube: lab/slave, pause: lab/slave } }',
      ),
    ],
    ['key.missing', '«about: nothing»'],
    ['key.missing', `until: 1h\nhosts:\n  «a»: { memory: 1GiB }`],
    ['key.missing', `until: 1h\nhosts:\n  «a»: { cpu: { cores: 1 } }`],
    ['key.missing', `until: 1h\nnetworks:\n  «lan»: { vlan: 3 }`],
    ['key.missing', `${NET}, «dhcp»: {} }`],
    ['key.missing', `until: 1h\ndo:\n  - «at: 5m»`],
    ['value.type', 'until: 1h\nhosts: «3»'],
    ['value.type', 'until: 1h\n«about»: [a]'],
    ['value.type', `until: 1h\nhosts: { a: { ${HOST}, «roles»: { cloud: 1 } } }`],
    ['value.type', `${NET}, dhcp: { enabled: «yes», scope: 10.0.0.5-10.0.0.9 } }`],
    ['value.type', 'until: 1h\nstart: «2016-13-01T00:00:00Z»'],
    ['value.type', 'until: 1h\n? «[a, b]»\n: 3'],
    ['value.type', `${LAB}do:\n  - { at: 1m, fail-host: esx-01, «start-dhcp»: mgmt }`],
    ['value.unit', `until: 1h\nhosts: { a: { cpu: { cores: 1 }, memory: «128» } }`],
    ['value.unit', `until: 1h\nhosts: { a: { cpu: { cores: 1 }, memory: «128G» } }`],
    ['value.unit', 'until: «90»'],
    ['value.unit', 'until: «90M»'],
    ['value.range', 'until: «0s»'],
    ['value.range', `until: 1h\nhosts: { a: { cpu: { cores: «0» }, memory: 1GiB } }`],
    ['value.range', `until: 1h\nhosts: { a: { ${HOST}, power: «offf» } }`],
    ['value.range', `${NET}, vlan: «4095» }`],
    ['value.range', `until: 1h\nhosts:\n  «esx-[04-01]»: { ${HOST} }`],
    ['value.range', `until: 1h\nhosts:\n  «esx-[00001-99999]»: { ${HOST} }`],
    [
      'value.range',
      `until: 1h\npki: { roots: { ca: { from: 2016-01-01T00:00:00Z, until: «2015-01-01T00:00:00Z» } } }`,
    ],
    ['value.range', 'until: 1h\npki: { intermediates: { a: { issued-by: «a» } } }'],
    ['value.range', `${SITE}  a.b: { tls: { issued-by: ca }, mirror-of: «a.b» }`],
    [
      'value.type',
      `${LAB.replace('vm-image: {', 'vm-image: { engine: skopeo, mirror: «a.b»,')}internet: { a.b: { tls: { issued-by: public-web } } }\n`,
    ],
    [
      'value.type',
      'until: 1h\nnetworks: { lan: { cidr: 10.0.0.0/24 } }\nproxies: { p: { path: lan -> internet, mode: transparent, «users»: [a] } }',
    ],
    ['version.unsupported', 'version: «2»\nuntil: 1h'],
  ])('%s in %j', (code, marked) => void expectIssue(code, marked));

  test('help offers what was meant', () => {
    expect(issuesOf(`${NET}, dhpc: {} }`)[0]?.help).toContain('did you mean `dhcp`?');
    expect(issuesOf('until: 1h\nhosts: { a: { cpu: { cores: 1 }, memory: 128G } }')[0]?.help).toContain(
      '128GiB',
    );
    expect(issuesOf(`until: 1h\nhosts: { a: { ${HOST}, power: offf } }`)[0]?.help).toBe(
      'did you mean `off`?',
    );
    expect(issuesOf(`${NET}, dhcp: { enabled: yes, scope: 10.0.0.5-10.0.0.9 } }`)[0]?.help).toBe(
      'write `true`',
    );
    expect(issuesOf(`until: 1h\nname: 5`)[0]?.help).toBe('put it in quotes: `"5"`');
  });

  test('a mistake in a range is told once', () => {
    expectIssue('value.unit', 'until: 1h\nhosts:\n  esx-[01-99]: { cpu: { cores: 1 }, memory: «128» }');
  });

  test('keys that begin with x- are the user’s own', () => {
    expect(issuesOf('until: 1h\nx-note: { a: 1 }\nhosts: { x-old: 3 }')).toEqual([]);
  });
});

describe('names', () => {
  test.each([
    ['name.unknown', `until: 1h\nhosts: { a: { ${HOST}, nics: { n: { network: «lan» } } } }`],
    ['name.unknown', 'until: 1h\ndatastores: { d: { hosts: «esx-*», capacity: 1TB, write: 1MB/s } }'],
    ['name.unknown', `${SITE}  quay.io: { tls: { issued-by: «cb» } }`],
    ['name.unknown', `${SITE}  quay.io: { tls: { issued-by: ca, sends: [«cb»] } }`],
    ['name.unknown', `${SITE}  quay.io: { tls: { issued-by: ca }, mirror-of: «docker.io» }`],
    ['name.unknown', LAB.replace('vm-image: {', 'vm-image: { mirror: «docker.io»,')],
    ['name.unknown', LAB.replace('vm-image: {', 'vm-image: { insecure-registries: [«docker.io»],')],
    ['name.unknown', 'until: 1h\npki: { roots: { ca: {} }, intermediates: { a: { issued-by: «cb» } } }'],
    [
      'name.unknown',
      'until: 1h\npki: { roots: { ca: {} }, intermediates: { a: { issued-by: ca, copy-of: «cb» } } }',
    ],
    ['name.duplicate', 'until: 1h\npki: { roots: { ca: {} }, intermediates: { «ca»: { issued-by: ca } } }'],
    ['name.unknown', `until: 1h\nproxies: { p: { path: «lan -> internet» } }`],
    ['name.unknown', LAB.replace('on: esx-01', 'on: «esx-1»')],
    ['name.unknown', doing('fail-host: «esx-05»')],
    ['name.unknown', doing('delete-cluster: «mesos-2»')],
    ['name.unknown', doing('restart-engine: «mesos-1-slave-1»')],
    ['name.unknown', by('restart-engine: «mesos-1-slvae-1»')],
    ['name.unknown', by('restart-engine: «mesos-1-slave-0»')],
    ['name.unknown', by('restart-engine: «mesos-1-master-4»')],
    ['name.unknown', by('restart-engine: «mesos-2-*»')],
    ['name.unknown', by('add-root: { node: mesos-1-*, roots: [«corp»] }')],
    ['name.unknown', by('add-root: { node: mesos-1-*, roots: [corp-root], registry: «quay.io» }')],
    ['name.unknown', by('pull-image: { node: «web-1», image: lab/slave }')],
    ['key.missing', by('«pull-image»: { node: mesos-1-slave-1 }')],
    ['key.missing', by('«add-root»: { node: mesos-1-slave-1 }')],
    ['name.unknown', LAB.replace('vm-image: {', 'vm-image: { registry-roots: { «quay.io»: [corp-root] },')],
    ['name.unknown', doing('edit-template: { trusts: [public-web, «corp»] }')],
    ['name.unknown', doing('create-vm: { name: a, tenant: lab, project: «prod», flavor: cluster-other-vm }')],
    ['name.unknown', doing('create-vm: { name: a, tenant: lab, project: dev, flavor: «tiny» }')],
    ['name.unknown', doing(CLUSTER.replace('slave: lab/slave', 'slave: «other»'))],
    ['name.unknown', `until: 1h\nexpect: [{ that: «cluster mesos-1 is ready» }]`],
    ['name.duplicate', `until: 1h\nhosts:\n  a-[1-3]: { ${HOST} }\n  «a-[3-5]»: { ${HOST} }`],
    ['name.duplicate', doing(CLUSTER.replace('[10.20.0.11]', '[10.20.0.11, «10.20.0.11»]'))],
    [
      'name.duplicate',
      `${SITE}  a.b: { tls: { issued-by: ca }, images: { x: { layers: [{ l: 1MB }, «{ l: 1MB }»] } } }`,
    ],
    ['name.invalid', `until: 1h\nhosts:\n  «a b»: { ${HOST} }`],
    ['name.invalid', `until: 1h\nhosts:\n  «__proto__»: { ${HOST} }`],
    ['name.invalid', `until: 1h\nhosts:\n  «${'a'.repeat(64)}»: { ${HOST} }`],
    ['name.invalid', 'until: 1h\nname: «../../etc»'],
  ])('%s in %j', (code, marked) => void expectIssue(code, marked));

  test('the nearest name is offered', () => {
    expect(issuesOf(LAB.replace('on: esx-01', 'on: esx-1'))[0]?.help).toBe('did you mean `esx-01`?');
  });

  test('a node is known by its cluster, also by that of the second of a name', () => {
    const later = '  - { at: 3m, delete-cluster: mesos-1 }\n';
    const again = `${doing(CLUSTER)}${later}  - { at: 9m, ${CLUSTER.replace('slaves: 4', 'slaves: 5')} }\n`;
    const on = (node: string) => issuesOf(`${again}  - { at: 10m, restart-engine: "${node}" }\n`);
    expect(on('mesos-1~2-slave-5')).toEqual([]);
    expect(on('mesos-1-slave-[1-4]')).toEqual([]);
    expect(on('mesos-1-slvae-1')[0]?.help).toBe('did you mean `mesos-1-slave-1`?');
    const [beyond] = on('mesos-1-slave-5');
    expect(beyond).toMatchObject({ severity: 'warning', code: 'name.unknown' });
    expect(on('mesos-1-master-4')[0]).toMatchObject({ severity: 'error', code: 'name.unknown' });
    const [podless] = issuesOf(
      `${again}  - { at: 10m, run-pod: { node: mesos-1-slave-1, name: web, image: lab/slave } }\n`,
    );
    expect(podless).toMatchObject({ severity: 'error', code: 'name.unknown' });
    const wrong = again.replace('slaves: 4', 'slaves: four');
    const told = issuesOf(`${wrong}  - { at: 10m, restart-engine: nobody }\n`);
    expect(told.map(({ code }) => code)).toEqual(['value.type']);
  });

  test('a folder of roots for Docker Hub is told to be of no use, unless the client reads it', () => {
    const hub = 'registry-1.docker.io';
    const internet = `internet: { ${hub}: { tls: { issued-by: public-web } } }\n`;
    const folder = (engine: string) =>
      LAB.replace('vm-image: {', `vm-image: { ${engine} registry-roots: { ${hub}: [corp-root] },`) + internet;
    const codes = (text: string) => issuesOf(text).map(({ severity, code }) => `${severity} ${code}`);
    expect(codes(folder(''))).toEqual(['warning roots.unused']);
    expect(codes(folder('engine: containerd,'))).toEqual([]);
    const added = by(`add-root: { node: mesos-1-*, roots: [corp-root], registry: ${hub} }`) + internet;
    expect(codes(added)).toEqual(['warning roots.unused']);
  });

  test('an image that somebody pulls is served by some site, or the check says so', () => {
    const [issue] = issuesOf(by('pull-image: { node: mesos-1-slave-1, image: lab/slvae }'));
    expect(issue).toMatchObject({ severity: 'warning', code: 'name.unknown' });
  });

  test('names that JavaScript knows are only names', () => {
    const reading = read(`until: 1h\nhosts:\n  constructor: { ${HOST} }\n  toString: { ${HOST} }\n`);
    expect(reading.ok && Object.keys(reading.checked.scenario.hosts)).toEqual(['constructor', 'toString']);
    expectIssue('name.unknown', LAB.replace('on: esx-01', 'on: «constructor»'));
    expect(({} as Record<string, unknown>)['cpu']).toBeUndefined();
  });
});

describe('addresses', () => {
  const own = (rest: string): string => `${NET}, ${rest} }`;
  test.each([
    ['address.invalid', 'until: 1h\nnetworks: { lan: { cidr: «10.0.0.0» } }'],
    ['address.invalid', 'until: 1h\nnetworks: { lan: { cidr: «10.0.0.1/24» } }'],
    ['address.invalid', own('gateway: «10.1»')],
    ['address.invalid', own('dns: [10.0.0.2, «10.0.0.256»]')],
    ['address.invalid', own('dhcp: { scope: «10.0.0.5» }')],
    ['address.outside-subnet', own('dhcp: { scope: «10.0.1.5-10.0.1.9» }')],
    ['address.outside-subnet', own('gateway: «10.0.1.1»')],
    [
      'address.outside-subnet',
      doing('take-address: { network: mgmt, address: «10.21.0.9», holder: printer }'),
    ],
    ['address.outside-subnet', doing(CLUSTER.replace('[10.20.0.11]', '[«10.21.0.11»]'))],
    ['address.reserved', own('gateway: 10.0.0.50, dhcp: { scope: «10.0.0.0-10.0.0.9» }')],
    ['address.reserved', own('dhcp: { scope: «10.0.0.9-10.0.0.255» }')],
    ['address.reserved', doing(CLUSTER.replace('[10.20.0.11]', '[«10.20.0.255»]'))],
    ['scope.reversed', own('dhcp: { scope: «10.0.0.9-10.0.0.5» }')],
    ['scope.covers-static', doing(CLUSTER.replace('[10.20.0.11]', '[«10.20.0.60»]'))],
    ['scope.covers-static', own('dns: [«10.0.0.6»], dhcp: { scope: 10.0.0.5-10.0.0.9 }')],
    [
      'dhcp.missing',
      doing(CLUSTER.replace('create-cluster', '«create-cluster»')).replace(/, dhcp: \{ [^}]* \}/, ''),
    ],
    ['dhcp.missing', doing('start-dhcp: «mgmt»').replace(/, dhcp: \{ [^}]* \}/, '')],
  ])('%s in %j', (code, marked) => void expectIssue(code, marked));

  test('a scope that is switched off covers nothing until it is started', () => {
    const off = own('dns: [10.0.0.6], dhcp: { enabled: false, scope: 10.0.0.5-10.0.0.9 }');
    expect(issuesOf(off)).toEqual([]);
    expect(issuesOf(`${off}\ndo: [{ at: 1m, start-dhcp: lan }]`).map((issue) => issue.code)).toEqual([
      'scope.covers-static',
    ]);
  });
});

describe('quota and time', () => {
  const large = doing(CLUSTER.replace('slaves: 4', 'slaves: 40'));
  test('a cluster larger than its project', () => {
    const marked = large.replace('create-cluster', '«create-cluster»');
    expect(expectIssue('cluster.too-large', marked).severity).toBe('error');
    const expected = `${marked}expect: [{ that: fails with quota.exceeded }]\n`;
    expect(expectIssue('cluster.too-large', expected).severity).toBe('warning');
  });

  test('by memory and by processors too', () => {
    const masters = CLUSTER.replace('slaves: 4', 'slaves: 1, masters: 10');
    expect(issuesOf(doing(masters.replace('masters: 10', 'masters: 17')))[0]?.message).toContain('vm.cpu');
    const heavy = doing(CLUSTER).replace('vm.memory: 256GiB', 'vm.memory: 32GiB');
    expect(issuesOf(heavy)[0]?.message).toBe('`mesos-1` needs 48GiB `vm.memory`');
  });

  test('projects larger than their ticket', () => {
    const one = LAB.replace('limits: { vm: 20,', 'limits: { vm: «41»,');
    expectIssue('project.too-large', one);
    expectIssue(
      'project.too-large',
      one.replace('vm: «41»,', 'vm: 20,').replace('} } } } }', '} }, b: { limits: { vm: «21» } } } } }'),
    );
  });

  test('after the end', () => {
    const late = doing('fail-host: esx-01').replace('at: 1m', 'at: «2h»');
    expect(expectIssue('time.after-until', late).severity).toBe('warning');
    expectIssue('time.after-until', 'until: 1h\nexpect: [{ that: nothing fails, by: «2h» }]');
  });
});

describe('sentences', () => {
  test.each([
    ['expect.syntax', 'until: 1h\nexpect: [{ that: «all is well» }]'],
    ['expect.syntax', `${doing(CLUSTER)}expect: [{ that: «cluster mesos-1 is redy» }]`],
    ['expect.syntax', 'until: 1h\nexpect: [{ that: «fails with Everything» }]'],
    ['expect.syntax', `${doing(CLUSTER)}expect: [{ that: «node mesos-1-slave-1 is running» }]`],
    ['name.unknown', `${doing(CLUSTER)}expect: [{ that: «node mesos-1-slvae-1 has image lab/slave» }]`],
    ['threshold.syntax', 'until: 1h\nthresholds: { a.b: [«fast»] }'],
    ['threshold.syntax', 'until: 1h\nthresholds: { a.b: ["count == 0", «p(101) < 3»] }'],
    ['threshold.syntax', 'until: 1h\nthresholds: { a.duration: [«max < 3»] }'],
  ])('%s in %j', (code, marked) => void expectIssue(code, marked));
});
