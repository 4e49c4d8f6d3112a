/** How container clients pull, as data: requests in order, how many at once, what is tried again (facts/registry-and-tls.md 8). */
import { MILLISECOND, type Micros, SECOND } from '../../base/units.ts';

/** Programs whose pulls were recorded (`engine` is 20.10), and two versions of the engine that are from source. */
export type Client = 'docker-1.11' | 'engine' | 'engine-24' | 'containerd' | 'skopeo';

/** What a request is for. `data` is the body of a blob at the store that the registry redirects to; `other` is an old version's ping. */
export type Path = 'ping' | 'token' | 'manifest-tag' | 'manifest-digest' | 'blob' | 'data' | 'other';

/** A request before the blobs. Requests of one `transport` share tokens and connections. */
export interface Opening {
  readonly method: 'GET' | 'HEAD';
  readonly path: 'ping' | 'manifest-tag' | 'manifest-digest';
  readonly transport: number;
}

/** Tries of one thing: how many in all, and the wait after the nth. */
export interface Tries {
  readonly attempts: number;
  readonly wait: (attempt: number) => Micros;
  /** Only a body that was lost on the way is tried again, not a request without one. */
  readonly onlyLost: boolean;
}

export interface Profile {
  /** In order; a manifest list adds the platform's manifest by digest, and a challenge a token. */
  readonly opening: readonly Opening[];
  /** Whether connections are kept for further requests; else each request opens its own. */
  readonly keepsAlive: boolean;
  /** Newest version of TLS it speaks. */
  readonly tls: 12 | 13;
  readonly layersAtOnce: number;
  /** When the image's configuration is fetched: with the first layers, second to the last layer, or after all layers. */
  readonly config: 'beside' | 'second' | 'last';
  /** A blob that a layer's connection lost is gone on with from the byte where it stopped. */
  readonly layer: Tries;
  readonly configuration: Tries;
  /** How often a layer is asked for within one attempt when the answer is no body at all. */
  readonly opensPerAttempt: number;
  /** A HEAD that is refused is asked again as GET, whose answer has words. */
  readonly repeatsHead: boolean;
  /** A failed ping is followed by one of the protocol before, whose failure is not told. */
  readonly asksOldPing: boolean;
  /** After a layer failed the others are tried before the pull fails. */
  readonly goesOn: boolean;
  /** Manifests are kept, so that an image that is there is asked for by its tag alone. */
  readonly keepsManifests: boolean;
  /** A daemon reads its roots once in its life, other programs each time they run. */
  readonly isDaemon: boolean;
  /** Whether the folder of a registry's certificates serves Docker Hub too, and whether it takes the place of the system's roots. */
  readonly ownRoots: { readonly forHub: boolean; readonly replace: boolean };
  /** A ping or token without an answer, a connection without an answer. */
  readonly timeout: Micros;
  readonly unpacks: 'as they come' | 'at the end' | 'never';
}

const once: Tries = { attempts: 1, wait: () => 0, onlyLost: true };
const unlimited = Number.MAX_SAFE_INTEGER;

/** Waits grow by 5 s (8.2); the configuration's double from 250 ms (moby:distribution/pull_v2.go@v20.10). */
const byFive = (attempts: number): Tries => ({
  attempts,
  wait: (attempt) => attempt * 5 * SECOND,
  onlyLost: false,
});
const doubling: Tries = {
  attempts: 5,
  wait: (attempt) => 250 * MILLISECOND * 2 ** (attempt - 1),
  onlyLost: false,
};

const engine: Profile = {
  opening: [
    { method: 'GET', path: 'ping', transport: 0 },
    { method: 'HEAD', path: 'manifest-tag', transport: 0 },
    { method: 'GET', path: 'manifest-digest', transport: 0 },
  ],
  keepsAlive: false,
  tls: 13,
  layersAtOnce: 3,
  config: 'beside',
  layer: byFive(6),
  configuration: doubling,
  // The size is looked for by seeking, and the body is read all the same when that fails (8.2).
  opensPerAttempt: 2,
  repeatsHead: true,
  asksOldPing: false,
  goesOn: false,
  keepsManifests: true,
  isDaemon: true,
  ownRoots: { forHub: false, replace: false },
  timeout: 15 * SECOND,
  unpacks: 'as they come',
};

export const PROFILES: Readonly<Record<Client, Profile>> = {
  engine,
  // One attempt too many was counted from 20.10 to 23.0 (8.2).
  'engine-24': { ...engine, layer: byFive(5) },
  'docker-1.11': {
    ...engine,
    opening: [
      { method: 'GET', path: 'ping', transport: 0 },
      { method: 'GET', path: 'manifest-tag', transport: 0 },
    ],
    tls: 12,
    layer: byFive(5),
    configuration: once,
    keepsManifests: false,
    ownRoots: { forHub: false, replace: true },
  },
  // The resolver and the fetcher have a transport each, and so a token each (8.1).
  containerd: {
    ...engine,
    opening: [
      { method: 'HEAD', path: 'manifest-tag', transport: 0 },
      { method: 'GET', path: 'manifest-digest', transport: 1 },
    ],
    keepsAlive: true,
    layersAtOnce: unlimited,
    // All at once, the last layer first: Go runs the youngest goroutine before the others, and so was it recorded.
    config: 'second',
    layer: { attempts: unlimited, wait: () => 0, onlyLost: true },
    configuration: once,
    opensPerAttempt: 1,
    repeatsHead: false,
    isDaemon: false,
    ownRoots: { forHub: true, replace: false },
    timeout: 30 * SECOND,
    unpacks: 'at the end',
  },
  skopeo: {
    ...engine,
    opening: [
      { method: 'GET', path: 'ping', transport: 0 },
      { method: 'GET', path: 'manifest-tag', transport: 0 },
    ],
    layersAtOnce: 1,
    config: 'last',
    layer: once,
    configuration: once,
    opensPerAttempt: 1,
    repeatsHead: false,
    asksOldPing: true,
    goesOn: true,
    keepsManifests: false,
    isDaemon: false,
    ownRoots: { forHub: true, replace: false },
    timeout: 30 * SECOND,
    unpacks: 'never',
  },
};

/** Docker Hub's registry, which names without a host mean. */
export const HUB = 'registry-1.docker.io';

/** Whether the registry is written out in an image's name: a first part that looks like a host. */
const hostIn = (image: string): string | undefined => {
  const first = image.split('/')[0] as string;
  return image.includes('/') && /[.:]|^localhost$/.test(first) ? first : undefined;
};

/** Whether an image is named the way of Docker Hub. */
export const isHubName = (image: string): boolean =>
  /^(?:(?:index\.)?docker\.io)?$/.test(hostIn(image) ?? '');

/** The registry of an image name: its first part when that looks like a host, else Docker Hub. */
export const siteOf = (image: string): string => (isHubName(image) ? HUB : (hostIn(image) as string));

/** The repository and the tag of an image name; Docker Hub keeps names of one part under `library`. */
export function repositoryOf(image: string): { readonly repository: string; readonly tag: string } {
  const host = hostIn(image);
  const rest = host === undefined ? image : image.slice(host.length + 1);
  const [name = '', tag = 'latest'] = rest.split(':');
  return { repository: isHubName(image) && !name.includes('/') ? `library/${name}` : name, tag };
}
