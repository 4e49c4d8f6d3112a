/** What is wrong with a configuration or not understood: each kind once, with its place. */
import { describe, expect, test } from 'vitest';
import { dnsmasq, expectIssue, isc, issuesOf, kea } from './dhcp-import/given.ts';

type Row = readonly [about: string, code: string, marked: string];

const GOOD = '10.77.1.100,10.77.1.150,255.255.255.0';
const SUBNET = 'subnet 10.77.1.0 netmask 255.255.255.0';
const HOST = 'hardware ethernet 00:50:56:00:02:01; fixed-address';

describe('ISC dhcpd: errors', () => {
  test.each<Row>([
    ['a semicolon missing before a brace', 'import.syntax', `${SUBNET} { range 10.77.1.5 «10.77.1.6» }`],
    [
      'a semicolon missing before the next statement',
      'import.syntax',
      `default-lease-time «600»\nmax-lease-time 7200;\n${isc('')}`,
    ],
    ['a word too many', 'import.syntax', `default-lease-time 600 «700»;\n${isc('')}`],
    ['a value missing', 'import.syntax', `«default-lease-time»;\n${isc('')}`],
    [
      'a block that is not closed',
      'import.syntax',
      `«subnet» 10.77.1.0 netmask 255.255.255.0 {\n  range 10.77.1.5;\n`,
    ],
    ['a brace that closes nothing', 'import.syntax', `${isc('')}«}»`],
    ['a block of nothing', 'import.syntax', '; «{» }'],
    ['a text that does not end', 'import.syntax', isc('option domain-name «"»lab;')],
    ['a subnet without a netmask', 'import.syntax', '«subnet 10.77.1.0» { }'],
    ['a range outside of any subnet', 'import.syntax', `${isc('')}«range 10.77.1.5»;`],
    ['a lease that is no number', 'import.value', isc('default-lease-time «soon»;')],
    ['an address that is none', 'import.value', isc('option routers «10.77.1.300»;')],
    ['a netmask that is none', 'import.value', 'subnet 10.77.1.0 netmask «255.0.255.0» { }'],
    ['an address inside the network', 'import.value', 'subnet «10.77.1.9» netmask 255.255.255.0 { }'],
    ['a hardware address that is none', 'import.value', isc('host a { hardware ethernet «00:50»; }')],
    ['a range outside its subnet', 'address.outside-subnet', isc('«range 10.77.2.5 10.77.2.9»;')],
    ['ranges that overlap', 'import.overlap', isc('«range 10.77.1.150 10.77.1.160»;')],
    ['subnets that overlap', 'import.overlap', `${isc('')}«subnet 10.77.0.0 netmask 255.255.0.0» { }`],
    ['nesting without end', 'import.too-deep', `${'group { '.repeat(64)}group «{»`],
  ])('given %s, then it is refused', (_, code, marked) => {
    expectIssue('error', code, marked, { format: 'isc' });
  });
});

describe('ISC dhcpd: warnings', () => {
  test.each<Row>([
    ['an unknown statement', 'import.not-understood', isc('«frobnicate 5»;')],
    ['an unknown option', 'import.not-understood', isc('«option slp-scope "x"»;')],
    ['clients that are turned away', 'import.not-understood', isc('«deny unknown-clients»;')],
    ['members of a class', 'import.not-understood', isc('«allow members of "foo"»;')],
    ['a class', 'import.not-understood', `«class» "foo" { match hardware; }\n${isc('')}`],
    ['a condition', 'import.not-understood', isc('«if» option x = "y" { default-lease-time 5; }')],
    ['a host name', 'import.not-understood', isc(`host a { ${HOST} «nas.example»; }`)],
    [
      'a name server by its name',
      'import.not-understood',
      isc('option domain-name-servers «ns.example», 10.77.1.2;'),
    ],
    ['a host without a client', 'import.not-understood', isc('host a { fixed-address «10.77.1.9»; }')],
    [
      'terms of one pool of two',
      'import.not-understood',
      isc('«pool» { range 10.77.1.5; default-lease-time 5; }'),
    ],
    ['a second router', 'import.not-understood', isc('«option routers 10.77.1.1, 10.77.1.2»;')],
    ['an include', 'import.not-followed', `«include "more.conf"»;\n${isc('')}`],
    ['a router of another network', 'address.outside-subnet', isc('«option routers 10.77.2.1»;')],
    ['a reservation in no subnet', 'address.outside-subnet', isc(`host a { ${HOST} «10.99.1.9»; }`)],
    ['a reservation in the range', 'scope.covers-static', isc(`host a { ${HOST} «10.77.1.120»; }`)],
    ['a client with two reservations', 'import.value', isc(`host a { ${HOST} 10.77.1.8, «10.77.1.9»; }`)],
    ['a range with the broadcast address', 'address.reserved', isc('«range 10.77.1.200 10.77.1.255»;')],
    [
      'a network too small',
      'import.not-understood',
      `${isc('')}«subnet 10.9.9.9 netmask 255.255.255.255» { }`,
    ],
  ])('given %s, then the rest stands', (_, code, marked) => {
    expectIssue('warning', code, marked, { format: 'isc' });
  });
});

describe('dnsmasq: errors', () => {
  test.each<Row>([
    ['a line that is none', 'import.syntax', dnsmasq('«what is this?»')],
    ['a range with a start only', 'import.syntax', '«dhcp-range=10.77.1.100»'],
    ['more than a range has', 'import.syntax', `dhcp-range=${GOOD},1h,«2h»`],
    ['an option without one', 'import.syntax', dnsmasq('«dhcp-option=»')],
    ['a start that is none', 'import.value', 'dhcp-range=«10.77.1.999»,10.77.1.150,255.255.255.0'],
    ['a mode that is none', 'import.value', 'dhcp-range=10.77.1.0,«dynamic»,255.255.255.0'],
    ['a netmask that is none', 'import.value', 'dhcp-range=10.77.1.100,10.77.1.150,«255.0.255.0»'],
    ['a lease that is none', 'import.value', `dhcp-range=${GOOD},«1y»`],
    ['a router that is none', 'import.value', dnsmasq('dhcp-option=3,«router.example»')],
    ['a host that is none', 'import.value', dnsmasq('dhcp-host=00:50:56:00:02:01,«10.77.1.999»')],
    [
      'a range across networks',
      'address.outside-subnet',
      'dhcp-range=10.77.1.100,«10.77.2.150»,255.255.255.0',
    ],
    ['ranges that overlap', 'import.overlap', dnsmasq('«dhcp-range=10.77.1.150,10.77.1.160,255.255.255.0»')],
  ])('given %s, then it is refused', (_, code, marked) => {
    expectIssue('error', code, marked, { format: 'dnsmasq' });
  });
});

describe('dnsmasq: warnings', () => {
  test.each<Row>([
    ['an option that does not exist', 'import.not-understood', dnsmasq('«dhcp-rage=x»')],
    ['an option without a word for it', 'import.not-understood', dnsmasq('«dhcp-option=252,http://wpad»')],
    ['an option for vendors', 'import.not-understood', dnsmasq('«dhcp-option=vendor:PXEClient,6,2b»')],
    ['an option for some clients', 'import.not-understood', dnsmasq('«dhcp-option=tag:red,3,10.77.1.1»')],
    ['no router', 'import.not-understood', dnsmasq('«dhcp-option=3»')],
    ['a router that is the server', 'import.not-understood', dnsmasq('«dhcp-option=3,0.0.0.0»')],
    ['addresses in turn', 'import.not-understood', dnsmasq('«dhcp-sequential-ip»')],
    ['a limit of leases', 'import.not-understood', dnsmasq('«dhcp-lease-max=50»')],
    ['a range for some clients', 'import.not-understood', `dhcp-range=«tag:red»,${GOOD}`],
    ['a proxy', 'import.not-understood', dnsmasq('«dhcp-range=10.77.2.0,proxy»')],
    ['IPv6', 'import.not-understood', dnsmasq('«dhcp-range=fd00::100,fd00::200,64»')],
    ['a host to be ignored', 'import.not-understood', dnsmasq('«dhcp-host=00:50:56:00:02:01,ignore»')],
    ['a lease of one host', 'import.not-understood', dnsmasq('dhcp-host=00:50:56:00:02:01,10.77.1.9,«2h»')],
    ['hardware addresses by pattern', 'import.not-understood', dnsmasq('dhcp-host=«00:50:56:*:*:*»,set:vms')],
    [
      'two hardware addresses',
      'import.not-understood',
      dnsmasq('«dhcp-host=00:50:56:00:02:01,00:50:56:00:02:02,10.77.1.9»'),
    ],
    ['a folder', 'import.not-followed', dnsmasq('«conf-dir=/etc/dnsmasq.d»')],
    ['a file of hosts', 'import.not-followed', dnsmasq('«dhcp-hostsfile=/etc/hosts.dhcp»')],
    ['no netmask', 'import.guessed', '«dhcp-range=10.77.1.100,10.77.1.150,12h»'],
    ['a lease under two minutes', 'import.value', `dhcp-range=${GOOD},«60»`],
    [
      'a reservation in no range',
      'address.outside-subnet',
      dnsmasq('dhcp-host=00:50:56:00:02:01,«10.99.1.9»'),
    ],
  ])('given %s, then the rest stands', (_, code, marked) => {
    expectIssue('warning', code, marked, { format: 'dnsmasq' });
  });

  test('given a slip of the fingers, then the right option is offered', () => {
    expect(issuesOf(dnsmasq('dhcp-authorative'))[0]?.help).toBe('did you mean `dhcp-authoritative`?');
  });
});

describe('Kea: errors', () => {
  test.each<Row>([
    ['a comma missing', 'import.syntax', kea('"id": 1 «"»renew-timer": 5')],
    ['a colon missing', 'import.syntax', kea('"id" «1»')],
    ['a key without quotes', 'import.syntax', kea('«i»d: 1')],
    ['a value missing', 'import.syntax', '{"Dhcp4": {"id": «}»'],
    ['a text that does not end', 'import.syntax', kea('"interface": «"»eth0')],
    ['a comment that does not end', 'import.syntax', `${kea('"id": 1')}«/»* `],
    ['a bracket that is not closed', 'import.syntax', '{"Dhcp4": «{» "valid-lifetime": 5 '],
    ['text behind the end', 'import.syntax', `${kea('"id": 1')}«}»`],
    ['nesting without end', 'import.too-deep', `${'['.repeat(65)}«[»`],
    [
      'a pool that is none',
      'import.value',
      '{"Dhcp4": {"subnet4": [{"subnet": "10.77.1.0/24", "pools": [{"pool": «"all"»}]}]}}',
    ],
    ['a subnet that is none', 'import.value', '{"Dhcp4": {"subnet4": [{"subnet": «"10.77.1.0"»}]}}'],
    ['a lease that is no number', 'import.value', kea('"valid-lifetime": «"soon"»')],
    ['a flag that is none', 'import.value', kea('"authoritative": «1»')],
    ['a list that is none', 'import.value', kea('"reservations": «5»')],
    ['a router that is none', 'import.value', kea('"option-data": [{"name": "routers", "data": «"gw"»}]')],
    [
      'ranges that overlap',
      'import.overlap',
      '{"Dhcp4": {"subnet4": [{"subnet": "10.77.1.0/24", "pools": [{"pool": "10.77.1.5 - 10.77.1.9"}, {"pool": «"10.77.1.9 - 10.77.1.12"»}]}]}}',
    ],
    [
      'a pool outside its subnet',
      'address.outside-subnet',
      '{"Dhcp4": {"subnet4": [{"subnet": "10.77.1.0/24", "pools": [{"pool": «"10.77.2.5 - 10.77.2.9"»}]}]}}',
    ],
  ])('given %s, then it is refused', (_, code, marked) => {
    expectIssue('error', code, marked, { format: 'kea' });
  });
});

describe('Kea: warnings', () => {
  const reservation = (inside: string): string => kea(`"reservations": [{${inside}}]`);
  test.each<Row>([
    ['an unknown key', 'import.not-understood', kea('«"colour"»: "blue"')],
    [
      'an unknown option',
      'import.not-understood',
      kea('"option-data": [{"name": «"slp-scope"», "data": "x"}]'),
    ],
    [
      'an option in bytes',
      'import.not-understood',
      kea('"option-data": [{"name": «"routers"», "csv-format": false, "data": "0a4d0101"}]'),
    ],
    ['a relay', 'import.not-understood', kea('"relay": «{» "ip-addresses": ["10.77.1.1"] }')],
    ['clients known by hardware alone', 'import.not-understood', kea('"match-client-id": «false»')],
    ['a class', 'import.not-understood', kea('«"client-class"»: "voip"')],
    ['another allocator', 'import.not-understood', kea('"allocator": «"random"»')],
    [
      'a client known by its DUID',
      'import.not-understood',
      reservation('"duid": "01:02", "ip-address": «"10.77.1.9"»'),
    ],
    [
      'a hook',
      'import.not-understood',
      kea('"id": 1', '"hooks-libraries": [{"library": «"libdhcp_ha.so"»}],'),
    ],
    ['a database of hosts', 'import.not-understood', kea('"id": 1', '«"hosts-database"»: {},')],
    ['an include', 'import.not-followed', kea('"reservations": «<?include "r.json"?>»')],
    ['an include among members', 'import.not-followed', kea('«<?include "r.json"?>»')],
    ['a key that is there twice', 'import.value', kea('"id": 1, «"id"»: 2')],
    [
      'a reservation outside',
      'address.outside-subnet',
      reservation('"hw-address": "00:50:56:00:02:01", "ip-address": «"10.77.2.9"»'),
    ],
  ])('given %s, then the rest stands', (_, code, marked) => {
    expectIssue('warning', code, marked, { format: 'kea' });
  });
});

describe('the file as a whole', () => {
  const big = `${isc('')}${'#'.repeat(11 * 1024 * 1024)}`;
  test.each<readonly [about: string, code: string, text: string]>([
    ['is empty', 'file.empty', ' \n'],
    ['is not text', 'file.binary', 'subnet\0'],
    ['is too big', 'file.too-big', big],
    ['is something else', 'import.format', 'Dear server,\nplease hand out addresses.\n'],
    ['has no subnet', 'import.nothing', 'default-lease-time 600;\n'],
    ['is for IPv6', 'import.nothing', '{"Dhcp6": {}}'],
  ])('given that it %s, then one error says so', (_, code, text) => {
    expect(issuesOf(text).map((issue) => [issue.severity, issue.code])).toEqual([['error', code]]);
  });

  test('given more issues than anybody reads, then equal ones are one and the rest is counted', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `odd-${i} 1;\nsame 1;\n`).join('');
    const issues = issuesOf(`${isc('')}${lines}`);
    expect(issues).toHaveLength(21);
    expect(issues[1]?.message).toBe('`same` is left out (and in 39 more places)');
    expect(issues.at(-1)?.message).toBe('and 21 more');
  });

  test('given a format, then it is read as that, whatever it looks like', () => {
    expect(issuesOf(isc(''), { format: 'kea' })[0]?.code).toBe('import.syntax');
  });
});
