/** Looking for an address: DISCOVER, REQUEST and INIT-REBOOT, and when they are sent again (facts/dhcp.md sections 2 and 3). */
import type { DhcpReply } from '../../base/dhcp.ts';
import { SECOND } from '../../base/units.ts';
import { type Context, NEVER } from '../../kernel/model.ts';
import { type Client, type Events, newXid, secsSince } from './common.ts';
import type { DhcpClientEvent } from './events.ts';
import { profileOf } from './state.ts';
import { waitAfter, wholeSecond } from './waits.ts';

/** The first or next DISCOVER. `goesOn` keeps counting the seconds of what came before. */
export function discovering(
  client: Client,
  attempt: number,
  requested: number,
  goesOn: boolean,
  context: Context,
): DhcpClientEvent {
  const profile = profileOf(client);
  const { discover } = profile;
  const rounds = discover.kind === 'rounds' ? discover.tries : Number.POSITIVE_INFINITY;
  const isNew = attempt === 1 || (attempt - 1) % rounds === 0;
  const first = attempt === 1 ? context.at : client.exchangeAt;
  const limit = profile.searchLimit === 0 ? NEVER : first + profile.searchLimit;
  return {
    type: 'Discovering',
    segment: client.segment,
    attempt,
    requested,
    xid: isNew ? newXid(context) : client.xid,
    secs: goesOn ? secsSince(client.secsFrom, profile, context.at) : profile.leastSecs,
    ...waitAfter(discover, attempt, attempt === 1 ? 0 : client.interval, limit, context),
  };
}

/** An earlier lease that is worth asking for again: INIT-REBOOT. */
function rebooting(client: Client, attempt: number, context: Context): DhcpClientEvent {
  const profile = profileOf(client);
  const { wait, interval } = waitAfter(
    profile.request,
    attempt,
    attempt === 1 ? 0 : client.interval,
    NEVER,
    context,
  );
  const left = (attempt === 1 ? context.at : client.exchangeAt) + profile.rebootLimit - context.at;
  return {
    type: 'Rebooting',
    segment: client.segment,
    address: client.former,
    attempt,
    xid: attempt === 1 ? newXid(context) : client.xid,
    secs: attempt === 1 ? profile.leastSecs : secsSince(client.secsFrom, profile, context.at),
    wait: profile.rebootEnds === 'at once' ? Math.min(wait, left) : wait,
    interval,
  };
}

/** A machine with an address of its own asks for the rest. */
function informing(client: Client, attempt: number, context: Context): DhcpClientEvent {
  const profile = profileOf(client);
  return {
    type: 'Informing',
    segment: client.segment,
    address: profile.informs,
    attempt,
    xid: attempt === 1 ? newXid(context) : client.xid,
    secs: attempt === 1 ? profile.leastSecs : secsSince(client.secsFrom, profile, context.at),
    ...waitAfter(profile.discover, attempt, attempt === 1 ? 0 : client.interval, NEVER, context),
  };
}

export function informOn(client: Client, context: Context): Events {
  const { mostInforms } = profileOf(client);
  if (mostInforms > 0 && client.attempt >= mostInforms)
    return [{ type: 'GaveUp', words: 'no answer to DHCPINFORM, going on without', wait: -1 }];
  return [informing(client, client.attempt + 1, context)];
}

/** The start of a search: where the last lease is remembered and may still run, it is asked for; one in a file that ended is wished for. */
export function begin(client: Client, context: Context): Events {
  const { reboots, informs, wishes } = profileOf(client);
  const { former, formerUntil } = client;
  if (informs > 0) return [informing(client, 1, context)];
  const runs = formerUntil > context.at;
  const remembers = former !== 0 && (reboots === 'carrier' || (reboots === 'file' && runs));
  if (remembers) return [rebooting(client, 1, context)];
  const ended = reboots === 'file' && wishes.includes('expiry') ? former : 0;
  return [discovering(client, 1, ended === 0 ? client.wish : ended, false, context)];
}

export function searchOn(client: Client, context: Context): Events {
  const profile = profileOf(client);
  const { attempt, exchangeAt, wish } = client;
  const { discover } = profile;
  if (
    profile.searchLimit > 0 &&
    wholeSecond(context.at) - wholeSecond(exchangeAt) > profile.searchLimit / SECOND
  ) {
    if (profile.fallsBack && client.former !== 0 && client.formerUntil > context.at) {
      const { segment, server, serverId, former: address, formerUntil: until, t1, t2 } = client;
      return [{ type: 'Bound', segment, server, serverId, address, until, t1, t2 }];
    }
    const pause = profile.retry / 2 + Math.floor((context.draw('pause') * profile.retry) / SECOND) * SECOND;
    const words = profile.endsUnanswered
      ? 'no DHCPOFFERs received, ending'
      : 'no DHCPOFFERs received, sleeping';
    return [{ type: 'GaveUp', words, wait: profile.endsUnanswered ? -1 : pause }];
  }
  const roundIsOver = discover.kind === 'rounds' && attempt % discover.tries === 0;
  if (profile.endsUnanswered && roundIsOver)
    return [{ type: 'GaveUp', words: 'no lease, failing', wait: -1 }];
  if (profile.mostDiscovers > 0 && attempt > profile.mostDiscovers)
    return [{ type: 'GaveUp', words: 'no more attempts', wait: -1 }];
  return [discovering(client, attempt + 1, wish, true, context)];
}

export function requesting(
  client: Client,
  attempt: number,
  reply: Pick<DhcpReply, 'server' | 'serverId' | 'yiaddr'>,
  context: Context,
): DhcpClientEvent {
  const profile = profileOf(client);
  const isIsc = profile.request.kind === 'growing';
  return {
    type: 'Requesting',
    segment: client.segment,
    server: reply.server,
    serverId: reply.serverId,
    address: reply.yiaddr,
    attempt,
    xid: client.xid,
    // dhclient repeats the seconds of its DISCOVER.
    secs: isIsc ? client.secs : secsSince(client.secsFrom, profile, context.at),
    ...waitAfter(profile.request, attempt, attempt === 1 ? 0 : client.interval, NEVER, context),
  };
}

const offerAgain = ({ server, serverId, address }: Client) => ({ server, serverId, yiaddr: address });

export function requestOn(client: Client, context: Context): Events {
  const profile = profileOf(client);
  const { attempt, address, exchangeAt } = client;
  const { request } = profile;
  const isLate = wholeSecond(context.at) - wholeSecond(exchangeAt) > profile.requestLimit / SECOND;
  const isOver = request.kind === 'rounds' ? attempt >= request.tries : profile.requestLimit > 0 && isLate;
  if (profile.mostDiscovers > 0 && attempt >= profile.mostDiscovers)
    return [{ type: 'GaveUp', words: 'no more attempts', wait: -1 }];
  if (!isOver) return [requesting(client, attempt + 1, offerAgain(client), context)];
  return [
    discovering(
      client,
      1,
      profile.wishes.includes('unanswered') ? address : 0,
      request.kind === 'rounds',
      context,
    ),
  ];
}

export function rebootOn(client: Client, context: Context): Events {
  const profile = profileOf(client);
  const { attempt, address, exchangeAt } = client;
  const elapsed = context.at - exchangeAt;
  const atOnce = profile.rebootEnds === 'at once';
  const isOver = atOnce
    ? elapsed >= profile.rebootLimit
    : profile.rebootLimit === 0 ||
      wholeSecond(context.at) - wholeSecond(exchangeAt) > profile.rebootLimit / SECOND;
  if (!isOver) return [rebooting(client, attempt + 1, context)];
  return [discovering(client, 1, profile.wishes.includes('reboot') ? address : 0, atOnce, context)];
}
