/** Networks, DHCP servers and machines as people write them. */
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/scenario/address.ts';
import { checked, issuesOf } from './given.ts';

describe('DHCP and machines', () => {
  const lan = (text: string) => `until: 1h\nnetworks:\n  lan: { cidr: 10.0.0.0/24, ${text} }\n`;
  const dhcpOf = (text: string) => checked(lan(`dhcp: { ${text} }`)).scenario.networks['lan']!.dhcp!;
  const ranges = (text: string) =>
    dhcpOf(text).ranges.map(({ first, last }) => `${formatAddress(first)}-${formatAddress(last)}`);

  test('a scope is one range or several, less what is excluded', () => {
    expect(ranges('scope: 10.0.0.10-10.0.0.20')).toEqual(['10.0.0.10-10.0.0.20']);
    expect(ranges('scope: [10.0.0.30-10.0.0.40, 10.0.0.10-10.0.0.20]')).toEqual([
      '10.0.0.10-10.0.0.20',
      '10.0.0.30-10.0.0.40',
    ]);
    expect(ranges('scope: 10.0.0.10-10.0.0.20, exclude: [10.0.0.12-10.0.0.13, 10.0.0.19-10.0.0.99]')).toEqual(
      ['10.0.0.10-10.0.0.11', '10.0.0.14-10.0.0.18'],
    );
    expect(ranges('scope: [10.0.0.10-10.0.0.20, 10.0.0.15-10.0.0.25]')).toEqual([
      '10.0.0.10-10.0.0.20',
      '10.0.0.21-10.0.0.25',
    ]);
    expect(ranges('scope: 10.0.0.10-10.0.0.20, exclude: [10.0.0.1-10.0.0.99]')).toEqual([]);
  });

  test('reservations are for a hardware address or a client id', () => {
    const { reservations } = dhcpOf(
      'reservations: { a: { mac: "00:50:56:AA:02:01", address: 10.0.0.9 }, b: { client-id: "01:ab:cd", address: 10.0.0.8 }, c: { client-id: web, address: 10.0.0.7 } }',
    );
    expect(reservations.map(({ mac, clientId }) => [mac, clientId])).toEqual([
      ['00:50:56:aa:02:01', ''],
      ['', '01abcd'],
      ['', '00776562'],
    ]);
  });

  test('lost answers are counted from 1', () => {
    expect(dhcpOf('scope: 10.0.0.10-10.0.0.20, lost-answers: [OFFER 2, ACK 1-3]').lostAnswers).toEqual([
      { kind: 'OFFER', which: [2] },
      { kind: 'ACK', which: [1, 2, 3] },
    ]);
  });

  test('machines come in ranges, and one of them can be refined', () => {
    const { machines } = checked(
      `${lan('dhcp: { scope: 10.0.0.10-10.0.0.20 }')}machines:\n  desk-[01-03]: { network: lan, within: 60s }\n  desk-02: { client: dhcpcd }\n`,
    ).scenario;
    expect(Object.keys(machines)).toEqual(['desk-01', 'desk-02', 'desk-03']);
    expect(machines['desk-02']).toMatchObject({
      client: 'dhcpcd',
      address: 'dhcp',
      path: 'machines.desk-02',
    });
    expect(machines['desk-03']).toMatchObject({ client: 'networkd', path: 'machines.desk-[01-03]' });
  });

  test.each([
    ['a scope outside its subnet', lan('dhcp: { scope: 10.0.1.10-10.0.1.20 }'), 'address.outside-subnet'],
    [
      'a reservation outside its subnet',
      lan('dhcp: { reservations: { a: { mac: "00:50:56:00:00:01", address: 10.9.0.9 } } }'),
      'address.outside-subnet',
    ],
    [
      'no hardware address',
      lan('dhcp: { reservations: { a: { mac: 5, address: 10.0.0.9 } } }'),
      'value.type',
    ],
    ['no such answers', lan('dhcp: { scope: 10.0.0.10-10.0.0.20, lost-answers: [ACK 0] }'), 'value.type'],
    [
      'a server elsewhere that is none',
      lan('dhcp: { server: lan, scope: 10.0.0.10-10.0.0.20 }'),
      'dhcp.missing',
    ],
    ['a relay to nowhere', lan('dhcp: { scope: 10.0.0.10-10.0.0.20 }, relay: true'), 'dhcp.missing'],
    [
      'a server with the name of its network',
      lan(
        'dhcp: { scope: 10.0.0.10-10.0.0.20 }, servers: { lan: { address: 10.0.0.2, scope: 10.0.0.30-10.0.0.40 } }',
      ),
      'name.duplicate',
    ],
    ['a machine on no network', 'until: 1h\nmachines: { a: { network: nowhere } }', 'name.unknown'],
    [
      'an expectation of a machine with an address of its own',
      `${lan('')}machines: { a: { network: lan, address: 10.0.0.5 } }\nexpect: [{ that: machine a is addressed }]\n`,
      'name.unknown',
    ],
  ])('%s is an error', (_, text, code) => {
    expect(issuesOf(text).map((issue) => issue.code)).toContain(code);
  });

  test.each([
    [
      'a static machine in the scope',
      `${lan('dhcp: { scope: 10.0.0.10-10.0.0.20 }')}machines: { a: { network: lan, address: 10.0.0.15 } }\n`,
      'scope.covers-static',
    ],
    ['a machine that nobody answers', `${lan('')}machines: { a: { network: lan } }\n`, 'dhcp.missing'],
    [
      'a scope without its relay',
      `${lan('dhcp: { scope: 10.0.0.10-10.0.0.20 }')}  far: { cidr: 10.1.0.0/24, dhcp: { server: lan, scope: 10.1.0.10-10.1.0.20 } }\n`,
      'relay.missing',
    ],
  ])('%s is a warning', (_, text, code) => {
    expect(issuesOf(text).map((issue) => issue.code)).toContain(code);
  });
});
