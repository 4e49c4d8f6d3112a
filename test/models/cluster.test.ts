import { describe, expect, test } from 'vitest';
import { runOne } from '../../src/base/script.ts';
import { MINUTE, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { cluster } from '../../src/models/cluster/decide.ts';
import type { ClusterCommand, ClusterEvent, ClusterSpec, Phase } from '../../src/models/cluster/events.ts';
import { ip, itself, specify } from '../support/spec.ts';

const spec = specify(cluster, 'cluster/m');
const phase = (step: string, role: string, count: number, addresses: number[] = []): Phase => ({
  step,
  role,
  prefix: role,
  count,
  addresses,
  flavor: 'small',
  port: 80,
  script: runOne(role, `image/${role}`),
});
const STATIC = [ip('10.0.0.5'), ip('10.0.0.6')];
const wanted = (more: Partial<ClusterSpec> = {}): ClusterSpec => ({
  kind: 'mesos',
  ticket: 'lab/dev',
  image: 'mesos',
  datastore: 'vsan',
  network: 'lan',
  phases: [phase('SETUP_ZOOKEEPER', 'zookeeper', 2, STATIC), phase('SETUP_SLAVES', 'slave', 1)],
  workers: 1,
  batch: 2,
  ...{ addressPolls: 120, addressEvery: 5 * SECOND, servicePolls: 120, serviceEvery: 5 * SECOND },
  ...{ stepLimit: 30 * MINUTE, clientLimit: 30 * MINUTE },
  ...more,
});
const requested = (more: Partial<ClusterSpec> = {}): ClusterEvent => ({
  type: 'Requested',
  spec: wanted(more),
});
const zookeepers: ClusterEvent = {
  type: 'PhaseStarted',
  step: 'SETUP_ZOOKEEPER',
  role: 'zookeeper',
  phase: 0,
  nodes: ['m-zookeeper-1', 'm-zookeeper-2'],
  addresses: STATIC,
};
const slaves = (...numbers: number[]): ClusterEvent => ({
  type: 'PhaseStarted',
  step: 'SETUP_SLAVES',
  role: 'slave',
  phase: 1,
  nodes: numbers.map((n) => `m-slave-${n}`),
  addresses: numbers.map(() => -1),
});
const [Z1, Z2, S1] = ['m-zookeeper-1', 'm-zookeeper-2', 'm-slave-1'];
const provisioned = (name: string): ClusterEvent => ({ type: 'NodeProvisioned', node: name });
const verifying = (...nodes: string[]): ClusterEvent => ({ type: 'Verifying', nodes });
const ready = (name: string): ClusterEvent => ({ type: 'NodeReady', node: name });
const trouble = { why: 'address.none', words: 'VM failed to acquire an IP address', facts: [99] } as const;
const nodeFailed = (name: string): ClusterEvent => ({ type: 'NodeFailed', node: name, ...trouble });
const fail = (name: string): ClusterCommand => ({ type: 'node-failed', node: name, ...trouble });
const done = (step: string, role: string): ClusterEvent => ({ type: 'PhaseDone', step, role });
const rollout = (role: string, ...facts: number[]) => ({
  why: 'address.none',
  words: `Failed to rollout ${role}. Error: VM failed to acquire an IP address`,
  facts,
});
const stepTimedOut = (step: string, fact: number): ClusterEvent => ({
  type: 'StepTimedOut',
  step,
  why: 'task.step-timeout',
  words: `${step} did not complete in timely fashion`,
  facts: [fact],
});
/** Every timer of the task withdrawn. */
const noLimits = (['client-limit', 'step-limit', 'expand'] as const).map((key) =>
  itself(NEVER, { type: 'delete' }, key),
);

const begun = spec.given(requested(), zookeepers);
const zookeepersUp = [provisioned(Z1!), provisioned(Z2!), verifying(Z1!, Z2!), ready(Z1!), ready(Z2!)];
const setUp = (more: Partial<ClusterSpec>) =>
  spec
    .given(requested(more), zookeepers, ...zookeepersUp, done('SETUP_ZOOKEEPER', 'zookeeper'), slaves(1))
    .given(provisioned(S1!), verifying(S1!));

describe('creation (photon-and-vdvs.md 5.2)', () => {
  test('starts the first phase with all its nodes at once, and two limits', () => {
    const first = spec.when({ type: 'create', spec: wanted() }).then(requested(), zookeepers);
    first.asks(itself(30 * MINUTE, { type: 'step-limit', step: 'SETUP_ZOOKEEPER' }, 'step-limit'));
    spec.given(requested()).asks(itself(30 * MINUTE, { type: 'client-limit' }, 'client-limit'));
    first.when({ type: 'create', spec: wanted() }).then();
  });

  test('verifies when every node of the phase has its address, and not before', () => {
    begun
      .when({ type: 'node-provisioned', node: Z2! })
      .then(provisioned(Z2!))
      .when({ type: 'node-provisioned', node: Z1! })
      .then(provisioned(Z1!), verifying(Z1!, Z2!))
      .asks();
  });

  test('starts the next phase when every node of the phase is ready, with one worker', () => {
    begun
      .given(...zookeepersUp.slice(0, -1))
      .when({ type: 'node-ready', node: Z2! })
      .then(ready(Z2!), done('SETUP_ZOOKEEPER', 'zookeeper'), slaves(1))
      .asks(itself(30 * MINUTE, { type: 'step-limit', step: 'SETUP_SLAVES' }, 'step-limit'));
  });

  test('with one worker is ready with the first, and says how long it took', () => {
    const after = setUp({})
      .at(9 * MINUTE)
      .when({ type: 'node-ready', node: S1! })
      .then(
        ready(S1!),
        done('SETUP_SLAVES', 'slave'),
        { type: 'Created' },
        { type: 'Ready', took: 9 * MINUTE },
      );
    expect(after.state().power).toBe('READY');
    setUp({})
      .given({ type: 'Created' })
      .asks(...noLimits);
  });

  test('hears of each node once, and only of its own', () => {
    begun.given(provisioned(Z1!)).when({ type: 'node-ready', node: 'm-slave-9' }).then();
    begun.given(nodeFailed(Z1!)).when({ type: 'node-provisioned', node: Z1! }).then();
    begun.given(nodeFailed(Z1!)).when(fail(Z1!)).then();
    begun
      .given(...zookeepersUp.slice(0, -1))
      .when({ type: 'node-ready', node: Z1! })
      .then();
  });
});

describe('a node that fails', () => {
  test('waits for the others of its phase, then fails the cluster, which rests on the failures', () => {
    begun
      .when(fail(Z1!))
      .then(nodeFailed(Z1!))
      .when({ type: 'node-provisioned', node: Z2! })
      .then(provisioned(Z2!), { type: 'Failed', step: 'SETUP_ZOOKEEPER', ...rollout('zookeeper', 2) });
  });

  test('names every failure of the phase, the first one in words', () => {
    const after = begun
      .given(nodeFailed(Z2!))
      .when({ type: 'node-failed', node: Z1!, why: 'host.failed', words: 'down', facts: [98] })
      .then(
        { type: 'NodeFailed', node: Z1!, why: 'host.failed', words: 'down', facts: [98] },
        { type: 'Failed', step: 'SETUP_ZOOKEEPER', ...rollout('zookeeper', 2, 3) },
      );
    expect(after.state()).toMatchObject({ power: 'ERROR', taskOver: true, failedSeq: 4 });
    // No rollback: what was made stays (5.4).
    expect(after.state().nodes.get('zookeeper')).toEqual([Z1, Z2]);
  });

  test('while services are checked waits for the other checks', () => {
    begun
      .given(...zookeepersUp.slice(0, 3))
      .when(fail(Z1!))
      .then(nodeFailed(Z1!))
      .when({ type: 'node-ready', node: Z2! })
      .types('NodeReady', 'Failed');
  });

  test('after the cluster has failed is not news', () => {
    begun
      .given({ type: 'Failed', step: 'SETUP_ZOOKEEPER', ...rollout('zookeeper', 2) })
      .when(fail(Z1!))
      .then();
  });
});

describe('expansion (5.5)', () => {
  test('makes the other workers in batches after the create task is over', () => {
    const first = setUp({ workers: 4 })
      .when({ type: 'node-ready', node: S1! })
      .then(ready(S1!), done('SETUP_SLAVES', 'slave'), { type: 'Created' }, slaves(2, 3))
      .asks();
    expect(first.state()).toMatchObject({ power: 'CREATING', taskOver: true });
    const second = first
      .given(provisioned('m-slave-2'), provisioned('m-slave-3'), verifying('m-slave-2', 'm-slave-3'))
      .given(ready('m-slave-2'))
      .when({ type: 'node-ready', node: 'm-slave-3' })
      .then(ready('m-slave-3'), done('SETUP_SLAVES', 'slave'), slaves(4));
    second
      .given(provisioned('m-slave-4'), verifying('m-slave-4'))
      .at(20 * MINUTE)
      .when({ type: 'node-ready', node: 'm-slave-4' })
      .then(ready('m-slave-4'), done('SETUP_SLAVES', 'slave'), { type: 'Ready', took: 20 * MINUTE });
  });

  const grown = setUp({ workers: 2 }).given(
    ready(S1!),
    done('SETUP_SLAVES', 'slave'),
    { type: 'Created' },
    slaves(2),
  );
  const expandFailed = (attempt: number, name: string, fact: number): ClusterEvent => ({
    type: 'ExpandFailed',
    attempt,
    nodes: [name],
    ...rollout('slave', fact),
  });

  test('takes along the nodes of the batch that nobody checked', () => {
    const after = setUp({ workers: 3 })
      .given(ready(S1!), { type: 'Created' })
      .given(slaves(2, 3), provisioned('m-slave-3'))
      .when(fail('m-slave-2'))
      .types('NodeFailed', 'ExpandFailed');
    expect(after.state().nodes.get('slave')).toEqual([S1]);
  });

  test('is tried again after 5, 10, 15, 20 and 25 s under new names; then the cluster is in ERROR', () => {
    let scene = grown;
    let seq = 15;
    for (const attempt of [1, 2, 3, 4, 5]) {
      const name = `m-slave-${attempt + 1}`;
      scene = scene
        .when(fail(name))
        .then(nodeFailed(name), expandFailed(attempt, name, seq))
        .asks(itself(attempt * 5 * SECOND, { type: 'expand' }, 'expand'))
        .when({ type: 'expand' })
        .then(slaves(attempt + 2));
      seq += 3;
    }
    scene
      .when(fail('m-slave-7'))
      .then(nodeFailed('m-slave-7'), { type: 'Failed', step: 'SETUP_SLAVES', ...rollout('slave', seq) })
      .when({ type: 'expand' })
      .then();
  });

  test('that succeeds counts its tries anew', () => {
    const after = grown
      .given(nodeFailed('m-slave-2'), expandFailed(1, 'm-slave-2', 15), slaves(3))
      .given(
        provisioned('m-slave-3'),
        verifying('m-slave-3'),
        ready('m-slave-3'),
        done('SETUP_SLAVES', 'slave'),
      );
    expect(after.state().expandTries).toBe(0);
  });

  test('forgets the nodes it could not bring up', () => {
    const state = grown.given(nodeFailed('m-slave-2'), expandFailed(1, 'm-slave-2', 15)).state();
    expect(state.nodes.get('slave')).toEqual([S1]);
  });
});

describe('limits of the task (5.6)', () => {
  test('a step that takes too long is reported and goes on', () => {
    const after = begun
      .at(30 * MINUTE)
      .when({ type: 'step-limit', step: 'SETUP_ZOOKEEPER' })
      .then(stepTimedOut('SETUP_ZOOKEEPER', 1));
    expect(after.state()).toMatchObject({ power: 'CREATING', taskOver: true, clientGone: false });
    after.when({ type: 'node-provisioned', node: Z1! }).then(provisioned(Z1!));
    after.when({ type: 'step-limit', step: 'SETUP_ZOOKEEPER' }).then();
  });

  test('a step that took too long ends the task: no limit runs on, no later step has one, and it is not created', () => {
    const over = begun.given(stepTimedOut('SETUP_ZOOKEEPER', 1));
    over.asks(...noLimits);
    over
      .given(...zookeepersUp.slice(0, -1))
      .when({ type: 'node-ready', node: Z2! })
      .then(ready(Z2!), done('SETUP_ZOOKEEPER', 'zookeeper'), slaves(1))
      .asks()
      .given(provisioned(S1!), verifying(S1!))
      .when({ type: 'node-ready', node: S1! })
      .types('NodeReady', 'PhaseDone', 'Ready');
  });

  test('of another step is not this one', () =>
    begun.when({ type: 'step-limit', step: 'SETUP_SLAVES' }).then());

  const clientTimedOut: ClusterEvent = {
    type: 'ClientTimedOut',
    why: 'task.client-timeout',
    words: 'Timed out while waiting for task to complete',
    facts: [1],
  };

  test('a client that waits too long stops waiting; the cluster may still become ready', () => {
    const late = begun
      .at(30 * MINUTE)
      .when({ type: 'client-limit' })
      .then(clientTimedOut);
    late.asks();
    expect(late.state()).toMatchObject({ power: 'CREATING', taskOver: false, clientGone: true });
    late.when({ type: 'client-limit' }).then();
    late
      .given(...zookeepersUp.slice(0, -1))
      .when({ type: 'node-ready', node: Z2! })
      .types('NodeReady', 'PhaseDone', 'PhaseStarted')
      .asks(itself(30 * MINUTE, { type: 'step-limit', step: 'SETUP_SLAVES' }, 'step-limit'))
      .given(provisioned(S1!), verifying(S1!))
      .when({ type: 'node-ready', node: S1! })
      .types('NodeReady', 'PhaseDone', 'Created', 'Ready');
  });

  test('a step may still take too long after the client has gone: the task runs on without it', () => {
    begun
      .given(clientTimedOut)
      .when({ type: 'step-limit', step: 'SETUP_ZOOKEEPER' })
      .then(stepTimedOut('SETUP_ZOOKEEPER', 1))
      .when({ type: 'client-limit' })
      .then();
  });

  test('a client whose task has failed by a step does not wait for it any longer', () => {
    begun.given(stepTimedOut('SETUP_ZOOKEEPER', 1)).when({ type: 'client-limit' }).then();
  });

  test('mean nothing once the task is over', () => {
    const over = begun.given({ type: 'Failed', step: 'SETUP_ZOOKEEPER', ...rollout('zookeeper', 2) });
    over.when({ type: 'client-limit' }).then();
    over.when({ type: 'step-limit', step: 'SETUP_ZOOKEEPER' }).then();
  });
});

describe('deletion (5.4)', () => {
  test('asks for every node to go and is over with the last', () => {
    const deleting: ClusterEvent = { type: 'Deleting', nodes: [Z1!, Z2!] };
    begun
      .when({ type: 'delete' })
      .then(deleting)
      .asks(...noLimits)
      .when({ type: 'node-removed', node: Z1! })
      .then({ type: 'NodeRemoved', node: Z1! })
      .when({ type: 'node-removed', node: Z1! })
      .then()
      .when({ type: 'node-removed', node: Z2! })
      .then({ type: 'NodeRemoved', node: Z2! }, { type: 'Deleted' })
      .when({ type: 'delete' })
      .then();
  });

  test('that is under way is not begun again', () => {
    begun
      .given({ type: 'Deleting', nodes: [Z1!, Z2!] })
      .when({ type: 'delete' })
      .then()
      .given({ type: 'NodeRemoved', node: Z1! })
      .when({ type: 'delete' })
      .then();
  });

  test('of a cluster in ERROR works as well, and nothing else begins', () => {
    begun
      .given({ type: 'Failed', step: 'SETUP_ZOOKEEPER', ...rollout('zookeeper', 2) })
      .when({ type: 'delete' })
      .types('Deleting')
      .when({ type: 'node-ready', node: Z1! })
      .then()
      .when({ type: 'expand' })
      .then();
  });

  test('of a cluster without nodes is over at once; of none nothing happens', () => {
    begun
      .given({ type: 'NodeRemoved', node: Z1! }, { type: 'NodeRemoved', node: Z2! })
      .when({ type: 'delete' })
      .then({ type: 'Deleting', nodes: [] }, { type: 'Deleted' });
    for (const command of [{ type: 'delete' }, { type: 'node-removed', node: Z1! }] as const)
      spec.when(command).then();
  });

  test('lets the same name be used again', () => {
    begun
      .given({ type: 'Deleting', nodes: [Z1!, Z2!] }, { type: 'Deleted' })
      .when({ type: 'create', spec: wanted() })
      .then(requested(), zookeepers);
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      create: true,
      'node-provisioned': true,
      'node-ready': true,
      'node-failed': true,
      'step-limit': true,
      'client-limit': true,
      expand: true,
      delete: true,
      'node-removed': true,
    },
    { 'task.step-timeout': true, 'task.client-timeout': true } as never,
  ));
