/** Networks in the words of a scenario. */
import { formatDuration } from '../../base/units.ts';
import { formatAddress } from '../../scenario/address.ts';
import { visible } from '../../scenario/show.ts';
import type { Ipv4 } from '../../scenario/types.ts';
import type { Range, Reservation, Settings, Software } from './found.ts';
import type { Network } from './settle.ts';

export type ReservationFragment = { readonly address: string } & (
  | { readonly mac: string }
  | { readonly 'client-id': string }
);

/** The `dhcp` of a network, keys as a scenario has them. Absent keys are the defaults of the software. */
export interface DhcpFragment {
  readonly software: Software;
  readonly address?: string;
  readonly scope?: string | readonly string[];
  readonly exclude?: readonly string[];
  readonly reservations?: Readonly<Record<string, ReservationFragment>>;
  readonly lease?: string;
  readonly 'min-lease'?: string;
  readonly 'max-lease'?: string;
  readonly t1?: string;
  readonly t2?: string;
  readonly authoritative?: boolean;
  readonly check?: 'none' | 'ping';
  readonly 'check-wait'?: string;
  readonly quarantine?: string;
  readonly options?: Readonly<Record<string, string | number | readonly string[]>>;
}

export interface NetworkFragment {
  readonly cidr: string;
  readonly gateway?: string;
  readonly dns?: readonly string[];
  readonly dhcp?: DhcpFragment;
}

/** What each product does when nothing is said about it. */
const CHECKS: Readonly<Record<Software, 'none' | 'ping'>> = { dnsmasq: 'ping', kea: 'none', isc: 'ping' };

const TIMES = [
  ['lease', 'lease'],
  ['min-lease', 'minLease'],
  ['max-lease', 'maxLease'],
  ['t1', 't1'],
  ['t2', 't2'],
] as const;

export function fragmentOf(network: Network): NetworkFragment {
  const { cidr, settings, pools, reservations } = network;
  const gateway = settings.routers?.value[0];
  const dns = settings.dns?.value;
  const serves = pools.length > 0 || reservations.size > 0;
  return {
    cidr: `${formatAddress(cidr.network)}/${cidr.prefix}`,
    ...(gateway === undefined ? {} : { gateway: formatAddress(gateway) }),
    ...(dns === undefined ? {} : { dns: dns.map(formatAddress) }),
    ...(serves ? { dhcp: dhcpOf(network) } : {}),
  };
}

function dhcpOf({ software, settings, pools, exclude, reservations }: Network): DhcpFragment {
  const server = settings.server?.value[0];
  const scopes = pools.map(rangeText);
  const times = TIMES.flatMap(([key, setting]) => {
    const given = settings[setting];
    return given === undefined ? [] : [[key, formatDuration(given.value)] as const];
  });
  const { authoritative, check, checkWait, quarantine } = settings;
  const options = optionsOf(settings);
  return {
    software,
    ...(server === undefined ? {} : { address: formatAddress(server) }),
    ...(scopes.length === 0 ? {} : { scope: scopes.length === 1 ? scopes[0]! : scopes }),
    ...(exclude.length === 0 ? {} : { exclude: exclude.map(rangeText) }),
    ...(reservations.size === 0 ? {} : { reservations: reservationsOf(reservations) }),
    ...Object.fromEntries(times),
    ...(authoritative === undefined ? {} : { authoritative: authoritative.value }),
    ...(check === undefined || check.value === CHECKS[software] ? {} : { check: check.value }),
    ...(checkWait === undefined ? {} : { 'check-wait': formatDuration(checkWait.value) }),
    ...(quarantine === undefined ? {} : { quarantine: formatDuration(quarantine.value) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}

function rangeText({ first, last }: Range): string {
  return `${formatAddress(first)}-${formatAddress(last)}`;
}

function reservationsOf(
  all: ReadonlyMap<string, Reservation>,
): Readonly<Record<string, ReservationFragment>> {
  const entries = [...all].map(([name, { mac, clientId = '', address: ip }]) => {
    const address = formatAddress(ip);
    return [
      name,
      mac === undefined ? { 'client-id': visible(clientId), address } : { mac, address },
    ] as const;
  });
  return Object.fromEntries(entries);
}

function optionsOf({
  domain,
  search,
  ntp,
  wins,
  mtu,
  tftp,
  bootfile,
}: Settings): NonNullable<DhcpFragment['options']> {
  const texts = (list: readonly Ipv4[]): readonly string[] => list.map(formatAddress);
  return {
    ...(domain === undefined ? {} : { domain: visible(domain.value) }),
    ...(search === undefined ? {} : { search: search.value.map(visible) }),
    ...(ntp === undefined ? {} : { ntp: texts(ntp.value) }),
    ...(wins === undefined ? {} : { wins: texts(wins.value) }),
    ...(mtu === undefined ? {} : { mtu: mtu.value }),
    ...(tftp === undefined ? {} : { tftp: visible(tftp.value) }),
    ...(bootfile === undefined ? {} : { bootfile: visible(bootfile.value) }),
  };
}
