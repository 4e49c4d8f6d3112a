/** What a client does about its address besides asking: probes, DECLINE, link-local, carrier, restart (facts/dhcp.md 2, 7, 12). */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import type { ClientSettings } from '../../src/models/dhcp-client/events.ts';
import {
  busyboxCheck,
  HOOK_CHECK,
  NETWORKD_CHECK,
  NETWORKD_LINK_LOCAL,
  type Program,
} from '../../src/models/dhcp-client/profile.ts';
import { Alone, expectNear, gaps, lan, macOf } from '../support/dhcp.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const ACK = 3;
/** Has its ACK at 3 s. */
const acked = (program: Program, settings: ClientSettings = {}, seed = 0): Alone =>
  new Alone(program, { starts: [0, 0], ...settings }, seed).bind(ACK - 0.001);
const within = (values: readonly number[], least: number, most: number) => {
  expect(values.length).toBeGreaterThan(0);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...values)).toBeLessThanOrEqual(most);
};

describe('a look at the address before it is used', () => {
  test.each<Program>(['dhclient', 'udhcpc', 'networkd'])('%s makes none of its own accord', (program) => {
    const alone = acked(program);
    expect(alone.client.phase).toBe('bound');
    expect(alone.times('Probing', 'Announcing')).toEqual([]);
  });

  test('dhcpcd: three probes 1.0 to 1.8 s apart, the first after 6 to 30 ms; announced 2 s after the last and 2 s later', () => {
    for (const seed of SEEDS) {
      const alone = acked('dhcpcd', {}, seed).run(20);
      const probes = alone.times('Probing');
      const said = alone.times('Announcing');
      within([(probes[0] ?? 0) - ACK], 0.005, 0.031);
      within(gaps(probes), 1, 1.8);
      expect(probes).toHaveLength(3);
      expectNear([...gaps([probes.at(-1) ?? 0, ...said])], [2, 2], 0.02);
      expect(alone.times('Bound')).toEqual([said[0]]);
    }
  });

  test('the standard: a second at most before the first of three, one to two between them, two after the last', () => {
    for (const seed of SEEDS) {
      const alone = acked('generic', {}, seed).run(20);
      const probes = alone.times('Probing');
      within([(probes[0] ?? 0) - ACK], 0, 1);
      within(gaps(probes), 1, 2);
      expectNear(gaps([probes.at(-1) ?? 0, ...alone.times('Announcing')]), [2, 2], 0.01);
    }
  });

  test('udhcpc -a: one probe and 2 s; dhclient with a hook: two', () => {
    const busybox = acked('udhcpc', { check: busyboxCheck(2 * SECOND) }).run(20);
    expect(busybox.times('Probing')).toHaveLength(1);
    expectNear([(busybox.times('Bound')[0] ?? 0) - ACK], [2], 0.02);
    const hook = acked('dhclient', { check: HOOK_CHECK }).run(20);
    expect(hook.times('Probing')).toHaveLength(2);
    within([(hook.times('Bound')[0] ?? 0) - ACK], 2, 2.1);
  });

  test('dhcpcd announces again after each renewal, and answers another machine that announces its address', () => {
    const alone = acked('dhcpcd').run(20).ask(30, { type: 'renew' }).hear(30.1, 'ACK').run(40);
    expectNear(alone.times('Announcing').slice(2), [30.1, 32.1], 0.02);
    alone.ask(50, { type: 'challenged', address: lan(10) }).ask(51, { type: 'challenged', address: lan(11) });
    expect(alone.all('Announcing').at(-1)).toMatchObject({ at: 50, event: { n: 0 } });
    expect(alone.client.phase).toBe('bound');
  });

  test.each<Program>(['dhclient', 'udhcpc', 'networkd', 'generic'])(
    '%s does not defend its address',
    (program) => {
      const alone = acked(program).run(20);
      const before = alone.events.length;
      alone.ask(21, { type: 'challenged', address: lan(10) });
      expect(alone.events.length).toBe(before);
    },
  );
});

describe('an address that somebody else answers for', () => {
  const conflict = { type: 'conflict', address: lan(10) } as const;

  test.each<[Program, ClientSettings, number]>([
    ['dhclient', { check: HOOK_CHECK }, 10],
    ['udhcpc', { check: busyboxCheck(2 * SECOND) }, 20.1],
    ['dhcpcd', {}, 1],
    ['generic', {}, 10],
  ])('%s with %j: declined, and asked for anew %d s later without a wish', (program, settings, wait) => {
    const alone = acked(program, settings)
      .run(ACK + 1)
      .ask(ACK + 1, conflict)
      .run(40);
    const [declined] = alone.all('Declined');
    expect(declined?.event).toMatchObject({ address: lan(10), server: 's', serverId: lan(1) });
    const next = alone.all('Discovering').find(({ at }) => at > (declined?.at ?? 0));
    expectNear([(next?.at ?? 0) - (declined?.at ?? 0)], [wait], 0.1);
    expect(next?.event).toMatchObject({ requested: 0, attempt: 1 });
    expect(alone.times('Bound')).toEqual([]);
  });

  test('networkd with SendDecline=yes: nothing is sent, and it never asks again', () => {
    const alone = acked('networkd', { check: NETWORKD_CHECK })
      .run(ACK + 1)
      .ask(ACK + 1, conflict)
      .run(3600);
    expect(alone.all('GaveUp').map(({ event }) => event)).toEqual([
      { type: 'GaveUp', words: '10.0.0.10 is used by somebody else', wait: -1 },
    ]);
    expect(alone.times('Declined')).toEqual([]);
    expect(alone.events.filter(({ at }) => at > ACK + 1)).toEqual([]);
    expect(alone.client).toMatchObject({ phase: 'gave up', address: -1 });
  });

  test('is no news once the address is used, nor of another address', () => {
    const alone = acked('dhcpcd')
      .ask(ACK + 1, { type: 'conflict', address: lan(11) })
      .run(20)
      .ask(21, conflict);
    expect(alone.times('Declined')).toEqual([]);
    expect(alone.client.phase).toBe('bound');
  });
});

describe('a link-local address', () => {
  const isLocal = (address: number) => address >>> 16 === 0xa9fe;

  test('dhcpcd: probes from 5 s after the first DISCOVER, the address at about 10 s, and DISCOVER goes on', () => {
    for (const seed of SEEDS) {
      const alone = new Alone('dhcpcd', { starts: [0, 0] }, seed).run(100);
      const probes = alone.all('Probing');
      expectNear([probes[0]?.at ?? 0], [5], 0.01);
      expect(probes).toHaveLength(3);
      for (const { event } of probes) expect(isLocal(event.address)).toBe(true);
      within([alone.times('Announcing')[0] ?? 0], 9, 11);
      expect(alone.times('Announcing')).toHaveLength(2);
      expect(alone.client).toMatchObject({ localHeld: true, phase: 'selecting' });
      expect(alone.times('Discovering').at(-1)).toBeGreaterThan(55);
    }
  });

  test('is the same in every run, for it comes of the hardware address', () => {
    const locals = SEEDS.map((seed) => new Alone('dhcpcd', {}, seed).run(30).client.local);
    expect(new Set(locals).size).toBe(1);
  });

  test('a lease replaces it; a lease before then leaves none', () => {
    const late = new Alone('dhcpcd', { starts: [0, 0] }).bind(20).run(40);
    expect(late.client).toMatchObject({ phase: 'bound', local: 0, localHeld: false });
    const early = acked('dhcpcd').run(60);
    expect(early.times('Probing')).toHaveLength(3);
    for (const { event } of early.all('Probing')) expect(event.address).toBe(lan(10));
  });

  test('networkd with LinkLocalAddressing=ipv4: at once, in parallel, at about 6 s', () => {
    for (const seed of SEEDS) {
      const alone = new Alone('networkd', { linkLocal: NETWORKD_LINK_LOCAL }, seed).run(30);
      within([alone.times('Announcing')[0] ?? 0], 4, 8.5);
    }
  });

  test.each<Program>(['dhclient', 'udhcpc', 'networkd', 'generic'])('%s: none', (program) => {
    expect(new Alone(program).run(100).times('Probing')).toEqual([]);
  });
});

describe('carrier', () => {
  const flap = (program: Program): Alone =>
    acked(program)
      .run(20)
      .ask(30, { type: 'carrier', up: false })
      .ask(40, { type: 'carrier', up: true })
      .run(41.4);

  test.each<[Program, number]>([
    ['networkd', 0.01],
    ['generic', 0],
  ])('%s asks for what it had %d s after it is back', (program, after) => {
    const alone = flap(program);
    expect(alone.times('CarrierLost', 'CarrierFound')).toEqual([30, 40]);
    expectNear([alone.times('Rebooting')[0] ?? 0], [40 + after], 0.001);
    alone.hear(41.5, 'ACK').run(60);
    expect(alone.client).toMatchObject({ phase: 'bound', address: lan(10) });
    // The standard looks at the address again.
    expect(alone.times('Probing').length).toBe(program === 'networkd' ? 0 : 6);
  });

  test('dhcpcd takes as long as at its start', () => {
    const alone = flap('dhcpcd').run(44);
    within([alone.times('Rebooting')[0] ?? 0], 40.1, 42);
  });

  test.each<Program>(['dhclient', 'udhcpc'])('%s does not look', (program) => {
    expect(flap(program).times('CarrierLost', 'Rebooting')).toEqual([]);
  });

  test('lost twice or found while it is there is nothing; without it nothing is sent', () => {
    const alone = acked('networkd')
      .ask(30, { type: 'carrier', up: true })
      .ask(31, { type: 'carrier', up: false })
      .ask(32, { type: 'carrier', up: false })
      .run(3000);
    expect(alone.times('CarrierLost')).toEqual([31]);
    expect(alone.events.filter(({ at }) => at > 31)).toEqual([]);
  });

  test('lost for good does not make its patience endless', () => {
    const alone = new Alone('networkd', { patience: 60 * SECOND })
      .ask(1, { type: 'carrier', up: false })
      .run(100);
    // It began with its first word.
    expectNear(alone.times('PatienceOver'), [60.08], 0.001);
  });

  test('back before the first lease: a DISCOVER', () => {
    const alone = new Alone('networkd')
      .ask(1, { type: 'carrier', up: false })
      .ask(2, { type: 'carrier', up: true })
      .run(2.5);
    expect(alone.all('Discovering').at(-1)).toMatchObject({ event: { attempt: 1, requested: 0 } });
  });
});

describe('an orderly end', () => {
  const stopped = (program: Program, how: 'stop' | 'release' = 'stop') =>
    acked(program).run(20).ask(30, { type: how }).run(3700);

  test.each<[Program, boolean]>([
    ['networkd', true],
    ['dhclient', false],
    ['udhcpc', false],
    ['dhcpcd', false],
    ['generic', false],
  ])('%s releases its lease of its own accord: %s', (program, released) => {
    const alone = stopped(program);
    expect(alone.all('Stopped').map(({ event }) => event)).toMatchObject([{ released, address: lan(10) }]);
    expect(alone.events.filter(({ at }) => at > 30)).toEqual([]);
  });

  test.each<[Program, number]>([
    ['networkd', 0],
    ['dhclient', lan(1)],
    ['udhcpc', lan(1)],
    ['dhcpcd', lan(1)],
  ])('%s names in its RELEASE the server %d', (program, serverId) => {
    expect(stopped(program, 'release').all('Stopped')[0]?.event).toMatchObject({ released: true, serverId });
  });

  test('with nothing to release sends nothing', () => {
    const alone = new Alone('networkd').run(5).ask(6, { type: 'release' });
    expect(alone.all('Stopped')[0]?.event).toMatchObject({ released: false, address: -1 });
  });

  const again = (program: Program, how: 'stop' | 'release' | 'halt') => {
    const alone = acked(program).run(20).ask(30, { type: how });
    const start = { segment: 'lan', program, holder: 'machine/a', mac: macOf('a'), settings: {} } as const;
    return alone.ask(40, { type: 'start', ...start }).run(60);
  };

  test.each<[Program, 'stop' | 'release' | 'halt', boolean]>([
    ['dhclient', 'stop', true],
    ['dhclient', 'release', false],
    ['dhclient', 'halt', true],
    ['dhcpcd', 'stop', true],
    ['dhcpcd', 'halt', true],
    ['networkd', 'halt', false],
    ['udhcpc', 'halt', false],
  ])('%s after %s remembers its lease: %s', (program, how, remembers) => {
    expect(again(program, how).times('Rebooting').length > 0).toBe(remembers);
  });
});

test('what a client is called on the wire', () => {
  const idOf = (program: Program, settings: ClientSettings = {}) =>
    new Alone(program, settings).client.clientId;
  const bare = macOf('a').replaceAll(':', '');
  for (const program of ['udhcpc', 'dhcpcd', 'generic'] as const) expect(idOf(program)).toBe(`01${bare}`);
  expect(idOf('dhclient')).toBe('');
  // Option 61 of networkd: ff, four bytes of IAID, a DUID of type 2 with the number of systemd and eight bytes of the machine id.
  expect(idOf('networkd')).toMatch(/^ff[0-9a-f]{8}00020000ab11[0-9a-f]{16}$/);
  expect(idOf('networkd', { clientId: 'mac' })).toBe(`01${bare}`);
  expect(idOf('networkd', { clientId: 'none' })).toBe('');
});
