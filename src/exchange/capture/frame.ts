/** Described frames as the bytes that would have been on the wire. */
import type { ArpFrame, DhcpFrame, EchoFrame, Frame, UnreachableFrame } from './described.ts';
import { payload, wayOf } from './dhcp.ts';
import { SOCKET } from './habits.ts';
import { ICMP, icmp, packet, udpPacket } from './ipv4.ts';
import type { Program } from './message.ts';
import { hex, join, type Octets, u16, u32, zeros } from './octets.ts';
import { tcp } from './tcp.ts';

export type {
  ArpFrame,
  DhcpFrame,
  EchoFrame,
  Frame,
  FrameHead,
  TcpFrame,
  UnreachableFrame,
} from './described.ts';
export type { DhcpMessage, MessageType, Program } from './message.ts';

const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806 } as const;
/** Least bytes after an Ethernet header. [IEEE 802.3 4.2.3.3] */
const LEAST_CONTENT = 46;
const PORT_UNREACHABLE = [3, 3] as const;
const ECHO = { 'echo-request': 8, 'echo-reply': 0 } as const;

/** Whole frames, from the destination address on, without the frame check sequence: what a sniffer records. */
export function encode(frame: Frame): Uint8Array {
  const type = frame.kind === 'arp' ? ETHERTYPE.arp : ETHERTYPE.ipv4;
  return join(hex(frame.dstMac), hex(frame.srcMac), u16(type), contentOf(frame));
}

function contentOf(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'arp':
      return arp(frame);
    case 'dhcp':
      return dhcp(frame);
    case 'unreachable':
      return unreachable(frame);
    case 'tcp':
      return tcp(frame);
    default:
      return echo(frame);
  }
}

/** Builders of ARP frames that fill them up; virtual network cards do not. [golden/dhcp dora-dnsmasq-udhcpc-arp; busybox arpping.c] */
const FILLS_ARP: readonly (Program | undefined)[] = ['udhcpc', 'udhcpd'];

/** [RFC 826] */
function arp(frame: ArpFrame): Uint8Array {
  const bytes = join(
    u16(1),
    u16(ETHERTYPE.ipv4),
    [6, 4],
    u16(frame.op === 'request' ? 1 : 2),
    hex(frame.senderMac),
    u32(frame.senderIp),
    hex(frame.targetMac),
    u32(frame.targetIp),
  );
  return FILLS_ARP.includes(frame.program) ? join(bytes, zeros(LEAST_CONTENT - bytes.length)) : bytes;
}

function dhcp(frame: DhcpFrame): Uint8Array {
  const { srcIp, dstIp, ident, routers } = frame;
  const header = { way: wayOf(frame), srcIp, dstIp, ident, routers };
  return udpPacket(header, [frame.fromPort, frame.toPort], payload(frame));
}

/** 20 zero bytes of data, as dnsmasq and ISC dhcpd send them; only the request may not be cut up. [golden/dhcp dora-isc-dhclient] */
function echo(frame: EchoFrame): Uint8Array {
  const way = { ...SOCKET, df: frame.kind === 'echo-request' };
  const rest = join(u16(frame.id), u16(frame.sequence));
  return icmpPacket(frame, way, icmp(ECHO[frame.kind], 0, rest, zeros(20)));
}

/** The kernel quotes the datagram whole and keeps its type of service. [golden/dhcp rebind-kea-udhcpc; RFC 1812 4.3.2.5] */
function unreachable(frame: UnreachableFrame): Uint8Array {
  const way = { ...SOCKET, df: false, tos: 0xc0 | wayOf(frame.original).tos };
  const quoted: Octets = dhcp(frame.original);
  return icmpPacket(frame, way, icmp(...PORT_UNREACHABLE, zeros(4), quoted));
}

function icmpPacket(
  { srcIp, dstIp, ident, routers }: EchoFrame | UnreachableFrame,
  way: typeof SOCKET,
  message: Uint8Array,
): Uint8Array {
  return packet({ way, protocol: ICMP, srcIp, dstIp, ident, routers }, message);
}
