/** Specs of busybox udhcpd in few words: the clients, pools and messages of its recordings (test/golden/udhcpd). */
import { expect } from 'vitest';
import { HOUR, MILLISECOND } from '../../src/base/units.ts';
import type { DhcpCommand, ScopeSettings, ServerSettings } from '../../src/models/dhcp/events.ts';
import {
  decline,
  discover,
  lan,
  reboot,
  release,
  renew,
  type Serving,
  scopeOf,
  select,
  serving,
} from './dhcp.ts';

export const SILENT = 'silent: dhcp.scope-exhausted';
/** The n-th client of the recordings. In a pool of ten its hash points at .107 for the first, .108 for the second, and so on. */
export const p = (n: number) => ({
  client: `p${n}`,
  mac: `00:50:56:00:06:${n.toString(16).padStart(2, '0')}`,
});
type More = Parameters<typeof discover>[1];
export const ask = (n: number, more: More = {}) => discover(`p${n}`, { ...p(n), ...more });
export const wish = (n: number, address: number) => ask(n, { requested: lan(address) });
export const take = (n: number, address: number, more: More = {}) =>
  select(`p${n}`, address, { ...p(n), ...more });
export const again = (n: number, address: number) => reboot(`p${n}`, lan(address), p(n));
export const extend = (n: number, address: number) => renew(`p${n}`, lan(address), p(n));
export const leave = (n: number, address: number, more: More = {}) =>
  release(`p${n}`, address, { ...p(n), ...more });
export const refuse = (n: number, address: number, more: More = {}) =>
  decline(`p${n}`, address, { ...p(n), ...more });
export const used = (n: number): DhcpCommand => ({ type: 'in-use', address: lan(n) });
export const checked = (n: number): DhcpCommand => ({ type: 'checked', address: lan(n) });
export const expire = (n: number): DhcpCommand => ({ type: 'expire', address: lan(n) });
export const restore = (n: number): DhcpCommand => ({ type: 'restore', address: lan(n) });
export const reserve = (n: number, address: number): DhcpCommand => ({
  type: 'reserve',
  segment: 'lan',
  address: lan(address),
  mac: p(n).mac,
  clientId: '',
});

/** Without a check, unless it is said otherwise. */
export const pool = (
  first: number,
  last: number,
  settings: ServerSettings = {},
  more: Partial<ScopeSettings> = {},
): Serving =>
  serving(
    'udhcpd',
    { check: 'none', lease: HOUR, ...settings },
    { ranges: [lan(first), lan(last)], ...more },
  );
export const looking = (first: number, last: number, settings: ServerSettings = {}) =>
  pool(first, last, { check: 'arp', checkWait: 100 * MILLISECOND, ...settings });
/** The same as a change to a server that is there. */
export const looked = (first: number, last: number, settings: ServerSettings = {}): ScopeSettings =>
  scopeOf(
    'udhcpd',
    { check: 'arp', checkWait: 100 * MILLISECOND, lease: HOUR, ...settings },
    {
      ranges: [lan(first), lan(last)],
    },
  );
export const lease = (scene: Serving, n: number, address: number): Serving =>
  scene.ask(ask(n), `OFFER .${address}`).ask(take(n, address), `ACK .${address}`);

/** Nothing is sent; what the server notes about it is another matter. */
export function unheard({ scene }: Serving, command: DhcpCommand): void {
  expect(scene.when(command).events.filter(({ type }) => type !== 'Silent')).toEqual([]);
}
