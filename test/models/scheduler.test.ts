import { describe, expect, test } from 'vitest';
import { GIB } from '../../src/base/units.ts';
import { scheduler } from '../../src/models/scheduler/decide.ts';
import type { SchedulerCommand, SchedulerEvent } from '../../src/models/scheduler/events.ts';
import { specify } from '../support/spec.ts';

const spec = specify(scheduler, 'scheduler/root');

const added = (host: string, cores = 1, memory = 100 * GIB, usedCpu = 0, usedMemory = 0): SchedulerEvent => ({
  type: 'HostAdded',
  host,
  cores,
  memory,
  usedCpu,
  usedMemory,
});
const place = (vm: string, cpu: number, memory: number): SchedulerCommand => ({
  type: 'place',
  vm,
  cpu,
  memory,
});
const placed = (vm: string, host: string, cpu: number, memory: number, score = 0): SchedulerEvent => ({
  type: 'Placed',
  vm,
  host,
  cpu,
  memory,
  score,
});
const WORDS = {
  'placement.no-host': 'NoSuchResource: no host with the CLOUD tag is up',
  'placement.not-enough-cpu': 'NotEnoughCpuResource',
  'placement.not-enough-memory': 'NotEnoughMemoryResource',
} as const;
const refused = (vm: string, why: keyof typeof WORDS, ...facts: number[]): SchedulerEvent => ({
  type: 'Refused',
  vm,
  why,
  words: WORDS[why],
  facts,
});
const hostUp = (host: string, roles: string[]): SchedulerCommand => ({
  type: 'host-up',
  host,
  cores: 8,
  memory: 64 * GIB,
  roles,
});

describe('hosts', () => {
  test('with the CLOUD tag take VMs; others do not', () => {
    spec.when(hostUp('esx-01', ['cloud'])).then(added('esx-01', 8, 64 * GIB));
    spec.when(hostUp('esx-01', ['mgmt'])).then();
  });

  test('with both tags keep a quarter for the management VM (photon-and-vdvs.md 2.2)', () => {
    spec.when(hostUp('esx-01', ['mgmt', 'cloud'])).then(added('esx-01', 8, 64 * GIB, 2, 16 * GIB));
  });

  test('that come back still have what was placed on them', () => {
    spec
      .given(added('esx-01', 8, 64 * GIB), placed('a', 'esx-01', 2, GIB))
      .when({ type: 'host-down', host: 'esx-01' })
      .then({ type: 'HostRemoved', host: 'esx-01' })
      .when({ type: 'host-down', host: 'esx-01' })
      .then()
      .when(hostUp('esx-01', ['cloud']))
      .then(added('esx-01', 8, 64 * GIB, 2, GIB));
  });
});

describe('one host (4.2)', () => {
  const one = spec.given(added('esx-01')).draws({ sample: 0 });

  test('takes memory up to 95 % of its own', () => {
    one.when(place('a', 1, 95 * GIB)).then(placed('a', 'esx-01', 1, 95 * GIB, 5));
    one.when(place('a', 1, 95 * GIB + 1)).then(refused('a', 'placement.not-enough-memory', 0));
  });

  test('takes vCPUs up to 95 % of sixteen times its cores', () => {
    const big = spec.given(added('esx-01', 10)).draws({ sample: 0 });
    big.when(place('a', 152, GIB)).then(placed('a', 'esx-01', 152, GIB, 5));
    big.when(place('a', 153, GIB)).then(refused('a', 'placement.not-enough-cpu', 0));
  });

  test('looks at memory first, which masks the rest', () => {
    one.when(place('a', 100, 96 * GIB)).then(refused('a', 'placement.not-enough-memory', 0));
  });

  test('counts what is placed, and the refusal rests on the last placement', () => {
    one
      .given(placed('a', 'esx-01', 1, 50 * GIB))
      .when(place('b', 1, 46 * GIB))
      .then(refused('b', 'placement.not-enough-memory', 1));
  });

  test('scores a hundred less the fuller of memory and CPU, rounded', () => {
    one.when(place('a', 4, 10 * GIB)).then(placed('a', 'esx-01', 4, 10 * GIB, 75));
  });

  test('gives room back when a VM is released', () => {
    const released = one
      .given(placed('a', 'esx-01', 1, 90 * GIB))
      .when({ type: 'release', vm: 'a' })
      .then({ type: 'Released', vm: 'a', host: 'esx-01' });
    released.when(place('b', 1, 90 * GIB)).types('Placed');
    released.when({ type: 'release', vm: 'a' }).then();
  });

  test('is not asked twice for one VM, and no number is drawn', () => {
    spec
      .given(added('esx-01'), placed('a', 'esx-01', 1, GIB))
      .when(place('a', 1, GIB))
      .then();
  });
});

describe('several hosts (4.1, 4.3)', () => {
  test('the best score of those asked wins', () => {
    spec
      .given(added('esx-01', 8, 100 * GIB, 0, 50 * GIB), added('esx-02', 8, 100 * GIB, 0, 10 * GIB))
      .draws({ sample: [0, 0] })
      .when(place('a', 1, 10 * GIB))
      .then(placed('a', 'esx-02', 1, 10 * GIB, 80));
  });

  test('a tie goes to whoever was drawn first', () => {
    const two = spec.given(added('esx-01'), added('esx-02'));
    two
      .draws({ sample: [0, 0] })
      .when(place('a', 1, GIB))
      .then(placed('a', 'esx-01', 1, GIB, 94));
    two
      .draws({ sample: [0.5, 0] })
      .when(place('a', 1, GIB))
      .then(placed('a', 'esx-02', 1, GIB, 94));
  });

  test('four are asked, so a fifth with room can be missed', () => {
    const five = spec
      .given(...[1, 2, 3, 4].map((n) => added(`esx-0${n}`, 1, 100 * GIB, 0, 95 * GIB)))
      .given(added('esx-05'));
    five
      .draws({ sample: [0, 0, 0, 0] })
      .when(place('a', 1, GIB))
      .then(refused('a', 'placement.not-enough-memory', 0, 1, 2, 3));
    five
      .draws({ sample: [0.99, 0, 0, 0] })
      .when(place('a', 1, GIB))
      .then(placed('a', 'esx-05', 1, GIB, 94));
  });

  test('CPU comes before memory when hosts refuse for different reasons', () => {
    spec
      .given(added('esx-01', 1, 100 * GIB, 0, 95 * GIB), added('esx-02', 1, 100 * GIB, 16, 0))
      .draws({ sample: [0, 0] })
      .when(place('a', 1, GIB))
      .then(refused('a', 'placement.not-enough-cpu', 0, 1));
  });

  test('no host at all is a reason of its own', () => {
    spec.when(place('a', 1, GIB)).then(refused('a', 'placement.no-host'));
  });

  test('no host any more rests on the loss of the last one', () => {
    const lost = spec.given(added('esx-01'), { type: 'HostRemoved', host: 'esx-01' });
    const [refusal] = lost.when(place('a', 1, GIB)).events;
    expect(refusal).toMatchObject({ why: 'placement.no-host', facts: [1] });
    lost
      .given(added('esx-02'), { type: 'HostRemoved', host: 'esx-02' })
      .when(place('a', 1, GIB))
      .then(refused('a', 'placement.no-host', 3));
    // While one is up the lost ones are not why.
    lost
      .given(added('esx-02', 1, GIB))
      .draws({ sample: 0 })
      .when(place('a', 1, GIB))
      .then(refused('a', 'placement.not-enough-memory', 2));
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    { 'host-up': true, 'host-down': true, place: true, release: true },
    { 'placement.no-host': true, 'placement.not-enough-cpu': true, 'placement.not-enough-memory': true },
  ));
