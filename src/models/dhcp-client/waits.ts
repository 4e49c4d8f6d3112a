/** How long a client waits: retransmission, back-off, T1 and T2 (facts/dhcp.md sections 3 and 4). */
import type { DhcpReply } from '../../base/dhcp.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import type { Context } from '../../kernel/model.ts';
import type { Backoff, ClientProfile, Span } from './profile.ts';
import type { DhcpClient } from './state.ts';

/** The wait after a message, and where a growing back-off stands then. */
export interface Wait {
  readonly wait: Micros;
  readonly interval: number;
}

export const draw = ([low, high]: Span, context: Context, purpose: string): Micros =>
  low === high ? low : Math.round(low + context.draw(purpose) * (high - low));

/** The whole second that an instant lies in. */
export const wholeSecond = (at: Micros): number => Math.floor(at / SECOND);

/**
 * The wait after the `attempt`-th message. A growing back-off starts from `interval` (0: its first) and ends a second after `limit`, an instant,
 * when it would go beyond it.
 */
export function waitAfter(
  backoff: Backoff,
  attempt: number,
  interval: number,
  limit: Micros,
  context: Context,
): Wait {
  switch (backoff.kind) {
    case 'doubling': {
      const { waits, spread } = backoff;
      const wait = waits[Math.min(attempt, waits.length) - 1] as Micros;
      return { wait: wait + Math.round((context.draw('retry') * 2 - 1) * spread), interval: 0 };
    }
    case 'rounds':
      return {
        wait: attempt % backoff.tries === 0 ? backoff.every + backoff.pause : backoff.every,
        interval: 0,
      };
    case 'growing':
      return growing(backoff, interval, limit, context);
  }
}

function growing(
  { initial, cutoff }: Extract<Backoff, { kind: 'growing' }>,
  interval: number,
  limit: Micros,
  context: Context,
): Wait {
  const before = interval === 0 ? initial : interval;
  let next = before + Math.floor(context.draw('retry') * 2 * before);
  if (next > cutoff) next = Math.floor(cutoff / 2) + Math.floor(context.draw('retry') * cutoff);
  const now = wholeSecond(context.at);
  if (now + next > wholeSecond(limit)) next = Math.max(1, wholeSecond(limit) - now + 1);
  const fraction = next > 1 ? Math.floor(context.draw('fraction') * SECOND) : context.at % SECOND;
  return { wait: Math.max(MINIMUM, (now + next) * SECOND + fraction - context.at), interval: next };
}

/** No message follows another at once. */
const MINIMUM: Micros = 10_000;

/** Busybox timers fire late by this much (facts/dhcp.md section 3). */
const LATE: Micros = 70_000;

/** The instants at which a lease that began at `since` is renewed, rebound and ends. */
export function timesOf(
  reply: Pick<DhcpReply, 'lease' | 't1' | 't2'>,
  since: Micros,
  profile: ClientProfile,
  context: Context,
): { readonly until: Micros; readonly t1: Micros; readonly t2: Micros } {
  const lease = Math.max(reply.lease, profile.leastLease / SECOND);
  const until = since + lease * SECOND;
  if (profile.renews === 'half')
    return { until, t1: since + Math.floor(lease / 2) * SECOND + LATE, t2: until };
  if (profile.renews === 'before') {
    const t1 = reply.t1 > 0 ? reply.t1 : Math.floor(lease / 2) + 1;
    const t2 = reply.t2 > 0 ? reply.t2 : Math.floor((lease * 7) / 8);
    const drawn = Math.floor((t1 * 3 + 3) / 4) + Math.floor((Math.floor(context.draw('timer') * t1) + 3) / 4);
    const seconds = drawn > t2 ? Math.floor((t2 * 3) / 4) : drawn;
    return { until, t1: since + seconds * SECOND, t2: since + t2 * SECOND };
  }
  const jitter = () =>
    profile.spread === 0 ? 0 : Math.round((context.draw('timer') * 2 - 1) * profile.spread);
  // Times that are not in order are not believed.
  const t2 = reply.t2 > 0 && reply.t2 < lease ? reply.t2 : Math.floor((lease * 7) / 8);
  const t1 = reply.t1 > 0 && reply.t1 < t2 ? reply.t1 : Math.floor(lease / 2);
  return {
    until,
    t1: since + Math.max(0, t1 * SECOND + jitter()),
    t2: since + Math.max(0, t2 * SECOND + jitter()),
  };
}

/** Retries of renewing and rebinding by the standard wait half of what is left, at least this (RFC 2131 section 4.4.5). */
const LEAST_RETRY: Micros = 60 * SECOND;

/** How much of a lease must be left for another unicast try of busybox. */
const BUSYBOX_LEFT: Micros = 30 * SECOND;

/** The wait after a renewal or rebinding that must be over by `limit`. */
export function retryAfter(
  client: Readonly<DhcpClient>,
  profile: ClientProfile,
  phase: 'renewing' | 'rebinding',
  attempt: number,
  context: Context,
): Wait {
  const { at } = context;
  const limit = phase === 'renewing' ? client.t2 : client.until;
  if (profile.retries === 'half')
    return { wait: Math.max(Math.round((limit - at) / 2), LEAST_RETRY), interval: 0 };
  if (profile.retries === 'backoff') {
    const interval = attempt === 1 && phase === 'renewing' ? 0 : client.interval;
    return waitAfter(profile.request, attempt, interval, client.until, context);
  }
  const every = profile.request.kind === 'rounds' ? profile.request.every : 0;
  const answer = wholeSecond(every) * SECOND;
  const left = client.until - at - answer;
  if (phase === 'rebinding' || left <= BUSYBOX_LEFT) return { wait: every, interval: 0 };
  return { wait: answer + wholeSecond(left / 2) * SECOND, interval: 0 };
}
