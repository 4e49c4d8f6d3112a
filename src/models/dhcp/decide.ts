import type { DhcpRequest } from '../../base/dhcp.ts';
import { purposeOf } from '../../base/dhcp.ts';
import { rangesText } from '../../base/ipv4.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { answerTo, leaseFor, replyTo, timersFor } from './answer.ts';
import {
  checkWait,
  choose,
  type Found,
  isFree,
  nextAfter,
  nextFor,
  ownLease,
  reservedFor,
} from './choose.ts';
import { type DhcpCommand, type DhcpEvent, dhcpEvents } from './events.ts';
import {
  emptyServer,
  hasRoom,
  inSubnet,
  keyOf,
  type Lease,
  profileOf,
  recordsOf,
  type Scope,
  type Server,
} from './ledger.ts';
import { placeOf } from './pool.ts';
import type { ServerProfile } from './profile.ts';
import { react } from './react.ts';
import { evolve } from './state.ts';
import { dhcpUpcasts, dhcpVersions } from './upcasts.ts';

/** What every answer needs. */
interface Desk {
  readonly server: Readonly<Server>;
  readonly scope: Scope;
  readonly profile: ServerProfile;
  readonly context: Context;
}

/** A scope is served by its own settings on top of the product's table. */
const deskOf = (server: Readonly<Server>, scope: Scope, context: Context): Desk => ({
  server,
  scope,
  profile: profileOf({ software: server.software, settings: scope.settings }),
  context,
});

function exhausted({ server, scope }: Desk, client: string): DhcpEvent {
  const words = `no free leases in ${rangesText(scope.pool.ranges)}`;
  const again = server.silences.has('dhcp.scope-exhausted');
  return { type: 'Silent', client, why: 'dhcp.scope-exhausted', words, facts: [scope.setSeq], again };
}

/** Looks at the address first, or offers it at once. */
function offerOrCheck(desk: Desk, request: DhcpRequest, found: Found): readonly DhcpEvent[] {
  const { server, profile, context } = desk;
  const wait = checkWait(server, found, profile, context.at);
  const { address, how, first } = found;
  if (wait > 0) return [{ type: 'Checking', ...request, address, how, first, wait }];
  return offer(desk, request, found.address, found.how, false);
}

/** An offer, where the table has room for it. */
function offer(
  desk: Desk,
  request: DhcpRequest,
  address: number,
  how: Found['how'],
  checked: boolean,
): readonly DhcpEvent[] {
  const { server, scope, profile, context } = desk;
  if (how !== 'reserved' && !hasRoom(server, scope, profile, address, request.mac)) {
    const silence = exhausted(desk, request.client);
    return checked ? [{ type: 'OfferLapsed', client: request.client, address }, silence] : [silence];
  }
  const { seconds: lease } = leaseFor(server.leases.get(address), request, profile, context.at);
  const reply = replyTo(context.name, server, request, profile, 'OFFER', address, {
    lease,
    ...timersFor(scope, profile, lease, undefined),
  });
  return [{ type: 'Offered', ...reply, clientId: request.clientId, how, checked }];
}

function discover(desk: Desk, request: DhcpRequest): readonly DhcpEvent[] {
  const { server, scope, profile } = desk;
  const pending = server.offerOf.get(keyOf(request, profile));
  // A check for this client is under way; the server does not start another.
  if (pending !== undefined && server.offers.get(pending)?.waiting !== undefined) return NOTHING;
  const found = choose(server, scope, request, profile);
  return found === undefined ? [exhausted(desk, request.client)] : offerOrCheck(desk, request, found);
}

function grant(desk: Desk, request: DhcpRequest, address: number, how: Found['how']): readonly DhcpEvent[] {
  const { server, scope, profile, context } = desk;
  const { seconds, until } = leaseFor(server.leases.get(address), request, profile, context.at);
  const extends_ = request.ciaddr !== 0;
  const timers = timersFor(scope, profile, seconds, extends_ ? () => context.draw('timers') : undefined);
  const reply = replyTo(context.name, server, request, profile, 'ACK', address, {
    lease: seconds,
    ...timers,
  });
  return [{ type: 'Granted', ...reply, clientId: request.clientId, how, until }];
}

function request(desk: Desk, request: DhcpRequest): readonly DhcpEvent[] {
  const { server, scope, profile } = desk;
  const address = request.requested !== 0 ? request.requested : request.ciaddr;
  const isSelecting = purposeOf(request) === 'selecting';
  const pending = server.offers.get(address);
  if (pending?.waiting !== undefined && pending.mac === request.mac) return NOTHING;
  const answer = answerTo(server, scope, request, profile);
  if (answer === 'ack') {
    const isReserved = reservedFor(scope, request) === address;
    return grant(
      desk,
      request,
      address,
      isReserved ? 'reserved' : isFree(scope, address) ? 'wished' : 'lease',
    );
  }
  if (answer === 'other') {
    const own = ownLease(server, scope, request, profile);
    const found = own === undefined ? nextFor(server, scope, request, profile) : undefined;
    if (own !== undefined) return grant(desk, request, own.address, 'lease');
    return found === undefined
      ? [exhausted(desk, request.client)]
      : grant(desk, request, found.address, found.how);
  }
  if (answer === 'silent') return unanswered(desk, request, address);
  const words = isWordless(desk, address) ? '' : answer.slice(4);
  const reply = replyTo(desk.context.name, server, request, profile, 'NAK', 0, { words });
  const refused: DhcpEvent = {
    type: 'Refused',
    ...reply,
    address,
    why: 'dhcp.not-available',
    facts: [scope.setSeq],
  };
  const left = profile.selectingFrees && isSelecting ? recordsOf(server, request, profile)[0] : undefined;
  if (left === undefined || left.address === address) return [refused];
  return [{ type: 'Released', client: request.client, address: left.address }, refused];
}

/**
 * Where the text of a NAK is one that was left by looking for a lease, an address of another subnet, which is not looked for, is refused
 * without a text until the server has looked for another: that is, until it has something of the scope in its records (assumed).
 */
const isWordless = ({ server, scope, profile }: Desk, address: number): boolean =>
  profile.leavesWords && !inSubnet(scope, address) && scope.active === 0 && server.offers.size === 0;

/** Silence that a client waits out: an address that the server knows nothing of, while it may not speak for the network. */
function unanswered(
  { server, scope, profile }: Desk,
  request: DhcpRequest,
  address: number,
): readonly DhcpEvent[] {
  const isForOther = purposeOf(request) === 'selecting' && !server.addresses.includes(request.serverId);
  if (isForOther || address === 0) return NOTHING;
  const { client } = request;
  const unknown = 'no record of the address that is asked for';
  // Authority does not make every product speak.
  const isTimid =
    !profile.authoritative &&
    answerTo(server, scope, request, { ...profile, authoritative: true }) !== 'silent';
  const why = isTimid ? 'dhcp.not-authoritative' : 'dhcp.unknown-lease';
  const words = isTimid ? `not authoritative, and ${unknown}` : unknown;
  return [{ type: 'Silent', client, why, words, facts: [scope.setSeq], again: server.silences.has(why) }];
}

/** The client's record of an address that it could do without; with one table what is reserved for it is none. */
function recordOf(
  { server, scope, profile }: Desk,
  request: DhcpRequest,
  address: number,
): Lease | undefined {
  if (profile.oneTable && reservedFor(scope, request) !== 0) return undefined;
  const lease = server.leases.get(address);
  const isNamed = profile.ownedBy === 'identity' && request.clientId !== '' && lease?.clientId !== '';
  if (profile.ownedBy === 'record') return recordsOf(server, request, profile).find((one) => one === lease);
  return (isNamed ? lease?.clientId === request.clientId : lease?.mac === request.mac) ? lease : undefined;
}

function decline(desk: Desk, request: DhcpRequest): readonly DhcpEvent[] {
  const { server, scope, profile, context } = desk;
  const { requested: address, serverId, client } = request;
  if (address === 0 || (profile.namedDecline && !server.addresses.includes(serverId))) return NOTHING;
  const own = recordOf(desk, request, address);
  const isOwn = own?.state === 'active' || (profile.oneTable && own !== undefined);
  const { quarantine, reservedQuarantine } = profile;
  const isReserved = reservedQuarantine !== undefined && reservedFor(scope, request) === address;
  const heeded = isOwn || isReserved || (profile.declines === 'any' && placeOf(scope.pool, address) >= 0);
  if (!heeded && !profile.shifts) return NOTHING;
  const away = scope.reserved.has(address) ? (reservedQuarantine ?? quarantine) : quarantine;
  return [{ type: 'Declined', client, address, heeded, until: context.at + (heeded ? away : 0) }];
}

function release(desk: Desk, request: DhcpRequest): readonly DhcpEvent[] {
  const { server, profile } = desk;
  const { ciaddr: address, serverId, client } = request;
  if (profile.namedRelease && !server.addresses.includes(serverId)) return NOTHING;
  const isOwn = recordOf(desk, request, address)?.state === 'active';
  return isOwn ? [{ type: 'Released', client, address }] : NOTHING;
}

function inform({ server, scope, profile, context }: Desk, request: DhcpRequest): readonly DhcpEvent[] {
  if (request.ciaddr === 0 && profile.informs !== 'blindly') return NOTHING;
  const hasAuthority = profile.authoritative && inSubnet(scope, request.ciaddr);
  if (profile.informs === 'authoritative' && !hasAuthority) return NOTHING;
  const lease = profile.informsLeft ? recordsOf(server, request, profile)[0] : undefined;
  const left = lease?.state === 'active' ? Math.round((lease.until - context.at) / SECOND) : 0;
  return [
    { type: 'Informed', ...replyTo(context.name, server, request, profile, 'ACK', 0, { lease: left }) },
  ];
}

/** The scope that a message is about: of its relay, of the client's address where that was routed here, or of the server's own segment. */
function scopeFor(server: Readonly<Server>, { giaddr, ciaddr, segment }: DhcpRequest): Scope | undefined {
  const holding = (address: number) => [...server.scopes.values()].find((scope) => inSubnet(scope, address));
  const local = server.scopes.get(segment) ?? server.scopes.get(server.segment);
  // With one table there is one pool, whoever relays.
  if (giaddr !== 0) return holding(giaddr) ?? (profileOf(server).oneTable ? local : undefined);
  if (ciaddr === 0 || (local !== undefined && inSubnet(local, ciaddr))) return local;
  return holding(ciaddr) ?? local;
}

/** Whether a message has to wait: for the end of a check, or for those that wait already and take their turns. */
function mustWait({ busyUntil, queueUntil }: Server, { turn }: ServerProfile, waited: boolean, at: Micros) {
  return busyUntil > at || (turn > 0 && !waited && queueUntil > at);
}

function hear(
  server: Readonly<Server>,
  message: DhcpRequest,
  waited: boolean,
  context: Context,
): readonly DhcpEvent[] {
  const profile = profileOf(server);
  if (message.oddity !== '' && !profile.hears.includes(message.oddity)) return NOTHING;
  if (message.kind === 'BOOTP') return NOTHING;
  const { serverId } = message;
  if (profile.namedOnly && serverId !== 0 && !server.addresses.includes(serverId)) return NOTHING;
  if (!profile.namedDiscover && serverId !== 0 && message.kind === 'DISCOVER') return NOTHING;
  if (mustWait(server, profile, waited, context.at)) {
    const until = Math.max(server.busyUntil, server.queueUntil) + profile.turn;
    return [{ type: 'Postponed', ...message, until }];
  }
  const scope = scopeFor(server, message);
  if (scope === undefined) return NOTHING;
  const desk = deskOf(server, scope, context);
  switch (message.kind) {
    case 'DISCOVER':
      return discover(desk, message);
    case 'REQUEST':
      return request(
        desk,
        message.requested !== 0 && !profile.hearsBoth ? { ...message, ciaddr: 0 } : message,
      );
    case 'DECLINE':
      return decline(desk, message);
    case 'RELEASE':
      return release(desk, message);
    case 'INFORM':
      return inform(desk, message);
  }
}

/** What was found in use is left alone for a while; the next address is looked at now, or when the client asks again. */
function inUse(server: Readonly<Server>, address: number, context: Context): readonly DhcpEvent[] {
  const offered = server.offers.get(address);
  if (offered?.waiting === undefined) return NOTHING;
  const { client, waiting, first } = offered;
  const scope = scopeFor(server, waiting);
  if (scope === undefined) return NOTHING;
  const desk = deskOf(server, scope, context);
  const { usedQuarantine, quarantine, afterConflict } = desk.profile;
  const abandoned: DhcpEvent = {
    type: 'Abandoned',
    address,
    client,
    until: context.at + (usedQuarantine ?? quarantine),
  };
  if (afterConflict === 'wait') return [abandoned];
  const next = nextAfter(server, scope, waiting, { address, first }, desk.profile);
  if (next === undefined) return [abandoned, exhausted(desk, client)];
  return [abandoned, ...offerOrCheck(desk, waiting, next)];
}

function checked(server: Readonly<Server>, address: number, context: Context): readonly DhcpEvent[] {
  const offered = server.offers.get(address);
  if (offered?.waiting === undefined) return NOTHING;
  const scope = scopeFor(server, offered.waiting);
  if (scope === undefined) return NOTHING;
  const desk = deskOf(server, scope, context);
  return offer(desk, offered.waiting, address, offered.how as Found['how'], true);
}

/** What ended while the server was down is found when it comes up. */
const overdue = (server: Readonly<Server>, at: Micros): readonly DhcpEvent[] =>
  [...server.leases.values()].flatMap(({ address, client, state, until }): DhcpEvent[] => {
    if (until > at || state === 'ended') return [];
    return [state === 'active' ? { type: 'Expired', client, address } : { type: 'Restored', address }];
  });

function decide(command: DhcpCommand, server: Readonly<Server>, context: Context): readonly DhcpEvent[] {
  const { at } = context;
  switch (command.type) {
    case 'configure': {
      const configured: DhcpEvent = { ...command, type: 'Configured' };
      return server.enabled || !command.enabled ? [configured] : [configured, ...overdue(server, at)];
    }
    case 'reserve':
      return [{ ...command, type: 'Reserved' }];
    case 'start':
      return server.enabled ? NOTHING : [{ type: 'Started' }, ...overdue(server, at)];
    case 'stop':
      return server.enabled ? [{ type: 'Stopped' }] : NOTHING;
    case 'forget-leases':
      return server.leases.size === 0 ? NOTHING : [{ type: 'LeasesForgotten' }];
  }
  if (!server.enabled) return NOTHING;
  switch (command.type) {
    case 'hear':
      return hear(server, command.request, command.waited === true, context);
    case 'in-use':
      return inUse(server, command.address, context);
    case 'checked':
      return checked(server, command.address, context);
    case 'lapse': {
      const offered = server.offers.get(command.address);
      // An address that is still being checked was not offered yet: this is the timer of an earlier offer.
      if (offered === undefined || offered.waiting !== undefined) return NOTHING;
      const { address } = command;
      const lease = server.leases.get(address);
      const lapsed: DhcpEvent = { type: 'OfferLapsed', client: offered.client, address };
      // What was withheld and offered all the same may have served its time meanwhile.
      return lease?.state === 'withheld' && lease.until <= at
        ? [lapsed, { type: 'Restored', address }]
        : [lapsed];
    }
    case 'expire':
    case 'restore': {
      const lease = server.leases.get(command.address);
      if (lease === undefined || lease.until > at) return NOTHING;
      if (command.type === 'expire')
        return lease.state === 'active'
          ? [{ type: 'Expired', client: lease.client, address: lease.address }]
          : NOTHING;
      // One that is offered again all the same stays what it is.
      return lease.state === 'withheld' && !server.offers.has(lease.address)
        ? [{ type: 'Restored', address: lease.address }]
        : NOTHING;
    }
  }
}

export const dhcp: Model<Server, DhcpCommand, DhcpEvent> = {
  name: 'dhcp',
  versions: dhcpVersions,
  upcasts: dhcpUpcasts,
  events: dhcpEvents,
  initial: emptyServer,
  decide,
  evolve,
  react,
};
