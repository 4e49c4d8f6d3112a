/**
 * busybox udhcpd: which address it offers, for how long, and what it looks at before. Leases, offers and withheld addresses are records of
 * one table, at most one a client. Every spec names the recordings of test/golden/udhcpd that it retells.
 */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, MINUTE, SECOND } from '../../src/base/units.ts';
import { lan, rebind } from '../support/dhcp.ts';
import { ip, itself } from '../support/spec.ts';
import {
  again,
  ask,
  checked,
  expire,
  extend,
  lease,
  leave,
  looked,
  looking,
  p,
  pool,
  refuse,
  restore,
  SILENT,
  take,
  unheard,
  used,
  wish,
} from '../support/udhcpd.ts';

describe('which address', () => {
  test('the first without a record from where the hash points; then those whose record ended, longest ago first', () => {
    // probe-release-udhcpd-next
    const scene = lease(lease(pool(100, 103), 1, 101), 2, 102)
      .at(2.4 * SECOND)
      .ask(leave(2, 102), 'Released .102')
      .at(3.7 * SECOND)
      .ask(leave(1, 101), 'Released .101')
      .ask(ask(3), 'OFFER .103')
      .ask(ask(4), 'OFFER .100')
      .ask(ask(5), 'OFFER .102')
      .ask(ask(6), 'OFFER .101')
      .ask(ask(7), SILENT);
    // Its record was given to another.
    scene.ask(ask(2), SILENT);
  });

  test('of all that ended it is the one that ended first, declined or not', () => {
    // probe-decline-udhcpd-oldest: the record of the DECLINE ends at 8.4 s, the lease at 10.8 s.
    const scene = lease(pool(100, 101, { lease: 9 * SECOND, quarantine: 6 * SECOND }), 1, 101)
      .at(1.8 * SECOND)
      .ask(ask(2), 'OFFER .100')
      .ask(take(2, 100), 'ACK .100')
      .at(2.4 * SECOND)
      .ask(refuse(1, 101), 'declined .101')
      .at(5.4 * SECOND)
      .ask(ask(3), SILENT)
      .at(8.4 * SECOND)
      .ask(restore(101), 'Restored .101')
      .at(10.8 * SECOND)
      .ask(expire(100), 'Expired .100')
      .at(11.4 * SECOND);
    scene.ask(ask(3), 'OFFER .101').ask(ask(4), 'OFFER .100').ask(ask(5), SILENT);
  });

  test('also the router and a last byte of 0 or 255; its own only to a client that wishes it', () => {
    // probe-order-udhcpd-edges, -own, -network, -broadcast
    const wide = {
      ranges: [lan(253), ip('10.0.1.3')],
      prefix: 23,
      addresses: [ip('10.0.1.1')],
      router: lan(254),
    };
    const offered = ['.253', '.254', '.255', '10.0.1.0', '10.0.1.2', '10.0.1.3'];
    let scene = pool(0, 0, {}, wide);
    for (const [i, address] of offered.entries()) scene = scene.ask(ask(i + 1), `OFFER ${address}`);
    scene.ask(ask(7), SILENT).ask(ask(8, { requested: ip('10.0.1.1') }), 'OFFER 10.0.1.1');
  });

  test('what it has in the table comes before what it wishes', () => {
    // probe-offer-repeat-udhcpd, probe-fields-udhcpd
    pool(100, 109)
      .ask(ask(1), 'OFFER .107')
      .ask(wish(1, 101), 'OFFER .107')
      .ask(wish(2, 107), 'OFFER .108')
      .ask(wish(3, 200), 'OFFER .109')
      .ask(ask(4, { requested: ip('172.16.1.1') }), 'OFFER .100');
  });

  test('a wish is granted for what nobody has any more', () => {
    // expire-probe-udhcpd-wish, probe-release-udhcpd-same-mac-reuse
    const leased = lease(looking(100, 109, { lease: 4 * SECOND, check: 'none' }), 1, 107);
    leased.ask(wish(4, 107), 'OFFER .100');
    const over = leased
      .at(4 * SECOND)
      .ask(expire(107), 'Expired .107')
      .at(7.5 * SECOND);
    const given = over.ask(wish(5, 107), 'OFFER .107');
    unheard(given, extend(1, 107));
    given.ask(ask(1), 'OFFER .108');
    lease(pool(100, 102, { quarantine: 5 * SECOND }), 1, 101)
      .ask(refuse(1, 101), 'declined .101')
      .ask(wish(2, 101), 'OFFER .102')
      .at(5 * SECOND)
      .ask(restore(101), 'Restored .101')
      .ask(wish(2, 101), 'OFFER .102')
      .ask(wish(3, 101), 'OFFER .101');
  });

  test('whoever relays: there is one pool', () => {
    // busybox dhcpd.c: the pool is that of the interface.
    pool(100, 109).ask(ask(1, { giaddr: ip('10.8.0.1') }), 'OFFER .107');
  });
});

describe('an offer is a lease of a minute', () => {
  test('which ends like one', () => {
    // probe-offer-hold-udhcpd
    const offered = pool(100, 100).ask(ask(1), 'OFFER .100');
    offered.scene.asks(itself(MINUTE, expire(100), `expire ${lan(100)}`));
    expect(offered.server.offers.size).toBe(0);
    expect(offered.server.leases.get(lan(100))).toMatchObject({
      client: 'p1',
      state: 'active',
      until: MINUTE,
    });
    offered
      .at(58 * SECOND)
      .ask(ask(2), SILENT)
      .ask(expire(100));
    const over = offered.at(MINUTE).ask(expire(100), 'Expired .100');
    over.ask(ask(2), 'OFFER .100').ask(take(1, 100), 'NAK').ask(take(2, 100), 'ACK .100');
    // probe-offer-hold-udhcpd-late-request
    over.at(2 * MINUTE).ask(take(1, 100), 'ACK .100');
  });

  test('to a client that has a longer lease, too: a DISCOVER shortens it', () => {
    // rediscover-udhcpd
    const leased = lease(pool(100, 100, { hold: 5 * SECOND }), 1, 100);
    const shortened = leased.at(1.8 * SECOND).ask(ask(1), 'OFFER .100');
    shortened.scene.asks(itself(5 * SECOND, expire(100), `expire ${lan(100)}`));
    const lost = shortened
      .at(4.8 * SECOND)
      .ask(ask(2), SILENT)
      .at(6.8 * SECOND)
      .ask(expire(100), 'Expired .100')
      .at(8.8 * SECOND)
      .ask(ask(2), 'OFFER .100')
      .ask(take(2, 100), 'ACK .100');
    unheard(lost, extend(1, 100));
  });

  test('which can be released, and declined', () => {
    // probe-release-udhcpd-offer, probe-decline-udhcpd-variants
    pool(100, 100).ask(ask(1), 'OFFER .100').ask(leave(1, 100), 'Released .100').ask(ask(2), 'OFFER .100');
    pool(100, 109).ask(ask(6), 'OFFER .102').ask(refuse(6, 102), 'declined .102').ask(ask(6), 'OFFER .103');
  });
});

describe('a lease that is over', () => {
  test('is renewed, asked for again and offered while its record is there', () => {
    // expire-probe-udhcpd-renew
    const over = lease(pool(100, 102, { lease: 4 * SECOND }), 1, 101)
      .at(4 * SECOND)
      .ask(expire(101), 'Expired .101');
    const later = over.at(9.7 * SECOND);
    later.ask(extend(1, 101), 'ACK .101');
    later.ask(rebind('p1', lan(101), p(1)), 'ACK .101');
    later.ask(again(1, 101), 'ACK .101');
    later.ask(ask(1), 'OFFER .101');
  });

  test('is still its client’s to decline, but not to release', () => {
    // expire-probe-udhcpd-decline
    const over = lease(pool(100, 101, { lease: 4 * SECOND }), 1, 101)
      .at(4 * SECOND)
      .ask(expire(101), 'Expired .101');
    over.ask(refuse(1, 101), 'declined .101').ask(ask(3), 'OFFER .100').ask(ask(4), SILENT);
    over.ask(leave(1, 101)).ask(ask(1), 'OFFER .101');
  });
});

describe('the check', () => {
  test('is not made for what a client has or had, nor for a wish', () => {
    // check-udhcpd-return
    const offered = looking(100, 109, { lease: 5 * SECOND })
      .ask(ask(1), 'Checking .107')
      .at(100 * MILLISECOND)
      .ask(checked(107), 'OFFER .107')
      .ask(ask(1), 'OFFER .107')
      .ask(take(1, 107), 'ACK .107');
    offered.ask(ask(1), 'OFFER .107');
    offered.ask(leave(1, 107), 'Released .107').ask(ask(1), 'OFFER .107');
    const over = offered.at(5.1 * SECOND).ask(expire(107), 'Expired .107');
    over.at(14.1 * SECOND).ask(ask(1), 'OFFER .107');
    over.ask(wish(2, 105), 'OFFER .105');
    // expire-probe-udhcpd-wish
    over.ask(wish(3, 107), 'OFFER .107');
  });

  test('is made for what another client had', () => {
    // exhaust-probe-udhcpd-expiry
    const checking = looking(100, 100)
      .ask(ask(1), 'Checking .100')
      .at(100 * MILLISECOND);
    checking
      .ask(checked(100), 'OFFER .100')
      .ask(take(1, 100), 'ACK .100')
      .ask(leave(1, 100), 'Released .100')
      .ask(ask(2), 'Checking .100');
  });

  test('that finds somebody withholds the address and goes on; silence at the last', () => {
    // squat-probe-udhcpd, squat-probe-udhcpd-all
    looking(100, 102)
      .ask(ask(1), 'Checking .101')
      .ask(used(101), 'Abandoned .101', 'Checking .102')
      .at(100 * MILLISECOND)
      .ask(checked(102), 'OFFER .102')
      .ask(ask(1), 'OFFER .102')
      .ask(ask(2), 'Checking .100');
    looking(100, 101)
      .ask(ask(1), 'Checking .101')
      .ask(used(101), 'Abandoned .101', 'Checking .100')
      .ask(used(100), 'Abandoned .100', SILENT)
      .ask(ask(2), SILENT);
  });

  test('of the address that ended first ends the search when somebody answers', () => {
    // expire-probe-udhcpd-squat
    const leased = lease(lease(pool(100, 101, { lease: 5 * SECOND }), 1, 101).at(SECOND), 2, 100);
    const over = leased
      .at(5 * SECOND)
      .ask(expire(101), 'Expired .101')
      .at(6 * SECOND)
      .ask(expire(100), 'Expired .100');
    const looks = over
      .let({ type: 'configure', ...looked(100, 101, { lease: 5 * SECOND }) })
      .at(10.6 * SECOND);
    looks
      .ask(ask(3), 'Checking .101')
      .ask(used(101), 'Abandoned .101', SILENT)
      .ask(ask(3), 'Checking .100')
      .at(10.7 * SECOND)
      .ask(checked(100), 'OFFER .100')
      .ask(ask(1), SILENT);
  });
});
