import { formatIpv4 } from '../../base/ipv4.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type DhcpClientCommand, type DhcpClientEvent, dhcpClientEvents } from './events.ts';
import { type DhcpClient, emptyClient, evolve } from './state.ts';

/** Seconds until the next DISCOVER; the first interval comes twice, the last for ever (facts/dhcp.md section 3, networkd). */
const INTERVALS = [4, 4, 8, 16, 32, 64];
/** Each interval is spread by up to a second either way. */
const SPREAD: Micros = SECOND;
/** REQUESTs without an answer before the client starts over. Assumed; networkd's own limit was not recorded. */
const REQUEST_TRIES = 5;
/** Retries of renewing and rebinding wait half of what is left, at least this (RFC 2131 4.4.5). */
const LEAST_RETRY: Micros = 60 * SECOND;

function waitAfter(attempt: number, context: Context): Micros {
  const interval = INTERVALS[Math.min(attempt, INTERVALS.length) - 1] as number;
  return interval * SECOND + Math.round((context.draw('retry') * 2 - 1) * SPREAD);
}

const discovering = (segment: string, attempt: number, context: Context): DhcpClientEvent => ({
  type: 'Discovering',
  segment,
  attempt,
  wait: waitAfter(attempt, context),
});

const requesting = (
  client: Readonly<DhcpClient>,
  server: string,
  address: number,
  attempt: number,
  context: Context,
): DhcpClientEvent => ({
  type: 'Requesting',
  segment: client.segment,
  server,
  address,
  attempt,
  wait: waitAfter(attempt, context),
});

const t1 = ({ boundAt, until }: Readonly<DhcpClient>) => boundAt + Math.round((until - boundAt) / 2);
const t2 = ({ boundAt, until }: Readonly<DhcpClient>) => boundAt + Math.round(((until - boundAt) * 7) / 8);

/** Half of what is left until `end`, at least a minute; when that passes the end, the end. */
const retryBefore = (end: Micros, at: Micros): Micros =>
  Math.min(Math.max(Math.round((end - at) / 2), LEAST_RETRY), Math.max(end - at, 0));

function resend(client: Readonly<DhcpClient>, context: Context): readonly DhcpClientEvent[] {
  if (client.phase === 'selecting') return [discovering(client.segment, client.attempt + 1, context)];
  if (client.phase !== 'requesting') return NOTHING;
  if (client.attempt >= REQUEST_TRIES) return [discovering(client.segment, 1, context)];
  return [requesting(client, client.server, client.address, client.attempt + 1, context)];
}

function acknowledged(
  client: Readonly<DhcpClient>,
  server: string,
  address: number,
  until: Micros,
): readonly DhcpClientEvent[] {
  if (client.address !== address) return NOTHING;
  if (client.phase === 'requesting')
    return [{ type: 'Bound', segment: client.segment, server, address, until }];
  return client.phase === 'renewing' || client.phase === 'rebinding'
    ? [{ type: 'Renewed', server, address, until }]
    : NOTHING;
}

function decide(
  command: DhcpClientCommand,
  client: Readonly<DhcpClient>,
  context: Context,
): readonly DhcpClientEvent[] {
  const { segment, server, address } = client;
  switch (command.type) {
    case 'start':
      return client.phase === 'off' ? [discovering(command.segment, 1, context)] : NOTHING;
    case 'offer':
      // The first offer is taken; later ones are not waited for (section 2).
      return client.phase === 'selecting'
        ? [requesting(client, command.server, command.address, 1, context)]
        : NOTHING;
    case 'ack':
      return acknowledged(client, command.server, command.address, command.until);
    case 'nak':
      if (client.phase === 'off' || client.phase === 'selecting' || client.phase === 'bound') return NOTHING;
      return [
        { type: 'Refused', segment, server: command.server, address },
        discovering(segment, 1, context),
      ];
    case 'resend':
      return resend(client, context);
    case 'renew':
      if (client.phase !== 'bound' && client.phase !== 'renewing') return NOTHING;
      return [{ type: 'Renewing', segment, server, address, wait: retryBefore(t2(client), context.at) }];
    case 'rebind':
      if (client.phase !== 'bound' && client.phase !== 'renewing' && client.phase !== 'rebinding')
        return NOTHING;
      return [{ type: 'Rebinding', segment, address, wait: retryBefore(client.until, context.at) }];
    case 'expire': {
      if (client.phase === 'off' || client.address < 0 || context.at < client.until) return NOTHING;
      const words = `lease of ${formatIpv4(address)} expired`;
      return [
        { type: 'Expired', segment, address, why: 'dhcp.lease-expired', words, facts: [client.lastSeq] },
        discovering(segment, 1, context),
      ];
    }
    case 'halt':
      return client.phase === 'off' ? NOTHING : [{ type: 'Halted' }];
    case 'stop':
      return client.phase === 'off' ? NOTHING : [{ type: 'Stopped', segment, server, address }];
  }
}

function react(
  event: DhcpClientEvent,
  client: Readonly<DhcpClient>,
  { at, entity: to }: Stamp,
): readonly Send<DhcpClientCommand>[] {
  switch (event.type) {
    case 'Discovering':
    case 'Requesting':
      return [{ to, after: event.wait, command: { type: 'resend' }, key: 'resend' }];
    case 'Bound':
    case 'Renewed':
      return [
        { to, after: NEVER, command: { type: 'resend' }, key: 'resend' },
        { to, after: t1(client) - at, command: { type: 'renew' }, key: 'renew' },
        { to, after: t2(client) - at, command: { type: 'rebind' }, key: 'rebind' },
        { to, after: event.until - at, command: { type: 'expire' }, key: 'expire' },
      ];
    case 'Renewing':
      return at + event.wait < t2(client)
        ? [{ to, after: event.wait, command: { type: 'renew' }, key: 'renew' }]
        : NOTHING;
    case 'Rebinding':
      return at + event.wait < client.until
        ? [{ to, after: event.wait, command: { type: 'rebind' }, key: 'rebind' }]
        : NOTHING;
    case 'Refused':
    case 'Expired':
    case 'Stopped':
    case 'Halted':
      return ['resend', 'renew', 'rebind', 'expire'].map((key) => ({
        to,
        after: NEVER,
        command: { type: 'stop' },
        key,
      }));
  }
}

export const dhcpClient: Model<DhcpClient, DhcpClientCommand, DhcpClientEvent> = {
  name: 'dhcp-client',
  events: dhcpClientEvents,
  initial: emptyClient,
  decide,
  evolve,
  react,
};
