/** Proxies between a network and the internet, some of which re-sign every TLS session. */
import type { BitsPerSecond, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/**
 * How a product forges leaves (facts/registry-and-tls.md section 5): Squid copies the dates of the origin and sends its authorities with
 * the root, mitmproxy makes the leaf valid from two days ago and sends it alone, others begin now and send what leads up to the root.
 */
export type Habit = 'plain' | 'squid' | 'mitmproxy';

/** Whether clients were told of it and ask it by CONNECT, or it takes up connections in their way that are meant for others (section 5). */
export type Mode = 'explicit' | 'transparent';

export type ProxyCommand =
  | {
      readonly type: 'declare';
      readonly networks: readonly string[];
      readonly bandwidth: BitsPerSecond;
      readonly up: boolean;
    }
  | {
      readonly type: 'inspect';
      readonly intercept: boolean;
      readonly issuer: string;
      readonly backdate: Micros;
      readonly bypass: readonly string[];
    }
  | { readonly type: 'forge'; readonly habit: Habit }
  | { readonly type: 'place'; readonly mode: Mode }
  /** Who may use it: whoever is none of these users is asked who it is. */
  | { readonly type: 'guard'; readonly users: readonly string[] }
  /** A session with a host is asked for, with the issuer of the origin's leaf, and dates to copy. */
  | {
      readonly type: 'connect';
      readonly asker: string;
      readonly host: string;
      /** The user that the client says it is, or the empty text, and the event that told it. */
      readonly user: string;
      readonly userSeq: number;
      readonly issuer: string;
      readonly from: Micros;
      readonly until: Micros;
      /** Whether the origin answers the proxy, and the event that says so. */
      readonly reachable: boolean;
      readonly originSeq: number;
    }
  /** Roots that the proxy itself trusts, and the status of its page when it does not trust an origin. */
  | { readonly type: 'trust'; readonly roots: readonly string[]; readonly status: number }
  /** A request inside a session that the proxy re-signed for an origin that it does not trust. */
  | { readonly type: 'answer'; readonly asker: string; readonly host: string; readonly id: number }
  /** A request inside a session that the proxy re-signed for an origin that does not answer it; `originSeq` as above. */
  | {
      readonly type: 'miss';
      readonly asker: string;
      readonly host: string;
      readonly id: number;
      readonly originSeq: number;
    };

export type ProxyEvent =
  | {
      readonly type: 'Declared';
      readonly networks: readonly string[];
      readonly bandwidth: BitsPerSecond;
      readonly up: boolean;
    }
  | {
      readonly type: 'Inspecting';
      readonly intercept: boolean;
      readonly issuer: string;
      readonly backdate: Micros;
      readonly bypass: readonly string[];
    }
  /** The session passes untouched. `facts` name the origin. */
  | {
      readonly type: 'Tunnelled';
      readonly asker: string;
      readonly host: string;
      readonly issuer: string;
      readonly from: Micros;
      readonly until: Micros;
      readonly facts: readonly number[];
    }
  /** The session was re-signed: the client sees a leaf of the proxy's own root. `facts` name what made the proxy inspect. */
  | {
      readonly type: 'Resigned';
      readonly asker: string;
      readonly host: string;
      readonly issuer: string;
      readonly from: Micros;
      readonly until: Micros;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'Refused';
      readonly asker: string;
      readonly host: string;
      readonly why: 'proxy.down' | 'proxy.authentication' | 'registry.unreachable';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Trusting'; readonly roots: readonly string[]; readonly status: number }
  /** The proxy's own page, under a certificate that the client trusts. */
  | {
      readonly type: 'Answered';
      readonly asker: string;
      readonly host: string;
      readonly id: number;
      readonly status: number;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Forging'; readonly habit: Habit }
  | { readonly type: 'Placed'; readonly mode: Mode }
  | { readonly type: 'Guarded'; readonly users: readonly string[] }
  /** The proxy's own page about an origin that does not answer it, in the session that it re-signed. */
  | {
      readonly type: 'Missed';
      readonly asker: string;
      readonly host: string;
      readonly id: number;
      readonly status: number;
      readonly why: 'registry.unreachable';
      readonly words: string;
      readonly facts: readonly number[];
    };

const session = {
  asker: 'text',
  host: 'text',
  issuer: 'text',
  from: 'int',
  until: 'int',
  facts: 'seqs',
} as const;

export const proxyEvents: Shapes<ProxyEvent> = {
  Declared: { networks: 'texts', bandwidth: 'int', up: 'bool' },
  Inspecting: { intercept: 'bool', issuer: 'text', backdate: 'int', bypass: 'texts' },
  Tunnelled: session,
  Resigned: session,
  Refused: { asker: 'text', host: 'text', why: 'text', words: 'text', facts: 'seqs' },
  Trusting: { roots: 'texts', status: 'int' },
  Answered: { asker: 'text', host: 'text', id: 'int', status: 'int', facts: 'seqs' },
  Forging: { habit: 'text' },
  Placed: { mode: 'text' },
  Guarded: { users: 'texts' },
  Missed: {
    ...{ asker: 'text', host: 'text', id: 'int', status: 'int' },
    ...{ why: 'text', words: 'text', facts: 'seqs' },
  },
};
