/** Bytes as wire formats want them: numbers, texts, hardware addresses, and the checksum of the Internet. */

/** Bytes of any kind that can be joined: an array of them, or a piece of a frame. */
export type Octets = ArrayLike<number>;

const PAIR = /[0-9a-f]{2}/gi;
const UTF8 = new TextEncoder();

/** Big-endian, the order of the network. */
export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
/** Little-endian, the order of our capture files. */
export const le16 = (value: number): Octets => [value & 255, (value >>> 8) & 255];
export const le32 = (value: number): Octets => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  value >>> 24,
];

export const zeros = (count: number): Octets => new Uint8Array(Math.max(0, count));
export const text = (value: string): Octets => UTF8.encode(value);

/** The pairs of hexadecimal digits in a text: `00:50:56:00:01:01`, or `005056000101`. */
export function hex(value: string): Octets {
  return (value.match(PAIR) ?? []).map((pair) => Number.parseInt(pair, 16));
}

/** Some bytes after others. */
export function join(...parts: readonly Octets[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    // `set` is for pieces: for a handful of numbers it costs more than it saves.
    if (part.length > 16) whole.set(part, at);
    else for (let i = 0; i < part.length; i++) whole[at + i] = part[i] ?? 0;
    at += part.length;
  }
  return whole;
}

/**
 * The one's complement sum of the 16-bit words of some bytes, folded and inverted. All parts but the last have
 * an even length. [RFC 1071 1]
 */
export function checksum(...parts: readonly Octets[]): number {
  let sum = 0;
  for (const part of parts)
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** A number of 32 bits that differs between contents. [draft-eastlake-fnv-17 2] */
export function fnv1a(bytes: Octets): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** The same with its halves folded, in 16 bits. Not a checksum: those see no order. */
export function digest16(bytes: Uint8Array): number {
  const hash = fnv1a(bytes);
  return ((hash >>> 16) ^ hash) & 0xffff;
}
