import type { Micros } from '../../base/units.ts';
import { DAY } from '../../base/units.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { type ProxyCommand, type ProxyEvent, proxyEvents } from './events.ts';
import { emptyProxy, evolve, inspects, type ProxyServer } from './state.ts';

/** How long a forged leaf is valid from its making, as mitmproxy 8 does (facts/registry-and-tls.md section 5). */
const FORGED_FOR: Micros = 365 * DAY;

function connect(
  command: Extract<ProxyCommand, { type: 'connect' }>,
  proxy: Readonly<ProxyServer>,
  at: Micros,
): ProxyEvent {
  const { asker, host, issuer, from, until, originSeq } = command;
  if (!proxy.up)
    return {
      type: 'Refused',
      asker,
      host,
      why: 'proxy.down',
      words: 'proxyconnect tcp: connection refused',
      facts: [proxy.declaredSeq],
    };
  if (!command.reachable) {
    const words = 'received unexpected HTTP status: 503 Service Unavailable';
    const facts = [originSeq < 0 ? proxy.declaredSeq : originSeq];
    return { type: 'Refused', asker, host, why: 'registry.unreachable', words, facts };
  }
  if (!inspects(proxy, host))
    return { type: 'Tunnelled', asker, host, issuer, from, until, facts: [originSeq] };
  const forged = { issuer: proxy.issuer, from: at - proxy.backdate, until: at + FORGED_FOR };
  return { type: 'Resigned', asker, host, ...forged, facts: [proxy.inspectSeq] };
}

function decide(command: ProxyCommand, proxy: Readonly<ProxyServer>, { at }: Context): readonly ProxyEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'inspect':
      return [{ ...command, type: 'Inspecting' }];
    case 'trust':
      return [{ ...command, type: 'Trusting' }];
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
