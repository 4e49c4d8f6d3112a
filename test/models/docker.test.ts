import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { docker, siteOf } from '../../src/models/docker/decide.ts';
import type { DockerCommand, DockerEvent } from '../../src/models/docker/events.ts';
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
const manifest = (digests: string[], image = IMAGE): DockerCommand => ({
  type: 'manifest',
  image,
  digests,
  sizes: digests.map(() => 13 * MB),
});
const read = (digests: string[], image = IMAGE): DockerEvent => ({
  type: 'ManifestRead',
  image,
  digests,
  sizes: digests.map(() => 13 * MB),
});
const noTimers = ['start', 'unpack'].map((key) => itself(NEVER, { type: 'stop' }, key));
const unpacking = (takes: number, image = IMAGE): DockerEvent => ({ type: 'Unpacking', image, takes });
/** 13 MB at a ratio of 3.3 and 130 MB/s. */
const UNPACK = 330_000;

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
      manifest(['a']),
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
      .then({ type: 'Stopped', digests: ['a', 'c', 'd'] });
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

  test('that is started again still has its layers', () => {
    running
      .given(pulling('a'), read(['a', 'b']), layer('a'), layer('b'), done('a'))
      .given({ type: 'Stopped', digests: ['b'] }, { type: 'Starting', preloaded: [] }, { type: 'Started' })
      .given(pulling('a'))
      .when(manifest(['a', 'b']))
      .then(read(['a', 'b']), layer('b'));
  });
});

describe('a run', () => {
  test('pulls the image when it is not there', () =>
    running.when(run('zookeeper')).then(pulling('zookeeper')));

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
});

describe('a pull (registry-and-tls.md section 8)', () => {
  const asked = running.given(pulling('zookeeper'));
  const lost = {
    image: IMAGE,
    container: 'zookeeper',
    why: 'registry.unreachable',
    words: 'i/o timeout',
    facts: [],
  };

  test('goes on when the session is open, for its own image only', () => {
    asked.when({ type: 'connected', image: IMAGE }).then({ type: 'Connected', image: IMAGE });
    asked.when({ type: 'connected', image: OTHER }).then();
    asked.when(manifest(['a'], OTHER)).then();
  });

  test('fetches three layers at once and the next when one is done', () => {
    asked
      .when(manifest(['a', 'b', 'c', 'd', 'e']))
      .then(read(['a', 'b', 'c', 'd', 'e']), layer('a'), layer('b'), layer('c'))
      .when({ type: 'layer', digest: 'b' })
      .then(done('b'), layer('d'))
      .when({ type: 'layer', digest: 'a' })
      .then(done('a'), layer('e'))
      .when({ type: 'layer', digest: 'c' })
      .then(done('c'));
  });

  test('unpacks after the last layer, then runs the container', () => {
    asked
      .given(read(['a', 'b']), layer('a'), layer('b'), done('a'))
      .when({ type: 'layer', digest: 'b' })
      .then(done('b'), unpacking(2 * UNPACK))
      .asks(itself(2 * UNPACK, { type: 'unpacked', image: IMAGE }, 'unpack'))
      .when({ type: 'unpacked', image: IMAGE })
      .then({ type: 'Pulled', image: IMAGE }, started('zookeeper'))
      .when(run('another'))
      .then(started('another'));
  });

  test('does not fetch a layer that another image brought', () => {
    const after = asked
      .given(read(['base', 'a']), layer('base'), layer('a'), done('base'), done('a'), unpacking(UNPACK))
      .given({ type: 'Pulled', image: IMAGE }, started('zookeeper'), pulling('etcd', OTHER, 'quay.io'))
      .when(manifest(['base', 'b'], OTHER))
      .then(read(['base', 'b'], OTHER), layer('b', 13 * MB, OTHER));
    // Only what was fetched is unpacked: a layer that is there "already exists".
    after.when({ type: 'layer', digest: 'b' }).then(done('b', OTHER), unpacking(UNPACK, OTHER));
  });

  test('remembers what it has to fetch: each missing layer once', () => {
    const state = asked
      .given(read(['base', 'a']), layer('base'), done('base'), { type: 'PullFailed', ...lost })
      .given(pulling('zookeeper'), read(['base', 'a', 'b', 'a']))
      .state();
    expect(state.pull).toMatchObject({ fetch: ['a', 'b'], active: [] });
  });

  test('of layers that are all there fetches and unpacks nothing', () => {
    asked
      .given(read(['base']), layer('base'), done('base'), unpacking(UNPACK), { type: 'Pulled', image: IMAGE })
      .given(started('zookeeper'), pulling('etcd', OTHER, 'quay.io'))
      .when(manifest(['base'], OTHER))
      .then(read(['base'], OTHER), unpacking(0, OTHER));
  });

  test('fetches a layer once that the manifest names twice', () => {
    asked
      .when(manifest(['a', 'empty', 'empty']))
      .then(read(['a', 'empty', 'empty']), layer('a'), layer('empty'));
  });

  test('hears only of its own layers, once', () => {
    const one = asked.given(read(['a', 'b']), layer('a'), layer('b'));
    one.when({ type: 'layer', digest: 'z' }).then();
    one.given(done('a')).when({ type: 'layer', digest: 'a' }).then();
    running.when({ type: 'layer', digest: 'a' }).then();
    running.when({ type: 'unpacked', image: IMAGE }).then();
  });

  test('that fails is not tried again: the script runs docker once (photon-and-vdvs.md 5.3)', () => {
    const why = {
      why: 'tls.untrusted-issuer',
      words: 'x509: certificate signed by unknown authority',
      facts: [9],
    };
    const after = asked
      .when({ type: 'pull-failed', image: IMAGE, ...why })
      .then({ type: 'PullFailed', image: IMAGE, container: 'zookeeper', ...why })
      .asks();
    expect(after.state()).toMatchObject({ pull: undefined, failedSeq: 3 });
    asked.when({ type: 'pull-failed', image: OTHER, ...why }).then();
  });

  test('that is over, well or not, lets the next run begin', () => {
    const queued = asked.given({ type: 'Queued', container: 'etcd', image: OTHER, port: 2181 });
    queued
      .when({ type: 'unpacked', image: IMAGE })
      .then({ type: 'Pulled', image: IMAGE }, started('zookeeper'), pulling('etcd', OTHER, 'quay.io'));
    queued
      .when({ type: 'pull-failed', image: IMAGE, why: 'registry.unreachable', words: '', facts: [] })
      .types('PullFailed', 'PullStarted');
  });

  test('that is over starts every run that needs none, in order, up to the first that needs one', () => {
    const [ETCD, SWARM] = [OTHER, 'swarm:0.4.0'];
    const has = running.given({ type: 'Pulled', image: ETCD }, pulling('zookeeper'));
    const queue: DockerEvent[] = [
      ['etcd', ETCD],
      ['b', IMAGE],
      ['swarm', SWARM],
      ['c', IMAGE],
    ].map(([container = '', image = '']) => ({ type: 'Queued', container, image, port: 2181 }));
    const pulled = has
      .given(...queue)
      .when({ type: 'unpacked', image: IMAGE })
      .then(
        { type: 'Pulled', image: IMAGE },
        started('zookeeper'),
        started('etcd', ETCD),
        started('b'),
        pulling('swarm', SWARM),
      );
    // What comes after the next pull waits on, and is served with it.
    expect(pulled.state().queue.map(({ container }) => container)).toEqual(['c']);
    pulled
      .when({ type: 'pull-failed', image: SWARM, why: lost.why, words: lost.words, facts: [] })
      .types('PullFailed', 'ContainerStarted');
    has
      .given(...queue)
      .when({ type: 'pull-failed', image: IMAGE, why: lost.why, words: lost.words, facts: [] })
      .types('PullFailed', 'ContainerStarted', 'PullStarted');
  });

  test('serves every run of the same image that waited for it', () => {
    asked
      .given({ type: 'Queued', container: 'b', image: IMAGE, port: 2181 })
      .given({ type: 'Queued', container: 'c', image: IMAGE, port: 2181 })
      .when({ type: 'unpacked', image: IMAGE })
      .then({ type: 'Pulled', image: IMAGE }, started('zookeeper'), started('b'), started('c'));
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      start: true,
      started: true,
      run: true,
      connected: true,
      manifest: true,
      layer: true,
      unpacked: true,
      'pull-failed': true,
      stop: true,
    },
    {},
  ));
