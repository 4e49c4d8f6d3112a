/** From what a configuration says to networks: every address where it belongs, or an issue. */
import { broadcastOf, type Cidr, formatAddress, isInside } from '../../scenario/address.ts';
import { quote } from '../../scenario/show.ts';
import {
  type Findings,
  type Range,
  type Reservation,
  type Settings,
  type Software,
  SUBNET_LIMIT,
  type Subnet,
} from './found.ts';
import { networkNames, reservationNames } from './naming.ts';
import type { Sheet } from './sheet.ts';
import type { Span } from './text.ts';

/** A network as it is written out. */
export interface Network extends Span {
  readonly name: string;
  readonly software: Software;
  readonly cidr: Cidr;
  readonly settings: Settings;
  readonly pools: readonly Range[];
  readonly exclude: readonly Range[];
  /** By name. */
  readonly reservations: ReadonlyMap<string, Reservation>;
}

/** More ranges than this in one subnet are not read. */
const POOL_LIMIT = 1024;

const OUTSIDE = 'address.outside-subnet';
const subnetText = (cidr: Cidr): string => quote(`${formatAddress(cidr.network)}/${cidr.prefix}`);

/** The networks in the order of the file. */
export function settle(findings: Findings, sheet: Sheet, wanted: string | undefined): readonly Network[] {
  const { software } = findings;
  const subnets = apart(supported(findings.subnets, sheet), sheet);
  const loose = new Map<Subnet, Reservation[]>();
  for (const one of findings.loose) assign(one, subnets, loose, sheet);
  const exclude = new Map<Subnet, Range[]>();
  for (const one of findings.kept ?? [])
    if (isPooled(one.first, locate(subnets, one.first))) assign(one, subnets, exclude, sheet);
  const inOrder = [...subnets].sort((a, b) => a.from - b.from);
  const names = networkNames(inOrder, wanted);
  return inOrder.map((subnet, i) => {
    const { cidr, settings, from, to } = subnet;
    const pools = poolsIn(subnet, sheet);
    const reservations = reservationsIn(subnet, loose.get(subnet) ?? [], software, sheet);
    checkGateway(subnet, sheet);
    const name = names[i]!;
    const rest = { cidr, settings, pools, exclude: exclude.get(subnet) ?? [], from, to };
    return { name, software, reservations: reservationNames(reservations), ...rest };
  });
}

/** Subnets that a scenario can have. */
function supported(subnets: readonly Subnet[], sheet: Sheet): readonly Subnet[] {
  if (subnets.length > SUBNET_LIMIT) {
    sheet.tooLarge(subnets[SUBNET_LIMIT]!, `there are more than ${SUBNET_LIMIT} subnets`);
  }
  return subnets.slice(0, SUBNET_LIMIT).filter((subnet) => {
    const { prefix } = subnet.cidr;
    if (prefix >= 8 && prefix <= 30) return true;
    sheet.leftOut(
      subnet,
      `the subnet ${subnetText(subnet.cidr)}`,
      'a scenario has networks with prefix lengths from 8 to 30',
    );
    return false;
  });
}

/** In the order of their addresses; an error for those that share some. */
function apart(subnets: readonly Subnet[], sheet: Sheet): readonly Subnet[] {
  const sorted = [...subnets].sort((a, b) => a.cidr.network - b.cidr.network || a.from - b.from);
  let widest: Subnet | undefined;
  for (const subnet of sorted) {
    if (widest !== undefined && subnet.cidr.network <= broadcastOf(widest.cidr))
      overlap(subnet, widest, 'subnet', sheet);
    if (widest === undefined || broadcastOf(subnet.cidr) > broadcastOf(widest.cidr)) widest = subnet;
  }
  return sorted;
}

function overlap(one: Span, other: Span, what: string, sheet: Sheet): void {
  const [second, before] = one.from > other.from ? [one, other] : [other, one];
  const line = sheet.text.lineOf(before.from);
  const help = `let each address be in one ${what}`;
  sheet.error(
    'import.overlap',
    second,
    `this ${what} and that of line ${line} overlap`,
    'some addresses would be in both',
    help,
  );
}

function locate(sorted: readonly Subnet[], address: number): Subnet | undefined {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]!.cidr.network <= address) low = middle;
    else high = middle - 1;
  }
  const found = sorted[low];
  return found !== undefined && isInside(found.cidr, address) ? found : undefined;
}

function isPooled(address: number, subnet: Subnet | undefined): boolean {
  return subnet === undefined || subnet.pools.some(({ first, last }) => address >= first && address <= last);
}

function assign<T extends Reservation | Range>(
  one: T,
  sorted: readonly Subnet[],
  into: Map<Subnet, T[]>,
  sheet: Sheet,
): void {
  const address = 'address' in one ? one.address : one.first;
  const subnet = locate(sorted, address);
  if (subnet === undefined) {
    const message = `${quote(formatAddress(address))} is in no subnet of this file and is left out`;
    sheet.warning(
      OUTSIDE,
      one,
      message,
      'the server would give it to nobody',
      'correct it, or declare its subnet',
    );
    return;
  }
  const list = into.get(subnet);
  if (list === undefined) into.set(subnet, [one]);
  else list.push(one);
}

/** The pools of a subnet in the order written, without the first and the last address of the network. */
function poolsIn({ cidr, pools }: Subnet, sheet: Sheet): readonly Range[] {
  const inside = pools.filter((pool) => {
    if (isInside(cidr, pool.first) && isInside(cidr, pool.last)) return true;
    const reason = 'a lease from there would be of no use on this network';
    sheet.error(
      OUTSIDE,
      pool,
      `the range reaches outside ${subnetText(cidr)}`,
      reason,
      'correct the range or the subnet',
    );
    return false;
  });
  if (inside.length > POOL_LIMIT) {
    sheet.tooLarge(inside[POOL_LIMIT]!, `there are more than ${POOL_LIMIT} ranges in one subnet`);
  }
  const sorted = inside.slice(0, POOL_LIMIT).sort((a, b) => a.first - b.first);
  let widest: Range | undefined;
  for (const pool of sorted) {
    if (widest !== undefined && pool.first <= widest.last) overlap(pool, widest, 'range', sheet);
    if (widest === undefined || pool.last > widest.last) widest = pool;
  }
  return sorted.flatMap((pool) => trimmed(pool, cidr, sheet)).sort((a, b) => a.from - b.from);
}

function trimmed(pool: Range, cidr: Cidr, sheet: Sheet): readonly Range[] {
  const first = Math.max(pool.first, cidr.network + 1);
  const last = Math.min(pool.last, broadcastOf(cidr) - 1);
  if (first === pool.first && last === pool.last) return [pool];
  const which = first === pool.first ? 'broadcast' : 'network';
  const reason = 'no machine can have it; it is left out of the scope';
  sheet.warning('address.reserved', pool, `the range holds the ${which} address`, reason, 'shrink the range');
  return first > last ? [] : [{ ...pool, first, last }];
}

function reservationsIn(
  subnet: Subnet,
  loose: readonly Reservation[],
  software: Software,
  sheet: Sheet,
): readonly Reservation[] {
  const seen = new Map<string, Reservation>();
  return [...subnet.reservations, ...loose].filter((one) => {
    if (!isInside(subnet.cidr, one.address)) {
      const message = `${quote(formatAddress(one.address))} is outside ${subnetText(subnet.cidr)} and is left out`;
      sheet.warning(
        OUTSIDE,
        one,
        message,
        'it would be of no use on this network',
        'correct the address or the subnet',
      );
      return false;
    }
    const keys = [
      `address ${one.address}`,
      one.mac === undefined ? `client ${one.clientId}` : `mac ${one.mac}`,
    ];
    const before = keys.map((key) => seen.get(key)).find((other) => other !== undefined);
    if (before !== undefined) {
      const what = before.address === one.address ? 'this address' : 'this client';
      const message = `${what} has a reservation in line ${sheet.text.lineOf(before.from)} already; this one is left out`;
      sheet.warning(
        'import.value',
        one,
        message,
        'a scenario has one for each client and address',
        'remove one of them',
      );
      return false;
    }
    for (const key of keys) seen.set(key, one);
    if (software === 'isc' && isPooled(one.address, subnet)) {
      const message = `${quote(formatAddress(one.address))} is reserved and in the range as well`;
      sheet.warning(
        'scope.covers-static',
        one,
        message,
        'dhcpd may give it to somebody else',
        'move it out of the range',
      );
    }
    return true;
  });
}

function checkGateway({ cidr, settings }: Subnet, sheet: Sheet): void {
  const { routers } = settings;
  const [gateway, ...others] = routers?.value ?? [];
  if (routers === undefined || gateway === undefined) return;
  if (others.length > 0)
    sheet.leftOut(routers, 'every router but the first', 'a scenario has one gateway to each network');
  if (isInside(cidr, gateway)) return;
  const message = `the router is outside ${subnetText(cidr)}`;
  sheet.warning(
    OUTSIDE,
    routers,
    message,
    'machines of the network cannot reach it directly',
    'give each subnet its own router',
  );
}
