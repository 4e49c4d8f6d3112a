/** What stands between a machine and a host: which proxy, whether it was asked or stands in the way, and what it takes an origin for. */
import type { StateOf } from '../models/index.ts';
import { answersFirst, inspects } from '../models/proxy/state.ts';
import { isTrusted, proxyShows, type Shown, siteShows } from './certificates.ts';
import type { Sight } from './flow.ts';
import { proxyBetween } from './way.ts';

type ProxyServer = Readonly<StateOf<'proxy'>>;

/** A proxy and its name, between a machine and a host. */
export function serverBetween(
  world: Sight,
  name: string,
  host: string,
): { readonly proxy: string; readonly server: ProxyServer } | undefined {
  const proxy = proxyBetween(world, name, host);
  const server = proxy === undefined ? undefined : world.state('proxy', proxy);
  return proxy === undefined || server === undefined ? undefined : { proxy, server };
}

/** Whether a host answers those who reach for it. */
export function isReachable(world: Sight, host: string): boolean {
  const site = world.state('registry', host);
  return site?.up === true && site.reach === 'ok';
}

/** Round trips to a proxy after that of TCP, until the client sees what comes after its hello: one more where it asks by CONNECT first. */
export const tripsTo = ({ mode }: ProxyServer): number => (mode === 'explicit' ? 2 : 1);

/** What a proxy has to say, in its own page, of an origin whose sessions it opens. */
export function complaint(
  world: Sight,
  server: ProxyServer,
  host: string,
): 'distrusted' | 'missed' | undefined {
  if (!isReachable(world, host)) return answersFirst(server, host) ? 'missed' : undefined;
  return distrusts(world, server, host) ? 'distrusted' : undefined;
}

/** Whether a proxy that re-signs the sessions with a host distrusts the host itself (facts/registry-and-tls.md section 5). */
function distrusts(world: Sight, server: ProxyServer, host: string): boolean {
  const site = world.state('registry', host);
  if (!inspects(server, host) || server.roots.length === 0 || site === undefined) return false;
  return !isTrusted(world, siteShows(host, site), server.roots);
}

/** What a proxy copies dates from: the origin's certificate, or where no origin answers its own authority's (section 5). */
export function copied(world: Sight, { issuer: own }: ProxyServer, host: string) {
  const site = isReachable(world, host) ? world.state('registry', host) : world.state('authority', own);
  const { issuer, from, until } = site ?? { issuer: '', from: 0, until: 0 };
  return { issuer, from, until };
}

/** What a client sees of a host whose session a proxy has taken up. Of an origin that did not answer it knows no more than the name. */
export function shownThrough(
  world: Sight,
  server: ProxyServer,
  taken: Pick<Shown, 'host' | 'issuer' | 'from' | 'until'> & { readonly type: 'Resigned' | 'Tunnelled' },
): Shown | undefined {
  const { host, issuer, from, until } = taken;
  const site = isReachable(world, host) ? world.state('registry', host) : undefined;
  if (taken.type === 'Resigned') return proxyShows(world, server, { host, issuer, from, until }, site);
  return site && siteShows(host, site);
}
