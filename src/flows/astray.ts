/**
 * Frames that reach another machine in the middle of a pull. What is under way stalls. When they come back, requests for a connection are
 * repeated, and so is what only the gateway did not get; connections whose far end was reset turn out to be gone.
 */

import { formatIpv4 } from '../base/ipv4.ts';
import { MILLISECOND, type Micros, SECOND } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import { PROFILES } from '../models/docker/profile.ts';
import { allOpen, type Exchange } from '../models/docker/state.ts';
import { receivedOf } from '../models/fabric/pools.ts';
import { ask, defineFlow, type Sight, withdraw } from './flow.ts';
import { type Astray, astrayOf, networkOf, PROXY_RTT, proxyBetween, rttOf, socketOf } from './way.ts';

/** First time-out of TCP for a SYN, and for data on a quick line; each further one is twice as long (RFC 6298 2 and 5.5, Linux). */
const SYN_AGAIN: Micros = SECOND;
const DATA_AGAIN: Micros = 200 * MILLISECOND;
/**
 * Go programs probe a silent connection every 30 s, and Linux gives up after nine probes without an answer (Go's net/http dialer, tcp(7)).
 * Assumed: the engines' own transports have the same 30 s.
 */
const KEEPALIVE: Micros = 30 * SECOND;
const PROBES = 9;

/** Owner of the transfers of a container client. */
export const OWNER = 'docker/';
/** Key of a layer's transfer that is asked for and has not begun. */
export const layerKey = (name: string, digest: string) => `${name} ${digest}`;
const backKey = (id: number) => `back ${id}`;

/** What is on its way to a client stops. */
export const callOff = (name: string, digests: readonly string[]): Send[] => [
  ask('fabric', 'net', { type: 'cancel', owner: OWNER + name }),
  ...digests.map((digest) => withdraw('fabric', 'net', layerKey(name, digest))),
];

/** Exchanges of a client stall. */
export function stall(world: Sight, name: string, exchanges: readonly Exchange[], found: Astray): Send[] {
  const fabric = world.state('fabric', 'net');
  const gotOf = ({ blob, phase }: Exchange) =>
    phase === 'receiving' && fabric !== undefined ? receivedOf(fabric, OWNER + name, blob, world.at) : 0;
  const ids = exchanges.map(({ id }) => id);
  return ids.length === 0
    ? []
    : [ask('docker', name, { type: 'stall', ids, got: exchanges.map(gotOf), ...found })];
}

/** An answer that was asked for before the gateway was lost still comes; everything else needs frames of the client. */
const isHit = ({ phase, stalled }: Exchange, { lost }: Astray) =>
  stalled === undefined ? lost || phase !== 'waiting' : lost && !stalled.lost;

/** Traffic of a machine goes astray from now on. */
function lose(world: Sight, name: string, found: Astray): Send[] {
  const open = allOpen(world.state('docker', name));
  const hit = open.filter((exchange) => isHit(exchange, found));
  const bodies = open.filter(({ phase, stalled }) => phase === 'receiving' && stalled === undefined);
  return [
    ...open
      .filter(({ stalled }) => stalled !== undefined)
      .map(({ id }) => withdraw('docker', name, backKey(id))),
    ...stall(world, name, hit, found),
    ...(bodies.length === 0
      ? []
      : callOff(
          name,
          bodies.map(({ blob }) => blob),
        )),
  ];
}

/** Time until TCP repeats itself, which it has done since it waits, each time after twice as long. */
export function untilRepeated(first: Micros, waited: Micros): Micros {
  let next = first;
  for (let wait = first; next < waited; next += wait) wait *= 2;
  return next - waited;
}

const wordsOf = (world: Sight, name: string, host: string, error: string) =>
  `read tcp ${formatIpv4(world.state('vm', name)?.address ?? 0)}->${socketOf(host)}: read: ${error}`;

/** Traffic of a machine finds its way again. */
function regain(world: Sight, name: string): Send[] {
  return allOpen(world.state('docker', name)).flatMap(({ id, host, phase, stalled }) => {
    if (stalled === undefined) return [];
    const waited = world.at - stalled.at;
    const isGone = stalled.lost && phase !== 'connecting';
    if (!isGone) {
      const after = untilRepeated(phase === 'connecting' ? SYN_AGAIN : DATA_AGAIN, waited);
      return [ask('docker', name, { type: 'resume', id }, after, backKey(id))];
    }
    const asks = phase === 'receiving' ? KEEPALIVE - (waited % KEEPALIVE) : untilRepeated(DATA_AGAIN, waited);
    const trip = proxyBetween(world, name, host) === undefined ? rttOf(world, host) : PROXY_RTT;
    const words = wordsOf(world, name, host, 'connection reset by peer');
    return [ask('docker', name, { type: 'lost', id, words }, asks + trip, backKey(id))];
  });
}

/** Looks at machines of whose way something changed. */
const look = (world: Sight, names: readonly string[]): Send[] =>
  names.flatMap((name) => {
    if (allOpen(world.state('docker', name)).length === 0) return [];
    const found = astrayOf(world, name);
    return found === undefined ? regain(world, name) : lose(world, name, found);
  });

/** The machines that frames for an address matter to: its holders, or all of the segment when it is the gateway's. */
function concerned(world: Sight, segment: string, address: number, holders: readonly string[]): string[] {
  if (world.state('segment', segment)?.gateway !== address)
    return holders.filter((holder) => holder.startsWith('vm/')).map((holder) => holder.slice('vm/'.length));
  return [...world.each('docker')].map(([name]) => name).filter((name) => networkOf(world, name) === segment);
}

/** How long a client waits for what does not come, and what it says then. */
function patienceOf(world: Sight, name: string, { phase, path, host }: Exchange): [Micros, string] {
  const { timeout } = PROFILES[world.state('docker', name)?.client ?? 'docker-1.11'];
  if (phase === 'connecting') return [timeout, `dial tcp ${socketOf(host)}: i/o timeout`];
  if (phase === 'waiting' && (path === 'ping' || path === 'token'))
    return [timeout, 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'];
  return [KEEPALIVE * (PROBES + 1), wordsOf(world, name, host, 'connection timed out')];
}

export const astray = defineFlow('astray', {
  'segment.Flapped': ({ event, name, world }) =>
    look(world, concerned(world, name, event.address, [event.lost, event.holder])),
  'segment.Resolved': ({ event, name, world }) =>
    look(world, concerned(world, name, event.address, [event.holder])),
  'docker.Stalled': ({ event, name, world }) => {
    const open = allOpen(world.state('docker', name)).filter(({ id }) => event.ids.includes(id));
    if (open.length === 0) return NOTHING;
    return open.map((exchange) => {
      const [after, words] = patienceOf(world, name, exchange);
      return ask('docker', name, { type: 'lost', id: exchange.id, words }, after, `patience ${exchange.id}`);
    });
  },
});
