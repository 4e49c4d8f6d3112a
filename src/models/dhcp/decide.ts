import { formatIpv4 } from '../../base/ipv4.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type DhcpCommand, type DhcpEvent, dhcpEvents } from './events.ts';
import { emptyScope, evolve, type Scope } from './state.ts';

/** How long an offer is held for its client, as ISC dhcpd does (facts/dhcp.md section 5). */
const OFFER_HOLD: Micros = 120 * SECOND;

const isInside = ({ first, last }: Readonly<Scope>, address: number) => address >= first && address <= last;

/** The address for a client: what it holds, what it was offered, what it held, the lowest never used, the one freed longest ago. */
function choose(scope: Readonly<Scope>, client: string): number | undefined {
  const held = [scope.leases.get(client), scope.offers.get(client)].find(
    (one) => one !== undefined && isInside(scope, one.address),
  );
  if (held !== undefined) return held.address;
  const before = scope.history.get(client);
  if (before !== undefined && scope.freed.has(before)) return before;
  return scope.fresh <= scope.last ? scope.fresh : scope.freed.values().next().value;
}

function discover(client: string, scope: Readonly<Scope>): readonly DhcpEvent[] {
  // A check for this client is under way; the server does not start another.
  if (scope.offers.get(client)?.checked === false) return NOTHING;
  const address = choose(scope, client);
  if (address === undefined) {
    const words = `no free leases in ${formatIpv4(scope.first)}-${formatIpv4(scope.last)}`;
    return [{ type: 'Silent', client, why: 'dhcp.scope-exhausted', words, facts: [scope.switchedSeq] }];
  }
  const known = [scope.leases.get(client), scope.offers.get(client)].some((one) => one?.address === address);
  return [{ type: scope.check === 'ping' && !known ? 'Checking' : 'Offered', client, address }];
}

function request(client: string, address: number, scope: Readonly<Scope>, at: Micros): readonly DhcpEvent[] {
  const held = [scope.leases.get(client)?.address, scope.offers.get(client)?.address];
  if (held.includes(address) && isInside(scope, address))
    return [{ type: 'Granted', client, address, until: at + scope.lease }];
  const words = `requested address ${formatIpv4(address)} not available`;
  return [{ type: 'Refused', client, address, why: 'dhcp.not-available', words, facts: [scope.switchedSeq] }];
}

/** The answer of the check came in: offer, or mark the address and look at the next one at once. */
function probed(
  client: string,
  address: number,
  used: boolean,
  scope: Readonly<Scope>,
): readonly DhcpEvent[] {
  const offer = scope.offers.get(client);
  if (offer === undefined || offer.address !== address || offer.checked) return NOTHING;
  return used ? [{ type: 'Abandoned', address, client }] : [{ type: 'Offered', client, address }];
}

function decide(command: DhcpCommand, scope: Readonly<Scope>, { at }: Context): readonly DhcpEvent[] {
  switch (command.type) {
    case 'configure':
      return [{ ...command, type: 'Configured' }];
    case 'start':
      return scope.enabled ? NOTHING : [{ type: 'Started' }];
    case 'stop':
      return scope.enabled ? [{ type: 'Stopped' }] : NOTHING;
    case 'discover':
      return scope.enabled ? discover(command.client, scope) : NOTHING;
    case 'request':
      return scope.enabled ? request(command.client, command.address, scope, at) : NOTHING;
    case 'probed':
      return scope.enabled ? probed(command.client, command.address, command.used, scope) : NOTHING;
    case 'release':
    case 'expire': {
      const lease = scope.leases.get(command.client);
      if (lease === undefined || (command.type === 'expire' && lease.until > at)) return NOTHING;
      return [
        {
          type: command.type === 'expire' ? 'Expired' : 'Released',
          client: command.client,
          address: lease.address,
        },
      ];
    }
    case 'forget-offer': {
      const offer = scope.offers.get(command.client);
      // An address that is still being checked was not offered yet: this is the timer of an earlier offer.
      return offer?.checked !== true
        ? NOTHING
        : [{ type: 'OfferLapsed', client: command.client, address: offer.address }];
    }
  }
}

function react(
  event: DhcpEvent,
  _scope: Readonly<Scope>,
  { at, entity: to }: Stamp,
): readonly Send<DhcpCommand>[] {
  switch (event.type) {
    case 'Offered':
      return [
        {
          to,
          after: OFFER_HOLD,
          command: { type: 'forget-offer', client: event.client },
          key: `offer ${event.client}`,
        },
      ];
    case 'Abandoned':
      return [{ to, after: 0, command: { type: 'discover', client: event.client } }];
    case 'Granted':
      return [
        {
          to,
          after: NEVER,
          command: { type: 'forget-offer', client: event.client },
          key: `offer ${event.client}`,
        },
        {
          to,
          after: event.until - at,
          command: { type: 'expire', client: event.client },
          key: `lease ${event.client}`,
        },
      ];
    case 'Released':
      return [
        { to, after: NEVER, command: { type: 'expire', client: event.client }, key: `lease ${event.client}` },
      ];
    default:
      return NOTHING;
  }
}

export const dhcp: Model<Scope, DhcpCommand, DhcpEvent> = {
  name: 'dhcp',
  events: dhcpEvents,
  initial: emptyScope,
  decide,
  evolve,
  react,
};
