/** Addresses: the failure has its name, and its facts lead to the lines that made it so. */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/units.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import type { DhcpSpec, Scenario } from '../../src/scenario/types.ts';
import { ip } from '../support/spec.ts';
import { createMesos, doing, lab, lan, type Rehearsal, rehearse } from '../support/world.ts';

const failure = (run: Rehearsal) =>
  run.last('cluster.Failed').event as unknown as { why: string; words: string; step: string };
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
