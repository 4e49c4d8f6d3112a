/**
 * What joins two segments for DHCP: a relay agent on the router between them (RFC 1542, RFC 3046), or a line that only delays or loses
 * messages. Every message that it puts on the other side is an event.
 */
import { type DhcpReply, type DhcpRequest, replyShape, requestShape } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** Which answers a line loses: of each kind the first, second and so on, counted from 1. */
export interface Loss {
  readonly kind: 'OFFER' | 'ACK' | 'NAK';
  readonly which: readonly number[];
}

export interface RelaySettings {
  /** The segment of the clients and that of the servers. */
  readonly near: string;
  readonly far: string;
  /** Its addresses on both; 0 on a line, which has none and routes nothing. */
  readonly nearAddress: number;
  readonly farAddress: number;
  /** Servers that a relay agent passes requests on to; empty: it only routes. */
  readonly servers: readonly number[];
  /** Whether it adds option 82. */
  readonly option82: boolean;
  readonly delayToServer: Micros;
  readonly delayToClient: Micros;
  readonly losses: readonly Loss[];
  /** Whether the agent relays; a router that does not still routes. */
  readonly enabled: boolean;
}

export type RelayCommand =
  | ({ readonly type: 'declare' } & RelaySettings)
  | { readonly type: 'start' | 'stop' }
  /** Its side of the clients moves to another subnet. */
  | { readonly type: 'renumber'; readonly nearAddress: number }
  | { readonly type: 'request'; readonly request: DhcpRequest }
  | { readonly type: 'reply'; readonly reply: DhcpReply }
  /** What was held for its delay leaves now. */
  | { readonly type: 'pass-request'; readonly request: DhcpRequest }
  | { readonly type: 'pass-reply'; readonly reply: DhcpReply };

export type RelayEvent =
  | ({ readonly type: 'Declared' } & RelaySettings)
  | { readonly type: 'Started' }
  | { readonly type: 'Stopped' }
  | { readonly type: 'Renumbered'; readonly near: string; readonly nearAddress: number }
  /** A request on the server's segment: relayed (giaddr is set), routed, or merely passed on. */
  | ({ readonly type: 'Relayed'; readonly routed: boolean } & DhcpRequest)
  /** An answer on the client's segment. */
  | ({ readonly type: 'Delivered'; readonly routed: boolean } & DhcpReply)
  | ({ readonly type: 'Lost' } & DhcpReply)
  /** A message that is held for the delay of the line. */
  | ({ readonly type: 'RequestHeld'; readonly wait: Micros } & DhcpRequest)
  | ({ readonly type: 'ReplyHeld'; readonly wait: Micros } & DhcpReply);

export const relayEvents: Shapes<RelayEvent> = {
  Declared: {
    near: 'text',
    far: 'text',
    nearAddress: 'int',
    farAddress: 'int',
    servers: 'ints',
    option82: 'bool',
    delayToServer: 'int',
    delayToClient: 'int',
    losses: 'data',
    enabled: 'bool',
  },
  Started: {},
  Stopped: {},
  Renumbered: { near: 'text', nearAddress: 'int' },
  Relayed: { ...requestShape, routed: 'bool' },
  Delivered: { ...replyShape, routed: 'bool' },
  Lost: replyShape,
  RequestHeld: { ...requestShape, wait: 'int' },
  ReplyHeld: { ...replyShape, wait: 'int' },
};
