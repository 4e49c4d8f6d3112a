/** Frames in terms of their protocols: what an export derives from a log, and `encode` writes. */
import type { Micros } from '../../base/units.ts';
import type { DhcpMessage, Program } from './message.ts';
import type { Octets } from './octets.ts';

/** One frame that a sniffer on a segment would have recorded. Addresses are unsigned 32-bit numbers, MACs text: `00:50:56:00:01:01`. */
export type Frame = FrameHead & (ArpFrame | EchoFrame | DhcpFrame | UnreachableFrame | TcpFrame);

export interface FrameHead {
  /** Since the start of the run. */
  readonly at: Micros;
  readonly segment: string;
  readonly srcMac: string;
  readonly dstMac: string;
  /** Shown beside the frame by readers of the capture. */
  readonly comment?: string;
}

/** A probe has `senderIp` 0, an announcement `senderIp` = `targetIp`. [RFC 5227 1.1] */
export interface ArpFrame {
  readonly kind: 'arp';
  readonly op: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderIp: number;
  readonly targetMac: string;
  readonly targetIp: number;
  /** Whoever built it, if it was not the kernel: busybox fills its own up to the least Ethernet frame. */
  readonly program?: Program;
}

/** Columns of the IPv4 header that a capture may know better than the tables. */
interface Ipv4 {
  readonly srcIp: number;
  readonly dstIp: number;
  /** Identification, where the sender takes one; without it a number made from the content. */
  readonly ident?: number;
  /** Routers passed on the way to this segment, 0 if absent: each takes one off the time to live. */
  readonly routers?: number;
}

export interface EchoFrame extends Ipv4 {
  readonly kind: 'echo-request' | 'echo-reply';
  readonly id: number;
  readonly sequence: number;
}

export interface DhcpFrame extends Ipv4 {
  readonly kind: 'dhcp';
  readonly fromPort: number;
  readonly toPort: number;
  /** Who sends the frame. */
  readonly program: Program;
  /** Who wrote the options, if a relay passes them on. */
  readonly author?: Program;
  readonly message: DhcpMessage;
}

/** ICMP port unreachable: the host is up, and nothing listens there. */
export interface UnreachableFrame extends Ipv4 {
  readonly kind: 'unreachable';
  /** The datagram that could not be delivered. */
  readonly original: DhcpFrame;
}

export type TcpFlag = 'FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK';

/** A segment of a TCP connection. [RFC 9293 3.1] */
export interface TcpFrame extends Ipv4 {
  readonly kind: 'tcp';
  readonly fromPort: number;
  readonly toPort: number;
  readonly flags: readonly TcpFlag[];
  /** Number of the first byte of data, and of the byte that is expected next, modulo 2^32. */
  readonly sequence: number;
  readonly expects: number;
  /** Most data in a segment that the sender takes: said with SYN only. */
  readonly mss?: number;
  readonly data: Octets;
}
