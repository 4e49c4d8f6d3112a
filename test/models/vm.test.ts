import { describe, expect, test } from 'vitest';
import { GIB, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { vm } from '../../src/models/vm/decide.ts';
import type { VmCommand, VmEvent } from '../../src/models/vm/events.ts';
import { ip, itself, specify } from '../support/spec.ts';

const spec = specify(vm, 'vm/master-1');

const TEN = ip('10.0.0.10');
const what = {
  ticket: 'lab/dev',
  flavor: 'small',
  cpu: 1,
  memory: GIB,
  image: 'mesos',
  imageSize: 3 * GIB,
  datastore: 'vsan',
  network: 'lan',
  address: -1,
  autostart: true,
} as const;
const requested: VmEvent = { type: 'Requested', ...what };
const placed: VmEvent = { type: 'Placed', host: 'esx-01' };
const created: VmEvent = { type: 'Created' };
const poweredOn: VmEvent = { type: 'PoweredOn', boot: 42 * SECOND, clock: -5 * SECOND, facts: [3] };
const refusal = { why: 'quota.exceeded', words: 'QuotaError', facts: [17] } as const;
const lost: VmEvent = {
  type: 'Lost',
  why: 'host.failed',
  words: 'master-1 went down with its host',
  facts: [17],
};
const deleted: VmEvent = { type: 'Deleted', ticket: 'lab/dev', cpu: 1, memory: GIB, network: 'lan' };
const guest = (phase: 'kernel' | 'services' | 'network'): VmCommand => ({ type: 'guest', phase });

/** Every timer of a life withdrawn. */
const noTimers = ['register', 'remove', 'clock', 'guest kernel', 'guest services', 'guest network'].map(
  (key) => itself(NEVER, { type: 'removed' }, key),
);

const stopped = spec.given(requested, placed, { type: 'DiskReady' }, created);
const started = stopped.given(poweredOn);

describe('creation', () => {
  test('goes from the request over a host and a disk to a registered, stopped machine', () => {
    const after = spec
      .when({ type: 'create', ...what })
      .then(requested)
      .when({ type: 'placed', host: 'esx-01' })
      .then(placed)
      .when({ type: 'disk-ready' })
      .then({ type: 'DiskReady' })
      .asks(itself(4 * SECOND, { type: 'registered' }, 'register'))
      .when({ type: 'registered' })
      .then(created);
    expect(after.state()).toMatchObject({ power: 'stopped', host: 'esx-01', spec: { ticket: 'lab/dev' } });
  });

  test('ends in ERROR when it is refused, and stays there (photon-and-vdvs.md 1.2)', () => {
    const after = spec
      .given(requested)
      .when({ type: 'refuse', ...refusal })
      .then({ type: 'Failed', ...refusal })
      .asks(...noTimers);
    expect(after.state()).toMatchObject({ power: 'error', failedSeq: 1 });
    for (const command of [
      { type: 'placed', host: 'x' },
      { type: 'disk-ready' },
      { type: 'registered' },
    ] as VmCommand[])
      after.when(command).then();
  });

  test('of a machine that exists changes nothing', () => {
    stopped.when({ type: 'create', ...what }).then();
    stopped.when({ type: 'refuse', ...refusal }).then();
  });
});

describe('power on', () => {
  const on: VmCommand = { type: 'power-on', clock: -5 * SECOND, clockSeq: 3 };

  test('takes the clock of the host and a drawn time to boot: the median for a draw of one half', () => {
    stopped
      .draws({ boot: 0.5 })
      .when(on)
      .then(poweredOn)
      .asks(
        itself(8.4 * SECOND, guest('kernel'), 'guest kernel'),
        itself(21 * SECOND, guest('services'), 'guest services'),
        itself(42 * SECOND, guest('network'), 'guest network'),
      );
  });

  test('takes 80 s for one machine of twenty', () => {
    const [event] = stopped.draws({ boot: 0.95 }).when(on).events;
    expect((event as { boot: number }).boot).toBeCloseTo(80 * SECOND, -2);
  });

  test('happens to a stopped machine only', () => {
    started.when(on).then();
    spec.given(requested).when(on).then();
  });

  test('is followed by the phases of the guest', () => {
    started
      .when(guest('kernel'))
      .then({ type: 'GuestReached', phase: 'kernel' })
      .when(guest('services'))
      .then({ type: 'GuestReached', phase: 'services' })
      .when(guest('network'))
      .then({ type: 'GuestReached', phase: 'network' });
    stopped.when(guest('kernel')).then();
  });
});

describe('the address', () => {
  test('is told once, and lost', () => {
    started
      .when({ type: 'addressed', address: TEN })
      .then({ type: 'Addressed', address: TEN, network: 'lan' })
      .when({ type: 'addressed', address: TEN })
      .then()
      .when({ type: 'unaddressed' })
      .then({ type: 'AddressLost', address: TEN })
      .when({ type: 'unaddressed' })
      .then();
  });

  test('means nothing to a machine that does not run', () =>
    stopped.when({ type: 'addressed', address: TEN }).then());
});

describe('the end of its host', () => {
  const died: VmCommand = { type: 'host-died', facts: [17] };

  test('takes a machine with it, whatever it did', () => {
    for (const scene of [spec.given(requested), stopped, started]) scene.when(died).then(lost);
  });

  test('once, and never one that is gone', () => {
    started.given(lost).when(died).then();
    started.given({ type: 'Deleting' }).when(died).then();
    spec
      .given(requested, { type: 'Failed', ...refusal })
      .when(died)
      .then();
  });

  test('leaves nothing running: a phase of the guest that was due does not come', () => {
    started.given(lost).when(guest('network')).then();
    started.given(lost).asks(...noTimers);
    spec.given(requested, placed, { type: 'DiskReady' }, lost).when({ type: 'registered' }).then();
  });
});

describe('deletion', () => {
  test('takes six seconds and names what is given back', () => {
    const after = started
      .when({ type: 'delete' })
      .then({ type: 'Deleting' })
      .asks(...noTimers, itself(6 * SECOND, { type: 'removed' }, 'remove'))
      .when({ type: 'delete' })
      .then()
      .when({ type: 'removed' })
      .then(deleted)
      .when({ type: 'delete' })
      .then();
    after.when({ type: 'create', ...what }).then(requested);
  });

  test('of a machine that never was changes nothing', () => {
    spec.when({ type: 'delete' }).then();
    spec.when({ type: 'removed' }).then();
  });

  test('of a lost machine or one in ERROR is how its quota comes back', () => {
    started.given(lost).when({ type: 'delete' }).then({ type: 'Deleting' });
    spec
      .given(requested, { type: 'Failed', ...refusal })
      .when({ type: 'delete' })
      .then({ type: 'Deleting' });
  });
});

describe('a clock that is off (registry-and-tls.md section 7)', () => {
  const slow = started.given({ type: 'PoweredOn', boot: 1, clock: -9, facts: [] });

  test('steps to true time once NTP has an answer, and is then right', () => {
    slow
      .when({ type: 'set-clock', facts: [3] })
      .then({ type: 'ClockStepped', by: 9, facts: [3] })
      .when({ type: 'set-clock', facts: [3] })
      .then();
  });

  test('of a machine that does not run is not set', () => {
    spec.when({ type: 'set-clock', facts: [3] }).then();
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      create: true,
      placed: true,
      'disk-ready': true,
      registered: true,
      refuse: true,
      'power-on': true,
      guest: true,
      addressed: true,
      unaddressed: true,
      'host-died': true,
      'set-clock': true,
      delete: true,
      removed: true,
    },
    { 'host.failed': true } as never,
  ));
