/** Requests of a pull on their way: to the proxy or straight to a host, past the roots that the client reads, bodies over shared links. */
import { MILLISECOND, type Micros, SECOND } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import type { Answer } from '../models/docker/events.ts';
import { type Client, PROFILES } from '../models/docker/profile.ts';
import { type Exchange, ownRootsFor } from '../models/docker/state.ts';
import type { EventOf, StateOf } from '../models/index.ts';
import { inspects } from '../models/proxy/state.ts';
import type { Asked, Reach } from '../models/registry/events.ts';
import type { Verifier } from '../models/trust/verify/profile.ts';
import { callOff, layerKey, OWNER, stall } from './astray.ts';
import {
  clockAt,
  isTrusted,
  knownAuthorities,
  proxyShows,
  type Shown,
  shownBy,
  siteShows,
} from './certificates.ts';
import { ask, defineFlow, type Seen, type Sight } from './flow.ts';
import { astrayOf, networkOf, PROXY_RTT, proxyBetween, rttOf, socketOf } from './way.ts';

/** What both sides do for a request besides waiting for the wire. Assumed: recorded pulls took 20 ms a request without a delay. */
const TURN: Micros = 20 * MILLISECOND;
/** A look-up that is refused, and one that is never answered: two tries of 5 s for each of several look-ups (8.2). */
const LOOKUP: Micros = 50 * MILLISECOND;
const SILENT_LOOKUP: Micros = 50 * SECOND;
/** Nobody answers ARP (8.2). */
const NO_ROUTE: Micros = 3_100 * MILLISECOND;
/** Initial window of TCP, ten segments (RFC 6928), in bytes. */
const INITIAL_WINDOW = 10 * 1460;

/** How a registry that asks another one is named among the askers. */
const CACHE = 'registry/';
/** Round trips of a session before its first request: TCP, and TLS 1.2 (8.5). */
const SESSION_TRIPS = 3;
/** What a cache answers when its origin does not. Assumed. */
const UNREACHED = 500;

/** The trust store of the roots that a client has read, with those of a registry's folder when one is named. */
const rootsOf = (name: string, registry = '') =>
  registry === '' ? `engine ${name}` : `engine ${name} ${registry}`;

/** The trust store that stands for a registry's folder of roots on a machine. */
export const folderOf = (name: string, registry: string): string => `certs.d ${name} ${registry}`;

const profileOf = (world: Sight, name: string) =>
  PROFILES[world.state('docker', name)?.client ?? 'docker-1.11'];

/** Round trips of a TLS handshake: two, and one from TLS 1.3 on (facts/registry-and-tls.md 8.5). */
const tlsTrips = (world: Sight, name: string, host: string) =>
  Math.min(profileOf(world, name).tls, world.state('registry', host)?.tls ?? 12) >= 13 ? 1 : 2;

interface Refusal {
  readonly why: string;
  readonly words: string;
  readonly facts: readonly number[];
}

/** What a proxy says in place of an origin that does not answer it is a page of this status. */
const PAGE = 503;

const cutOff = (name: string, host: string, { why, words, facts }: Refusal, after: Micros = 0): Send[] => [
  ask('docker', name, { type: 'cut-off', host, status: 0, why, words, facts }, after),
];

/** How long a host that cannot be reached keeps a client, and what the client says then (8.2). */
function missed(
  reach: Exclude<Reach, 'ok'>,
  host: string,
  timeout: Micros,
): { after: Micros; words: string } {
  const address = socketOf(host);
  const name = host.replace(/:\d+$/, '');
  switch (reach) {
    case 'refused':
      return { after: 0, words: `dial tcp ${address}: connect: connection refused` };
    case 'no-such-name':
      return { after: LOOKUP, words: `dial tcp: lookup ${name}: no such host` };
    case 'resolver-silent':
      return { after: SILENT_LOOKUP, words: `dial tcp: lookup ${name}: i/o timeout` };
    case 'no-answer':
      return { after: timeout, words: `dial tcp ${address}: i/o timeout` };
    case 'nobody-on-the-link':
      return { after: NO_ROUTE, words: `dial tcp ${address}: connect: no route to host` };
  }
}

/** What a proxy finds under a name that nobody has. */
const NO_SITE = {
  ...{ issuer: '', from: 0, until: 0, names: [], sends: [] },
  ...{ declaredSeq: -1, up: false, reach: 'no-such-name' as Reach },
};

/** Opens a session with a host: a CONNECT to the proxy, which then looks for the origin itself, or straight to the origin. */
function open(world: Sight, name: string, host: string): Send[] {
  const proxy = proxyBetween(world, name, host);
  const site = world.state('registry', host) ?? NO_SITE;
  const { issuer, from, until, declaredSeq: originSeq, up } = site;
  if (proxy !== undefined) {
    const reachable = up && site.reach === 'ok';
    const leaf = { host, issuer, from, until };
    return [ask('proxy', proxy, { type: 'connect', asker: name, ...leaf, reachable, originSeq }, PROXY_RTT)];
  }
  const reach = site.reach === 'ok' && !up ? 'no-answer' : site.reach;
  if (reach !== 'ok') {
    const { after, words } = missed(reach, host, profileOf(world, name).timeout);
    const fact = originSeq < 0 ? (world.state('vm', name)?.addressSeq ?? -1) : originSeq;
    return cutOff(name, host, { why: 'registry.unreachable', words, facts: [fact] }, after);
  }
  return check(world, name, siteShows(host, site), [originSeq], untilShown(world, host));
}

/** Round trips of TCP's handshake. */
const tcpTrips = (world: Sight, host: string) => (world.state('registry', host)?.near === true ? 0 : 1);

/** Time until a host shows its certificate: TCP's handshake, and the first flight of TLS. */
const untilShown = (world: Sight, host: string): Micros => rttOf(world, host) * (tcpTrips(world, host) + 1);

/** Whose verifier a client has: that of Go 1.5 the engine of 2016, that of 1.19 the recorded programs (facts/registry-and-tls.md 1.1). */
const verifierOf = (client: Client): Verifier => (client === 'docker-1.11' ? 'go1.5' : 'go');

/** The client looks at the chain by its machine's clock and with the roots that it has read, unless it is told not to look. */
function check(world: Sight, name: string, shown: Shown, facts: readonly number[], after: Micros): Send[] {
  const docker = world.state('docker', name);
  if (docker?.pull === undefined) return [];
  const { image, site } = docker.pull;
  const { host, issuer } = shown;
  if (docker.insecure.includes(site)) return [ask('docker', name, { type: 'connected', host }, after)];
  const vm = world.state('vm', name);
  const store = rootsOf(name, ownRootsFor(docker, image));
  return [
    ask(
      'trust',
      store,
      {
        type: 'check',
        host,
        issuer,
        sent: shownBy(world, shown),
        ...knownAuthorities(world),
        verifier: verifierOf(docker.client),
        now: clockAt(world, world.at + after + (vm?.clock ?? 0)),
        asker: name,
        facts,
        clockFact: vm?.poweredSeq ?? -1,
      },
      after,
    ),
  ];
}

/** Roots are read: the machine's store, and a registry's folder beside it or in its place (facts/registry-and-tls.md section 6). */
function loadRoots(world: Sight, name: string, registry: string, fresh: boolean): Send[] {
  const base = world.state('trust', fresh ? name : rootsOf(name));
  const roots = [...(base?.roots.values() ?? [])];
  const facts = [base?.filledSeq ?? -1].filter((seq) => seq >= 0);
  const sends: Send[] = fresh ? [ask('trust', rootsOf(name), { type: 'fill', roots, facts })] : [];
  const folder = world.state('trust', folderOf(name, registry));
  if (registry === '' || folder === undefined) return sends;
  const kept = profileOf(world, name).ownRoots.replace ? [] : roots;
  const all = { roots: [...kept, ...folder.roots.values()], facts: [...facts, folder.filledSeq] };
  return [...sends, ask('trust', rootsOf(name, registry), { type: 'fill', ...all })];
}

/** Time of a message to a host, one way. */
const oneWay = (world: Sight, name: string, host: string): Micros =>
  Math.round((rttOf(world, host) + (proxyBetween(world, name, host) === undefined ? 0 : PROXY_RTT)) / 2);

/** Whether a proxy that re-signs the sessions with a host distrusts the host itself (facts/registry-and-tls.md section 5). */
function distrusts(world: Sight, server: Readonly<StateOf<'proxy'>>, host: string): boolean {
  const site = world.state('registry', host);
  if (!inspects(server, host) || server.roots.length === 0 || site === undefined) return false;
  return !isTrusted(world, siteShows(host, site), server.roots);
}

/** Sends a request over an open session. A proxy that re-signs a host that it does not trust answers in its place. */
function send(world: Sight, name: string, exchange: Readonly<Exchange>): Send[] {
  const { host, id, image, method, path, blob, from, authorized } = exchange;
  const proxy = proxyBetween(world, name, host);
  const server = proxy === undefined ? undefined : world.state('proxy', proxy);
  if (proxy !== undefined && server !== undefined && distrusts(world, server, host))
    return [ask('proxy', proxy, { type: 'answer', asker: name, host, id }, PROXY_RTT)];
  const size = world.state('docker', name)?.pull?.blobs.get(blob)?.size ?? 0;
  const request = { image, asker: name, id, method, path, blob, from, authorized, size };
  const sourceSeq = server?.declaredSeq ?? world.state('vm', name)?.addressSeq ?? -1;
  const source = { source: proxy ?? name, sourceSeq };
  return [ask('registry', host, { type: 'request', ...request, ...source }, oneWay(world, name, host))];
}

const NO_ANSWER: Omit<Answer, 'id'> = {
  ...{ status: 200, to: '', bytes: 0, words: '', facts: [], list: false, digests: [], sizes: [] },
};

/** An answer goes back, to a client or to a cache. */
function reply(world: Sight, asked: Readonly<Asked>, host: string, answer: Partial<Answer>): Send[] {
  const { asker, id, image } = asked;
  const after = oneWay(world, asker, host) + TURN;
  const got = { ...NO_ANSWER, ...answer, id };
  if (!asker.startsWith(CACHE)) return [ask('docker', asker, { type: 'answer', ...got }, after)];
  return [ask('registry', asker.slice(CACHE.length), filledBy(image, got), after)];
}

const filledBy = (image: string, { status, words, facts, list, digests, sizes }: Answer) => ({
  ...{ type: 'filled' as const, image, status, words, facts, list, digests, sizes },
});

/** A cache asks its origin by a way out of its own, not through the proxy of a network. */
function askOrigin(world: Sight, cache: string, image: string): Send[] {
  const own = world.state('registry', cache);
  const origin = own?.origin ?? '';
  const site = world.state('registry', origin);
  if (own === undefined) return [];
  if (site?.up !== true || site.reach !== 'ok') {
    const facts = [site?.declaredSeq ?? own.declaredSeq];
    return [ask('registry', cache, filledBy(image, { ...NO_ANSWER, id: 0, status: UNREACHED, facts }), TURN)];
  }
  const request = {
    ...{ type: 'request' as const, image, asker: CACHE + cache, id: 0, method: 'GET' as const },
    ...{ path: 'manifest-tag', blob: '', from: 0, authorized: true, size: 0 },
    ...{ source: cache, sourceSeq: own.declaredSeq },
  };
  return [ask('registry', origin, request, SESSION_TRIPS * site.rtt + oneWay(world, '', origin))];
}

/** Where the bytes of a blob come from besides the host that sends it: a cache passes on what it fetches for the first asker. */
function sourceOf(world: Sight, name: string, host: string, blob: string): string | undefined {
  const site = world.state('registry', host);
  if (site?.kept.get(blob) !== name) return undefined;
  return world.state('registry', site.origin)?.blobs || site.origin;
}

/** Round trips that TCP needs to open its window for so many bytes (facts/registry-and-tls.md 8.5, slow start). */
export function slowStartTrips(size: number): number {
  let trips = 0;
  for (let window = INITIAL_WINDOW, sent = 0; sent < size; window *= 2) {
    sent += window;
    trips += 1;
  }
  return Math.max(trips - 1, 0);
}

/** The links from a registry to a node: the site's own, the proxy's, the host's NIC; before them that of a cache's origin. */
function pathOf(world: Sight, name: string, host: string, source: string | undefined): string[] {
  const network = networkOf(world, name);
  const proxy = proxyBetween(world, name, host);
  const links = world.state('fabric', 'net')?.links;
  const path = [
    ...(source === undefined ? [] : [`site/${source}`]),
    `site/${host}`,
    ...(proxy === undefined ? [] : [`proxy/${proxy}`]),
    `nic/${world.state('vm', name)?.host ?? ''}/${network}`,
  ];
  return path.filter((link) => links?.has(link) === true);
}

/** The body of an exchange begins to come, or what is missing of it. */
function fetch(world: Sight, name: string, { host, blob: tag, bytes: size }: Readonly<Exchange>): Send[] {
  const source = sourceOf(world, name, host, tag);
  const cap = world.state('registry', host)?.perTransfer ?? 0;
  const path = pathOf(world, name, host, source);
  const rtt = rttOf(world, host) + (source === undefined ? 0 : rttOf(world, source));
  const start = { type: 'start' as const, owner: OWNER + name, tag, path, size, cap };
  return [ask('fabric', 'net', start, slowStartTrips(size) * rtt, layerKey(name, tag))];
}

type Asking = Extract<EventOf<'docker'>, { readonly id: number }>;

/** What an exchange needs next is on its way, unless frames go astray: then it waits for them. */
function proceed({ event, name, world }: Pick<Seen<Asking>, 'event' | 'name' | 'world'>): readonly Send[] {
  const exchange = world.state('docker', name)?.pull?.open.get(event.id);
  if (exchange === undefined) return NOTHING;
  const found = astrayOf(world, name);
  if (found !== undefined) return stall(world, name, [exchange], found);
  switch (exchange.phase) {
    case 'connecting':
      return open(world, name, exchange.host);
    case 'waiting':
      return send(world, name, exchange);
    case 'receiving':
      return fetch(world, name, exchange);
  }
}

export const pull = defineFlow('pull', {
  'registry.Declared': ({ event, name }) => [
    ask('fabric', 'net', { type: 'link', link: `site/${name}`, rate: event.bandwidth }),
  ],
  'proxy.Declared': ({ event, name }) => [
    ask('fabric', 'net', { type: 'link', link: `proxy/${name}`, rate: event.bandwidth }),
  ],
  'docker.RootsLoaded': ({ event, name, world }) => loadRoots(world, name, event.registry, event.fresh),
  'docker.Requested': proceed,
  'proxy.Tunnelled': ({ event, stamp, world }) => {
    const site = world.state('registry', event.host);
    if (site === undefined) return NOTHING;
    const after = untilShown(world, event.host) + PROXY_RTT;
    return check(world, event.asker, siteShows(event.host, site), [stamp.seq], after);
  },
  // A bumping proxy finishes its own TCP and TLS handshake with the origin before it answers the client (section 5).
  'proxy.Resigned': ({ event, name, stamp, world }) => {
    const server = world.state('proxy', name);
    if (server === undefined) return NOTHING;
    const { asker, host } = event;
    const after = rttOf(world, host) * (tcpTrips(world, host) + tlsTrips(world, asker, host)) + PROXY_RTT * 2;
    const shown = proxyShows(world, server, event, world.state('registry', host));
    return check(world, asker, shown, [stamp.seq], after);
  },
  'proxy.Refused': ({ event, stamp }) => {
    const { asker, host, why, words } = event;
    const status = why === 'proxy.down' ? 0 : PAGE;
    return [ask('docker', asker, { type: 'cut-off', host, status, why, words, facts: [stamp.seq] })];
  },
  'proxy.Answered': ({ event, stamp }) => [
    ask('docker', event.asker, {
      ...{ type: 'answer', ...NO_ANSWER, id: event.id, status: event.status, facts: [stamp.seq] },
    }),
  ],
  'trust.Refused': ({ event, stamp }) => cutOff(event.asker, event.host, { ...event, facts: [stamp.seq] }),
  // The client's last flight goes with the request, and before TLS 1.3 takes a round trip of its own.
  'trust.Accepted': ({ event, world }) => {
    const { asker, host } = event;
    const proxy = world.state('proxy', proxyBetween(world, asker, host) ?? '');
    const rtt = proxy !== undefined && inspects(proxy, host) ? PROXY_RTT : rttOf(world, host);
    const after = rtt * (tlsTrips(world, asker, host) - 1);
    return [ask('docker', asker, { type: 'connected', host }, after)];
  },
  'docker.Connected': proceed,
  'registry.Fetching': ({ event, name, world }) =>
    event.first ? askOrigin(world, name, event.image) : NOTHING,
  'registry.Served': ({ event, name, world }) => {
    const { list, digests, sizes } = event;
    return reply(world, event, name, { list, digests, sizes });
  },
  'registry.Missing': ({ event, name, stamp, world }) =>
    reply(world, event, name, { status: 404, words: event.words, facts: [stamp.seq] }),
  'registry.TurnedAway': ({ event, name, stamp, world }) =>
    reply(world, event, name, { status: 429, words: event.words, facts: [stamp.seq] }),
  'registry.Answered': ({ event, name, stamp, world }) => {
    const { status, to, bytes, words } = event;
    return reply(world, event, name, { status, to, bytes, words, facts: [stamp.seq] });
  },
  'docker.Answered': proceed,
  'docker.Resumed': proceed,
  'fabric.Ended': ({ event }) =>
    event.owner.startsWith(OWNER)
      ? [ask('docker', event.owner.slice(OWNER.length), { type: 'layer', digest: event.tag })]
      : NOTHING,
  'vm.Lost': ({ name }) => [ask('docker', name, { type: 'stop' })],
  'vm.Deleting': ({ name }) => [ask('docker', name, { type: 'stop' })],
  'docker.PullFailed': ({ event, name }) =>
    event.digests.length === 0 ? NOTHING : callOff(name, event.digests),
  'docker.FellThrough': ({ event, name }) => callOff(name, event.digests),
  'docker.Stopped': ({ event, name }) => callOff(name, event.digests),
});
