import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { docker } from '../../src/models/docker/decide.ts';
import type { DockerCommand, DockerEvent } from '../../src/models/docker/events.ts';
import { repositoryOf, siteOf } from '../../src/models/docker/profile.ts';
import { itself, specify } from '../support/spec.ts';

const spec = specify(docker, 'docker/zookeeper-1');

const IMAGE = 'esxcloud/zookeeper';
const OTHER = 'quay.io/coreos/etcd:v2.0.8';
const HUB = 'registry-1.docker.io';
const MB = 1_000_000;
const running = spec.given({ type: 'Starting', preloaded: [] }, { type: 'Started' });
const run = (container: string, image = IMAGE): DockerCommand => ({
  type: 'run',
  container,
  image,
  port: 2181,
});
const pulling = (container: string, image = IMAGE, site = HUB): DockerEvent => ({
  type: 'PullStarted',
  container,
  image,
  port: 2181,
  site,
});
const started = (container: string, image = IMAGE): DockerEvent => ({
  type: 'ContainerStarted',
  container,
  image,
  port: 2181,
});
const layer = (digest: string, size = 13 * MB, image = IMAGE): DockerEvent => ({
  type: 'LayerStarted',
  image,
  digest,
  size,
});
const done = (digest: string, image = IMAGE): DockerEvent => ({ type: 'LayerDone', image, digest });
const read = (digests: string[], image = IMAGE): DockerEvent => ({
  type: 'ManifestRead',
  image,
  digests,
  sizes: digests.map(() => 13 * MB),
});
/** What a run that pulls begins with: roots are read once in the engine's life, then the ping goes out. */
const ping = (id = 1, image = IMAGE, host = HUB): DockerEvent => ({
  ...{ type: 'Requested', image, id, step: 0, transport: 0, method: 'GET', host, path: 'ping' },
  ...{ blob: '', from: 0, authorized: false, kept: false },
});
const begun = (container: string, id = 1, image = IMAGE, site = HUB): DockerEvent[] => [
  pulling(container, image, site),
  { type: 'RootsLoaded', registry: '', fresh: true },
  ping(id, image, site),
];
const failure = (words: string): DockerCommand => ({
  ...{ type: 'cut-off', host: HUB, why: 'registry.unreachable', words, facts: [9] },
});
const noTimers = ['start', 'unpack', 'retry config'].map((key) => itself(NEVER, { type: 'stop' }, key));

describe('the engine', () => {
  test('starts in three seconds and knows the images that are in the VM', () => {
    spec
      .when({ type: 'start', preloaded: [IMAGE] })
      .then({ type: 'Starting', preloaded: [IMAGE] })
      .asks(itself(3 * SECOND, { type: 'started' }, 'start'))
      .when({ type: 'start', preloaded: [] })
      .then()
      .when({ type: 'started' })
      .then({ type: 'Started' })
      .asks()
      .when(run('zookeeper'))
      .then(started('zookeeper'));
  });

  test('is started once: an answer of an earlier start changes nothing', () => {
    running.when({ type: 'started' }).then();
  });

  test('does nothing while it is off', () => {
    for (const command of [
      run('zookeeper'),
      { type: 'layer', digest: 'a' },
      { type: 'stop' },
      { type: 'started' },
    ] as DockerCommand[])
      spec.when(command).then();
  });

  test('loses its containers and what it was doing when it stops, and keeps its images', () => {
    const state = running
      .given(started('a'), pulling('b'))
      .given({ type: 'Queued', container: 'c', image: OTHER, port: 1 })
      .when({ type: 'stop' })
      .then({ type: 'Stopped', digests: [] })
      .asks(...noTimers)
      .state();
    expect(state).toMatchObject({ power: 'off', pull: undefined, queue: [], containers: new Map() });
  });

  test('says which layers were under way when it stops: not those that are there or were not begun', () => {
    running
      .given(pulling('a'), read(['a', 'b', 'c', 'd', 'e']), layer('a'), layer('b'), layer('c'), done('b'))
      .given(layer('d'))
      .when({ type: 'stop' })
      .then({ type: 'Stopped', digests: ['a', 'c', 'd'] })
      .asks(
        ...noTimers,
        ...['a', 'c', 'd'].map((digest) => itself(NEVER, { type: 'stop' }, `retry ${digest}`)),
      );
  });

  test('that stops while it starts does not start any more, and can be started again', () => {
    const start: DockerEvent = { type: 'Starting', preloaded: [] };
    spec
      .given(start)
      .when({ type: 'stop' })
      .then({ type: 'Stopped', digests: [] })
      .asks(...noTimers)
      .when({ type: 'started' })
      .then()
      .when({ type: 'stop' })
      .then()
      .when({ type: 'start', preloaded: [] })
      .then(start);
  });

  test('that is started again still has its layers, and reads its roots anew', () => {
    const state = running
      .given(...begun('a'), read(['a', 'b']), layer('a'), layer('b'), done('a'))
      .given({ type: 'Stopped', digests: ['b'] }, { type: 'Starting', preloaded: [] }, { type: 'Started' })
      .state();
    expect([...state.layers]).toEqual(['a']);
    expect(state.hasRoots).toBe(false);
  });

  test('is told which client it pulls as, even before it starts', () => {
    const settings = { client: 'engine', ownRoots: ['quay.io'], insecure: [] } as const;
    spec.when({ type: 'configure', ...settings }).then({ type: 'Configured', ...settings });
  });
});

describe('by hand', () => {
  const NOBODY = 'Cannot connect to the Docker daemon. Is the docker daemon running on this host?';
  const unheard = (...facts: number[]) => ({ why: 'engine.not-running' as const, words: NOBODY, facts });
  const corp = { registry: '', roots: ['corp'], from: [-1], until: [9] };
  const restarting = [itself(3 * SECOND, { type: 'started' }, 'start')];

  test('nobody hears what is asked of an engine that is off: of the one before it was there, of the other since it stopped', () => {
    const [nobody, lost] = [unheard(), unheard(2, 2)].map((said) => ({
      pull: { type: 'PullFailed', image: IMAGE, container: '', ...said, digests: [] } as const,
      restart: { type: 'NotDone', asked: 'restart', ...said } as const,
      roots: { type: 'NotDone', asked: 'add-roots', ...said } as const,
    }));
    const stopped = running.given({ type: 'Stopped', digests: [] });
    for (const [engine, said] of [
      [spec, nobody],
      [stopped, lost],
    ] as const) {
      engine.when({ type: 'pull', image: IMAGE }).then(said!.pull);
      engine.when({ type: 'restart' }).then(said!.restart);
      engine.when({ type: 'add-roots', ...corp }).then(said!.roots);
    }
  });

  test('a pull that is asked for while the engine starts waits for it, before what the machine itself runs', () => {
    const asked = spec
      .given({ type: 'Starting', preloaded: [] })
      .when({ type: 'pull', image: IMAGE })
      .then({ type: 'Queued', container: '', image: IMAGE, port: 0 });
    const pull = begun('').map((event) => (event.type === 'PullStarted' ? { ...event, port: 0 } : event));
    asked
      .when({ type: 'started' })
      .then({ type: 'Started' }, ...pull)
      .when(run('zookeeper'))
      .types('Queued');
    asked.when({ type: 'restart' }).then({ type: 'NotDone', asked: 'restart', ...unheard(1) });
  });

  test('a restart takes the containers along and brings them back, and the roots are read anew', () => {
    const again = running
      .given({ type: 'Pulled', image: IMAGE }, started('zookeeper'), ...begun('', 1, OTHER))
      .given({ type: 'Pulled', image: OTHER })
      .when({ type: 'restart' })
      .then({ type: 'Restarting' })
      .asks(...restarting);
    expect(again.state()).toMatchObject({ power: 'restarting', containers: new Map(), hasRoots: false });
    again.when({ type: 'started' }).then({ type: 'Restarted' }, started('zookeeper'));
  });

  test('a restart loses the pull under way and what waits for it: nobody asks again', () => {
    const lost = (container: string, ...digests: string[]): DockerEvent => ({
      ...{ type: 'PullFailed', image: IMAGE, container, ...unheard(5), digests },
    });
    const again = running
      .given(pulling('a'), read(['x', 'y']), layer('x'))
      .given({ type: 'Queued', container: 'b', image: IMAGE, port: 1 })
      .when({ type: 'restart' })
      .then(lost('a', 'x'), lost('b'), { type: 'Restarting' })
      .asks(...restarting);
    expect(again.state()).toMatchObject({ pull: undefined, queue: [], failedSeq: 7 });
    again.when({ type: 'started' }).then({ type: 'Restarted' });
  });

  test('a pull that fails is none that the machine itself waits for', () => {
    const after = running
      .given(...begun(''))
      .when(failure('no route'))
      .types('Answered', 'PullFailed');
    expect(after.state()).toMatchObject({ pull: undefined, failedSeq: -1 });
  });

  test('roots in the store come too late for an engine that has read it, those in a folder never', () => {
    const folder = { ...corp, registry: 'quay.io' };
    running.when({ type: 'add-roots', ...corp }).then({ type: 'RootsAdded', ...corp, unread: false });
    const has = running.given(...begun('')).given({ type: 'Pulled', image: IMAGE });
    has.when({ type: 'add-roots', ...corp }).then({ type: 'RootsAdded', ...corp, unread: true });
    has
      .when({ type: 'add-roots', ...folder })
      .then({ type: 'RootsAdded', ...folder, unread: false })
      .when({ type: 'pull', image: OTHER })
      .types('PullStarted', 'RootsLoaded', 'Requested');
  });
});

describe('a run', () => {
  test('pulls the image when it is not there', () =>
    running.when(run('zookeeper')).then(...begun('zookeeper')));

  test('of a container that runs changes nothing', () => running.given(started('a')).when(run('a')).then());

  test('waits for the pull under way, of whatever image', () => {
    running
      .given(pulling('a'))
      .when(run('b', OTHER))
      .then({ type: 'Queued', container: 'b', image: OTHER, port: 2181 });
  });

  test.each([
    ['esxcloud/zookeeper', HUB],
    ['swarm:0.4.0', HUB],
    ['quay.io/coreos/etcd:v2.0.8', 'quay.io'],
    ['gcr.io/google_containers/hyperkube:v1.0.1', 'gcr.io'],
    ['registry:5000/a/b', 'registry:5000'],
    ['mesosphere/marathon:v0.15.0', HUB],
  ])('finds the registry of %s at %s', (image, site) => expect(siteOf(image)).toBe(site));

  test.each([
    ['esxcloud/zookeeper', 'esxcloud/zookeeper', 'latest'],
    ['swarm:0.4.0', 'library/swarm', '0.4.0'],
    ['quay.io/coreos/etcd:v2.0.8', 'coreos/etcd', 'v2.0.8'],
    ['docker.io/photon/etcd:2', 'photon/etcd', '2'],
  ])('finds the repository and the tag of %s', (image, repository, tag) =>
    expect(repositoryOf(image)).toEqual({ repository, tag }),
  );
});

describe('a pull that is over', () => {
  const asked = running.given(...begun('zookeeper'));
  const failed = (image = IMAGE): DockerEvent => ({
    ...{ type: 'PullFailed', image, container: 'zookeeper', why: 'registry.unreachable' },
    ...{ words: 'dial tcp: no route', facts: [9], digests: [] },
  });
  const config: DockerEvent = {
    ...{ type: 'Requested', image: IMAGE, id: 7, step: -1, transport: 0, method: 'GET', host: HUB },
    ...{ path: 'blob', blob: 'config', from: 0, authorized: true, kept: false },
  };
  /** Everything is there but the last layer's unpacking. */
  const unpacked = (from: typeof asked) =>
    from
      .given(read(['a']), layer('a'), done('a'))
      .given(config, { type: 'Connected', image: IMAGE, id: 7, host: HUB })
      .given({ type: 'Answered', image: IMAGE, id: 7, status: 200, bytes: 0 })
      .given({ type: 'Unpacking', image: IMAGE, digest: 'a', takes: 1 })
      .when({ type: 'unpacked', image: IMAGE, digest: 'a' });
  const ends: DockerEvent[] = [
    { type: 'Unpacked', image: IMAGE, digest: 'a' },
    { type: 'Pulled', image: IMAGE },
  ];

  test('is not tried again: the script runs docker once (photon-and-vdvs.md 5.3)', () => {
    const after = asked
      .when(failure('dial tcp: no route'))
      .then({ type: 'Answered', image: IMAGE, id: 1, status: 0, bytes: 0 }, failed())
      .asks(...noTimers.slice(1));
    expect(after.state()).toMatchObject({ pull: undefined, failedSeq: 6 });
  });

  test('runs the container, and every run of the same image that waited for it', () => {
    const queued = asked
      .given({ type: 'Queued', container: 'b', image: IMAGE, port: 2181 })
      .given({ type: 'Queued', container: 'c', image: IMAGE, port: 2181 });
    unpacked(queued).then(...ends, started('zookeeper'), started('b'), started('c'));
  });

  test('lets the next run begin, whose roots are read already', () => {
    const queued = asked.given({ type: 'Queued', container: 'etcd', image: OTHER, port: 2181 });
    const next = [pulling('etcd', OTHER, 'quay.io'), ping(8, OTHER, 'quay.io')];
    unpacked(queued).then(...ends, started('zookeeper'), ...next);
    queued.when(failure('dial tcp: no route')).types('Answered', 'PullFailed', 'PullStarted', 'Requested');
  });

  test('starts every run that needs none, in order, up to the first that needs one', () => {
    const [ETCD, SWARM] = [OTHER, 'swarm:0.4.0'];
    const queue: DockerEvent[] = [
      ['etcd', ETCD],
      ['b', IMAGE],
      ['swarm', SWARM],
      ['c', IMAGE],
    ].map(([container = '', image = '']) => ({ type: 'Queued', container, image, port: 2181 }));
    const has = running.given({ type: 'Pulled', image: ETCD }, ...begun('zookeeper')).given(...queue);
    const own = [started('zookeeper'), started('etcd', ETCD), started('b')];
    const pulled = unpacked(has).then(...ends, ...own, pulling('swarm', SWARM), ping(8, SWARM));
    // What comes after the next pull waits on, and is served with it.
    expect(pulled.state().queue.map(({ container }) => container)).toEqual(['c']);
    has
      .when(failure('dial tcp: no route'))
      .types('Answered', 'PullFailed', 'ContainerStarted', 'PullStarted', 'Requested');
  });

  test('of an image alone runs nothing, and asks the registry though the image is there', () => {
    running
      .given({ type: 'Pulled', image: IMAGE })
      .when({ type: 'pull', image: IMAGE })
      .then(...begun('').map((event) => (event.type === 'PullStarted' ? { ...event, port: 0 } : event)));
  });
});
