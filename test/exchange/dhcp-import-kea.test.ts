/** Kea: its levels, timers, pools and reservations, and JSON with comments. */
import { describe, expect, test } from 'vitest';
import { issuesOf, kea, networksOf, serverOf } from './dhcp-import/given.ts';

const FULL = `// The server
{ # of the lab
  "Dhcp4": {
    /* its own
       address */
    "interfaces-config": { "interfaces": ["eth0/10.77.1.1", "eth1"] },
    "valid-lifetime": 3600, "min-valid-lifetime": 300, "max-valid-lifetime": 7200,
    "authoritative": true, "decline-probation-period": 600,
    "option-data": [
      { "name": "domain-name-servers", "data": "10.77.1.2, 10.77.1.3" },
      { "code": 15, "data": "lab.example" },
    ],
    "subnet4": [
      // lab
      {
        "id": 1, "subnet": "10.77.1.0/24", "renew-timer": 900, "rebind-timer": 1600,
        "pools": [{ "pool": "10.77.1.100-10.77.1.150" }, { "pool": "10.77.1.64/28" }],
        "option-data": [{ "name": "routers", "data": "10.77.1.1" }],
        "reservations": [
          { "hw-address": "00:50:56:00:02:01", "ip-address": "10.77.1.9", "hostname": "printer" },
          { "client-id": "'thin'", "ip-address": "10.77.1.10" },
          { "client-id": "01:ab:cd", "ip-address": "10.77.1.11", },
          { "hw-address": "00:50:56:00:02:09", "hostname": "roaming" },
        ],
      },
    ],
    "reservations": [{ "client-id": "01aabb", "ip-address": "10.77.2.5", "hostname": "global" }],
    "shared-networks": [{
      "name": "floor", "valid-lifetime": 1800, "authoritative": false, "calculate-tee-times": true,
      "subnet4": [
        { "subnet": "10.77.2.0/24", "pools": [{ "pool": "10.77.2.10 - 10.77.2.20" }], "user-context": { "comment": "left" } },
        { "subnet": "10.77.3.0/24", "pools": [{ "pool": "10.77.3.10 - 10.77.3.20", "option-data": [{ "name": "ntp-servers", "data": "10.77.3.1" }] }],
          "valid-lifetime": 600, "t1-percent": 0.4 },
      ],
    }],
    "loggers": [{ "name": "kea-dhcp4" }],
  }
}`;

describe('levels', () => {
  const networks = networksOf(FULL);

  test('given a subnet, then it has what is said of it and of all', () => {
    expect(networks['lab']).toEqual({
      cidr: '10.77.1.0/24',
      gateway: '10.77.1.1',
      dns: ['10.77.1.2', '10.77.1.3'],
      dhcp: {
        software: 'kea',
        address: '10.77.1.1',
        scope: ['10.77.1.100-10.77.1.150', '10.77.1.64-10.77.1.79'],
        reservations: {
          printer: { mac: '00:50:56:00:02:01', address: '10.77.1.9' },
          'host-10-77-1-10': { 'client-id': 'thin', address: '10.77.1.10' },
          'host-10-77-1-11': { 'client-id': '01:ab:cd', address: '10.77.1.11' },
        },
        lease: '1h',
        'min-lease': '5m',
        'max-lease': '2h',
        t1: '15m',
        t2: '26m40s',
        authoritative: true,
        quarantine: '10m',
        options: { domain: 'lab.example' },
      },
    });
  });

  test('given a shared network, then its subnets inherit from it and carry its name', () => {
    expect(Object.keys(networks)).toEqual(['lab', 'floor-10-77-2', 'floor-10-77-3']);
    expect(networks['floor-10-77-2']?.dhcp).toMatchObject({
      lease: '30m',
      t1: '15m',
      t2: '26m15s',
      authoritative: false,
      reservations: { global: { 'client-id': '01:aa:bb', address: '10.77.2.5' } },
    });
  });

  test('given a lease and a share of its own, then timers are calculated from those', () => {
    expect(networks['floor-10-77-3']?.dhcp).toMatchObject({
      lease: '10m',
      t1: '4m',
      t2: '8m45s',
      options: { domain: 'lab.example', ntp: ['10.77.3.1'] },
    });
  });

  test('given comments, commas too many and keys without bearing, then nothing is said', () => {
    expect(issuesOf(FULL)).toEqual([]);
  });
});

test('given what is inside `Dhcp4`, or the key without braces round it, then it is read all the same', () => {
  const inside =
    '"subnet4": [{ "subnet": "10.77.1.0/24", "pools": [{ "pool": "10.77.1.100 - 10.77.1.150" }] }]';
  for (const text of [`{ ${inside} }`, `"Dhcp4": { ${inside} }`, `{ "Dhcp4": { ${inside} } }`])
    expect(serverOf(text)).toEqual({ software: 'kea', scope: '10.77.1.100-10.77.1.150' });
});

describe('single keys', () => {
  test.each<[string, string, object]>([
    [
      'the hook that pings',
      '"hooks-libraries": [{"library": "/usr/lib/libdhcp_ping_check.so", "parameters": {"reply-timeout": 500}}],',
      { check: 'ping', 'check-wait': '500ms' },
    ],
    [
      'the hook that pings, switched off',
      '"hooks-libraries": [{"library": "libdhcp_ping_check.so", "parameters": {"enable-ping-check": false}}],',
      {},
    ],
    ['hooks for operators', '"hooks-libraries": [{"library": "/usr/lib/libdhcp_lease_cmds.so"}],', {}],
    [
      'a server identifier',
      '"option-data": [{"name": "dhcp-server-identifier", "data": "10.77.1.7"}],',
      { address: '10.77.1.7' },
    ],
    [
      'options by number',
      '"option-data": [{"code": 119, "data": "a.example, b.example"}, {"code": 26, "data": "1400"}],',
      { options: { search: ['a.example', 'b.example'], mtu: 1400 } },
    ],
  ])('given %s, then it is in the fragment', (_, outside, expected) => {
    const text = kea('"id": 1', outside);
    expect(serverOf(text)).toEqual({ software: 'kea', scope: '10.77.1.100-10.77.1.150', ...expected });
    expect(issuesOf(text)).toEqual([]);
  });

  test('given a pool that holds the first address of the network, then the scope does not', () => {
    const text = '{"Dhcp4": {"subnet4": [{"subnet": "10.77.1.0/24", "pools": [{"pool": "10.77.1.0/28"}]}]}}';
    expect(serverOf(text).scope).toBe('10.77.1.1-10.77.1.15');
    expect(issuesOf(text).map(({ code }) => code)).toEqual(['address.reserved']);
  });
});
