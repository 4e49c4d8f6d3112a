/** DHCP through the engine: clients, servers and machines that use addresses, on one wire (facts/dhcp.md 7, 9). */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { FLOWS } from '../../src/flows/index.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import type { ServerSettings } from '../../src/models/dhcp/events.ts';
import type { Server } from '../../src/models/dhcp/ledger.ts';
import { hashOf, type Software } from '../../src/models/dhcp/profile.ts';
import type { ClientSettings } from '../../src/models/dhcp-client/events.ts';
import type { Program } from '../../src/models/dhcp-client/profile.ts';
import type { DhcpClient } from '../../src/models/dhcp-client/state.ts';
import type { Segment } from '../../src/models/segment/state.ts';
import {
  ask,
  client,
  expectNear,
  lan,
  macOf,
  misplaced,
  server,
  short,
  squat,
  wire,
} from '../support/dhcp.ts';
import { ip } from '../support/spec.ts';
import { ALL_MODELS, type Rehearsal, runAll } from '../support/world.ts';

function runOf(seconds: number, ...asks: readonly Ask[]): Rehearsal {
  const run = runAll(ALL_MODELS, FLOWS, asks, { until: seconds * SECOND });
  for (const [, state] of run.engine.world.each('dhcp')) expect(misplaced(state as Server)).toEqual([]);
  return run;
}

const clientOf = (run: Rehearsal, name = 'a') =>
  run.engine.world.stateOf(`dhcp-client/${name}`) as DhcpClient;
const seconds = (events: readonly Replayed[]) => events.map(({ at }) => at / SECOND);
/** When a client was bound, and to what by whom. */
const bounds = (run: Rehearsal, name = 'a') =>
  run
    .all('dhcp-client.Bound')
    .filter(({ entity }) => entity === `dhcp-client/${name}`)
    .map(({ at, event }) => ({
      at: at / SECOND,
      to: short(event['address'] as number),
      by: event['server'],
    }));
const holders = (run: Rehearsal, n: number, segment = 'lan') =>
  ((run.engine.world.stateOf(`segment/${segment}`) as Segment).claims.get(lan(n)) ?? []).map(
    ({ holder }) => holder,
  );

describe('DISCOVER, OFFER, REQUEST, ACK', () => {
  test('takes the time of the wire and of both programs', () => {
    const run = runOf(10, wire(), server('s', 'kea'), client('a', 'dhclient'));
    const said = [
      'dhcp-client.Discovering',
      'dhcp.Offered',
      'dhcp-client.Requesting',
      'dhcp.Granted',
      'dhcp-client.Bound',
    ];
    const at = said.map((kind) => run.last(kind).at - 1.07 * SECOND);
    // 20 us each way; Kea thinks 780 us and dhclient 500 us.
    expect(at).toEqual([0, 800, 1320, 2120, 2640]);
    expect(holders(run, 10)).toEqual(['machine/a']);
    expect(run.last('segment.Claimed').event).toMatchObject({ how: 'lease', address: lan(10) });
  });

  test('of dnsmasq and udhcpc: its 3 s meet the other’s 3 s, so there are two of the first two', () => {
    const run = runOf(10, wire(), server('s', 'dnsmasq'), client('a', 'udhcpc'));
    expect([run.all('dhcp-client.Discovering').length, run.all('dhcp.Offered').length]).toEqual([2, 2]);
    expectNear([bounds(run)[0]?.at ?? 0], [4.1], 0.1);
  });

  test.each<[Software, number]>([
    ['kea', 0],
    ['dnsmasq', 3],
    ['isc', 1],
    ['udhcpd', 2],
    ['generic', 0],
    ['windows', 0],
  ])('%s offers after its check of %d s', (software, check) => {
    const run = runOf(10, wire(), server('s', software), client('a', 'networkd'));
    expectNear([(run.all('dhcp.Offered')[0]?.at ?? 0) / SECOND - 1.08], [check], 0.05);
    expect(bounds(run)).toHaveLength(1);
  });

  test('a claim rests on what switched the server last', () => {
    const run = runOf(
      10,
      wire(),
      server('s', 'kea', {}, { enabled: false }),
      ask('dhcp', 's', { type: 'start' }, 0.5),
      client('a', 'networkd'),
    );
    expect(run.paths(run.last('segment.Claimed'))).toEqual(['dhcp.s']);
    expect(run.last('segment.Claimed').event['facts']).toEqual([run.last('dhcp.Started').seq]);
  });

  test('nobody serves: nothing but DISCOVERs', () => {
    const run = runOf(100, wire(), client('a', 'networkd'));
    expect(
      new Set(run.events.filter(({ entity }) => entity === 'dhcp-client/a').map(({ event }) => event.type)),
    ).toEqual(new Set(['Started', 'Discovering']));
  });
});

describe('two servers', () => {
  const other = { addresses: [lan(2)], ranges: [lan(20), lan(22)] };

  test('the first offer wins; the other forgets', () => {
    const run = runOf(
      10,
      wire(),
      server('slow', 'isc'),
      server('fast', 'kea', {}, other),
      client('a', 'udhcpc'),
    );
    expect(bounds(run)).toMatchObject([{ to: '.20', by: 'fast' }]);
    expect(run.all('dhcp.Granted')).toHaveLength(1);
    // The offer of the one that looked first comes a second late and is not heard.
    expect(run.all('dhcp.Offered').map(({ entity }) => entity)).toEqual(['dhcp/fast', 'dhcp/slow']);
  });

  test('a rogue without a check wins against one with a check, and the client is in the wrong network', () => {
    const rogue = {
      addresses: [ip('10.66.0.1')],
      network: ip('10.66.0.0'),
      router: ip('10.66.0.1'),
      ranges: [ip('10.66.0.5'), ip('10.66.0.9')],
    };
    const run = runOf(
      10,
      wire(),
      server('lan', 'isc'),
      server('rogue', 'generic', {}, rogue),
      client('a', 'networkd'),
    );
    expect(bounds(run)).toMatchObject([{ to: '10.66.0.5', by: 'rogue' }]);
  });

  test('an authoritative dnsmasq refuses every REQUEST for another; its check makes it too late to hurt', () => {
    const run = runOf(
      10,
      wire(),
      server('d', 'dnsmasq', { authoritative: true }),
      server('k', 'kea', {}, other),
      client('a', 'udhcpc'),
    );
    expect(bounds(run)).toMatchObject([{ by: 'k' }]);
    const [nak] = run.all('dhcp.Refused');
    expect(nak).toMatchObject({ entity: 'dhcp/d', event: { words: 'wrong server-ID' } });
    expectNear([(nak?.at ?? 0) / SECOND], [4.05], 0.1);
    expect(clientOf(run).phase).toBe('bound');
    expect(run.all('dhcp-client.Refused')).toEqual([]);
  });

  test('isc grants what was asked of another, if it can: two servers hold the lease', () => {
    const run = runOf(
      10,
      wire(),
      server('k', 'kea'),
      server(
        'i',
        'isc',
        { check: 'none', thinks: 5000 },
        { addresses: [lan(2)], ranges: [lan(10), lan(12)] },
      ),
      client('a', 'udhcpc'),
    );
    expect(
      run
        .all('dhcp.Granted')
        .map(({ entity }) => entity)
        .sort(),
    ).toEqual(['dhcp/i', 'dhcp/k']);
    expect(bounds(run)).toHaveLength(1);
  });

  test('kea with two addresses answers a broadcast twice, with two addresses', () => {
    const run = runOf(
      10,
      wire(),
      server('k', 'kea', {}, { addresses: [lan(1), lan(2)] }),
      client('a', 'udhcpc'),
    );
    expect(run.all('dhcp.Offered').map(({ event }) => short(event['yiaddr'] as number))).toEqual([
      '.10',
      '.11',
    ]);
  });
});

describe('a machine that has an address of the scope by hand', () => {
  const found = (
    software: Software,
    program: Program,
    settings: ServerSettings = {},
    more: ClientSettings = {},
  ) =>
    runOf(
      60,
      wire(),
      squat(10),
      server('s', software, settings, { ranges: [lan(10), lan(11)] }),
      client('a', program, 1, { starts: [0, 0], asksFor: lan(10), ...more }),
    );

  test('dnsmasq: the next address, offered after 3 s', () => {
    const run = found('dnsmasq', 'networkd');
    const [bound] = bounds(run);
    expect(bound?.to).toBe('.11');
    expectNear([(bound?.at ?? 0) - 1], [3.01], 0.02);
    expect(holders(run, 10)).toEqual(['device/camera']);
    expect(run.all('segment.Duplicated')).toEqual([]);
  });

  test('udhcpd: the next address after 2 s, if it is the one that its hash points at', () => {
    const first = 10 + (hashOf(macOf('a'), true) % 2);
    const run = runOf(
      60,
      wire(),
      squat(first),
      server('s', 'udhcpd', {}, { ranges: [lan(10), lan(11)] }),
      client('a', 'networkd', 1, { starts: [0, 0] }),
    );
    expect(bounds(run)).toMatchObject([{ to: `.${21 - first}` }]);
    expectNear([(bounds(run)[0]?.at ?? 0) - 1], [2.02], 0.05);
    expect(run.all('segment.Duplicated')).toEqual([]);
  });

  test('isc and dhclient: the next address a second after the next DISCOVER', () => {
    const run = found('isc', 'dhclient');
    const [, second] = seconds(run.all('dhcp-client.Discovering'));
    expect(bounds(run)).toMatchObject([{ to: '.11' }]);
    expectNear([(bounds(run)[0]?.at ?? 0) - (second ?? 0)], [1], 0.01);
    expect(run.all('dhcp.Abandoned').map(({ event }) => event['address'])).toEqual([lan(10)]);
  });

  test.each<[Software, ServerSettings, Program]>([
    ['kea', {}, 'networkd'],
    ['kea', {}, 'udhcpc'],
    ['windows', {}, 'networkd'],
    ['generic', {}, 'networkd'],
    ['isc', { check: 'none' }, 'dhclient'],
    ['dnsmasq', { check: 'none' }, 'udhcpc'],
  ])('%s with %j and %s: nobody looks, and both use it', (software, settings, program) => {
    const run = found(software, program, settings);
    expect(bounds(run)).toMatchObject([{ to: '.10' }]);
    expect(run.all('segment.Duplicated').map(({ event }) => event['holders'])).toEqual([
      ['device/camera', 'machine/a'],
    ]);
  });

  /** Two on one address, a lease of two minutes, an hour: how often the client asked in vain, and whether it lost its address. */
  function shared(software: Software) {
    const run = runOf(
      3600,
      wire(),
      squat(10),
      server('s', software, { check: 'none', lease: 120 * SECOND }, { ranges: [lan(10), lan(11)] }),
      client('a', 'networkd', 1, { starts: [0, 0], asksFor: lan(10) }),
    );
    const count = (kind: string) => run.all(`dhcp-client.${kind}`).length;
    return { run, vain: count('Renewing') + count('Rebinding') - count('Renewed') };
  }

  test('the address flaps every 15 to 45 s between the two', () => {
    const { run } = shared('kea');
    const flaps = run.all('segment.Flapped');
    expect(flaps.length).toBeGreaterThan(80);
    for (const [i, { at, event }] of flaps.entries()) {
      expect(event['holder']).toBe(i % 2 === 0 ? 'machine/a' : 'device/camera');
      if (i > 0) expect(at - (flaps[i - 1]?.at ?? 0)).toBe(flaps[i - 1]?.event['lasts']);
    }
  });

  test('a server that looks for its neighbour answers the wrong one now and then, and the lease may run out', () => {
    const { run, vain } = shared('isc');
    expect(vain).toBeGreaterThan(3);
    const duplicates = run.all('segment.Duplicated').map(({ seq }) => seq);
    for (const { seq, event } of run.all('dhcp-client.Expired'))
      expect(event['facts']).toContain(duplicates.findLast((duplicate) => duplicate < seq));
  });

  test.each<[Software]>([['kea'], ['udhcpd']])(
    '%s writes to the hardware address that asked, and no answer goes astray',
    (software) => {
      const { run, vain } = shared(software);
      expect(vain).toBe(0);
      expect(run.all('dhcp-client.Renewed').length).toBeGreaterThan(40);
    },
  );

  test.each<[Software]>([['kea'], ['generic']])(
    '%s and dhcpcd: declined at once, another address a second later',
    (software) => {
      const run = found(software, 'dhcpcd');
      expect(run.all('dhcp.Declined').map(({ event }) => event['heeded'])).toEqual([true]);
      const [declined] = seconds(run.all('dhcp-client.Declined'));
      expectNear([(declined ?? 0) - 1], [0.03], 0.03);
      expect(bounds(run)).toMatchObject([{ to: '.11' }]);
      expect(run.all('segment.Duplicated')).toEqual([]);
    },
  );

  test('windows with its check on: as a BAD_ADDRESS, which it gives to nobody for an hour', () => {
    const run = found('windows', 'networkd', { check: 'ping' });
    expect(bounds(run)).toMatchObject([{ to: '.11' }]);
    expect((run.engine.world.stateOf('dhcp/s') as Server).withheld).toEqual(new Set([lan(10)]));
  });

  test('one that comes later: dhcpcd answers its announcement, and both keep the address', () => {
    const announce = ask(
      'segment',
      'lan',
      { type: 'announce', address: lan(10), holder: 'device/camera' },
      31,
    );
    const run = runOf(60, wire(), server('s', 'kea'), client('a', 'dhcpcd'), squat(10, 30), announce);
    expect(run.all('dhcp-client.Announcing').at(-1)?.event).toMatchObject({ n: 0 });
    expect(run.all('segment.Duplicated')).toHaveLength(1);
    expect(clientOf(run).phase).toBe('bound');
  });
});

describe('a lease', () => {
  test('is renewed by itself for as long as there is a server', () => {
    const run = runOf(3600, wire(), server('s', 'kea', { lease: 600 * SECOND }), client('a', 'networkd'));
    expect(run.all('dhcp-client.Renewed').length).toBeGreaterThanOrEqual(11);
    expect(run.all('dhcp.Expired')).toEqual([]);
  });

  test('that is not renewed ends at both, and the address is nobody’s', () => {
    const stop = ask('dhcp', 's', { type: 'stop' }, 100);
    const start = ask('dhcp', 's', { type: 'start' }, 1000);
    const run = runOf(
      900,
      wire(),
      server('s', 'kea', { lease: 600 * SECOND }),
      client('a', 'networkd'),
      stop,
    );
    expect(run.all('dhcp-client.Expired')).toHaveLength(1);
    expect(holders(run, 10)).toEqual([]);
    const again = runOf(
      1100,
      wire(),
      server('s', 'kea', { lease: 600 * SECOND }),
      client('a', 'networkd'),
      stop,
      start,
    );
    expect(again.all('dhcp.Expired')).toHaveLength(1);
    expect(bounds(again).at(-1)?.to).toBe('.10');
  });

  test('that is released is free at once; one of networkd is not, at dnsmasq', () => {
    const stop = ask('dhcp-client', 'a', { type: 'stop' }, 20);
    const of = (software: Software) =>
      runOf(30, wire(), server('s', software), client('a', 'networkd'), stop);
    expect(of('kea').all('dhcp.Released')).toHaveLength(1);
    expect(of('dnsmasq').all('dhcp.Released')).toHaveLength(0);
    for (const software of ['kea', 'dnsmasq'] as const) {
      const { claims } = of(software).engine.world.stateOf('segment/lan') as Segment;
      expect([...claims.values()].flat().map(({ holder }) => holder)).toEqual(['device/gateway']);
    }
  });

  test('of a machine that is gone without a word runs out at the server', () => {
    const halt = ask('dhcp-client', 'a', { type: 'halt' }, 20);
    const run = runOf(
      700,
      wire(),
      server('s', 'kea', { lease: 600 * SECOND }),
      client('a', 'networkd'),
      halt,
    );
    expect(run.all('dhcp.Released')).toEqual([]);
    expect(run.all('dhcp.Expired')).toHaveLength(1);
    expect(holders(run, 10)).toEqual([]);
  });

  test('one place for two: the second has it when the first gives it back, at its next DISCOVER', () => {
    const run = runOf(
      200,
      wire(),
      server('s', 'kea', {}, { ranges: [lan(10), lan(10)] }),
      client('a', 'networkd'),
      client('b', 'networkd', 2),
      ask('dhcp-client', 'a', { type: 'stop' }, 60),
    );
    expect(run.all('dhcp.Silent').length).toBeGreaterThan(3);
    const next = seconds(
      run.all('dhcp-client.Discovering').filter(({ entity }) => entity === 'dhcp-client/b'),
    ).find((at) => at > 60);
    expectNear([bounds(run, 'b')[0]?.at ?? 0], [next ?? 0], 0.01);
  });
});
