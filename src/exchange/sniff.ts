/**
 * What a sniffer on each segment would have recorded of a run, message by message: events seen in the world that they happened in. Captures
 * are made of it, and conformance is judged by it.
 */
import type { DhcpReply, DhcpRequest } from '../base/dhcp.ts';
import type { Micros } from '../base/units.ts';
import { replyIn, requestOf } from '../flows/dhcp.ts';
import type { Sight } from '../flows/flow.ts';
import type { AnyEvent } from '../kernel/model.ts';
import { profileOf } from '../models/dhcp/ledger.ts';
import type { EventOf } from '../models/index.ts';

/** One message on a segment. `from` is the station that put it there: `vm/…`, `machine/…`, `dhcp/…`, `relay/…`. */
export type Sniffed = {
  readonly seq: number;
  readonly at: Micros;
  readonly segment: string;
  readonly from: string;
} & (
  | { readonly kind: 'request'; readonly request: DhcpRequest; readonly routed: boolean }
  | { readonly kind: 'reply'; readonly reply: DhcpReply; readonly routed: boolean }
  | { readonly kind: 'arp-probe' | 'arp-announce'; readonly address: number }
  /** A server looks whether an address is used; `used` is whether somebody answers. */
  | { readonly kind: 'check'; readonly by: 'ping' | 'arp'; readonly address: number; readonly used: boolean }
);

/** An event as the engine tells it, or a log. */
export interface Happened {
  readonly seq: number;
  readonly at: Micros;
  readonly entity: string;
  readonly event: AnyEvent;
}

const isUp = (world: Sight, segment: string, station: string): boolean =>
  !(world.state('segment', segment)?.down.has(station) ?? false);

/** The messages that an event is, in the world just after it. Most events are none. */
export function sniff({ seq, at, entity, event }: Happened, world: Sight): Sniffed | undefined {
  const slash = entity.indexOf('/');
  const name = entity.slice(slash + 1);
  const head = { seq, at };
  switch (entity.slice(0, slash)) {
    case 'dhcp-client':
      return ofClient(head, name, event as unknown as EventOf<'dhcp-client'>, world);
    case 'dhcp':
      return ofServer(head, name, event as unknown as EventOf<'dhcp'>, world);
    case 'relay':
      return ofRelay(head, name, event as unknown as EventOf<'relay'>, world);
    case 'segment':
      return ofSegment(head, name, event as unknown as EventOf<'segment'>, world);
    default:
      return undefined;
  }
}

type Head = Pick<Sniffed, 'seq' | 'at'>;

function ofClient(
  head: Head,
  name: string,
  event: EventOf<'dhcp-client'>,
  world: Sight,
): Sniffed | undefined {
  const client = world.state('dhcp-client', name);
  if (client === undefined || !isUp(world, client.segment, client.holder)) return undefined;
  const place = { ...head, segment: client.segment, from: client.holder };
  if (event.type === 'Probing' || event.type === 'Announcing')
    return {
      ...place,
      kind: event.type === 'Probing' ? 'arp-probe' : 'arp-announce',
      address: event.address,
    };
  const request = requestOf(name, client, event);
  if (request === undefined) return undefined;
  const to = event.type === 'Stopped' ? client.serverId : request.to;
  if (to !== 0 && !isResolved(world, client.segment, to)) return undefined;
  return { ...place, kind: 'request', request: { ...request, to }, routed: false };
}

/** A datagram to a machine whose port is down stays with its sender: nobody answers the ARP request for it (facts/dhcp.md section 3). */
function isResolved(world: Sight, name: string, address: number): boolean {
  const segment = world.state('segment', name);
  for (const [station, addresses] of segment?.stations ?? [])
    if (addresses.includes(address) && segment?.down.has(station)) return false;
  return true;
}

function ofServer(head: Head, name: string, event: EventOf<'dhcp'>, world: Sight): Sniffed | undefined {
  const server = world.state('dhcp', name);
  const station = `dhcp/${name}`;
  if (server === undefined || !isUp(world, server.segment, station)) return undefined;
  const place = { ...head, segment: server.segment, from: station };
  switch (event.type) {
    case 'Offered':
    case 'Granted':
    case 'Refused':
    case 'Informed':
      return { ...place, kind: 'reply', reply: replyIn(event), routed: false };
    default:
      return undefined;
  }
}

function ofRelay(head: Head, name: string, event: EventOf<'relay'>, world: Sight): Sniffed | undefined {
  const relay = world.state('relay', name);
  if (relay === undefined) return undefined;
  const from = `relay/${name}`;
  if (event.type === 'Relayed') {
    const { type: _, routed, ...request } = event;
    return { ...head, segment: relay.far, from, kind: 'request', request, routed };
  }
  if (event.type !== 'Delivered') return undefined;
  return { ...head, segment: relay.near, from, kind: 'reply', reply: replyIn(event), routed: event.routed };
}

/** A probe of a server is told by the segment, which knows whether anybody answers. */
function ofSegment(
  head: Head,
  segment: string,
  event: EventOf<'segment'>,
  world: Sight,
): Sniffed | undefined {
  if (event.type === 'Announced')
    return { ...head, segment, from: event.holder, kind: 'arp-announce', address: event.address };
  if (event.type !== 'Probed' || !event.asker.startsWith('dhcp/')) return undefined;
  const { asker: from, address, used } = event;
  const server = world.state('dhcp', from.slice('dhcp/'.length));
  const by = server !== undefined && profileOf(server).check === 'arp' ? 'arp' : 'ping';
  return { ...head, segment, from, kind: 'check', by, address, used };
}
