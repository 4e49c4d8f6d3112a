import { type Micros, SECOND } from '../../base/units.ts';
import { type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type DockerCommand, type DockerEvent, dockerEvents } from './events.ts';
import { absent, type Docker, emptyDocker, evolve, type Pull, type Run } from './state.ts';

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

/** Starts as many further layers as may run at once; unpacks what was fetched when there are none left. */
function goOn(pull: Pull, have: (digest: string) => boolean, active: readonly string[]): DockerEvent[] {
  const sizes = new Map(pull.digests.map((digest, i) => [digest, pull.sizes[i] as number]));
  const missing = [...sizes].filter(([digest]) => !have(digest) && !active.includes(digest));
  if (missing.length === 0 && active.length === 0) {
    const compressed = pull.fetch.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
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
    .map(([digest, size]) => ({ type: 'LayerStarted', image: pull.image, digest, size }));
}

/** What follows a pull that is over: runs that need none start, up to the first that needs one. */
function nextRuns(docker: Readonly<Docker>, images: ReadonlySet<string>): DockerEvent[] {
  const first = docker.queue.findIndex((run) => !images.has(run.image));
  const ready = first < 0 ? docker.queue : docker.queue.slice(0, first);
  const next = first < 0 ? [] : docker.queue.slice(first, first + 1);
  return [
    ...ready.map(starts),
    ...next.map((run): DockerEvent => ({ type: 'PullStarted', ...run, site: siteOf(run.image) })),
  ];
}

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
      return docker.power === 'starting' ? [{ type: 'Started' }] : NOTHING;
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
        ...goOn(
          { ...pull, digests, sizes, fetch: absent(docker, digests) },
          (digest) => docker.layers.has(digest),
          [],
        ),
      ];
    }
    case 'layer':
      return layerDone(command.digest, docker);
    case 'unpacked':
      if (pull?.image !== command.image) return NOTHING;
      return [
        { type: 'Pulled', image: pull.image },
        starts(pull),
        ...nextRuns(docker, new Set(docker.images).add(pull.image)),
      ];
    case 'pull-failed': {
      if (pull?.image !== command.image) return NOTHING;
      const { image, why, words, facts } = command;
      return [
        { type: 'PullFailed', image, container: pull.container, why, words, facts },
        ...nextRuns(docker, docker.images),
      ];
    }
    case 'stop':
      return [{ type: 'Stopped', digests: pull?.active ?? [] }];
  }
}

function react(
  event: DockerEvent,
  _docker: Readonly<Docker>,
  { entity: to }: Stamp,
): readonly Send<DockerCommand>[] {
  switch (event.type) {
    case 'Starting':
      return [{ to, after: START, command: { type: 'started' }, key: 'start' }];
    case 'Unpacking':
      return [{ to, after: event.takes, command: { type: 'unpacked', image: event.image }, key: 'unpack' }];
    case 'Stopped':
      return ['start', 'unpack'].map((key) => ({ to, after: NEVER, command: { type: 'stop' }, key }));
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
