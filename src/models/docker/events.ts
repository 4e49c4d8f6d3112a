/** A container client on one machine: pulls, layers, containers (facts/registry-and-tls.md section 8). */
import type { Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';
import type { Client, Path } from './profile.ts';

/** What a registry, or a proxy in its place, answered. `to` is where it redirects to; `bytes` is what will come of a body. */
export interface Answer {
  readonly id: number;
  readonly status: number;
  readonly to: string;
  readonly bytes: Bytes;
  readonly words: string;
  readonly facts: readonly number[];
  /** Of a manifest: whether it is a list of platforms, else its layers. */
  readonly list: boolean;
  readonly digests: readonly string[];
  readonly sizes: readonly Bytes[];
}

/** Roots, and the registry in whose folder they are; the empty text stands for the machine's own store. */
export interface Roots {
  readonly registry: string;
  readonly roots: readonly string[];
  readonly from: readonly Micros[];
  readonly until: readonly Micros[];
}

export type DockerCommand =
  | {
      readonly type: 'configure';
      readonly client: Client;
      /** Registries that have a folder of roots of their own, and registries that are not verified. */
      readonly ownRoots: readonly string[];
      readonly insecure: readonly string[];
    }
  /** A mirror that is asked for images of Docker Hub before the Hub itself. */
  | { readonly type: 'mirror'; readonly site: string }
  /** The user that it says it is to a proxy, and what says so: `HTTPS_PROXY=http://user:password@proxy`. */
  | { readonly type: 'proxy-user'; readonly user: string; readonly facts: readonly number[] }
  | { readonly type: 'start'; readonly preloaded: readonly string[] }
  | { readonly type: 'started' }
  /** `docker run`: pulls the image when it is not there. */
  | { readonly type: 'run'; readonly container: string; readonly image: string; readonly port: number }
  /** `docker pull`: asks the registry even when the image is there. */
  | { readonly type: 'pull'; readonly image: string }
  /** A session with a host is open: that of the oldest request that waits for one. */
  | { readonly type: 'connected'; readonly host: string }
  /** It could not be opened. */
  | {
      readonly type: 'cut-off';
      readonly host: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | ({ readonly type: 'answer' } & Answer)
  /** Frames go astray: these exchanges stall, `got` bytes into their bodies. `lost`: their far ends are reset. */
  | {
      readonly type: 'stall';
      readonly ids: readonly number[];
      readonly got: readonly Bytes[];
      readonly lost: boolean;
      readonly facts: readonly number[];
    }
  /** A stalled exchange goes on, or turns out to be lost. */
  | { readonly type: 'resume'; readonly id: number }
  | { readonly type: 'lost'; readonly id: number; readonly words: string }
  | { readonly type: 'layer'; readonly digest: string }
  | { readonly type: 'retry'; readonly image: string; readonly digest: string }
  | { readonly type: 'unpacked'; readonly image: string; readonly digest: string }
  | { readonly type: 'stop' }
  /** Somebody restarts the engine on its machine. */
  | { readonly type: 'restart' }
  /** Somebody puts roots into the machine's store or, where one is named, into the folder of a registry. */
  | ({ readonly type: 'add-roots' } & Roots);

export type DockerEvent =
  | { readonly type: 'Starting'; readonly preloaded: readonly string[] }
  | { readonly type: 'Started' }
  /** Another run waits until the pull under way is over. */
  | { readonly type: 'Queued'; readonly container: string; readonly image: string; readonly port: number }
  /** `container` is empty for a pull alone. */
  | {
      readonly type: 'PullStarted';
      readonly container: string;
      readonly image: string;
      readonly port: number;
      readonly site: string;
    }
  /** The session that a request waits for is open. */
  | { readonly type: 'Connected'; readonly image: string; readonly id: number; readonly host: string }
  | {
      readonly type: 'ManifestRead';
      readonly image: string;
      readonly digests: readonly string[];
      readonly sizes: readonly Bytes[];
    }
  | { readonly type: 'LayerStarted'; readonly image: string; readonly digest: string; readonly size: Bytes }
  | { readonly type: 'LayerDone'; readonly image: string; readonly digest: string }
  | {
      readonly type: 'Unpacking';
      readonly image: string;
      readonly digest: string;
      readonly takes: Micros;
    }
  | { readonly type: 'Pulled'; readonly image: string }
  /** Not tried again by the engine: a node's script does not look at exit codes, a kubelet asks anew. `digests` were under way. */
  | {
      readonly type: 'PullFailed';
      readonly image: string;
      readonly container: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
      readonly digests: readonly string[];
    }
  | {
      readonly type: 'ContainerStarted';
      readonly container: string;
      readonly image: string;
      readonly port: number;
    }
  /** `digests` are the layers that were under way. */
  | { readonly type: 'Stopped'; readonly digests: readonly string[] }
  | {
      readonly type: 'Configured';
      readonly client: Client;
      readonly ownRoots: readonly string[];
      readonly insecure: readonly string[];
    }
  /** Roots were read: the system's when `fresh`, and those of a registry's folder when one is named. */
  | { readonly type: 'RootsLoaded'; readonly registry: string; readonly fresh: boolean }
  /** `step` is the place among the requests before the blobs, or -1. `kept`: on a connection that is open. */
  | {
      readonly type: 'Requested';
      readonly image: string;
      readonly id: number;
      readonly step: number;
      readonly transport: number;
      readonly method: 'GET' | 'HEAD';
      readonly host: string;
      readonly path: Path;
      readonly blob: string;
      readonly from: Bytes;
      readonly authorized: boolean;
      readonly kept: boolean;
    }
  | {
      readonly type: 'Answered';
      readonly image: string;
      readonly id: number;
      readonly status: number;
      readonly bytes: Bytes;
    }
  /** A failure that is not the end of the pull yet. */
  | {
      readonly type: 'SetBack';
      readonly image: string;
      readonly digest: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'Retrying';
      readonly image: string;
      readonly digest: string;
      readonly attempt: number;
      readonly wait: Micros;
      readonly words: string;
    }
  | { readonly type: 'Unpacked'; readonly image: string; readonly digest: string }
  | { readonly type: 'Mirrored'; readonly site: string }
  /** A mirror failed, and the pull begins again at `site`. `digests` were under way. */
  | {
      readonly type: 'FellThrough';
      readonly image: string;
      readonly site: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
      readonly digests: readonly string[];
    }
  | { readonly type: 'ProxyUserSet'; readonly user: string; readonly facts: readonly number[] }
  /** The program ends and begins again. Its containers come back, a pull does not. */
  | { readonly type: 'Restarting' }
  /** Up again. Not `Started`: a machine's script runs its containers once. */
  | { readonly type: 'Restarted' }
  /** `unread`: the engine has read the machine's store before, and looks there no more in this life. */
  | ({ readonly type: 'RootsAdded'; readonly unread: boolean } & Roots)
  /** Nobody is there to do it. */
  | {
      readonly type: 'NotDone';
      readonly asked: 'restart' | 'add-roots';
      readonly why: 'engine.not-running';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'Stalled';
      readonly image: string;
      readonly ids: readonly number[];
      readonly got: readonly Bytes[];
      readonly lost: boolean;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Resumed'; readonly image: string; readonly id: number };

const run = { container: 'text', image: 'text', port: 'int' } as const;
const layer = { image: 'text', digest: 'text' } as const;
const failure = { why: 'text', words: 'text', facts: 'seqs' } as const;

export const dockerEvents: Shapes<DockerEvent> = {
  Starting: { preloaded: 'texts' },
  Started: {},
  Queued: run,
  PullStarted: { ...run, site: 'text' },
  Connected: { image: 'text', id: 'int', host: 'text' },
  ManifestRead: { image: 'text', digests: 'texts', sizes: 'ints' },
  LayerStarted: { ...layer, size: 'int' },
  LayerDone: layer,
  Unpacking: { ...layer, takes: 'int' },
  Pulled: { image: 'text' },
  PullFailed: { image: 'text', container: 'text', ...failure, digests: 'texts' },
  ContainerStarted: run,
  Stopped: { digests: 'texts' },
  Configured: { client: 'text', ownRoots: 'texts', insecure: 'texts' },
  RootsLoaded: { registry: 'text', fresh: 'bool' },
  Requested: {
    image: 'text',
    id: 'int',
    step: 'int',
    transport: 'int',
    method: 'text',
    host: 'text',
    path: 'text',
    blob: 'text',
    from: 'int',
    authorized: 'bool',
    kept: 'bool',
  },
  Answered: { image: 'text', id: 'int', status: 'int', bytes: 'int' },
  SetBack: { ...layer, ...failure },
  Retrying: { ...layer, attempt: 'int', wait: 'int', words: 'text' },
  Unpacked: layer,
  Mirrored: { site: 'text' },
  FellThrough: { image: 'text', site: 'text', ...failure, digests: 'texts' },
  ProxyUserSet: { user: 'text', facts: 'seqs' },
  Restarting: {},
  Restarted: {},
  RootsAdded: { registry: 'text', roots: 'texts', from: 'ints', until: 'ints', unread: 'bool' },
  NotDone: { asked: 'text', ...failure },
  Stalled: { image: 'text', ids: 'ints', got: 'ints', lost: 'bool', facts: 'seqs' },
  Resumed: { image: 'text', id: 'int' },
};
