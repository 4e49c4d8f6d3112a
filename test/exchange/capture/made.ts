/** Made-up frames for the tests of captures. */
import type { DhcpFrame, DhcpMessage, Frame, Program } from '../../../src/exchange/capture/frame.ts';

export const CLIENT_MAC = '00:50:56:00:02:01';
export const SERVER_MAC = '00:50:56:00:01:01';
export const ALL_MAC = 'ff:ff:ff:ff:ff:ff';
export const ip = (text: string): number =>
  text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const SERVER = ip('10.0.0.1');
const CLIENT = ip('10.0.0.100');
const BROADCAST = ip('255.255.255.255');

/** A message with nothing in it. */
export function message(type: DhcpMessage['type'], more: Partial<DhcpMessage> = {}): DhcpMessage {
  const addresses = { ciaddr: 0, yiaddr: 0, siaddr: 0, giaddr: 0 };
  return {
    type,
    xid: 0xcafe_f00d,
    secs: 0,
    broadcast: false,
    hops: 0,
    ...addresses,
    chaddr: CLIENT_MAC,
    ...more,
  };
}

/** From a client to everybody. */
export function asks(
  program: Program,
  type: DhcpMessage['type'],
  more: Partial<DhcpMessage> = {},
): Frame & DhcpFrame {
  return {
    at: 0,
    segment: 'a',
    srcMac: CLIENT_MAC,
    dstMac: ALL_MAC,
    kind: 'dhcp',
    srcIp: 0,
    dstIp: BROADCAST,
    fromPort: 68,
    toPort: 67,
    program,
    message: message(type, more),
  };
}

/** From a server to the address it gives. */
export function answers(
  program: Program,
  type: DhcpMessage['type'],
  more: Partial<DhcpMessage> = {},
): Frame & DhcpFrame {
  return {
    at: 0,
    segment: 'a',
    srcMac: SERVER_MAC,
    dstMac: CLIENT_MAC,
    kind: 'dhcp',
    srcIp: SERVER,
    dstIp: CLIENT,
    fromPort: 67,
    toPort: 68,
    program,
    message: message(type, {
      yiaddr: CLIENT,
      serverId: SERVER,
      leaseTime: 600,
      mask: ip('255.255.255.0'),
      router: SERVER,
      dns: [SERVER, ip('10.0.0.2')],
      domain: 'lab.example',
      ...more,
    }),
  };
}
