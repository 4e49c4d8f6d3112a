/** Image registries on the internet, with their token services and blob stores: certificates, images, layers, and what goes wrong. */
import type { BitsPerSecond, Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** How an attempt to reach a host ends (facts/registry-and-tls.md 8.2). */
export type Reach =
  | 'ok'
  | 'refused'
  | 'no-such-name'
  | 'resolver-silent'
  | 'no-answer'
  | 'nobody-on-the-link';

/** A request as it reaches a host. `blob` is a digest or `config`; `from` the first byte wanted of it. */
export interface Request {
  readonly image: string;
  readonly asker: string;
  readonly id: number;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly blob: string;
  readonly from: Bytes;
  readonly authorized: boolean;
  /** Length of the blob, which the registry's own list of images tells its blob store. */
  readonly size: Bytes;
  /** The address that it comes from: the asker's own, or that of the proxy in between. With the event that put it there. */
  readonly source: string;
  readonly sourceSeq: number;
}

/** How many manifests one address may fetch in a window (facts/registry-and-tls.md 8.3). */
interface Limit {
  readonly pulls: number;
  readonly per: Micros;
}

/** Where the parts of a registry are. Empty `token`: nobody is asked for one; empty `blobs`: it sends blobs itself. */
interface Parts {
  readonly token: string;
  readonly blobs: string;
  /** Newest version of TLS, 12 or 13. */
  readonly tls: number;
  /** What one transfer gets at most; 0 is without a bound. */
  readonly perTransfer: BitsPerSecond;
  readonly reach: Reach;
  /** Whether something close by accepts connections for it, so that TCP's own round trip takes no time. */
  readonly near: boolean;
}

/** What goes wrong with requests of a kind, so many times: another status, a delay, or a body cut off after so many bytes. */
interface Disturbance {
  readonly path: string;
  /** Lengths of the bodies it befalls. */
  readonly least: Bytes;
  readonly most: Bytes;
  /** 0: the right one. */
  readonly status: number;
  /** -1: the whole body. */
  readonly cut: Bytes;
  readonly times: number;
}

/** Where a site stands: inside the company, so that no proxy is on the way to it; and the registry that it is a pull-through cache of. */
interface Place {
  readonly inside: boolean;
  /** Empty: it holds its images itself. */
  readonly origin: string;
}

/** What a cache's origin said of a manifest. */
interface Origin extends Contents {
  readonly status: number;
  readonly words: string;
  readonly facts: readonly number[];
}

interface Site {
  readonly issuer: string;
  readonly from: Micros;
  readonly until: Micros;
  readonly rtt: Micros;
  readonly bandwidth: BitsPerSecond;
  readonly up: boolean;
}

interface Contents {
  readonly image: string;
  readonly digests: readonly string[];
  readonly sizes: readonly Bytes[];
  /** Whether its tag names a list of platforms, so that the layers are one manifest further. */
  readonly list: boolean;
}

/** What its certificate says besides: host names that it is valid for, and the authorities whose certificates are sent along. */
interface Showing {
  readonly names: readonly string[];
  readonly sends: readonly string[];
}

export type RegistryCommand =
  | ({ readonly type: 'declare' } & Site)
  | ({ readonly type: 'certify' } & Showing)
  | ({ readonly type: 'arrange' } & Parts)
  | ({ readonly type: 'disturb' } & Disturbance)
  | ({ readonly type: 'publish' } & Contents)
  | ({ readonly type: 'limit' } & Limit)
  | ({ readonly type: 'place' } & Place)
  | ({ readonly type: 'filled' } & Origin)
  | ({ readonly type: 'request' } & Request);

/** Who asked what. */
export interface Asked {
  readonly image: string;
  readonly asker: string;
  readonly id: number;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
}

export type RegistryEvent =
  | ({ readonly type: 'Declared' } & Site)
  | ({ readonly type: 'Published' } & Contents)
  /** A manifest, or the head of one. */
  | ({ readonly type: 'Served' } & Asked & Omit<Contents, 'image'>)
  | ({
      readonly type: 'Missing';
      readonly why: 'image.not-found';
      readonly words: string;
      readonly facts: readonly number[];
    } & Asked)
  | ({ readonly type: 'Arranged' } & Parts)
  | ({ readonly type: 'Disturbed' } & Disturbance)
  /** Any other answer. `disturbance` is the number of what went wrong, or -1. */
  | ({
      readonly type: 'Answered';
      readonly blob: string;
      readonly from: Bytes;
      readonly status: number;
      readonly to: string;
      readonly bytes: Bytes;
      readonly words: string;
      readonly facts: readonly number[];
      readonly disturbance: number;
    } & Asked)
  | ({ readonly type: 'Certified' } & Showing)
  | ({ readonly type: 'Limited' } & Limit)
  /** A manifest is on account of an address, whose window began with this pull if `first`. */
  | {
      readonly type: 'Counted';
      readonly source: string;
      readonly first: boolean;
      readonly facts: readonly number[];
    }
  /** An address had its pulls. `facts` are the limit, what put the address there, and the pull that its window began with. */
  | ({
      readonly type: 'TurnedAway';
      readonly source: string;
      readonly why: 'registry.rate-limited';
      readonly words: string;
      readonly facts: readonly number[];
    } & Asked)
  | ({ readonly type: 'Placed' } & Place)
  /** A manifest that a cache does not have: whoever asks waits, and for the `first` of them the origin is asked. */
  | ({ readonly type: 'Fetching'; readonly first: boolean } & Asked)
  | ({ readonly type: 'Filled' } & Origin)
  /** A cache keeps a layer from now on; the bytes for this asker come from the origin. */
  | { readonly type: 'Kept'; readonly digest: string; readonly asker: string };

const asked = { image: 'text', asker: 'text', id: 'int', method: 'text', path: 'text' } as const;

export const registryEvents: Shapes<RegistryEvent> = {
  Declared: { issuer: 'text', from: 'int', until: 'int', rtt: 'int', bandwidth: 'int', up: 'bool' },
  Published: { image: 'text', digests: 'texts', sizes: 'ints', list: 'bool' },
  Served: { ...asked, digests: 'texts', sizes: 'ints', list: 'bool' },
  Missing: { ...asked, why: 'text', words: 'text', facts: 'seqs' },
  Arranged: { token: 'text', blobs: 'text', tls: 'int', perTransfer: 'int', reach: 'text', near: 'bool' },
  Disturbed: { path: 'text', least: 'int', most: 'int', status: 'int', cut: 'int', times: 'int' },
  Answered: {
    ...asked,
    blob: 'text',
    from: 'int',
    status: 'int',
    to: 'text',
    bytes: 'int',
    words: 'text',
    facts: 'seqs',
    disturbance: 'int',
  },
  Certified: { names: 'texts', sends: 'texts' },
  Limited: { pulls: 'int', per: 'int' },
  Counted: { source: 'text', first: 'bool', facts: 'seqs' },
  TurnedAway: { ...asked, source: 'text', why: 'text', words: 'text', facts: 'seqs' },
  Placed: { inside: 'bool', origin: 'text' },
  Fetching: { ...asked, first: 'bool' },
  Filled: {
    ...{ image: 'text', digests: 'texts', sizes: 'ints', list: 'bool' },
    ...{ status: 'int', words: 'text', facts: 'seqs' },
  },
  Kept: { digest: 'text', asker: 'text' },
};
