/** What dnsmasq, Kea and ISC dhcpd do beside the common case, one after another, as recorded in test/golden/lab-servers. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { ServerSettings } from '../../src/models/dhcp/events.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import {
  discover,
  inform,
  lan,
  macOf,
  message,
  rebind,
  reboot,
  release,
  renew,
  type Serving,
  select,
  serving,
} from '../support/dhcp.ts';
import { ip } from '../support/spec.ts';

const open = (software: Software, settings: ServerSettings = {}): Serving =>
  serving(software, { check: 'none', lease: HOUR, ...settings });
const lease = (scene: Serving, client: string, n: number): Serving =>
  scene.ask(discover(client, { requested: lan(n) }), `OFFER .${n}`).ask(select(client, n), `ACK .${n}`);
const leased = (software: Software, settings: ServerSettings = {}) =>
  lease(lease(open(software, settings), 'a', 10), 'b', 11);
const restarted = (scene: Serving): Serving =>
  scene.ask({ type: 'stop' }, 'Stopped').ask({ type: 'start' }, 'Started');
const ELSEWHERE = ip('10.9.9.9');
const UNKNOWN = 'silent: dhcp.unknown-lease';
/** The same hardware, with a client id. */
const as = (clientId: string) => ({ mac: macOf('a'), clientId });

describe('dnsmasq', () => {
  test('who selects another address has given up its own, also when it is refused', () => {
    leased('dnsmasq')
      .ask(select('a', 11), 'Released .10', 'NAK address in use')
      .ask(renew('a', lan(10)), 'NAK lease not found');
  });

  test('but not who selects another server, which it does not hear', () => {
    leased('dnsmasq')
      .ask(select('a', 11, { serverId: lan(9) }))
      .ask(renew('a', lan(10)), 'ACK .10');
  });

  test('ciaddr counts for nothing beside option 50', () => {
    const reply = leased('dnsmasq')
      .draws({ timers: 0.999 })
      .reply(reboot('a', lan(10), { ciaddr: lan(10) }));
    expect(reply).toMatchObject({ kind: 'ACK', ciaddr: 0, to: lan(10), t1: 1800 });
  });

  test('a client that has a lease is told with an INFORM what is left of it', () => {
    const later = leased('dnsmasq').at(10 * MINUTE);
    expect(later.reply(inform('a', 10))).toMatchObject({ yiaddr: 0, lease: 3000 });
    expect(later.reply(inform('c', 12))).toMatchObject({ yiaddr: 0, lease: 0 });
    expect(leased('kea').reply(inform('a', 10)).lease).toBe(0);
  });

  test('its hash points where it did when it starts again', () => {
    const shiftOf = ({ server }: Serving) => server.scopes.get('lan')?.pool.shift;
    const declined = leased('dnsmasq').let({
      type: 'hear',
      request: message('DECLINE', 'a', { requested: lan(10), serverId: lan(1) }),
    });
    expect([shiftOf(declined), shiftOf(restarted(declined))]).toEqual([1, 0]);
  });

  test('a wished address that is in use does not move its hash, one of its own choice does', () => {
    const shiftAfter = (more: object) => {
      const looking = serving('dnsmasq').let(discover('a', more));
      const [address] = looking.server.offers.keys();
      return looking.let({ type: 'in-use', address: address as number }).server.scopes.get('lan')?.pool.shift;
    };
    expect([shiftAfter({ requested: lan(12) }), shiftAfter({})]).toEqual([0, 1]);
  });

  test.each([
    [1000, 200, 300, [200, 300]],
    [200, 300, 400, [100, 175]],
    [1000, 900, 0, [874, 875]],
    [0xffff_ffff, 0, 0, [0, 0]],
  ])('a lease of %d s, told T1 %d s and T2 %d s: %j', (seconds, t1, t2, sent) => {
    const server = open('dnsmasq', { lease: seconds * SECOND, t1: t1 * SECOND, t2: t2 * SECOND });
    const reply = server.reply(discover('a'));
    expect([reply.t1, reply.t2]).toEqual(sent);
  });
});

describe('kea', () => {
  test.each([true, false])(
    'of an address in no pool it does not speak: authoritative %s',
    (authoritative) => {
      const scene = leased('kea', { authoritative });
      for (const client of ['a', 'new'])
        for (const asked of [select(client, 50), rebind(client, lan(50)), rebind(client, ELSEWHERE)])
          scene.ask(asked, UNKNOWN);
      scene.ask(renew('new', lan(50)), UNKNOWN).ask(renew('new', ELSEWHERE), 'NAK');
    },
  );

  test('a client that asks for another free address moves there', () => {
    const moved = leased('kea')
      .ask(select('a', 12), 'ACK .12')
      .ask(rebind('b', lan(10)), 'ACK .10');
    expect([...moved.server.leases.keys()]).toEqual([lan(12), lan(10)]);
  });

  test('a DISCOVER that names a server is not heard, whichever it is', () => {
    for (const serverId of [lan(1), lan(9)]) open('kea').ask(discover('a', { serverId }));
  });

  test("of two leases of one hardware address only the first is its client's, who names no id", () => {
    const two = open('kea')
      .ask(discover('a', { ...as('0a'), requested: lan(10) }), 'OFFER .10')
      .ask(select('a', 10, as('0a')), 'ACK .10')
      .ask(discover('a', { ...as('0b'), requested: lan(11) }), 'OFFER .11')
      .ask(select('a', 11, as('0b')), 'ACK .11');
    two.ask(renew('a', lan(10)), 'ACK .10').ask(renew('a', lan(11)), 'NAK');
    // It can give up both.
    two.ask(release('a', 11), 'Released .11').ask(release('a', 10), 'Released .10');
    two.ask(release('a', 11, as('0a')));
  });

  test('begins at the first address when it starts again', () => {
    const turned = open('kea').ask(discover('a'), 'OFFER .10').ask(discover('b'), 'OFFER .11');
    turned.ask(discover('c'), 'OFFER .12');
    restarted(turned).ask(discover('c'), 'OFFER .10');
  });

  test('a client whose lease ended is still known with it', () => {
    leased('kea')
      .at(HOUR)
      .ask({ type: 'expire', address: lan(10) }, 'Expired .10')
      .ask(reboot('a', lan(10)), 'ACK .10');
  });

  test.each([
    [200, 300, [0, 0]],
    [20, 100, [20, 0]],
    [20, 50, [20, 50]],
  ])('a lease of 100 s, told T1 %d s and T2 %d s: %j', (t1, t2, sent) => {
    for (const software of ['kea', 'isc'] as const) {
      const server = open(software, { lease: 100 * SECOND, t1: t1 * SECOND, t2: t2 * SECOND });
      const reply = server.reply(discover('a'));
      expect([reply.t1, reply.t2]).toEqual(sent);
    }
  });
});

describe('isc', () => {
  test('what is left of a lease is for the same client id only', () => {
    const named = leased('isc').at(MINUTE);
    expect(named.reply(select('a', 10)).lease).toBe(3540);
    expect(named.reply(select('a', 10, as('0a'))).lease).toBe(3600);
  });

  test('a lease is given up by its hardware address, whatever id is named', () => {
    const named = open('isc')
      .let(discover('a', as('0a')))
      .ask(select('a', 10, as('0a')), 'ACK .10');
    named.ask(release('b', 10)).ask(release('a', 10), 'Released .10');
  });

  test('no lease is longer than the most, whether one is wished or not', () => {
    const server = open('isc', { lease: 2 * DAY, mostLease: HOUR });
    expect([0, 300, 7200].map((wish) => server.reply(discover('a', { wish })).lease)).toEqual([
      3600, 300, 3600,
    ]);
  });

  test('the broadcast flag of a REQUEST outdoes ciaddr, that of an INFORM does not', () => {
    const scene = leased('isc', { authoritative: true });
    expect(scene.reply(renew('a', lan(10), { broadcast: true }))).toMatchObject({ to: 0, ciaddr: lan(10) });
    const informed = message('INFORM', 'c', { ciaddr: lan(12), broadcast: true });
    expect(scene.reply({ type: 'hear', request: informed })).toMatchObject({ to: lan(12) });
    expect(leased('kea').reply(renew('a', lan(10), { broadcast: true })).to).toBe(lan(10));
  });

  test('an OFFER repeats ciaddr, a NAK does not', () => {
    const scene = leased('isc');
    expect(scene.reply(discover('c', { ciaddr: lan(12) }))).toMatchObject({
      yiaddr: lan(12),
      ciaddr: lan(12),
    });
    expect(scene.reply(rebind('c', lan(10)))).toMatchObject({ kind: 'NAK', ciaddr: 0 });
  });

  test('an INFORM from another subnet gets no answer', () => {
    const scene = leased('isc', { authoritative: true });
    scene.ask({ type: 'hear', request: message('INFORM', 'c', { ciaddr: ELSEWHERE }) });
    scene.ask(inform('c', 12), 'ACK without address');
  });
});
