import { type DhcpReply, type DhcpRequest, requestIn } from '../../base/dhcp.ts';
import { type Context, type Model, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type RelayCommand, type RelayEvent, relayEvents } from './events.ts';
import { emptyRelay, evolve, type Relay } from './state.ts';

const isAgent = ({ servers }: Readonly<Relay>) => servers.length > 0;
const isRouter = ({ nearAddress }: Readonly<Relay>) => nearAddress !== 0;

/**
 * A request from the clients' side. A unicast one is routed; the agent, which listens on a raw socket, relays a copy of it as well
 * (facts/dhcp.md section 10). A line passes everything on.
 */
function request(relay: Readonly<Relay>, message: DhcpRequest): readonly RelayEvent[] {
  const onward = { ...message, segment: relay.far };
  if (!isRouter(relay)) {
    const { delayToServer: wait } = relay;
    return [
      wait > 0 ? { type: 'RequestHeld', ...onward, wait } : { type: 'Relayed', ...onward, routed: false },
    ];
  }
  const routed: RelayEvent = { type: 'Relayed', ...onward, routed: true };
  const relayed = relay.servers.map(
    (to): RelayEvent => ({
      type: 'Relayed',
      ...onward,
      routed: false,
      to,
      giaddr: message.giaddr === 0 ? relay.nearAddress : message.giaddr,
    }),
  );
  const copies = relay.enabled && isAgent(relay) ? relayed : NOTHING;
  return message.to === 0 ? copies : [routed, ...copies];
}

/** An answer from the servers' side: relayed ones are delivered at the client's address, or to everybody when the flag asks for it. */
function reply(relay: Readonly<Relay>, message: DhcpReply): readonly RelayEvent[] {
  if (!isRouter(relay)) return onTheLine(relay, message);
  if (message.giaddr === 0) return [{ type: 'Delivered', ...message, routed: true }];
  if (!relay.enabled) return NOTHING;
  const given = message.ciaddr !== 0 ? message.ciaddr : message.yiaddr;
  const to = message.kind === 'NAK' || message.broadcast ? 0 : given;
  return [{ type: 'Delivered', ...message, routed: false, to }];
}

function onTheLine(relay: Readonly<Relay>, message: DhcpReply): readonly RelayEvent[] {
  const number = (relay.seen.get(message.kind) ?? 0) + 1;
  const isLost = relay.losses.some(({ kind, which }) => kind === message.kind && which.includes(number));
  if (isLost) return [{ type: 'Lost', ...message }];
  const { delayToClient: wait } = relay;
  return [
    wait > 0 ? { type: 'ReplyHeld', ...message, wait } : { type: 'Delivered', ...message, routed: false },
  ];
}

function decide(command: RelayCommand, relay: Readonly<Relay>, _context: Context): readonly RelayEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'renumber': {
      const { nearAddress } = command;
      return nearAddress === relay.nearAddress
        ? NOTHING
        : [{ type: 'Renumbered', near: relay.near, nearAddress }];
    }
    case 'start':
      return relay.enabled ? NOTHING : [{ type: 'Started' }];
    case 'stop':
      return relay.enabled ? [{ type: 'Stopped' }] : NOTHING;
    case 'request':
      return request(relay, command.request);
    case 'reply':
      return reply(relay, command.reply);
    case 'pass-request':
      return [{ type: 'Relayed', ...command.request, routed: false }];
    case 'pass-reply':
      return [{ type: 'Delivered', ...command.reply, routed: false }];
  }
}

function react(
  event: RelayEvent,
  _relay: Readonly<Relay>,
  { entity: to }: Stamp,
): readonly Send<RelayCommand>[] {
  switch (event.type) {
    case 'RequestHeld':
      return [{ to, after: event.wait, command: { type: 'pass-request', request: requestIn(event) } }];
    case 'ReplyHeld': {
      const { type: _, wait: after, ...message } = event;
      return [{ to, after, command: { type: 'pass-reply', reply: message } }];
    }
    default:
      return NOTHING;
  }
}

export const relay: Model<Relay, RelayCommand, RelayEvent> = {
  name: 'relay',
  events: relayEvents,
  initial: emptyRelay,
  decide,
  evolve,
  react,
};
