/** Where the addresses of a scope are: each is free, offered, leased or abandoned, whatever happens. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import { dhcp } from '../../src/models/dhcp/decide.ts';
import type { DhcpCommand, DhcpEvent } from '../../src/models/dhcp/events.ts';
import type { Scope } from '../../src/models/dhcp/state.ts';
import { ip, specify } from '../support/spec.ts';

const spec = specify(dhcp, 'dhcp/lan');

const [TEN, ELEVEN, TWELVE] = [ip('10.0.0.10'), ip('10.0.0.11'), ip('10.0.0.12')];
const settings = {
  segment: 'lan',
  enabled: true,
  first: TEN,
  last: ELEVEN,
  lease: HOUR,
  check: 'none',
} as const;
const configured: DhcpEvent = { type: 'Configured', ...settings };
const offered = (client: string, address: number): DhcpEvent => ({ type: 'Offered', client, address });
const granted = (client: string, address: number, until: number): DhcpEvent => ({
  type: 'Granted',
  client,
  address,
  until,
});
const discover = (client: string): DhcpCommand => ({ type: 'discover', client });

describe('bookkeeping', () => {
  test('a server that is stopped and started gives the addresses it had offered to others', () => {
    const one: DhcpEvent = { ...configured, last: TEN };
    spec
      .given(one, offered('a', TEN), { type: 'Stopped' }, { type: 'Started' })
      .when(discover('b'))
      .then(offered('b', TEN));
  });

  test('an offer to a client that has a lease leaves the lease alone when it lapses', () => {
    const one: DhcpEvent = { ...configured, last: TEN };
    spec
      .given(one, granted('a', TEN, HOUR), offered('a', TEN))
      .at(120 * SECOND)
      .given({ type: 'OfferLapsed', client: 'a', address: TEN })
      .when(discover('b'))
      .types('Silent');
  });

  test('an offer of another address to a client that has a lease lapses without freeing either for two', () => {
    const wide: DhcpEvent = { ...configured, first: ELEVEN, last: TWELVE };
    const state = spec
      .given(configured, granted('a', TEN, HOUR), wide, offered('a', ELEVEN))
      .when({ type: 'forget-offer', client: 'a' })
      .then({ type: 'OfferLapsed', client: 'a', address: ELEVEN })
      .state();
    expect([...state.freed]).toEqual([ELEVEN]);
    expect(state.leases.get('a')?.address).toBe(TEN);
  });

  test('a client that takes up one of two addresses frees the other', () => {
    const wide: DhcpEvent = { ...configured, last: TWELVE };
    const two = spec
      .given(configured, granted('a', TEN, HOUR), { ...configured, first: ELEVEN, last: TWELVE })
      .given(offered('a', ELEVEN), wide);
    expect(misplaced(two.given(granted('a', ELEVEN, HOUR)).state())).toEqual([]);
    expect(misplaced(two.given(granted('a', TEN, HOUR)).state())).toEqual([]);
  });

  /** Every address of the scope is in exactly one place. */
  function misplaced(scope: Readonly<Scope>): string[] {
    const found: string[] = [];
    for (let address = scope.first; address <= scope.last; address += 1) {
      const holders = [...scope.leases]
        .filter(([, lease]) => lease.address === address)
        .map(([client]) => client);
      const offers = [...scope.offers]
        .filter(([, offer]) => offer.address === address)
        .map(([client]) => client);
      const users = new Set([...holders, ...offers]);
      const free = address >= scope.fresh || scope.freed.has(address);
      if (users.size > 1) found.push(`${address} belongs to ${[...users]}`);
      if (users.size > 0 && free) found.push(`${address} is free and belongs to ${[...users]}`);
      if (users.size === 0 && !free && !scope.abandoned.has(address)) found.push(`${address} is lost`);
      if (free && scope.abandoned.has(address)) found.push(`${address} is free and abandoned`);
    }
    return found;
  }

  test.each([
    ['in one range', false],
    ['in a range that is moved', true],
  ])('whatever is asked in whatever order %s, no address is lost or belongs to two', (_, moved) => {
    const client = fc.constantFrom(...(moved ? ['a', 'b'] : ['a', 'b', 'c', 'd']));
    const address = fc.constantFrom(TEN, ELEVEN, TWELVE);
    const command: fc.Arbitrary<DhcpCommand> = fc.oneof(
      fc.record({ type: fc.constant('discover' as const), client }),
      fc.record({ type: fc.constant('request' as const), client, address }),
      fc.record({ type: fc.constant('release' as const), client }),
      fc.record({ type: fc.constant('expire' as const), client }),
      fc.record({ type: fc.constant('forget-offer' as const), client }),
      fc.record({ type: fc.constant('probed' as const), client, address, used: fc.boolean() }),
      fc.constantFrom<DhcpCommand>({ type: 'stop' }, { type: 'start' }),
    );
    const move = fc.record({
      type: fc.constant('move' as const),
      first: fc.constantFrom(TEN, ELEVEN),
      last: fc.constantFrom(ELEVEN, TWELVE),
    });
    const wait = fc.integer({ min: 0, max: HOUR });
    const steps = fc.array(
      fc.tuple(wait, fc.oneof({ weight: 4, arbitrary: command }, { weight: moved ? 1 : 0, arbitrary: move })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, fc.constantFrom('none' as const, 'ping' as const), (asked, check) => {
        const start = spec.given({ ...configured, last: TWELVE, check });
        let scene = moved ? start.given(granted('a', TEN, HOUR)) : start;
        let now = 0;
        for (const [wait, next] of asked) {
          now += wait;
          const asks: DhcpCommand =
            next.type === 'move' ? { ...settings, ...next, check, type: 'configure' } : next;
          scene = scene.at(now).when(asks).after;
          expect(misplaced(scene.state())).toEqual([]);
        }
      }),
      { numRuns: moved ? 300 : 150, seed: 20160524 },
    );
  });
});
