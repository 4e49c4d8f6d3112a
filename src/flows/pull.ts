/** Requests of a pull on their way: to the proxy or straight to a host, past the roots that were read, bodies over shared links. */
import { MILLISECOND, type Micros } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import type { Answer } from '../models/docker/events.ts';
import type { Exchange } from '../models/docker/state.ts';
import type { EventOf } from '../models/index.ts';
import { inspects } from '../models/proxy/state.ts';
import type { Asked } from '../models/registry/events.ts';
import { callOff, layerKey, OWNER, stall } from './astray.ts';
import { ask, defineFlow, type Seen, type Sight } from './flow.ts';
import { complaint, isReachable, serverBetween, shownThrough, tripsTo } from './proxies.ts';
import { check, cutOff, open, tcpTrips, tlsTrips, untilShown } from './session.ts';
import { astrayOf, networkOf, PROXY_RTT, proxyBetween, rttOf } from './way.ts';

/** What both sides do for a request besides waiting for the wire. Assumed: recorded pulls took 20 ms a request without a delay. */
const TURN: Micros = 20 * MILLISECOND;
/** Initial window of TCP, ten segments (RFC 6928), in bytes. */
const INITIAL_WINDOW = 10 * 1460;

/** How a registry that asks another one is named among the askers. */
const CACHE = 'registry/';
/** Round trips of a session before its first request: TCP, and TLS 1.2 (8.5). */
const SESSION_TRIPS = 3;
/** What a cache answers when its origin does not. Assumed. */
const UNREACHED = 500;

/** Time of a message to a host, one way. */
const oneWay = (world: Sight, name: string, host: string): Micros =>
  Math.round((rttOf(world, host) + (proxyBetween(world, name, host) === undefined ? 0 : PROXY_RTT)) / 2);

/** Sends a request over an open session. A proxy that has something to say of the host itself answers in its place. */
function send(world: Sight, name: string, exchange: Readonly<Exchange>): Send[] {
  const { host, id, image, method, path, blob, from, authorized } = exchange;
  const between = serverBetween(world, name, host);
  const found = between && complaint(world, between.server, host);
  if (between !== undefined && found !== undefined) {
    const originSeq = world.state('registry', host)?.declaredSeq ?? -1;
    const asked = { asker: name, host, id };
    const page = found === 'missed' ? { type: 'miss' as const, originSeq } : { type: 'answer' as const };
    return [ask('proxy', between.proxy, { ...asked, ...page }, PROXY_RTT)];
  }
  const size = world.state('docker', name)?.pull?.blobs.get(blob)?.size ?? 0;
  const request = { image, asker: name, id, method, path, blob, from, authorized, size };
  const sourceSeq = between?.server.declaredSeq ?? world.state('vm', name)?.addressSeq ?? -1;
  const source = { source: between?.proxy ?? name, sourceSeq };
  return [ask('registry', host, { type: 'request', ...request, ...source }, oneWay(world, name, host))];
}

const NO_ANSWER: Answer = {
  ...{ id: 0, status: 200, to: '', bytes: 0, words: '', facts: [], list: false, digests: [], sizes: [] },
};

/** A proxy's own page. */
const pageTo = (
  { asker, id, status }: { asker: string; id: number; status: number },
  seq: number,
): Send[] => [ask('docker', asker, { type: 'answer', ...NO_ANSWER, id, status, facts: [seq] })];

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
    return [ask('registry', cache, filledBy(image, { ...NO_ANSWER, status: UNREACHED, facts }), TURN)];
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
  'docker.Requested': proceed,
  'proxy.Tunnelled': ({ event, name, stamp, world }) => {
    const server = world.state('proxy', name);
    const shown = server && shownThrough(world, server, event);
    if (server === undefined || shown === undefined) return NOTHING;
    const after = untilShown(world, event.host) + PROXY_RTT * tripsTo(server);
    return check(world, event.asker, shown, [stamp.seq], after);
  },
  // A bumping proxy finishes its own TCP and TLS handshake with the origin before it answers the client (section 5).
  'proxy.Resigned': ({ event, name, stamp, world }) => {
    const server = world.state('proxy', name);
    const shown = server && shownThrough(world, server, event);
    if (server === undefined || shown === undefined) return NOTHING;
    const { asker, host } = event;
    const trips = isReachable(world, host) ? tcpTrips(world, host) + tlsTrips(world, asker, host) : 0;
    const after = rttOf(world, host) * trips + PROXY_RTT * tripsTo(server);
    return check(world, asker, shown, [stamp.seq], after);
  },
  'proxy.Refused': ({ event, stamp }) => cutOff(event.asker, event.host, { ...event, facts: [stamp.seq] }),
  'proxy.Answered': ({ event, stamp }) => pageTo(event, stamp.seq),
  'proxy.Missed': ({ event, stamp }) => pageTo(event, stamp.seq),
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
