/** IPv4 with UDP and ICMP above it. [RFC 791 3.1, RFC 768, RFC 792] */
import type { Way } from './habits.ts';
import { checksum, digest16, join, type Octets, u16, u32 } from './octets.ts';

const UDP = 17;
export const ICMP = 1;
const DONT_FRAGMENT = 0x4000;

interface Addresses {
  readonly srcIp: number;
  readonly dstIp: number;
}

export interface Header extends Addresses {
  readonly way: Way;
  readonly protocol: number;
  readonly ident: number | undefined;
  readonly routers: number | undefined;
}

/** Where a sender takes any identification and nobody says which, a digest of the content is as good as any (assumed). */
export function packet(header: Header, content: Uint8Array): Uint8Array {
  const { way, protocol, routers = 0 } = header;
  const ident = way.ident === 'zero' ? 0 : (header.ident ?? digest16(content));
  const before = [
    ...[0x45, way.tos],
    ...u16(20 + content.length),
    ...u16(ident),
    ...u16(way.df ? DONT_FRAGMENT : 0),
    ...[Math.max(0, way.ttl - routers), protocol],
  ];
  const addresses = addressesOf(header);
  return join(before, u16(checksum(before, addresses)), addresses, content);
}

/** A UDP datagram; its checksum also covers the addresses, and is never written as 0, which means none. */
export function udpPacket(
  header: Omit<Header, 'protocol'>,
  ports: readonly [number, number],
  content: Uint8Array,
): Uint8Array {
  const length = u16(8 + content.length);
  const head = [...u16(ports[0]), ...u16(ports[1]), ...length];
  const sum = header.way.checksum
    ? checksum(addressesOf(header), [0, UDP], length, head, content) || 0xffff
    : 0;
  return packet({ ...header, protocol: UDP }, join(head, u16(sum), content));
}

/** As the checksums of UDP and TCP cover them too. */
export const addressesOf = ({ srcIp, dstIp }: Addresses): Octets => [...u32(srcIp), ...u32(dstIp)];

/** An ICMP message: type, code, checksum, and four bytes that depend on the type. */
export function icmp(type: number, code: number, rest: Octets, content: Octets): Uint8Array {
  const sum = checksum([type, code], rest, content);
  return join([type, code], u16(sum), rest, content);
}
