/** Values that configurations of every product are made of. */
import { type Micros, SECOND } from '../../base/units.ts';
import { type Cidr, parseAddress } from '../../scenario/address.ts';
import type { Ipv4 } from '../../scenario/types.ts';

/** What a lease time of all ones means on the wire: for ever. */
export const INFINITE: Micros = 0xffffffff * SECOND;

export function addressOf(text: string): Ipv4 | undefined {
  const read = parseAddress(text);
  return read.ok ? read.value : undefined;
}

/** Every text as an address; undefined when one of them is none, or there are none. */
export function addressesOf(texts: readonly string[]): readonly Ipv4[] | undefined {
  const all = texts.map(addressOf);
  return all.length > 0 && all.every((one) => one !== undefined) ? (all as Ipv4[]) : undefined;
}

/** Whole seconds; a DHCP message has no room for more than 32 bits of them. */
export function secondsOf(text: string): Micros | undefined {
  if (text === '-1' || text.toLowerCase() === 'infinite') return INFINITE;
  return /^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff ? Number(text) * SECOND : undefined;
}

export function prefixOfMask(mask: Ipv4): number | undefined {
  const inverse = 2 ** 32 - mask;
  const prefix = 32 - Math.log2(inverse);
  return Number.isInteger(prefix) ? prefix : undefined;
}

/** The network of a prefix length that an address is in. */
export function networkOf(address: Ipv4, prefix: number): Cidr {
  return { network: address - (address % 2 ** (32 - prefix)), prefix };
}

/** `10.77.1.0/24`; bits behind the prefix are cut off. */
export function cidrOf(text: string): Cidr | undefined {
  const [, base = '', bits = ''] = /^([\d.]{7,15})\/(\d{1,2})$/.exec(text) ?? [];
  const address = addressOf(base);
  return address === undefined || Number(bits) > 32 ? undefined : networkOf(address, Number(bits));
}

/** Two digits to each byte, small letters, colons: `00:50:56:00:02:01`. */
export function bytesOf(text: string): string | undefined {
  if (!/^[0-9A-Fa-f]{1,2}([:-][0-9A-Fa-f]{1,2})*$/.test(text)) return undefined;
  const bytes = text.split(/[:-]/).map((byte) => byte.toLowerCase().padStart(2, '0'));
  return bytes.join(':');
}

/** The hardware address of an Ethernet card. */
export function macOf(text: string): string | undefined {
  const mac = text.length <= 17 ? bytesOf(text) : undefined;
  return mac?.length === 17 ? mac : undefined;
}
