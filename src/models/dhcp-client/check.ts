/** Looks at an address by ARP before it is used (RFC 5227), and a link-local address beside DHCP (RFC 3927). */
import { formatIpv4 } from '../../base/ipv4.ts';
import type { Context } from '../../kernel/model.ts';
import { NOTHING } from '../../kernel/model.ts';
import { type Client, type Events, newXid } from './common.ts';
import type { DhcpClientEvent } from './events.ts';
import { profileOf } from './state.ts';
import { draw } from './waits.ts';

/** `n` counts from 1; 0 answers another machine's announcement. */
export const announcing = ({ segment }: Client, address: number, n: number): DhcpClientEvent => ({
  type: 'Announcing',
  segment,
  address,
  n,
  wait: 0,
});

export function checkOn(client: Client, context: Context): Events {
  const { check, clock } = profileOf(client);
  const { segment, address, probes, server, serverId, ackAt } = client;
  if (check === null) return NOTHING;
  if (probes < check.probes) {
    const wait = draw(probes + 1 < check.probes ? check.gap : check.last, context, 'probe');
    return [{ type: 'Probing', segment, address, n: probes + 1, wait }];
  }
  const late = clock === 'announcement' ? context.at - ackAt : 0;
  const { until, t1, t2 } = client;
  const bound: DhcpClientEvent = {
    type: 'Bound',
    segment,
    server,
    serverId,
    address,
    until: until + late,
    t1: t1 + late,
    t2: t2 + late,
  };
  return check.announcements === 0 ? [bound] : [bound, announcing(client, address, 1)];
}

export function conflict(client: Client, address: number, context: Context): Events {
  const profile = profileOf(client);
  if (client.phase !== 'checking' || client.address !== address || profile.check === null) return NOTHING;
  if (profile.check.conflict === 'give up')
    return [{ type: 'GaveUp', words: `${formatIpv4(address)} is used by somebody else`, wait: -1 }];
  return [
    {
      type: 'Declined',
      segment: client.segment,
      server: client.server,
      serverId: client.serverId,
      address,
      xid: profile.ownXid.includes('decline') ? newXid(context) : client.xid,
      secs: 0,
      wait: profile.declineWait,
    },
  ];
}

/** Derived from the hardware address, so that it is the same in every run (facts/dhcp.md section 12). */
function localAddress(mac: string): number {
  let hash = 0;
  for (const letter of mac) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return 0xa9fe0000 + 256 + (hash % 65_024);
}

const PROBES = 3;

export function localOn(client: Client, context: Context): Events {
  const { linkLocal } = profileOf(client);
  if (linkLocal === null || client.localStep >= PROBES + 2) return NOTHING;
  const address = client.local === 0 ? localAddress(client.mac) : client.local;
  const { segment, localStep } = client;
  if (localStep < PROBES) {
    const n = localStep + 1;
    const wait = draw(n < PROBES ? linkLocal.gap : linkLocal.last, context, 'link-local');
    return [{ type: 'Probing', segment, address, n, wait }];
  }
  const n = localStep - PROBES + 1;
  return [
    {
      type: 'Announcing',
      segment,
      address,
      n,
      wait: n === 1 ? draw(linkLocal.last, context, 'link-local') : 0,
    },
  ];
}
