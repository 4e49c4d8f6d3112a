/** Each way the field story goes wrong: the failure has its name, and its facts lead to the lines that made it so. */
import { describe, expect, test } from 'vitest';
import { DAY, GIB, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import type { DhcpSpec, Scenario } from '../../src/scenario/types.ts';
import { ip } from '../support/spec.ts';
import {
  createMesos,
  doing,
  HUB,
  inspector,
  lab,
  lan,
  mesos,
  type Rehearsal,
  rehearse,
  site,
} from '../support/world.ts';

const failure = (run: Rehearsal) =>
  run.last('cluster.Failed').event as unknown as { why: string; words: string; step: string };
const scoped = (dhcp: Partial<DhcpSpec>): Partial<Scenario> => ({
  networks: { lan: { ...lan, dhcp: { ...lan.dhcp, ...dhcp } as never } },
});

describe('addresses', () => {
  test('DHCP off: the first nodes that need it wait ten minutes, and the scope is why', () => {
    const run = rehearse(lab(scoped({ enabled: false })));
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'address.none' });
    expect(failure(run).words).toBe(
      'Failed to rollout mesos-master. Error: VM failed to acquire an IP address',
    );
    expect(run.paths(run.last('cluster.Failed'))).toEqual(['do[0]', 'networks.lan.dhcp']);
    const started = run
      .all('node.StageStarted')
      .find(({ entity, event }) => entity === 'node/mesos-master-1' && event['stage'] === 'VERIFY_VM');
    expect(run.last('node.DeadlineReached', 'mesos-master-1').at - (started?.at ?? 0)).toBe(600 * SECOND);
  });

  test('DHCP stopped by hand: the action is why', () => {
    const run = rehearse(
      lab({ actions: doing([SECOND, { verb: 'stop-dhcp', network: 'lan' }], [10 * SECOND, createMesos]) }),
    );
    expect(failure(run).why).toBe('address.none');
    expect(run.paths(run.last('cluster.Failed'))).toContain('do[0]');
    expect(run.paths(run.last('cluster.Failed'))).not.toContain('networks.lan.dhcp');
  });

  test('no scope at all: the network is why', () => {
    const { dhcp: _, ...bare } = lan;
    const run = rehearse(lab({ networks: { lan: bare } }));
    expect(failure(run).why).toBe('address.none');
    expect(run.paths(run.last('cluster.Failed'))).toContain('networks.lan');
  });

  test('DHCP repaired in time: the nodes bind at their next DISCOVER, at most 65 s later (dhcp.md 12.1)', () => {
    const repaired = 8 * MINUTE;
    const run = rehearse(
      lab({
        ...scoped({ enabled: false }),
        actions: doing([10 * SECOND, createMesos], [repaired, { verb: 'start-dhcp', network: 'lan' }]),
      }),
    );
    expect(run.all('cluster.Ready')).toHaveLength(1);
    const masters = run.all('dhcp-client.Bound').filter(({ entity }) => entity.includes('master'));
    expect(masters).toHaveLength(3);
    for (const { at } of masters) expect(at - repaired).toBeLessThanOrEqual(65 * SECOND + 2_000);
  });

  test('an exhausted scope is silent, and its size is why', () => {
    const run = rehearse(lab(scoped({ last: ip('10.0.0.101') })));
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'address.none' });
    expect(run.all('dhcp.Silent').length).toBeGreaterThan(5);
    expect(run.all('dhcp.Refused')).toEqual([]);
    expect(run.paths(run.last('cluster.Failed'))).toContain('networks.lan.dhcp');
    expect(run.all('cluster.NodeFailed')).toHaveLength(1);
  });

  const squatting = doing(
    [SECOND, { verb: 'take-address', network: 'lan', address: ip('10.0.0.100'), holder: 'camera' }],
    [10 * SECOND, createMesos],
  );

  test('a squatter in the scope is found by the ping check and avoided', () => {
    const run = rehearse(lab({ ...scoped({ check: 'ping' }), actions: squatting }));
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect(run.all('dhcp.Abandoned').map(({ event }) => event['address'])).toEqual([ip('10.0.0.100')]);
    expect(run.all('segment.Duplicated')).toEqual([]);
    // A free address is waited for three seconds (7.1).
    const [checking, offered] = [
      run.all('dhcp.Checking').at(-1) as Replayed,
      run.all('dhcp.Offered').at(-1) as Replayed,
    ];
    expect(offered.at - checking.at).toBe(3 * SECOND);
  });

  test('without the check two answer for one address: the service is unreachable, and both claims are why', () => {
    const run = rehearse(lab({ actions: squatting }));
    const [duplicate] = run.all('segment.Duplicated');
    expect(duplicate?.event).toMatchObject({
      why: 'address.duplicate',
      words: expect.stringMatching(/^10\.0\.0\.100 is used by device\/camera and vm\/mesos-master-/),
    });
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'time.exceeded' });
    expect(failure(run).words).toBe('Failed to rollout mesos-master. Error: Wait period expired');
    expect(run.paths(run.last('cluster.Failed'))).toContain('do[0]');
    expect(run.paths(duplicate as Replayed)).toEqual(expect.arrayContaining(['do[0]', 'networks.lan.dhcp']));
  });

  test('a static zookeeper inside the scope and a lease on its address: the masters cannot form a quorum', () => {
    const run = rehearse(lab(scoped({ first: ip('10.0.0.11'), last: ip('10.0.0.60') })));
    expect(run.all('segment.Duplicated')).toHaveLength(3);
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'time.exceeded' });
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['do[0]', 'networks.lan.dhcp']),
    );
  });
});

describe('TLS', () => {
  const inspected = (more: Partial<typeof inspector> = {}): Partial<Scenario> => ({
    proxies: { corp: { ...inspector, ...more } },
  });
  const refusals = (run: Rehearsal) => [
    ...new Set(run.all('trust.Refused').map(({ event }) => event['why'])),
  ];

  test('an inspecting proxy whose root is not in the nodes fails the first phase with "time exceeded"', () => {
    const run = rehearse(lab(inspected()));
    expect(refusals(run)).toEqual(['tls.untrusted-issuer']);
    expect(failure(run)).toMatchObject({ step: 'SETUP_ZOOKEEPERS', why: 'time.exceeded' });
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['platform.image.trusts', 'platform.template', 'proxies.corp.tls']),
    );
    // Not retried (photon-and-vdvs.md 5.3).
    expect(run.all('docker.PullStarted')).toHaveLength(3);
    expect(run.last('docker.PullFailed').event['words']).toBe(
      'Error while pulling image: Get https://index.docker.io/v1/repositories/esxcloud/zookeeper/images: x509: certificate signed by unknown authority',
    );
  });

  test('its root in the template mends that, before the nodes are made', () => {
    const scenario = lab(inspected());
    const template = { ...scenario.platform!.template, trusts: ['corp-root'] };
    const mended = rehearse({ ...scenario, platform: { ...scenario.platform!, template } });
    expect(mended.all('cluster.Ready')).toHaveLength(1);
  });

  test('a template edited after the ISO was built is too late for that node', () => {
    const run = rehearse(
      lab({
        ...inspected(),
        actions: doing(
          [10 * SECOND, createMesos],
          [5 * MINUTE, { verb: 'edit-template', trusts: ['corp-root'] }],
        ),
      }),
    );
    expect(failure(run).step).toBe('SETUP_ZOOKEEPERS');
  });

  test('a bypass for the registry mends it too', () => {
    expect(rehearse(lab(inspected({ bypass: [HUB] }))).all('cluster.Ready')).toHaveLength(1);
  });

  test.each([
    ['behind by more than the proxy backdates', -2 * HOUR, 'tls.not-yet-valid'],
    ['two years ahead', 730 * DAY, 'tls.expired'],
  ] as const)('a clock %s, and the clock of the host is why', (_, clock, why) => {
    const scenario = lab(inspected());
    const hosts = Object.fromEntries(
      Object.entries(scenario.hosts).map(([name, host]) => [name, { ...host, clock }]),
    );
    const template = { ...scenario.platform!.template, trusts: ['corp-root'] };
    const run = rehearse({ ...scenario, hosts, platform: { ...scenario.platform!, template } });
    expect(refusals(run)).toEqual([why]);
    expect(run.paths(run.last('cluster.Failed')).some((path) => path.startsWith('hosts.'))).toBe(true);
  });

  test('a clock that is set right mends the nodes that are started after it', () => {
    const scenario = lab(inspected());
    const hosts = Object.fromEntries(
      Object.entries(scenario.hosts).map(([name, host]) => [name, { ...host, clock: -2 * HOUR }]),
    );
    const template = { ...scenario.platform!.template, trusts: ['corp-root'] };
    const actions = doing(
      ...['esx-01', 'esx-02'].map((host) => [SECOND, { verb: 'set-clock', host, clock: 0 }] as const),
      [10 * SECOND, createMesos],
    );
    expect(
      rehearse({ ...scenario, hosts, actions, platform: { ...scenario.platform!, template } }).all(
        'cluster.Ready',
      ),
    ).toHaveLength(1);
  });

  test('a certificate of the registry that has expired, and the registry is why', () => {
    const run = rehearse(lab({ internet: { [HUB]: { ...site, until: -1 } } }));
    expect(refusals(run)).toEqual(['tls.expired']);
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('a proxy that is down', () => {
    const run = rehearse(lab(inspected({ up: false })));
    expect(new Set(run.all('docker.PullFailed').map(({ event }) => event['why']))).toEqual(
      new Set(['proxy.down']),
    );
    expect(run.paths(run.last('cluster.Failed'))).toContain('proxies.corp');
  });
});

describe('registries', () => {
  test('one that does not answer', () => {
    const run = rehearse(lab({ internet: { [HUB]: { ...site, up: false } } }));
    expect(run.last('docker.PullFailed').event['why']).toBe('registry.unreachable');
    expect(
      run.last('docker.PullFailed', 'mesos-zookeeper-1').at -
        run.last('docker.PullStarted', 'mesos-zookeeper-1').at,
    ).toBe(15 * SECOND);
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('one that does not have the image', () => {
    const run = rehearse(lab({ internet: { [HUB]: { ...site, images: {} } } }));
    expect(run.last('docker.PullFailed').event['why']).toBe('image.not-found');
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('one that does not exist', () => {
    const run = rehearse(lab({ internet: {} }));
    expect(run.last('docker.PullFailed').event['words']).toBe(`dial tcp: lookup ${HUB}: no such host`);
    expect(failure(run).why).toBe('time.exceeded');
  });
});

describe('room', () => {
  const limited = (limits: Record<string, number>): Scenario => {
    const scenario = lab();
    const tenants = scenario.platform!.tenants;
    const dev = { ...tenants['lab']!.projects['dev']!, limits };
    return {
      ...scenario,
      platform: { ...scenario.platform!, tenants: { lab: { ...tenants['lab']!, projects: { dev } } } },
    };
  };

  test('a project too small for the cluster refuses the VM that would pass its limit', () => {
    const run = rehearse(limited({ vm: 4 }));
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'quota.exceeded' });
    expect(run.all('ticket.Refused')).toHaveLength(2);
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['do[0]', 'platform.tenants.lab.projects.dev']),
    );
  });

  test('a project that is exactly large enough does not', () => {
    expect(rehearse(limited({ vm: 9 })).all('cluster.Ready')).toHaveLength(1);
    expect(rehearse(limited({ vm: 8 })).all('cluster.Ready')).toHaveLength(0);
  });

  test('a project that is too large for its tenant is refused there', () => {
    const run = rehearse(limited({ vm: 101 }));
    expect(run.last('ticket.Refused', 'lab').event).toMatchObject({
      holder: 'ticket/lab/dev',
      why: 'quota.exceeded',
    });
  });

  test('hosts that are too small', () => {
    const scenario = lab();
    const hosts = Object.fromEntries(
      Object.entries(scenario.hosts).map(([name, host]) => [name, { ...host, memory: 4 * GIB }]),
    );
    const run = rehearse({ ...scenario, hosts });
    expect(failure(run)).toMatchObject({ step: 'SETUP_ZOOKEEPERS', why: 'placement.not-enough-memory' });
    expect(
      run.paths(run.last('cluster.Failed')).some((path) => path.startsWith('hosts.') || path === 'do[0]'),
    ).toBe(true);
  });

  test('no host for VMs: the hosts are why', () => {
    const scenario = lab();
    const hosts = { 'esx-01': { ...scenario.hosts['esx-01']!, roles: ['mgmt' as const] } };
    const run = rehearse({ ...scenario, hosts });
    expect(failure(run).why).toBe('placement.no-host');
  });

  test('a datastore too small for the image', () => {
    const scenario = lab();
    const datastores = { vsan: { ...scenario.datastores['vsan']!, capacity: 2 * GIB } };
    const run = rehearse({ ...scenario, datastores });
    expect(failure(run).why).toBe('datastore.full');
    expect(run.paths(run.last('cluster.Failed'))).toContain('datastores.vsan');
  });
});

describe('a host that fails', () => {
  const failing = (
    at: number,
    more: readonly (readonly [number, Record<string, unknown> & { verb: string }])[] = [],
  ) =>
    rehearse(
      lab({
        until: 20 * HOUR,
        actions: doing(
          [10 * SECOND, createMesos],
          [at, { verb: 'fail-host', host: 'esx-02' }],
          ...(more as never[]),
        ),
      }),
    );
  const lostOf = (run: Rehearsal) =>
    new Set(run.all('vm.Lost').map(({ entity }) => entity.slice('vm/'.length)));

  test('while the cluster is made takes its VMs and fails the cluster, and the action is why', () => {
    const run = failing(70 * SECOND);
    expect(lostOf(run).size).toBeGreaterThan(0);
    expect(failure(run).why).toBe('host.failed');
    expect(run.paths(run.last('cluster.Failed'))).toContain('do[1]');
  });

  const instants = [70, 75, 80, 82, 84, 86, 88, 90, 100, 110, 120].map((seconds) => seconds * SECOND);

  test('leaves nothing of its VMs that begins later: no engine, pull, container or lease', () => {
    const beginnings = ['Starting', 'PullStarted', 'ContainerStarted', 'Bound'];
    for (const at of instants) {
      const run = failing(at);
      const lost = lostOf(run);
      const ghosts = run.events.filter(
        ({ at: then, entity, event }) =>
          then > at && lost.has(entity.slice(entity.indexOf('/') + 1)) && beginnings.includes(event.type),
      );
      expect(ghosts, `failed at ${at}`).toEqual([]);
    }
  });

  test('leaves no transfer of its VMs that takes from the links of others', () => {
    for (let at = 84 * SECOND; at < 110 * SECOND; at += SECOND / 8) {
      const run = failing(at);
      const lost = lostOf(run);
      const running = new Set(run.all('docker.Stopped').map(({ entity }) => entity));
      const ghosts = run.all('fabric.Started').filter(({ at: then, event }) => {
        const owner = event['owner'] as string;
        return then > at && running.has(owner as never) && lost.has(owner.slice('docker/'.length));
      });
      expect(ghosts, `failed at ${at}`).toEqual([]);
    }
  });

  test('a dead machine does not renew its lease: it runs out by itself', () => {
    const run = failing(30 * MINUTE);
    const dead = [...lostOf(run)].filter((name) =>
      run.all('dhcp-client.Bound').some(({ entity }) => entity === `dhcp-client/${name}`),
    );
    expect(dead.length).toBeGreaterThan(0);
    const leases = (run.engine.world.stateOf('dhcp/lan') as { leases: Map<string, unknown> }).leases;
    for (const name of dead) expect(leases.has(name), `${name} still holds its lease after 20 h`).toBe(false);
    expect(
      run
        .all('dhcp-client.Renewing')
        .filter(({ entity, at }) => at > 30 * MINUTE && dead.includes(entity.slice('dhcp-client/'.length))),
    ).toEqual([]);
  });

  test('a machine that never got an address stops asking when its host dies', () => {
    const run = rehearse(
      lab({
        ...scoped({ enabled: false }),
        until: 3 * HOUR,
        actions: doing([10 * SECOND, createMesos], [10 * MINUTE, { verb: 'fail-host', host: 'esx-02' }]),
      }),
    );
    const dead = [...lostOf(run)].filter((name) => name.includes('master'));
    expect(dead.length).toBeGreaterThan(0);
    const late = run
      .all('dhcp-client.Discovering')
      .filter(({ entity, at }) => at > 11 * MINUTE && dead.includes(entity.slice('dhcp-client/'.length)));
    expect(late).toEqual([]);
  });

  test('that comes back takes new VMs', () => {
    const run = failing(30 * MINUTE, [
      [40 * MINUTE, { verb: 'power-on-host', host: 'esx-02' }],
      [
        HOUR,
        {
          verb: 'create-cluster',
          cluster: { ...mesos, name: 'second', zookeepers: [ip('10.0.0.14')] } as never,
        },
      ],
    ]);
    expect(run.all('scheduler.HostAdded').at(-1)?.at).toBe(45 * MINUTE);
    expect(run.all('cluster.Ready').at(-1)?.entity).toBe('cluster/second');
    expect(run.all('scheduler.Placed').some(({ at, event }) => at > HOUR && event['host'] === 'esx-02')).toBe(
      true,
    );
  });
});

describe('single VMs', () => {
  const vm = (name: string, more: Record<string, unknown> = {}) =>
    ({
      verb: 'create-vm',
      vm: { name, tenant: 'lab', project: 'dev', flavor: 'small', address: 'dhcp', ...more },
    }) as const;

  test('start by themselves and get an address', () => {
    const run = rehearse(
      lab({ actions: doing([0, vm('web')], [0, vm('db', { address: ip('10.0.0.50') })]) }),
    );
    expect(run.all('vm.Addressed').map(({ entity, event }) => [entity, event['address']])).toEqual(
      expect.arrayContaining([
        ['vm/web', ip('10.0.0.100')],
        ['vm/db', ip('10.0.0.50')],
      ]),
    );
  });

  test('give back everything when they are deleted, and can be made again', () => {
    const run = rehearse(
      lab({
        actions: doing(
          [0, vm('web')],
          [5 * MINUTE, { verb: 'delete-vm', name: 'web' }],
          [6 * MINUTE, vm('web')],
        ),
      }),
    );
    expect(run.all('vm.Addressed')).toHaveLength(2);
    expect(run.all('dhcp.Released')).toHaveLength(1);
    expect(
      (run.engine.world.stateOf('ticket/lab/dev') as { usage: Map<string, number> }).usage.get('vm'),
    ).toBe(1);
  });

  test('made again under the same name boot anew: no timer of the first life is left', () => {
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const run = rehearse(
        lab({
          actions: doing(
            [0, vm('web')],
            [14 * SECOND, { verb: 'delete-vm', name: 'web' }],
            [21 * SECOND, vm('web')],
          ),
        }),
        { seed },
      );
      const on = run.all('vm.PoweredOn').at(-1) as Replayed;
      const up = run
        .all('vm.GuestReached')
        .filter(({ at, event }) => at > on.at && event['phase'] === 'network');
      expect(
        up.map(({ at }) => at - on.at),
        `seed ${seed}`,
      ).toEqual([on.event['boot']]);
    }
  });
});

test('a wait that ends at its last poll succeeds or fails: no node is both provisioned and out of time', () => {
  let close = 0;
  for (let seed = 0; seed < 12; seed += 1) {
    const scenario = lab();
    // Guests need 42 s in the middle: many get their address between the last two polls.
    const addressWait = { polls: 9, every: 5 * SECOND };
    const run = rehearse(
      { ...scenario, platform: { ...scenario.platform!, addressWait } },
      { seed: `${seed}` },
    );
    for (const { entity, at } of run
      .all('node.StageStarted')
      .filter(({ event }) => event['stage'] === 'VERIFY_VM')) {
      const of = (kind: string, name = entity) => run.all(kind).filter((one) => one.entity === name);
      const addressed = of('vm.Addressed', entity.replace('node/', 'vm/'))[0]?.at ?? 0;
      if (addressed > at + 40 * SECOND && addressed < at + 45 * SECOND) close += 1;
      expect(
        of('node.Provisioned').length + of('node.DeadlineReached').length,
        `${entity}, seed ${seed}`,
      ).toBe(1);
    }
  }
  expect(close).toBeGreaterThan(5);
});

test('every event of every story has a cause before it, and every chain ends in a line of the scenario', () => {
  for (const run of [
    rehearse(lab()),
    rehearse(lab({ proxies: { corp: inspector } })),
    rehearse(lab(scoped({ enabled: false }))),
  ]) {
    for (const { seq, cause, event } of run.events) {
      expect(cause).toBeLessThan(seq);
      if (cause === -1) expect(event).toMatchObject({ type: 'Asked', file: 'test.yaml' });
      for (const fact of (event['facts'] ?? []) as number[]) {
        expect(fact).toBeLessThan(seq);
        expect(fact).toBeGreaterThanOrEqual(0);
      }
    }
  }
});
