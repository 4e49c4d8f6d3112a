/** DHCP through the engine where messages do not get through as they are: ports, relays, slow and lossy lines (facts/dhcp.md 10, 11). */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { FLOWS } from '../../src/flows/index.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import type { ServerSettings } from '../../src/models/dhcp/events.ts';
import type { Server } from '../../src/models/dhcp/ledger.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import type { RelaySettings } from '../../src/models/relay/events.ts';
import type { Segment } from '../../src/models/segment/state.ts';
import {
  ask,
  client,
  expectNear,
  lan,
  misplaced,
  port,
  scopeOf,
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

describe('ports', () => {
  test('of the server down: nothing is answered until it is up again', () => {
    const run = runOf(
      60,
      wire(),
      server('s', 'kea'),
      port('dhcp/s', false, 0.5),
      client('a', 'networkd'),
      port('dhcp/s', true, 30),
    );
    expect(run.all('dhcp.Offered').length).toBeGreaterThan(0);
    for (const at of seconds(run.all('dhcp.Offered'))) expect(at).toBeGreaterThan(30);
    expect(bounds(run)).toHaveLength(1);
  });

  test('of the client down: it loses its carrier, and asks for the same address when it is back', () => {
    const run = runOf(
      60,
      wire(),
      server('s', 'kea'),
      client('a', 'networkd'),
      port('machine/a', false, 20),
      port('machine/a', true, 40),
    );
    expect(seconds(run.all('dhcp-client.CarrierLost'))).toEqual([20]);
    expectNear(seconds(run.all('dhcp-client.Rebooting')), [40.01], 0.001);
    expect(bounds(run).map(({ to }) => to)).toEqual(['.10', '.10']);
    expect(holders(run, 10)).toEqual(['machine/a']);
  });

  test('of the client down while the server goes: unconfirmed, its address is nobody’s any more', () => {
    const run = runOf(
      60,
      wire(),
      server('s', 'kea'),
      client('a', 'networkd'),
      port('machine/a', false, 20),
      ask('dhcp', 's', { type: 'stop' }, 30),
      port('machine/a', true, 40),
    );
    const [rebooting] = seconds(run.all('dhcp-client.Rebooting'));
    const given = run.all('segment.Released').find(({ event }) => event['address'] === lan(10));
    const [next] = run.all('dhcp-client.Discovering').filter(({ at }) => at / SECOND > (rebooting ?? 0));
    expect(given?.at).toBe(next?.at);
    expectNear([(next?.at ?? 0) / SECOND - (rebooting ?? 0)], [4], 1);
    expect(holders(run, 10)).toEqual([]);
  });

  test('of a squatter down: the check does not find it', () => {
    const run = runOf(
      20,
      wire(),
      squat(10),
      port('device/camera', false, 0.5),
      server('s', 'isc'),
      client('a', 'networkd'),
    );
    expect(bounds(run)).toMatchObject([{ to: '.10' }]);
  });
});

describe('a relay', () => {
  const core = ip('10.9.0.0');
  const base: RelaySettings = {
    near: 'lan',
    far: 'core',
    nearAddress: lan(254),
    farAddress: core + 254,
    servers: [core + 1],
    option82: false,
    delayToServer: 0,
    delayToClient: 0,
    losses: [],
    enabled: true,
  };
  const line = { ...base, nearAddress: 0, farAddress: 0, servers: [] };
  const relay = (settings: RelaySettings) => ask('relay', 'r', { type: 'declare', ...settings });
  /** A server on the far side that serves the near one. */
  const across = (software: Software, settings: ServerSettings = {}): readonly Ask[] => [
    wire(),
    wire('core', core),
    server('s', software, settings, {
      segment: 'core',
      addresses: [core + 1],
      network: core,
      router: core + 254,
      ranges: [],
    }),
    server('s', software, settings, { addresses: [core + 1] }),
  ];
  /** A line has the server's own scope on both sides. */
  const throughLine = (settings: Partial<RelaySettings>, software: Software = 'kea'): readonly Ask[] => [
    wire(),
    wire('core', core),
    relay({ ...line, ...settings }),
    server('s', software, { check: 'none' }, { segment: 'core' }),
  ];

  test.each<Software>(['kea', 'isc', 'dnsmasq'])(
    '%s: the scope is that of giaddr, and the client is on its own segment',
    (software) => {
      const run = runOf(20, ...across(software), relay(base), client('a', 'networkd'));
      const [offered] = run.all('dhcp.Offered');
      expect(offered?.event).toMatchObject({ giaddr: lan(254), to: lan(254) });
      expect(bounds(run)[0]?.to).toMatch(/^\.1[0-2]$/);
      expect(run.all('relay.Relayed').map(({ event }) => event['giaddr'])).toContain(lan(254));
      expect(run.last('segment.Claimed').entity).toBe('segment/lan');
    },
  );

  test.each<Software>(['isc', 'dnsmasq'])('%s pings an address of the far segment there', (software) => {
    const wish = { asksFor: lan(10), starts: [0, 0] as const };
    const found = runOf(20, ...across(software), relay(base), squat(10), client('a', 'networkd', 1, wish));
    expect(found.all('dhcp.Abandoned').map(({ event }) => event['address'])).toEqual([lan(10)]);
    expect(bounds(found)).toHaveLength(1);
    expect(bounds(found)[0]?.to).not.toBe('.10');
    const free = runOf(20, ...across(software), relay(base), client('a', 'networkd', 1, wish));
    expect(free.all('segment.Probed').map(({ entity }) => entity)).toEqual(['segment/lan']);
    expect(bounds(free)).toMatchObject([{ to: '.10' }]);
  });

  test('udhcpd, whose check is ARP, asks on its own segment and hears nobody of the far one', () => {
    const asks = [wire(), wire('core', core), relay(base), squat(10)];
    const far = server(
      's',
      'udhcpd',
      {},
      { segment: 'core', addresses: [core + 1], ranges: [lan(10), lan(10)] },
    );
    const run = runOf(20, ...asks, far, client('a', 'networkd'));
    expect(run.all('segment.Probed').map(({ entity }) => entity)).toEqual(['segment/core']);
    expect(bounds(run)).toMatchObject([{ to: '.10' }]);
  });

  test('a line has the address behind it: a check goes through', () => {
    const asks = [wire(), wire('core', core), relay(line), squat(10)];
    const run = runOf(
      20,
      ...asks,
      server('s', 'isc', {}, { segment: 'core' }),
      client('a', 'networkd', 1, { asksFor: lan(10) }),
    );
    expect(run.all('dhcp.Abandoned').map(({ event }) => event['address'])).toEqual([lan(10)]);
    expect(bounds(run)).toMatchObject([{ to: '.11' }]);
  });

  test('on the router relays a second copy of each renewal, which the server answers too', () => {
    const run = runOf(1000, ...across('kea', { lease: 600 * SECOND }), relay(base), client('a', 'udhcpc'));
    const renewals = run.all('dhcp-client.Renewing').length;
    expect(renewals).toBeGreaterThan(0);
    const copies = run
      .all('relay.Relayed')
      .filter(({ event }) => event['kind'] === 'REQUEST' && event['ciaddr'] !== 0);
    expect(copies.map(({ event }) => event['routed'])).toEqual(
      Array.from({ length: renewals * 2 }, (_, i) => i % 2 === 0),
    );
    expect(run.all('dhcp.Granted')).toHaveLength(1 + renewals * 2);
    expect(run.all('dhcp-client.Renewed')).toHaveLength(renewals);
  });

  test('that is renumbered asks from the new subnet, and hears what is meant for its new address', () => {
    const moved = {
      network: ip('10.0.1.0'),
      router: ip('10.0.1.254'),
      ranges: [ip('10.0.1.10'), ip('10.0.1.12')],
    };
    const run = runOf(
      60,
      ...across('kea'),
      relay(base),
      client('a', 'networkd'),
      ask('relay', 'r', { type: 'renumber', nearAddress: moved.router }, 20),
      ask('dhcp', 's', { type: 'configure', ...scopeOf('kea', {}, { ...moved, addresses: [core + 1] }) }, 20),
      client('b', 'networkd', 30),
    );
    expect([bounds(run, 'a')[0]?.to, bounds(run, 'b')[0]?.to]).toEqual(['.10', '10.0.1.10']);
    const { stations } = run.engine.world.stateOf('segment/lan') as Segment;
    expect(stations.get('relay/r')).toEqual([moved.router]);
  });

  test('that is stopped relays nothing; a server far away does not hear', () => {
    const run = runOf(
      60,
      ...across('kea'),
      relay(base),
      ask('relay', 'r', { type: 'stop' }, 0.5),
      client('a', 'networkd'),
    );
    expect(run.all('dhcp.Offered')).toEqual([]);
    expect(bounds(run)).toEqual([]);
  });

  test.each([
    [2, 4],
    [4, 8],
    [8, 16],
  ])('a line that is %d s slow on the way back: udhcpc is bound after %d s', (delay, after) => {
    const run = runOf(60, ...throughLine({ delayToClient: delay * SECOND }), client('a', 'udhcpc'));
    expectNear([(bounds(run)[0]?.at ?? 0) - 1.05], [after], 0.15);
  });

  test('one that is slower than a round of udhcpc: never bound, for each OFFER comes in the pause', () => {
    const run = runOf(300, ...throughLine({ delayToClient: 10 * SECOND }), client('a', 'udhcpc'));
    expect(run.all('relay.Delivered').length).toBeGreaterThan(5);
    expect(bounds(run)).toEqual([]);
  });

  test('a first OFFER that is lost costs one retransmission; all ACKs lost leave a lease without a user', () => {
    const late = runOf(
      60,
      ...throughLine({ losses: [{ kind: 'OFFER', which: [1] }] }),
      client('a', 'udhcpc'),
    );
    expectNear([(bounds(late)[0]?.at ?? 0) - 1.05], [3.02], 0.15);
    const which = Array.from({ length: 99 }, (_, i) => i + 1);
    const never = runOf(60, ...throughLine({ losses: [{ kind: 'ACK', which }] }), client('a', 'udhcpc'));
    expect(bounds(never)).toEqual([]);
    expect((never.engine.world.stateOf('dhcp/s') as Server).leases.size).toBe(1);
  });
});
