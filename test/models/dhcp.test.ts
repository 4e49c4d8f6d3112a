/** A DHCP server as such: what it is told, starts and stops, messages that it does not heed, leases that are given back. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { dhcp } from '../../src/models/dhcp/decide.ts';
import type { DhcpCommand, DhcpEvent } from '../../src/models/dhcp/events.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import {
  configured,
  decline,
  discover,
  inform,
  lan,
  macOf,
  message,
  reboot,
  release,
  renew,
  SERVER,
  Serving,
  scopeOf,
  select,
} from '../support/dhcp.ts';
import { itself, specify } from '../support/spec.ts';

const spec = specify(dhcp, 'dhcp/lan');
const open = (software: Software, settings = {}) =>
  new Serving(spec.draws({ timers: 0 }).given(configured(software, { check: 'none', ...settings })));
const leased = (software: Software, settings = {}) =>
  open(software, settings)
    .ask(discover('a', { requested: lan(10) }), 'OFFER .10')
    .ask(select('a', 10), 'ACK .10');
const hear = (kind: 'DISCOVER' | 'REQUEST' | 'BOOTP', more = {}): DhcpCommand => ({
  type: 'hear',
  request: message(kind, 'a', more),
});
const expire = { type: 'expire', address: lan(10) } as const;

describe('the server', () => {
  test('is configured, stopped and started; a second time changes nothing', () => {
    spec
      .when({ type: 'configure', ...scopeOf('kea') })
      .then(configured('kea'))
      .when({ type: 'start' })
      .then()
      .when({ type: 'stop' })
      .then({ type: 'Stopped' })
      .when({ type: 'stop' })
      .then()
      .when({ type: 'start' })
      .then({ type: 'Started' });
  });

  test.each<DhcpCommand>([
    discover('a'),
    select('a', 10),
    reboot('a', lan(10)),
    release('a', 10),
    decline('a', 10),
    inform('a', 10),
    { type: 'in-use', address: lan(10) },
    { type: 'checked', address: lan(10) },
    { type: 'lapse', address: lan(10) },
    { type: 'restore', address: lan(10) },
    expire,
  ])('hears nothing while it is off: %j', (command) => {
    leased('kea').ask({ type: 'stop' }, 'Stopped').at(HOUR).ask(command);
  });

  test('keeps its leases while it is off, and finds at its start what ran out', () => {
    const off = leased('kea', { lease: HOUR }).ask({ type: 'stop' }, 'Stopped');
    expect(off.server.leases.get(lan(10))).toMatchObject({ client: 'a', state: 'active', until: HOUR });
    off.at(HOUR - 1).ask({ type: 'start' }, 'Started');
    off.at(HOUR).ask(expire).ask({ type: 'start' }, 'Started', 'Expired .10');
    off
      .at(HOUR - 1)
      .ask({ type: 'start' }, 'Started')
      .at(HOUR)
      .ask(expire, 'Expired .10');
  });

  test('finds at its start what was withheld long enough', () => {
    const declined = leased('kea', { quarantine: HOUR }).ask(decline('a', 10), 'declined .10');
    declined
      .ask({ type: 'stop' }, 'Stopped')
      .at(HOUR)
      .ask({ type: 'start' }, 'Started', 'Restored .10')
      .ask(discover('b', { requested: lan(10) }), 'OFFER .10');
  });

  test('gives the addresses that it had offered before a restart to others', () => {
    open('isc')
      .ask(discover('a'), 'OFFER .10')
      .ask({ type: 'stop' }, 'Stopped')
      .ask({ type: 'start' }, 'Started')
      .ask(discover('b'), 'OFFER .10');
  });

  test('knows what last switched it: what a lease rests on', () => {
    expect(open('kea').server.switchedSeq).toBe(0);
    expect(open('kea').ask({ type: 'stop' }, 'Stopped').server.switchedSeq).toBe(1);
  });
});

describe('its database', () => {
  test('can be lost: every address is as never used', () => {
    const lost = leased('isc').ask({ type: 'forget-leases' }, 'LeasesForgotten');
    expect(lost.server.leases.size).toBe(0);
    lost.ask(discover('b'), 'OFFER .10').ask({ type: 'forget-leases' });
  });

  test('that is lost leaves reservations, which are configured', () => {
    const reserve = {
      type: 'reserve',
      segment: 'lan',
      address: lan(10),
      mac: macOf('b'),
      clientId: '',
    } as const;
    open('kea')
      .ask(reserve, 'Reserved .10')
      .ask(select('b', 10), 'ACK .10')
      .ask({ type: 'forget-leases' }, 'LeasesForgotten')
      .ask(discover('a'), 'OFFER .11')
      .ask(discover('b'), 'OFFER .10');
  });
});

describe('a RELEASE', () => {
  test.each(['dnsmasq', 'kea', 'isc', 'udhcpd', 'windows', 'generic'] as const)(
    '%s: ends the lease and its timer',
    (software) => {
      const gone = leased(software).ask(release('a', 10), 'Released .10');
      gone.scene.asks(itself(NEVER, expire, `expire ${lan(10)}`));
      gone.ask(release('a', 10)).ask(discover('b', { requested: lan(10) }), 'OFFER .10');
    },
  );

  test.each(['dnsmasq', 'kea', 'isc', 'udhcpd'] as const)(
    '%s: of somebody else changes nothing',
    (software) => {
      leased(software).ask(release('b', 10));
    },
  );

  test.each([
    ['dnsmasq', false],
    ['udhcpd', false],
    ['kea', true],
    ['isc', true],
  ] as const)('%s: without naming the server, as networkd sends it, it counts: %s', (software, counts) => {
    leased(software).ask(release('a', 10, { serverId: 0 }), ...(counts ? ['Released .10'] : []));
  });
});

describe('an INFORM', () => {
  test.each([
    ['dnsmasq', false, true],
    ['kea', false, true],
    ['isc', false, false],
    ['isc', true, true],
  ] as const)('%s, authoritative %s: is answered: %s', (software, authoritative, is) => {
    const server = open(software, { authoritative });
    server.ask(inform('a', 77), ...(is ? ['ACK without address'] : []));
    if (is)
      expect(server.reply(inform('a', 77))).toMatchObject({
        kind: 'ACK',
        yiaddr: 0,
        ciaddr: lan(77),
        lease: 0,
        to: lan(77),
      });
  });

  test('without an address is not', () => open('kea').ask(inform('a', -lan(0))));
});

describe('messages that are not as they should be', () => {
  test.each([
    ['dnsmasq', 'reply-opcode', false],
    ['dnsmasq', 'other-hardware', false],
    ['kea', 'reply-opcode', true],
    ['kea', 'other-hardware', true],
    ['isc', 'reply-opcode', true],
    ['isc', 'other-hardware', true],
    ['dnsmasq', 'no-cookie', false],
    ['kea', 'no-cookie', false],
    ['isc', 'cut-off', false],
    ['kea', 'cut-off', false],
    ['udhcpd', 'reply-opcode', false],
    ['udhcpd', 'other-hardware', true],
    ['udhcpd', 'no-cookie', false],
    ['udhcpd', 'cut-off', false],
  ] as const)('%s, %s: answered: %s', (software, oddity, is) => {
    open(software).ask(hear('DISCOVER', { oddity, requested: lan(10) }), ...(is ? ['OFFER .10'] : []));
  });

  test.each(['kea', 'isc', 'dnsmasq', 'udhcpd'] as const)('%s does not serve BOOTP', (software) => {
    open(software).ask(hear('BOOTP'));
  });

  test('a server without a scope for the network says nothing', () => {
    const elsewhere = new Serving(
      spec.given({ ...configured('kea'), segment: 'dmz' } as DhcpEvent).given(configured('kea')),
    );
    elsewhere.ask(hear('DISCOVER', { giaddr: 5 }));
  });
});

describe('timers that come late', () => {
  test('of a lease that was renewed, given back, or is somebody else’s', () => {
    leased('kea', { lease: HOUR })
      .at(HOUR / 2)
      .ask(renew('a', lan(10)), 'ACK .10')
      .at(HOUR)
      .ask(expire)
      .ask({ type: 'restore', address: lan(10) })
      .ask({ type: 'expire', address: lan(11) });
  });

  test('of an offer that is being checked again', () => {
    new Serving(spec.given(configured('isc')))
      .ask(discover('a'), 'Checking .10')
      .ask({ type: 'lapse', address: lan(10) })
      .at(SECOND)
      .ask({ type: 'checked', address: lan(10) }, 'OFFER .10')
      .ask({ type: 'lapse', address: lan(10) }, 'OfferLapsed .10');
  });

  test('one of quarantine, while the address is offered again, waits for that', () => {
    const offered = new Serving(spec.given(configured('isc', {}, { ranges: [lan(10), lan(10)] })))
      .ask(discover('a'), 'Checking .10')
      .ask({ type: 'in-use', address: lan(10) }, 'Abandoned .10')
      .at(24 * HOUR - SECOND)
      .ask(discover('a'), 'Checking .10')
      .at(24 * HOUR)
      .ask({ type: 'checked', address: lan(10) }, 'OFFER .10')
      .ask({ type: 'restore', address: lan(10) });
    offered.ask(select('a', 10), 'ACK .10');
  });
});

test('an answer says who it is from', () => {
  expect(open('kea').reply(discover('a', { xid: 7, requested: lan(11) }))).toMatchObject({
    kind: 'OFFER',
    server: 'lan',
    client: 'a',
    mac: macOf('a'),
    xid: 7,
    yiaddr: lan(11),
    serverId: SERVER,
    how: 'wished',
    checked: false,
  });
});

describe('for the list below', () => {
  test('a message during a check, and a check', () => {
    new Serving(spec.given(configured('dnsmasq')))
      .ask(discover('a', { requested: lan(10) }), 'Checking .10')
      .ask(discover('b'), 'later');
  });
  test('refusal, silence', () => {
    open('dnsmasq')
      .ask(renew('a', lan(10)), 'NAK lease not found')
      .ask(reboot('a', lan(10)), 'silent: dhcp.not-authoritative');
    const full = new Serving(spec.given(configured('kea', {}, { ranges: [] })));
    full.ask(discover('a'), 'silent: dhcp.scope-exhausted');
    new Serving(spec.given(configured('isc'))).ask(reboot('a', lan(200)), 'silent: dhcp.unknown-lease');
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      configure: true,
      reserve: true,
      start: true,
      stop: true,
      'forget-leases': true,
      hear: true,
      'in-use': true,
      checked: true,
      lapse: true,
      expire: true,
      restore: true,
    },
    {
      'dhcp.scope-exhausted': true,
      'dhcp.not-available': true,
      'dhcp.not-authoritative': true,
      'dhcp.unknown-lease': true,
    },
  ));
