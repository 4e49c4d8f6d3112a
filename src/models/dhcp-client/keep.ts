/** Keeping an address: renewing, rebinding, and the end of a lease (facts/dhcp.md sections 3 and 4). */
import { formatIpv4 } from '../../base/ipv4.ts';
import type { Context } from '../../kernel/model.ts';
import { type Client, type Events, newXid, secsSince } from './common.ts';
import type { DhcpClientEvent } from './events.ts';
import { discovering } from './search.ts';
import { profileOf } from './state.ts';
import { retryAfter, wholeSecond } from './waits.ts';

/** Phases in which an address is used, and in which it is kept. */
export const USING: readonly Client['phase'][] = ['bound', 'renewing', 'rebinding'];
export const HOLDING: readonly Client['phase'][] = [...USING, 'no carrier'];

export function renewing(client: Client, attempt: number, context: Context): DhcpClientEvent {
  const profile = profileOf(client);
  const { segment, server, serverId, address } = client;
  return {
    type: 'Renewing',
    segment,
    server,
    serverId,
    address,
    attempt,
    xid: attempt === 1 && profile.ownXid.includes('renewal') ? newXid(context) : client.xid,
    secs:
      attempt > 1 || profile.keepsSecs.includes('renewal')
        ? secsSince(client.secsFrom, profile, context.at)
        : 0,
    ...retryAfter(client, profile, 'renewing', attempt, context),
  };
}

export function rebinding(client: Client, attempt: number, context: Context): DhcpClientEvent {
  const profile = profileOf(client);
  const { segment, address } = client;
  return {
    type: 'Rebinding',
    segment,
    address,
    attempt,
    xid: client.xid,
    secs: secsSince(client.secsFrom, profile, context.at),
    ...retryAfter(client, profile, 'rebinding', attempt, context),
  };
}

/** The end of a lease, once it is known what kept it from being renewed. */
export function expired(client: Client, words: string, facts: readonly number[], context: Context): Events {
  const { segment, address, phase } = client;
  const isOver = context.at >= client.until || phase === 'rebinding';
  if (!HOLDING.includes(phase) || !isOver) return [];
  const { wishes, keepsSecs } = profileOf(client);
  const wish = wishes.includes('expiry') ? address : 0;
  return [
    { type: 'Expired', segment, address, why: 'dhcp.lease-expired', words, facts },
    discovering(client, 1, wish, keepsSecs.includes('expiry'), context),
  ];
}

export const ended = ({ segment, address }: Client): Events => [
  { type: 'LeaseOver', segment, words: `lease of ${formatIpv4(address)} expired` },
];

/** The next try of a renewal: the same again, by broadcast, or the end of it. */
export function renewOn(client: Client, context: Context): Events {
  const profile = profileOf(client);
  const { phase, attempt } = client;
  const { request } = profile;
  if (profile.retries === 'backoff' && request.kind === 'growing') {
    const second = wholeSecond(context.at);
    if (second > wholeSecond(client.until)) return ended(client);
    const isLate = second > wholeSecond(client.t2);
    return [isLate ? rebinding(client, attempt + 1, context) : renewing(client, attempt + 1, context)];
  }
  if (profile.retries !== 'once')
    return [
      phase === 'renewing' ? renewing(client, attempt + 1, context) : rebinding(client, attempt + 1, context),
    ];
  const tries = request.kind === 'rounds' ? request.tries : 1;
  const every = request.kind === 'rounds' ? request.every : 0;
  if (phase === 'renewing')
    return [client.wait > every ? renewing(client, 1, context) : rebinding(client, 1, context)];
  if (attempt < tries && context.at < client.until) return [rebinding(client, attempt + 1, context)];
  const words = `lease of ${formatIpv4(client.address)} dropped: nobody answered`;
  return [{ type: 'LeaseOver', segment: client.segment, words }];
}
