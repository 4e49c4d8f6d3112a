/** What follows from an event of a server: its timers, and messages that waited. */
import { requestIn } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import { NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import type { DhcpCommand, DhcpEvent } from './events.ts';
import { profileOf, type Server } from './ledger.ts';

export function react(
  event: DhcpEvent,
  server: Readonly<Server>,
  { at, entity: to }: Stamp,
): readonly Send<DhcpCommand>[] {
  const timer = (type: 'checked' | 'lapse' | 'expire' | 'restore', address: number, after: Micros) => ({
    to,
    after,
    command: { type, address },
    key: `${type === 'restore' ? 'expire' : type} ${address}`,
  });
  switch (event.type) {
    case 'Checking':
      return [timer('checked', event.address, event.wait)];
    case 'Postponed':
      return [
        { to, after: event.until - at, command: { type: 'hear', request: requestIn(event), waited: true } },
      ];
    case 'Offered': {
      const lease = server.leases.get(event.yiaddr);
      if (profileOf(server).oneTable && event.how !== 'reserved' && lease !== undefined)
        return [timer('expire', event.yiaddr, lease.until - at)];
      const hold = server.offers.has(event.yiaddr) ? profileOf(server).hold : 0;
      return hold === 0 ? NOTHING : [timer('lapse', event.yiaddr, hold)];
    }
    case 'Granted':
      return [timer('lapse', event.yiaddr, NEVER), timer('expire', event.yiaddr, event.until - at)];
    case 'Abandoned':
    case 'Declined': {
      const isWithheld = event.until > at;
      return [
        timer('checked', event.address, NEVER),
        timer('restore', event.address, isWithheld ? event.until - at : NEVER),
      ];
    }
    case 'Released':
      return [timer('expire', event.address, NEVER)];
    default:
      return NOTHING;
  }
}
