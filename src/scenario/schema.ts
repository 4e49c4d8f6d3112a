/**
 * What people write. One definition checks it, types it and documents it in editors. Everything is optional here:
 * ranges and layers complete each other, so what must be there is checked after they are joined.
 */
import { z } from 'zod';
import {
  bitRate,
  byteRate,
  count,
  duration,
  field,
  instant,
  name,
  named,
  reference,
  size,
  text,
} from './fields.ts';
import { storySections } from './schema-cluster.ts';
import { machineSection, networkSection } from './schema-network.ts';
import { platformSection } from './schema-platform.ts';

const nic = z.strictObject({
  network: field(reference(), 'The network it is plugged into.', 'mgmt'),
  rate: field(bitRate(), 'Its speed. Default: 10Gbps.', '10Gbps'),
});

const host = z.strictObject({
  cpu: field(z.strictObject({ cores: field(count(1, 1024), 'Number of cores.', 16) }), 'Processors.', {
    cores: 16,
  }),
  memory: field(size(), 'Memory.', '128GiB'),
  roles: field(z.array(z.enum(['mgmt', 'cloud'])), 'What the platform uses it for. Default: cloud.', [
    'mgmt',
    'cloud',
  ]),
  nics: field(named(nic), 'Network cards, by name.', { vmnic0: { network: 'mgmt', rate: '10Gbps' } }),
  power: field(z.enum(['on', 'off']), 'Whether it runs at the start. Default: on.', 'on'),
  boot: field(duration(), 'From power-on until it serves. Default: 5m.', '5m'),
  clock: field(duration({ signed: true }), 'How far its clock is ahead of true time. Default: 0s.', '-3h'),
});

const datastore = z.strictObject({
  hosts: field(
    z.union([reference(), z.array(reference())]),
    'Hosts that mount it: a name, a glob, or a list of them. Default: all.',
    'esx-*',
    ['esx-01', 'esx-02'],
  ),
  capacity: field(size(), 'Its capacity.', '20TiB'),
  write: field(byteRate(), 'How fast it can be written, shared by all clones.', '800MB/s'),
});

const root = z.strictObject({
  from: field(instant(), 'Valid from. Default: five years before the start.', '2015-01-01T00:00:00Z'),
  until: field(instant(), 'Valid until. Default: 15 years after the start.', '2030-01-01T00:00:00Z'),
});

const intermediate = z.strictObject({
  'issued-by': field(
    reference(),
    'The authority that signed it: a root or another intermediate.',
    'public-web',
  ),
  from: field(instant(), 'Valid from. Default: three years before the start.', '2015-01-01T00:00:00Z'),
  until: field(instant(), 'Valid until. Default: five years after the start.', '2020-01-01T00:00:00Z'),
  'copy-of': field(
    reference(),
    'The authority whose name and key it carries, where another one has signed it too: a cross-certificate.',
    'public-web',
  ),
  'path-length': field(count(0, 255), 'How many authorities may stand below it. Default: any number.', 0),
  permits: field(z.array(text(255)).max(100), 'Domains it may sign for, with all below them. Default: any.', [
    'corp.example',
  ]),
  excludes: field(z.array(text(255)).max(100), 'Domains it may not sign for.', ['docker.io']),
});

const layer = z.union([size(), z.record(z.string(), size())]);
const image = z.union([
  size(),
  z.strictObject({
    layers: field(
      z.array(layer).min(1).max(127),
      'Compressed layers, base first; a named layer is shared by name.',
      [{ 'ubuntu-14.04': '65MB' }, '185MB'],
    ),
  }),
]);

const siteTls = z.strictObject({
  'issued-by': field(
    reference(),
    'The authority that issued its certificate: one of pki.roots or pki.intermediates.',
    'public-web',
  ),
  names: field(
    z.array(text(255)).min(1).max(1000),
    'Host names that it is valid for, with `*.` for all of one level. Default: the name of the site.',
    ['registry.example', '*.registry.example'],
  ),
  sends: field(
    z.array(reference()).max(20),
    'Authorities whose certificates it sends along. Default: the intermediates up to the root.',
    ['public-issuing'],
  ),
  from: field(instant(), 'Valid from. Default: a year before the start.', '2016-01-01T00:00:00Z'),
  until: field(instant(), 'Valid until. Default: a year after the start.', '2017-01-01T00:00:00Z'),
});

const siteLimit = z.strictObject({
  pulls: field(count(0, 1_000_000_000), 'How many manifests it may fetch. Default: 100.', 100),
  per: field(duration({ min: 1 }), 'The window, which begins with its first pull. Default: 6h.', '6h'),
});

const site = z.strictObject({
  tls: field(siteTls, 'Its certificate.', { 'issued-by': 'public-web' }),
  plain: field(
    z.boolean(),
    'Whether it speaks plain HTTP and shows no certificate; it stands inside the company then. Default: false.',
    true,
  ),
  rtt: field(duration(), 'Round trip time to it. Default: 40ms.', '40ms'),
  bandwidth: field(bitRate(), 'What it can send. Default: 1Gbps.', '1Gbps'),
  up: field(z.boolean(), 'Whether it answers. Default: true.', true),
  token: field(
    reference(),
    'The site that gives out its tokens: one of `internet`. Default: it asks for none.',
    'auth.docker.io',
  ),
  blobs: field(
    reference(),
    'The site that it sends clients to for layers: one of `internet`. Default: it sends them itself.',
    'production.cloudflare.docker.com',
  ),
  inside: field(
    z.boolean(),
    'Whether it stands inside the company, so that no proxy is on the way to it. Default: false.',
    true,
  ),
  'mirror-of': field(
    reference(),
    'The site that it is a pull-through cache of: it fetches once what it does not have. Default: it has its own images.',
    'registry-1.docker.io',
  ),
  limit: field(
    siteLimit,
    'What one address may pull: a machine, or a proxy with all machines behind it. Default: as much as it wants.',
    { pulls: 100, per: '6h' },
  ),
  images: field(named(image), 'Container images it serves: a size, or layers.', {
    'esxcloud/zookeeper': '150MB',
  }),
});

const proxyTls = z.strictObject({
  intercept: field(z.boolean(), 'Whether it opens TLS sessions and signs them again. Default: false.', true),
  're-signs-with': field(
    reference(),
    'The authority it signs with: one of pki.roots or pki.intermediates.',
    'corp-root',
  ),
  product: field(
    z.enum(['squid', 'mitmproxy']),
    'Whose habits it has: Squid copies the dates of the origin and sends its root along; mitmproxy begins two days ago and sends the leaf alone.',
    'squid',
  ),
  trusts: field(
    z.array(reference()),
    'Authorities that the proxy itself trusts: it shows a page of its own for any other site. Default: it asks nobody.',
    ['public-web'],
  ),
  backdate: field(
    duration(),
    "How long before now a forged certificate's validity begins. Default: 0s.",
    '1h',
  ),
  bypass: field(z.array(text(255)), 'Host names passed through untouched.', ['quay.io']),
});

const proxy = z.strictObject({
  path: field(
    text(1000),
    'Whose traffic goes through it: `mgmt -> internet`, `[mgmt, dmz] -> internet`.',
    'mgmt -> internet',
  ),
  bandwidth: field(bitRate(), 'What it can carry. Default: 1Gbps.', '200Mbps'),
  up: field(z.boolean(), 'Whether it works. Default: true.', true),
  mode: field(
    z.enum(['explicit', 'transparent']),
    'Whether machines are told of it and ask it by CONNECT, or it takes up their connections on the way. Default: explicit.',
    'transparent',
  ),
  users: field(
    z.array(name()),
    'Who may use it: it asks every machine for a user (407). Explicit proxies only. Default: everybody, and it does not ask.',
    ['nodes'],
  ),
  tls: field(proxyTls, 'What it does with TLS.', { intercept: true, 're-signs-with': 'corp-root' }),
});

const pki = z.strictObject({
  roots: field(named(root), 'Root certificates, by name.', { 'public-web': {}, 'corp-root': {} }),
  intermediates: field(named(intermediate), 'Authorities below the roots, by name.', {
    'public-issuing': { 'issued-by': 'public-web' },
  }),
});

const seed = z.union([text(200), z.number()]);

/** A whole scenario after its layers are joined. */
export const scenarioSchema = z.strictObject({
  version: field(z.literal(1), 'Version of the scenario language.', 1),
  name: field(name(), "The scenario's name. Default: the name of the file.", 'mesos-works'),
  about: field(text(), 'What it is about, for people.', 'A Mesos cluster on a Photon-style platform.'),
  start: field(
    instant(),
    'Calendar instant of the start. Default: 2016-01-01T00:00:00Z.',
    '2016-05-24T09:00:00Z',
  ),
  until: field(duration({ min: 1 }), 'How long to simulate.', '90m'),
  seed: field(seed, 'Seed of all random draws. Default: premortem.', 'field-notes'),
  hosts: field(named(host), 'Hosts, by name; `esx-[01-04]` makes four, a later plain key refines one.', {
    'esx-[01-04]': { cpu: { cores: 16 }, memory: '128GiB' },
  }),
  datastores: field(named(datastore), 'Datastores, by name.', {
    'vsan-1': { hosts: 'esx-*', capacity: '20TiB' },
  }),
  networks: field(named(networkSection), 'Networks, by name.', { mgmt: { cidr: '10.20.0.0/24' } }),
  machines: field(
    named(machineSection),
    'Plain machines, by name; `desk-[001-300]` makes 300, a later plain key refines one.',
    { 'desk-[001-300]': { network: 'office', within: '60s' } },
  ),
  pki: field(pki, 'Certificates.', { roots: { 'public-web': {} } }),
  internet: field(named(site), 'Sites on the internet, by host name.', {
    'quay.io': { tls: { 'issued-by': 'public-web' } },
  }),
  proxies: field(named(proxy), 'Proxies between networks and the internet, by name.', {
    edge: { path: 'mgmt -> internet' },
  }),
  platform: field(platformSection, 'The platform that creates VMs and clusters.', {
    on: 'esx-01',
    network: 'mgmt',
  }),
  ...storySections,
});

/** What one file may say: a scenario, or changes to another one. */
export const fileSchema = z.strictObject({
  extends: field(
    text(1000),
    'Another scenario file that this one changes; relative to this file.',
    'mesos-works.yaml',
  ),
  change: field(
    z.record(z.string(), z.unknown()),
    'New values by dotted path; the whole value is replaced. Keys may be globs: `hosts.esx-*.clock`.',
    { 'networks.mgmt.dhcp.enabled': false },
  ),
  ...scenarioSchema.shape,
});

/** A scenario as zod returns it: quantities in base units, nothing filled in. */
export type Written = z.output<typeof scenarioSchema>;
