/** What people write about networks, the DHCP servers on them, and plain machines. */
import { z } from 'zod';
import {
  address,
  addressOrDhcp,
  cidr,
  count,
  duration,
  field,
  losses,
  mac,
  named,
  reference,
  scope,
  scopes,
  text,
} from './fields.ts';

const reservation = z.strictObject({
  mac: field(mac(), 'The hardware address it is for.', '00:50:56:00:02:01'),
  'client-id': field(
    text(255),
    'Instead of a hardware address: the client id, as text or as bytes in hex.',
    '01:00:50:56:00:02:01',
  ),
  address: field(address(), 'The address that is kept, in the scope or outside it.', '10.20.0.9'),
});

const options = z.strictObject({
  domain: field(text(255), 'Option 15.', 'lab.example'),
  search: field(z.array(text(255)), 'Option 119.', ['lab.example']),
  ntp: field(z.array(address()), 'Option 42.', ['10.20.0.3']),
  wins: field(z.array(address()), 'Option 44.', ['10.20.0.4']),
  mtu: field(count(68, 65_535), 'Option 26.', 1500),
  tftp: field(text(255), 'Option 66.', 'boot.lab.example'),
  bootfile: field(text(255), 'Option 67.', 'undionly.kpxe'),
});

const SOFTWARE = ['generic', 'dnsmasq', 'kea', 'isc', 'udhcpd', 'windows'] as const;
const PROGRAMS = ['networkd', 'dhclient', 'dhcpcd', 'udhcpc', 'generic'] as const;

/** What every DHCP server has. */
const serving = {
  enabled: field(z.boolean(), 'Whether the server runs at the start. Default: true.', true),
  software: field(
    z.enum(SOFTWARE),
    'Which product it is; it decides the order of addresses, checks, offers and refusals. Default: generic (RFC 2131).',
    'kea',
  ),
  address: field(
    address(),
    "The server's own address, by which clients name it. Default: the gateway's.",
    '10.20.0.2',
  ),
  scope: field(
    scopes(),
    'First and last address it gives out, or a list of such ranges.',
    '10.20.0.50-10.20.0.199',
    ['10.20.0.50-10.20.0.99', '10.20.0.150-10.20.0.199'],
  ),
  exclude: field(z.array(scope()), 'Ranges of the scope that are not given out.', ['10.20.0.60-10.20.0.64']),
  reservations: field(named(reservation), 'Addresses kept for one client each, by name.', {
    printer: { mac: '00:50:56:00:02:01', address: '10.20.0.9' },
  }),
  lease: field(
    duration({ min: 1_000_000 }),
    "How long a lease lasts. Default: the software's own, 8h for generic.",
    '8h',
  ),
  'min-lease': field(
    duration({ min: 1_000_000 }),
    "The shortest lease that a client may wish for. Default: the software's own.",
    '5m',
  ),
  'max-lease': field(
    duration({ min: 1_000_000 }),
    'The longest lease that a client may wish for. Default: `lease`.',
    '24h',
  ),
  t1: field(
    duration({ min: 1_000_000 }),
    'When clients are told to renew. Default: not sent, or half the lease.',
    '4h',
  ),
  t2: field(
    duration({ min: 1_000_000 }),
    'When clients are told to ask any server. Default: not sent, or 7/8 of it.',
    '7h',
  ),
  check: field(
    z.enum(['none', 'ping', 'arp']),
    "How it looks for a user of an address before it offers it. Default: the software's own, none for generic.",
    'ping',
  ),
  'check-wait': field(duration(), 'How long it waits for an answer to its check.', '1s'),
  authoritative: field(
    z.boolean(),
    "Whether it refuses what it knows nothing of. Default: the software's own.",
    true,
  ),
  quarantine: field(duration(), 'How long an address found in use, or declined, is withheld.', '24h'),
  options: field(options, 'What else clients are told. It is shown in captures and changes no behaviour.', {
    domain: 'lab.example',
  }),
};

export const dhcpSection = z.strictObject({
  ...serving,
  server: field(
    reference(),
    'The network whose server gives out this scope, through the relay of this network. Default: a server of its own.',
    'mgmt',
  ),
  'answer-delay': field(duration(), 'How late its answers arrive. Default: 0s.', '4s'),
  'lost-answers': field(
    z.array(losses()),
    'Which of its answers get lost, counted from 1: the first OFFER, the first three ACKs.',
    ['OFFER 1', 'ACK 1-3'],
  ),
});

const furtherServer = z.strictObject({
  ...serving,
  cidr: field(
    cidr(),
    'The subnet that it believes to be here. Default: that of the network.',
    '192.168.66.0/24',
  ),
});

const relay = z.union([
  z.boolean(),
  z.strictObject({
    enabled: field(z.boolean(), 'Whether it works at the start. Default: true.', true),
    'option-82': field(z.boolean(), 'Whether it adds option 82 (circuit id). Default: false.', true),
  }),
]);

export const networkSection = z.strictObject({
  cidr: field(cidr(), 'Its addresses.', '10.20.0.0/24'),
  gateway: field(address(), 'The address of its router. Default: the first one.', '10.20.0.1'),
  dns: field(z.array(address()), 'Addresses of name servers.', ['10.20.0.2']),
  vlan: field(count(0, 4094), 'VLAN; 0 is untagged. Default: 0.', 20),
  dhcp: field(dhcpSection, 'Its DHCP server. Default: none.', {
    scope: '10.20.0.50-10.20.0.199',
    lease: '8h',
  }),
  servers: field(
    named(furtherServer),
    'Further DHCP servers on the same segment, by name: a second one, a rogue one.',
    { rogue: { software: 'dnsmasq', address: '192.168.66.1', cidr: '192.168.66.0/24' } },
  ),
  relay: field(
    relay,
    'Whether its router relays DHCP to the server of another network (`dhcp.server`). Default: false.',
    true,
  ),
});

export const machineSection = z.strictObject({
  network: field(reference(), 'The network it is plugged into.', 'office'),
  address: field(addressOrDhcp(), 'A static address, or `dhcp`. Default: dhcp.', 'dhcp', '10.20.0.30'),
  client: field(z.enum(PROGRAMS), 'Its DHCP client. Default: networkd.', 'dhclient'),
  start: field(duration(), 'When it starts. Default: 0s.', '5m'),
  within: field(
    duration(),
    'It starts at a random instant so long after `start`: a boot storm is a range of machines with this. Default: 0s.',
    '60s',
  ),
  mac: field(mac(), 'Its hardware address. Default: one of its own.', '00:50:56:00:02:01'),
  'client-id': field(
    z.enum(['mac', 'duid', 'none']),
    "What it identifies itself with. Default: the client program's own.",
    'duid',
  ),
  check: field(
    z.boolean(),
    "Whether it looks by ARP whether its address is used before it uses it. Default: the client program's own.",
    true,
  ),
  inform: field(
    z.boolean(),
    'Whether it asks servers by DHCPINFORM for options to its static address; of the programs, dhcpcd and generic can. Default: false.',
    true,
  ),
  patience: field(
    duration(),
    'How long it may be without an address before that is a failure (address.none). Default: 2m.',
    '2m',
  ),
});
