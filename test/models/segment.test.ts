import { describe, expect, test } from 'vitest';
import { segment } from '../../src/models/segment/decide.ts';
import type { SegmentCommand, SegmentEvent } from '../../src/models/segment/events.ts';
import { ip, specify } from '../support/spec.ts';

const spec = specify(segment, 'segment/lan');

const TEN = ip('10.0.0.10');
const GATEWAY = ip('10.0.0.1');
const settings = { network: ip('10.0.0.0'), prefix: 24, gateway: GATEWAY, vlan: 100 };
const declared: SegmentEvent = { type: 'Declared', ...settings };
const claim = (holder: string, how: 'static' | 'lease' = 'lease', facts: number[] = []): SegmentCommand => ({
  type: 'claim',
  address: TEN,
  holder,
  how,
  facts,
});
const claimed = (holder: string, how: 'static' | 'lease' = 'lease', facts: number[] = []): SegmentEvent => ({
  type: 'Claimed',
  address: TEN,
  holder,
  how,
  facts,
});
const duplicated = (holders: string[], facts: number[]): SegmentEvent => ({
  type: 'Duplicated',
  address: TEN,
  holders,
  why: 'address.duplicate',
  words: `10.0.0.10 is used by ${holders.join(' and ')}`,
  facts,
});
const release = (holder: string): SegmentCommand => ({ type: 'release', address: TEN, holder });
const released = (holder: string): SegmentEvent => ({ type: 'Released', address: TEN, holder });

test('a segment is declared', () => {
  const state = spec
    .when({ type: 'declare', ...settings })
    .then(declared)
    .state();
  expect(state).toMatchObject({ ...settings, declaredSeq: 0 });
  expect([...state.claims]).toEqual([[GATEWAY, [{ holder: 'device/gateway', how: 'static', seq: 0 }]]]);
});

describe('claiming an address', () => {
  test('that nobody uses', () => {
    spec
      .given(declared)
      .when(claim('vm/a', 'lease', [7]))
      .then(claimed('vm/a', 'lease', [7]));
  });

  test('twice by one machine is one use', () => {
    spec.given(declared, claimed('vm/a')).when(claim('vm/a', 'static')).then();
  });

  test('that another uses makes a duplicate, which rests on both claims', () => {
    spec
      .given(declared, claimed('vm/a', 'static'))
      .when(claim('vm/b'))
      .then(claimed('vm/b'), duplicated(['vm/a', 'vm/b'], [1, 2]));
  });

  test('of the gateway makes a duplicate, which rests on the declaration of the segment', () => {
    const scene = spec
      .given(declared)
      .when({ type: 'claim', address: GATEWAY, holder: 'vm/a', how: 'lease', facts: [0] })
      .then(
        { type: 'Claimed', address: GATEWAY, holder: 'vm/a', how: 'lease', facts: [0] },
        {
          type: 'Duplicated',
          address: GATEWAY,
          holders: ['device/gateway', 'vm/a'],
          why: 'address.duplicate',
          words: '10.0.0.1 is used by device/gateway and vm/a',
          facts: [0, 1],
        },
      );
    scene.when({ type: 'release', address: GATEWAY, holder: 'vm/a' }).types('Released', 'Resolved');
  });

  test('that two use already names all three', () => {
    spec
      .given(declared, claimed('vm/a'), claimed('vm/b'), duplicated(['vm/a', 'vm/b'], [1, 2]))
      .when(claim('device/camera', 'static'))
      .then(claimed('device/camera', 'static'), duplicated(['vm/a', 'vm/b', 'device/camera'], [1, 2, 4]));
  });
});

describe('releasing an address', () => {
  const twice = spec.given(declared, claimed('vm/a'), claimed('vm/b'), duplicated(['vm/a', 'vm/b'], [1, 2]));

  test('that one machine used', () => {
    const after = spec.given(declared, claimed('vm/a')).when(release('vm/a')).then(released('vm/a'));
    expect([...after.state().claims.keys()]).toEqual([GATEWAY]);
  });

  test('by a machine that does not use it changes nothing', () => {
    spec.given(declared, claimed('vm/a')).when(release('vm/b')).then();
  });

  test('resolves a duplicate when one holder is left', () => {
    const after = twice
      .when(release('vm/a'))
      .then(released('vm/a'), { type: 'Resolved', address: TEN, holder: 'vm/b' });
    expect(after.state().duplicates.size).toBe(0);
  });

  test('leaves a duplicate of three a duplicate of two', () => {
    const after = twice
      .given(claimed('vm/c'), duplicated(['vm/a', 'vm/b', 'vm/c'], [1, 2, 4]))
      .when(release('vm/a'))
      .then(released('vm/a'));
    expect(after.state().duplicates.has(TEN)).toBe(true);
    after.when(release('vm/c')).then(released('vm/c'), { type: 'Resolved', address: TEN, holder: 'vm/b' });
  });
});

describe('probing', () => {
  const probe = (address: number): SegmentCommand => ({ type: 'probe', address, asker: 'lan', client: 'a' });
  const probed = (address: number, used: boolean): SegmentEvent => ({
    type: 'Probed',
    address,
    asker: 'lan',
    client: 'a',
    used,
  });

  test('a free address', () => spec.given(declared).when(probe(TEN)).then(probed(TEN, false)));
  test('an address in use', () =>
    spec.given(declared, claimed('vm/a')).when(probe(TEN)).then(probed(TEN, true)));
  test('the gateway, which always answers', () =>
    spec.given(declared).when(probe(GATEWAY)).then(probed(GATEWAY, true)));
});

test('every command, event and refusal is specified above', () =>
  spec.shown({ declare: true, claim: true, release: true, probe: true }, { 'address.duplicate': true }));
