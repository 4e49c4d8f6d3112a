/** busybox udhcpd: the room in its table, reservations, restarts, and which messages count. Every spec names its recordings. */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/units.ts';
import { lan, rebind, renew, type Serving } from '../support/dhcp.ts';
import {
  again,
  ask,
  checked,
  extend,
  lease,
  leave,
  looked,
  looking,
  p,
  pool,
  refuse,
  reserve,
  SILENT,
  take,
  unheard,
  used,
  wish,
} from '../support/udhcpd.ts';

describe('the table', () => {
  test('has room for so many clients, whatever the pool; a record that ended makes way', () => {
    // max-leases-udhcpd
    const full = lease(lease(pool(100, 109, { mostRecords: 2 }), 1, 107), 2, 108);
    const left = full
      .ask(ask(3), SILENT)
      .at(3 * SECOND)
      .ask(leave(1, 107), 'Released .107');
    left.ask(ask(3), 'OFFER .109').ask(ask(1), SILENT);
    left.ask(ask(1), 'OFFER .107');
  });

  test('holds 254 of its own accord', () => {
    // busybox dhcpd.c: max_leases.
    let scene = pool(0, 299, {}, { prefix: 23, router: 0 });
    for (let n = 1; n <= 254; n += 1) scene = scene.let(wish(n, 10 + n));
    expect(scene.server.leases.size).toBe(254);
    scene.ask(wish(255, 290), SILENT).ask(wish(254, 290), 'OFFER 10.0.1.8');
  });

  test('that is full is found to be so after the check, and has no room for what is in use', () => {
    // max-leases-udhcpd, squat-probe-udhcpd-table-full
    const one = looking(100, 103, { mostRecords: 1 })
      .ask(ask(1), 'Checking .101')
      .ask(used(101), 'Abandoned .101', 'Checking .102')
      .at(100 * MILLISECOND)
      .ask(checked(102), 'OfferLapsed .102', SILENT);
    expect([...one.server.withheld]).toEqual([lan(101)]);
    one.at(600 * MILLISECOND).ask(ask(1), 'Checking .102');
    const taken = lease(pool(100, 103, { mostRecords: 1 }), 1, 101).let({
      type: 'configure',
      ...looked(100, 103, { mostRecords: 1 }),
    });
    const squatted = taken.ask(ask(2), 'Checking .102').ask(used(102), 'Abandoned .102', 'Checking .103');
    expect([...squatted.server.withheld]).toEqual([]);
  });

  test('is never larger than the pool, so reserved addresses outside it take up room', () => {
    // resv-outside-udhcpd
    const reserved = lease(pool(100, 102).ask(reserve(1, 200), 'Reserved .200'), 1, 200);
    reserved.ask(ask(2), 'OFFER .102').ask(ask(3), 'OFFER .100').ask(ask(4), SILENT);
  });
});

describe('a reservation', () => {
  const reserved = (address: number, first = 100, last = 102) =>
    pool(first, last).ask(reserve(1, address), `Reserved .${address}`);

  test('is for its client, which is told nothing of another address', () => {
    // resv-inside-udhcpd, resv-outside-udhcpd
    const given = lease(lease(reserved(101), 1, 101), 2, 102)
      .ask(wish(3, 101), 'OFFER .100')
      .ask(ask(4), SILENT);
    given.ask(again(1, 100), 'NAK').ask(extend(1, 101), 'ACK .101');
    unheard(given, extend(1, 102));
    lease(reserved(200), 1, 200).ask(extend(1, 200), 'ACK .200').ask(again(1, 200), 'ACK .200');
  });

  test('is not declined or released by it', () => {
    // resv-inside-udhcpd
    lease(reserved(101), 1, 101)
      .ask(refuse(1, 101))
      .ask(ask(1), 'OFFER .101')
      .ask(leave(1, 101))
      .ask(again(1, 101), 'ACK .101');
  });

  test('is given to whoever wishes it first, until its client comes', () => {
    // resv-inside-udhcpd-wished
    const wished = reserved(101, 100, 109).ask(wish(2, 101), 'OFFER .101').ask(take(2, 101), 'ACK .101');
    wished.ask(ask(2), 'OFFER .101');
    const came = lease(wished, 1, 101);
    unheard(came, extend(2, 101));
    expect(came.server.leases.get(lan(101))).toMatchObject({ client: 'p1' });
    reserved(101, 100, 109).ask(ask(2), 'OFFER .108').ask(ask(3), 'OFFER .109');
  });

  test('is offered without a lease of a minute', () => {
    const offered = reserved(101).ask(ask(1), 'OFFER .101');
    offered.scene.asks();
    expect(offered.server.leases.size).toBe(0);
  });
});

describe('a restart', () => {
  const restarted = (scene: Serving) =>
    scene.ask({ type: 'stop' }, 'Stopped').ask({ type: 'start' }, 'Started');

  test('finds offers, leases, what ended and what is withheld', () => {
    // restart-udhcpd
    const before = lease(lease(pool(100, 109), 1, 107), 2, 108)
      .ask(ask(3), 'OFFER .109')
      .ask(ask(4), 'OFFER .100')
      .ask(take(4, 100), 'ACK .100')
      .ask(refuse(4, 100), 'declined .100')
      .ask(leave(2, 108), 'Released .108');
    restarted(before)
      .ask(extend(1, 107), 'ACK .107')
      .ask(again(3, 109), 'ACK .109')
      .ask(ask(4), 'OFFER .101')
      .ask(ask(2), 'OFFER .108')
      .ask(wish(5, 100), 'OFFER .102');
  });

  test('loses one of two withheld addresses, for each record of nobody replaces the one before', () => {
    // restart-udhcpd-two-declined
    const before = lease(pool(100, 102), 1, 101)
      .ask(refuse(1, 101), 'declined .101')
      .at(1.8 * SECOND)
      .ask(ask(2), 'OFFER .102')
      .ask(take(2, 102), 'ACK .102')
      .ask(refuse(2, 102), 'declined .102');
    expect(before.server.withheld.size).toBe(2);
    restarted(before).ask(ask(3), 'OFFER .100').ask(ask(4), 'OFFER .102').ask(ask(5), SILENT);
  });

  test('leaves out the records of reserved addresses', () => {
    // restart-udhcpd-reserved
    const given = lease(pool(100, 102).ask(reserve(1, 101), 'Reserved .101'), 1, 101);
    const after = restarted(lease(given, 3, 100));
    expect([...after.server.leases.keys()]).toEqual([lan(100)]);
  });

  test('after its file was lost knows nobody', () => {
    // restart-udhcpd-lost
    const lost = lease(pool(100, 109), 1, 107).ask({ type: 'forget-leases' }, 'LeasesForgotten');
    unheard(lost, extend(1, 107));
    unheard(lost, rebind('p1', lan(107), p(1)));
    lost.ask(again(1, 107), 'NAK').ask(ask(1), 'OFFER .107');
  });
});

describe('what it hears', () => {
  const elsewhere = { serverId: lan(77) };

  test('a DECLINE that names it and the address of the client, and no other', () => {
    // probe-decline-udhcpd-variants
    const leased = lease(lease(pool(100, 109), 1, 107), 5, 101);
    for (const command of [
      refuse(1, 107, { serverId: 0 }),
      refuse(1, 107, { requested: 0, ciaddr: lan(107) }),
      refuse(1, 107, elsewhere),
      refuse(1, 101),
    ])
      leased.ask(command);
    const declined = leased.ask(refuse(5, 101, { ciaddr: lan(101) }), 'declined .101');
    unheard(declined, extend(5, 101));
    declined.ask(wish(7, 101), 'OFFER .103');
  });

  test('a RELEASE likewise, by ciaddr', () => {
    // probe-release-udhcpd-variants
    const leased = lease(lease(pool(100, 101), 1, 101), 2, 100);
    for (const more of [{ serverId: 0 }, elsewhere, { ciaddr: 0 }, { ciaddr: lan(100) }])
      leased.ask(leave(1, 101, more));
    leased.ask(leave(2, 100), 'Released .100').ask(ask(3), 'OFFER .100').ask(ask(2), SILENT);
  });

  test('nothing that names another server', () => {
    // probe-request-udhcpd-mixed
    const leased = lease(pool(100, 109), 1, 107);
    leased
      .ask(ask(1, elsewhere))
      .ask(take(1, 107, elsewhere))
      .ask(renew('p1', lan(107), { ...p(1), ...elsewhere }))
      .ask(ask(3, { serverId: lan(1) }), 'OFFER .109');
  });

  test('a REQUEST by its option 50, or else by ciaddr; one that names it gets a yes or no', () => {
    // probe-request-udhcpd-mixed
    const leased = lease(pool(100, 109), 1, 107);
    const both = (ciaddr: number, requested: number, serverId = 0) =>
      renew('p1', lan(ciaddr), { ...p(1), requested: requested === 0 ? 0 : lan(requested), serverId });
    leased
      .ask(both(107, 107, lan(1)), 'ACK .107')
      .ask(both(107, 101, lan(1)), 'NAK')
      .ask(both(101, 107), 'ACK .107')
      .ask(both(107, 0, lan(1)), 'ACK .107')
      .ask(both(101, 0, lan(1)), 'NAK')
      .ask(renew('p2', lan(105), { ...p(2), requested: lan(105) }), 'NAK');
  });

  test.each([
    ['an INFORM of a machine with an address', { ciaddr: lan(50) }, lan(50)],
    ['and one without', { ciaddr: 0 }, 0],
  ])('%s', (_, more, to) => {
    // probe-decline-release-inform-udhcpd
    const reply = pool(100, 109).reply(ask(5, { ...more, kind: 'INFORM' }));
    expect(reply).toMatchObject({ kind: 'ACK', yiaddr: 0, lease: 0, to });
  });
});
