/** The lease database of a server as its program would write it at the end of a case. */
import { formatIpv4 } from '../../base/ipv4.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import type { StateOf } from '../../models/index.ts';

export interface LeaseRow {
  readonly ip: string;
  readonly state: string;
  readonly mac: string | null;
}

/** Kea's reclaim-timer-wait-time (facts/dhcp.md section 6): until it looks again, the record of a lease that ended stays what it was. */
const RECLAIM = 10 * SECOND;

/** What each server calls the states of a lease in its database; those that nobody holds may be left out. */
const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dnsmasq: { active: 'bound' },
  kea: { active: 'default', ended: 'expired-reclaimed', withheld: 'declined' },
  isc: { active: 'active', withheld: 'abandoned' },
  udhcpd: { active: 'bound', ended: 'bound', withheld: 'declined-or-conflict', nobody: '00:00:00:00:00:00' },
};

/** The records of a server that was started at one instant and is looked at, at another one. */
export function leaseRows(server: StateOf<'dhcp'>, started: Micros, end: Micros): readonly LeaseRow[] {
  const words = STATES[server.software] ?? {};
  const reclaimed = started + Math.floor((end - started) / RECLAIM) * RECLAIM;
  return [...server.leases.values()].flatMap(({ address, state, mac, until }) => {
    const isKept = state === 'ended' && server.software === 'kea' && until > reclaimed;
    const shown = isKept ? 'active' : state;
    const word = mac === '' && shown === 'ended' ? words['withheld'] : words[shown];
    return word === undefined
      ? []
      : [{ ip: formatIpv4(address), state: word, mac: mac === '' ? (words['nobody'] ?? null) : mac }];
  });
}
