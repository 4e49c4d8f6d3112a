/** A DHCP scope and the server behind it. One entity a segment and server. */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type Check = 'none' | 'ping';

export type DhcpCommand =
  | {
      readonly type: 'configure';
      readonly segment: string;
      readonly enabled: boolean;
      readonly first: number;
      readonly last: number;
      readonly lease: Micros;
      readonly check: Check;
    }
  | { readonly type: 'start' | 'stop' }
  | { readonly type: 'discover'; readonly client: string }
  /** `address` is what the client believes it was offered or holds. */
  | { readonly type: 'request'; readonly client: string; readonly address: number }
  | { readonly type: 'release'; readonly client: string }
  | { readonly type: 'probed'; readonly client: string; readonly address: number; readonly used: boolean }
  | { readonly type: 'expire'; readonly client: string }
  | { readonly type: 'forget-offer'; readonly client: string };

export type DhcpEvent =
  | {
      readonly type: 'Configured';
      readonly segment: string;
      readonly enabled: boolean;
      readonly first: number;
      readonly last: number;
      readonly lease: Micros;
      readonly check: Check;
    }
  | { readonly type: 'Started' }
  | { readonly type: 'Stopped' }
  /** The server looks whether somebody uses the address before it offers it. */
  | { readonly type: 'Checking'; readonly client: string; readonly address: number }
  | { readonly type: 'Offered'; readonly client: string; readonly address: number }
  /** A DISCOVER that got no answer: real servers say nothing when a scope is exhausted (facts/dhcp.md section 6). */
  | {
      readonly type: 'Silent';
      readonly client: string;
      readonly why: 'dhcp.scope-exhausted';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Granted'; readonly client: string; readonly address: number; readonly until: Micros }
  | {
      readonly type: 'Refused';
      readonly client: string;
      readonly address: number;
      readonly why: 'dhcp.not-available';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Abandoned'; readonly address: number; readonly client: string }
  | { readonly type: 'Expired'; readonly client: string; readonly address: number }
  | { readonly type: 'Released'; readonly client: string; readonly address: number }
  | { readonly type: 'OfferLapsed'; readonly client: string; readonly address: number };

export const dhcpEvents: Shapes<DhcpEvent> = {
  Configured: { segment: 'text', enabled: 'bool', first: 'int', last: 'int', lease: 'int', check: 'text' },
  Started: {},
  Stopped: {},
  Checking: { client: 'text', address: 'int' },
  Offered: { client: 'text', address: 'int' },
  Silent: { client: 'text', why: 'text', words: 'text', facts: 'seqs' },
  Granted: { client: 'text', address: 'int', until: 'int' },
  Refused: { client: 'text', address: 'int', why: 'text', words: 'text', facts: 'seqs' },
  Abandoned: { address: 'int', client: 'text' },
  Expired: { client: 'text', address: 'int' },
  Released: { client: 'text', address: 'int' },
  OfferLapsed: { client: 'text', address: 'int' },
};
