/** The way between a machine and the hosts of the internet: past a proxy or not, how long, and whether frames go astray on it. */
import { MILLISECOND, type Micros } from '../base/units.ts';
import { type Duplicate, GATEWAY, reaches } from '../models/segment/state.ts';
import type { Sight } from './flow.ts';

/** Round trip between a node and its proxy. Assumed. */
export const PROXY_RTT: Micros = MILLISECOND;

/** The proxy that traffic of a network to the internet goes through, if there is one. */
const proxyOf = (world: Sight, network: string): string | undefined =>
  [...world.each('proxy')].find(([, proxy]) => proxy.networks.includes(network))?.[0];

/** The network that a machine is plugged into. */
export const networkOf = (world: Sight, name: string): string => world.state('vm', name)?.spec?.network ?? '';

/** The proxy between a machine and a host: none when the host is inside. */
export const proxyBetween = (world: Sight, name: string, host: string): string | undefined =>
  world.state('registry', host)?.inside === true ? undefined : proxyOf(world, networkOf(world, name));

/** Round trip to a host. */
export const rttOf = (world: Sight, host: string): Micros => world.state('registry', host)?.rtt ?? 0;

/** How a client writes where it connects to. */
export const socketOf = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);

/** What keeps a machine's traffic from its way. */
export interface Astray {
  /** Frames for the machine reach another one, whose TCP knows of no connection and resets those of the far end. Else its own vanish. */
  readonly lost: boolean;
  readonly facts: readonly number[];
}

/**
 * Whether traffic of a machine goes astray: because frames for its address reach somebody else, or because those for its gateway do. Every
 * host, and a proxy, is taken to stand beyond the gateway.
 */
export function astrayOf(world: Sight, name: string): Astray | undefined {
  const address = world.state('vm', name)?.address ?? -1;
  const segment = world.state('segment', networkOf(world, name));
  if (segment === undefined || segment.duplicates.size === 0) return undefined;
  const { duplicates, gateway } = segment;
  const factsOf = ({ flappedSeq, seq }: Duplicate) => [flappedSeq, seq];
  const own = duplicates.get(address);
  if (own !== undefined && !reaches(segment, address, `vm/${name}`))
    return { lost: true, facts: factsOf(own) };
  const router = duplicates.get(gateway);
  if (router !== undefined && !reaches(segment, gateway, GATEWAY))
    return { lost: false, facts: factsOf(router) };
  return undefined;
}
