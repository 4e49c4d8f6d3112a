import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { Server } from '../../src/models/dhcp/ledger.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import type { Segment } from '../../src/models/segment/state.ts';
import type { Vm } from '../../src/models/vm/state.ts';
import { createMesos, doing, IMAGES, lab, lan, mesosOf, rehearse } from '../support/world.ts';

/** The scope of a server that is this product. */
const served = (software: Software) => ({
  networks: { lan: { ...lan, dhcp: { ...lan.dhcp, software } } },
});

describe('a Mesos cluster that comes up', () => {
  const run = rehearse(lab());

  test('is ready, with nothing failed and nothing left to do', () => {
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect(run.events.filter(({ event }) => 'why' in event)).toEqual([]);
    expect(run.engine.world.stateOf('cluster/mesos')).toMatchObject({ power: 'READY' });
  });

  test('goes through its phases in order, each whole before the next (photon-and-vdvs.md 5.2)', () => {
    const steps = run
      .all('cluster.PhaseStarted')
      .map(({ event }) => [event['step'], (event['nodes'] as string[]).length]);
    expect(steps).toEqual([
      ['SETUP_ZOOKEEPER', 3],
      ['SETUP_MASTERS', 3],
      ['SETUP_MARATHON', 1],
      ['SETUP_SLAVES', 1],
      ['SETUP_SLAVES', 1],
    ]);
    for (const role of ['zookeeper', 'master']) {
      const of = (kind: string) => run.all(kind).filter(({ entity }) => entity.includes(`-${role}-`));
      const provisioned = of('node.Provisioned').map(({ at }) => at);
      const checks = of('node.StageStarted').filter(({ event }) => event['stage'] === 'VERIFY_SERVICE');
      expect(checks).toHaveLength(3);
      for (const { at } of checks) expect(at).toBe(Math.max(...provisioned));
    }
  });

  test('gives zookeepers their static addresses and leases the others theirs', () => {
    expect(run.all('dhcp.Granted').map(({ event }) => event['client'])).toHaveLength(6);
    const fixed = run.all('segment.Claimed').filter(({ event }) => event['how'] === 'static');
    expect(fixed.map(({ event }) => event['holder'])).toEqual([
      'device/dns-1',
      ...[1, 2, 3].map(() => expect.stringMatching(/^vm\/mesos-zookeeper-[123]$/)),
    ]);
    expect(new Set(fixed.map(({ event }) => event['address'])).size).toBe(4);
    expect(run.all('segment.Duplicated')).toEqual([]);
  });

  test('sees everything at polls, five seconds apart from the start of the wait', () => {
    const since = new Map<string, number>();
    for (const { entity, event, at } of run.events) {
      if (event.type === 'StageStarted') since.set(entity, at);
      if (event.type === 'Provisioned' || (event.type === 'Ready' && entity.startsWith('node/')))
        expect((at - (since.get(entity) ?? 0)) % (5 * SECOND)).toBe(0);
    }
  });

  test('copies the image once, for all nodes', () => {
    expect(run.all('datastore.CopyStarted')).toHaveLength(1);
    expect(run.all('datastore.DiskCloned')).toHaveLength(9);
    // 3 GiB at 400 MB/s.
    const [start, end] = [run.last('datastore.CopyStarted').at, run.last('datastore.ImageCopied').at];
    expect(end - start).toBe(Math.ceil((3 * 1024 ** 3) / 400));
  });

  test('pulls each layer once on each node, at most three at once', () => {
    const active = new Map<string, number>();
    for (const { entity, event } of run.events) {
      if (event.type !== 'LayerStarted' && event.type !== 'LayerDone') continue;
      const now = (active.get(entity) ?? 0) + (event.type === 'LayerStarted' ? 1 : -1);
      active.set(entity, now);
      expect(now).toBeLessThanOrEqual(3);
    }
    const master = run.all('docker.LayerStarted').filter(({ entity }) => entity === 'docker/mesos-master-1');
    expect(master.map(({ event }) => event['digest']).sort()).toEqual(['base', 'm', 'm2', 'mesos']);
    expect(run.all('docker.ContainerStarted')).toHaveLength(9);
    expect(run.last('docker.Pulled', 'mesos-marathon-1').event['image']).toBe(IMAGES.marathon);
  });

  test('takes its quota, and knows what it rests on', () => {
    const ticket = run.engine.world.stateOf('ticket/lab/dev') as { usage: Map<string, number> };
    expect(ticket.usage.get('vm')).toBe(9);
    expect(run.paths(run.last('cluster.Ready'))).toEqual(['do[0]']);
  });

  test('is the same in the same order, and ready in whatever order of ties', () => {
    expect(rehearse(lab()).events).toEqual(run.events);
    for (let ties = 1; ties <= 20; ties += 1)
      expect(rehearse(lab(), { ties }).all('cluster.Ready'), `ties ${ties}`).toHaveLength(1);
  });
});

describe('deletion', () => {
  const actions = doing(
    [10 * SECOND, createMesos],
    [30 * MINUTE, { verb: 'delete-cluster', name: 'mesos' }],
    [40 * MINUTE, createMesos],
    [70 * MINUTE, { verb: 'delete-cluster', name: 'mesos' }],
  );

  // The RELEASE of networkd names no server, which Kea does not mind (dhcp.md 7.4).
  test.each(['generic', 'kea'] as const)(
    '%s: gives back every VM, quota, place, address and lease; the name can be used again',
    (software) => {
      const run = rehearse(lab({ ...served(software), actions, until: 3 * HOUR }));
      expect(run.all('cluster.Deleted').map(({ entity }) => entity)).toEqual([
        'cluster/mesos',
        'cluster/mesos~2',
      ]);
      expect(run.all('cluster.Ready')).toHaveLength(2);
      const world = run.engine.world;
      expect(world.stateOf('ticket/lab/dev')).toMatchObject({ holders: new Map() });
      expect(world.stateOf('scheduler/root')).toMatchObject({ placed: new Map() });
      const segment = world.stateOf('segment/lan') as Segment;
      // The devices of the network itself stay.
      expect([...segment.claims.values()].flat().map(({ holder }) => holder)).toEqual([
        'device/gateway',
        'device/dns-1',
      ]);
      expect(segment.duplicates).toEqual(new Map());
      const { leases, offers } = world.stateOf('dhcp/lan') as Server;
      expect([...leases.values()].filter(({ state }) => state === 'active')).toEqual([]);
      expect(offers).toEqual(new Map());
      expect(world.stateOf('fabric/net')).toMatchObject({ transfers: new Map(), groups: new Map() });
      expect(run.ending.reason).toBe('quiet');
    },
  );

  test.each(['dnsmasq', 'udhcpd'] as const)(
    '%s, which wants to be named: the leases stay, and run out by themselves',
    (software) => {
      const actions = doing(
        [10 * SECOND, createMesos],
        [1 * HOUR, { verb: 'delete-cluster', name: 'mesos' }],
      );
      const active = (until: number) => {
        const run = rehearse(lab({ ...served(software), actions, until }));
        const { leases } = run.engine.world.stateOf('dhcp/lan') as Server;
        const { claims } = run.engine.world.stateOf('segment/lan') as Segment;
        expect(run.all('dhcp.Released')).toEqual([]);
        expect([...claims.values()].flat().filter(({ how }) => how === 'lease')).toEqual([]);
        return [[...leases.values()].filter(({ state }) => state === 'active').length, run.ending.reason];
      };
      // Given for eight hours in the minutes after ten seconds, and never renewed.
      expect(active(8 * HOUR)).toEqual([6, 'until']);
      expect(active(9 * HOUR)).toEqual([0, 'quiet']);
    },
  );

  test.each([0, 1, 5, 20, 60, 75, 90, 120, 150, 200, 300])(
    '%d s after the request ends with nothing left',
    (seconds) => {
      const run = rehearse(
        lab({
          ...served('kea'),
          actions: doing(
            [10 * SECOND, createMesos],
            [(10 + seconds) * SECOND, { verb: 'delete-cluster', name: 'mesos' }],
          ),
        }),
      );
      expect(run.engine.world.stateOf('cluster/mesos')).toMatchObject({ power: 'DELETED' });
      expect(run.engine.world.stateOf('fabric/net')).toMatchObject({ transfers: new Map() });
      expect(run.engine.world.stateOf('ticket/lab/dev')).toMatchObject({ holders: new Map() });
      expect(run.engine.world.stateOf('scheduler/root')).toMatchObject({ placed: new Map() });
      expect(run.engine.world.stateOf('dhcp/lan')).toMatchObject({ leases: new Map(), offers: new Map() });
      const powers = [...run.engine.world.each('vm')].map(([, vm]) => (vm as Vm).power);
      expect(powers.filter((power) => power !== 'deleted')).toEqual([]);
      expect(run.all('node.Removing')).toHaveLength(run.all('node.Requested').length);
      // To be told to go is no failure.
      expect(run.events.filter(({ event }) => 'why' in event)).toEqual([]);
      expect(run.ending.reason).toBe('quiet');
    },
  );

  test('of one node by hand while it is made fails the cluster, and who deleted it is why', () => {
    const run = rehearse(
      lab({
        actions: doing(
          [10 * SECOND, createMesos],
          [40 * SECOND, { verb: 'delete-vm', name: 'mesos-zookeeper-2' }],
        ),
      }),
    );
    expect(run.last('node.Failed').event).toMatchObject({
      why: 'node.deleted',
      words: 'VmNotFound: the VM was deleted',
    });
    expect(run.last('cluster.Failed').event).toMatchObject({ step: 'SETUP_ZOOKEEPER', why: 'node.deleted' });
    expect(run.paths(run.last('cluster.Failed'))).toEqual(['do[1]']);
  });

  test('of one node by hand when it is ready fails nothing', () => {
    const run = rehearse(
      lab({
        actions: doing(
          [10 * SECOND, createMesos],
          [30 * MINUTE, { verb: 'delete-vm', name: 'mesos-slave-1' }],
        ),
      }),
    );
    expect(run.all('vm.Deleted')).toHaveLength(1);
    expect(run.all('node.Failed')).toEqual([]);
    expect(run.all('cluster.Failed')).toEqual([]);
  });

  const cramped = (limit: number, slaves: number, ...more: Parameters<typeof doing>) => {
    const scenario = lab();
    const { tenants } = scenario.platform!;
    const dev = { ...tenants['lab']!.projects['dev']!, limits: { vm: limit } };
    return rehearse({
      ...scenario,
      actions: doing(...more, [10 * SECOND, { ...createMesos, cluster: mesosOf({ slaves }) }]),
      platform: { ...scenario.platform!, tenants: { lab: { ...tenants['lab']!, projects: { dev } } } },
    });
  };

  test('of what an expansion could not bring up makes room for its next try', () => {
    const run = cramped(9, 4);
    // One of three fits each time; all three are removed and asked for again under new names.
    expect(run.all('cluster.ExpandFailed').map(({ event }) => event['attempt'])).toEqual([1, 2, 3, 4, 5]);
    expect(run.last('cluster.Failed').event).toMatchObject({ step: 'SETUP_SLAVES', why: 'quota.exceeded' });
    const removed = run.all('node.Removing').map(({ entity }) => entity.replace('node/', 'vm/'));
    expect(
      run
        .all('vm.Deleted')
        .map(({ entity }) => entity)
        .sort(),
    ).toEqual(removed.sort());
    expect(run.all('node.Failed').map(({ event }) => event['why'])).not.toContain('node.deleted');
  });

  test('of a node that was provisioned in a batch that failed: a ready cluster has only nodes that were checked', () => {
    const web = { name: 'web', tenant: 'lab', project: 'dev', flavor: 'small', address: 'dhcp' };
    // Beside the eight and `web` one of two slaves fits, until `web` goes.
    const run = cramped(
      10,
      3,
      [0, { verb: 'create-vm', vm: web as never }],
      [7 * MINUTE, { verb: 'delete-vm', name: 'web' }],
    );
    expect(run.all('cluster.ExpandFailed').length).toBeGreaterThan(0);
    expect(run.all('cluster.Ready')).toHaveLength(1);
    const { nodes } = run.engine.world.stateOf('cluster/mesos') as { nodes: Map<string, string[]> };
    expect(nodes.get('mesos-slave')).toHaveLength(3);
    for (const name of [...nodes.values()].flat())
      expect(run.engine.world.stateOf(`node/${name}`), name).toMatchObject({ stage: 'ready' });
    // What was collected is gone.
    expect(
      (run.engine.world.stateOf('ticket/lab/dev') as { usage: Map<string, number> }).usage.get('vm'),
    ).toBe(10);
  });
});

describe('a VM made by hand under the name of a node', () => {
  const name = 'mesos-zookeeper-2';
  const byHand = {
    verb: 'create-vm',
    vm: { name, tenant: 'lab', project: 'dev', flavor: 'small', address: 'dhcp' } as never,
  } as const;
  const deletes = { verb: 'delete-vm', name } as const;
  const powerOf = (run: ReturnType<typeof rehearse>) => (run.engine.world.stateOf(`vm/${name}`) as Vm).power;

  test('fails the node and the cluster, and who made it is why', () => {
    const run = rehearse(lab({ actions: doing([SECOND, byHand], [10 * SECOND, createMesos]) }));
    expect(run.all('node.Failed').map(({ entity, event }) => [entity, event['why'], event['words']])).toEqual(
      [[`node/${name}`, 'node.name-taken', `there is a VM named ${name} already`]],
    );
    expect(run.last('cluster.Failed').event).toMatchObject({
      step: 'SETUP_ZOOKEEPER',
      why: 'node.name-taken',
    });
    expect(run.paths(run.last('cluster.Failed'))).toEqual(['do[0]']);
  });

  test('stays when the cluster is deleted, and the deletion ends', () => {
    const run = rehearse(
      lab({
        actions: doing(
          [SECOND, byHand],
          [10 * SECOND, createMesos],
          [10 * MINUTE, { verb: 'delete-cluster', name: 'mesos' }],
        ),
      }),
    );
    expect(run.all('cluster.Deleted')).toHaveLength(1);
    expect(powerOf(run)).toBe('started');
  });

  test('may be deleted first: then the name is free', () => {
    const run = rehearse(
      lab({ actions: doing([0, byHand], [60 * SECOND, deletes], [2 * MINUTE, createMesos]) }),
    );
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });

  test('at the same instant leaves nobody waiting, in whatever order of ties', () => {
    for (let ties = 0; ties < 24; ties += 1) {
      const run = rehearse(lab({ actions: doing([SECOND, byHand], [SECOND, createMesos]) }), { ties });
      const { power } = run.engine.world.stateOf('cluster/mesos') as { power: string };
      expect(['READY', 'ERROR'], `ties ${ties}`).toContain(power);
    }
  });
});

describe('limits', () => {
  test('a client that gives up does not stop the cluster', () => {
    const scenario = lab();
    const run = rehearse({ ...scenario, platform: { ...scenario.platform!, clientLimit: MINUTE } });
    expect(run.all('cluster.ClientTimedOut')).toHaveLength(1);
    expect(run.all('cluster.Created')).toHaveLength(1);
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });

  test('a step that takes too long ends the task, not the cluster', () => {
    const scenario = lab();
    const run = rehearse({ ...scenario, platform: { ...scenario.platform!, stepLimit: MINUTE } });
    expect(run.all('cluster.StepTimedOut').map(({ event }) => event['step'])).toEqual(['SETUP_ZOOKEEPER']);
    expect(run.all('cluster.ClientTimedOut')).toEqual([]);
    expect(run.all('cluster.Created')).toEqual([]);
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });

  test('a step may take too long for a task whose client has gone', () => {
    const scenario = lab();
    const limits = { clientLimit: 30 * SECOND, stepLimit: MINUTE };
    const run = rehearse({ ...scenario, platform: { ...scenario.platform!, ...limits } });
    expect(run.all('cluster.ClientTimedOut')).toHaveLength(1);
    expect(run.all('cluster.StepTimedOut')).toHaveLength(1);
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });

  test('many workers come in batches after the create task is over', () => {
    const run = rehearse(
      lab({ actions: doing([0, { ...createMesos, cluster: mesosOf({ slaves: 6, batch: 2 }) }]) }),
    );
    const batches = run.all('cluster.PhaseStarted').filter(({ event }) => event['step'] === 'SETUP_SLAVES');
    expect(batches.map(({ event }) => (event['nodes'] as string[]).length)).toEqual([1, 2, 2, 1]);
    expect(run.last('cluster.Created').seq).toBeLessThan(run.last('cluster.Ready').seq);
  });
});
