/** DHCP messages on their way: from a client to every server and relay that hears it, and back. */
import type { DhcpReply, DhcpRequest, RequestKind } from '../base/dhcp.ts';
import { MILLISECOND, type Micros, SECOND } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import { scopeOf, profileOf as serverProfile } from '../models/dhcp/ledger.ts';
import { profileOf as clientProfile } from '../models/dhcp-client/state.ts';
import type { EventOf, StateOf } from '../models/index.ts';
import { reaches } from '../models/segment/state.ts';
import { ask, defineFlow, type Sight } from './flow.ts';

/** From one port of a segment to another. */
const WIRE: Micros = 20;
/** A used address answers an ARP request or echo at once. */
const ANSWER: Micros = MILLISECOND;

type ClientEvent = EventOf<'dhcp-client'>;
type Client = Readonly<StateOf<'dhcp-client'>>;

/** A message that a client sent, as its event tells it. */
export function requestOf(name: string, client: Client, event: ClientEvent): DhcpRequest | undefined {
  const fields = fieldsOf(event);
  if (fields === undefined) return undefined;
  const { mac, clientId, segment } = client;
  const { broadcast, flagsRenewals, wishedLease } = clientProfile(client);
  return {
    client: name,
    segment,
    mac,
    clientId,
    broadcast: broadcast && (flagsRenewals || (fields.ciaddr ?? 0) === 0),
    to: 0,
    ciaddr: 0,
    giaddr: 0,
    requested: 0,
    serverId: 0,
    wish: wishedLease / SECOND,
    oddity: '',
    ...fields,
  };
}

type Fields = Partial<DhcpRequest> & {
  readonly kind: RequestKind;
  readonly xid: number;
  readonly secs: number;
};

function fieldsOf(event: ClientEvent): Fields | undefined {
  switch (event.type) {
    case 'Discovering':
      return { kind: 'DISCOVER', xid: event.xid, secs: event.secs, requested: event.requested };
    case 'Requesting': {
      const { xid, secs, address: requested, serverId } = event;
      return { kind: 'REQUEST', xid, secs, requested, serverId };
    }
    case 'Rebooting':
      return { kind: 'REQUEST', xid: event.xid, secs: event.secs, requested: event.address };
    case 'Renewing':
      return { kind: 'REQUEST', xid: event.xid, secs: event.secs, ciaddr: event.address, to: event.serverId };
    case 'Rebinding':
      return { kind: 'REQUEST', xid: event.xid, secs: event.secs, ciaddr: event.address };
    case 'Informing':
      return { kind: 'INFORM', xid: event.xid, secs: event.secs, ciaddr: event.address };
    case 'Declined': {
      const { xid, secs, address: requested, serverId } = event;
      return { kind: 'DECLINE', xid, secs, requested, serverId };
    }
    case 'Stopped': {
      const { xid, secs, address: ciaddr, serverId, released } = event;
      return released ? { kind: 'RELEASE', xid, secs, ciaddr, serverId } : undefined;
    }
    default:
      return undefined;
  }
}

const nameIn = (station: string) => station.slice(station.indexOf('/') + 1);
const isServer = (station: string) => station.startsWith('dhcp/');

/** Everyone on a segment who hears a request: servers that it is for, and what leads to other segments. */
function onSegment(world: Sight, from: string, request: DhcpRequest): readonly Send[] {
  const segment = world.state('segment', request.segment);
  if (segment === undefined || segment.down.has(from)) return NOTHING;
  const sends: Send[] = [];
  for (const [station, addresses] of segment.stations) {
    if (segment.down.has(station) || station === from) continue;
    const name = nameIn(station);
    const isForIt =
      request.to === 0 || (addresses.includes(request.to) && reaches(segment, request.to, station));
    if (!isServer(station)) {
      const relay = world.state('relay', name);
      if (relay?.near === request.segment && (!isForIt || request.to === 0 || relay.nearAddress === 0))
        sends.push(ask('relay', name, { type: 'request', request }, WIRE));
    } else if (isForIt) {
      const server = world.state('dhcp', name);
      if (server === undefined || !server.enabled) continue;
      const { thinks, answersPerAddress } = serverProfile(server);
      const times = answersPerAddress && request.to === 0 ? Math.max(1, server.addresses.length) : 1;
      for (let i = 0; i < times; i += 1)
        sends.push(ask('dhcp', name, { type: 'hear', request }, WIRE + thinks));
    }
  }
  return sends;
}

const asks = ({
  event,
  name,
  world,
}: {
  event: ClientEvent;
  name: string;
  world: Sight;
}): readonly Send[] => {
  const client = world.state('dhcp-client', name);
  const request = client === undefined ? undefined : requestOf(name, client, event);
  if (client === undefined || request === undefined) return NOTHING;
  // A program that does not name its server in a RELEASE still writes to it.
  const to = event.type === 'Stopped' ? client.serverId : request.to;
  return onSegment(world, client.holder, { ...request, to });
};

/** Whether a server finds a client that has its address in the neighbour table of its host, and so may find another. */
export const isLookedFor = (
  server: Readonly<StateOf<'dhcp'>> | undefined,
  { to, ciaddr }: Pick<DhcpReply, 'to' | 'ciaddr'>,
): boolean =>
  to !== 0 && to === ciaddr && server !== undefined && serverProfile(server).framesTo === 'neighbour';

/** An answer reaches the client on its own segment. */
function toClient(world: Sight, segment: string, reply: DhcpReply): readonly Send[] {
  const client = world.state('dhcp-client', reply.client);
  const wire = world.state('segment', segment);
  if (client === undefined || wire?.down.has(client.holder)) return NOTHING;
  const isLost = wire !== undefined && !reaches(wire, reply.to, client.holder);
  if (isLost && isLookedFor(world.state('dhcp', reply.server), reply)) return NOTHING;
  return [ask('dhcp-client', reply.client, { type: 'hear', reply }, WIRE + clientProfile(client).thinks)];
}

type Answered = Extract<EventOf<'dhcp'>, { type: 'Offered' | 'Granted' | 'Refused' | 'Informed' }>;

const answers = ({
  event,
  name,
  world,
}: {
  event: Answered;
  name: string;
  world: Sight;
}): readonly Send[] => {
  const server = world.state('dhcp', name);
  const segment = server === undefined ? undefined : world.state('segment', server.segment);
  if (server === undefined || segment === undefined || segment.down.has(`dhcp/${name}`)) return NOTHING;
  const reply = replyIn(event);
  const at = world.state('dhcp-client', reply.client)?.segment ?? '';
  if (reply.giaddr === 0 && (at === server.segment || at === ''))
    return toClient(world, server.segment, reply);
  for (const station of segment.stations.keys()) {
    const relay = isServer(station) ? undefined : world.state('relay', nameIn(station));
    if (relay?.far !== server.segment || segment.down.has(station)) continue;
    const isItsOwn = reply.giaddr === 0 ? relay.near === at : relay.nearAddress === reply.giaddr;
    if (isItsOwn) return [ask('relay', nameIn(station), { type: 'reply', reply }, WIRE)];
  }
  return NOTHING;
};

/** On which segment a server asks for an address: echo requests are routed to other subnets, and behind a line there are clients. */
function whereIs(world: Sight, name: string, address: number): string {
  const server = world.state('dhcp', name);
  const own = server?.segment ?? '';
  if (server === undefined) return own;
  const scope = scopeOf(server, address);
  if (
    scope !== undefined &&
    scope.segment !== own &&
    serverProfile({ software: server.software, settings: scope.settings }).check === 'ping'
  )
    return scope.segment;
  for (const station of world.state('segment', own)?.stations.keys() ?? []) {
    const way = isServer(station) ? undefined : world.state('relay', nameIn(station));
    if (way !== undefined && way.far === own && way.nearAddress === 0) return way.near;
  }
  return own;
}

/** The reply within an event that is one. */
export function replyIn(event: DhcpReply): DhcpReply {
  const { kind, server, client, mac, xid, secs, yiaddr, ciaddr, giaddr } = event;
  const { serverId, lease, t1, t2, broadcast, to, words } = event;
  return {
    kind,
    server,
    client,
    mac,
    xid,
    secs,
    yiaddr,
    ciaddr,
    giaddr,
    serverId,
    lease,
    t1,
    t2,
    broadcast,
    to,
    words,
  };
}

export const dhcpFlow = defineFlow('dhcp', {
  'dhcp.Configured': ({ event, name, world }) =>
    world.state('dhcp', name)?.segment === event.segment
      ? [
          ask('segment', event.segment, {
            type: 'attach',
            station: `dhcp/${name}`,
            addresses: event.addresses,
          }),
        ]
      : NOTHING,
  'relay.Declared': ({ event, name }) => {
    const { near, far, nearAddress, farAddress } = event;
    const station = `relay/${name}`;
    const addresses = (address: number) => (address === 0 ? [] : [address]);
    return [
      ask('segment', near, { type: 'attach', station, addresses: addresses(nearAddress) }),
      ask('segment', far, { type: 'attach', station, addresses: addresses(farAddress) }),
    ];
  },
  'relay.Renumbered': ({ event, name }) => [
    ask('segment', event.near, { type: 'attach', station: `relay/${name}`, addresses: [event.nearAddress] }),
  ],
  'dhcp-client.Discovering': asks,
  'dhcp-client.Requesting': asks,
  'dhcp-client.Rebooting': asks,
  'dhcp-client.Renewing': asks,
  'dhcp-client.Rebinding': asks,
  'dhcp-client.Informing': asks,
  'dhcp-client.Declined': asks,
  'dhcp-client.Stopped': asks,
  'dhcp.Offered': answers,
  'dhcp.Granted': answers,
  'dhcp.Refused': answers,
  'dhcp.Informed': answers,
  'relay.Relayed': ({ event, name, world }) => {
    const { type: _, routed: __, ...request } = event;
    return onSegment(world, `relay/${name}`, request);
  },
  'relay.Delivered': ({ event, name, world }) =>
    toClient(world, world.state('relay', name)?.near ?? '', replyIn(event)),
  // ---- looks at an address -------------------------------------------------------------------------------
  'dhcp.Checking': ({ event, name, world }) => {
    const station = `dhcp/${name}`;
    const { address } = event;
    return [
      ask('segment', whereIs(world, name, address), {
        type: 'probe',
        address,
        asker: station,
        client: station,
      }),
    ];
  },
  'dhcp-client.Probing': ({ event, name, world }) => {
    const asker = world.state('dhcp-client', name)?.holder ?? '';
    const client = `dhcp-client/${name}`;
    return [ask('segment', event.segment, { type: 'probe', address: event.address, asker, client })];
  },
  'segment.Probed': ({ event }) => {
    const { client, address, used } = event;
    if (!used) return NOTHING;
    return isServer(client)
      ? [ask('dhcp', nameIn(client), { type: 'in-use', address }, ANSWER)]
      : [ask('dhcp-client', nameIn(client), { type: 'conflict', address }, ANSWER)];
  },
  'segment.Announced': ({ event, name, world }) => {
    const claims = world.state('segment', name)?.claims.get(event.address) ?? NOTHING;
    const others = claims.filter(({ holder, how }) => how === 'lease' && holder !== event.holder);
    return others.map(({ holder }) =>
      ask('dhcp-client', nameIn(holder), { type: 'challenged', address: event.address }, ANSWER),
    );
  },
  'segment.PortDown': ({ event, world }) => carrier(world, event.station, false),
  'segment.PortUp': ({ event, world }) => carrier(world, event.station, true),
});

/** A client notices that its port went down or came up. */
function carrier(world: Sight, station: string, up: boolean): readonly Send[] {
  const client = world.state('dhcp-client', nameIn(station));
  return client?.holder === station
    ? [ask('dhcp-client', nameIn(station), { type: 'carrier', up })]
    : NOTHING;
}
