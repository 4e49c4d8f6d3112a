import { type Micros, SECOND } from '../../base/units.ts';
import { type Model, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type DockerCommand, type DockerEvent, dockerEvents } from './events.ts';
import { type Docker, emptyDocker, evolve, type Pull, type Run } from './state.ts';

/** Starting the engine. Assumed. */
const START: Micros = 3 * SECOND;
/** Layers fetched at once, a constant in Docker 1.11 (facts/registry-and-tls.md 8.2). */
const LAYERS_AT_ONCE = 3;
/** Unpacked bytes per compressed byte, and unpacked bytes per second of gunzip in Go: the middle of what was measured (8.5). */
const RATIO = 3.3;
const UNPACK_RATE = 130e6;

/** The registry of an image name: its first part when that looks like a host, else Docker Hub. */
export function siteOf(image: string): string {
  const first = image.split('/')[0] as string;
  return image.includes('/') && /[.:]/.test(first) ? first : 'registry-1.docker.io';
}

const starts = (run: Run): DockerEvent => ({
  type: 'ContainerStarted',
  container: run.container,
  image: run.image,
  port: run.port,
});

const begins = (run: Run, docker: Readonly<Docker>): DockerEvent =>
  docker.images.has(run.image) ? starts(run) : { type: 'PullStarted', ...run, site: siteOf(run.image) };

/** Starts as many further layers as may run at once; unpacks when there are none left to fetch. */
function goOn(pull: Pull, have: (digest: string) => boolean, active: readonly string[]): DockerEvent[] {
  const wanted = pull.digests.map((digest, i) => ({ digest, size: pull.sizes[i] as number }));
  const missing = wanted.filter(({ digest }) => !have(digest) && !active.includes(digest));
  if (missing.length === 0 && active.length === 0) {
    const compressed = wanted.reduce((sum, layer) => sum + layer.size, 0);
    return [
      {
        type: 'Unpacking',
        image: pull.image,
        takes: Math.round(((compressed * RATIO) / UNPACK_RATE) * SECOND),
      },
    ];
  }
  return missing
    .slice(0, LAYERS_AT_ONCE - active.length)
    .map(({ digest, size }) => ({ type: 'LayerStarted', image: pull.image, digest, size }));
}

/** What follows a pull that is over, well or not. */
const nextRun = (docker: Readonly<Docker>): DockerEvent[] => {
  const run = docker.queue[0];
  return run === undefined ? [] : [begins(run, docker)];
};

function layerDone(digest: string, docker: Readonly<Docker>): readonly DockerEvent[] {
  const pull = docker.pull;
  if (pull === undefined || !pull.active.includes(digest)) return NOTHING;
  const active = pull.active.filter((other) => other !== digest);
  const done: DockerEvent = { type: 'LayerDone', image: pull.image, digest };
  return [done, ...goOn(pull, (other) => other === digest || docker.layers.has(other), active)];
}

function decide(command: DockerCommand, docker: Readonly<Docker>): readonly DockerEvent[] {
  if (docker.power === 'off' && command.type !== 'start') return NOTHING;
  const pull = docker.pull;
  switch (command.type) {
    case 'start':
      return docker.power === 'off' ? [{ type: 'Starting', preloaded: command.preloaded }] : NOTHING;
    case 'started':
      return [{ type: 'Started' }];
    case 'run': {
      const { container, image, port } = command;
      if (docker.containers.has(container)) return NOTHING;
      return [
        pull === undefined
          ? begins({ container, image, port }, docker)
          : { type: 'Queued', container, image, port },
      ];
    }
    case 'connected':
      return pull?.image === command.image ? [{ type: 'Connected', image: command.image }] : NOTHING;
    case 'manifest': {
      if (pull?.image !== command.image) return NOTHING;
      const { image, digests, sizes } = command;
      return [
        { type: 'ManifestRead', image, digests, sizes },
        ...goOn({ ...pull, digests, sizes }, (digest) => docker.layers.has(digest), []),
      ];
    }
    case 'layer':
      return layerDone(command.digest, docker);
    case 'unpacked':
      if (pull?.image !== command.image) return NOTHING;
      return [{ type: 'Pulled', image: pull.image }, starts(pull), ...nextRun(docker)];
    case 'pull-failed': {
      if (pull?.image !== command.image) return NOTHING;
      const { image, why, words, facts } = command;
      return [
        { type: 'PullFailed', image, container: pull.container, why, words, facts },
        ...nextRun(docker),
      ];
    }
    case 'stop':
      return [{ type: 'Stopped' }];
  }
}

function react(
  event: DockerEvent,
  _docker: Readonly<Docker>,
  { entity: to }: Stamp,
): readonly Send<DockerCommand>[] {
  switch (event.type) {
    case 'Starting':
      return [{ to, after: START, command: { type: 'started' } }];
    case 'Unpacking':
      return [{ to, after: event.takes, command: { type: 'unpacked', image: event.image } }];
    default:
      return NOTHING;
  }
}

export const docker: Model<Docker, DockerCommand, DockerEvent> = {
  name: 'docker',
  events: dockerEvents,
  initial: emptyDocker,
  decide,
  evolve,
  react,
};
