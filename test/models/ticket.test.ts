import { describe, expect, test } from 'vitest';
import { GIB } from '../../src/base/units.ts';
import { ticket } from '../../src/models/ticket/decide.ts';
import type { TicketCommand, TicketEvent } from '../../src/models/ticket/events.ts';
import { specify } from '../support/spec.ts';

const spec = specify(ticket, 'ticket/lab/dev');

const declared: TicketEvent = {
  type: 'Declared',
  parent: 'lab',
  keys: ['vm', 'vm.memory'],
  limits: [3, 8 * GIB],
};
const consume = (holder: string, vms: number, memory: number): TicketCommand => ({
  type: 'consume',
  holder,
  keys: ['vm', 'vm.cpu', 'vm.memory'],
  amounts: [vms, 1, memory],
});
const consumed = (holder: string, vms: number, memory: number): TicketEvent => ({
  type: 'Consumed',
  holder,
  keys: ['vm', 'vm.cpu', 'vm.memory'],
  amounts: [vms, 1, memory],
});

describe('declaring', () => {
  test('a ticket keeps its limits and the ticket it was carved from', () => {
    const { type: _, ...limits } = declared;
    const state = spec
      .when({ ...limits, type: 'declare' })
      .then(declared)
      .state();
    expect(state.parent).toBe('lab');
    expect([...state.limits]).toEqual([
      ['vm', 3],
      ['vm.memory', 8 * GIB],
    ]);
  });
});

describe('consuming (photon-and-vdvs.md 1.2)', () => {
  test('up to the limit passes: equality is enough room', () => {
    spec
      .given(declared)
      .when(consume('vm/a', 3, 8 * GIB))
      .then(consumed('vm/a', 3, 8 * GIB));
  });

  test('one more than the limit is refused, and the refusal rests on the declaration', () => {
    spec
      .given(declared)
      .when(consume('vm/a', 4, GIB))
      .then({
        type: 'Refused',
        holder: 'vm/a',
        key: 'vm',
        limit: 3,
        wanted: 4,
        why: 'quota.exceeded',
        words: 'QuotaError: vm limit 3, would be 4',
        facts: [0],
      });
  });

  test('what others hold counts, and the refusal also rests on the last use; memory is written with a unit', () => {
    spec
      .given(declared, consumed('vm/a', 1, 8 * GIB))
      .when(consume('vm/b', 1, 1))
      .then({
        type: 'Refused',
        holder: 'vm/b',
        key: 'vm.memory',
        limit: 8 * GIB,
        wanted: 8 * GIB + 1,
        why: 'quota.exceeded',
        words: 'QuotaError: vm.memory limit 8GiB, would be 8589934593B',
        facts: [0, 1],
      });
  });

  test('a refusal takes nothing: all or nothing', () => {
    const after = spec
      .given(declared)
      .when(consume('vm/a', 1, 9 * GIB))
      .types('Refused');
    expect([...after.state().usage]).toEqual([]);
    after.when(consume('vm/b', 3, 8 * GIB)).types('Consumed');
  });

  test('a key without a limit is counted and never refuses', () => {
    const state = spec.given(declared, consumed('vm/a', 1, GIB), consumed('vm/b', 1, GIB)).state();
    expect(state.usage.get('vm.cpu')).toBe(2);
  });

  test('who already holds does not hold twice', () => {
    spec
      .given(declared, consumed('vm/a', 1, GIB))
      .when(consume('vm/a', 1, GIB))
      .then();
  });
});

describe('who holds already', () => {
  const held = spec.given(declared, consumed('vm/a', 1, 6 * GIB));

  test('changes its share: the old one is returned in the same step', () => {
    const state = held
      .when(consume('vm/a', 2, 7 * GIB))
      .then({ type: 'Returned', holder: 'vm/a' }, consumed('vm/a', 2, 7 * GIB))
      .state();
    expect(Object.fromEntries(state.usage)).toEqual({ vm: 2, 'vm.cpu': 1, 'vm.memory': 7 * GIB });
    expect(state.holders.get('vm/a')?.amounts).toEqual([2, 1, 7 * GIB]);
  });

  test('is measured without its old share, and keeps that when the new one is refused', () => {
    held.when(consume('vm/a', 3, 8 * GIB)).types('Returned', 'Consumed');
    const after = held.when(consume('vm/a', 3, 8 * GIB + 1)).then({
      type: 'Refused',
      holder: 'vm/a',
      key: 'vm.memory',
      limit: 8 * GIB,
      wanted: 8 * GIB + 1,
      why: 'quota.exceeded',
      words: 'QuotaError: vm.memory limit 8GiB, would be 8589934593B',
      facts: [0, 1],
    });
    expect(after.state().usage.get('vm.memory')).toBe(6 * GIB);
  });

  test('may drop a key', () => {
    const state = held
      .when({ type: 'consume', holder: 'vm/a', keys: ['vm'], amounts: [1] })
      .types('Returned', 'Consumed')
      .state();
    expect(state.usage.get('vm.memory')).toBe(0);
  });
});

describe('giving back', () => {
  test('returns exactly what was taken and keeps the peak', () => {
    const state = spec
      .given(declared, consumed('vm/a', 2, GIB), consumed('vm/b', 1, GIB))
      .when({ type: 'give-back', holder: 'vm/a' })
      .then({ type: 'Returned', holder: 'vm/a' })
      .state();
    expect(state.usage.get('vm')).toBe(1);
    expect(state.peak.get('vm')).toBe(3);
  });

  test('who holds nothing returns nothing', () => {
    spec.given(declared).when({ type: 'give-back', holder: 'vm/a' }).then();
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown({ declare: true, consume: true, 'give-back': true }, { 'quota.exceeded': true }));
