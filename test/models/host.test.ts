import { describe, expect, test } from 'vitest';
import { GIB, HOUR, MINUTE } from '../../src/base/units.ts';
import { host } from '../../src/models/host/decide.ts';
import type { HostCommand, HostEvent } from '../../src/models/host/events.ts';
import { itself, specify } from '../support/spec.ts';

const spec = specify(host, 'host/esx-01');

const size = { cores: 8, memory: 64 * GIB, roles: ['mgmt', 'cloud'] } as const;
const settings = { ...size, boot: 4 * MINUTE, clock: 0 } as const;
const declare = (power: 'on' | 'off'): HostCommand => ({ type: 'declare', ...settings, power });
const declared: HostEvent = { type: 'Declared', ...settings };
const up: HostEvent = { type: 'Up', ...size };
const booting: HostEvent = { type: 'Booting', takes: 4 * MINUTE };
const failed: HostEvent = {
  type: 'Failed',
  why: 'host.failed',
  words: 'Host is not responding',
  facts: [],
};

describe('declaring', () => {
  test('a host that runs says so at once', () => spec.when(declare('on')).then(declared, up));
  test('a host that is off says nothing', () => spec.when(declare('off')).then(declared));
  test('a running host anew tells its new size', () => {
    spec
      .given(declared, up)
      .when({ type: 'declare', ...settings, cores: 16, power: 'on' })
      .then({ ...declared, cores: 16 }, { ...up, cores: 16 });
  });
});

describe('power', () => {
  test('on takes the time of the boot', () => {
    spec
      .given(declared)
      .when({ type: 'power-on' })
      .then(booting)
      .asks(itself(4 * MINUTE, { type: 'booted' }, 'boot'))
      .at(4 * MINUTE)
      .when({ type: 'booted' })
      .then(up)
      .asks();
  });

  test('on changes nothing for a host that boots or runs', () => {
    spec.given(declared, booting).when({ type: 'power-on' }).then();
    spec.given(declared, up).when({ type: 'power-on' }).then();
  });

  test('fails, which rests on nothing but what made it fail, and can be switched on again', () => {
    spec.given(declared, up).when({ type: 'fail' }).then(failed).when({ type: 'power-on' }).then(booting);
    spec.given(declared, booting).when({ type: 'fail' }).then(failed).when({ type: 'booted' }).then();
  });

  test('cannot fail where there is none', () => {
    spec.given(declared).when({ type: 'fail' }).then();
    spec.given(declared, up, failed).when({ type: 'fail' }).then();
  });
});

test('the clock is set, and which event did so is kept', () => {
  const state = spec
    .given(declared, up)
    .when({ type: 'set-clock', clock: -HOUR })
    .then({ type: 'ClockSet', clock: -HOUR })
    .when({ type: 'set-clock', clock: -HOUR })
    .then()
    .state();
  expect(state).toMatchObject({ clock: -HOUR, clockSeq: 2, powerSeq: 1 });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    { declare: true, 'power-on': true, booted: true, fail: true, 'set-clock': true },
    { 'host.failed': true },
  ));
