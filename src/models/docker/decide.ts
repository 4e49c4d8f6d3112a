import { type Micros, SECOND } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type DockerCommand, type DockerEvent, dockerEvents } from './events.ts';
import { again, answer, beginPull, bodyEnded, cutOff, layerUnpacked } from './pull.ts';
import { CONFIG, type Docker, emptyDocker, evolve, type Run } from './state.ts';
import { dockerUpcasts, dockerVersions } from './upcasts.ts';

/** Starting the engine. Assumed. */
const START: Micros = 3 * SECOND;
/** What whoever asks for something reads while no engine runs. Assumed: the words of Docker 1.11, for every client. */
const NOBODY = 'Cannot connect to the Docker daemon. Is the docker daemon running on this host?';

const starts = (run: Run): DockerEvent => ({
  type: 'ContainerStarted',
  container: run.container,
  image: run.image,
  port: run.port,
});

const needsPull = (run: Run, images: ReadonlySet<string>) => run.container === '' || !images.has(run.image);

/** A run that is asked for: it waits while a pull is under way or the engine starts. */
function begin(run: Run, docker: Readonly<Docker>): readonly DockerEvent[] {
  if (run.container !== '' && docker.containers.has(run.container)) return NOTHING;
  if (docker.pull !== undefined || docker.power !== 'running') return [{ type: 'Queued', ...run }];
  return needsPull(run, docker.images) ? beginPull(run, docker) : [starts(run)];
}

/** What follows a pull that is over: runs that need none start, up to the first that needs one. */
function nextRuns(docker: Readonly<Docker>, images: ReadonlySet<string>): DockerEvent[] {
  const first = docker.queue.findIndex((run) => needsPull(run, images));
  const ready = first < 0 ? docker.queue : docker.queue.slice(0, first);
  const next = first < 0 ? undefined : docker.queue[first];
  const fresh = { ...docker, idle: new Map<string, number>() };
  return [...ready.map(starts), ...(next === undefined ? [] : beginPull(next, fresh))];
}

/** Adds what the end of a pull lets begin. */
function afterPull(events: readonly DockerEvent[], docker: Readonly<Docker>): readonly DockerEvent[] {
  const end = events.at(-1);
  const { pull } = docker;
  if (pull === undefined || (end?.type !== 'Pulled' && end?.type !== 'PullFailed')) return events;
  const { container, image, port } = pull;
  if (end.type === 'PullFailed') return [...events, ...nextRuns(docker, docker.images)];
  const own = container === '' ? [] : [starts({ container, image, port })];
  return [...events, ...own, ...nextRuns(docker, new Set(docker.images).add(image))];
}

/** Somebody asks, and no engine runs: because it stopped, or because it is not there yet. */
const unheard = ({ stoppedSeq }: Readonly<Docker>, { cause }: Context) => ({
  why: 'engine.not-running' as const,
  words: NOBODY,
  facts: [cause, stoppedSeq].filter((seq) => seq >= 0),
});

function whileOff(
  command: DockerCommand,
  docker: Readonly<Docker>,
  context: Context,
): readonly DockerEvent[] {
  switch (command.type) {
    case 'start':
      return [{ type: 'Starting', preloaded: command.preloaded }];
    case 'pull': {
      const { image } = command;
      return [{ type: 'PullFailed', image, container: '', ...unheard(docker, context), digests: [] }];
    }
    case 'restart':
    case 'add-roots':
      return [{ type: 'NotDone', asked: command.type, ...unheard(docker, context) }];
    default:
      return NOTHING;
  }
}

/** What waits for the engine is lost with it, and nobody asks again; containers have `--restart=always` (facts/photon-and-vdvs.md 5.3). */
function restart({ pull, queue }: Readonly<Docker>, { cause }: Context): readonly DockerEvent[] {
  const lost = pull === undefined ? [] : [pull, ...queue];
  const failed = lost.map(({ image, container }, i): DockerEvent => {
    const digests = i === 0 ? (pull?.active ?? []) : [];
    const why = 'engine.not-running';
    return { type: 'PullFailed', image, container, why, words: NOBODY, facts: [cause], digests };
  });
  return [...failed, { type: 'Restarting' }];
}

function decide(command: DockerCommand, docker: Readonly<Docker>, context: Context): readonly DockerEvent[] {
  if (command.type === 'configure') return [{ ...command, type: 'Configured' }];
  if (command.type === 'mirror') return [{ ...command, type: 'Mirrored' }];
  if (command.type === 'proxy-user') return [{ ...command, type: 'ProxyUserSet' }];
  if (docker.power === 'off') return whileOff(command, docker, context);
  switch (command.type) {
    case 'start':
      return NOTHING;
    case 'started': {
      if (docker.power === 'running') return NOTHING;
      const type = docker.power === 'starting' ? 'Started' : 'Restarted';
      return [{ type }, ...nextRuns(docker, docker.images)];
    }
    case 'run': {
      const { container, image, port } = command;
      return begin({ container, image, port }, docker);
    }
    case 'pull':
      return begin({ container: '', image: command.image, port: 0 }, docker);
    case 'stop':
      return [{ type: 'Stopped', digests: docker.pull?.active ?? [] }];
    case 'restart':
      return docker.power === 'running'
        ? restart(docker, context)
        : [{ type: 'NotDone', asked: 'restart', ...unheard(docker, context) }];
    case 'add-roots':
      return [{ ...command, type: 'RootsAdded', unread: command.registry === '' && docker.hasRoots }];
    default:
      return afterPull(inPull(command, docker), docker);
  }
}

type InPull = Extract<
  DockerCommand,
  {
    type: 'connected' | 'cut-off' | 'answer' | 'layer' | 'retry' | 'unpacked' | 'stall' | 'resume' | 'lost';
  }
>;

function inPull(command: InPull, docker: Readonly<Docker>): readonly DockerEvent[] {
  const { pull } = docker;
  if (pull === undefined) return NOTHING;
  switch (command.type) {
    case 'connected':
    case 'cut-off': {
      const { host } = command;
      // Handshakes with one host end in the order in which they began.
      const exchange = [...pull.open.values()].find(
        (open) => open.phase === 'connecting' && open.host === host && open.stalled === undefined,
      );
      if (exchange === undefined) return NOTHING;
      if (command.type === 'cut-off') return cutOff({ ...command, status: 0 }, exchange, pull, docker);
      return [{ type: 'Connected', image: pull.image, id: exchange.id, host }];
    }
    case 'stall': {
      const { ids, got, lost, facts } = command;
      const open = ids.flatMap((id, i) => (pull.open.has(id) ? [{ id, got: got[i] as number }] : []));
      if (open.length === 0) return NOTHING;
      const stalled = { ids: open.map(({ id }) => id), got: open.map((one) => one.got), lost, facts };
      return [{ type: 'Stalled', image: pull.image, ...stalled }];
    }
    case 'resume':
      return pull.open.get(command.id)?.stalled === undefined
        ? NOTHING
        : [{ type: 'Resumed', image: pull.image, id: command.id }];
    case 'lost': {
      const exchange = pull.open.get(command.id);
      if (exchange?.stalled === undefined) return NOTHING;
      const { facts } = exchange.stalled;
      const found = { why: 'registry.unreachable', words: command.words, facts, status: 0 };
      return cutOff(found, exchange, pull, docker);
    }
    case 'answer':
      return answer(command, pull, docker);
    case 'layer':
      return bodyEnded(command.digest, pull, docker);
    case 'retry':
      return pull.image === command.image ? again(command.digest, pull, docker) : NOTHING;
    case 'unpacked':
      return pull.image === command.image ? layerUnpacked(command.digest, pull, docker) : NOTHING;
  }
}

const retryKey = (digest: string) => `retry ${digest}`;

function react(
  event: DockerEvent,
  _docker: Readonly<Docker>,
  { entity: to }: Stamp,
): readonly Send<DockerCommand>[] {
  switch (event.type) {
    case 'Starting':
    case 'Restarting':
      return [{ to, after: START, command: { type: 'started' }, key: 'start' }];
    case 'Unpacking': {
      const { image, digest, takes } = event;
      return [{ to, after: takes, command: { type: 'unpacked', image, digest }, key: 'unpack' }];
    }
    case 'Retrying': {
      const { image, digest, wait } = event;
      return [{ to, after: wait, command: { type: 'retry', image, digest }, key: retryKey(digest) }];
    }
    case 'PullFailed':
    case 'FellThrough':
      return withdrawn(to, ['unpack', ...[CONFIG, ...event.digests].map(retryKey)]);
    case 'Stopped':
      return withdrawn(to, ['start', 'unpack', ...[CONFIG, ...event.digests].map(retryKey)]);
    default:
      return NOTHING;
  }
}

const withdrawn = (to: Stamp['entity'], keys: readonly string[]): readonly Send<DockerCommand>[] =>
  keys.map((key) => ({ to, after: NEVER, command: { type: 'stop' }, key }));

export const docker: Model<Docker, DockerCommand, DockerEvent> = {
  name: 'docker',
  versions: dockerVersions,
  upcasts: dockerUpcasts,
  events: dockerEvents,
  initial: emptyDocker,
  decide,
  evolve,
  react,
};
