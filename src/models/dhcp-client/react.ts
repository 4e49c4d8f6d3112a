/** What a client asks of itself next: its timers. */
import { isLinkLocal } from '../../base/dhcp.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import { NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import type { Client } from './common.ts';
import type { DhcpClientCommand, DhcpClientEvent } from './events.ts';
import { profileOf } from './state.ts';

const TIMERS = ['step', 'renew', 'rebind', 'expire', 'announce', 'local', 'patience'] as const;

export function react(
  event: DhcpClientEvent,
  client: Client,
  { at, entity: to }: Stamp,
): readonly Send<DhcpClientCommand>[] {
  const timer = (type: (typeof TIMERS)[number], after: Micros) => ({
    to,
    after,
    command: { type },
    key: type,
  });
  const { linkLocal, retries, request, check } = profileOf(client);
  switch (event.type) {
    case 'Started': {
      const { patience } = profileOf(client);
      const next = timer('step', event.wait);
      return patience === 0 ? [next] : [next, timer('patience', event.wait + patience)];
    }
    case 'CarrierFound':
      return [timer('step', event.wait)];
    case 'PatienceOver':
    case 'LeaseOver':
    case 'Unaddressed':
      return NOTHING;
    case 'Leased':
      // A look for a link-local address that has not begun is called off; one that has goes on until the address is used.
      return client.localStep === 0
        ? [timer('step', event.wait), timer('local', NEVER)]
        : [timer('step', event.wait)];
    case 'Discovering':
    case 'Rebooting': {
      const next = timer('step', event.wait);
      const begins = event.type === 'Discovering' && client.wish !== 0 ? (linkLocal?.afterLoss ?? 1) : 1;
      const looks = linkLocal !== null && event.attempt === begins && client.localStep === 0;
      return looks ? [next, timer('local', linkLocal.after[0])] : [next];
    }
    case 'Requesting':
    case 'Informing':
      return [timer('step', event.wait)];
    case 'Bound':
    case 'Renewed': {
      const growing = retries === 'backoff' && request.kind === 'growing';
      return [
        timer('step', NEVER),
        timer('local', NEVER),
        timer('announce', check !== null && check.announcements > 1 ? check.between[0] : NEVER),
        timer('renew', Math.max(0, client.t1 - at)),
        timer('rebind', retries === 'once' || growing ? NEVER : Math.max(0, client.t2 - at)),
        // Busybox looks at the end of the lease only when a wait is over.
        timer('expire', retries === 'once' ? NEVER : Math.max(0, client.until - at) + (growing ? SECOND : 0)),
      ];
    }
    case 'Renewing':
    case 'Rebinding': {
      const limit = event.type === 'Renewing' ? client.t2 : client.until;
      const cuts = retries !== 'once' && !(retries === 'backoff' && request.kind === 'growing');
      return [timer('step', cuts && at + event.wait >= limit ? NEVER : event.wait)];
    }
    case 'Probing':
      if (isLinkLocal(event.address)) return [timer('local', event.wait)];
      return [timer('step', event.wait)];
    case 'Announcing':
      return isLinkLocal(event.address) && event.n === 1 ? [timer('local', event.wait)] : NOTHING;
    case 'Refused':
    case 'Declined':
      return [
        timer('step', Math.max(0, event.wait)),
        ...(['renew', 'rebind', 'expire', 'announce', 'local'] as const).map((type) => timer(type, NEVER)),
      ];
    case 'GaveUp':
      // A look for a link-local address goes on.
      return [
        timer('step', event.wait < 0 ? NEVER : event.wait),
        ...(['renew', 'rebind', 'expire', 'announce'] as const).map((type) => timer(type, NEVER)),
      ];
    case 'Informed':
      return [timer('step', NEVER)];
    case 'Expired':
      return (['renew', 'rebind', 'expire', 'announce'] as const).map((type) => timer(type, NEVER));
    case 'CarrierLost':
      // Without a carrier there is no address either: patience goes on.
      return TIMERS.filter((type) => type !== 'patience').map((type) => timer(type, NEVER));
    case 'Stopped':
    case 'Halted':
      return TIMERS.map((type) => timer(type, NEVER));
  }
}
