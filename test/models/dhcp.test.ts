import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { dhcp } from '../../src/models/dhcp/decide.ts';
import type { DhcpCommand, DhcpEvent } from '../../src/models/dhcp/events.ts';
import { ip, itself, specify } from '../support/spec.ts';

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
const pinging: DhcpEvent = { ...configured, check: 'ping' };
const offered = (client: string, address: number): DhcpEvent => ({ type: 'Offered', client, address });
const granted = (client: string, address: number, until: number): DhcpEvent => ({
  type: 'Granted',
  client,
  address,
  until,
});
const discover = (client: string): DhcpCommand => ({ type: 'discover', client });
const request = (client: string, address: number): DhcpCommand => ({ type: 'request', client, address });
const silent = (client: string, ...facts: number[]): DhcpEvent => ({
  type: 'Silent',
  client,
  why: 'dhcp.scope-exhausted',
  words: 'no free leases in 10.0.0.10-10.0.0.11',
  facts,
});

describe('the server', () => {
  test('is configured, stopped and started; a second time changes nothing', () => {
    spec
      .when({ type: 'configure', ...settings })
      .then(configured)
      .when({ type: 'start' })
      .then()
      .when({ type: 'stop' })
      .then({ type: 'Stopped' })
      .when({ type: 'stop' })
      .then()
      .when({ type: 'start' })
      .then({ type: 'Started' });
  });

  test('hears nothing while it is off: no offer, no refusal', () => {
    const off = spec.given(configured, { type: 'Stopped' });
    off.when(discover('a')).then();
    off.when(request('a', TEN)).then();
    off.when({ type: 'probed', client: 'a', address: TEN, used: false }).then();
  });

  test('keeps its leases while it is off', () => {
    const state = spec.given(configured, granted('a', TEN, HOUR), { type: 'Stopped' }).state();
    expect(state.leases.get('a')).toEqual({ address: TEN, until: HOUR });
  });
});

describe('which address is offered (dhcp.md section 5, ISC)', () => {
  test('the lowest that was never used', () => {
    spec
      .given(configured)
      .when(discover('a'))
      .then(offered('a', TEN))
      .when(discover('b'))
      .then(offered('b', ELEVEN));
  });

  test('the same again to a client that asks again', () => {
    spec.given(configured, offered('a', TEN)).when(discover('a')).then(offered('a', TEN));
    spec
      .given(configured, granted('a', TEN, HOUR))
      .when(discover('a'))
      .then(offered('a', TEN));
  });

  test('then the one that was freed longest ago', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), granted('b', ELEVEN, HOUR))
      .given({ type: 'Released', client: 'b', address: ELEVEN })
      .given({ type: 'Released', client: 'a', address: TEN })
      .when(discover('c'))
      .then(offered('c', ELEVEN));
  });

  test('a returning client gets what it had while nobody took it', () => {
    const back = spec
      .given(configured, granted('a', TEN, HOUR), granted('b', ELEVEN, HOUR))
      .given({ type: 'Released', client: 'b', address: ELEVEN })
      .given({ type: 'Released', client: 'a', address: TEN });
    back.when(discover('a')).then(offered('a', TEN));
    back
      .given(granted('c', ELEVEN, HOUR))
      .when(discover('b'))
      .then(offered('b', TEN));
  });

  test('none when all are taken: silence, which rests on the configuration (section 6)', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), offered('b', ELEVEN))
      .when(discover('c'))
      .then(silent('c', 0));
  });

  test('an offer is held for 120 s, then its address is free again', () => {
    const hold = { type: 'forget-offer', client: 'a' } as const;
    spec
      .given(configured, offered('a', TEN))
      .asks(itself(120 * SECOND, hold, 'offer a'))
      .at(120 * SECOND)
      .when(hold)
      .then({ type: 'OfferLapsed', client: 'a', address: TEN })
      .given(offered('b', ELEVEN))
      .when(discover('c'))
      .then(offered('c', TEN));
  });

  test('an offer that was taken up does not lapse', () => {
    spec
      .given(configured, offered('a', TEN), granted('a', TEN, HOUR))
      .when({ type: 'forget-offer', client: 'a' })
      .then();
  });
});

describe('a request', () => {
  test('for what was offered is granted for the time of the lease, and the lease ends by itself', () => {
    spec
      .given(configured, offered('a', TEN))
      .at(SECOND)
      .when(request('a', TEN))
      .then(granted('a', TEN, SECOND + HOUR))
      .asks(
        itself(NEVER, { type: 'forget-offer', client: 'a' }, 'offer a'),
        itself(HOUR, { type: 'expire', client: 'a' }, 'lease a'),
      )
      .at(SECOND + HOUR)
      .when({ type: 'expire', client: 'a' })
      .then({ type: 'Expired', client: 'a', address: TEN });
  });

  test('of the holder renews, also in an exhausted scope', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), granted('b', ELEVEN, HOUR))
      .at(HOUR / 2)
      .when(request('a', TEN))
      .then(granted('a', TEN, HOUR / 2 + HOUR));
  });

  test.each([
    ['outside the scope', ip('10.0.9.9'), '10.0.9.9'],
    ['that was offered to another', TEN, '10.0.0.10'],
    ['that was offered to nobody', ELEVEN, '10.0.0.11'],
  ])('for an address %s is refused', (_, address, quad) => {
    spec
      .given(configured, offered('a', TEN))
      .when(request('b', address))
      .then({
        type: 'Refused',
        client: 'b',
        address,
        why: 'dhcp.not-available',
        words: `requested address ${quad} not available`,
        facts: [0],
      });
  });

  test('that was renewed outlives its first timer', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), granted('a', TEN, 2 * HOUR))
      .at(HOUR)
      .when({ type: 'expire', client: 'a' })
      .then();
  });

  test('that was released stops its timer and frees the address', () => {
    spec
      .given(configured, granted('a', TEN, HOUR))
      .when({ type: 'release', client: 'a' })
      .then({ type: 'Released', client: 'a', address: TEN })
      .asks(itself(NEVER, { type: 'expire', client: 'a' }, 'lease a'))
      .when({ type: 'release', client: 'a' })
      .then();
  });

  test('keeps the highest number of leases at once', () => {
    const state = spec
      .given(configured, granted('a', TEN, HOUR), granted('b', ELEVEN, HOUR))
      .given({ type: 'Expired', client: 'a', address: TEN })
      .state();
    expect([state.leases.size, state.peak]).toEqual([1, 2]);
  });
});

describe('the ping check (7.1)', () => {
  const checking: DhcpEvent = { type: 'Checking', client: 'a', address: TEN };
  const probed = (used: boolean): DhcpCommand => ({ type: 'probed', client: 'a', address: TEN, used });

  test('comes before an offer of a new address, once', () => {
    spec.given(pinging).when(discover('a')).then(checking).when(discover('a')).then();
  });

  test('is left out for an address that the client has or was offered', () => {
    spec
      .given(pinging, granted('a', TEN, HOUR))
      .when(discover('a'))
      .then(offered('a', TEN));
    spec.given(pinging, checking, offered('a', TEN)).when(discover('a')).then(offered('a', TEN));
  });

  test('leads to the offer when nobody answers', () => {
    spec.given(pinging, checking).when(probed(false)).then(offered('a', TEN)).when(probed(false)).then();
  });

  test('marks an address that answers and looks at the next one at once', () => {
    spec
      .given(pinging, checking)
      .when(probed(true))
      .then({ type: 'Abandoned', address: TEN, client: 'a' })
      .asks(itself(0, discover('a')))
      .when(discover('a'))
      .then({ type: 'Checking', client: 'a', address: ELEVEN });
  });

  test('of a scope in which every address answers ends in silence', () => {
    spec
      .given(pinging, checking, { type: 'Abandoned', address: TEN, client: 'a' })
      .given({ type: 'Checking', client: 'a', address: ELEVEN })
      .given({ type: 'Abandoned', address: ELEVEN, client: 'a' })
      .when(discover('a'))
      .then(silent('a', 0));
  });
});

describe('a scope that is moved while it serves', () => {
  const moved: DhcpEvent = { ...configured, first: ELEVEN, last: TWELVE };

  test('leaves out what is leased inside the new range', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), granted('b', ELEVEN, HOUR), moved)
      .when(discover('c'))
      .then(offered('c', TWELVE));
  });

  test('refuses the renewal of an address that is now outside', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), moved)
      .when(request('a', TEN))
      .types('Refused');
  });

  test('offers a client whose lease is now outside another address, or it would be refused for ever', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), moved)
      .when(discover('a'))
      .then(offered('a', ELEVEN));
  });

  test('does not offer a held address outside the new range to its client, and frees it for nobody', () => {
    const held = spec.given(configured, granted('a', TEN, HOUR), moved);
    held.when(discover('a')).then(offered('a', ELEVEN)).when(request('a', TEN)).types('Refused');
    const freed = held.given({ type: 'Released', client: 'a', address: TEN });
    expect([...freed.state().freed]).toEqual([]);
    freed
      .given(offered('b', ELEVEN), offered('c', TWELVE))
      .when(discover('d'))
      .then({
        ...silent('d', 2),
        words: 'no free leases in 10.0.0.11-10.0.0.12',
      } as DhcpEvent);
  });

  const outside = spec.given(configured, granted('a', TEN, HOUR), moved, offered('a', ELEVEN));

  test('grants a client whose lease is now outside what it was offered instead, for the old lease', () => {
    const after = outside.when(request('a', ELEVEN)).then(granted('a', ELEVEN, HOUR));
    expect([...after.state().leases]).toEqual([['a', { address: ELEVEN, until: HOUR }]]);
  });

  test('offers a client whose lease is now outside the same again: asking uses nothing up', () => {
    outside.when(discover('a')).then(offered('a', ELEVEN)).when(discover('b')).then(offered('b', TWELVE));
  });

  test('keeps an offer that is inside the new range for its client', () => {
    spec
      .given(configured, offered('a', TEN), offered('b', ELEVEN), moved)
      .when(discover('c'))
      .then(offered('c', TWELVE))
      .when(request('b', ELEVEN))
      .types('Granted');
  });

  test('does not lower its fresh addresses when it is configured anew in the same range', () => {
    spec
      .given(configured, granted('a', TEN, HOUR), { ...configured, lease: 2 * HOUR })
      .when(discover('b'))
      .then(offered('b', ELEVEN));
  });

  test('does not offer what was found in use before all below it were taken either', () => {
    const narrow: DhcpEvent = { ...pinging, first: ELEVEN, last: TWELVE };
    spec
      .given(pinging, { type: 'Checking', client: 'a', address: TEN })
      .given(
        { type: 'Abandoned', address: TEN, client: 'a' },
        { type: 'Checking', client: 'a', address: ELEVEN },
      )
      .given(offered('a', ELEVEN), narrow, { ...pinging, last: TWELVE })
      .when(discover('b'))
      .then({ type: 'Checking', client: 'b', address: TWELVE });
  });

  test('does not offer what was found in use', () => {
    const wider: DhcpEvent = { ...pinging, last: TWELVE };
    spec
      .given(pinging, { type: 'Checking', client: 'a', address: TEN })
      .given({ type: 'Abandoned', address: TEN, client: 'a' }, wider)
      .when(discover('b'))
      .then({ type: 'Checking', client: 'b', address: ELEVEN });
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      configure: true,
      start: true,
      stop: true,
      discover: true,
      request: true,
      release: true,
      probed: true,
      expire: true,
      'forget-offer': true,
    },
    { 'dhcp.scope-exhausted': true, 'dhcp.not-available': true },
  ));
