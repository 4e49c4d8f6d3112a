/** Whether a REQUEST gets an ACK, a NAK or silence, by product: every measured cell (facts/dhcp.md section 8), each from the same start. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import type { DhcpCommand } from '../../src/models/dhcp/events.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import {
  brief,
  configured,
  discover,
  lan,
  rebind,
  reboot,
  renew,
  type Serving,
  select,
  serving,
} from '../support/dhcp.ts';
import { ip } from '../support/spec.ts';

const POOL = { ranges: [lan(100), lan(109)] };

/** `known` has .100 and `other` .101; everything else is free. Nothing is checked. */
const start = (software: Software, authoritative: boolean): Serving =>
  serving(software, { authoritative, check: 'none', lease: HOUR }, POOL)
    .at(SECOND)
    .ask(discover('known', { requested: lan(100) }), 'OFFER .100')
    .ask(select('known', 100), 'ACK .100')
    .ask(discover('other', { requested: lan(101) }), 'OFFER .101')
    .ask(select('other', 101), 'ACK .101')
    .at(HOUR / 2);

const ELSEWHERE = ip('10.9.9.9');
const bare = (client: string): DhcpCommand => renew(client, 0, { to: 0 });
const ROWS = {
  'INIT-REBOOT, right address': reboot('known', lan(100)),
  'INIT-REBOOT, known client, other free pool address': reboot('known', lan(105)),
  'INIT-REBOOT, unknown client, free pool address': reboot('new', lan(105)),
  'INIT-REBOOT, unknown, leased to another': reboot('new', lan(101)),
  'INIT-REBOOT, unknown, other subnet': reboot('new', ELSEWHERE),
  'INIT-REBOOT, unknown, in subnet, outside pool': reboot('new', lan(50)),
  'SELECTING, identifier of another server': select('new', 105, { serverId: lan(9) }),
  'SELECTING, no DISCOVER before, free': select('new', 105),
  'SELECTING, leased to another': select('new', 101),
  'RENEWING (unicast), unknown client, free address': renew('new', lan(105)),
  'REBINDING, unknown client, free address': rebind('new', lan(105)),
  'REBINDING, leased to another': rebind('new', lan(101)),
  'no 50 and no ciaddr': bare('new'),
} as const;
type RowName = keyof typeof ROWS;

const ACK = 'ACK .105';
const SAME = 'ACK .100';
const NAK = 'NAK';
const ISC_NAK = 'NAK requested address not available';
const SILENT = 'silence';

/** Not authoritative, then authoritative. */
type Cells = Readonly<Record<RowName, readonly [string, string]>>;

const MEASURED: Readonly<Partial<Record<Software, Cells>>> = {
  dnsmasq: {
    'INIT-REBOOT, right address': [SAME, SAME],
    'INIT-REBOOT, known client, other free pool address': ['NAK wrong address', 'NAK wrong address'],
    'INIT-REBOOT, unknown client, free pool address': [SILENT, ACK],
    'INIT-REBOOT, unknown, leased to another': [SILENT, 'NAK address in use'],
    'INIT-REBOOT, unknown, other subnet': [SILENT, 'NAK wrong network'],
    'INIT-REBOOT, unknown, in subnet, outside pool': [SILENT, 'NAK address not available'],
    'SELECTING, identifier of another server': [SILENT, 'NAK wrong server-ID'],
    'SELECTING, no DISCOVER before, free': [ACK, ACK],
    'SELECTING, leased to another': ['NAK address in use', 'NAK address in use'],
    'RENEWING (unicast), unknown client, free address': ['NAK lease not found', ACK],
    'REBINDING, unknown client, free address': [SILENT, ACK],
    'REBINDING, leased to another': [SILENT, 'NAK address in use'],
    'no 50 and no ciaddr': [SILENT, 'NAK wrong network'],
  },
  kea: {
    'INIT-REBOOT, right address': [SAME, SAME],
    'INIT-REBOOT, known client, other free pool address': [NAK, NAK],
    'INIT-REBOOT, unknown client, free pool address': [SILENT, NAK],
    'INIT-REBOOT, unknown, leased to another': [SILENT, NAK],
    'INIT-REBOOT, unknown, other subnet': [SILENT, NAK],
    'INIT-REBOOT, unknown, in subnet, outside pool': [SILENT, NAK],
    'SELECTING, identifier of another server': [SILENT, SILENT],
    'SELECTING, no DISCOVER before, free': [ACK, ACK],
    'SELECTING, leased to another': [NAK, NAK],
    'RENEWING (unicast), unknown client, free address': [ACK, ACK],
    'REBINDING, unknown client, free address': [ACK, ACK],
    'REBINDING, leased to another': [NAK, NAK],
    'no 50 and no ciaddr': ['ACK .102', 'ACK .102'],
  },
  isc: {
    'INIT-REBOOT, right address': [SAME, SAME],
    'INIT-REBOOT, known client, other free pool address': [ACK, ACK],
    'INIT-REBOOT, unknown client, free pool address': [ACK, ACK],
    'INIT-REBOOT, unknown, leased to another': [ISC_NAK, ISC_NAK],
    'INIT-REBOOT, unknown, other subnet': [SILENT, ISC_NAK],
    'INIT-REBOOT, unknown, in subnet, outside pool': [SILENT, SILENT],
    'SELECTING, identifier of another server': [ACK, ACK],
    'SELECTING, no DISCOVER before, free': [ACK, ACK],
    'SELECTING, leased to another': [ISC_NAK, ISC_NAK],
    'RENEWING (unicast), unknown client, free address': [ACK, ACK],
    'REBINDING, unknown client, free address': [ACK, ACK],
    'REBINDING, leased to another': [ISC_NAK, ISC_NAK],
    'no 50 and no ciaddr': [SILENT, SILENT],
  },
  // The recording probe-request-udhcpd; it has no such setting, and no text in its NAK.
  udhcpd: {
    'INIT-REBOOT, right address': [SAME, SAME],
    'INIT-REBOOT, known client, other free pool address': [NAK, NAK],
    'INIT-REBOOT, unknown client, free pool address': [NAK, NAK],
    'INIT-REBOOT, unknown, leased to another': [NAK, NAK],
    'INIT-REBOOT, unknown, other subnet': [NAK, NAK],
    'INIT-REBOOT, unknown, in subnet, outside pool': [NAK, NAK],
    'SELECTING, identifier of another server': [SILENT, SILENT],
    'SELECTING, no DISCOVER before, free': [NAK, NAK],
    'SELECTING, leased to another': [NAK, NAK],
    'RENEWING (unicast), unknown client, free address': [SILENT, SILENT],
    'REBINDING, unknown client, free address': [SILENT, SILENT],
    'REBINDING, leased to another': [SILENT, SILENT],
    'no 50 and no ciaddr': [SILENT, SILENT],
  },
};

const cases = Object.entries(MEASURED).flatMap(([software, rows]) =>
  Object.entries(rows as Cells).flatMap(([row, cells]) =>
    cells.map((answer, i) => [software as Software, i === 1, row as RowName, answer] as const),
  ),
);

/** What the client sees: an answer, or nothing. That the server notes its silence is another matter. */
const answered = (scene: Serving, command: DhcpCommand): string => {
  const { events } = scene.scene.when(command);
  const sent = events.filter(({ type }) => type !== 'Silent').map(brief);
  expect(sent.length, 'one answer').toBeLessThan(2);
  return sent[0] ?? SILENT;
};

describe('a REQUEST', () => {
  test.each(cases)('%s, authoritative %s: %s: %s', (software, authoritative, row, answer) => {
    expect(answered(start(software, authoritative), ROWS[row])).toBe(answer);
  });

  test('of kea for no address is an ACK of the next one in turn', () => {
    const { yiaddr } = start('kea', false)
      .let(bare('new'))
      .reply(renew('new', lan(102)));
    expect(yiaddr).toBe(lan(102));
  });

  test.each(['dnsmasq', 'kea', 'isc', 'udhcpd', 'generic', 'windows'] as const)(
    '%s: a renewal is granted whatever else is taken',
    (software) => {
      const ranges = [lan(100), lan(101)];
      serving(software, { check: 'none', lease: HOUR }, { ranges })
        .at(SECOND)
        .let(discover('a', { requested: lan(100) }))
        .ask(select('a', 100), 'ACK .100')
        .at(HOUR / 2)
        .ask(renew('a', lan(100)), 'ACK .100')
        .ask(rebind('a', lan(100)), 'ACK .100');
    },
  );
});

describe('a silence of a server that is not authoritative', () => {
  test('says so, and what it rests on', () => {
    const [event] = start('kea', false).scene.when(reboot('new', lan(105))).events;
    expect(event).toMatchObject({
      type: 'Silent',
      why: 'dhcp.not-authoritative',
      words: 'not authoritative, and no record of the address that is asked for',
      facts: [0],
      again: false,
    });
  });

  test('says whether it is the first of its kind since somebody was given an address', () => {
    const silent = start('kea', false).let(reboot('new', lan(105)));
    expect(silent.reply(reboot('new', lan(105)))).toMatchObject({ again: true });
    const granted = silent.ask(renew('known', lan(100)), 'ACK .100');
    expect(granted.reply(reboot('new', lan(105)))).toMatchObject({ again: false });
    const full = silent.given(configured('kea', { check: 'none' }, { ranges: [lan(100), lan(101)] }));
    expect(full.reply(discover('new'))).toMatchObject({ why: 'dhcp.scope-exhausted', again: false });
  });

  test('about another server is nothing worth telling', () => {
    start('kea', false).ask(select('new', 105, { serverId: lan(9) }));
  });

  test.each([true, false])('has another name where authority %s changes nothing', (authoritative) => {
    const [event] = start('isc', authoritative).scene.when(reboot('new', lan(50))).events;
    expect(event).toMatchObject({
      type: 'Silent',
      why: 'dhcp.unknown-lease',
      words: 'no record of the address that is asked for',
      facts: [0],
    });
  });
});

describe('RFC 2131 section 4.3.2, where no product is named', () => {
  test.each([
    [true, reboot('new', lan(105)), ISC_NAK],
    [false, reboot('new', lan(105)), SILENT],
    [false, reboot('new', ELSEWHERE), ISC_NAK],
    [false, reboot('known', lan(105)), ISC_NAK],
    [false, select('new', 105), ISC_NAK],
    [false, select('new', 105, { serverId: lan(9) }), SILENT],
    [false, rebind('new', lan(105)), SILENT],
    [false, bare('new'), SILENT],
  ])('authoritative %s, %j: %s', (authoritative, command, answer) => {
    const scene = serving('generic', { authoritative, check: 'none', lease: HOUR }, POOL)
      .at(SECOND)
      .let(discover('known', { requested: lan(100) }))
      .ask(select('known', 100), 'ACK .100');
    expect(answered(scene, command)).toBe(answer);
  });
});

describe('a scope that was moved', () => {
  const held = (software: Software, authoritative: boolean) =>
    serving(software, { authoritative, check: 'none', lease: HOUR }, POOL)
      .at(SECOND)
      .ask(discover('a', { requested: lan(100) }), 'OFFER .100')
      .ask(select('a', 100), 'ACK .100');
  const AWAY = { network: ip('10.0.1.0'), router: ip('10.0.1.254'), addresses: [ip('10.0.1.1')] };
  const away = { ...AWAY, ranges: [ip('10.0.1.100'), ip('10.0.1.109')] };
  const shifted = { ranges: [lan(150), lan(159)] };

  test.each([
    ['dnsmasq', true, 'NAK wrong network'],
    ['dnsmasq', false, 'NAK wrong network'],
    ['kea', true, SILENT],
    ['isc', true, NAK],
    ['kea', false, SILENT],
    ['isc', false, SILENT],
  ] as const)(
    'to another subnet, %s, authoritative %s, records kept: a restart gets %s',
    (software, auth, answer) => {
      const moved = held(software, auth).given(
        configured(software, { authoritative: auth, check: 'none' }, away),
      );
      expect(answered(moved, reboot('a', lan(100)))).toBe(answer);
    },
  );

  test.each([
    ['dnsmasq', true, 'NAK wrong network'],
    ['dnsmasq', false, SILENT],
    ['kea', true, NAK],
    ['kea', false, SILENT],
    ['isc', true, NAK],
    ['isc', false, SILENT],
  ] as const)(
    'to another subnet, %s, authoritative %s, records lost: a restart gets %s',
    (software, auth, answer) => {
      const moved = held(software, auth)
        .ask({ type: 'forget-leases' }, 'LeasesForgotten')
        .given(configured(software, { authoritative: auth, check: 'none' }, away));
      expect(answered(moved, reboot('a', lan(100)))).toBe(answer);
    },
  );

  test.each([
    ['dnsmasq', 'NAK wrong network', 0],
    ['kea', NAK, lan(100)],
  ] as const)('to another subnet, %s, records kept: a renewal gets %s', (software, answer, to) => {
    const moved = held(software, true).given(
      configured(software, { authoritative: true, check: 'none' }, away),
    );
    for (const address of [lan(1), ip('10.0.1.1')]) {
      const renewal = renew('a', lan(100), { to: address });
      expect(answered(moved, renewal)).toBe(answer);
      expect(moved.reply(renewal)).toMatchObject({ kind: 'NAK', to });
    }
  });

  test.each([
    ['dnsmasq', 'NAK address not available'],
    ['kea', SILENT],
    ['isc', SILENT],
    ['udhcpd', NAK],
  ] as const)('inside its subnet, %s, authoritative, records kept: a restart gets %s', (software, answer) => {
    const moved = held(software, true).given(
      configured(software, { authoritative: true, check: 'none' }, shifted),
    );
    expect(answered(moved, reboot('a', lan(100)))).toBe(answer);
  });

  test.each([
    ['dnsmasq', false, 'NAK lease not found'],
    ['kea', false, SAME],
    ['isc', false, SAME],
    ['udhcpd', false, SILENT],
  ] as const)(
    'not at all, %s, authoritative %s, records lost: a renewal gets %s',
    (software, auth, answer) => {
      const lost = held(software, auth).ask({ type: 'forget-leases' }, 'LeasesForgotten');
      expect(answered(lost, renew('a', lan(100)))).toBe(answer);
    },
  );
});
