/** What a server hears while it looks whether an address is used, and when it answers it (facts/dhcp.md section 7.1). */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/units.ts';
import type { DhcpCommand } from '../../src/models/dhcp/events.ts';
import { discover, lan, reboot, renew, select } from '../support/dhcp.ts';
import { checked, pool } from '../support/dhcp-checks.ts';
import { itself } from '../support/spec.ts';

type Heard = Extract<DhcpCommand, { type: 'hear' }>;

/** A message that comes out of the queue. */
const again = ({ request }: Heard): Heard => ({ type: 'hear', request, waited: true });

describe('what is said to a server that looks', () => {
  test('dnsmasq: is answered afterwards, one after another', () => {
    const later = discover('b', { requested: lan(11) }) as Heard;
    const busy = pool('dnsmasq', 10, 12)
      .ask(discover('a', { requested: lan(10) }), 'Checking .10')
      .at(SECOND)
      .ask(later, 'later');
    busy.scene.asks(itself(2 * SECOND, again(later)));
    busy
      .at(3 * SECOND)
      .ask(checked(10), 'OFFER .10')
      .ask(later, 'Checking .11');
  });

  test.each([
    ['dnsmasq', 3000, [3000, 3000, 3000]],
    ['udhcpd', 2000, [2040, 2080, 2120]],
  ] as const)('%s: what waits for the end of a check of %d ms is heard at %j ms', (software, ms, due) => {
    const first = pool(software, 10, 12).let(discover('a'));
    expect(first.server.busyUntil).toBe(ms * MILLISECOND);
    let busy = first.at(SECOND);
    const waiting = [discover('b'), renew('c', lan(10)), reboot('d', lan(11))] as readonly Heard[];
    for (const [i, message] of waiting.entries()) {
      busy = busy.ask(message, 'later');
      busy.scene.asks(itself((due[i] as number) * MILLISECOND - SECOND, again(message)));
    }
  });

  test('udhcpd: waits again for the check of one that waited, as the recording check-udhcpd-busy shows', () => {
    const [two, three, one, four] = [
      discover('b'),
      discover('c'),
      renew('a', lan(10)),
      reboot('d', lan(12)),
    ] as readonly Heard[] as readonly [Heard, Heard, Heard, Heard];
    let server = pool('udhcpd', 10, 14)
      .ask(discover('a', { requested: lan(10) }), 'OFFER .10')
      .ask(select('a', 10), 'ACK .10')
      .let(discover('b'));
    const [first] = [...server.server.offers.keys()];
    expect(server.server.busyUntil).toBe(2 * SECOND);
    server = server.at(SECOND);
    for (const message of [two, three, one, four]) server = server.ask(message, 'later');
    server = server.at(2 * SECOND).let({ type: 'checked', address: first as number });
    // The client asked twice; the second time it has an offer.
    server = server.at(2.04 * SECOND).ask(again(two), `OFFER .${(first as number) - lan(0)}`);
    server = server.at(2.08 * SECOND).let(again(three));
    expect(server.server.busyUntil).toBe(4.08 * SECOND);
    const waiting = server.at(2.12 * SECOND).ask(again(one), 'later');
    waiting.scene.asks(itself(2 * SECOND, again(one)));
    const last = waiting.at(2.16 * SECOND).ask(again(four), 'later');
    last.scene.asks(itself(2 * SECOND, again(four)));
    last
      .at(4.12 * SECOND)
      .let({ type: 'checked', address: [...server.server.offers.keys()][0] as number })
      .ask(again(one), 'ACK .10')
      .ask(again(four), 'NAK');
  });

  test('udhcpd: whoever asks while others wait for their turn waits behind them', () => {
    let server = pool('udhcpd', 10, 14).let(discover('a')).at(SECOND).ask(discover('b'), 'later');
    const [first] = [...server.server.offers.keys()] as [number];
    const asks = select('a', first - lan(0)) as Heard;
    server = server
      .at(2 * SECOND)
      .ask({ type: 'checked', address: first }, `OFFER .${first - lan(0)}`)
      .ask(asks, 'later');
    server.scene.asks(itself(0.08 * SECOND, again(asks)));
    server = server.at(2.04 * SECOND).let(again(discover('b') as Heard));
    expect(server.server.busyUntil).toBe(4.04 * SECOND);
    server
      .at(2.08 * SECOND)
      .ask(again(asks), 'later')
      .at(4.08 * SECOND)
      .ask(again(asks), `ACK .${first - lan(0)}`);
  });

  test('udhcpd: started anew, nobody waits', () => {
    const { server } = pool('udhcpd', 10, 14)
      .let(discover('a'))
      .at(SECOND)
      .ask(discover('b'), 'later')
      .ask({ type: 'stop' }, 'Stopped')
      .ask({ type: 'start' }, 'Started')
      .let(discover('c'));
    expect(server.busyUntil).toBe(3 * SECOND);
  });

  test.each(['isc', 'generic'] as const)('%s: is answered at once', (software) => {
    pool(software, 10, 12, { check: 'ping' })
      .ask(discover('a'), 'Checking .10')
      .ask(select('b', 12), software === 'isc' ? 'ACK .12' : 'NAK requested address not available');
  });

  test('no longer waits when the server was stopped and started', () => {
    pool('dnsmasq', 10, 10)
      .ask(discover('a'), 'Checking .10')
      .at(SECOND)
      .ask({ type: 'stop' }, 'Stopped')
      .ask({ type: 'start' }, 'Started')
      .ask(discover('a'), 'Checking .10');
  });
});
