/** dnsmasq: the forms of its ranges, hosts and options. */
import { describe, expect, test } from 'vitest';
import { dnsmasq, issuesOf, networksOf, serverOf } from './dhcp-import/given.ts';

describe('ranges', () => {
  const SCOPE = '10.77.1.100-10.77.1.150';
  test.each<[string, string, object]>([
    ['a netmask', 'dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0', { scope: SCOPE }],
    [
      'a broadcast address',
      'dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0,10.77.1.255,12h',
      { scope: SCOPE, lease: '12h' },
    ],
    ['minutes', 'dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0,45m', { lease: '45m' }],
    ['seconds', 'dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0,3600', { lease: '1h' }],
    ['days', 'dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0,2d', { lease: '2d' }],
    ['for ever', 'dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0,infinite', { lease: '49710d6h28m15s' }],
    ['a tag', 'dhcp-range=set:lab,10.77.1.100,10.77.1.150,255.255.255.0', { scope: SCOPE }],
    ['a tag in the old way', 'dhcp-range=lab,10.77.1.100,10.77.1.150,255.255.255.0', { scope: SCOPE }],
    ['an interface', 'dhcp-range=interface:eth1,10.77.1.100,10.77.1.150,255.255.255.0', { scope: SCOPE }],
    ['ends in the wrong order', 'dhcp-range=10.77.1.150,10.77.1.100,255.255.255.0', { scope: SCOPE }],
    [
      'blanks',
      '  dhcp-range = 10.77.1.100 , 10.77.1.150 , 255.255.255.0 , 1h  # lab',
      { scope: SCOPE, lease: '1h' },
    ],
  ])('given a range with %s, then it is the scope', (_, line, expected) => {
    expect(serverOf(line)).toMatchObject({ software: 'dnsmasq', ...expected });
    expect(issuesOf(line)).toEqual([]);
  });

  test('given a static range, then only reservations are served', () => {
    const text = 'dhcp-range=10.77.1.0,static,255.255.255.0,1h\ndhcp-host=00:50:56:00:02:01,10.77.1.9\n';
    expect(serverOf(text)).toEqual({
      software: 'dnsmasq',
      reservations: { 'host-10-77-1-9': { mac: '00:50:56:00:02:01', address: '10.77.1.9' } },
      lease: '1h',
    });
  });

  test('given two ranges of one subnet, then they are one network', () => {
    const text = dnsmasq('dhcp-range=10.77.1.10,10.77.1.20,255.255.255.0');
    expect(serverOf(text).scope).toEqual(['10.77.1.100-10.77.1.150', '10.77.1.10-10.77.1.20']);
  });

  test('given tags, an interface and comments, then networks have their names', () => {
    const text = `dhcp-range=set:red,10.77.1.5,10.77.1.6,255.255.255.0
dhcp-range=interface:eth1,10.77.2.5,10.77.2.6,255.255.255.0
# lab
dhcp-range=10.77.3.5,10.77.3.6,255.255.255.0
dhcp-range=10.77.4.5,10.77.4.6,255.255.255.0 # guests
dhcp-range=10.77.5.5,10.77.5.6,255.255.255.0`;
    expect(Object.keys(networksOf(text))).toEqual(['red', 'eth1', 'lab', 'guests', 'net-10-77-5']);
    expect(Object.keys(networksOf(dnsmasq('interface=br0')))).toEqual(['br0']);
  });
});

describe('hosts', () => {
  test.each<[string, string, object]>([
    ['mac and address', '00:50:56:00:02:01,10.77.1.9', { 'host-10-77-1-9': { mac: '00:50:56:00:02:01' } }],
    [
      'mac, name and address',
      '00:50:56:00:02:01,printer,10.77.1.9',
      { printer: { mac: '00:50:56:00:02:01' } },
    ],
    ['name first', 'printer,00:50:56:00:02:0A,10.77.1.9', { printer: { mac: '00:50:56:00:02:0a' } }],
    ['identifier in bytes', 'id:01:02:3,printer,10.77.1.9', { printer: { 'client-id': '01:02:03' } }],
    [
      'identifier as a text',
      'id:thin client,10.77.1.9',
      { 'host-10-77-1-9': { 'client-id': 'thin client' } },
    ],
    [
      'a tag that is set',
      '00:50:56:00:02:01,set:known,10.77.1.9',
      { 'host-10-77-1-9': { mac: '00:50:56:00:02:01' } },
    ],
    [
      'an identifier that is ignored',
      '00:50:56:00:02:01,id:*,10.77.1.9',
      { 'host-10-77-1-9': { mac: '00:50:56:00:02:01' } },
    ],
  ])('given %s, then it is a reservation', (_, host, expected) => {
    const text = dnsmasq(`dhcp-host=${host}`);
    expect(serverOf(text).reservations).toMatchObject(expected);
    expect(Object.values(serverOf(text).reservations ?? {})[0]?.address).toBe('10.77.1.9');
    expect(issuesOf(text)).toEqual([]);
  });

  test('given a host without an address, then nothing is reserved and nothing said', () => {
    const text = dnsmasq('dhcp-host=00:50:56:00:02:01,set:known\ndhcp-host=00:50:56:00:02:02,printer');
    expect(serverOf(text)).not.toHaveProperty('reservations');
    expect(issuesOf(text)).toEqual([]);
  });

  test('given an address for a client that is known by its name, then it is excluded', () => {
    const text = dnsmasq('dhcp-host=laptop,10.77.1.120');
    expect(serverOf(text).exclude).toEqual(['10.77.1.120-10.77.1.120']);
    expect(issuesOf(text).map(({ code }) => code)).toEqual(['import.not-understood']);
  });
});

describe('options', () => {
  const text = `interface=eth0
listen-address=127.0.0.1,10.77.1.1
domain=lab.example
domain=guests.example,10.77.2.0/24
dhcp-range=set:lab,10.77.1.100,10.77.1.150,255.255.255.0,1h
dhcp-range=set:guests,10.77.2.100,10.77.2.150,255.255.255.0,1h
dhcp-option=option:router,10.77.1.1
dhcp-option=tag:guests,3,10.77.2.1
dhcp-option=6,10.77.1.2,10.77.1.3
dhcp-option=option:T1,30m
dhcp-option=tag:eth0,59,3000
dhcp-option-force=option:ntp-server,10.77.1.4
dhcp-authoritative
no-ping
dhcp-lease-max=1000
cache-size=0
`;

  test('given options for all and for tags, then each network has its own', () => {
    expect(networksOf(text)).toEqual({
      lab: {
        cidr: '10.77.1.0/24',
        gateway: '10.77.1.1',
        dns: ['10.77.1.2', '10.77.1.3'],
        dhcp: {
          software: 'dnsmasq',
          address: '10.77.1.1',
          scope: '10.77.1.100-10.77.1.150',
          lease: '1h',
          t1: '30m',
          t2: '50m',
          authoritative: true,
          check: 'none',
          options: { domain: 'lab.example', ntp: ['10.77.1.4'] },
        },
      },
      guests: {
        cidr: '10.77.2.0/24',
        gateway: '10.77.2.1',
        dns: ['10.77.1.2', '10.77.1.3'],
        dhcp: {
          software: 'dnsmasq',
          scope: '10.77.2.100-10.77.2.150',
          lease: '1h',
          t1: '30m',
          t2: '50m',
          authoritative: true,
          check: 'none',
          options: { domain: 'guests.example', ntp: ['10.77.1.4'] },
        },
      },
    });
    expect(issuesOf(text)).toEqual([]);
  });

  test('given an option twice, then the first counts, as dnsmasq has it, and that is said', () => {
    const twice = dnsmasq('dhcp-option=3,10.77.1.1\ndhcp-option=option:router,10.77.1.2');
    expect(Object.values(networksOf(twice))[0]?.gateway).toBe('10.77.1.1');
    expect(issuesOf(twice).map(({ place }) => place?.line)).toEqual([3]);
  });

  test('given a `#` inside a value or quotes, then it is no comment', () => {
    expect(serverOf(dnsmasq('dhcp-option=15,"a #b"')).options).toEqual({ domain: 'a #b' });
    expect(serverOf(dnsmasq('dhcp-option=15,a#b')).options).toEqual({ domain: 'a#b' });
  });
});
