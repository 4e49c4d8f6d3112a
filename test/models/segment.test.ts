import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { segment } from '../../src/models/segment/decide.ts';
import type { SegmentCommand, SegmentEvent } from '../../src/models/segment/events.ts';
import { reaches, type Segment } from '../../src/models/segment/state.ts';
import { ITSELF, ip, specify } from '../support/spec.ts';

const specs = specify(segment, 'segment/lan');
/** Half of the span: a neighbour is trusted for 30 s. */
const spec = specs.draws({ arp: 0.5 });

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
const flapped = (holder: string, lost: string, lasts = 30 * SECOND): SegmentEvent => ({
  type: 'Flapped',
  address: TEN,
  holder,
  lost,
  lasts,
});
/** The last holder is heard first. */
const duplicated = (holders: string[], facts: number[]): SegmentEvent[] => [
  {
    type: 'Duplicated',
    address: TEN,
    holders,
    why: 'address.duplicate',
    words: `10.0.0.10 is used by ${holders.join(' and ')}`,
    facts,
  },
  flapped(holders.at(-1) ?? '', holders.at(-2) ?? ''),
];
const resolved = (holder: string): SegmentEvent => ({ type: 'Resolved', address: TEN, holder });
const down = (station: string): SegmentEvent => ({ type: 'PortDown', station });
const up = (station: string): SegmentEvent => ({ type: 'PortUp', station });
const port = (station: string, isUp: boolean): SegmentCommand => ({ type: 'port', station, up: isUp });
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
      .then(claimed('vm/b'), ...duplicated(['vm/a', 'vm/b'], [1, 2]));
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
        {
          type: 'Flapped',
          address: GATEWAY,
          holder: 'vm/a',
          lost: 'device/gateway',
          lasts: 30 * SECOND,
        },
      );
    scene.when({ type: 'release', address: GATEWAY, holder: 'vm/a' }).types('Released', 'Resolved');
  });

  test('that only a machine without a link uses is no duplicate', () => {
    spec.given(declared, claimed('vm/a'), down('vm/a')).when(claim('vm/b')).then(claimed('vm/b'));
  });

  test('by a machine without a link is no duplicate either, and of three the two with one are named', () => {
    spec.given(declared, claimed('vm/a'), down('vm/b')).when(claim('vm/b')).then(claimed('vm/b'));
    spec
      .given(declared, claimed('vm/a'), claimed('vm/b'), down('vm/b'))
      .when(claim('vm/c'))
      .then(claimed('vm/c'), ...duplicated(['vm/a', 'vm/c'], [1, 4]));
  });

  test('that two use already names all three', () => {
    spec
      .given(declared, claimed('vm/a'), claimed('vm/b'), ...duplicated(['vm/a', 'vm/b'], [1, 2]))
      .when(claim('device/camera', 'static'))
      .then(claimed('device/camera', 'static'), ...duplicated(['vm/a', 'vm/b', 'device/camera'], [1, 2, 5]));
  });
});

describe('releasing an address', () => {
  const twice = spec.given(
    declared,
    claimed('vm/a'),
    claimed('vm/b'),
    ...duplicated(['vm/a', 'vm/b'], [1, 2]),
  );

  test('that one machine used', () => {
    const after = spec.given(declared, claimed('vm/a')).when(release('vm/a')).then(released('vm/a'));
    expect([...after.state().claims.keys()]).toEqual([GATEWAY]);
  });

  test('by a machine that does not use it changes nothing', () => {
    spec.given(declared, claimed('vm/a')).when(release('vm/b')).then();
  });

  test('resolves a duplicate when one holder is left', () => {
    const after = twice.when(release('vm/a')).then(released('vm/a'), resolved('vm/b'));
    expect(after.state().duplicates.size).toBe(0);
  });

  test('leaves a duplicate of three a duplicate of two', () => {
    const after = twice
      .given(claimed('vm/c'), ...duplicated(['vm/a', 'vm/b', 'vm/c'], [1, 2, 5]))
      .when(release('vm/a'))
      .then(released('vm/a'));
    expect(after.state().duplicates.has(TEN)).toBe(true);
    after.when(release('vm/c')).then(released('vm/c'), resolved('vm/b'));
  });

  test('resolves a duplicate whose third holder has no link', () => {
    twice
      .given(claimed('vm/c'), ...duplicated(['vm/a', 'vm/b', 'vm/c'], [1, 2, 5]), down('vm/c'))
      .when(release('vm/a'))
      .then(released('vm/a'), resolved('vm/b'));
  });

  test('that nobody with a link shares resolves nothing', () => {
    twice.given(down('vm/b'), resolved('vm/a')).when(release('vm/a')).then(released('vm/a'));
  });
});

describe('probing', () => {
  const probe = (address: number, asker = 'dhcp/lan'): SegmentCommand => ({
    type: 'probe',
    address,
    asker,
    client: asker,
  });
  const probed = (address: number, used: boolean, asker = 'dhcp/lan'): SegmentEvent => ({
    type: 'Probed',
    address,
    asker,
    client: asker,
    used,
  });
  const attached: SegmentEvent = { type: 'Attached', station: 'dhcp/lan', addresses: [GATEWAY] };

  test('a free address', () => spec.given(declared).when(probe(TEN)).then(probed(TEN, false)));
  test('an address in use', () =>
    spec.given(declared, claimed('vm/a')).when(probe(TEN)).then(probed(TEN, true)));
  test('the gateway, which always answers', () =>
    spec.given(declared).when(probe(GATEWAY)).then(probed(GATEWAY, true)));
  test('an address that only the asker uses', () =>
    spec
      .given(declared, claimed('vm/a'))
      .when(probe(TEN, 'vm/a'))
      .then(probed(TEN, false, 'vm/a')));
  test('an address that the asker shares with another', () =>
    spec
      .given(declared, claimed('vm/a'), claimed('vm/b'))
      .when(probe(TEN, 'vm/a'))
      .then(probed(TEN, true, 'vm/a')));
  test('the gateway by a server that is the gateway: who pings himself is answered', () => {
    const scene = spec.given(declared, attached);
    scene.when(probe(GATEWAY)).then(probed(GATEWAY, true));
    scene.when(probe(GATEWAY, 'vm/a')).then(probed(GATEWAY, true, 'vm/a'));
  });
  test('an address of a machine whose port is down: nobody answers', () => {
    const unplugged = spec.given(declared, claimed('vm/a'), down('vm/a'));
    unplugged.when(probe(TEN)).then(probed(TEN, false));
    unplugged.given(up('vm/a')).when(probe(TEN)).then(probed(TEN, true));
  });
});

describe('stations', () => {
  test('are attached in order of coming; a second time only their addresses change', () => {
    const { stations } = spec
      .given(declared)
      .when({ type: 'attach', station: 'dhcp/b', addresses: [TEN] })
      .then({ type: 'Attached', station: 'dhcp/b', addresses: [TEN] })
      .when({ type: 'attach', station: 'dhcp/a', addresses: [] })
      .then({ type: 'Attached', station: 'dhcp/a', addresses: [] })
      .when({ type: 'attach', station: 'dhcp/b', addresses: [GATEWAY] })
      .types('Attached')
      .state();
    expect([...stations]).toEqual([
      ['dhcp/b', [GATEWAY]],
      ['dhcp/a', []],
    ]);
  });

  test('have a port, which is up until it goes down; saying so again changes nothing', () => {
    const unplugged = spec
      .given(declared)
      .when(port('vm/a', true))
      .then()
      .when(port('vm/a', false))
      .then(down('vm/a'));
    expect([...unplugged.state().down.keys()]).toEqual(['vm/a']);
    const plugged = unplugged.when(port('vm/a', false)).then().when(port('vm/a', true)).then(up('vm/a'));
    expect(plugged.state().down.size).toBe(0);
  });

  test('keep what they use while their port is down, and answer for it again when it is up', () => {
    const unplugged = spec.given(declared, claimed('vm/a')).when(port('vm/a', false)).then(down('vm/a'));
    expect(unplugged.state().claims.get(TEN)).toMatchObject([{ holder: 'vm/a' }]);
    unplugged.when(port('vm/a', true)).then(up('vm/a'));
  });

  test('that share an address are rivals while both ports are up', () => {
    const rivals = spec.given(
      declared,
      claimed('vm/a'),
      claimed('vm/b'),
      ...duplicated(['vm/a', 'vm/b'], [1, 2]),
    );
    const alone = rivals.when(port('vm/a', false)).then(down('vm/a'), resolved('vm/b'));
    expect(alone.state().duplicates.size).toBe(0);
    alone.when(port('vm/b', false)).then(down('vm/b'));
    const again = alone.when(port('vm/a', true)).then(up('vm/a'), ...duplicated(['vm/b', 'vm/a'], [2, 1]));
    expect(again.state().duplicates.has(TEN)).toBe(true);
  });

  test('of which one of three goes leave a duplicate of two; when it comes back all three are named', () => {
    const three = spec.given(
      declared,
      claimed('vm/a'),
      claimed('vm/b'),
      claimed('vm/c'),
      ...duplicated(['vm/a', 'vm/b', 'vm/c'], [1, 2, 3]),
    );
    const two = three.when(port('vm/b', false)).then(down('vm/b'));
    expect(two.state().duplicates.has(TEN)).toBe(true);
    two.when(port('vm/b', true)).then(up('vm/b'), ...duplicated(['vm/a', 'vm/c', 'vm/b'], [1, 3, 2]));
  });

  test('announce an address, whether they claimed it or not', () => {
    spec
      .given(declared)
      .when({ type: 'announce', address: TEN, holder: 'vm/a' })
      .then({ type: 'Announced', address: TEN, holder: 'vm/a' });
  });
});

describe('a duplicate address', () => {
  const flap: SegmentCommand = { type: 'flap', address: TEN };
  const reached = (of: { state(): Readonly<Segment> }) => of.state().duplicates.get(TEN)?.reached;
  const twice = spec
    .given(declared, claimed('vm/a'))
    .when(claim('vm/b'))
    .then(claimed('vm/b'), ...duplicated(['vm/a', 'vm/b'], [1, 2]));

  test('is taken for that of the last comer, until its neighbours ask again', () => {
    expect(reached(twice)).toBe('vm/b');
    expect(reaches(twice.state(), TEN, 'vm/a')).toBe(false);
    expect(reaches(twice.state(), TEN, 'vm/b')).toBe(true);
    twice.asks({ to: ITSELF, after: 30 * SECOND, command: flap, key: `arp ${TEN}` });
  });

  test.each([
    [0, 15 * SECOND],
    [0.999999, 44_999_970],
  ])('flaps between its holders, each time for 15 to 45 s (draw %d)', (arp, lasts) => {
    const other = twice
      .draws({ arp })
      .when(flap)
      .then(flapped('vm/a', 'vm/b', lasts));
    expect(reached(other)).toBe('vm/a');
    other.when(flap).then(flapped('vm/b', 'vm/a', lasts));
  });

  test('of three goes round among those with a link', () => {
    const three = twice
      .when(claim('vm/c'))
      .then(claimed('vm/c'), ...duplicated(['vm/a', 'vm/b', 'vm/c'], [1, 2, 5]));
    three.when(flap).then(flapped('vm/a', 'vm/c'));
    const unplugged = three.given(down('vm/a'));
    unplugged.when(flap).then(flapped('vm/b', 'vm/c'));
  });

  test('of three is taken for that of another at once when the one it was taken for goes', () => {
    const three = twice
      .when(claim('vm/c'))
      .then(claimed('vm/c'), ...duplicated(['vm/a', 'vm/b', 'vm/c'], [1, 2, 5]));
    three.when(release('vm/c')).then(released('vm/c'), flapped('vm/b', 'vm/c'));
    three.when(port('vm/c', false)).then(down('vm/c'), flapped('vm/b', 'vm/c'));
  });

  test('flaps no more once one holder is left', () => {
    const alone = twice.when(release('vm/a')).then(released('vm/a'), resolved('vm/b'));
    alone.asks({ to: ITSELF, after: NEVER, command: flap, key: `arp ${TEN}` });
    alone.when(flap).then();
    expect(reaches(alone.state(), TEN, 'vm/b')).toBe(true);
  });
});

test('every command, event and refusal is specified above', () =>
  specs.shown(
    {
      declare: true,
      claim: true,
      release: true,
      probe: true,
      attach: true,
      port: true,
      announce: true,
      flap: true,
    },
    { 'address.duplicate': true },
  ));
