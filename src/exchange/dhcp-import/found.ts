/** What a configuration says, whichever product it is for: subnets, and what holds in each. */
import type { Micros } from '../../base/units.ts';
import type { Cidr } from '../../scenario/address.ts';
import type { Ipv4 } from '../../scenario/types.ts';
import type { Span } from './text.ts';

/** The products whose configurations are read. */
export const SOFTWARE = ['dnsmasq', 'kea', 'isc'] as const;

export type Software = (typeof SOFTWARE)[number];

/** What can be said about a subnet, or about all of them. */
export interface Values {
  readonly lease: Micros;
  readonly minLease: Micros;
  readonly maxLease: Micros;
  readonly t1: Micros;
  readonly t2: Micros;
  readonly authoritative: boolean;
  readonly check: 'none' | 'ping';
  readonly checkWait: Micros;
  readonly quarantine: Micros;
  readonly routers: readonly Ipv4[];
  readonly dns: readonly Ipv4[];
  /** The address of the server itself. */
  readonly server: readonly Ipv4[];
  readonly domain: string;
  readonly search: readonly string[];
  readonly ntp: readonly Ipv4[];
  readonly wins: readonly Ipv4[];
  readonly mtu: number;
  readonly tftp: string;
  readonly bootfile: string;
}

/** A value and where it was said. */
export interface Given<T> extends Span {
  readonly value: T;
}

/** Inner settings are spread over outer ones. */
export type Settings = { readonly [K in keyof Values]?: Given<Values[K]> };

/** Addresses from the first to the last, both included. */
export interface Range extends Span {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

export interface Reservation extends Span {
  readonly name: string;
  readonly mac?: string;
  /** Bytes as `01:02:ab`, or a text. */
  readonly clientId?: string;
  readonly address: Ipv4;
}

export interface Subnet extends Span {
  readonly cidr: Cidr;
  /** What it could be called, better ones first; empty texts count for nothing. */
  readonly names: readonly string[];
  readonly settings: Settings;
  readonly pools: readonly Range[];
  readonly reservations: readonly Reservation[];
}

export interface Findings {
  readonly software: Software;
  readonly subnets: readonly Subnet[];
  /** Reservations that belong to whichever subnet has their address. */
  readonly loose: readonly Reservation[];
  /** Addresses that are given to nobody; they too belong to whichever subnet has them. */
  readonly kept?: readonly Range[];
}

/** More subnets than this are not read: a file with so many is not what it seems to be. */
export const SUBNET_LIMIT = 4096;
