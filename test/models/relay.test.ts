/** What joins two segments for DHCP: a relay agent on the router (facts/dhcp.md 10), or a line that delays and loses (11). */
import { describe, expect, test } from 'vitest';
import { type DhcpReply, requestIn } from '../../src/base/dhcp.ts';
import { SECOND } from '../../src/base/units.ts';
import { relay } from '../../src/models/relay/decide.ts';
import type { RelayEvent, RelaySettings } from '../../src/models/relay/events.ts';
import { lan, macOf, message } from '../support/dhcp.ts';
import { ip, itself, specify } from '../support/spec.ts';

const spec = specify(relay, 'relay/r');
const [NEAR, FAR] = [lan(1), ip('10.9.0.1')];
const [ONE, TWO] = [ip('10.9.0.10'), ip('10.9.0.11')];

const line: RelaySettings = {
  near: 'lan',
  far: 'core',
  nearAddress: 0,
  farAddress: 0,
  servers: [],
  option82: false,
  delayToServer: 0,
  delayToClient: 0,
  losses: [],
  enabled: true,
};
const agent: RelaySettings = { ...line, nearAddress: NEAR, farAddress: FAR, servers: [ONE] };
const declared = (more: Partial<RelaySettings> = {}, base = agent): RelayEvent => ({
  type: 'Declared',
  ...base,
  ...more,
});

const discover = message('DISCOVER', 'a', { xid: 5 });
const offer: DhcpReply = {
  kind: 'OFFER',
  server: 's',
  client: 'a',
  mac: macOf('a'),
  xid: 5,
  secs: 0,
  yiaddr: lan(10),
  ciaddr: 0,
  giaddr: NEAR,
  serverId: ONE,
  lease: 60,
  t1: 0,
  t2: 0,
  broadcast: false,
  to: NEAR,
  words: '',
};
const reply = (more: Partial<DhcpReply> = {}) => ({ type: 'reply', reply: { ...offer, ...more } }) as const;
const request = (more = {}) => ({ type: 'request', request: { ...discover, ...more } }) as const;

describe('an agent', () => {
  const up = spec.given(declared());

  test('keeps on relaying, or not, when its side of the clients gets another address', () => {
    const moved = { type: 'Renumbered', near: 'lan', nearAddress: NEAR + 1 } as const;
    up.when({ type: 'renumber', nearAddress: NEAR + 1 })
      .then(moved)
      .when({ type: 'renumber', nearAddress: NEAR + 1 })
      .then()
      .when({ type: 'start' })
      .then();
    up.when({ type: 'stop' })
      .then({ type: 'Stopped' })
      .when({ type: 'renumber', nearAddress: NEAR + 1 })
      .then(moved)
      .when({ type: 'start' })
      .then({ type: 'Started' });
  });

  test('is declared, stopped and started; a second time changes nothing', () => {
    spec
      .when({ type: 'declare', ...agent })
      .then(declared())
      .when({ type: 'start' })
      .then()
      .when({ type: 'stop' })
      .then({ type: 'Stopped' })
      .when({ type: 'stop' })
      .then()
      .when({ type: 'start' })
      .then({ type: 'Started' });
  });

  test('writes its address on the clients’ side into giaddr and sends to its server', () => {
    up.when(request()).then({
      ...discover,
      type: 'Relayed',
      routed: false,
      segment: 'core',
      giaddr: NEAR,
      to: ONE,
    });
  });

  test('sends a copy to each of its servers', () => {
    const { events } = spec.given(declared({ servers: [ONE, TWO] })).when(request());
    expect(events).toMatchObject([{ to: ONE }, { to: TWO }]);
  });

  test('asks from its new address when its side of the clients is renumbered; a second time changes nothing', () => {
    const moved = up
      .when({ type: 'renumber', nearAddress: ip('10.0.1.1') })
      .then({ type: 'Renumbered', near: 'lan', nearAddress: ip('10.0.1.1') })
      .when({ type: 'renumber', nearAddress: ip('10.0.1.1') })
      .then();
    expect(moved.when(request()).events).toMatchObject([{ giaddr: ip('10.0.1.1'), to: ONE }]);
    expect(moved.state()).toMatchObject({ near: 'lan', far: 'core', farAddress: FAR, enabled: true });
  });

  test('leaves a giaddr that is set', () => {
    const { events } = up.when(request({ giaddr: lan(99) }));
    expect(events).toMatchObject([{ giaddr: lan(99), to: ONE }]);
  });

  test('routes a unicast renewal and, hearing it too, relays a second copy', () => {
    const { events } = up.when(request({ kind: 'REQUEST', ciaddr: lan(10), to: ONE }));
    expect(events).toMatchObject([
      { routed: true, to: ONE, giaddr: 0, segment: 'core' },
      { routed: false, to: ONE, giaddr: NEAR },
    ]);
  });

  test.each([
    ['that is stopped', spec.given(declared(), { type: 'Stopped' })],
    ['that was declared so', spec.given(declared({ enabled: false }))],
    ['without servers', spec.given(declared({ servers: [] }))],
  ])('%s only routes', (_, scene) => {
    scene.when(request()).then();
    expect(scene.when(request({ ciaddr: lan(10), to: ONE })).events).toMatchObject([{ routed: true }]);
  });

  test.each<[string, Partial<DhcpReply>, number]>([
    ['an OFFER at the new address', {}, lan(10)],
    ['one with the broadcast flag to everybody', { broadcast: true }, 0],
    ['an ACK of a renewal at the address that the client has', { kind: 'ACK', ciaddr: lan(11) }, lan(11)],
    ['a NAK to everybody', { kind: 'NAK', yiaddr: 0 }, 0],
  ])('delivers %s, with giaddr still set', (_, more, to) => {
    up.when(reply(more)).then({ ...offer, ...more, type: 'Delivered', routed: false, to });
  });

  test('routes what is for the client itself', () => {
    const direct = { kind: 'ACK', giaddr: 0, to: lan(10) } as const;
    up.when(reply(direct)).then({ ...offer, ...direct, type: 'Delivered', routed: true });
  });

  test('that is stopped delivers nothing that was relayed', () => {
    spec.given(declared(), { type: 'Stopped' }).when(reply()).then();
    spec
      .given(declared({ enabled: false }))
      .when(reply())
      .then();
  });

  test('that was declared as stopped relays from its start on', () => {
    const started = spec
      .given(declared({ enabled: false }))
      .when({ type: 'start' })
      .then({ type: 'Started' });
    expect(started.when(request()).events).toMatchObject([{ type: 'Relayed', giaddr: NEAR }]);
    expect(started.when(reply()).events).toMatchObject([{ type: 'Delivered' }]);
  });
});

describe('a line', () => {
  test('passes everything on as it is', () => {
    const scene = spec.given(declared({}, line));
    scene.when(request()).then({ ...discover, type: 'Relayed', routed: false, segment: 'core' });
    scene.when(reply()).then({ ...offer, type: 'Delivered', routed: false });
  });

  test('holds requests and answers for their delay', () => {
    const slow = spec.given(declared({ delayToServer: SECOND, delayToClient: 4 * SECOND }, line));
    const onward = { ...discover, segment: 'core' };
    slow
      .when(request())
      .then({ ...onward, type: 'RequestHeld', wait: SECOND })
      .asks(itself(SECOND, { type: 'pass-request', request: requestIn(onward) }))
      .at(SECOND)
      .when({ type: 'pass-request', request: onward })
      .then({ ...onward, type: 'Relayed', routed: false });
    slow
      .when(reply())
      .then({ ...offer, type: 'ReplyHeld', wait: 4 * SECOND })
      .asks(itself(4 * SECOND, { type: 'pass-reply', reply: offer }))
      .at(4 * SECOND)
      .when({ type: 'pass-reply', reply: offer })
      .then({ ...offer, type: 'Delivered', routed: false });
  });

  test.each([0, 4 * SECOND])(
    'loses answers by their number, each kind counted for itself; delay %d',
    (delayToClient) => {
      const losses = [
        { kind: 'OFFER', which: [1, 3] },
        { kind: 'ACK', which: [2] },
      ] as const;
      let scene = spec.given(declared({ losses, delayToClient }, line));
      const seen: string[] = [];
      for (const kind of ['OFFER', 'ACK', 'OFFER', 'NAK', 'OFFER', 'ACK', 'OFFER', 'ACK'] as const) {
        const { events, after } = scene.when(reply({ kind }));
        seen.push(`${kind} ${events[0]?.type === 'Lost' ? 'lost' : 'passed'}`);
        // What was held is passed on later, and is not counted twice.
        scene =
          delayToClient > 0 && events[0]?.type !== 'Lost'
            ? after.when({ type: 'pass-reply', reply: { ...offer, kind } }).after
            : after;
      }
      expect(seen).toEqual([
        'OFFER lost',
        'ACK passed',
        'OFFER passed',
        'NAK passed',
        'OFFER lost',
        'ACK lost',
        'OFFER passed',
        'ACK passed',
      ]);
    },
  );
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      declare: true,
      start: true,
      stop: true,
      renumber: true,
      request: true,
      reply: true,
      'pass-request': true,
      'pass-reply': true,
    },
    {},
  ));
