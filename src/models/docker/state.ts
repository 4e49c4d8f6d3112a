import type { Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { DockerEvent } from './events.ts';
import { type Client, isHubName, PROFILES, siteOf } from './profile.ts';

export interface Run {
  /** Empty for a pull alone. */
  readonly container: string;
  readonly image: string;
  readonly port: number;
}

/** Since when an exchange hears nothing, what that rests on, and whether its far end is reset. */
export interface Stall {
  readonly at: Micros;
  readonly facts: readonly number[];
  readonly lost: boolean;
}

/** A request without its answer, or with one whose body is on its way. */
export interface Exchange extends Readonly<Omit<Extract<DockerEvent, { type: 'Requested' }>, 'type'>> {
  phase: 'connecting' | 'waiting' | 'receiving';
  /** Bytes of the body that will come. */
  bytes: Bytes;
  stalled: Stall | undefined;
}

/** What is known of a blob of the pull under way. The image's configuration has no size before it is there. */
export interface Blob {
  readonly size: Bytes;
  got: Bytes;
  attempt: number;
  /** Requests without a body within this attempt. */
  opens: number;
  state: 'waiting' | 'moving' | 'resting' | 'done' | 'failed';
}

export interface Setback {
  readonly why: string;
  readonly words: string;
  readonly facts: readonly number[];
}

/** The pull under way. Layers are fetched in order, a few at a time. */
export interface Pull extends Run {
  site: string;
  /** The last request before the blobs, and the transports that have a token. */
  step: number;
  tokens: number[];
  open: Map<number, Exchange>;
  digests: readonly string[];
  sizes: readonly Bytes[];
  /** Layers that were not there when the manifest was read: those are fetched and unpacked. */
  fetch: readonly string[];
  active: string[];
  blobs: Map<string, Blob>;
  /** Layers that were unpacked, and the one that is. */
  unpacked: string[];
  unpacking: string;
  setback: Setback | undefined;
}

export interface Docker {
  power: 'off' | 'starting' | 'restarting' | 'running';
  client: Client;
  ownRoots: readonly string[];
  insecure: readonly string[];
  /** The site that is asked for images of Docker Hub first, or the empty text. */
  mirror: string;
  /** The user that it says it is to a proxy, or the empty text, and the event that told it. */
  proxyUser: string;
  proxyUserSeq: number;
  /** Whether this life of the program has read the system's roots. */
  hasRoots: boolean;
  images: Set<string>;
  layers: Set<string>;
  pull: Pull | undefined;
  queue: Run[];
  nextId: number;
  /** Connections that wait for a further request, by host and transport. */
  idle: Map<string, number>;
  containers: Map<string, Run>;
  /** Those that ran when the engine was restarted last, and come back with it. */
  returning: ReadonlySet<string>;
  startedSeq: number;
  stoppedSeq: number;
  /** The last pull for a container that failed, and the last event of any kind: what a wait for a service can point at. */
  failedSeq: number;
  lastSeq: number;
}

export const emptyDocker = (): Docker => ({
  power: 'off',
  client: 'docker-1.11',
  ownRoots: [],
  insecure: [],
  mirror: '',
  proxyUser: '',
  proxyUserSeq: -1,
  hasRoots: false,
  images: new Set(),
  layers: new Set(),
  pull: undefined,
  queue: [],
  nextId: 1,
  idle: new Map(),
  containers: new Map(),
  returning: new Set(),
  startedSeq: -1,
  stoppedSeq: -1,
  failedSeq: -1,
  lastSeq: -1,
});

/** The registry that an image is asked of first. A mirror serves Docker Hub names only (facts/registry-and-tls.md 8.3). */
export const firstSite = ({ mirror }: Readonly<Docker>, image: string): string =>
  mirror !== '' && isHubName(image) ? mirror : siteOf(image);

/** A pull before its first request. */
const pullOf = ({ container, image, port }: Run, site: string): Pull => ({
  container,
  ...{ image, port, site, step: 0, tokens: [], open: new Map(), digests: [], sizes: [] },
  ...{ fetch: [], active: [], blobs: new Map(), unpacked: [], unpacking: '', setback: undefined },
});

/** How an image's configuration is named among its blobs. */
export const CONFIG = 'config';

/** Digests of a manifest that the engine does not have yet, each once. */
export const absent = (docker: Readonly<Docker>, digests: readonly string[]): string[] => [
  ...new Set(digests.filter((digest) => !docker.layers.has(digest))),
];

/** The registry whose folder of roots a pull is verified with besides the system's, or the empty text. */
export function ownRootsFor({ client, ownRoots }: Readonly<Docker>, image: string): string {
  const site = siteOf(image);
  const isServed = ownRoots.includes(site) && (PROFILES[client].ownRoots.forHub || !isHubName(image));
  return isServed ? site : '';
}

/** Exchanges of the pull under way. */
export const allOpen = (docker: Readonly<Docker> | undefined): readonly Readonly<Exchange>[] => [
  ...(docker?.pull?.open.values() ?? []),
];

/** The exchange whose body comes in for a blob, if one does. */
export const receiving = (pull: Readonly<Pull>, digest: string): Exchange | undefined =>
  [...pull.open.values()].find(
    ({ blob, phase, stalled }) => blob === digest && phase === 'receiving' && stalled === undefined,
  );

export const idleKey = (host: string, transport: number): string => `${host} ${transport}`;

const blobOf = (size: Bytes): Blob => ({ size, got: 0, attempt: 1, opens: 0, state: 'waiting' });

function readManifest(docker: Docker, pull: Pull, digests: readonly string[], sizes: readonly Bytes[]): void {
  pull.digests = digests;
  pull.sizes = sizes;
  pull.fetch = absent(docker, digests);
  for (const digest of pull.fetch) pull.blobs.set(digest, blobOf(sizes[digests.indexOf(digest)] as number));
  pull.blobs.set(CONFIG, blobOf(0));
}

/** A connection is free again when its answer was read to the end: not when the client turned away from a body. */
function close(docker: Docker, pull: Pull, { id, host, transport, method }: Exchange, status: number): void {
  pull.open.delete(id);
  if (!PROFILES[docker.client].keepsAlive || status === 0 || (status >= 400 && method === 'GET')) return;
  const key = idleKey(host, transport);
  docker.idle.set(key, (docker.idle.get(key) ?? 0) + 1);
}

function requested(docker: Docker, pull: Pull, { type: _, ...request }: DockerEvent & { type: 'Requested' }) {
  const { id, host, transport, step, path, blob, kept } = request;
  docker.nextId = id + 1;
  pull.open.set(id, { bytes: 0, stalled: undefined, phase: kept ? 'waiting' : 'connecting', ...request });
  if (step >= 0) pull.step = step;
  const key = idleKey(host, transport);
  if (kept) docker.idle.set(key, (docker.idle.get(key) ?? 1) - 1);
  const moving = pull.blobs.get(blob);
  if (moving === undefined) return;
  moving.state = 'moving';
  if (path === 'blob') moving.opens += 1;
}

function answered(docker: Docker, pull: Pull, { id, status, bytes }: DockerEvent & { type: 'Answered' }) {
  const exchange = pull.open.get(id);
  if (exchange === undefined) return;
  const blob = pull.blobs.get(exchange.blob);
  const isBody = blob !== undefined && status >= 200 && status < 300;
  if (exchange.path === 'token' && status < 300) pull.tokens.push(exchange.transport);
  if (isBody && exchange.blob !== CONFIG) {
    exchange.phase = 'receiving';
    exchange.bytes = bytes;
    return;
  }
  if (isBody) blob.state = 'done';
  close(docker, pull, exchange, status);
}

/** Exchanges hear nothing from now on: what has come of their bodies is kept. */
function stalled(
  pull: Pull,
  { ids, got, lost, facts }: DockerEvent & { type: 'Stalled' },
  { at, seq }: Stamp,
): void {
  for (const [i, id] of ids.entries()) {
    const exchange = pull.open.get(id);
    if (exchange === undefined) continue;
    const bytes = got[i] as Bytes;
    exchange.stalled = { at, lost, facts: [seq, ...facts] };
    exchange.bytes -= bytes;
    const blob = pull.blobs.get(exchange.blob);
    if (blob !== undefined) blob.got += bytes;
  }
}

/** A body came to its end, whole or not. */
function received(docker: Docker, pull: Pull, digest: string): void {
  const exchange = receiving(pull, digest);
  const blob = pull.blobs.get(digest);
  if (exchange === undefined || blob === undefined) return;
  blob.got += exchange.bytes;
  pull.open.delete(exchange.id);
  if (blob.got >= blob.size) close(docker, pull, exchange, 200);
}

/** What happens to the pull under way. */
function evolvePull(docker: Docker, pull: Pull, event: DockerEvent, stamp: Stamp): void {
  switch (event.type) {
    case 'Requested':
      requested(docker, pull, event);
      return;
    case 'Connected': {
      const exchange = pull.open.get(event.id);
      if (exchange !== undefined) exchange.phase = 'waiting';
      return;
    }
    case 'Answered':
      answered(docker, pull, event);
      return;
    case 'ManifestRead':
      readManifest(docker, pull, event.digests, event.sizes);
      return;
    case 'LayerStarted':
      pull.active.push(event.digest);
      return;
    case 'LayerDone':
      received(docker, pull, event.digest);
      pull.active = pull.active.filter((digest) => digest !== event.digest);
      setBlob(pull, event.digest, 'done');
      return;
    case 'Retrying': {
      received(docker, pull, event.digest);
      drop(pull, event.digest);
      const blob = pull.blobs.get(event.digest);
      if (blob !== undefined) Object.assign(blob, { attempt: event.attempt + 1, opens: 0, state: 'resting' });
      return;
    }
    case 'SetBack':
      received(docker, pull, event.digest);
      drop(pull, event.digest);
      pull.active = pull.active.filter((digest) => digest !== event.digest);
      setBlob(pull, event.digest, 'failed');
      pull.setback ??= { why: event.why, words: event.words, facts: event.facts };
      return;
    case 'Stalled':
      stalled(pull, event, stamp);
      return;
    case 'Resumed': {
      const exchange = pull.open.get(event.id);
      if (exchange !== undefined) exchange.stalled = undefined;
      return;
    }
    case 'Unpacking':
      pull.unpacking = event.digest;
      return;
    case 'Unpacked':
      pull.unpacking = '';
      pull.unpacked.push(event.digest);
      return;
    default:
      return;
  }
}

function setBlob(pull: Pull, digest: string, state: Blob['state']): void {
  const blob = pull.blobs.get(digest);
  if (blob !== undefined) blob.state = state;
}

/** Requests for a blob that lead nowhere, or all before the blobs. */
function drop(pull: Pull, blob: string): void {
  for (const [id, exchange] of pull.open) if (exchange.blob === blob) pull.open.delete(id);
}

export function evolve(docker: Docker, event: DockerEvent, stamp: Stamp): void {
  const { seq } = stamp;
  docker.lastSeq = seq;
  if (docker.pull !== undefined) evolvePull(docker, docker.pull, event, stamp);
  switch (event.type) {
    case 'Configured':
      docker.client = event.client;
      docker.ownRoots = event.ownRoots;
      docker.insecure = event.insecure;
      return;
    case 'Starting':
      docker.power = 'starting';
      for (const image of event.preloaded) docker.images.add(image);
      return;
    case 'Started':
    case 'Restarted':
      docker.power = 'running';
      docker.startedSeq = seq;
      return;
    case 'RootsLoaded':
      if (event.fresh) docker.hasRoots = PROFILES[docker.client].isDaemon;
      return;
    case 'Queued': {
      const { container, image, port } = event;
      docker.queue.push({ container, image, port });
      return;
    }
    case 'PullStarted': {
      const { container, image } = event;
      docker.queue = docker.queue.filter((run) => run.container !== container || run.image !== image);
      docker.idle.clear();
      docker.pull = pullOf(event, event.site);
      return;
    }
    case 'Mirrored':
      docker.mirror = event.site;
      return;
    case 'ProxyUserSet':
      docker.proxyUser = event.user;
      docker.proxyUserSeq = seq;
      return;
    case 'FellThrough':
      if (docker.pull !== undefined) docker.pull = pullOf(docker.pull, event.site);
      return;
    case 'LayerDone':
      docker.layers.add(event.digest);
      return;
    case 'Pulled':
      docker.images.add(event.image);
      docker.pull = undefined;
      return;
    case 'PullFailed':
      docker.pull = undefined;
      if (event.container !== '') docker.failedSeq = seq;
      return;
    case 'ContainerStarted': {
      const { container, image, port } = event;
      docker.queue = docker.queue.filter((run) => run.container !== container);
      docker.containers.set(container, { container, image, port });
      return;
    }
    case 'Restarting':
      docker.power = 'restarting';
      docker.hasRoots = false;
      docker.queue = [...docker.containers.values()];
      docker.returning = new Set(docker.containers.keys());
      docker.containers.clear();
      return;
    case 'RootsAdded': {
      const { registry } = event;
      if (registry !== '') docker.ownRoots = [...new Set([...docker.ownRoots, registry])];
      return;
    }
    case 'Stopped':
      docker.power = 'off';
      docker.stoppedSeq = seq;
      docker.returning = new Set();
      docker.pull = undefined;
      docker.hasRoots = false;
      docker.queue = [];
      docker.containers.clear();
      return;
    default:
      return;
  }
}
