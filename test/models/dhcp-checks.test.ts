/** Addresses that somebody else uses: checks before an offer, quarantine, DECLINE (facts/dhcp.md sections 7.1 and 7.4). */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import type { DhcpCommand } from '../../src/models/dhcp/events.ts';
import { hashOf, type Software } from '../../src/models/dhcp/profile.ts';
import {
  decline,
  discover,
  lan,
  macOf,
  message,
  reboot,
  release,
  renew,
  type Serving,
  select,
} from '../support/dhcp.ts';
import { checked, pool } from '../support/dhcp-checks.ts';
import { itself } from '../support/spec.ts';

const used = (n: number): DhcpCommand => ({ type: 'in-use', address: lan(n) });
const restore = (n: number): DhcpCommand => ({ type: 'restore', address: lan(n) });
const SILENT = 'silent: dhcp.scope-exhausted';
/** The n-th address that dnsmasq looks at for a client in 10.0.0.10 to .12. */
const hashed = (client: string, n = 0) => 10 + ((hashOf(macOf(client), false) + n) % 3);

describe('a check before an offer', () => {
  test.each([
    ['dnsmasq', {}, 3000],
    ['isc', {}, 1000],
    ['udhcpd', {}, 2000],
    ['windows', { check: 'ping' }, 1000],
    ['generic', { check: 'ping' }, 3000],
  ] as const)('%s with %j: takes %d ms, then the address is offered', (software, settings, ms) => {
    const checking = pool(software, 10, 10, settings).ask(discover('a'), 'Checking .10');
    checking.scene.asks(itself(ms * 1000, checked(10), `checked ${lan(10)}`));
    checking
      .at(ms * 1000)
      .ask(checked(10), 'OFFER .10')
      .ask(checked(10))
      .ask(used(10));
  });

  test.each(['kea', 'windows', 'generic'] as const)('%s: none of its own accord', (software) => {
    pool(software, 10, 10).ask(discover('a'), 'OFFER .10');
  });

  test('is not made twice for a client that asks again meanwhile, nor is a REQUEST for it answered', () => {
    pool('isc', 10, 11)
      .ask(discover('a'), 'Checking .10')
      .ask(discover('a'))
      .ask(select('a', 10))
      .ask(discover('b'), 'Checking .11');
  });

  test.each(['isc', 'dnsmasq'] as const)('%s: not for what the client has', (software) => {
    pool(software, 10, 10)
      .ask(discover('a'), 'Checking .10')
      .at(3 * SECOND)
      .ask(checked(10), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10')
      .at(HOUR / 2)
      .ask(discover('a'), 'OFFER .10');
  });

  test('isc: not for what it has offered to the client, but for what the client had once', () => {
    const offered = pool('isc', 10, 11)
      .ask(discover('a'), 'Checking .10')
      .at(SECOND)
      .ask(checked(10), 'OFFER .10')
      .ask(discover('a'), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10');
    offered
      .at(DAY)
      .ask({ type: 'expire', address: lan(10) }, 'Expired .10')
      .ask(discover('a'), 'Checking .10');
  });

  // facts/dhcp.md 7.1: `checkWait` looks at how the address was chosen and not at when the client was last heard.
  test('isc: is made again for the same client after more than 60 s, and not before', () => {
    const offered = pool('isc', 10, 11)
      .ask(discover('a'), 'Checking .10')
      .at(SECOND)
      .ask(checked(10), 'OFFER .10');
    offered.at(61 * SECOND).ask(discover('a'), 'OFFER .10');
    offered.at(62 * SECOND).ask(discover('a'), 'Checking .10');
    const left = offered.ask(select('a', 10), 'ACK .10').ask(release('a', 10), 'Released .10');
    left.at(61 * SECOND).ask(discover('a'), 'OFFER .10');
    left.at(62 * SECOND).ask(discover('a'), 'Checking .10');
  });

  test('dnsmasq: is trusted for 30 s, whoever asks', () => {
    const known = pool('dnsmasq', 10, 10)
      .ask(discover('a'), 'Checking .10')
      .at(3 * SECOND)
      .ask(checked(10), 'OFFER .10');
    known.at(33 * SECOND).ask(discover('b'), 'OFFER .10');
    known.at(33 * SECOND + 1).ask(discover('b'), 'Checking .10');
  });

  test('dnsmasq: at most six in 30 s, then none', () => {
    let server = pool('dnsmasq', 10, 29);
    for (let i = 0; i < 6; i += 1) {
      const wish = { requested: lan(10 + i) };
      server = server
        .at(i * 3 * SECOND)
        .ask(discover(`c${i}`, wish), `Checking .${10 + i}`)
        .at((i + 1) * 3 * SECOND)
        .ask(checked(10 + i), `OFFER .${10 + i}`);
    }
    server.ask(discover('late', { requested: lan(20) }), 'OFFER .20');
    server.at(34 * SECOND).ask(discover('late', { requested: lan(20) }), 'Checking .20');
  });
});

describe('an address that answers', () => {
  test('dnsmasq: the next one at once, checked again; the used one is not remembered, but the hash points one on', () => {
    const [first, second] = [hashed('a'), hashed('a', 1)];
    const server = pool('dnsmasq', 10, 12)
      .ask(discover('a'), `Checking .${first}`)
      .ask(used(first), `Abandoned .${first}`, `Checking .${second}`);
    expect(server.server.leases.size).toBe(0);
    server
      .at(3 * SECOND)
      .ask(checked(second), `OFFER .${second}`)
      .ask(discover('a'), `OFFER .${second}`);
    server
      .at(3 * SECOND)
      .ask(checked(second), `OFFER .${second}`)
      .ask(discover('b', { requested: lan(first) }), `Checking .${first}`);
  });

  test.each(['dnsmasq', 'udhcpd', 'generic'] as const)(
    '%s: one after another, and silence after the last',
    (software) => {
      let server = pool(software, 10, 12, { check: 'ping' }).let(discover('a'));
      for (let left = 3; left > 0; left -= 1) {
        const [address = 0] = [...server.server.offers.keys()];
        const { events, after } = server.scene.when({ type: 'in-use', address });
        expect(events.map(({ type }) => type)).toEqual(['Abandoned', left > 1 ? 'Checking' : 'Silent']);
        server = server.given(...events);
        expect(after.state().offers.size).toBe(left > 1 ? 1 : 0);
      }
    },
  );

  test('isc: nothing more until the next DISCOVER', () => {
    const server = pool('isc', 10, 11).ask(discover('a'), 'Checking .10').ask(used(10), 'Abandoned .10');
    server.scene.asks(
      itself(NEVER, checked(10), `checked ${lan(10)}`),
      itself(DAY, restore(10), `expire ${lan(10)}`),
    );
    server.ask(discover('a'), 'Checking .11');
  });

  test('isc: with nothing else left the one that was given up first is looked at again', () => {
    const all = pool('isc', 10, 11)
      .ask(discover('a'), 'Checking .10')
      .ask(used(10), 'Abandoned .10')
      .at(SECOND)
      .ask(discover('a'), 'Checking .11')
      .ask(used(11), 'Abandoned .11')
      .at(2 * SECOND)
      .ask(discover('a'), 'Checking .10');
    all
      .ask(used(10), 'Abandoned .10')
      .at(3 * SECOND)
      .ask(discover('a'), 'Checking .11');
    all
      .at(3 * SECOND)
      .ask(checked(10), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10');
  });

  test.each([
    ['udhcpd', HOUR],
    ['windows', HOUR],
    ['generic', DAY],
  ] as const)('%s: withheld for its quarantine, then free again', (software, quarantine) => {
    const server = pool(software, 10, 10, { check: 'ping' })
      .ask(discover('a'), 'Checking .10')
      .ask(used(10), 'Abandoned .10', SILENT)
      .ask(discover('b'), SILENT)
      .at(quarantine - 1)
      .ask(restore(10))
      .at(quarantine)
      .ask(restore(10), 'Restored .10')
      .ask(discover('b'), 'Checking .10');
    expect(server.server.withheld.size).toBe(0);
  });

  test('is no news when nothing is being looked at', () => {
    pool('isc', 10, 10).ask(used(10)).ask(checked(10));
    pool('kea', 10, 10).ask(discover('a'), 'OFFER .10').ask(used(10));
  });
});

test('isc: an address that was offered again at the end of its quarantine is free when that offer lapses', () => {
  const lapsed = pool('isc', 10, 10)
    .ask(discover('a'), 'Checking .10')
    .ask(used(10), 'Abandoned .10')
    .at(DAY - SECOND)
    .ask(discover('a'), 'Checking .10')
    .at(DAY)
    .ask(checked(10), 'OFFER .10')
    .ask(restore(10))
    .at(DAY + 2 * MINUTE)
    .ask({ type: 'lapse', address: lan(10) }, 'OfferLapsed .10', 'Restored .10');
  expect(lapsed.server.withheld.size).toBe(0);
  lapsed.ask(discover('b'), 'Checking .10');
});

describe('a DECLINE', () => {
  const leased = (software: Software, last = 10): Serving =>
    pool(software, 10, last, { check: 'none' })
      .ask(discover('a', { requested: lan(10) }), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10');

  test('dnsmasq: no quarantine, and its hash points one on', () => {
    leased('dnsmasq').ask(decline('a', 10), 'declined .10').ask(discover('b'), 'OFFER .10');
    expect(leased('dnsmasq').ask(decline('a', 10), 'declined .10').server.scopes.get('lan')?.pool.shift).toBe(
      1,
    );
  });

  test.each([
    ['kea', DAY],
    ['udhcpd', HOUR],
    ['windows', HOUR],
    ['generic', DAY],
  ] as const)('%s: withheld for its quarantine', (software, quarantine) => {
    const declined = leased(software).ask(decline('a', 10), 'declined .10');
    declined.scene.asks(
      itself(NEVER, checked(10), `checked ${lan(10)}`),
      itself(quarantine, restore(10), `expire ${lan(10)}`),
    );
    declined
      .ask(discover('b'), SILENT)
      .at(quarantine)
      .ask(restore(10), 'Restored .10')
      .ask(discover('b'), 'OFFER .10');
  });

  test('isc: withheld, and given again when the pool is otherwise empty', () => {
    leased('isc', 11)
      .ask(decline('a', 10), 'declined .10')
      .ask(discover('a'), 'OFFER .11')
      .ask(discover('b'), SILENT)
      .ask(select('a', 11), 'ACK .11')
      .ask(discover('b'), 'OFFER .10')
      .ask(discover('c'), 'OFFER .10')
      .ask(select('c', 10), 'ACK .10');
  });

  test('isc: what is withheld is not spoken of', () => {
    const declined = leased('isc', 11).ask(decline('a', 10), 'declined .10');
    for (const asked of [reboot('a', lan(10)), renew('a', lan(10))])
      declined.ask(asked, 'silent: dhcp.unknown-lease');
  });

  test.each(['kea', 'isc', 'udhcpd', 'windows', 'generic'] as const)(
    '%s: the same client gets another address',
    (software) => {
      leased(software, 11).ask(decline('a', 10), 'declined .10').ask(discover('a'), 'OFFER .11');
    },
  );

  test('dnsmasq: the same client gets the one after, where its hash points now', () => {
    const client = ['a', 'b', 'c'].find((name) => hashed(name) === 10) as string;
    pool('dnsmasq', 10, 12, { check: 'none' })
      .ask(discover(client), 'OFFER .10')
      .ask(select(client, 10), 'ACK .10')
      .ask(decline(client, 10), 'declined .10')
      .ask(discover(client), 'OFFER .11');
  });

  test.each([
    ['dnsmasq', ['ignored .10']],
    ['kea', []],
    ['udhcpd', []],
    ['isc', ['declined .10']],
  ] as const)('%s: of an address that is not its own: %j', (software, lines) => {
    leased(software).ask(decline('b', 10), ...lines);
  });

  test.each([
    ['dnsmasq', false],
    ['udhcpd', false],
    ['kea', true],
    ['isc', true],
  ] as const)('%s: without naming the server it counts: %s', (software, counts) => {
    leased(software).ask(decline('a', 10, { serverId: 0 }), ...(counts ? ['declined .10'] : []));
    leased(software).ask({ type: 'hear', request: message('DECLINE', 'a', { serverId: lan(1) }) });
  });

  test('isc: of an address that nobody ever had counts, of one in no pool does not', () => {
    leased('isc', 11).ask(decline('b', 11), 'declined .11').ask(decline('b', 12));
  });

  test('kea: of another server is not heard', () => {
    leased('kea').ask(decline('a', 10, { serverId: lan(2) }));
  });
});
