/** Reads pcapng files, our own and recorded ones: only what the tests of captures look at. Little-endian, one section. */

export interface ReadPacket {
  readonly number: number;
  readonly segment: string;
  /** Microseconds. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly comment: string | undefined;
}

export interface ReadCapture {
  readonly header: ReadonlyMap<number, string>;
  readonly segments: readonly string[];
  readonly packets: readonly ReadPacket[];
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 6;
const COMMENT = 1;
const NAME = 2;

export function readCapture(bytes: Uint8Array): ReadCapture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: ReadonlyMap<number, string> = new Map();
  const segments: string[] = [];
  const packets: ReadPacket[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    const end = at + length - 4;
    if (length % 4 !== 0 || view.getUint32(end, true) !== length) throw new Error(`bad block at ${at}`);
    if (type === SECTION_HEADER) {
      if (view.getUint32(at + 8, true) !== 0x1a2b3c4d) throw new Error('not little-endian');
      header = options(bytes, at + 24, end);
    } else if (type === INTERFACE) {
      segments.push(options(bytes, at + 16, end).get(NAME) ?? '');
    } else if (type === PACKET) {
      const [segment = 0, high = 0, low = 0, captured = 0] = [8, 12, 16, 20].map((o) =>
        view.getUint32(at + o, true),
      );
      const from = at + 28;
      packets.push({
        number: packets.length + 1,
        segment: segments[segment] ?? '?',
        at: high * 2 ** 32 + low,
        bytes: bytes.subarray(from, from + captured),
        comment: options(bytes, from + Math.ceil(captured / 4) * 4, end).get(COMMENT),
      });
    }
    at += length;
  }
  return { header, segments, packets };
}

/** Options as text, by code. */
function options(bytes: Uint8Array, from: number, end: number): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (let at = from; at + 4 <= end; ) {
    const [code, length] = [bytes[at]! + 256 * bytes[at + 1]!, bytes[at + 2]! + 256 * bytes[at + 3]!];
    if (code === 0) break;
    found.set(code, new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Options of the DHCP message in a frame, in wire order, as [code, hex]. */
export function dhcpOptions(frame: Uint8Array): [number, string][] {
  const found: [number, string][] = [];
  for (let at = 14 + 20 + 8 + 240; at < frame.length && frame[at] !== 255; at += 2 + frame[at + 1]!)
    found.push([frame[at]!, toHex(frame.subarray(at + 2, at + 2 + frame[at + 1]!))]);
  return found;
}

/** Whether the checksums of an IPv4 frame are right, each computed by its definition. A UDP checksum of 0 is none. */
export function checksums(frame: Uint8Array): { ip: boolean; udp?: boolean; icmp?: boolean; tcp?: boolean } {
  const ip = frame.subarray(14, 34);
  const content = frame.subarray(34);
  const header = sum(ip) === 0xffff;
  if (ip[9] === 1) return { ip: header, icmp: sum(content) === 0xffff };
  if (ip[9] === 6) {
    const length = Uint8Array.of(content.length >> 8, content.length & 255);
    const ends = Uint8Array.of(...ip.subarray(12, 20), 0, 6, ...length);
    return { ip: header, tcp: sum(ends, content) === 0xffff };
  }
  if (content[6] === 0 && content[7] === 0) return { ip: header };
  const pseudo = Uint8Array.of(...ip.subarray(12, 20), 0, 17, ...content.subarray(4, 6));
  return { ip: header, udp: sum(pseudo, content) === 0xffff };
}

/** The one's complement sum of 16-bit words: 0xffff over bytes that hold their own right checksum. */
function sum(...parts: readonly Uint8Array[]): number {
  let total = 0;
  for (const part of parts) for (const [i, byte] of part.entries()) total += i % 2 === 0 ? byte * 256 : byte;
  while (total > 0xffff) total = (total % 0x10000) + Math.floor(total / 0x10000);
  return total;
}
