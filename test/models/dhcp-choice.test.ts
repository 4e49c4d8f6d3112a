/** Which address a client is offered, by product (facts/dhcp.md section 5). Nothing is checked here. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import { hashOf, type Software } from '../../src/models/dhcp/profile.ts';
import { discover, lan, macOf, release, type Serving, select, serving } from '../support/dhcp.ts';
import { ip, itself } from '../support/spec.ts';

const free = (software: Software, first = 10, last = 12): Serving =>
  serving(software, { check: 'none' }, { ranges: [lan(first), lan(last)] });
/** Asks for an address and takes what is offered, which is the one named. */
const lease = (scene: Serving, client: string, n: number): Serving =>
  scene.ask(discover(client), `OFFER .${n}`).ask(select(client, n), `ACK .${n}`);
const leave = (scene: Serving, client: string, n: number): Serving =>
  scene.ask(release(client, n), `Released .${n}`);
const SILENT = 'silent: dhcp.scope-exhausted';
/** Where a hash points in a pool of `size` places. */
const placeOf = (client: string, size: number, busybox = false) => hashOf(macOf(client), busybox) % size;

describe('the order for new clients', () => {
  test.each(['isc', 'generic'] as const)(
    '%s: the lowest never used, then the one that ended longest ago',
    (software) => {
      let scene = lease(lease(lease(free(software), 'a', 10), 'b', 11), 'c', 12);
      scene = leave(leave(scene, 'b', 11), 'a', 10);
      scene.ask(discover('d'), 'OFFER .11').ask(discover('e'), 'OFFER .10').ask(discover('f'), SILENT);
    },
  );

  test('isc: one that was never used comes before one that ended', () => {
    leave(lease(free('isc'), 'a', 10), 'a', 10)
      .ask(discover('b'), 'OFFER .11')
      .ask(discover('c'), 'OFFER .12')
      .ask(discover('d'), 'OFFER .10');
  });

  test('windows: the lowest free', () => {
    leave(lease(lease(free('windows'), 'a', 10), 'b', 11), 'a', 10).ask(discover('c'), 'OFFER .10');
  });

  test('kea: the next in turn, with wrap; a repeated DISCOVER takes the turn too', () => {
    free('kea')
      .ask(discover('a'), 'OFFER .10')
      .ask(discover('a'), 'OFFER .11')
      .ask(discover('b'), 'OFFER .12')
      .ask(discover('b'), 'OFFER .10');
  });

  test('kea: leased addresses are passed over, and a REQUEST takes no turn', () => {
    lease(lease(free('kea'), 'a', 10), 'b', 11)
      .ask(discover('c'), 'OFFER .12')
      .ask(discover('c'), 'OFFER .12');
  });

  test.each([
    ['dnsmasq', false],
    ['udhcpd', true],
  ] as const)('%s: where its hash points, then upwards with wrap', (software, busybox) => {
    const names = Array.from({ length: 99 }, (_, i) => `c${i}`);
    for (const at of [0, 1, 2]) {
      const alike = names.filter((name) => placeOf(name, 3, busybox) === at).slice(0, 3);
      let scene = free(software);
      for (const [i, name] of alike.entries()) scene = lease(scene, name, 10 + ((at + i) % 3));
      expect(scene.server.leases.size).toBe(3);
    }
  });

  test('dnsmasq: the hash is SDBM of the hardware address, 0 becoming 1; that of busybox leaves a term out', () => {
    const plain = (mac: string, minus: number) => {
      let hash = 0n;
      for (const byte of mac.split(':')) {
        const value = BigInt(`0x${byte}`);
        hash = (value + (hash << 6n) + (hash << 16n) - BigInt(minus) * hash) & 0xffffffffn;
      }
      return Number(hash);
    };
    for (const client of ['a', 'b', 'master-1', 'slave-17']) {
      expect(hashOf(macOf(client), false)).toBe(plain(macOf(client), 1));
      expect(hashOf(macOf(client), true)).toBe(plain(macOf(client), 0));
    }
    expect([hashOf('00:00:00:00:00:00', false), hashOf('00:00:00:00:00:00', true)]).toEqual([1, 0]);
  });

  const wide = { prefix: 23 };
  const at = (n: number) => ip('192.168.0.0') + n;

  test('dnsmasq: never the router, itself, or a last byte of 0 or 255', () => {
    let scene = serving(
      'dnsmasq',
      { check: 'none' },
      { ...wide, network: at(0), ranges: [at(253), at(258)], router: at(254), addresses: [at(253)] },
    );
    // .253 is the server, .254 the router.
    for (const [client, n] of [
      ['a', 257],
      ['b', 258],
    ] as const)
      scene = scene
        .ask(discover(client, { requested: at(n) }), `OFFER 192.168.1.${n - 256}`)
        .ask(select(client, 0, { requested: at(n), serverId: at(253) }), `ACK 192.168.1.${n - 256}`);
    for (const n of [253, 254, 255, 256]) scene.ask(discover('c', { requested: at(n) }), SILENT);
    scene.ask(discover('c'), SILENT);
  });

  test('dnsmasq: outside what was class C, .255 and .0 are addresses like others', () => {
    const scene = serving('dnsmasq', { check: 'none' }, { ...wide, ranges: [lan(255), lan(256)] });
    scene.ask(discover('a', { requested: lan(255) }), 'OFFER .255');
    scene.ask(discover('a', { requested: lan(256) }), 'OFFER 10.0.1.0');
  });

  test('dnsmasq, told to go upwards: from the highest that is leased, with wrap', () => {
    const upwards = serving('dnsmasq', { check: 'none', order: 'upwards' });
    const two = lease(lease(upwards, 'a', 10), 'b', 11);
    leave(two, 'a', 10)
      .ask(discover('c'), 'OFFER .12')
      .ask(select('c', 12), 'ACK .12')
      .ask(discover('d'), 'OFFER .10');
  });

  test.each(['isc', 'kea'] as const)('%s: also the router and the server, as it is told', (software) => {
    serving(software, { check: 'none' }, { ranges: [lan(1), lan(1), lan(254), lan(255)] })
      .ask(discover('a'), 'OFFER .1')
      .ask(discover('b'), 'OFFER .254')
      .ask(discover('c'), 'OFFER .255');
  });

  test.each(['dnsmasq', 'kea', 'isc', 'udhcpd', 'windows', 'generic'] as const)(
    '%s: silence when nothing is left, which rests on the scope',
    (software) => {
      const full = lease(free(software, 10, 10), 'a', 10).ask(discover('b'), SILENT);
      expect(full.scene.when(discover('c')).events).toEqual([
        {
          type: 'Silent',
          client: 'c',
          why: 'dhcp.scope-exhausted',
          words: 'no free leases in 10.0.0.10-10.0.0.10',
          facts: [0],
          again: true,
        },
      ]);
      leave(full, 'a', 10).ask(discover('b'), 'OFFER .10');
    },
  );
});

test('a silence says whether anybody was given something since the one before', () => {
  const again = (scene: Serving) =>
    scene.scene.when(discover('z')).events.map((event) => 'again' in event && event.again);
  const full = lease(lease(free('kea', 10, 11), 'a', 10), 'b', 11);
  expect(again(full)).toEqual([false]);
  const silent = full.ask(discover('c'), SILENT);
  expect(again(silent)).toEqual([true]);
  const other = leave(silent, 'a', 10).ask(discover('d'), 'OFFER .10').ask(select('d', 10), 'ACK .10');
  expect(again(other)).toEqual([false]);
});

describe('how long an offer is kept', () => {
  test.each(['dnsmasq', 'kea'] as const)(
    '%s: not at all; of two with one offer the second is refused',
    (software) => {
      const { scene } = free(software, 10, 10)
        .ask(discover('a'), 'OFFER .10')
        .ask(discover('b'), 'OFFER .10')
        .ask(select('b', 10), 'ACK .10')
        .ask(select('a', 10), software === 'kea' ? 'NAK' : 'NAK address in use');
      expect(scene.state().offers.size).toBe(0);
    },
  );

  test.each([
    ['isc', 120],
    ['generic', 120],
    ['windows', 60],
  ] as const)('%s: %d s', (software, seconds) => {
    const lapse = { type: 'lapse', address: lan(10) } as const;
    const offered = free(software, 10, 10).ask(discover('a'), 'OFFER .10');
    offered.scene.asks(itself(seconds * SECOND, lapse, `lapse ${lan(10)}`));
    offered
      .at(seconds * SECOND - 1)
      .ask(discover('b'), SILENT)
      .at(seconds * SECOND)
      .ask(lapse, 'OfferLapsed .10')
      .ask(discover('b'), 'OFFER .10');
  });

  test('the same again to a client that asks again, and a place that lapsed counts as never used', () => {
    free('generic')
      .ask(discover('a'), 'OFFER .10')
      .ask(discover('a'), 'OFFER .10')
      .ask({ type: 'lapse', address: lan(10) }, 'OfferLapsed .10')
      .ask(discover('b'), 'OFFER .10');
  });

  test("isc: a place that lapsed is its client's while nobody took it, and the last that others get", () => {
    const lapsed = free('isc', 10, 11)
      .ask(discover('a'), 'OFFER .10')
      .ask({ type: 'lapse', address: lan(10) }, 'OfferLapsed .10');
    lapsed.ask(discover('b'), 'OFFER .11').ask(discover('a'), 'OFFER .10').ask(discover('c'), SILENT);
    lapsed.ask(discover('b'), 'OFFER .11').ask(discover('c'), 'OFFER .10').ask(discover('a'), SILENT);
  });

  test('isc: an offer keeps nobody else from wishing the address, nor from taking it', () => {
    const offered = free('isc').ask(discover('a'), 'OFFER .10').ask(discover('b'), 'OFFER .11');
    offered
      .ask(select('c', 10), 'ACK .10')
      .ask(select('a', 10), 'NAK requested address not available')
      .ask(discover('c', { requested: lan(11) }), 'OFFER .11')
      .ask(select('c', 11), 'ACK .11');
  });

  test('isc: a wish for another free address comes before the lease and the offer that a client has', () => {
    lease(free('isc'), 'a', 10)
      .ask(discover('a', { requested: lan(12) }), 'OFFER .12')
      .ask(discover('a', { requested: lan(10) }), 'OFFER .10')
      .ask(discover('b'), 'OFFER .11')
      .ask(discover('b', { requested: lan(12) }), 'OFFER .12')
      .ask(discover('b'), 'OFFER .11');
  });

  test.each(['isc', 'kea'] as const)('%s: the address that a client says it has is a wish', (software) => {
    free(software).ask(discover('a', { ciaddr: lan(12) }), 'OFFER .12');
  });

  test('an offer that was taken up does not lapse, and the lease goes on', () => {
    lease(free('isc'), 'a', 10)
      .ask({ type: 'lapse', address: lan(10) })
      .ask(discover('b'), 'OFFER .11');
  });
});

describe('a returning client', () => {
  test.each(['isc', 'generic', 'windows', 'udhcpd'] as const)(
    '%s: gets what it had while nobody took it',
    (software) => {
      const first = free(software, 10, 10).ask(discover('a'), 'OFFER .10').ask(select('a', 10), 'ACK .10');
      leave(first, 'a', 10).ask(discover('a'), 'OFFER .10');
      leave(first, 'a', 10).ask(discover('b'), 'OFFER .10').ask(discover('a'), SILENT);
    },
  );

  test('kea: gets the next in turn, for a RELEASE deleted its record', () => {
    leave(lease(free('kea'), 'a', 10), 'a', 10).ask(discover('a'), 'OFFER .11');
  });

  test('kea: gets the same after its lease expired, for that record is kept', () => {
    lease(free('kea'), 'a', 10)
      .at(2 * HOUR)
      .ask({ type: 'expire', address: lan(10) }, 'Expired .10')
      .ask(discover('a'), 'OFFER .10');
  });

  test('dnsmasq: gets what its hash says, which is mostly the same', () => {
    const n = 10 + placeOf('a', 3);
    leave(lease(free('dnsmasq'), 'a', n), 'a', n).ask(discover('a'), `OFFER .${n}`);
  });

  test('with a lease that still runs gets that', () => {
    for (const software of ['isc', 'kea', 'windows', 'generic'] as const)
      lease(free(software), 'a', 10).ask(discover('a'), 'OFFER .10').ask(discover('a'), 'OFFER .10');
  });
});

describe('a wish (option 50)', () => {
  test.each(['dnsmasq', 'kea', 'isc', 'udhcpd', 'windows', 'generic'] as const)(
    '%s: granted when the address is free; outside the pool or taken, another one',
    (software) => {
      const scene = free(software, 10, 11);
      scene.ask(discover('a', { requested: lan(11) }), 'OFFER .11');
      const taken = scene
        .ask(discover('b', { requested: lan(11) }), 'OFFER .11')
        .ask(select('b', 11), 'ACK .11');
      taken.ask(discover('a', { requested: lan(11) }), 'OFFER .10');
      taken.ask(discover('a', { requested: lan(77) }), 'OFFER .10');
    },
  );
});

describe('who a client is', () => {
  const as = (clientId: string, mac = 'a') => ({ clientId, mac: macOf(mac) });

  test.each(['dnsmasq', 'isc', 'kea'] as const)(
    '%s: another client id on the same hardware is another client',
    (software) => {
      free(software)
        .ask(discover('a', { ...as('01'), requested: lan(10) }), 'OFFER .10')
        .ask(select('a', 10, as('01')), 'ACK .10')
        .ask(discover('a', { ...as('02'), requested: lan(11) }), 'OFFER .11')
        .ask(select('a', 11, as('02')), 'ACK .11')
        .ask(discover('a', as('01')), 'OFFER .10');
    },
  );

  test.each(['dnsmasq', 'isc'] as const)(
    '%s: the same client id on other hardware has the same lease',
    (software) => {
      free(software)
        .ask(discover('a', { ...as('01'), requested: lan(10) }), 'OFFER .10')
        .ask(select('a', 10, as('01')), 'ACK .10')
        .ask(discover('clone', as('01', 'clone')), 'OFFER .10')
        .ask(select('clone', 10, as('01', 'clone')), 'ACK .10');
    },
  );

  test('udhcpd: only the hardware address counts', () => {
    const scene = free('udhcpd', 10, 11)
      .ask(discover('a', { ...as('01'), requested: lan(10) }), 'OFFER .10')
      .ask(select('a', 10, as('01')), 'ACK .10');
    scene.ask(discover('a', as('02')), 'OFFER .10');
    scene.ask(discover('clone', as('01', 'clone')), 'OFFER .11');
  });
});

describe('ranges and scopes', () => {
  test('an excluded part is left out: ranges are one pool, and only what is in one is given', () => {
    const gaps = serving(
      'isc',
      { check: 'none' },
      { ranges: [lan(10), lan(11), lan(20), lan(20), lan(30), lan(31)] },
    );
    let scene = gaps;
    for (const [i, n] of [10, 11, 20, 30, 31].entries()) scene = lease(scene, `c${i}`, n);
    expect(scene.scene.when(discover('z')).events).toMatchObject([
      { words: 'no free leases in 10.0.0.10-10.0.0.11, 10.0.0.20-10.0.0.20, 10.0.0.30-10.0.0.31' },
    ]);
    gaps
      .ask(discover('a', { requested: lan(15) }), 'OFFER .10')
      .ask(select('b', 15), 'silent: dhcp.unknown-lease');
  });

  test('kea takes its turns from one range to the next', () => {
    serving('kea', {}, { ranges: [lan(10), lan(10), lan(20), lan(20)] })
      .ask(discover('a'), 'OFFER .10')
      .ask(discover('a'), 'OFFER .20')
      .ask(discover('a'), 'OFFER .10');
  });

  const [away, router] = [ip('10.9.0.0'), ip('10.9.0.1')];
  const two = (software: Software) =>
    free(software).let({
      type: 'configure',
      segment: 'dmz',
      enabled: true,
      software,
      addresses: [lan(1)],
      network: away,
      prefix: 24,
      router,
      ranges: [away + 10, away + 11],
      settings: { check: 'none' },
    });

  test.each(['dnsmasq', 'kea', 'isc'] as const)(
    '%s: the scope is that of the relay, else that of its own segment',
    (software) => {
      const scene = two(software);
      const relayed = scene.let(discover('a', { giaddr: router, segment: 'lan' }));
      const offer = scene.reply(discover('a', { giaddr: router, requested: away + 11 }));
      expect(offer).toMatchObject({ kind: 'OFFER', yiaddr: away + 11, giaddr: router, to: router });
      expect(relayed.server.segment).toBe('lan');
      scene.ask(discover('a', { requested: lan(12) }), 'OFFER .12');
      scene.ask(discover('a', { giaddr: ip('10.8.0.1') }));
    },
  );

  test('a routed renewal is about the scope that its address lies in', () => {
    two('kea')
      .ask(select('a', 0, { requested: away + 10, giaddr: router }), 'ACK 10.9.0.10')
      .ask(
        {
          type: 'hear',
          request: { ...requestOf(select('a', 0)), requested: 0, serverId: 0, ciaddr: away + 10, to: lan(1) },
        },
        'ACK 10.9.0.10',
      );
  });

  const requestOf = (command: ReturnType<typeof select>) =>
    (command as Extract<typeof command, { type: 'hear' }>).request;

  test('an exhausted scope leaves the other as it is', () => {
    let scene = two('isc');
    for (const client of ['a', 'b']) scene = scene.let(discover(client, { giaddr: router }));
    scene.ask(discover('c', { giaddr: router }), SILENT).ask(discover('c'), 'OFFER .10');
  });
});
