/** Addresses that are reserved for a client, by product (facts/dhcp.md sections 5 and 7.4). */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/units.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import {
  brief,
  decline,
  discover,
  lan,
  macOf,
  rebind,
  reboot,
  release,
  type Serving,
  select,
  serving,
} from '../support/dhcp.ts';

const free = (software: Software, first = 10, last = 12): Serving =>
  serving(software, { check: 'none' }, { ranges: [lan(first), lan(last)] });
/** Asks for an address and takes what is offered, which is the one named. */
const lease = (scene: Serving, client: string, n: number): Serving =>
  scene.ask(discover(client, { requested: lan(n) }), `OFFER .${n}`).ask(select(client, n), `ACK .${n}`);
const SILENT = 'silent: dhcp.scope-exhausted';

describe('reservations', () => {
  const reserve = (n: number, client: string, clientId = '') =>
    ({ type: 'reserve', segment: 'lan', address: lan(n), mac: macOf(client), clientId }) as const;

  test.each(['dnsmasq', 'kea', 'generic', 'windows'] as const)(
    '%s: one inside the pool is for nobody else, one outside is given all the same',
    (software) => {
      const scene = free(software, 10, 11)
        .ask(reserve(10, 'a'), 'Reserved .10')
        .ask(reserve(50, 'b'), 'Reserved .50')
        .ask(discover('c'), 'OFFER .11')
        .ask(select('c', 11), 'ACK .11')
        .ask(discover('d', { requested: lan(10) }), SILENT)
        .ask(discover('a'), 'OFFER .10')
        .ask(select('a', 10), 'ACK .10')
        .ask(discover('b'), 'OFFER .50')
        .ask(select('b', 50), 'ACK .50');
      expect(scene.server.leases.has(lan(10))).toBe(true);
    },
  );

  test('isc: one inside the pool goes to whoever comes, and to its client all the same; no record of that', () => {
    const reserved = free('isc', 10, 11).ask(reserve(10, 'a'), 'Reserved .10');
    const own = reserved.ask(discover('a'), 'OFFER .10').ask(select('a', 10), 'ACK .10');
    expect(own.server.leases.size).toBe(0);
    const shared = lease(own, 'b', 10)
      .ask(discover('a'), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10')
      .ask(reboot('a', lan(11)), 'NAK requested address is incorrect');
    expect(shared.server.leases.get(lan(10))).toMatchObject({ client: 'b' });
  });

  test.each([
    ['dnsmasq', 'NAK static lease available', 'NAK address reserved'],
    ['kea', 'NAK', 'NAK'],
  ] as const)('%s: who has one is sent back to it, who has none is refused it', (software, back, refused) => {
    serving(software, { check: 'none', authoritative: true })
      .ask(reserve(10, 'a'), 'Reserved .10')
      .ask(rebind('a', lan(11)), back)
      .ask(select('b', 10), refused);
  });

  test.each(['dnsmasq', 'kea'] as const)('%s: it alone does not make a client known', (software) => {
    const [reserved, asked] = [reserve(10, 'a'), reboot('a', lan(10))];
    free(software).ask(reserved, 'Reserved .10').ask(asked, 'silent: dhcp.not-authoritative');
    free('generic')
      .ask(reserve(10, 'a'), 'Reserved .10')
      .ask(reboot('a', lan(10)), 'ACK .10');
  });

  test.each(['dnsmasq', 'kea'] as const)(
    '%s: one that somebody has waits until it is given up',
    (software) => {
      const had = lease(free(software, 10, 11), 'b', 10).ask(reserve(10, 'a'), 'Reserved .10');
      had
        .ask(discover('a'), 'OFFER .11')
        .ask(release('b', 10), 'Released .10')
        .ask(discover('a'), 'OFFER .10');
    },
  );

  test('by client id counts before one by hardware address', () => {
    free('kea')
      .ask(reserve(50, 'a'), 'Reserved .50')
      .ask(reserve(51, 'x', '0102'), 'Reserved .51')
      .ask(discover('a', { clientId: '0102' }), 'OFFER .51')
      .ask(discover('a'), 'OFFER .50');
  });

  test.each(['dnsmasq', 'isc', 'udhcpd'] as const)('%s does not check a reserved address', (software) => {
    const { scene } = serving(software).ask(reserve(10, 'a'), 'Reserved .10').ask(discover('a'), 'OFFER .10');
    expect(scene.when(discover('b')).events).toMatchObject([{ type: 'Checking' }]);
  });

  test('a network that is not served reserves nothing', () => {
    const nowhere = { ...reserve(10, 'a'), segment: 'attic' };
    const { server } = free('isc').ask(nowhere, 'Reserved .10');
    expect(server.scopes.get('lan')?.reserved.size).toBe(0);
  });
});

describe('a declined reservation', () => {
  const declined = (software: Software) =>
    free(software, 10, 11)
      .ask(
        { type: 'reserve', segment: 'lan', address: lan(50), mac: macOf('a'), clientId: '' },
        'Reserved .50',
      )
      .ask(discover('a'), 'OFFER .50')
      .ask(select('a', 50), 'ACK .50')
      .ask(decline('a', 50), 'declined .50');

  test('kea: is not offered to its owner, who gets another address', () => {
    declined('kea').at(MINUTE).ask(discover('a'), 'OFFER .10');
  });

  // facts/dhcp.md 7.4 and 15: `quarantine` is 0 for every address of dnsmasq, which is true of those of the pool only.
  test('dnsmasq: is disabled for 600 s, and its owner gets an address of the pool meanwhile', () => {
    const { scene } = declined('dnsmasq').at(599 * SECOND);
    expect(scene.when(discover('a')).events.map(brief)).toEqual([expect.stringMatching(/^OFFER \.1[01]$/)]);
    declined('dnsmasq')
      .at(600 * SECOND)
      .let({ type: 'restore', address: lan(50) })
      .ask(discover('a'), 'OFFER .50');
  });
});
