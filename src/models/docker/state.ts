import type { Bytes } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { DockerEvent } from './events.ts';

export interface Run {
  readonly container: string;
  readonly image: string;
  readonly port: number;
}

/** The pull under way. Layers are fetched in order, a few at a time. */
export interface Pull extends Run {
  site: string;
  digests: readonly string[];
  sizes: readonly Bytes[];
  /** Layers that were not there when the manifest was read: those are fetched and unpacked. */
  fetch: readonly string[];
  active: string[];
}

export interface Docker {
  power: 'off' | 'starting' | 'running';
  images: Set<string>;
  layers: Set<string>;
  pull: Pull | undefined;
  queue: Run[];
  /** Event that started each container. */
  containers: Map<string, number>;
  startedSeq: number;
  /** The last failed pull, and the last event of any kind: what a wait for a service can point at. */
  failedSeq: number;
  lastSeq: number;
}

export const emptyDocker = (): Docker => ({
  power: 'off',
  images: new Set(),
  layers: new Set(),
  pull: undefined,
  queue: [],
  containers: new Map(),
  startedSeq: -1,
  failedSeq: -1,
  lastSeq: -1,
});

/** Digests of a manifest that the engine does not have yet, each once. */
export const absent = (docker: Readonly<Docker>, digests: readonly string[]): string[] => [
  ...new Set(digests.filter((digest) => !docker.layers.has(digest))),
];

export function evolve(docker: Docker, event: DockerEvent, { seq }: Stamp): void {
  docker.lastSeq = seq;
  switch (event.type) {
    case 'Starting':
      docker.power = 'starting';
      for (const image of event.preloaded) docker.images.add(image);
      return;
    case 'Started':
      docker.power = 'running';
      docker.startedSeq = seq;
      return;
    case 'Queued': {
      const { container, image, port } = event;
      docker.queue.push({ container, image, port });
      return;
    }
    case 'PullStarted': {
      const { container, image, port, site } = event;
      docker.queue = docker.queue.filter((run) => run.container !== container);
      docker.pull = { container, image, port, site, digests: [], sizes: [], fetch: [], active: [] };
      return;
    }
    case 'Connected':
    case 'Unpacking':
      return;
    case 'ManifestRead':
      if (docker.pull !== undefined) {
        const { digests, sizes } = event;
        Object.assign(docker.pull, { digests, sizes, fetch: absent(docker, digests) });
      }
      return;
    case 'LayerStarted':
      docker.pull?.active.push(event.digest);
      return;
    case 'LayerDone':
      docker.layers.add(event.digest);
      if (docker.pull !== undefined)
        docker.pull.active = docker.pull.active.filter((digest) => digest !== event.digest);
      return;
    case 'Pulled':
      docker.images.add(event.image);
      docker.pull = undefined;
      return;
    case 'PullFailed':
      docker.pull = undefined;
      docker.failedSeq = seq;
      return;
    case 'ContainerStarted':
      docker.queue = docker.queue.filter((run) => run.container !== event.container);
      docker.containers.set(event.container, seq);
      return;
    case 'Stopped':
      docker.power = 'off';
      docker.pull = undefined;
      docker.queue = [];
      docker.containers.clear();
      return;
  }
}
