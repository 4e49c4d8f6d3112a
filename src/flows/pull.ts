/** An image is pulled: to the proxy or straight to the registry, past the node's trust store, layer by layer over shared links. */
import { MILLISECOND, type Micros, SECOND } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import { ask, defineFlow, type Sight, withdraw } from './flow.ts';

/** Round trips of one request on a fresh connection: TCP 1, TLS 1.2 2, the request itself 1 (facts/registry-and-tls.md 8.5). */
const REQUEST_TRIPS = 4;
/** A bumping proxy finishes its own TCP and TLS handshake with the origin before it answers the client (section 5). */
const ORIGIN_HANDSHAKE_TRIPS = 3;
/** Round trip between a node and its proxy. Assumed. */
const PROXY_RTT: Micros = MILLISECOND;
/** A look-up that a resolver refuses, and a SYN without an answer (8.2: 15 s ping time-out). */
const LOOKUP: Micros = 50 * MILLISECOND;
const PING_TIMEOUT: Micros = 15 * SECOND;
/** Initial window of TCP, ten segments (RFC 6928), in bytes. */
const INITIAL_WINDOW = 10 * 1460;

const OWNER = 'docker/';

/** Key of a layer's transfer that is asked for and has not begun. */
const layerKey = (name: string, digest: string) => `${name} ${digest}`;

/** The proxy that traffic of a network to the internet goes through, if there is one. */
export const proxyOf = (world: Sight, network: string): string | undefined =>
  [...world.each('proxy')].find(([, proxy]) => proxy.networks.includes(network))?.[0];

const networkOf = (world: Sight, name: string) => world.state('vm', name)?.spec?.network ?? '';

function fail(
  name: string,
  image: string,
  why: string,
  words: string,
  facts: readonly number[],
  after: Micros = 0,
): Send[] {
  return [ask('docker', name, { type: 'pull-failed', image, why, words, facts }, after)];
}

/** Opens the session to the registry: a CONNECT to the proxy, which then looks for the origin itself, or straight to the origin. */
function open(world: Sight, name: string, image: string, host: string): Send[] {
  const site = world.state('registry', host);
  const proxy = proxyOf(world, networkOf(world, name));
  if (proxy !== undefined) {
    const { issuer, from, until, declaredSeq: originSeq, up: reachable } = site ?? NO_SITE;
    return [
      ask(
        'proxy',
        proxy,
        { type: 'connect', asker: name, host, issuer, from, until, reachable, originSeq },
        PROXY_RTT,
      ),
    ];
  }
  if (site === undefined) {
    const words = `dial tcp: lookup ${host}: no such host`;
    return fail(
      name,
      image,
      'registry.unreachable',
      words,
      [world.state('vm', name)?.addressSeq ?? -1],
      LOOKUP,
    );
  }
  if (!site.up)
    return fail(
      name,
      image,
      'registry.unreachable',
      `Get https://${host}/v2/: i/o timeout`,
      [site.declaredSeq],
      PING_TIMEOUT,
    );
  const { issuer, from, until, declaredSeq, rtt } = site;
  return [check(world, name, { host, issuer, from, until }, [declaredSeq], rtt * 2)];
}

/** What a proxy finds under a name that nobody has. */
const NO_SITE = { issuer: '', from: 0, until: 0, declaredSeq: -1, up: false };

interface Chain {
  readonly host: string;
  readonly issuer: string;
  readonly from: Micros;
  readonly until: Micros;
}

/** The node looks at the chain by its own clock and its own store. */
function check(
  world: Sight,
  name: string,
  { host, issuer, from, until }: Chain,
  facts: readonly number[],
  after: Micros,
): Send {
  const vm = world.state('vm', name);
  const now = world.at + after + (vm?.clock ?? 0);
  const chain = { host, issuer, from, until };
  return ask(
    'trust',
    name,
    { type: 'check', chain, now, asker: name, facts, clockFact: vm?.poweredSeq ?? -1 },
    after,
  );
}

/** Time before the first byte of an answer, proxy included. */
function requestTime(world: Sight, name: string, host: string): Micros {
  const rtt = world.state('registry', host)?.rtt ?? 0;
  return proxyOf(world, networkOf(world, name)) === undefined
    ? REQUEST_TRIPS * rtt
    : REQUEST_TRIPS * PROXY_RTT + (ORIGIN_HANDSHAKE_TRIPS + 1) * rtt;
}

/** Round trips that TCP needs to open its window for so many bytes (facts/registry-and-tls.md 8.5, slow start). */
export function slowStartTrips(size: number): number {
  let trips = 0;
  for (let window = INITIAL_WINDOW, sent = 0; sent < size; window *= 2) {
    sent += window;
    trips += 1;
  }
  return trips - 1;
}

/** The links from a registry to a node: the site's own, the proxy's, the host's NIC. */
function pathOf(world: Sight, name: string, host: string): string[] {
  const network = networkOf(world, name);
  const proxy = proxyOf(world, network);
  const links = world.state('fabric', 'net')?.links;
  const path = [
    `site/${host}`,
    ...(proxy === undefined ? [] : [`proxy/${proxy}`]),
    `nic/${world.state('vm', name)?.host ?? ''}/${network}`,
  ];
  return path.filter((link) => links?.has(link) === true);
}

const wrapped = (image: string, words: string) =>
  `Error while pulling image: Get https://index.docker.io/v1/repositories/${image.split(':')[0]}/images: ${words}`;

export const pull = defineFlow('pull', {
  'registry.Declared': ({ event, name }) => [
    ask('fabric', 'net', { type: 'link', link: `site/${name}`, rate: event.bandwidth }),
  ],
  'proxy.Declared': ({ event, name }) => [
    ask('fabric', 'net', { type: 'link', link: `proxy/${name}`, rate: event.bandwidth }),
  ],
  'docker.PullStarted': ({ event, name, world }) => open(world, name, event.image, event.site),
  'proxy.Tunnelled': ({ event, stamp, world }) => {
    const rtt = world.state('registry', event.host)?.rtt ?? 0;
    return [check(world, event.asker, event, [stamp.seq], rtt * 2 + PROXY_RTT)];
  },
  'proxy.Resigned': ({ event, stamp, world }) => {
    const rtt = world.state('registry', event.host)?.rtt ?? 0;
    return [check(world, event.asker, event, [stamp.seq], rtt * ORIGIN_HANDSHAKE_TRIPS + PROXY_RTT * 2)];
  },
  'proxy.Refused': ({ event, stamp, world }) => {
    const image = world.state('docker', event.asker)?.pull?.image;
    return image === undefined ? NOTHING : fail(event.asker, image, event.why, event.words, [stamp.seq]);
  },
  'trust.Refused': ({ event, stamp, world }) => {
    const image = world.state('docker', event.asker)?.pull?.image;
    return image === undefined
      ? NOTHING
      : fail(event.asker, image, event.why, wrapped(image, event.words), [stamp.seq]);
  },
  'trust.Accepted': ({ event, world }) => {
    const image = world.state('docker', event.asker)?.pull?.image;
    return image === undefined ? NOTHING : [ask('docker', event.asker, { type: 'connected', image })];
  },
  // The ping is answered; then a token and the manifest, each on a connection of its own (keep-alive is off in 1.11).
  'docker.Connected': ({ event, name, world }) => {
    const site = world.state('docker', name)?.pull?.site ?? '';
    return [
      ask(
        'registry',
        site,
        { type: 'manifest', image: event.image, asker: name },
        2 * requestTime(world, name, site),
      ),
    ];
  },
  'registry.Served': ({ event }) => {
    const { image, digests, sizes } = event;
    return [ask('docker', event.asker, { type: 'manifest', image, digests, sizes })];
  },
  'registry.Missing': ({ event, stamp }) =>
    fail(event.asker, event.image, event.why, event.words, [stamp.seq]),
  'docker.LayerStarted': ({ event, name, world }) => {
    const site = world.state('docker', name)?.pull?.site ?? '';
    const rtt = world.state('registry', site)?.rtt ?? 0;
    const after = requestTime(world, name, site) + slowStartTrips(event.size) * rtt;
    const path = pathOf(world, name, site);
    return [
      ask(
        'fabric',
        'net',
        { type: 'start', owner: OWNER + name, tag: event.digest, path, size: event.size },
        after,
        layerKey(name, event.digest),
      ),
    ];
  },
  'fabric.Ended': ({ event }) =>
    event.owner.startsWith(OWNER)
      ? [ask('docker', event.owner.slice(OWNER.length), { type: 'layer', digest: event.tag })]
      : NOTHING,
  'vm.Lost': ({ name }) => [ask('docker', name, { type: 'stop' })],
  'vm.Deleting': ({ name }) => [ask('docker', name, { type: 'stop' })],
  'docker.Stopped': ({ event, name }) => [
    ask('fabric', 'net', { type: 'cancel', owner: OWNER + name }),
    ...event.digests.map((digest) => withdraw('fabric', 'net', layerKey(name, digest))),
  ],
});
