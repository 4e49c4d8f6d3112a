/** DHCP messages of a run as frames: who sends them from which address to which, and what a program puts into them. */

import { isLookedFor } from '../../flows/dhcp.ts';
import { scopeOf } from '../../models/dhcp/ledger.ts';
import { answerHead } from '../capture/answer.ts';
import { WANTS } from '../capture/clients.ts';
import type { DhcpFrame, DhcpMessage, Frame, Program } from '../capture/frame.ts';
import { optionsFrom } from '../capture/options.ts';
import type { Sniffed } from '../sniff.ts';
import { UNANSWERED_AFTER } from './arp-frame.ts';
import { ALL_MAC, type Stations } from './stations.ts';

export type Request = Extract<Sniffed, { kind: 'request' }>;
export type Reply = Extract<Sniffed, { kind: 'reply' }>;
export type Datagram = Extract<Frame, { kind: 'dhcp' }>;

/** What clients say, besides what they ask for. */
export type Said = Partial<Pick<DhcpMessage, 'hops' | 'htype' | 'clientId' | 'hostname' | 'wanted'>>;

/** What a run knows nothing of and a capture may be told. */
export interface Known {
  /** Options of answers: servers of names, a domain. */
  readonly beside?: Pick<DhcpMessage, 'dns' | 'domain'>;
  /** What a client says in an exchange: all of it where the client is none of the run. */
  readonly said?: (client: string, xid: number) => Said;
  /** The hardware address under which the host of a server has an address. */
  readonly neighbour?: (server: string, address: number) => string | undefined;
}

const BROADCAST = 0xffff_ffff;
const [SERVER_PORT, CLIENT_PORT] = [67, 68];
/** Agent circuit id: the interface on the clients' side, as ISC dhcrelay names it. [RFC 3046 3.1; golden/dhcp relay-kea-dhclient-opt82] */
const CIRCUIT = '010465746830';
/** Programs whose rebinding still comes from 0.0.0.0. [golden/dhcp expire-kea-networkd, rebind-kea-networkd] */
const REBINDS_FROM_ZERO: readonly Program[] = ['networkd'];
/** Programs that name their machine by themselves (assumed: by the client's name in the run). [golden/dhcp dora-isc-networkd] */
const NAMES_ITSELF: readonly Program[] = ['networkd'];
/** In which messages. [golden/dhcp release-dnsmasq-networkd has none] */
const NAMED: readonly DhcpMessage['type'][] = ['DISCOVER', 'REQUEST'];
/** Which answers give a client its own name back. [golden/dhcp renew-kea-networkd, release-dnsmasq-networkd, dora-isc-networkd] */
const ECHOES_NAME: Partial<Readonly<Record<Program, readonly DhcpMessage['type'][]>>> = {
  kea: ['OFFER', 'ACK'],
  dnsmasq: ['ACK'],
};
/** Programs that send what goes to everybody to the client's hardware address. [golden/dhcp dora-kea-udhcpc-broadcast, nak-kea-*] */
const BROADCASTS_TO_CLIENT: readonly Program[] = ['kea'];

type ClientProgram = keyof typeof WANTS;

const clientProgram = (stations: Stations, name: string): ClientProgram => {
  const program = stations.client(name)?.program ?? 'generic';
  return program === 'generic' ? 'generic-client' : program;
};

const serverProgram = (stations: Stations, name: string): Program => {
  const software = stations.server(name)?.software ?? 'generic';
  return software === 'generic' ? 'generic-server' : software;
};

/** Fields that are 0 or empty in the run are absent from the message. */
const set = <K extends keyof DhcpMessage>(key: K, value: DhcpMessage[K] | 0 | ''): Partial<DhcpMessage> =>
  value === 0 || value === '' || value === undefined ? {} : { [key]: value };

// ---- from clients ------------------------------------------------------------------------------------------

export function requestFrame(sniffed: Request, stations: Stations, known: Known): Datagram {
  const { at, segment, from, request, routed } = sniffed;
  const relay = stations.relayAt(from);
  const author = clientProgram(stations, request.client);
  const dstMac = request.to === 0 ? ALL_MAC : stations.towards(segment, request.to);
  const dstIp = request.to === 0 ? BROADCAST : request.to;
  const head = { at, segment, dstMac, dstIp, kind: 'dhcp', toPort: SERVER_PORT } as const;
  if (relay !== undefined && relay.nearAddress !== 0 && !routed) {
    const message = {
      ...asked(sniffed, author, known),
      hops: 1,
      ...set('relayInfo', relay.option82 ? CIRCUIT : ''),
    };
    const sender = { srcMac: stations.mac(segment, from), srcIp: relay.farAddress, fromPort: SERVER_PORT };
    return { ...head, ...sender, program: 'relay', author, message };
  }
  const silent = request.to === 0 && REBINDS_FROM_ZERO.includes(author);
  const srcIp = silent ? 0 : request.ciaddr;
  const message = asked(sniffed, author, known);
  const datagram = { ...head, srcIp, fromPort: CLIENT_PORT, program: author, message };
  return routed
    ? { ...datagram, srcMac: stations.mac(segment, from), routers: 1 }
    : { ...datagram, srcMac: request.mac };
}

/** What a client says. */
function asked({ request }: Request, author: Program, known: Known): DhcpMessage {
  const { kind, client, xid, secs, broadcast, ciaddr, giaddr, mac, requested, serverId, wish, clientId } =
    request;
  // The one kind that has no type of its own is never sent by a modelled client.
  const type = kind === 'BOOTP' ? 'DISCOVER' : kind;
  return {
    type,
    ...{ xid, secs, broadcast, ciaddr, giaddr, chaddr: mac },
    ...{ hops: 0, yiaddr: 0, siaddr: 0 },
    ...set('requested', requested),
    ...set('serverId', serverId),
    ...set('leaseTime', wish),
    ...set('hostname', NAMES_ITSELF.includes(author) && NAMED.includes(type) ? client : ''),
    // Empty: none, even where the program would make one of its hardware address.
    clientId,
    ...known.said?.(client, xid),
  };
}

// ---- from servers ------------------------------------------------------------------------------------------

export function replyFrame(sniffed: Reply, stations: Stations, known: Known): Datagram {
  const { at, segment, from, reply, routed } = sniffed;
  const relay = stations.relayAt(from);
  const isLine = relay !== undefined && relay.nearAddress === 0;
  const author = serverProgram(stations, reply.server);
  const dstIp = reply.to === 0 ? BROADCAST : reply.to;
  const head = { at, segment, dstIp, kind: 'dhcp' } as const;
  const message = answered(sniffed, author, stations, known);
  if (relay !== undefined && !isLine && !routed) {
    const dstMac = reply.to === 0 ? ALL_MAC : reply.mac;
    const sender = { srcMac: stations.mac(segment, from), srcIp: reply.giaddr };
    const ports = { fromPort: SERVER_PORT, toPort: CLIENT_PORT };
    return { ...head, ...sender, ...ports, dstMac, program: 'relay', author, message };
  }
  const toRelay = reply.giaddr !== 0 && reply.to === reply.giaddr;
  const ports = { fromPort: SERVER_PORT, toPort: toRelay ? SERVER_PORT : CLIENT_PORT };
  const srcMac = stations.mac(segment, routed ? from : `dhcp/${reply.server}`);
  const dstMac = macFor(sniffed, author, stations, known);
  const srcIp = reply.serverId || (stations.server(reply.server)?.addresses[0] ?? 0);
  const datagram = { ...head, ...ports, srcMac, dstMac, srcIp, program: author };
  const info = toRelay && hasOption82(segment, reply.giaddr, stations);
  return {
    ...datagram,
    ...(routed ? { routers: 1 } : {}),
    message: { ...message, ...set('relayInfo', info ? CIRCUIT : '') },
  };
}

/** Relays and clients of other segments are reached by the router between; everybody else by the client's own hardware address. */
function macFor(
  { segment, from, reply, routed }: Reply,
  author: Program,
  stations: Stations,
  known: Known,
): string {
  if (reply.to === 0) return BROADCASTS_TO_CLIENT.includes(author) ? reply.mac : ALL_MAC;
  if (routed) return reply.mac;
  if (reply.to === reply.giaddr)
    return relayFor(segment, reply.giaddr, stations)?.mac ?? stations.towards(segment, reply.to);
  const home = stations.client(reply.client)?.segment ?? segment;
  const between = home === segment ? undefined : stations.routerOf(segment);
  if (between !== undefined && stations.relayAt(between)?.near === home)
    return stations.mac(segment, between);
  if (!isLookedFor(stations.server(reply.server), reply)) return reply.mac;
  const taken = stations.segment(segment)?.duplicates.get(reply.to);
  if (taken !== undefined) return stations.mac(segment, taken.reached);
  const isUsed = stations.ownerOf(segment, reply.to) !== undefined;
  return (isUsed ? undefined : known.neighbour?.(from, reply.to)) ?? reply.mac;
}

/** The relay on a segment that speaks for an address on its clients' side. */
function relayFor(segment: string, giaddr: number, stations: Stations) {
  for (const station of stations.segment(segment)?.stations.keys() ?? []) {
    const relay = stations.relayAt(station);
    if (relay?.nearAddress === giaddr && relay.far === segment)
      return { option82: relay.option82, mac: stations.mac(segment, station) };
  }
  return undefined;
}

/** Servers send back what a relay put in. [RFC 3046 2.2] */
const hasOption82 = (segment: string, giaddr: number, stations: Stations): boolean =>
  relayFor(segment, giaddr, stations)?.option82 === true;

/** What a server says: the fixed part as its program writes it, and the options of the scope. */
function answered({ reply }: Reply, program: Program, stations: Stations, known: Known): DhcpMessage {
  const { kind, server, client, mac, xid, secs, broadcast, yiaddr, ciaddr, giaddr, serverId } = reply;
  const state = stations.server(server);
  const scope = state === undefined ? undefined : scopeOf(state, yiaddr || ciaddr);
  const {
    hostname,
    clientId = '',
    wanted,
    ...head
  } = { ...saidBy(client, stations), ...known.said?.(client, xid) };
  const request: DhcpMessage = {
    type: kind === 'OFFER' ? 'DISCOVER' : 'REQUEST',
    ...{ xid, secs, broadcast, ciaddr, giaddr, chaddr: mac },
    ...{ hops: giaddr === 0 ? 0 : 1, yiaddr: 0, siaddr: 0 },
    ...head,
  };
  return {
    ...answerHead(program, kind, request, serverId),
    // These the server of the run decides, by what it is set to.
    ...{ type: kind, secs, broadcast, ciaddr, yiaddr },
    ...set('serverId', serverId),
    ...set('leaseTime', reply.lease),
    ...set('t1', reply.t1),
    ...set('t2', reply.t2),
    ...set('text', reply.words),
    ...set('hostname', ECHOES_NAME[program]?.includes(kind) ? hostname : ''),
    ...(scope === undefined
      ? {}
      : { mask: maskOf(scope.prefix), ...set('router', scope.router), ...known.beside }),
    ...(scope === undefined || kind === 'NAK' ? {} : { further: optionsFrom(scope.settings.options ?? {}) }),
    clientId,
    ...(wanted === undefined ? {} : { wanted }),
  };
}

/** What a client of the run says of itself. */
function saidBy(name: string, stations: Stations): Said {
  const client = stations.client(name);
  if (client === undefined) return {};
  const program = clientProgram(stations, name);
  const own = NAMES_ITSELF.includes(program) ? { hostname: name } : {};
  return { clientId: client.clientId, wanted: WANTS[program], ...own };
}

const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0);

/** Clients that have a socket open from a renewal to its first answer, and at no other time. */
const LISTENS_RENEWING: readonly Program[] = ['udhcpc'];

/**
 * Whether the host of a client answers that nobody listens, to an answer for its address that its client reads past the kernel, or not at
 * all. Behind a line so slow that nobody answers its ARP in time, it cannot. [golden/dhcp exhaust-kea-expiry, relay-isc-udhcpc, slow-4-*]
 */
export function isUnheard({ segment, from, reply }: Reply, isFirst: boolean, stations: Stations): boolean {
  const client = stations.client(reply.client);
  if (client === undefined || client.segment !== segment || reply.to !== client.address) return false;
  const { delayToServer = 0, delayToClient = 0 } = stations.relayAt(from) ?? {};
  if (delayToServer + delayToClient >= UNANSWERED_AFTER) return false;
  const isDeaf =
    client.phase === 'bound' || client.phase === 'rebinding' || (client.phase === 'renewing' && !isFirst);
  return isDeaf && LISTENS_RENEWING.includes(clientProgram(stations, reply.client));
}

/** The host of a server that does not run answers what comes to its port. [RFC 1122 3.2.2.1; golden/dhcp expire-kea-networkd] */
export function unreachable(original: Datagram, at: number): Frame {
  const { segment, srcMac, dstMac, srcIp, dstIp } = original;
  const datagram: DhcpFrame = original;
  return {
    ...{ at, segment, kind: 'unreachable', original: datagram },
    ...{ srcMac: dstMac, dstMac: srcMac, srcIp: dstIp, dstIp: srcIp },
  };
}
