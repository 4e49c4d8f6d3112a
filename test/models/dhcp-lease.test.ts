/** For how long an address is leased, what T1 and T2 say, and where an answer goes (facts/dhcp.md sections 1.3 and 4). */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { ServerSettings } from '../../src/models/dhcp/events.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import { discover, lan, rebind, reboot, renew, SERVER, select, serving } from '../support/dhcp.ts';
import { ip, itself } from '../support/spec.ts';

const INFINITE = 0xffffffff;
const TEN = { requested: lan(10) };
const open = (software: Software, settings: ServerSettings = {}) =>
  serving(software, { check: 'none', ...settings });

describe('a lease', () => {
  test.each<[Software, ServerSettings, number]>([
    ['dnsmasq', {}, 3600],
    ['dnsmasq', { lease: MINUTE }, 120],
    ['kea', {}, 7200],
    ['kea', { lease: MINUTE }, 60],
    ['isc', {}, 43_200],
    ['isc', { lease: MINUTE }, 60],
    ['generic', {}, 28_800],
    ['windows', {}, 8 * 86_400],
    ['udhcpd', {}, 10 * 86_400],
    ['udhcpd', { lease: 4 * SECOND }, 4],
  ])('%s with %j: %d s', (software, settings, seconds) => {
    expect(open(software, settings).reply(discover('a')).lease).toBe(seconds);
  });

  test.each<[Software, readonly [number, number, number, number]]>([
    ['dnsmasq', [120, 600, 1800, 1800]],
    ['isc', [300, 600, 86_400, 86_400]],
    ['kea', [1800, 1800, 1800, 1800]],
    ['udhcpd', [60, 600, 1800, 1800]],
  ])('%s with 1800 s configured and a wish of 60, 600, 86400 s and for ever: %j', (software, leases) => {
    const wishes = [60, 600, 86_400, INFINITE];
    const server = open(software, { lease: 1800 * SECOND });
    expect(wishes.map((wish) => server.reply(discover('a', { wish })).lease)).toEqual(leases);
    expect(
      wishes.map(
        (wish) => server.let(discover('a', { requested: lan(10) })).reply(select('a', 10, { wish })).lease,
      ),
    ).toEqual(leases);
  });

  test('isc with 1800 s as its most too never gives more', () => {
    const server = open('isc', { lease: 1800 * SECOND, mostLease: 1800 * SECOND });
    expect([60, 600, 86_400, INFINITE].map((wish) => server.reply(discover('a', { wish })).lease)).toEqual([
      300, 600, 1800, 1800,
    ]);
  });

  test.each([
    [1800 * SECOND, 300 * SECOND, [300, 300, 600, 1800, 1800]],
    [40 * SECOND, 300 * SECOND, [300, 300, 300, 300, 40]],
    [30 * SECOND, MINUTE, [60, 60, 60, 60, 30]],
  ])(
    'udhcpd with %d us and a least wish of %d us: a wish is raised to that, also above the lease: %j',
    (time, leastWish, leases) => {
      // The recordings probe-wish-udhcpd-min, -min-above and -short-lease.
      const server = open('udhcpd', { lease: time, leastWish });
      expect([20, 299, 600, 86_400, 0].map((wish) => server.reply(discover('a', { wish })).lease)).toEqual(
        leases,
      );
      const leased = server.ask(discover('a', TEN), 'OFFER .10').ask(select('a', 10), 'ACK .10');
      expect(leased.reply(renew('a', lan(10), { wish: 20 })).lease).toBe(leases[0]);
      expect(leased.reply(renew('a', lan(10))).lease).toBe(time / SECOND);
    },
  );

  test('isc with a longer maximum: a wish can bring more than is configured', () => {
    const server = open('isc', { lease: HOUR, mostLease: DAY });
    expect([7200, INFINITE, 0].map((wish) => server.reply(discover('a', { wish })).lease)).toEqual([
      7200, 86_400, 3600,
    ]);
  });

  test('ends by itself, and its timer is set anew by each renewal', () => {
    const expire = { type: 'expire', address: lan(10) } as const;
    const granted = open('generic', { lease: HOUR })
      .ask(discover('a'), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10');
    granted.scene.asks(
      itself(Number.POSITIVE_INFINITY, { type: 'lapse', address: lan(10) }, `lapse ${lan(10)}`),
      itself(HOUR, expire, `expire ${lan(10)}`),
    );
    granted
      .at(HOUR / 2)
      .ask(renew('a', lan(10)), 'ACK .10')
      .at(HOUR)
      .ask(expire)
      .at(1.5 * HOUR)
      .ask(expire, 'Expired .10')
      .ask(expire);
  });

  test.each([
    ['dnsmasq', 0.1],
    ['kea', 0.1],
    ['isc', 0.26],
  ] as const)('%s: begins anew when it is asked for after %d of it', (software, share) => {
    const server = open(software, { lease: 1000 * SECOND }).ask(select('a', 10), 'ACK .10');
    const reply = server.at(share * 1000 * SECOND).reply(renew('a', lan(10)));
    expect(reply.lease).toBe(1000);
  });

  test('isc within a quarter: the remaining time, and the end stays where it is', () => {
    // Measured: 60 s lease, ACKs at 3.4, 9.4, 15.4, 21.4 s carry 57, 51, 45, 60.
    let server = open('isc', { lease: MINUTE }).ask(select('a', 10), 'ACK .10');
    const told: number[] = [];
    for (const at of [3.4, 9.4, 15.4, 21.4]) {
      server = server.at(at * SECOND);
      told.push(server.reply(renew('a', lan(10))).lease);
      server = server.ask(renew('a', lan(10)), 'ACK .10');
    }
    expect(told).toEqual([57, 51, 45, 60]);
    expect(server.server.leases.get(lan(10))?.until).toBe(81.4 * SECOND);
  });

  test('counts how many run, and the most there were', () => {
    const server = open('generic')
      .let(discover('a'))
      .ask(select('a', 10), 'ACK .10')
      .let(discover('b'))
      .ask(select('b', 11), 'ACK .11')
      .at(8 * HOUR)
      .ask({ type: 'expire', address: lan(10) }, 'Expired .10');
    expect(server.server.scopes.get('lan')).toMatchObject({ active: 1, peak: 2 });
  });
});

describe('T1 and T2', () => {
  test.each([
    ['dnsmasq', 1800, 3150],
    ['windows', 1800, 3150],
    ['kea', 0, 0],
    ['isc', 0, 0],
    ['udhcpd', 0, 0],
    ['generic', 0, 0],
  ] as const)('%s sends %d and %d for an hour', (software, t1, t2) => {
    expect(open(software, { lease: HOUR }).reply(discover('a'))).toMatchObject({ t1, t2 });
  });

  test.each(['isc', 'kea', 'dnsmasq'] as const)('%s sends what it is told to', (software) => {
    const told = open(software, { t1: 10 * MINUTE, t2: 20 * MINUTE });
    expect(told.reply(discover('a'))).toMatchObject({ t1: 600, t2: 1200 });
  });

  test.each([0, 0.3, 0.999_999])(
    'dnsmasq lowers both alike in answers to a renewal: a draw of %d',
    (timers) => {
      const server = open('dnsmasq', { lease: 2 * MINUTE })
        .ask(select('a', 10), 'ACK .10')
        .draws({ timers });
      for (const command of [renew('a', lan(10)), rebind('a', lan(10))]) {
        const { t1, t2 } = server.reply(command);
        expect(t1).toBeGreaterThanOrEqual(53);
        expect(t1).toBeLessThanOrEqual(60);
        expect(t2 - t1).toBe(45);
      }
      expect(server.reply(reboot('a', lan(10)))).toMatchObject({ t1: 60, t2: 105 });
    },
  );
});

describe('where an answer goes', () => {
  test.each(['dnsmasq', 'kea', 'isc', 'generic'] as const)(
    '%s: to the new address, or to everybody with the flag',
    (software) => {
      const server = open(software);
      expect(server.reply(discover('a', TEN)).to).toBe(lan(10));
      expect(server.reply(discover('a', { ...TEN, broadcast: true })).to).toBe(0);
    },
  );

  test('udhcpd: to everybody whatever the flag; to an address that the client has, unless there is a flag', () => {
    // The recording probe-destination-udhcpd.
    const server = open('udhcpd');
    const to = (more: object) => server.reply(discover('a', { ...TEN, ...more })).to;
    expect([to({}), to({ broadcast: true })]).toEqual([0, 0]);
    expect([to({ ciaddr: lan(50) }), to({ ciaddr: lan(50), broadcast: true })]).toEqual([lan(50), 0]);
    const leased = server.ask(discover('a', TEN), 'OFFER .10').ask(select('a', 10), 'ACK .10');
    expect(leased.reply(renew('a', lan(10), { broadcast: true })).to).toBe(0);
    expect(leased.reply(reboot('b', lan(10), { ciaddr: lan(53) }))).toMatchObject({
      kind: 'NAK',
      to: 0,
      ciaddr: lan(53),
      yiaddr: 0,
    });
  });

  test.each(['dnsmasq', 'kea', 'isc', 'udhcpd'] as const)(
    '%s: to the address that the client has, or its relay',
    (software) => {
      const server = open(software).let(discover('a', TEN)).ask(select('a', 10), 'ACK .10');
      expect(server.reply(renew('a', lan(10)))).toMatchObject({ to: lan(10), ciaddr: lan(10) });
      expect(server.reply(discover('b', { giaddr: lan(200), broadcast: true }))).toMatchObject({
        to: lan(200),
        giaddr: lan(200),
      });
    },
  );

  const nak = (software: Software, more = {}) =>
    open(software, { authoritative: true })
      .ask(select('b', 10), 'ACK .10')
      .reply(rebind('a', lan(10), more));

  test.each([
    ['dnsmasq', 0, true],
    ['isc', 0, true],
    ['kea', lan(10), false],
  ] as const)('a NAK of %s to a client with an address: %d, flag %s', (software, to, broadcast) => {
    expect(nak(software)).toMatchObject({ kind: 'NAK', to, broadcast, yiaddr: 0, ciaddr: 0, lease: 0 });
    expect(nak(software, { giaddr: lan(200) })).toMatchObject({ kind: 'NAK', to: lan(200) });
  });

  test.each([
    ['dnsmasq', 17],
    ['isc', 17],
    ['kea', 0],
    ['udhcpd', 0],
    ['generic', 0],
  ] as const)('%s says %d seconds to a client that said 17, and the xid that it said', (software, secs) => {
    expect(open(software).reply(discover('a', { secs: 17, xid: 99 }))).toMatchObject({ secs, xid: 99 });
  });
});

describe('the identifier of a server with two addresses', () => {
  const second = ip('10.0.0.2');
  const two = (software: Software) =>
    serving(software, { check: 'none' }, { addresses: [SERVER, second] }).ask(select('a', 10), 'ACK .10');

  test.each([
    ['kea', second],
    ['dnsmasq', SERVER],
    ['isc', SERVER],
  ] as const)('%s: as it was written to, or its first', (software, identifier) => {
    const server = two(software);
    expect(server.reply(renew('a', lan(10), { to: second })).serverId).toBe(identifier);
    expect(server.reply(discover('b')).serverId).toBe(SERVER);
  });

  test('both are its own', () => {
    two('kea').ask(select('b', 11, { serverId: second }), 'ACK .11');
  });
});
