/** A host fails, and single machines: what is left of the dead and of the deleted. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import type { Vm } from '../../src/models/vm/state.ts';
import type { DhcpSpec, Scenario } from '../../src/scenario/types.ts';
import { ip } from '../support/spec.ts';
import { createMesos, doing, lab, lan, mesosOf, type Rehearsal, rehearse } from '../support/world.ts';

const failure = (run: Rehearsal) =>
  run.last('cluster.Failed').event as unknown as { why: string; words: string; step: string };
const scoped = (dhcp: Partial<DhcpSpec>): Partial<Scenario> => ({
  networks: { lan: { ...lan, dhcp: { ...lan.dhcp, ...dhcp } } },
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
    expect(run.paths(run.last('host.Failed'))).toEqual(['do[1]']);
    for (const lost of run.all('vm.Lost')) expect(run.paths(lost)).toEqual(['do[1]']);
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
        .all('dhcp-client.Halted')
        .map(({ entity }) => entity.slice('dhcp-client/'.length))
        .sort(),
    ).toEqual(dead.sort());
    expect(run.all('dhcp.Released')).toEqual([]);
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
          cluster: mesosOf({ name: 'second', zookeepers: [ip('10.0.0.14')] }),
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

describe('at the very instant of a failure', () => {
  type Claims = { readonly claims: ReadonlyMap<number, readonly { readonly holder: string }[]> };
  /** VMs that the segment says hold an address, and those that run and believe to have one. */
  const held = ({ engine: { world } }: Rehearsal) => ({
    claimed: [...(world.stateOf('segment/lan') as Claims).claims.values()]
      .flat()
      .map(({ holder }) => holder)
      .filter((holder) => holder.startsWith('vm/'))
      .sort(),
    used: [...world.each('vm')]
      .filter(([, vm]) => (vm as Vm).power === 'started' && (vm as Vm).address >= 0)
      .map(([name]) => `vm/${name}`)
      .sort(),
  });
  const calm = rehearse(lab());
  const until = 5 * MINUTE;

  // With `ties` the claim, the machine's knowledge of it and the failure come in every order.
  test.each([
    ['a static address', 'vm.GuestReached', (name: string) => name.includes('zookeeper')],
    ['a lease', 'dhcp-client.Bound', () => true],
  ] as const)('no dead or deleted machine keeps %s that it was about to get', (_, kind, concerns) => {
    const ends = calm
      .all(kind)
      .filter(({ entity, event }) => concerns(entity) && (event['phase'] ?? 'network') === 'network');
    expect(ends.length).toBeGreaterThan(2);
    for (const { entity, at } of ends) {
      const name = entity.slice(entity.indexOf('/') + 1);
      const { host } = calm.engine.world.stateOf(`vm/${name}`) as Vm;
      for (const action of [
        { verb: 'fail-host', host },
        { verb: 'delete-vm', name },
      ])
        for (let ties = 0; ties < 12; ties += 1) {
          const actions = doing([10 * SECOND, createMesos], [at, action as never]);
          const run = rehearse(lab({ actions, until }), { ties });
          const { claimed, used } = held(run);
          expect(claimed, `${action.verb} for ${name}, ties ${ties}`).toEqual(used);
        }
    }
  });

  test('no machine is made on a host that has just gone, in whatever order of ties', () => {
    const placed = calm.all('scheduler.Placed')[0] as Replayed;
    let late = 0;
    for (let ties = 0; ties < 60; ties += 1) {
      const action = { verb: 'fail-host', host: placed.event['host'] as string } as const;
      const run = rehearse(lab({ actions: doing([10 * SECOND, createMesos], [placed.at, action]), until }), {
        ties,
      });
      const { world } = run.engine;
      const failed = run.last('host.Failed').seq;
      for (const [name, vm] of world.each('vm') as Iterable<readonly [string, Vm]>) {
        if (vm.host !== action.host) continue;
        expect(vm.power, `${name}, ties ${ties}`).toBe('lost');
        if (run.last('vm.Placed', name).seq < failed) continue;
        late += 1;
        expect(run.paths(run.last('vm.Lost', name))).toEqual(['do[1]']);
      }
    }
    expect(late).toBeGreaterThan(0);
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
        // It does not mind that the RELEASE of networkd names no server (dhcp.md 7.4).
        ...scoped({ software: 'kea' }),
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
