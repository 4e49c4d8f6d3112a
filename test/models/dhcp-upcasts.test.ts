/** Logs of version 1 of the DHCP models, which knew a client by its name and a server by its range: they fold into sensible states. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import type { AnyEvent, AnyModel, Upcast } from '../../src/kernel/model.ts';
import { dhcp } from '../../src/models/dhcp/decide.ts';
import type { Server } from '../../src/models/dhcp/ledger.ts';
import { dhcpUpcasts, dhcpVersions } from '../../src/models/dhcp/upcasts.ts';
import { dhcpClient } from '../../src/models/dhcp-client/decide.ts';
import type { DhcpClient } from '../../src/models/dhcp-client/state.ts';
import { dhcpClientUpcasts, dhcpClientVersions } from '../../src/models/dhcp-client/upcasts.ts';
import { lan } from '../support/dhcp.ts';
import { misfits } from '../support/spec.ts';

type Steps = Readonly<Record<string, readonly Upcast[]>>;

/** Folds old events, one a second, each brought up to date first. */
function fold<S>(of: unknown, steps: Steps, old: readonly AnyEvent[]): S {
  const model = of as AnyModel;
  const state = model.initial();
  old.forEach((event, seq) => {
    const current = (steps[event.type] ?? []).reduce((one, step) => step(one), event);
    expect(misfits(model.events as never, current)).toEqual([]);
    const stamp = { seq, at: seq * SECOND, cause: seq - 1, entity: 1 };
    model.evolve(state, current, stamp);
    model.react(current, state, stamp);
  });
  return state;
}

const server = (...old: AnyEvent[]): Server => fold(dhcp, dhcpUpcasts, old);
const client = (...old: AnyEvent[]): DhcpClient => fold(dhcpClient, dhcpClientUpcasts, old);

test.each<[string, Readonly<Record<string, number>>, Steps]>([
  ['dhcp', dhcpVersions, dhcpUpcasts],
  ['dhcp-client', dhcpClientVersions, dhcpClientUpcasts],
])('%s: there is a step for each version', (_, versions, steps) => {
  expect(Object.keys(steps).sort()).toEqual(Object.keys(versions).sort());
  for (const [type, version] of Object.entries(versions)) expect(steps[type]).toHaveLength(version - 1);
});

describe('a server', () => {
  const configured = {
    type: 'Configured',
    segment: 'lan',
    enabled: true,
    first: lan(10),
    last: lan(12),
    lease: HOUR,
    check: 'none',
  };
  const offered = (who: string, address: number) => ({ type: 'Offered', client: who, address });
  const granted = (who: string, address: number) => ({ type: 'Granted', client: who, address, until: HOUR });
  const refused = {
    type: 'Refused',
    client: 'c',
    address: lan(12),
    why: 'dhcp.not-available',
    words: 'requested address 10.0.0.12 not available',
    facts: [0],
  };
  const context = { at: HOUR, entity: 1, name: 'lan', cause: 0, next: 9, draw: () => 0.5 };

  test('serves its range', () => {
    const state = server(configured);
    expect(state).toMatchObject({ segment: 'lan', enabled: true, software: 'generic', switchedSeq: 0 });
    expect(state.settings).toEqual({ lease: HOUR, check: 'none' });
    expect(state.scopes.get('lan')?.pool.ranges).toEqual([lan(10), lan(12)]);
  });

  test('counts its leases and the most there were', () => {
    const state = server(configured, offered('a', lan(10)), granted('a', lan(10)), granted('b', lan(11)));
    expect(state.scopes.get('lan')).toMatchObject({ active: 2, peak: 2 });
  });

  test('has the leases that it granted, until they end', () => {
    const state = server(
      configured,
      offered('a', lan(10)),
      granted('a', lan(10)),
      granted('b', lan(11)),
      refused,
    );
    const leases = [...state.leases.values()].map(({ address, client: who, mac, state: how, until }) => [
      address,
      who,
      mac,
      how,
      until,
    ]);
    expect(leases).toEqual([
      [lan(10), 'a', 'a', 'active', HOUR],
      [lan(11), 'b', 'b', 'active', HOUR],
    ]);
    expect(state.offers.size).toBe(0);
    expect(dhcp.decide({ type: 'expire', address: lan(10) }, state, context)).toEqual([
      { type: 'Expired', client: 'a', address: lan(10) },
    ]);
    const after = server(configured, granted('a', lan(10)), {
      type: 'Expired',
      client: 'a',
      address: lan(10),
    });
    expect(after.leases.get(lan(10))?.state).toBe('ended');
  });

  test('a client that releases has a lease no more', () => {
    const state = server(configured, granted('a', lan(10)), {
      type: 'Released',
      client: 'a',
      address: lan(10),
    });
    expect([...state.leases.values()].filter((lease) => lease.state === 'active')).toEqual([]);
  });

  test('what was found in use is never offered again', () => {
    const state = server(
      { ...configured, check: 'ping' },
      { type: 'Checking', client: 'a', address: lan(10) },
      { type: 'Abandoned', client: 'a', address: lan(10) },
    );
    expect(state.withheld).toEqual(new Set([lan(10)]));
    expect(state.leases.get(lan(10))?.until).toBe(Number.MAX_SAFE_INTEGER);
    expect(state.offers.size).toBe(0);
  });

  test('goes on after a stop, a start, a silence and a lapsed offer', () => {
    const silent = { type: 'Silent', client: 'd', why: 'dhcp.scope-exhausted', words: 'none', facts: [0] };
    const lapsed = { type: 'OfferLapsed', client: 'a', address: lan(10) };
    const state = server(
      configured,
      offered('a', lan(10)),
      lapsed,
      silent,
      { type: 'Stopped' },
      { type: 'Started' },
    );
    expect(state).toMatchObject({ enabled: true, silentSeq: 3, switchedSeq: 5 });
    expect(state.offers.size).toBe(0);
  });
});

describe('a client', () => {
  const discovering = { type: 'Discovering', segment: 'lan', attempt: 1, wait: 4 * SECOND };
  const asked = { server: 'lan', address: lan(10) };
  const requesting = { type: 'Requesting', segment: 'lan', ...asked, attempt: 1, wait: 4 * SECOND };
  const bound = { type: 'Bound', segment: 'lan', ...asked, until: HOUR };

  test('that searched, asked and was bound', () => {
    expect(client(discovering)).toMatchObject({ phase: 'selecting', segment: 'lan', attempt: 1 });
    expect(client(discovering, requesting)).toMatchObject({ phase: 'requesting', address: lan(10) });
    const state = client(discovering, requesting, bound);
    expect(state).toMatchObject({ phase: 'bound', program: 'networkd', ...asked, until: HOUR });
  });

  test('that renewed, rebound and was given the lease again', () => {
    const renewing = { type: 'Renewing', segment: 'lan', ...asked, wait: SECOND };
    const rebinding = { type: 'Rebinding', segment: 'lan', address: lan(10), wait: SECOND };
    expect(client(discovering, requesting, bound, renewing)).toMatchObject({ phase: 'renewing', attempt: 1 });
    expect(client(discovering, requesting, bound, rebinding)).toMatchObject({ phase: 'rebinding' });
    const renewed = { type: 'Renewed', ...asked, until: 2 * HOUR };
    expect(client(discovering, requesting, bound, renewing, renewed)).toMatchObject({
      phase: 'bound',
      until: 2 * HOUR,
    });
  });

  test('that was refused, ran out, was stopped or halted has no address', () => {
    const words = 'lease of 10.0.0.10 expired';
    const expired = {
      type: 'Expired',
      segment: 'lan',
      address: lan(10),
      why: 'dhcp.lease-expired',
      words,
      facts: [2],
    };
    for (const [end, phase] of [
      [{ type: 'Refused', segment: 'lan', ...asked }, 'waiting'],
      [expired, 'waiting'],
      [{ type: 'Stopped', segment: 'lan', ...asked }, 'off'],
      [{ type: 'Stopped', segment: 'lan', server: '', address: -1 }, 'off'],
      [{ type: 'Halted' }, 'off'],
    ] as const)
      expect(client(discovering, requesting, bound, end)).toMatchObject({ phase, address: -1 });
  });
});
