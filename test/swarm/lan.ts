/** DHCP servers of every product, further servers, relays and plain machines of a random world. */
import { formatIpv4 } from '../../src/base/ipv4.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { Draw } from './draw.ts';
import { micros, type Net, type On, type Plain } from './site.ts';

const PRODUCTS = ['generic', 'dnsmasq', 'kea', 'isc', 'udhcpd', 'windows'];
const PROGRAMS = ['networkd', 'dhclient', 'dhcpcd', 'udhcpc', 'generic'];

/** What a server is and how it is set. */
export function servingOf(draw: Draw, on: On): Plain {
  if (!on('products')) return {};
  const dhcp: Plain = { software: draw.pick(PRODUCTS) };
  if (draw.chance(0.3)) dhcp['authoritative'] = draw.chance(0.5);
  if (draw.chance(0.2)) dhcp['check'] = draw.pick(['none', 'ping', 'arp']);
  if (draw.chance(0.2)) dhcp['check-wait'] = micros(draw.log(1, 5 * SECOND));
  if (draw.chance(0.2)) dhcp['quarantine'] = micros(draw.log(1, DAY));
  if (draw.chance(0.2)) dhcp['max-lease'] = micros(draw.log(SECOND, DAY));
  if (draw.chance(0.1))
    Object.assign(dhcp, { t1: micros(draw.log(SECOND, HOUR)), t2: micros(draw.log(SECOND, HOUR)) });
  if (draw.chance(0.1)) dhcp['answer-delay'] = micros(draw.log(1, 10 * SECOND));
  if (draw.chance(0.1)) dhcp['lost-answers'] = [draw.pick(['OFFER 1', 'ACK 1-3', 'ACK 2', 'NAK 1'])];
  return dhcp;
}

/** A second network may be served from the first, through a relay or without one. */
export function relayedBy(
  draw: Draw,
  on: On,
  networks: readonly { readonly net: Net; readonly written: Plain }[],
): void {
  const [home, other] = networks;
  const dhcp = other?.written['dhcp'] as Plain | undefined;
  if (!on('relays') || home?.net.hasScope !== true || dhcp?.['scope'] === undefined || other === undefined)
    return;
  other.written['dhcp'] = { server: home.net.name, scope: dhcp['scope'] };
  if (draw.chance(0.7)) other.written['relay'] = draw.pick([true, { enabled: false }, { 'option-82': true }]);
}

/** A server that is one too many. */
export function rogueOn(
  draw: Draw,
  on: On,
  { net, written }: { readonly net: Net; readonly written: Plain },
): void {
  const address = draw.pick(net.statics);
  const [first, last] = [net.scope[0], net.scope.at(-1)];
  if (!on('rogues') || address === undefined || first === undefined || last === undefined) return;
  const isElsewhere = draw.chance(0.5);
  const away = { cidr: '192.168.66.0/24', address: '192.168.66.1', scope: '192.168.66.100-192.168.66.109' };
  const here = { address: formatIpv4(address), scope: `${formatIpv4(first)}-${formatIpv4(last)}` };
  const rogue = { software: draw.pick(PRODUCTS), enabled: draw.chance(0.6), ...(isElsewhere ? away : here) };
  written['servers'] = { [`rogue-${net.name}`.slice(0, 63)]: rogue };
}

/** Machines by name. */
export function machinesOf(draw: Draw, on: On, nets: readonly Net[]): Plain {
  if (!on('machines')) return {};
  const machine = (): Plain => {
    const net = draw.pick(nets);
    const plain: Plain = { network: net.name, start: micros(draw.log(1, 10 * MINUTE)) };
    const address = draw.pick(net.statics);
    if (draw.chance(0.2) && address !== undefined) return { ...plain, address: formatIpv4(address) };
    plain['client'] = draw.pick(PROGRAMS);
    if (draw.chance(0.5)) plain['within'] = micros(draw.log(1, MINUTE));
    if (draw.chance(0.1)) plain['check'] = draw.chance(0.5);
    if (draw.chance(0.1)) plain['client-id'] = draw.pick(['mac', 'duid', 'none']);
    if (draw.chance(0.3)) plain['patience'] = micros(draw.log(1, HOUR));
    return plain;
  };
  return Object.fromEntries(Array.from({ length: draw.log(1, 12) }, (_, i) => [`desk-${i + 1}`, machine()]));
}
