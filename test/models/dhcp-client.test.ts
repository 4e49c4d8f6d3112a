/** A DHCP client command by command; its programs and their times are in the files beside this one. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { dhcpClient } from '../../src/models/dhcp-client/decide.ts';
import type { ClientStart, DhcpClientCommand, DhcpClientEvent } from '../../src/models/dhcp-client/events.ts';
import { lan, macOf, replyOf } from '../support/dhcp.ts';
import { itself, specify } from '../support/spec.ts';

const spec = specify(dhcpClient, 'dhcp-client/a').draws({ retry: 0.5, timer: 0.5, probe: 0.5, xid: 0.25 });
const shown = specify(dhcpClient, 'dhcp-client/a');
const XID = 2 ** 30;

const start: ClientStart = {
  segment: 'lan',
  program: 'networkd',
  holder: 'vm/a',
  mac: macOf('a'),
  settings: {},
};
/** Without a setting, networkd's client id is made of the machine, here of its hardware address. */
const DUID = `ff${macOf('a').replaceAll(':', '').slice(4)}00020000ab11${macOf('a').replaceAll(':', '')}0000`;
const started = (more: Partial<ClientStart> = {}, clientId = '', wait = 0): DhcpClientEvent => ({
  type: 'Started',
  ...start,
  ...more,
  clientId,
  wait,
});
const asking = { segment: 'lan', attempt: 1, xid: XID, secs: 1, interval: 0, wait: 4 * SECOND };
const discovering = (more = {}): DhcpClientEvent => ({
  type: 'Discovering',
  requested: 0,
  ...asking,
  ...more,
});
const from = { server: 's', serverId: lan(1), address: lan(10) };
const requesting = (more = {}): DhcpClientEvent => ({ type: 'Requesting', ...from, ...asking, ...more });
const times = { until: HOUR, t1: HOUR / 2, t2: HOUR * 0.875 };
const bound: DhcpClientEvent = { type: 'Bound', segment: 'lan', ...from, ...times };
const leased: DhcpClientEvent = { type: 'Leased', segment: 'lan', ...from, ...times, wait: 0 };
const hear = (kind: 'OFFER' | 'ACK' | 'NAK', more = {}): DhcpClientCommand => ({
  type: 'hear',
  reply: replyOf(kind, { xid: XID, ...more }),
});
const ALL = ['step', 'renew', 'rebind', 'expire', 'announce', 'local', 'patience'] as const;
const withdrawn = (...keys: readonly (typeof ALL)[number][]) =>
  keys.map((key) => itself(NEVER, { type: key }, key));

describe('from start to lease', () => {
  test('a program is up, asks, takes the first offer, is bound', () => {
    spec
      .when({ type: 'start', ...start })
      .then(started({}, DUID, 0.08 * SECOND))
      .asks(itself(0.08 * SECOND, { type: 'step' }, 'step'))
      .when({ type: 'start', ...start })
      .then()
      .when({ type: 'step' })
      .then(discovering())
      .asks(itself(4 * SECOND, { type: 'step' }, 'step'))
      .when(hear('OFFER'))
      .then(requesting())
      .asks(itself(4 * SECOND, { type: 'step' }, 'step'))
      .when(hear('OFFER', { server: 'rogue', yiaddr: lan(66) }))
      .then()
      .when(hear('ACK'))
      .then(bound)
      .asks(
        ...withdrawn('step', 'local', 'announce'),
        itself(HOUR / 2, { type: 'renew' }, 'renew'),
        itself(HOUR * 0.875, { type: 'rebind' }, 'rebind'),
        itself(HOUR, { type: 'expire' }, 'expire'),
      );
  });

  test('a program that looks first leases, probes, is bound and announces', () => {
    const { after } = spec
      .given(started({ program: 'generic' }), discovering(), requesting())
      .when(hear('ACK'));
    const looked = after.asks(itself(SECOND / 2, { type: 'step' }, 'step'), ...withdrawn('local'));
    const probing = (n: number, seconds: number): DhcpClientEvent => ({
      type: 'Probing',
      segment: 'lan',
      address: lan(10),
      n,
      wait: seconds * SECOND,
    });
    looked
      .when({ type: 'step' })
      .then(probing(1, 1.5))
      .when({ type: 'step' })
      .then(probing(2, 1.5))
      .when({ type: 'step' })
      .then(probing(3, 2))
      .asks(itself(2 * SECOND, { type: 'step' }, 'step'))
      .when({ type: 'step' })
      .types('Bound', 'Announcing')
      .when({ type: 'announce' })
      .types('Announcing')
      .when({ type: 'announce' })
      .then();
  });

  test('an answer that was not asked for means nothing', () => {
    spec.when(hear('ACK', { xid: 0 })).then();
    for (const kind of ['ACK', 'NAK'] as const) {
      spec.given(started(), discovering()).when(hear(kind)).then();
      spec.given(started(), discovering(), requesting(), bound).when(hear(kind)).then();
    }
    spec
      .given(started(), discovering(), requesting())
      .when(hear('ACK', { xid: 9 }))
      .then();
  });
});

describe('a refusal and a loss', () => {
  test('a NAK ends the exchange and every timer of the lease', () => {
    const asked = spec.given(started(), discovering(), requesting(), bound).at(HOUR / 2);
    const refused: DhcpClientEvent = {
      type: 'Refused',
      segment: 'lan',
      server: 's',
      address: lan(10),
      wait: 0,
    };
    asked
      .when({ type: 'renew' })
      .types('Renewing')
      .when(hear('NAK', { to: lan(10) }))
      .then(refused)
      .asks(
        itself(0, { type: 'step' }, 'step'),
        ...withdrawn('renew', 'rebind', 'expire', 'announce', 'local'),
      );
  });

  test('the end of a lease rests on the last thing the client did, and on what kept it from being renewed', () => {
    const held = spec.given(started(), discovering(), requesting(), bound);
    held
      .at(HOUR - 1)
      .when({ type: 'expire' })
      .then();
    const expired: DhcpClientEvent = {
      type: 'Expired',
      segment: 'lan',
      address: lan(10),
      why: 'dhcp.lease-expired',
      words: 'lease of 10.0.0.10 expired',
      facts: [3, 1],
    };
    const over: DhcpClientEvent = { type: 'LeaseOver', segment: 'lan', words: expired.words };
    const after = held.at(HOUR).when({ type: 'expire' }).then(over);
    const why = { type: 'expired', words: expired.words, facts: [1] } as const;
    after.when(why).types('Expired', 'Discovering');
    expect(after.when(why).events[0]).toEqual(expired);
    after.given(expired).when({ type: 'expire' }).then();
    after.given(expired).when(why).then();
    // An answer at the very last instant.
    after
      .given({ ...bound, type: 'Renewed', until: 2 * HOUR })
      .when(why)
      .then();
    held
      .at(HOUR)
      .given(expired)
      .asks(...withdrawn('renew', 'rebind', 'expire', 'announce'));
  });

  test('a rebinding asks everybody, and a renewal that would come after T2 is not made', () => {
    spec
      .given(started(), discovering(), requesting(), {
        ...bound,
        until: 8 * 60e6,
        t1: 4 * 60e6,
        t2: 7 * 60e6,
      })
      .at(4 * 60e6)
      .when({ type: 'renew' })
      .types('Renewing')
      .asks(itself(90 * SECOND, { type: 'step' }, 'step'))
      .at(6.5 * 60e6)
      .when({ type: 'step' })
      .types('Renewing')
      .asks(...withdrawn('step'))
      .at(7 * 60e6)
      .when({ type: 'rebind' })
      .types('Rebinding')
      .asks(...withdrawn('step'));
  });
});

describe('patience', () => {
  const hurried = { settings: { patience: 60 * SECOND } };

  test('ends once, when there is no address by then', () => {
    spec
      .given(started(hurried, '', SECOND))
      .asks(itself(SECOND, { type: 'step' }, 'step'), itself(61 * SECOND, { type: 'patience' }, 'patience'))
      .given(discovering())
      .at(61 * SECOND)
      .when({ type: 'patience' })
      .then({ type: 'PatienceOver' })
      .when({ type: 'unaddressed', words: 'no address', facts: [0] })
      .then({ type: 'Unaddressed', segment: 'lan', why: 'address.none', words: 'no address', facts: [0] });
  });

  test('is not over for a client that has one, or is off', () => {
    spec.given(started(hurried), discovering(), requesting(), bound).when({ type: 'patience' }).then();
    spec.given(started(hurried), { type: 'Halted' }).when({ type: 'patience' }).then();
  });
});

describe('an end', () => {
  const states: Record<string, DhcpClientEvent[]> = {
    asking: [started(), discovering()],
    requesting: [started(), discovering(), requesting()],
    checking: [started({ program: 'dhcpcd' }), discovering(), requesting(), leased],
    bound: [started(), discovering(), requesting(), bound],
  };

  test.each(Object.entries(states))(
    'of its machine withdraws every timer of a client that is %s',
    (_, events) => {
      const after = spec
        .given(...events)
        .when({ type: 'halt' })
        .then({ type: 'Halted' })
        .asks(...withdrawn(...ALL));
      expect(after.state()).toMatchObject({ phase: 'off', address: -1 });
      after.when({ type: 'halt' }).then().when({ type: 'stop' }).then();
    },
  );

  test('in an orderly way says what is given back', () => {
    spec
      .given(...(states['bound'] as DhcpClientEvent[]))
      .when({ type: 'stop' })
      .then({
        type: 'Stopped',
        segment: 'lan',
        server: 's',
        address: lan(10),
        serverId: 0,
        xid: XID,
        secs: 1,
        released: true,
        forgets: true,
      })
      .asks(...withdrawn(...ALL))
      .when({ type: 'stop' })
      .then();
  });

  test.each<DhcpClientCommand>([
    hear('OFFER'),
    hear('ACK'),
    hear('NAK'),
    { type: 'step' },
    { type: 'renew' },
    { type: 'rebind' },
    { type: 'expire' },
    { type: 'announce' },
    { type: 'conflict', address: lan(10) },
    { type: 'challenged', address: lan(10) },
    { type: 'carrier', up: false },
    { type: 'carrier', up: true },
    { type: 'release' },
  ])('makes the client deaf: %j', (command) => {
    spec
      .given(...(states['bound'] as DhcpClientEvent[]), { type: 'Halted' })
      .at(HOUR)
      .when(command)
      .then();
  });

  test('can be followed by a start', () => {
    spec
      .given(started(), discovering(), { type: 'Halted' })
      .when({ type: 'start', ...start })
      .types('Started');
  });
});

describe('a machine that has an address and asks for options', () => {
  const has = (program: ClientStart['program']) =>
    spec.given(started({ program, holder: 'machine/a', settings: { informs: lan(30), patience: 0 } }));
  const informing = (attempt: number, more = {}): DhcpClientEvent => ({
    ...{ type: 'Informing', ...asking, address: lan(30), attempt, secs: 0, wait: 4 * SECOND, ...more },
  });
  const answered: DhcpClientEvent = { type: 'Informed', server: 's', serverId: lan(1), address: lan(30) };

  test('is told them by the first server that answers, and asks no more', () => {
    has('dhcpcd')
      .when({ type: 'step' })
      .then(informing(1))
      .asks(itself(4 * SECOND, { type: 'step' }, 'step'))
      .when(hear('ACK', { yiaddr: 0 }))
      .then(answered)
      .asks(...withdrawn('step'))
      .when(hear('ACK', { yiaddr: 0 }))
      .then()
      .when({ type: 'step' })
      .then();
  });

  test('hears no answer to another question, no offer and no refusal', () => {
    const asked = has('dhcpcd').when({ type: 'step' }).then(informing(1));
    asked.when(hear('ACK', { xid: XID + 1 })).then();
    asked.when(hear('OFFER')).then();
    asked.when(hear('NAK')).then();
  });

  test('by the standard tries four times and goes on without, dhcpcd asks on', () => {
    const fourth = informing(4, { wait: 32 * SECOND, secs: 28 });
    const over: DhcpClientEvent = {
      ...{ type: 'GaveUp', words: 'no answer to DHCPINFORM, going on without', wait: -1 },
    };
    has('generic').given(fourth).when({ type: 'step' }).then(over).when({ type: 'step' }).then();
    has('dhcpcd').given(fourth).when({ type: 'step' }).types('Informing');
  });

  test('releases nothing when it ends, and asks anew when its port is up again', () => {
    const told = has('dhcpcd').given(informing(1), answered).draws({ start: 0.5, xid: 0.25 });
    expect(told.when({ type: 'release' }).events[0]).toMatchObject({ type: 'Stopped', released: false });
    const lost = told.when({ type: 'carrier', up: false }).types('CarrierLost');
    lost.when({ type: 'carrier', up: true }).after.when({ type: 'step' }).then(informing(1));
  });
});

test('every command, event and refusal is specified in these files', () => {
  const draws = { retry: 0.5, timer: 0.5, probe: 0.5, xid: 0.5, start: 0.5, pause: 0.5, 'link-local': 0.5 };
  const scene = shown.draws(draws);
  scene.when({ type: 'start', ...start }).after.when({ type: 'step' });
  const bare = scene.given(started(), discovering(), requesting());
  bare
    .when(hear('ACK'))
    .after.when({ type: 'carrier', up: false })
    .after.when({ type: 'carrier', up: true })
    .after.when({
      type: 'step',
    });
  bare.given(bound).when({ type: 'rebind' }).after.when(hear('ACK'));
  bare
    .given(bound)
    .when({ type: 'renew' })
    .after.when(hear('NAK', { to: lan(10) }));
  bare.given(bound).at(HOUR).when({ type: 'expire' });
  bare.when({ type: 'halt' });
  bare.when({ type: 'stop' });
  bare.given(bound).when({ type: 'release' });
  scene.given(started(), discovering()).when(hear('OFFER'));
  scene
    .given(started({ settings: { mostDiscovers: 1 } }), discovering({ attempt: 2 }))
    .when({ type: 'step' });
  const dhcpcd = scene.given(started({ program: 'dhcpcd' }), discovering());
  dhcpcd.when({ type: 'local' });
  const looking = dhcpcd.given(requesting()).when(hear('ACK'));
  looking.after.when({ type: 'step' }).after.when({ type: 'conflict', address: lan(10) });
  const used = dhcpcd.given(requesting(), bound);
  const informs = { informs: lan(30) };
  const asks = scene.given(started({ program: 'dhcpcd', settings: informs })).when({ type: 'step' });
  asks.after.when({ type: 'hear', reply: replyOf('ACK', { xid: XID * 2 }) });
  scene
    .given(started())
    .when({ type: 'patience' })
    .after.when({ type: 'unaddressed', words: 'none', facts: [] });
  used.when({ type: 'announce' });
  used.at(HOUR).when({ type: 'expire' }).after.when({ type: 'expired', words: 'over', facts: [] });
  used.when({ type: 'challenged', address: lan(10) });
  shown.shown(
    {
      start: true,
      hear: true,
      conflict: true,
      challenged: true,
      carrier: true,
      step: true,
      renew: true,
      rebind: true,
      expire: true,
      announce: true,
      local: true,
      patience: true,
      expired: true,
      unaddressed: true,
      stop: true,
      release: true,
      halt: true,
    },
    { 'dhcp.lease-expired': true, 'address.none': true },
  );
});
