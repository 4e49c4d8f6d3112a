/** Segments of TCP. [RFC 9293 3.1] */
import type { TcpFlag, TcpFrame } from './described.ts';
import { SOCKET } from './habits.ts';
import { addressesOf, packet } from './ipv4.ts';
import { checksum, join, type Octets, u16, u32 } from './octets.ts';

const TCP = 6;
const FLAGS: readonly TcpFlag[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK'];
const MSS_OPTION = [2, 4];
/** What a receiver takes at once, without window scaling: the most that the field holds, which Linux offers near enough (assumed). */
const WINDOW = 0xffff;

/** The IPv4 packet of a segment; a reset closes its window. */
export function tcp(frame: TcpFrame): Uint8Array {
  const { srcIp, dstIp, ident, routers, flags, mss, data } = frame;
  const options: Octets = mss === undefined ? [] : [...MSS_OPTION, ...u16(mss)];
  const bits = flags.reduce((sum, flag) => sum | (1 << FLAGS.indexOf(flag)), 0);
  const before = [
    ...[...u16(frame.fromPort), ...u16(frame.toPort)],
    ...[...u32(frame.sequence), ...u32(frame.expects)],
    ...[((20 + options.length) / 4) << 4, bits, ...u16(flags.includes('RST') ? 0 : WINDOW)],
  ];
  const after = [...u16(0), ...Array.from(options)];
  const length = u16(before.length + 2 + after.length + data.length);
  const sum = checksum(addressesOf(frame), [0, TCP], length, before, after, data);
  const header = { way: SOCKET, protocol: TCP, srcIp, dstIp, ident, routers };
  return packet(header, join(before, u16(sum), after, data));
}
