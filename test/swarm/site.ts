/** The infrastructure of a random world: hosts, networks, trust, registries and the platform. What is done to it is in `actions.ts`. */
import { formatIpv4 } from '../../src/base/ipv4.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { siteOf } from '../../src/models/docker/profile.ts';
import { KINDS } from '../../src/scenario/cluster-kinds.ts';
import { formatInstant } from '../../src/scenario/instant.ts';
import type { Draw } from './draw.ts';
import { machinesOf, relayedBy, rogueOn, servingOf } from './lan.ts';
import { ODD_NAMES, ODD_TEXTS } from './odd.ts';

/** What may be on in a world. Each is on or off for the whole run. */
export const FEATURES = [
  'bare',
  'odd-names',
  'clashing-names',
  'hosts-off',
  'weak-hosts',
  'wrong-clocks',
  'no-dhcp',
  'scope-covers-statics',
  'small-scope',
  'small-net',
  'short-lease',
  'ping-check',
  'products',
  'relays',
  'rogues',
  'machines',
  'proxies',
  'intercept',
  'boxes-in-the-way',
  'proxy-users',
  'trust-gaps',
  'certificates-end',
  'sites-down',
  'images-missing',
  'slow-links',
  'full-datastore',
  'tight-quota',
  'brink',
  'short-waits',
  'short-limits',
  'large',
  'bursts',
  'aimed',
  'ties',
  'tight-bounds',
] as const;
export type Feature = (typeof FEATURES)[number];
export type On = (feature: Feature) => boolean;

export type Plain = { [key: string]: unknown };

/** A network as the actions need to know it. */
export interface Net {
  readonly name: string;
  /** Addresses that machines may be given by hand, and those that DHCP gives out. */
  readonly statics: readonly number[];
  readonly scope: readonly number[];
  readonly hasScope: boolean;
  /** Whether its server is its own. */
  hasServer: boolean;
}

export interface Site {
  readonly hosts: readonly string[];
  readonly nets: readonly Net[];
  readonly roots: readonly string[];
  readonly machines: readonly string[];
  /** Networks with a relay or a place for one. */
  readonly relayed: readonly string[];
  /** Absent when there is no platform and so nothing to create. */
  readonly platform?: {
    readonly net: Net;
    readonly payers: readonly { readonly tenant: string; readonly project: string }[];
    readonly flavors: readonly string[];
    readonly images: readonly string[];
  };
}

/** Different names, most of them plain, some of them as odd as the language allows. */
export function namesOf(draw: Draw, count: number, prefix: string, isOdd: boolean): string[] {
  const names = new Set<string>();
  for (let i = 1; names.size < count; i += 1)
    names.add(isOdd && draw.chance(0.4) ? draw.pick(ODD_NAMES) : `${prefix}-${i}`);
  return [...names];
}

export const micros = (value: number): string => `${Math.round(value)}us`;
const mib = (value: number): string => `${Math.round(value)}MiB`;
const mbps = (value: number): string => `${Math.round(value)}Mbps`;

const ROLES = [['cloud'], ['mgmt', 'cloud'], ['mgmt', 'cloud'], ['mgmt'], []];

function hostsOf(draw: Draw, on: On, names: readonly string[], nets: readonly Net[]): Plain {
  return Object.fromEntries(
    names.map((name) => {
      const host: Plain = {
        cpu: { cores: on('weak-hosts') ? draw.log(1, 8) : draw.log(8, 64) },
        memory: on('weak-hosts') ? mib(draw.log(1, 24_000)) : mib(draw.log(32_000, 500_000)),
        boot: micros(draw.pick([0, SECOND, 5 * MINUTE, draw.log(1, HOUR)])),
      };
      if (draw.chance(0.5)) host['roles'] = draw.pick(ROLES);
      if (on('hosts-off') && draw.chance(0.3)) host['power'] = 'off';
      if (on('wrong-clocks') && draw.chance(0.5))
        host['clock'] = `${draw.chance(0.5) ? '-' : ''}${micros(draw.log(1, 400 * DAY))}`;
      if (draw.chance(0.7)) {
        host['nics'] = Object.fromEntries(
          draw
            .some(nets, 0.7)
            .map((net, i) => [
              `vmnic${i}`,
              { network: net.name, rate: mbps(on('slow-links') ? draw.log(1, 100) : draw.log(100, 40_000)) },
            ]),
        );
      }
      return [name, host];
    }),
  );
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);

/** A network below 10.N.0.0, and what the rest of the world needs to know of it. */
function netOf(draw: Draw, on: On, name: string, n: number): { net: Net; written: Plain } {
  const prefix = on('small-net') ? draw.int(25, 30) : draw.pick([24, 24, 24, 22, 16]);
  const size = 2 ** (32 - prefix);
  const network = 10 * 2 ** 24 + n * 2 ** 16;
  const [low, high] = [network + 1, network + size - 2];
  const gateway = draw.chance(0.8) ? low : draw.int(low, high);
  const middle = Math.floor((low + high) / 2);
  const width = on('small-scope') ? draw.int(1, 4) : draw.int(1, 300);
  const first = on('scope-covers-statics') ? low : Math.min(middle + 1, high);
  const scope = range(first, Math.min(first + width - 1, high));
  const statics = range(low, Math.min(low + 60, on('scope-covers-statics') ? high : middle)).filter(
    (address) => address !== gateway,
  );
  const written: Plain = { cidr: `${formatIpv4(network)}/${prefix}` };
  if (gateway !== low) written['gateway'] = formatIpv4(gateway);
  if (draw.chance(0.1)) written['gateway'] = '192.0.2.1';
  if (draw.chance(0.5))
    written['dns'] = Array.from({ length: draw.int(1, 2) }, () =>
      draw.chance(0.2) ? '9.9.9.9' : formatIpv4(draw.int(low, high)),
    );
  if (draw.chance(0.2)) written['vlan'] = draw.int(0, 4094);
  const hasScope = draw.chance(on('no-dhcp') ? 0.5 : 0.95);
  if (hasScope) {
    const dhcp: Plain = { scope: `${formatIpv4(first)}-${formatIpv4(scope.at(-1) ?? first)}` };
    if (on('no-dhcp')) dhcp['enabled'] = draw.chance(0.4);
    if (on('short-lease')) dhcp['lease'] = micros(draw.log(SECOND, 2 * HOUR));
    if (on('ping-check')) dhcp['check'] = 'ping';
    Object.assign(dhcp, servingOf(draw, on));
    written['dhcp'] = dhcp;
  } else if (draw.chance(0.3)) written['dhcp'] = { enabled: false };
  return { net: { name, statics, scope, hasScope, hasServer: hasScope }, written };
}

/** A validity that covers the run, or ends, or begins only later. */
function validity(draw: Draw, on: On, start: number, until: number): Plain {
  if (!on('certificates-end') || draw.chance(0.4)) return {};
  const turn = formatInstant(start + draw.int(-DAY, until + DAY));
  return draw.chance(0.5)
    ? { until: turn, from: formatInstant(start - 300 * DAY) }
    : { from: turn, until: formatInstant(start + until + 300 * DAY) };
}

export const HUB = 'registry-1.docker.io';
export const OWN_IMAGES = ['lab/a', 'lab/b:2', 'quay.io/lab/c:1', 'quay.io/lab/d', 'reg.local:5000/e'];
/** What clusters run when nothing else is said. */
export const USUAL_IMAGES = [...new Set(Object.values(KINDS).flatMap(({ images }) => Object.values(images)))];

function imageOf(draw: Draw): unknown {
  const bytes = () => `${draw.log(1, 400_000_000)}B`;
  if (draw.chance(0.3)) return bytes();
  const shared = draw.some(['base', 'java', 'tools'], 0.4).map((name) => ({ [name]: bytes() }));
  return { layers: [...shared, ...Array.from({ length: draw.int(1, 5) }, bytes)] };
}

function internetOf(draw: Draw, on: On, roots: readonly string[], start: number, until: number): Plain {
  const sites = draw.chance(0.95) ? [HUB] : [];
  for (const other of ['quay.io', 'gcr.io']) if (draw.chance(0.6)) sites.push(other);
  return Object.fromEntries(
    sites.map((site) => {
      const images = [...USUAL_IMAGES, ...OWN_IMAGES].filter((image) => siteOf(image) === site);
      const served = draw.some(images, on('images-missing') ? 0.5 : 1);
      const written: Plain = {
        tls: { 'issued-by': draw.pick(roots), ...validity(draw, on, start, until) },
        rtt: micros(draw.pick([0, 40_000, draw.log(1, 900_000)])),
        bandwidth: mbps(on('slow-links') ? draw.log(1, 50) : draw.log(100, 10_000)),
        images: Object.fromEntries(served.map((image) => [image, imageOf(draw)])),
      };
      if (on('sites-down')) written['up'] = draw.chance(0.5);
      if (draw.chance(0.05)) written['plain'] = true;
      return [site, written];
    }),
  );
}

function proxiesOf(draw: Draw, on: On, nets: readonly Net[], roots: readonly string[]): Plain {
  if (!on('proxies')) return {};
  return Object.fromEntries(
    namesOf(draw, draw.int(1, 2), 'edge', on('odd-names')).map((name) => {
      const through = draw.some(nets, 0.7).map((net) => net.name);
      const [first = '*'] = through;
      const path = through.length < 2 ? `${first} -> internet` : `[${through.join(', ')}] -> internet`;
      const tls: Plain = on('intercept')
        ? {
            intercept: true,
            're-signs-with': draw.pick(roots),
            backdate: micros(draw.pick([0, HOUR, draw.log(1, DAY)])),
          }
        : { intercept: false };
      if (draw.chance(0.3)) tls['bypass'] = [draw.pick([HUB, 'quay.io', draw.pick(ODD_TEXTS)])];
      if (on('intercept') && draw.chance(0.5)) tls['product'] = draw.pick(['squid', 'mitmproxy']);
      const bandwidth = mbps(on('slow-links') ? draw.log(1, 100) : draw.log(50, 10_000));
      const proxy: Plain = { path, bandwidth, tls };
      if (on('sites-down')) proxy['up'] = draw.chance(0.5);
      if (on('boxes-in-the-way') && draw.chance(0.5)) proxy['mode'] = 'transparent';
      else if (on('proxy-users')) proxy['users'] = draw.some(['nodes', 'desks'], 0.7);
      return [name, proxy];
    }),
  );
}

/** A ticket or a share of it; with room to spare unless the world is tight. */
function limitsOf(draw: Draw, on: On): Plain {
  if (!on('tight-quota')) return { vm: 2000, 'vm.cpu': 8000, 'vm.memory': '20TiB' };
  const limits: Plain = { vm: draw.int(0, 30) };
  if (draw.chance(0.6)) limits['vm.cpu'] = draw.int(0, 60);
  if (draw.chance(0.6)) limits['vm.memory'] = mib(draw.int(0, 200_000));
  return limits;
}

const half = (limits: Plain): Plain =>
  Object.fromEntries(
    Object.entries(limits).map(([key, limit]) => [
      key,
      typeof limit === 'number'
        ? Math.floor(limit / 2)
        : `${Math.floor(Number.parseInt(`${limit}`, 10) / 2)}${`${limit}`.replace(/^\d+/, '')}`,
    ]),
  );

function tenantsOf(draw: Draw, on: On): { written: Plain; payers: { tenant: string; project: string }[] } {
  const payers: { tenant: string; project: string }[] = [];
  // A tenant and its project must stay apart from another tenant and its project, however their names are put together.
  const isClash = on('clashing-names') && draw.chance(0.1);
  const tenants = isClash ? ['a', 'a-b'] : namesOf(draw, draw.int(1, 3), 'tenant', on('odd-names'));
  const written = Object.fromEntries(
    tenants.map((tenant) => {
      const ticket = limitsOf(draw, on);
      const projects = isClash ? ['b-c', 'c'] : namesOf(draw, draw.int(1, 2), 'project', on('odd-names'));
      const byPercent = draw.chance(0.4);
      for (const project of projects) payers.push({ tenant, project });
      const shares = projects.map((project) => [
        project,
        byPercent ? { percent: draw.int(1, 50) } : { limits: half(ticket) },
      ]);
      return [tenant, { ticket, projects: Object.fromEntries(shares) }];
    }),
  );
  return { written, payers };
}

const wait = (draw: Draw, isShort: boolean): Plain =>
  isShort ? { polls: draw.log(1, 60), every: micros(draw.log(1, 5 * SECOND)) } : { polls: 120, every: '5s' };

/** VM images called like machines. */
const CLASHES = ['photon-os', 'cluster-1-zookeeper-1', 'cluster-1-master-1'];

function platformOf(
  draw: Draw,
  on: On,
  hosts: readonly string[],
  nets: readonly Net[],
  roots: readonly string[],
) {
  const { written: tenants, payers } = tenantsOf(draw, on);
  const flavorNames = namesOf(draw, draw.int(0, 2), 'flavor', on('odd-names'));
  const flavor = () => ({ cpu: draw.log(1, 16), memory: mib(draw.log(1, 32_000)) });
  const flavors = Object.fromEntries(flavorNames.map((name) => [name, flavor()]));
  if (draw.chance(0.3)) flavors['cluster-other-vm'] = flavor();
  const net = draw.pick(nets);
  const trusts = () => (on('trust-gaps') ? draw.some(roots, 0.5) : [...roots]);
  const written: Plain = {
    on: draw.pick(hosts),
    network: net.name,
    datastore: 'store-1',
    'vm-image': {
      name: draw.pick(on('clashing-names') ? CLASHES : on('odd-names') ? ODD_NAMES : ['photon-os']),
      size: draw.chance(0.7) ? '1.2GiB' : `${draw.log(1, 30_000_000_000)}B`,
      trusts: trusts(),
      ...(draw.chance(0.3) ? { preloaded: draw.some([...USUAL_IMAGES, ...OWN_IMAGES], 0.4) } : {}),
      ...(draw.chance(0.2) ? { 'time-sync': micros(draw.log(1, 900_000_000)) } : {}),
      ...(on('proxy-users') ? { 'proxy-user': draw.pick(['nodes', 'desks', 'guests']) } : {}),
    },
    'node-template': { trusts: on('trust-gaps') ? draw.some(roots, 0.3) : [] },
    'address-wait': wait(draw, on('short-waits')),
    'service-wait': wait(draw, on('short-waits')),
    flavors,
    tenants,
  };
  if (on('short-limits')) {
    written['step-limit'] = micros(draw.log(1, 20 * MINUTE));
    written['client-limit'] = micros(draw.log(1, 20 * MINUTE));
  }
  const allFlavors = [...new Set(['cluster-master-vm', 'cluster-other-vm', ...flavorNames])];
  return {
    written,
    known: { net, payers, flavors: allFlavors, images: [...USUAL_IMAGES, ...OWN_IMAGES, 'no/such:image'] },
  };
}

/** Draws a site. `written` are the sections of the scenario, ready to be written out. */
export function drawSite(draw: Draw, on: On, start: number, until: number): { site: Site; written: Plain } {
  const odd = on('odd-names');
  const networks = namesOf(draw, draw.int(1, 3), 'net', odd).map((name, n) => netOf(draw, on, name, n));
  relayedBy(draw, on, networks);
  for (const network of networks) rogueOn(draw, on, network);
  const nets = networks.map(({ net }) => net);
  const served = networks.filter(
    ({ written: { dhcp } }) => (dhcp as Plain | undefined)?.['server'] !== undefined,
  );
  for (const { net } of served) net.hasServer = false;
  const hosts = namesOf(draw, on('bare') ? draw.int(0, 2) : draw.int(1, on('large') ? 20 : 6), 'esx', odd);
  const roots = namesOf(draw, draw.int(1, 3), 'root', odd);
  const written: Plain = {
    hosts: hostsOf(draw, on, hosts, nets),
    datastores: Object.fromEntries(
      ['store-1', ...draw.some(['store-2'], 0.2)].map((name) => [
        name,
        {
          capacity: on('full-datastore') ? mib(draw.log(1, 3_000)) : '2TiB',
          write: on('slow-links') ? `${draw.log(1, 30)}MB/s` : `${draw.log(50, 2_000)}MB/s`,
        },
      ]),
    ),
    networks: Object.fromEntries(networks.map(({ net, written: net_ }) => [net.name, net_])),
    pki: { roots: Object.fromEntries(roots.map((root) => [root, validity(draw, on, start, until)])) },
    internet: internetOf(draw, on, roots, start, until),
    proxies: proxiesOf(draw, on, nets, roots),
  };
  const machines = machinesOf(draw, on, nets);
  if (Object.keys(machines).length > 0) written['machines'] = machines;
  const relayed = served.map(({ net }) => net.name);
  const bare: Site = { hosts, nets, roots, machines: Object.keys(machines), relayed };
  if (hosts.length === 0 || (on('bare') && draw.chance(0.5))) return { site: bare, written };
  const platform = platformOf(draw, on, hosts, nets, roots);
  return { site: { ...bare, platform: platform.known }, written: { ...written, platform: platform.written } };
}
