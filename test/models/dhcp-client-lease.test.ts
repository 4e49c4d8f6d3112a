/** What a client does with its lease: T1, T2, renewals, the end (facts/dhcp.md sections 3 and 4). Times count from the ACK. */
import { describe, expect, test } from 'vitest';
import type { DhcpReply } from '../../src/base/dhcp.ts';
import { SECOND } from '../../src/base/units.ts';
import type { Program } from '../../src/models/dhcp-client/profile.ts';
import { Alone, expectNear, gaps, lan } from '../support/dhcp.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const ACK = 3;
/** Bound at `ACK`, without a look at the address. */
const bound = (program: Program, more: Partial<DhcpReply> = {}, seed = 0, settings = {}): Alone =>
  new Alone(program, { starts: [0, 0], check: null, clock: 'ack', ...settings }, seed).bind(
    ACK - 0.001,
    more,
  );
const since = (times: readonly number[]) => times.map((at) => at - ACK);
/** When it asks for its lease again and when it loses it, if nobody answers. */
const forsaken = (program: Program, lease: number, more: Partial<DhcpReply> = {}, seed = 0) => {
  const alone = bound(program, { lease, ...more }, seed).run(ACK + lease + 30);
  const [expired] = alone.all('Expired');
  return {
    alone,
    renewing: since(alone.times('Renewing')),
    rebinding: since(alone.times('Rebinding')),
    expired: (expired?.at ?? 0) - ACK,
  };
};

describe('T1 and T2', () => {
  test.each<[Program, Partial<DhcpReply>, number, number, number]>([
    ['generic', {}, 1800, 3150, 0],
    ['generic', { t1: 600, t2: 1200 }, 600, 1200, 0],
    ['dhcpcd', {}, 1800, 3150, 0],
    ['dhcpcd', { t1: 600, t2: 1200 }, 600, 1200, 0],
    ['networkd', {}, 1800, 3150, 1],
    ['networkd', { t1: 600, t2: 1200 }, 600, 1200, 1],
  ])('%s with %j: %d and %d s, at most %d s off', (program, more, t1, t2, most) => {
    for (const seed of SEEDS) {
      const { client } = bound(program, more, seed);
      expectNear([client.t1 / SECOND - ACK, client.t2 / SECOND - ACK], [t1, t2], most + 1e-6);
      expect(client.until / SECOND - ACK).toBeCloseTo(3600, 5);
    }
  });

  test('udhcpc: half the lease, whatever it was told', () => {
    const { client } = bound('udhcpc', { t1: 600, t2: 1200 });
    expectNear([client.t1 / SECOND - ACK], [1800], 0.1);
  });

  test.each([
    [{}, 1801],
    [{ t1: 600 }, 600],
  ])('dhclient with %j: 75 to 100 per cent of %d s, whole seconds', (more, t1) => {
    const shares = SEEDS.map((seed) => {
      const at = bound('dhclient', more, seed).client.t1 / SECOND - ACK;
      expect(at).toBeCloseTo(Math.round(at), 5);
      return at / t1;
    });
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.745);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(0.1);
  });

  test.each<[Program, number]>([
    ['udhcpc', 30],
    ['dhcpcd', 20],
    ['networkd', 5],
    ['generic', 5],
  ])('%s takes a lease of 5 s for one of %d s', (program, seconds) => {
    expect(bound(program, { lease: 5 }).client.until / SECOND - ACK).toBeCloseTo(seconds, 5);
  });

  test('dhcpcd counts from the end of its look at the address, 4.0 to 5.7 s after the ACK', () => {
    for (const seed of SEEDS) {
      const alone = new Alone('dhcpcd', {}, seed).bind(ACK - 0.001, { lease: 40 }).run(ACK + 20);
      const [late = 0] = since(alone.times('Bound'));
      expect(late).toBeGreaterThan(4);
      expect(late).toBeLessThan(5.7);
      const { until, t1, t2 } = alone.client;
      expectNear(
        [until, t1, t2].map((at) => at / SECOND - ACK - late),
        [40, 20, 35],
        1e-5,
      );
    }
  });
});

describe('a lease that nobody renews', () => {
  test('udhcpc, 60 s: one unicast, three broadcasts, and the address is dropped before the end', () => {
    const { renewing, rebinding, expired } = forsaken('udhcpc', 60);
    expectNear(renewing, [30.1], 0.1);
    expectNear(rebinding, [33.1, 36.2, 39.2], 0.15);
    expectNear([expired], [42.2], 0.15);
  });

  test('udhcpc, 160 s: unicasts at half of what is left while more than 30 s are', () => {
    const { renewing, rebinding, expired } = forsaken('udhcpc', 160);
    expectNear(renewing, [80.1, 121.2, 141.2], 0.3);
    expectNear(rebinding, [144.2, 147.2, 150.3], 0.3);
    expectNear([expired], [153.3], 0.3);
  });

  test.each([60, 80, 120])('networkd, %d s: one REQUEST in each phase and no more', (lease) => {
    for (const seed of SEEDS) {
      const { renewing, rebinding, expired } = forsaken('networkd', lease, {}, seed);
      expectNear(renewing, [lease / 2], 1);
      expectNear(rebinding, [Math.floor(lease * 0.875)], 1);
      expectNear([expired], [lease], 0.01);
    }
  });

  test('networkd and the standard, an hour: half of what is left, at least a minute', () => {
    const { renewing, rebinding, expired } = forsaken('generic', 3600);
    // 1800 + 675 + 337.5 + 168.75 + 84.4 + 60; T2 is 3150. From there half of 450 s, then at least a minute.
    expectNear(renewing, [1800, 2475, 2812.5, 2981.25, 3065.625, 3125.625], 0.01);
    expectNear(rebinding, [3150, 3375, 3487.5, 3547.5], 0.01);
    expectNear([expired], [3600], 0.01);
  });

  test('dhcpcd: 4, 8, 16 s from T1 on, and from 4 again from T2 on', () => {
    const { renewing, rebinding, expired } = forsaken('dhcpcd', 240);
    expectNear(gaps(renewing), [4, 8, 16, 32], 1);
    expectNear([renewing[0] ?? 0, rebinding[0] ?? 0, expired], [120, 210, 240], 0.01);
    expectNear(gaps(rebinding), [4, 8, 16].slice(0, rebinding.length - 1), 1);
  });

  test('dhclient: by its back-off, 3 to 22 s apart, by broadcast after T2; it can step over the whole of that', () => {
    let steppedOver = 0;
    for (const seed of SEEDS) {
      const { renewing, rebinding, expired } = forsaken('dhclient', 40, {}, seed);
      for (const gap of gaps([...renewing, ...rebinding])) {
        expect(gap).toBeGreaterThan(2);
        expect(gap).toBeLessThan(23);
      }
      for (const at of rebinding) expect(at).toBeGreaterThanOrEqual(35);
      expect(expired).toBeGreaterThanOrEqual(40);
      expect(expired).toBeLessThan(42.1);
      if (rebinding.length === 0) steppedOver += 1;
    }
    expect(steppedOver).toBeGreaterThan(0);
    expect(steppedOver).toBeLessThan(SEEDS.length);
  });

  test.each<[Program, string, number]>([
    ['networkd', 'lease of 10.0.0.10 expired', lan(10)],
    ['generic', 'lease of 10.0.0.10 expired', lan(10)],
    ['dhclient', 'lease of 10.0.0.10 expired', lan(10)],
    ['udhcpc', 'lease of 10.0.0.10 dropped: nobody answered', lan(10)],
    ['dhcpcd', 'lease of 10.0.0.10 expired', 0],
  ])('%s: %j, which rests on what it did last, and the search begins at once', (program, words, wish) => {
    const { alone } = forsaken(program, 60);
    const [expired] = alone.all('Expired');
    expect(expired?.event).toMatchObject({ address: lan(10), why: 'dhcp.lease-expired', words });
    const after = alone.all('Discovering').filter(({ at }) => at >= (expired?.at ?? 0));
    expect(after[0]).toMatchObject({ at: expired?.at, event: { attempt: 1, requested: wish } });
  });
});

describe('a lease that is renewed', () => {
  /** At its first renewal after `ACK` it is answered. */
  const renewed = (program: Program, more: Partial<DhcpReply> = {}): Alone => {
    const alone = bound(program, { lease: 600 }).run(ACK + 320);
    const [at = 0] = alone.times('Renewing');
    expect(at, program).toBeGreaterThan(0);
    return bound(program, { lease: 600 }).hear(at + 0.1, 'ACK', { lease: 600, ...more });
  };

  test.each<Program>(['generic', 'dhclient', 'udhcpc', 'dhcpcd', 'networkd'])(
    '%s: begins anew',
    (program) => {
      const alone = renewed(program);
      const [at = 0] = alone.times('Renewed');
      expect(alone.client).toMatchObject({ phase: 'bound', address: lan(10) });
      expect(alone.client.until / SECOND).toBeCloseTo(at + 600, 5);
      alone.run(at + 590);
      expect(alone.times('Renewing').length).toBeGreaterThan(1);
      expect(alone.times('Expired')).toEqual([]);
    },
  );

  test.each<[Program, boolean]>([
    ['dhclient', true],
    ['networkd', true],
    ['dhcpcd', true],
    ['udhcpc', false],
  ])('%s after a rebinding that another server answered asks that one next: %s', (program, follows) => {
    const { alone } = forsaken(program, 60);
    const at = alone.times('Rebinding')[0] ?? ACK + 55;
    const again = bound(program, { lease: 60 }).run(at);
    if (again.client.phase !== 'rebinding') again.ask(at, { type: 'rebind' });
    again.hear(at + 0.1, 'ACK', { lease: 60, server: 'other', serverId: lan(99) });
    expect(again.client.phase).toBe('bound');
    expect(again.client.serverId).toBe(follows ? lan(99) : lan(1));
  });

  test.each<[Program, boolean]>([
    ['dhcpcd', true],
    ['generic', true],
    ['dhclient', false],
    ['udhcpc', false],
    ['networkd', false],
  ])('%s takes a new xid for it: %s; its retransmissions keep it', (program, fresh) => {
    const { alone } = forsaken(program, 160);
    const [first] = alone.all('Discovering');
    const xids = [...alone.all('Renewing'), ...alone.all('Rebinding')].map(({ event }) => event.xid);
    expect(new Set(xids).size).toBe(1);
    expect(xids[0] !== first?.event.xid).toBe(fresh);
  });

  test('an answer with another xid is not heard', () => {
    const alone = new Alone('networkd').run(1);
    alone.ask(1, { type: 'hear', reply: { ...offer, xid: alone.client.xid + 1 } });
    expect(alone.client.phase).toBe('selecting');
  });
});

const offer: DhcpReply = {
  kind: 'OFFER',
  server: 's',
  client: 'a',
  mac: '',
  xid: 0,
  secs: 0,
  yiaddr: lan(10),
  ciaddr: 0,
  giaddr: 0,
  serverId: lan(1),
  lease: 60,
  t1: 0,
  t2: 0,
  broadcast: false,
  to: 0,
  words: '',
};

describe('seconds that are said', () => {
  test('networkd: never 0', () => {
    const alone = new Alone('networkd').run(40);
    expect(alone.all('Discovering').map(({ event }) => event.secs)[0]).toBe(1);
    expect(bound('networkd').all('Requesting')[0]?.event.secs).toBeGreaterThanOrEqual(1);
  });

  test.each<Program>(['dhclient', 'udhcpc', 'dhcpcd', 'generic'])('%s: from 0 on', (program) => {
    const alone = new Alone(program, { starts: [0, 0] }).run(40);
    const said = alone.all('Discovering');
    expect(said[0]?.event.secs).toBe(0);
    for (const { at, event } of said) expect(Math.abs(at - event.secs)).toBeLessThan(1.01);
  });

  test('dhclient: a REQUEST repeats those of its DISCOVER', () => {
    const alone = new Alone('dhclient').run(20);
    const { secs } = alone.client;
    expect(secs).toBeGreaterThan(0);
    alone.hear(21, 'OFFER');
    expect(alone.all('Requesting')[0]?.event.secs).toBe(secs);
  });

  test('a renewal begins at 0, but networkd and dhcpcd count on', () => {
    const said = (program: Program) => forsaken(program, 120).alone.all('Renewing')[0]?.event.secs ?? -1;
    expect([said('dhclient'), said('udhcpc'), said('generic')]).toEqual([0, 0, 0]);
    expect(Math.min(said('networkd'), said('dhcpcd'))).toBeGreaterThan(50);
  });
});
