/** When clients speak: start, retransmission, giving up, waits after NAK (facts/dhcp.md sections 2 and 3). Ranges hold for every seed. */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { dhcpClient } from '../../src/models/dhcp-client/decide.ts';
import type { DhcpClientEvent } from '../../src/models/dhcp-client/events.ts';
import type { Program } from '../../src/models/dhcp-client/profile.ts';
import { Alone, expectNear, gaps, lan, macOf } from '../support/dhcp.ts';
import { specify } from '../support/spec.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

test.each<[Program, number, number]>([
  ['dhclient', 0.03, 0.14],
  ['udhcpc', 0.03, 0.09],
  ['networkd', 0.04, 0.11],
  ['dhcpcd', 0.1, 2],
  ['generic', 1, 10],
])('%s says its first word %d to %d s after its start', (program, least, most) => {
  const firsts = SEEDS.map((seed) => new Alone(program, {}, seed).run(20).times('Discovering')[0] as number);
  expect(Math.min(...firsts)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...firsts)).toBeLessThanOrEqual(most);
});

describe('DISCOVERs that nobody answers', () => {
  test.each<[Program, number[]]>([
    ['generic', [4, 8, 16, 32, 64, 64, 64]],
    ['dhcpcd', [4, 8, 16, 32, 64, 64, 64]],
    ['networkd', [4, 4, 8, 16, 32, 64, 64]],
  ])('%s: %j s apart, each a second more or less', (program, waits) => {
    for (const seed of SEEDS) {
      const { events } = new Alone(program, {}, seed).run(300);
      const asked = events.filter(({ event }) => event.type === 'Discovering');
      expectNear(gaps(asked.map(({ at }) => at)).slice(0, waits.length), waits, 1);
      const xids = new Set(
        asked.map(({ event }) => (event as Extract<DhcpClientEvent, { xid: number }>).xid),
      );
      expect(xids.size).toBe(1);
    }
  });

  test('the spread is used whole: two seeds are not alike', () => {
    const firsts = SEEDS.map(
      (seed) => gaps(new Alone('dhcpcd', {}, seed).run(30).times('Discovering'))[0] as number,
    );
    expect(Math.max(...firsts)).toBeGreaterThan(4.6);
    expect(Math.min(...firsts)).toBeLessThan(3.4);
  });

  test('udhcpc: three 3 s apart, 20 s of pause, a new xid each round, for ever', () => {
    const alone = new Alone('udhcpc').run(120);
    expectNear(
      gaps(alone.times('Discovering')).slice(0, 8),
      [3.02, 3.02, 23.08, 3.02, 3.02, 23.08, 3.02, 3.02],
      0.06,
    );
    const xids = alone.all('Discovering').map(({ event }) => event.xid);
    expect(new Set(xids.slice(0, 3)).size).toBe(1);
    expect(new Set(xids.slice(0, 9)).size).toBe(3);
  });

  test('udhcpc -n ends after its first round', () => {
    const alone = new Alone('udhcpc', { endsUnanswered: true }).run(200);
    expect(alone.times('Discovering')).toHaveLength(3);
    expect(alone.client.phase).toBe('gave up');
  });

  test('networkd with a limit of n attempts makes one more', () => {
    const alone = new Alone('networkd', { mostDiscovers: 3 }).run(600);
    expect(alone.times('Discovering')).toHaveLength(4);
    expect(alone.client.phase).toBe('gave up');
  });
});

describe('dhclient', () => {
  const spec = specify(dhcpClient, 'dhcp-client/a');
  const started: DhcpClientEvent = {
    type: 'Started',
    segment: 'lan',
    program: 'dhclient',
    holder: 'machine/a',
    mac: macOf('a'),
    clientId: '',
    settings: {},
    wait: 0,
  };

  /** The algorithm as ISC wrote it, in whole seconds: `random` gives the numbers below a bound. */
  function published(interval: number, random: (below: number) => number): number {
    const grown = interval + random(interval * 2);
    return grown > 15 ? Math.floor(15 / 2) + random(15) : grown;
  }

  test.each([[[0]], [[0.4]], [[0.99]], [[0.99, 0.5, 0.2]], [[0.7, 0.99, 0.99]], [[0.2, 0.2, 0.2, 0.9, 0.9]]])(
    'grows as published with draws of %j',
    (draws) => {
      let scene = spec.given(started);
      let interval = 3;
      let at = 0;
      for (let i = 0; i < draws.length && at < 30 * SECOND; i += 1) {
        const used = [draws[i] as number, 0.35];
        let taken = 0;
        interval = published(interval, (below) => Math.floor((used[taken++] as number) * below));
        scene = scene.at(at).draws({ retry: used, fraction: 0, xid: 0.1 });
        const [event] = scene.when({ type: 'step' }).events;
        expect(event).toMatchObject({
          type: 'Discovering',
          attempt: i + 1,
          interval,
          wait: interval * SECOND,
        });
        scene = scene.given(event as DhcpClientEvent);
        at += interval * SECOND;
      }
    },
  );

  test('waits 3 to 8 s first, never more than 22, and the fraction of the second is random', () => {
    for (const seed of SEEDS) {
      const waits = gaps(new Alone('dhclient', {}, seed).run(55).times('Discovering'));
      expect(waits[0]).toBeGreaterThan(2);
      expect(waits[0]).toBeLessThan(9);
      for (const wait of waits) expect(wait).toBeLessThan(23);
      expect(waits.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('gives up a round after 60 s, sleeps 150 to 450 s and begins anew with no seconds said', () => {
    for (const seed of SEEDS) {
      const alone = new Alone('dhclient', {}, seed).run(520);
      const [gaveUp = 0] = alone.times('GaveUp');
      expect(gaveUp).toBeGreaterThan(60);
      expect(gaveUp).toBeLessThan(62.1);
      const next = alone.all('Discovering').find(({ at }) => at > gaveUp);
      expect((next?.at ?? 0) - gaveUp).toBeGreaterThanOrEqual(150);
      expect((next?.at ?? 0) - gaveUp).toBeLessThanOrEqual(450);
      expect(next?.event).toMatchObject({ secs: 0, attempt: 1 });
    }
  });

  test('-1 ends instead', () => {
    const alone = new Alone('dhclient', { endsUnanswered: true }).run(900);
    expect(alone.all('GaveUp').map(({ event }) => event.wait)).toEqual([-1]);
    expect(alone.client.phase).toBe('gave up');
  });
});

describe('REQUESTs that nobody answers', () => {
  const asking = (program: Program, seed = 0) => new Alone(program, {}, seed).run(12).hear(30, 'OFFER');

  test('udhcpc: three 3 s apart, then the pause, and a DISCOVER that wishes for the address', () => {
    const alone = new Alone('udhcpc').hear(1, 'OFFER').run(31);
    expectNear(alone.times('Requesting'), [1, 4.02, 7.04], 0.01);
    const [, next] = alone.all('Discovering');
    expectNear([next?.at ?? 0], [30.1], 0.2);
    expect(next?.event.requested).toBe(lan(10));
  });

  test.each<[Program, number[]]>([
    ['networkd', [4]],
    ['dhcpcd', [4, 8]],
    ['generic', [4, 8]],
  ])('%s: %j s apart, a second more or less', (program, waits) => {
    for (const seed of SEEDS)
      expectNear(gaps(asking(program, seed).run(60).times('Requesting')).slice(0, waits.length), waits, 1);
  });

  test('dhclient: starts over at the first try that is due more than 10 s after the first', () => {
    for (const seed of SEEDS) {
      const alone = new Alone('dhclient', {}, seed).hear(1, 'OFFER').run(50);
      const requests = alone.times('Requesting');
      const again = alone.times('Discovering').find((at) => at > 1) ?? 0;
      for (const at of requests) expect(at - 1).toBeLessThan(12);
      expect(again - 1).toBeGreaterThan(10);
      expect(again - 1).toBeLessThan(11 + 23);
    }
  });
});

describe('INIT-REBOOT that nobody answers', () => {
  /** Bound, stopped without a RELEASE, and started again at 100 s. */
  const again = (program: Program, seed: number): Alone => {
    const alone = new Alone(program, { forgetsOnStop: false, check: null }, seed).bind(15);
    const { segment, holder, mac, settings } = alone.client;
    alone.ask(90, { type: 'stop' });
    return alone.ask(100, { type: 'start', segment, program, holder, mac, settings }).run(160);
  };

  test('dhclient: gives up at a try after 10 s, so 10 to 34 s after', () => {
    for (const seed of SEEDS) {
      const alone = again('dhclient', seed);
      const [first = 0] = alone.times('Rebooting');
      const next = alone.times('Discovering').find((at) => at > first) ?? 0;
      expect(next - first).toBeGreaterThan(10);
      expect(next - first).toBeLessThan(34);
    }
  });

  test('dhcpcd: after exactly 5 s', () => {
    const alone = again('dhcpcd', 1);
    const [first = 0] = alone.times('Rebooting');
    const [next] = alone.all('Discovering').filter(({ at }) => at > first);
    expect((next?.at ?? 0) - first).toBeCloseTo(5, 5);
    expect(next?.event.requested).toBe(0);
  });

  test('networkd, which does so after a loss of carrier: after one try of 4 s, and wishes for the address then', () => {
    for (const seed of SEEDS) {
      const alone = new Alone('networkd', {}, seed)
        .bind(1)
        .ask(50, { type: 'carrier', up: false })
        .ask(60, { type: 'carrier', up: true })
        .run(70);
      const [first = 0] = alone.times('Rebooting');
      expect(first).toBeCloseTo(60.01, 5);
      const [next] = alone.all('Discovering').filter(({ at }) => at > first);
      expectNear([(next?.at ?? 0) - first], [4], 1);
      expect(next?.event.requested).toBe(lan(10));
    }
  });

  test('udhcpc: none; it asks anew, and generic asks for what it had', () => {
    expect(again('udhcpc', 1).times('Rebooting')).toEqual([]);
    expect(again('generic', 1).all('Rebooting')[0]?.event.address).toBe(lan(10));
  });

  test('networkd does so when the lease ended meanwhile, but not when its program was started anew', () => {
    const alone = new Alone('networkd', {}).bind(1, { lease: 60 }).ask(50, { type: 'carrier', up: false });
    expect(alone.ask(90, { type: 'carrier', up: true }).run(91).all('Rebooting')[0]?.event.address).toBe(
      lan(10),
    );
    expect(again('networkd', 1).times('Rebooting')).toEqual([]);
  });

  test('not for a lease that ran out meanwhile', () => {
    const alone = new Alone('dhclient').bind(1, { lease: 60 });
    const { segment, holder, mac, settings } = alone.client;
    alone
      .ask(2, { type: 'stop' })
      .ask(62, { type: 'start', segment, program: 'dhclient', holder, mac, settings });
    expect(alone.run(64).times('Rebooting')).toEqual([]);
    // It is still wished for.
    expect(alone.all('Discovering').at(-1)?.event).toMatchObject({ attempt: 1, requested: lan(10) });
  });
});

describe('after a NAK', () => {
  /** Each REQUEST gets a NAK at once; how long it is until the next DISCOVER. */
  const waits = (program: Program, times: number): number[] => {
    const alone = new Alone(program, { check: null, nakNeedsLease: false });
    let at = 3;
    const found: number[] = [];
    for (let i = 0; i < times; i += 1) {
      alone.hear(at, 'OFFER').hear(at + 0.001, 'NAK');
      const wait = (alone.all('Refused').at(-1)?.event.wait ?? 0) / SECOND;
      alone.run(at + wait + 0.01);
      const next = alone.times('Discovering').find((one) => one > at) ?? 0;
      found.push(next - at - 0.001);
      at = next + 0.5;
    }
    return found;
  };

  test.each<[Program, number[], number]>([
    ['dhclient', [0.06, 0.06], 0.08],
    ['udhcpc', [3.04, 3.04], 0.02],
    ['dhcpcd', [0.01, 1, 2, 4, 8, 16, 32, 60, 60], 0.02],
    ['networkd', [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800, 1800], 0.02],
  ])('%s waits %j s', (program, wanted, most) => {
    expectNear(waits(program, wanted.length), wanted, most);
  });

  test('a lease in between begins the row anew', () => {
    const alone = new Alone('networkd');
    alone
      .hear(1, 'OFFER')
      .hear(1.1, 'NAK')
      .hear(1.2, 'OFFER')
      .hear(1.3, 'NAK')
      .bind(3)
      .ask(4, { type: 'renew' });
    alone.hear(4.1, 'NAK', { to: lan(10) }).run(5);
    expect(alone.all('Refused').map(({ event }) => event.wait)).toEqual([0, SECOND, 0]);
  });

  test.each<[Program, number]>([
    ['networkd', lan(10)],
    ['dhclient', 0],
    ['dhcpcd', 0],
    ['udhcpc', 0],
  ])('%s wishes in its DISCOVER for %d', (program, wish) => {
    const alone = new Alone(program, { check: null }).bind(3).ask(4, { type: 'renew' });
    alone.hear(4.1, 'NAK', { to: lan(10) }).run(8);
    expect(alone.all('Discovering').find(({ at }) => at > 4)?.event.requested).toBe(wish);
  });

  test('an address that was merely offered is not wished for', () => {
    const alone = new Alone('networkd').hear(3, 'OFFER').hear(3.1, 'NAK').run(8);
    expect(alone.all('Discovering').find(({ at }) => at > 3)?.event.requested).toBe(0);
  });

  test('dhclient heeds one to its REQUEST for an offer only where it had a lease before', () => {
    const fresh = new Alone('dhclient').hear(3, 'OFFER').hear(3.1, 'NAK').hear(3.2, 'ACK');
    expect(fresh.times('Refused')).toEqual([]);
    expect(fresh.client.phase).toBe('bound');
    const again = new Alone('dhclient').bind(3, { lease: 60 }).run(64).hear(65, 'OFFER').hear(65.1, 'NAK');
    expect(again.times('Refused')).toEqual([65.1]);
  });

  test.each<[Program, number[]]>([
    ['dhcpcd', [3.001]],
    ['networkd', []],
  ])('%s takes an ACK that comes before the DISCOVER after a second one: %j', (program, taken) => {
    const alone = new Alone(program).hear(2, 'OFFER').hear(2.001, 'NAK').hear(2.002, 'ACK').run(2.5);
    alone.hear(3, 'OFFER').hear(3.0005, 'NAK').hear(3.001, 'ACK');
    expect(alone.times('Leased', 'Bound')).toEqual(taken);
  });

  test.each<[Program, boolean]>([
    ['udhcpc', false],
    ['dhclient', true],
    ['dhcpcd', true],
    ['networkd', true],
  ])('%s heeds one of a server that is not its own: %s', (program, heeds) => {
    const alone = new Alone(program, { check: null }).bind(3).ask(4, { type: 'renew' });
    alone.hear(4.1, 'NAK', { serverId: lan(99), to: lan(10) });
    expect(alone.times('Refused').length).toBe(heeds ? 1 : 0);
  });

  test.each<[Program, boolean]>([
    ['udhcpc', true],
    ['dhclient', true],
    ['dhcpcd', false],
    ['networkd', false],
  ])('%s hears one that is sent to everybody while it renews: %s, and while it rebinds', (program, hears) => {
    const renewing = new Alone(program, { check: null }).bind(3).ask(4, { type: 'renew' });
    expect(renewing.hear(4.1, 'NAK').times('Refused').length).toBe(hears ? 1 : 0);
    const rebinding = new Alone(program, { check: null }).bind(3).ask(4, { type: 'rebind' });
    expect(rebinding.hear(4.1, 'NAK').times('Refused')).toEqual([4.1]);
  });
});
