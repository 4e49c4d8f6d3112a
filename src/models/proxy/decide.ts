import type { Micros } from '../../base/units.ts';
import { DAY } from '../../base/units.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { type ProxyCommand, type ProxyEvent, proxyEvents } from './events.ts';
import { answersFirst, emptyProxy, evolve, inspects, type ProxyServer, statusOf } from './state.ts';

/** How long a forged leaf is valid from its making, and how far mitmproxy 8 puts it back (facts/registry-and-tls.md section 5). */
const FORGED_FOR: Micros = 365 * DAY;
const MITMPROXY_BACK: Micros = 2 * DAY;

/** What a client that speaks Go makes of a connection that ends before the server has said anything. (go:crypto/tls/conn.go) */
const CLOSED = 'EOF';
/** What Go makes of an answer to CONNECT that is no success: the words of its status line. (go:net/http/transport.go) */
const wordsOf = (status: string): string => status.replace(/^\d+ /, '');

function connect(
  command: Extract<ProxyCommand, { type: 'connect' }>,
  proxy: Readonly<ProxyServer>,
  at: Micros,
): ProxyEvent {
  const { asker, host, user, userSeq, issuer, from, until, originSeq } = command;
  const { users, mode, habit, declaredSeq, guardedSeq } = proxy;
  const refused = { type: 'Refused', asker, host } as const;
  if (!proxy.up) {
    const words = 'proxyconnect tcp: connection refused';
    return { ...refused, why: 'proxy.down', words, facts: [declaredSeq] };
  }
  if (mode === 'explicit' && users?.includes(user) === false) {
    const why = 'proxy.authentication';
    const facts = [guardedSeq, userSeq].filter((seq) => seq >= 0);
    return { ...refused, why, words: wordsOf(statusOf(proxy, why)), facts };
  }
  if (!command.reachable && !answersFirst(proxy, host)) {
    const why = 'registry.unreachable';
    const words = mode === 'transparent' ? CLOSED : wordsOf(statusOf(proxy, why));
    return { ...refused, why, words, facts: [originOr(proxy, originSeq)] };
  }
  if (!inspects(proxy, host))
    return { type: 'Tunnelled', asker, host, issuer, from, until, facts: [originSeq] };
  const back = habit === 'mitmproxy' ? MITMPROXY_BACK : proxy.backdate;
  const dates = habit === 'squid' ? { from, until } : { from: at - back, until: at + FORGED_FOR };
  return { type: 'Resigned', asker, host, issuer: proxy.issuer, ...dates, facts: [proxy.inspectSeq] };
}

/** The event that says what an origin is; where nobody has its name there is only the proxy to point at. */
const originOr = ({ declaredSeq }: Readonly<ProxyServer>, originSeq: number): number =>
  originSeq < 0 ? declaredSeq : originSeq;

/** The page about an origin that does not answer, inside a session: Squid's, and others are taken to be alike (section 5). */
function miss(
  { asker, host, id, originSeq }: Extract<ProxyCommand, { type: 'miss' }>,
  proxy: Readonly<ProxyServer>,
): ProxyEvent {
  const why = 'registry.unreachable';
  const words = statusOf(proxy, why);
  const facts = [originOr(proxy, originSeq)];
  return { type: 'Missed', asker, host, id, status: Number.parseInt(words, 10), why, words, facts };
}

function decide(command: ProxyCommand, proxy: Readonly<ProxyServer>, { at }: Context): readonly ProxyEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'inspect':
      return [{ ...command, type: 'Inspecting' }];
    case 'forge':
      return [{ ...command, type: 'Forging' }];
    case 'trust':
      return [{ ...command, type: 'Trusting' }];
    case 'place':
      return [{ ...command, type: 'Placed' }];
    case 'guard':
      return [{ ...command, type: 'Guarded' }];
    case 'miss':
      return [miss(command, proxy)];
    case 'answer': {
      const { asker, host, id } = command;
      return [{ type: 'Answered', asker, host, id, status: proxy.page, facts: [proxy.trustSeq] }];
    }
    case 'connect':
      return [connect(command, proxy, at)];
  }
}

export const proxy: Model<ProxyServer, ProxyCommand, ProxyEvent> = {
  name: 'proxy',
  events: proxyEvents,
  initial: emptyProxy,
  decide,
  evolve,
  react: () => NOTHING,
};
