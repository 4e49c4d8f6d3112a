/** Where the addresses of a scope are: each is free, offered, active or withheld, whatever happens in whatever order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { dhcp } from '../../src/models/dhcp/decide.ts';
import type { DhcpCommand, DhcpEvent } from '../../src/models/dhcp/events.ts';
import { emptyServer, profileOf, type Server } from '../../src/models/dhcp/ledger.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import {
  brief,
  decline,
  discover,
  lan,
  macOf,
  misplaced,
  rebind,
  reboot,
  release,
  renew,
  scopeOf,
  select,
  short,
} from '../support/dhcp.ts';
import { digest } from '../support/spec.ts';

const PRODUCTS: readonly Software[] = ['dnsmasq', 'kea', 'isc', 'udhcpd', 'windows', 'generic'];
type Step = readonly [wait: number, command: DhcpCommand];

/** Runs commands one after another; after each, every address has its place. Returns the server and its events. */
function runOf(steps: readonly Step[]): { server: Server; events: { at: number; event: DhcpEvent }[] } {
  const server = emptyServer();
  const events: { at: number; event: DhcpEvent }[] = [];
  let at = 0;
  for (const [wait, command] of steps) {
    at += wait;
    const context = {
      at,
      entity: 1,
      name: 'lan',
      cause: -1,
      next: events.length,
      draw: () => 0.5,
    };
    const decided = dhcp.decide(command, server, context);
    for (const event of decided) {
      dhcp.evolve(server, event, { seq: events.length, at, cause: -1, entity: 1 });
      events.push({ at, event });
      promised(server, event);
    }
    const told = () =>
      `${events.map((one) => `${one.at / SECOND} s ${brief(one.event)}${whose(one.event)}`).join('\n')}`;
    const wrong = misplaced(server);
    if (wrong.length > 0) throw new Error(`${wrong.join('; ')}\nafter ${JSON.stringify(command)}\n${told()}`);
  }
  return { server, events };
}

const whose = (event: DhcpEvent) =>
  'client' in event ? ` ${event.client} ${'clientId' in event ? event.clientId : ''}` : '';

/** An ACK is for the client that has the address from now on, within the pool or by reservation. */
function promised(server: Readonly<Server>, event: DhcpEvent): void {
  if (event.type !== 'Granted') return;
  if (event.how === 'reserved' && !profileOf(server).recordsReserved) return;
  const lease = server.leases.get(event.yiaddr);
  expect(lease).toMatchObject({ client: event.client, state: 'active', until: event.until });
}

/** The same events, read back from a log. */
function folded(events: readonly { at: number; event: DhcpEvent }[]): Server {
  const server = emptyServer();
  events.forEach(({ at, event }, seq) => {
    dhcp.evolve(server, structuredClone(event), { seq, at, cause: -1, entity: 1 });
  });
  return server;
}

const client = fc.constantFrom('a', 'b', 'c', 'd');
/** Of the pool, and now and then the network, the server, the router and the broadcast address. */
const n = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 10, max: 14 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 254, 255) },
);
const option61 = fc.constantFrom('', '', '', '01aa', '01bb');
const told = fc.record({ clientId: option61 });
const asked: fc.Arbitrary<DhcpCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(client, told).map(([who, id]) => discover(who, id)) },
  fc.tuple(client, n, told).map(([who, wish, id]) => discover(who, { requested: lan(wish), ...id })),
  { weight: 4, arbitrary: fc.tuple(client, n, told).map(([who, at, id]) => select(who, at, id)) },
  fc.tuple(client, n).map(([who, at]) => reboot(who, lan(at))),
  fc.tuple(client, n).map(([who, at]) => renew(who, lan(at))),
  fc.tuple(client, n).map(([who, at]) => rebind(who, lan(at))),
  fc.tuple(client, n).map(([who, at]) => release(who, at)),
  fc.tuple(client, n).map(([who, at]) => decline(who, at)),
  fc
    .tuple(fc.constantFrom('in-use', 'checked', 'lapse', 'expire', 'restore'), n)
    .map(([type, at]) => ({ type, address: lan(at) }) as DhcpCommand),
);
const switched = fc.constantFrom<DhcpCommand>({ type: 'stop' }, { type: 'start' });
const wait = fc.oneof(fc.constantFrom(0, SECOND, 3 * SECOND, MINUTE, HOUR), fc.nat(HOUR));
const check = fc.constantFrom('none' as const, 'ping' as const);

/** Sequences for a product that begin with its configuration; `more` are other commands among them. */
const sequences = (software: Software, more: readonly fc.Arbitrary<DhcpCommand>[]): fc.Arbitrary<Step[]> => {
  const others = more.map((arbitrary) => ({ weight: 2, arbitrary }));
  const step = fc.tuple(
    wait,
    fc.oneof({ weight: 16, arbitrary: asked }, { weight: 1, arbitrary: switched }, ...others),
  );
  return fc.tuple(check, fc.array(step, { maxLength: 60, size: 'max' })).map(([how, steps]) => {
    const first: DhcpCommand = {
      type: 'configure',
      ...scopeOf(software, { check: how, lease: HOUR, quarantine: HOUR }),
    };
    return [[0, first], ...steps];
  });
};

// fast-check prints the seed and the path of a failure; `fc.assert(..., { seed, path })` repeats it.
const RUNS = { numRuns: 250, seed: 20160524 };

const forget = fc.constant<DhcpCommand>({ type: 'forget-leases' });
const reserve = fc.tuple(client, n).map(
  ([who, at]): DhcpCommand => ({
    type: 'reserve',
    segment: 'lan',
    address: lan(at),
    mac: macOf(who),
    clientId: '',
  }),
);
const RANGES = [
  [10, 11],
  [11, 13],
  [10, 14],
  [14, 14],
  [10, 10, 12, 13],
  [0, 2, 12, 12],
  [10, 10, 253, 255],
];
const moved = (software: Software) =>
  fc.tuple(check, fc.constantFrom(...RANGES), fc.constantFrom(1, 2, 254)).map(
    ([how, ends, mostRecords]): DhcpCommand => ({
      type: 'configure',
      ...scopeOf(
        software,
        { check: how, lease: HOUR, quarantine: HOUR, mostRecords },
        { ranges: ends.map(lan) },
      ),
    }),
  );

const MOVES = {
  'what clients say and timers do': () => [],
  'a database that is lost': () => [forget],
  reservations: () => [reserve],
  'a pool that is moved': (software: Software) => [moved(software)],
  'all of that': (software: Software) => [forget, reserve, moved(software)],
} as const;

describe.each(PRODUCTS)('%s', (software) => {
  for (const [name, more] of Object.entries(MOVES))
    test(`${name}: no address is lost or belongs to two, and the events fold to the same`, () => {
      fc.assert(
        fc.property(sequences(software, more(software)), (steps) => {
          const { server, events } = runOf(steps);
          expect(digest(folded(events))).toBe(digest(server));
        }),
        RUNS,
      );
    });
});

describe('an address that is offered', () => {
  const start = (software: Software, first: number, last: number): Step => [
    0,
    { type: 'configure', ...scopeOf(software, { check: 'none' }, { ranges: [lan(first), lan(last)] }) },
  ];
  const now = (...commands: DhcpCommand[]): Step[] => commands.map((command) => [0, command]);
  const id = { clientId: '01bb' };
  /** What is offered to whom: by client id where there is one. */
  const offersOf = (server: Readonly<Server>) =>
    [...server.offers.values()].map(
      ({ address, client: who, clientId }) => `${short(address)} ${clientId || who}`,
    );

  test('stays offered when the database is lost', () => {
    const steps = now(discover('a'), select('a', 10), release('a', 10), discover('a'), {
      type: 'forget-leases',
    });
    const { server } = runOf([start('isc', 10, 10), ...steps, ...now(discover('b'))]);
    expect(server.leases.size).toBe(0);
    expect(offersOf(server)).toEqual(['.10 a']);
  });

  test('stays offered when the client that had it once takes another', () => {
    const a = now(discover('a'), select('a', 10), release('a', 10));
    const b = now(discover('b', { requested: lan(10) }));
    const { server } = runOf([start('generic', 10, 11), ...a, ...b, ...now(discover('a'), select('a', 11))]);
    expect(server.leases.get(lan(11))).toMatchObject({ client: 'a', state: 'active' });
    expect(offersOf(server)).toEqual(['.10 b']);
  });

  test('to one client id is not offered to another of the same hardware', () => {
    const first = now(
      discover('a'),
      select('a', 10),
      release('a', 10),
      discover('a', { ...id, requested: lan(10) }),
    );
    const { server, events } = runOf([
      start('generic', 10, 11),
      ...first,
      ...now(discover('a'), select('a', 10), discover('a', id)),
    ]);
    expect(events.slice(-3).map(({ event }) => brief(event))).toEqual([
      'OFFER .11',
      'NAK requested address not available',
      'OFFER .10',
    ]);
    expect(offersOf(server)).toEqual(['.10 01bb', '.11 a']);
  });
});

test('an address that was leased once and is reserved now stays reserved when the scope is set anew', () => {
  const first: DhcpCommand = { type: 'configure', ...scopeOf('kea', { lease: HOUR }) };
  const steps: Step[] = [
    [0, first],
    [0, discover('a')],
    [0, select('a', 10)],
    [HOUR, { type: 'expire', address: lan(10) }],
    [0, { type: 'reserve', segment: 'lan', address: lan(10), mac: macOf('b'), clientId: '' }],
    [0, first],
  ];
  runOf(steps);
});
