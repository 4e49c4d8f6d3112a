import { describe, expect, test } from 'vitest';
import { runOne } from '../../src/base/script.ts';
import { SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { node } from '../../src/models/node/decide.ts';
import type { NodeCommand, NodeEvent, Stage } from '../../src/models/node/events.ts';
import { ip, itself, specify } from '../support/spec.ts';

const spec = specify(node, 'node/mesos-master-1');

const what = {
  cluster: 'mesos',
  role: 'mesos-master',
  ticket: 'lab/dev',
  flavor: 'small',
  image: 'mesos-image',
  datastore: 'vsan',
  network: 'lan',
  address: -1,
  port: 5050,
  ...runOne('mesos-master', 'mesosphere/mesos-master'),
  addressPolls: 120,
  addressEvery: 5 * SECOND,
  servicePolls: 120,
  serviceEvery: 5 * SECOND,
} as const;
const requested: NodeEvent = { type: 'Requested', ...what };
const WAITS: Record<Stage, string> = {
  CREATE_VM: 'it to be created',
  ATTACH_ISO: 'its cidata ISO',
  START_VM: 'it to be started',
  VERIFY_VM: 'it to have an address on lan by DHCP',
  WAIT_FOR_PHASE: 'the other nodes of the phase',
  VERIFY_SERVICE: 'it to answer on 5050',
};
const stage = (name: Stage): NodeEvent => ({ type: 'StageStarted', stage: name, waitsFor: WAITS[name] });
const iso = { roots: ['corp'], from: [-1], until: [9], facts: [5] } as const;
const observed = (holds: boolean): NodeEvent => ({ type: 'Observed', holds });
const refusal = { why: 'quota.exceeded', words: 'QuotaError', facts: [17] } as const;
const failed = (at: Stage): NodeEvent => ({ type: 'Failed', stage: at, waitsFor: WAITS[at], ...refusal });
const noTimers = [itself(NEVER, { type: 'poll' }, 'poll'), itself(NEVER, { type: 'poll' }, 'deadline')];

const waitsForAddress = spec
  .given(requested)
  .at(100 * SECOND)
  .given(stage('VERIFY_VM'));
const waitsForService = spec
  .given(requested)
  .at(100 * SECOND)
  .given(stage('VERIFY_SERVICE'));

describe('the stages (photon-and-vdvs.md 5.2)', () => {
  test('follow each other, each waiting for one thing', () => {
    const after = spec
      .when({ type: 'provision', ...what })
      .then(requested, stage('CREATE_VM'))
      .asks()
      .when({ type: 'vm-created' })
      .then(stage('ATTACH_ISO'))
      .when({ type: 'iso', ...iso })
      .then({ type: 'IsoBuilt', ...iso }, stage('START_VM'))
      .when({ type: 'vm-started' })
      .then(stage('VERIFY_VM'))
      .asks(itself(600 * SECOND, { type: 'deadline' }, 'deadline'))
      .when({ type: 'observe', holds: true })
      .then(observed(true))
      .when({ type: 'poll' })
      .then({ type: 'Provisioned' }, stage('WAIT_FOR_PHASE'))
      .when({ type: 'verify' })
      .then(stage('VERIFY_SERVICE'))
      .asks(itself(600 * SECOND, { type: 'deadline' }, 'deadline'))
      .when({ type: 'observe', holds: true })
      .then(observed(true))
      .when({ type: 'poll' })
      .then({ type: 'Ready' })
      .asks(...noTimers);
    expect(after.state()).toMatchObject({
      stage: 'ready',
      isoSeq: 3,
      roots: [{ name: 'corp', from: -1, until: 9 }],
    });
  });

  test('are not entered from elsewhere', () => {
    const asked: NodeCommand[] = [
      { type: 'vm-started' },
      { type: 'verify' },
      { type: 'iso', ...iso },
      { type: 'poll' },
    ];
    for (const command of asked) spec.given(requested, stage('CREATE_VM')).when(command).then();
    waitsForAddress.when({ type: 'vm-created' }).then();
  });

  test('a static node says which address it waits for', () => {
    const address = ip('10.0.0.10');
    const [, first] = spec.when({ type: 'provision', ...what, address }).events;
    expect(first).toEqual(stage('CREATE_VM'));
    spec
      .given({ ...requested, address } as NodeEvent, stage('START_VM'))
      .when({ type: 'vm-started' })
      .then({
        type: 'StageStarted',
        stage: 'VERIFY_VM',
        waitsFor: 'it to have an address on lan (10.0.0.10)',
      });
  });

  test('of a node that was never asked for do not exist', () => {
    for (const command of [
      { type: 'vm-created' },
      { type: 'observe', holds: true },
      { type: 'give-up', ...refusal },
      { type: 'remove' },
    ] as NodeCommand[])
      spec.when(command).then();
  });
});

describe('polling', () => {
  test.each([
    [0, 0],
    [1, 5 * SECOND - 1],
    [3 * SECOND, 2 * SECOND],
    [5 * SECOND, 0],
    [7 * SECOND, 3 * SECOND],
    [599 * SECOND, SECOND],
  ])('what holds %d µs into the wait is seen at the next multiple of 5 s, %d µs later', (since, after) => {
    for (const scene of [waitsForAddress, waitsForService])
      scene
        .at(100 * SECOND + since)
        .when({ type: 'observe', holds: true })
        .then(observed(true))
        .asks(itself(after, { type: 'poll' }, 'poll'));
  });

  test('what no longer holds at the poll is not seen', () => {
    waitsForAddress
      .given(observed(true))
      .when({ type: 'observe', holds: false })
      .then(observed(false))
      .asks(itself(NEVER, { type: 'poll' }, 'poll'))
      .when({ type: 'poll' })
      .then();
  });

  test('is told only of changes, and only while something is polled', () => {
    waitsForAddress.when({ type: 'observe', holds: false }).then();
    waitsForAddress.given(observed(true)).when({ type: 'observe', holds: true }).then();
    spec.given(requested, stage('CREATE_VM')).when({ type: 'observe', holds: true }).then();
  });
});

describe('the deadline', () => {
  const reached = (at: 'VERIFY_VM' | 'VERIFY_SERVICE'): NodeEvent => ({
    type: 'DeadlineReached',
    stage: at,
    polls: 120,
    waitsFor: WAITS[at],
  });

  test('is the 120th poll, and says what was waited for', () => {
    waitsForAddress
      .at(700 * SECOND)
      .when({ type: 'deadline' })
      .then(reached('VERIFY_VM'));
    waitsForService
      .at(700 * SECOND)
      .when({ type: 'deadline' })
      .then(reached('VERIFY_SERVICE'));
  });

  test('does not come to a node that waits for something else', () => {
    spec.given(requested, stage('START_VM')).when({ type: 'deadline' }).then();
    waitsForService.given({ type: 'Ready' }).when({ type: 'deadline' }).then();
  });

  test('is the last poll: what holds by then counts, whichever of the two comes first', () => {
    const late = waitsForAddress
      .at(699 * SECOND)
      .given(observed(true))
      .at(700 * SECOND);
    for (const [first, then] of [
      ['deadline', 'poll'],
      ['poll', 'deadline'],
    ] as const)
      late
        .when({ type: first })
        .then({ type: 'Provisioned' }, stage('WAIT_FOR_PHASE'))
        .when({ type: then })
        .then();
    waitsForService
      .at(700 * SECOND)
      .given(observed(true))
      .when({ type: 'deadline' })
      .then({ type: 'Ready' });
  });

  test('does not find what held and holds no longer', () => {
    waitsForAddress
      .given(observed(true), observed(false))
      .at(700 * SECOND)
      .when({ type: 'poll' })
      .then()
      .when({ type: 'deadline' })
      .then(reached('VERIFY_VM'));
  });

  test('is withdrawn with the polls when the node goes on', () => {
    waitsForAddress.given(observed(true), { type: 'Provisioned' }).asks(...noTimers);
  });
});

describe('giving up', () => {
  test('says in which stage, what was waited for and why', () => {
    spec
      .given(requested, stage('CREATE_VM'))
      .when({ type: 'give-up', ...refusal })
      .then(failed('CREATE_VM'))
      .asks(...noTimers);
    waitsForService.when({ type: 'give-up', ...refusal }).then(failed('VERIFY_SERVICE'));
  });

  test('happens once, and not to a node that is ready', () => {
    waitsForAddress
      .given(failed('VERIFY_VM'))
      .when({ type: 'give-up', ...refusal })
      .then();
    waitsForAddress.given(failed('VERIFY_VM')).when({ type: 'deadline' }).then();
    waitsForService
      .given({ type: 'Ready' })
      .when({ type: 'give-up', ...refusal })
      .then();
  });

  test('is forgotten when the node is provisioned again', () => {
    const again = waitsForAddress.given(failed('VERIFY_VM')).when({ type: 'provision', ...what });
    expect(again.types('Requested', 'StageStarted').state()).toMatchObject({
      stage: 'CREATE_VM',
      isoSeq: -1,
    });
  });
});

describe('removal', () => {
  const removing: NodeEvent = { type: 'Removing' };

  test('of a node in any stage is said once and withdraws its timers', () => {
    const stages: readonly NodeEvent[][] = [
      [stage('CREATE_VM')],
      [stage('ATTACH_ISO')],
      [stage('VERIFY_VM'), observed(true)],
      [stage('WAIT_FOR_PHASE')],
      [stage('VERIFY_SERVICE'), { type: 'Ready' }],
      [stage('CREATE_VM'), failed('CREATE_VM')],
    ];
    for (const events of stages) {
      const after = spec
        .given(requested, ...events)
        .when({ type: 'remove' })
        .then(removing)
        .asks(...noTimers);
      expect(after.state().stage).toBe('removed');
      after.when({ type: 'remove' }).then();
    }
  });

  test.each<NodeCommand>([
    { type: 'vm-created' },
    { type: 'vm-started' },
    { type: 'verify' },
    { type: 'poll' },
    { type: 'deadline' },
    { type: 'iso', ...iso },
    { type: 'observe', holds: true },
    { type: 'give-up', ...refusal },
  ])('makes the node deaf, so that its end is no failure: $type', (command) => {
    waitsForAddress.given(observed(true), removing).when(command).then();
  });

  test('is forgotten when the node is provisioned again', () => {
    waitsForAddress
      .given(removing)
      .when({ type: 'provision', ...what })
      .then(requested, stage('CREATE_VM'))
      .when({ type: 'vm-created' })
      .then(stage('ATTACH_ISO'));
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      provision: true,
      'vm-created': true,
      'vm-started': true,
      verify: true,
      poll: true,
      deadline: true,
      remove: true,
      iso: true,
      observe: true,
      'give-up': true,
    },
    {},
  ));
