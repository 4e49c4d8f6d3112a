/** Sessions of pulls: how a client reaches a host or does not, through a proxy or straight, and how it looks at what it is shown. */
import { MILLISECOND, type Micros, SECOND } from '../base/units.ts';
import type { Send } from '../kernel/model.ts';
import type { Client } from '../models/docker/profile.ts';
import { ownRootsFor } from '../models/docker/state.ts';
import type { Mode } from '../models/proxy/events.ts';
import type { Reach } from '../models/registry/events.ts';
import { isPlain } from '../models/registry/state.ts';
import type { Verifier } from '../models/trust/verify/profile.ts';
import { clockAt, knownAuthorities, type Shown, shownBy, siteShows } from './certificates.ts';
import { ask, type Sight } from './flow.ts';
import { copied, isReachable, serverBetween } from './proxies.ts';
import type { Reason } from './reasons.ts';
import { profileOf, rootsOf, unreadBy } from './roots.ts';
import { PROXY_RTT, rttOf, socketOf } from './way.ts';

/** A look-up that is refused, and one that is never answered: two tries of 5 s for each of several look-ups (8.2). */
const LOOKUP: Micros = 50 * MILLISECOND;
const SILENT_LOOKUP: Micros = 50 * SECOND;
/** Nobody answers ARP (8.2). */
const NO_ROUTE: Micros = 3_100 * MILLISECOND;

/** Round trips of TCP's handshake. */
export const tcpTrips = (world: Sight, host: string): number =>
  world.state('registry', host)?.near === true ? 0 : 1;

/** Round trips of a TLS handshake: two, and one from TLS 1.3 on (facts/registry-and-tls.md 8.5). */
export const tlsTrips = (world: Sight, name: string, host: string): number =>
  Math.min(profileOf(world, name).tls, world.state('registry', host)?.tls ?? 12) >= 13 ? 1 : 2;

/** Time until a host shows its certificate: TCP's handshake, and the first flight of TLS. */
export const untilShown = (world: Sight, host: string): Micros =>
  rttOf(world, host) * (tcpTrips(world, host) + 1);

/** The pull learns that a session could not be opened. */
export const cutOff = (
  name: string,
  host: string,
  { why, words, facts }: Reason,
  after: Micros = 0,
): Send[] => [ask('docker', name, { type: 'cut-off', host, why, words, facts }, after)];

/** What Go makes of HTTP where TLS should be: before 1.6 it took the text for a length. */
const OVERSIZED = 'tls: oversized record received with length 20527';
const NO_TLS = 'http: server gave HTTP response to HTTPS client';

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

/** Whom a client's first packet for a host reaches: a proxy of either mode, the host itself, or nobody who answers. */
export type Way =
  | { readonly to: Mode; readonly proxy: string }
  | { readonly to: 'host' }
  | { readonly to: 'nobody'; readonly after: Micros; readonly reason: Reason };

/**
 * The way from a machine to a host. Who asks a proxy leaves the look-up to it. A box in the way takes up connections for any address, so
 * that only the look-up is still the client's; while it is down everything that should pass it is lost (assumed).
 */
export function wayTo(world: Sight, name: string, host: string): Way {
  const between = serverBetween(world, name, host);
  if (between?.server.mode === 'explicit') return { to: 'explicit', proxy: between.proxy };
  const site = world.state('registry', host);
  const { declaredSeq, up, reach: said } = site ?? { declaredSeq: -1, up: false, reach: 'no-such-name' };
  const fact = declaredSeq < 0 ? (world.state('vm', name)?.addressSeq ?? -1) : declaredSeq;
  const nobody = (reach: Exclude<Reach, 'ok'>, why: string, seq: number): Way => {
    const { after, words } = missed(reach, host, profileOf(world, name).timeout);
    return { to: 'nobody', after, reason: { why, words, facts: [seq] } };
  };
  const reach = said === 'ok' && !up ? 'no-answer' : said;
  const isFound = reach !== 'no-such-name' && reach !== 'resolver-silent';
  if (between !== undefined && isFound)
    return between.server.up
      ? { to: 'transparent', proxy: between.proxy }
      : nobody('no-answer', 'proxy.down', between.server.declaredSeq);
  return reach === 'ok' ? { to: 'host' } : nobody(reach, 'registry.unreachable', fact);
}

/**
 * A host that speaks plain HTTP: its answer to the first message of TLS is none. Who was told to put up with it goes on without TLS, on a
 * connection of its own after that first try, and afterwards at once (facts/registry-and-tls.md section 6).
 */
function openPlain(world: Sight, name: string, host: string, originSeq: number): Send[] {
  const docker = world.state('docker', name);
  const tried = untilShown(world, host);
  if (docker?.pull === undefined) return [];
  const { client, insecure, pull } = docker;
  if (!insecure.includes(pull.site)) {
    const words = client === 'docker-1.11' ? OVERSIZED : NO_TLS;
    return cutOff(name, host, { why: 'registry.plain-http', words, facts: [originSeq] }, tried);
  }
  const dialled = rttOf(world, host) * tcpTrips(world, host);
  const isFirst = [...pull.open.values()].some(({ path }) => path === 'ping');
  return [ask('docker', name, { type: 'connected', host }, dialled + (isFirst ? tried : 0))];
}

/** Opens a session with a host: a proxy on the way looks for the origin itself. */
export function open(world: Sight, name: string, host: string): Send[] {
  const way = wayTo(world, name, host);
  if (way.to === 'nobody') return cutOff(name, host, way.reason, way.after);
  const site = world.state('registry', host);
  const originSeq = site?.declaredSeq ?? -1;
  if (way.to === 'host') {
    if (site === undefined) return [];
    return isPlain(site)
      ? openPlain(world, name, host, originSeq)
      : check(world, name, siteShows(host, site), [originSeq], untilShown(world, host));
  }
  const server = world.state('proxy', way.proxy);
  const docker = world.state('docker', name);
  if (server === undefined || docker === undefined) return [];
  const { proxyUser: user, proxyUserSeq: userSeq } = docker;
  const origin = { host, ...copied(world, server, host), reachable: isReachable(world, host), originSeq };
  return [ask('proxy', way.proxy, { type: 'connect', asker: name, user, userSeq, ...origin }, PROXY_RTT)];
}

/** Whose verifier a client has: that of Go 1.5 the engine of 2016, that of 1.19 the recorded programs (facts/registry-and-tls.md 1.1). */
const verifierOf = (client: Client): Verifier => (client === 'docker-1.11' ? 'go1.5' : 'go');

/** The client looks at the chain by its machine's clock and with the roots that it has read, unless it is told not to look. */
export function check(
  world: Sight,
  name: string,
  shown: Shown,
  facts: readonly number[],
  after: Micros,
): Send[] {
  const docker = world.state('docker', name);
  if (docker?.pull === undefined) return [];
  const { image, site } = docker.pull;
  const { host, issuer } = shown;
  if (docker.insecure.includes(site)) return [ask('docker', name, { type: 'connected', host }, after)];
  const vm = world.state('vm', name);
  const registry = ownRootsFor(docker, image);
  return [
    ask(
      'trust',
      rootsOf(name, registry),
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
        clockFact: vm?.clockSeq ?? -1,
        unread: unreadBy(world, name, registry),
      },
      after,
    ),
  ];
}
