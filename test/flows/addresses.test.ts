/** Addresses: the failure has its name, and its facts lead to the lines that made it so. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { FLOWS } from '../../src/flows/index.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import type { Server } from '../../src/models/dhcp/ledger.ts';
import type { Segment } from '../../src/models/segment/state.ts';
import { compile } from '../../src/scenario/compile.ts';
import type { DhcpSpec, Scenario } from '../../src/scenario/types.ts';
import { ip } from '../support/spec.ts';
import {
  ALL_MODELS,
  createMesos,
  doing,
  lab,
  lan,
  type Rehearsal,
  rehearse,
  runAll,
} from '../support/world.ts';

const failure = (run: Rehearsal) =>
  run.last('cluster.Failed').event as unknown as { why: string; words: string; step: string };
const range = (first: number, last: number) => ({
  first: ip(`10.0.0.${first}`),
  last: ip(`10.0.0.${last}`),
});
const scoped = (dhcp: Partial<DhcpSpec>): Partial<Scenario> => ({
  networks: { lan: { ...lan, dhcp: { ...lan.dhcp, ...dhcp } } },
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
    const run = rehearse(lab(scoped({ ranges: [range(100, 101)] })));
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

  const over = { ranges: [range(1, 60)] };

  // The server is the gateway, and who pings himself is answered.
  test('a scope over the gateway, which answers the ping check', () => {
    const run = rehearse(lab(scoped({ ...over, check: 'ping' })));
    expect(run.all('dhcp.Abandoned').map(({ event }) => event['address'])).toEqual([
      ip('10.0.0.1'),
      ip('10.0.0.2'),
    ]);
    expect(run.all('segment.Duplicated')).toEqual([]);
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });

  test('a scope over the gateway and no check: it has a rival', () => {
    const run = rehearse(lab(scoped(over)));
    const [gateway, server] = run.all('segment.Duplicated') as [Replayed, Replayed];
    expect(gateway.event['words']).toMatch(/^10\.0\.0\.1 is used by device\/gateway and vm\/mesos-master-/);
    expect(server.event['words']).toMatch(/^10\.0\.0\.2 is used by device\/dns-1 and vm\/mesos-master-/);
    for (const duplicate of [gateway, server])
      expect(run.paths(duplicate)).toEqual(expect.arrayContaining(['networks.lan.dhcp']));
    expect(run.paths(gateway)).toContain('networks.lan');
    expect(run.paths(server)).toContain('networks.lan.dns');
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'time.exceeded' });
  });

  test('a scope that is moved under its leases moves every client that hears of it, and loses no address', () => {
    const scenario = lab({ ...scoped({ lease: 40 * MINUTE }), until: 6 * HOUR });
    const first = ip('10.0.0.200');
    const move = {
      to: 'dhcp/lan',
      due: 30 * MINUTE,
      command: {
        type: 'configure',
        segment: 'lan',
        enabled: true,
        software: 'generic',
        addresses: [lan.gateway],
        network: lan.network,
        prefix: lan.prefix,
        router: lan.gateway,
        ranges: [first, first + 9],
        settings: { lease: 40 * MINUTE, check: 'none' },
      },
      path: 'networks.lan.dhcp',
      file: 'test.yaml',
      line: 1,
    } as const;
    const asks = [...compile(scenario, () => undefined), move];
    const run = runAll(ALL_MODELS, FLOWS, asks, { until: 6 * HOUR });
    expect(run.all('dhcp.Silent')).toEqual([]);
    const { leases } = run.engine.world.stateOf('dhcp/lan') as Server;
    const active = [...leases.values()].filter(({ state }) => state === 'active');
    expect(active.map(({ address }) => address).sort()).toEqual(
      Array.from({ length: 6 }, (_, i) => first + i),
    );
    // networkd hears the refusal when it rebinds what it had, and has another at once.
    expect(run.all('dhcp-client.Refused')).toHaveLength(6);
    expect(run.all('dhcp-client.Rebinding')).toHaveLength(6);
  });

  test.each(['generic', 'kea', 'isc', 'dnsmasq', 'udhcpd', 'windows'] as const)(
    '%s: a VM whose lease nobody renews is without its address, and nobody holds it',
    (software) => {
      const actions = doing([10 * SECOND, createMesos], [30 * MINUTE, { verb: 'stop-dhcp', network: 'lan' }]);
      const run = rehearse(lab({ ...scoped({ software, lease: 40 * MINUTE }), actions }));
      expect(run.all('dhcp-client.Expired')).toHaveLength(6);
      expect(run.all('vm.AddressLost')).toHaveLength(6);
      const { claims } = run.engine.world.stateOf('segment/lan') as Segment;
      expect([...claims.values()].flat().filter(({ how }) => how === 'lease')).toEqual([]);
    },
  );

  test.each(['generic', 'kea', 'windows', 'isc', 'dnsmasq'] as const)(
    '%s: a static zookeeper in the scope has a rival unless the server looks first',
    (software) => {
      const looks = software === 'isc' || software === 'dnsmasq';
      const check = looks ? 'ping' : 'none';
      const run = rehearse(lab(scoped({ software, check, ranges: [range(11, 19)] })));
      const rivals = run.all('segment.Duplicated').map(({ event }) => event['address']);
      if (looks) expect(rivals).toEqual([]);
      else expect(rivals).toEqual([11, 12, 13].map((n) => ip(`10.0.0.${n}`)));
    },
  );

  test('a lease rests on what last switched its scope', () => {
    const run = rehearse(
      lab({
        ...scoped({ enabled: false }),
        actions: doing([SECOND, { verb: 'start-dhcp', network: 'lan' }], [10 * SECOND, createMesos]),
      }),
    );
    const leases = run.all('segment.Claimed').filter(({ event }) => event['how'] === 'lease');
    expect(leases).toHaveLength(6);
    for (const lease of leases) expect(run.paths(lease)).toEqual(['do[0]']);
  });

  test('zookeepers need a quorum of each other: one with a rival fails alone, two take the third along', () => {
    const squatted = (...last: number[]) =>
      rehearse(
        lab({
          actions: doing(
            ...last.map(
              (n) =>
                [
                  SECOND,
                  {
                    verb: 'take-address',
                    network: 'lan',
                    address: ip(`10.0.0.${n}`),
                    holder: `camera-${n}`,
                  },
                ] as const,
            ),
            [10 * SECOND, createMesos],
          ),
        }),
      );
    const ready = (run: Rehearsal) =>
      run
        .all('node.Ready')
        .map(({ entity }) => entity)
        .sort();
    expect(ready(squatted(11))).toEqual(['node/mesos-zookeeper-2', 'node/mesos-zookeeper-3']);
    const two = squatted(11, 12);
    expect(ready(two)).toEqual([]);
    expect(failure(two)).toMatchObject({ step: 'SETUP_ZOOKEEPER', why: 'time.exceeded' });
    // The third has nothing wrong with it: it failed for want of the others.
    expect(two.paths(two.last('node.Failed', 'mesos-zookeeper-3'))).toEqual(
      expect.arrayContaining(['do[0]', 'do[1]', 'do[2]']),
    );
  });

  test('a static zookeeper inside the scope and a lease on its address: the masters cannot form a quorum', () => {
    const run = rehearse(lab(scoped({ ranges: [range(11, 60)] })));
    expect(run.all('segment.Duplicated')).toHaveLength(3);
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'time.exceeded' });
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['do[0]', 'networks.lan.dhcp']),
    );
  });
});

test('a wait that ends at its last poll succeeds or fails: no node is both provisioned and out of time', () => {
  let close = 0;
  for (let seed = 0; seed < 24; seed += 1) {
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
