/** A DHCP server: its scopes, one for each segment that it serves, and its lease database. */
import { type DhcpReply, type DhcpRequest, replyShape, requestShape } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';
import type { ServerProfile, Software } from './profile.ts';

/** What of a product's table is set otherwise, and the T1 and T2 that the server is told to send (0: none). */
export type ServerSettings = Partial<Omit<ServerProfile, 'rules'>> & {
  readonly t1?: Micros;
  readonly t2?: Micros;
  /** Further options that clients are told, by name. */
  readonly options?: Readonly<Record<string, unknown>>;
};

/** One scope, and with it the server. The first segment that a server is configured for is the one it is on. */
export interface ScopeSettings {
  readonly segment: string;
  readonly enabled: boolean;
  readonly software: Software;
  /** The server's own addresses; the first one identifies it. */
  readonly addresses: readonly number[];
  readonly network: number;
  readonly prefix: number;
  readonly router: number;
  /** First and last address of each pool, pair after pair. */
  readonly ranges: readonly number[];
  readonly settings: ServerSettings;
}

export type DhcpCommand =
  | ({ readonly type: 'configure' } & ScopeSettings)
  | {
      readonly type: 'reserve';
      readonly segment: string;
      readonly address: number;
      readonly mac: string;
      readonly clientId: string;
    }
  | { readonly type: 'start' | 'stop' | 'forget-leases' }
  /** `waited`: it comes out of the queue of messages that waited. */
  | { readonly type: 'hear'; readonly request: DhcpRequest; readonly waited?: boolean }
  /** Somebody answered for an address that is being checked. */
  | { readonly type: 'in-use'; readonly address: number }
  /** Timers of its own, each about one address. */
  | { readonly type: 'checked' | 'lapse' | 'expire' | 'restore'; readonly address: number };

/** How an address came to be chosen. */
export type Choice = 'lease' | 'offer' | 'reserved' | 'former' | 'wished' | 'new' | 'reclaimed';

export type DhcpEvent =
  | ({ readonly type: 'Configured' } & ScopeSettings)
  | { readonly type: 'Started' }
  | { readonly type: 'Stopped' }
  /** The server looks whether somebody uses the address before it offers it. `first` is where its search through the pool began. */
  | ({
      readonly type: 'Checking';
      readonly address: number;
      readonly how: Choice;
      readonly first: number;
      readonly wait: Micros;
    } & DhcpRequest)
  | ({
      readonly type: 'Offered';
      readonly clientId: string;
      readonly how: Choice;
      readonly checked: boolean;
    } & DhcpReply)
  /** A message that got no answer, for a reason that is worth knowing: an exhausted scope is silent (facts/dhcp.md section 6). */
  | {
      readonly type: 'Silent';
      readonly client: string;
      readonly why: 'dhcp.scope-exhausted' | 'dhcp.not-authoritative' | 'dhcp.unknown-lease';
      readonly words: string;
      readonly facts: readonly number[];
      /** Whether nobody was given anything since the last such silence. */
      readonly again: boolean;
    }
  | ({
      readonly type: 'Granted';
      readonly clientId: string;
      readonly how: Choice;
      readonly until: Micros;
    } & DhcpReply)
  | ({
      readonly type: 'Refused';
      readonly address: number;
      readonly why: 'dhcp.not-available';
      readonly facts: readonly number[];
    } & DhcpReply)
  /** An address that somebody else was found to use; it is withheld until then. */
  | { readonly type: 'Abandoned'; readonly address: number; readonly client: string; readonly until: Micros }
  | { readonly type: 'Expired'; readonly client: string; readonly address: number }
  | { readonly type: 'Released'; readonly client: string; readonly address: number }
  | { readonly type: 'OfferLapsed'; readonly client: string; readonly address: number }
  /** A client found its address in use; `heeded` when the server took it for true, and withholds the address until then. */
  | {
      readonly type: 'Declined';
      readonly client: string;
      readonly address: number;
      readonly heeded: boolean;
      readonly until: Micros;
    }
  /** An address that was withheld can be given out again. */
  | { readonly type: 'Restored'; readonly address: number }
  /** A message that came during a check, answered at `until`. */
  | ({ readonly type: 'Postponed'; readonly until: Micros } & DhcpRequest)
  | ({ readonly type: 'Informed' } & DhcpReply)
  | {
      readonly type: 'Reserved';
      readonly segment: string;
      readonly address: number;
      readonly mac: string;
      readonly clientId: string;
    }
  | { readonly type: 'LeasesForgotten' };

export const dhcpEvents: Shapes<DhcpEvent> = {
  Configured: {
    segment: 'text',
    enabled: 'bool',
    software: 'text',
    addresses: 'ints',
    network: 'int',
    prefix: 'int',
    router: 'int',
    ranges: 'ints',
    settings: 'data',
  },
  Started: {},
  Stopped: {},
  Checking: { ...requestShape, address: 'int', how: 'text', first: 'int', wait: 'int' },
  Offered: { ...replyShape, clientId: 'text', how: 'text', checked: 'bool' },
  Silent: { client: 'text', why: 'text', words: 'text', facts: 'seqs', again: 'bool' },
  Granted: { ...replyShape, clientId: 'text', how: 'text', until: 'int' },
  Refused: { ...replyShape, address: 'int', why: 'text', facts: 'seqs' },
  Abandoned: { address: 'int', client: 'text', until: 'int' },
  Expired: { client: 'text', address: 'int' },
  Released: { client: 'text', address: 'int' },
  OfferLapsed: { client: 'text', address: 'int' },
  Declined: { client: 'text', address: 'int', heeded: 'bool', until: 'int' },
  Restored: { address: 'int' },
  Postponed: { ...requestShape, until: 'int' },
  Informed: replyShape,
  Reserved: { segment: 'text', address: 'int', mac: 'text', clientId: 'text' },
  LeasesForgotten: {},
};
