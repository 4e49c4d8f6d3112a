/** ARP and echoes of a run as frames. [RFC 826, RFC 5227 1.1, RFC 792] */
import type { Micros } from '../../base/units.ts';
import type { Frame, Program } from '../capture/frame.ts';
import { ALL_MAC, NO_MAC } from './stations.ts';

/** Assumed: from a request to the answer, and from an answer to what waited for it (recorded: 20 to 100 us). */
export const ANSWERS_AFTER: Micros = 60;
export const GOES_ON_AFTER: Micros = 20;

/** Linux asks three times, one second in whole ticks of its clock apart. [golden/dhcp dora-dnsmasq-dhclient] */
export const ARP_TRIES = 3;
export const ARP_AGAIN_AFTER: Micros = 1_022_000;
/** Then what waited for an answer is dropped. */
export const UNANSWERED_AFTER: Micros = ARP_TRIES * ARP_AGAIN_AFTER;

interface Place {
  readonly at: Micros;
  readonly segment: string;
}

/** A question to everybody: who has `targetIp`? */
export function arpRequest(
  { at, segment }: Place,
  [senderMac, senderIp]: readonly [string, number],
  targetIp: number,
  more: { readonly program?: Program; readonly targetMac?: string } = {},
): Frame {
  const ends = { srcMac: senderMac, dstMac: ALL_MAC, senderMac, senderIp, targetMac: NO_MAC, targetIp };
  return { at, segment, kind: 'arp', op: 'request', ...ends, ...more };
}

export function arpReply(
  { at, segment }: Place,
  [senderMac, senderIp]: readonly [string, number],
  [targetMac, targetIp]: readonly [string, number],
): Frame {
  const ends = { srcMac: senderMac, dstMac: targetMac, senderMac, senderIp, targetMac, targetIp };
  return { at, segment, kind: 'arp', op: 'reply', ...ends };
}

/** `id` tells the echoes of one sender apart. Nobody sends a second one of a sequence here. */
export function echo(
  { at, segment }: Place,
  kind: 'echo-request' | 'echo-reply',
  [srcMac, srcIp]: readonly [string, number],
  [dstMac, dstIp]: readonly [string, number],
  id: number,
): Frame {
  return { at, segment, kind, srcMac, dstMac, srcIp, dstIp, id: id & 0xffff, sequence: 0 };
}
