/** ISC dhcpd: what its blocks inherit, and the forms of its statements. */
import { describe, expect, test } from 'vitest';
import { isc, issuesOf, networkOf, networksOf, serverOf } from './dhcp-import/given.ts';

describe('scopes', () => {
  const FILE = `
default-lease-time 600;
option domain-name "global.example";
option domain-name-servers 10.77.1.2, 10.77.1.3;
authoritative;
shared-network floor {
  option domain-name "floor.example";
  max-lease-time 7200;
  subnet 10.77.1.0 netmask 255.255.255.0 {
    range 10.77.1.100 10.77.1.110;
    option routers 10.77.1.1;
    default-lease-time 1200;
    not authoritative;
  }
  subnet 10.77.2.0 netmask 255.255.255.0 {
    pool { range 10.77.2.20 10.77.2.10; max-lease-time 900; ping-check off; }
  }
}
group {
  option ntp-servers 10.77.3.4;
  subnet 10.77.3.0 netmask 255.255.255.128 { range dynamic-bootp 10.77.3.7; }
}
subnet 10.77.20.0 netmask 255.255.252.0 { }
`;
  const networks = networksOf(FILE);

  test('given subnets at several levels, then there is a network for each, named after what is round it', () => {
    expect(Object.keys(networks)).toEqual([
      'floor-10-77-1',
      'floor-10-77-2',
      'net-10-77-3-0',
      'net-10-77-20',
    ]);
    expect(Object.values(networks).map(({ cidr }) => cidr)).toEqual([
      '10.77.1.0/24',
      '10.77.2.0/24',
      '10.77.3.0/25',
      '10.77.20.0/22',
    ]);
  });

  test('given values further out, then the innermost counts', () => {
    expect(networks['floor-10-77-1']).toEqual({
      cidr: '10.77.1.0/24',
      gateway: '10.77.1.1',
      dns: ['10.77.1.2', '10.77.1.3'],
      dhcp: {
        software: 'isc',
        scope: '10.77.1.100-10.77.1.110',
        lease: '20m',
        'max-lease': '2h',
        authoritative: false,
        options: { domain: 'floor.example' },
      },
    });
  });

  test('given a subnet with one pool, then what the pool says holds for the network', () => {
    expect(networks['floor-10-77-2']?.dhcp).toEqual({
      software: 'isc',
      scope: '10.77.2.10-10.77.2.20',
      lease: '10m',
      'max-lease': '15m',
      authoritative: true,
      check: 'none',
      options: { domain: 'floor.example' },
    });
  });

  test('given a group, then its subnets have its options; given a range of one address, then the scope has one', () => {
    expect(networks['net-10-77-3-0']?.dhcp).toMatchObject({
      scope: '10.77.3.7-10.77.3.7',
      options: { domain: 'global.example', ntp: ['10.77.3.4'] },
    });
  });

  test('given a subnet without ranges, then it is a network without a server', () => {
    expect(networks['net-10-77-20']).toEqual({ cidr: '10.77.20.0/22', dns: ['10.77.1.2', '10.77.1.3'] });
  });

  test('given a value behind the subnet, then it holds for the subnet all the same', () => {
    expect(serverOf(`${isc('')}default-lease-time 60;\n`).lease).toBe('1m');
  });

  test('given a pool beside subnets, then its range belongs to the subnet that has it', () => {
    const text = `shared-network x {\nsubnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.5 10.1.1.6; }\nsubnet 10.1.2.0 netmask 255.255.255.0 { }\npool { range 10.1.2.7 10.1.2.9; }\n}`;
    expect(networksOf(text)['x-10-1-2']?.dhcp?.scope).toBe('10.1.2.7-10.1.2.9');
  });
});

describe('statements', () => {
  test.each<[string, string, object]>([
    [
      'lease times',
      'default-lease-time 90; min-lease-time 60; max-lease-time infinite;',
      { lease: '1m30s', 'min-lease': '1m', 'max-lease': '49710d6h28m15s' },
    ],
    [
      'timers',
      'option dhcp-renewal-time 1800; option dhcp-rebinding-time 3150;',
      { t1: '30m', t2: '52m30s' },
    ],
    ['a check switched off', 'ping-check false;', { check: 'none' }],
    ['a wait in milliseconds', 'ping-timeout-ms 250;', { 'check-wait': '250ms' }],
    ['a wait in seconds', 'ping-timeout 2;', { 'check-wait': '2s' }],
    ['quarantine', 'abandon-lease-time 86400;', { quarantine: '1d' }],
    ['the address of the server', 'server-identifier 10.77.1.1;', { address: '10.77.1.1' }],
    [
      'the address of the server as an option',
      'option dhcp-server-identifier 10.77.1.4;',
      { address: '10.77.1.4' },
    ],
    ['not authoritative', 'not authoritative;', { authoritative: false }],
    [
      'several ranges',
      'range 10.77.1.160 10.77.1.170;',
      { scope: ['10.77.1.100-10.77.1.150', '10.77.1.160-10.77.1.170'] },
    ],
    [
      'options',
      'option domain-search "a.example", "b.example"; option interface-mtu 1400; option netbios-name-servers 10.77.1.5; option tftp-server-name "boot"; option bootfile-name "pxe.0";',
      {
        options: {
          search: ['a.example', 'b.example'],
          wins: ['10.77.1.5'],
          mtu: 1400,
          tftp: 'boot',
          bootfile: 'pxe.0',
        },
      },
    ],
  ])('given %s, then it is in the fragment', (_, inside, expected) => {
    expect(serverOf(isc(inside))).toMatchObject(expected);
    expect(issuesOf(isc(inside))).toEqual([]);
  });

  test('given a check that is the default of the product, then nothing is written', () => {
    expect(serverOf(isc('ping-check true;'))).not.toHaveProperty('check');
  });

  test('given statements without bearing on addresses, then nothing is said about them', () => {
    const text = `ddns-update-style none;\nlog-facility local7;\nkey k { algorithm x; secret y; }\nfilename "pxe.0";\nallow booting;\n${isc('option subnet-mask 255.255.255.0; option broadcast-address 10.77.1.255; next-server 10.77.1.9;')}`;
    expect(issuesOf(text)).toEqual([]);
  });
});

describe('hosts', () => {
  test('given hosts anywhere, then they are reservations of the subnet that has their address', () => {
    const text = `${isc('host inner { hardware ethernet 0:50:56:0:2:2; fixed-address 10.77.1.8; }')}
group { host printer { hardware ethernet 00:50:56:00:02:01; fixed-address 10.77.1.9; option host-name "p"; } }
host byid { option dhcp-client-identifier "abc"; fixed-address 10.77.1.10; }
host bytes { option dhcp-client-identifier 1:0:50:56; fixed-address 10.77.1.11; }
host without { hardware ethernet 00:50:56:00:02:05; }`;
    expect(serverOf(text).reservations).toEqual({
      inner: { mac: '00:50:56:00:02:02', address: '10.77.1.8' },
      printer: { mac: '00:50:56:00:02:01', address: '10.77.1.9' },
      byid: { 'client-id': 'abc', address: '10.77.1.10' },
      bytes: { 'client-id': '01:00:50:56', address: '10.77.1.11' },
    });
    expect(issuesOf(text)).toEqual([]);
  });

  test('given only reservations, then the server has no scope', () => {
    const text =
      'subnet 10.77.1.0 netmask 255.255.255.0 { }\nhost a { hardware ethernet 00:50:56:00:02:01; fixed-address 10.77.1.9; }';
    expect(serverOf(text)).toEqual({
      software: 'isc',
      reservations: { a: { mac: '00:50:56:00:02:01', address: '10.77.1.9' } },
    });
  });
});

describe('names', () => {
  test.each<[string, string, string]>([
    ['a comment before it', `# lab\n${isc('')}`, 'lab'],
    ['the name of its interface', isc('interface "eth1";'), 'eth1'],
    ['nothing', isc(''), 'net-10-77-1'],
    [
      'a comment that is a sentence',
      `# this is where the printers of the house live\n${isc('')}`,
      'net-10-77-1',
    ],
  ])('given %s, then that is its name', (_, text, name) => {
    expect(Object.keys(networksOf(text))).toEqual([name]);
  });

  test('given a name that is wanted, then the network has it; of several it is the beginning', () => {
    const two = `${isc('')}subnet 10.77.2.0 netmask 255.255.255.0 { }`;
    expect(Object.keys(networksOf(isc(''), { network: 'mgmt' }))).toEqual(['mgmt']);
    expect(Object.keys(networksOf(two, { network: 'mgmt' }))).toEqual(['mgmt-10-77-1', 'mgmt-10-77-2']);
  });
});

test('given texts with escapes and characters that move a cursor, then they are read and made harmless', () => {
  const text = isc(String.raw`option domain-name "la\"b\x1b[31m\007";`);
  expect(networkOf(text).dhcp?.options).toEqual({ domain: 'la"b[31m' });
});
