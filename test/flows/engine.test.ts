/** People who act on running nodes: roots that come too late, restarts, pulls by hand, and nodes on which nobody can act. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { ActionSpec, Scenario, VmImageSpec } from '../../src/scenario/types.ts';
import { createMesos, doing, HUB, IMAGES, lab, type Rehearsal, rehearse, site } from '../support/world.ts';

const CORP = 'registry.corp';
const APP = `${CORP}/team/app:1`;
const NODE = 'mesos-slave-1';
const READY = HOUR;

type Doing = Omit<ActionSpec, 'path' | 'at'> & Record<string, unknown>;
const pull = (node = NODE, image = APP): Doing => ({ verb: 'pull-image', node, image });
const add = (registry = '', node = NODE): Doing => ({
  verb: 'add-root',
  node,
  roots: ['corp-root'],
  registry,
});
const restart = (node = NODE): Doing => ({ verb: 'restart-engine', node });

/** The lab, with a registry of the company's own below the company's root, which no node has. */
function world(image: Partial<VmImageSpec>, ...done: (readonly [at: number, action: Doing])[]): Rehearsal {
  const { platform } = lab();
  const app = { path: 'internet.corp.app', layers: [{ digest: 'app', size: 9e6 }] };
  const own = {
    ...site,
    path: 'internet.corp',
    issuedBy: 'corp-root',
    names: [CORP],
    images: { [APP]: app },
  };
  const more: Partial<Scenario> = {
    internet: { [HUB]: site, [CORP]: own },
    platform: { ...platform!, vmImage: { ...platform!.vmImage, ...image } },
    actions: doing([10 * SECOND, createMesos], ...done),
  };
  return rehearse(lab(more));
}

const codes = (run: Rehearsal) => run.all('docker.PullFailed').map(({ event }) => event['why']);
const has = (run: Rehearsal, image = APP, node = NODE): boolean =>
  run
    .all('docker.Pulled')
    .some(({ entity, event }) => entity === `docker/${node}` && event['image'] === image);

describe('a root in the store of a running node', () => {
  test('comes too late, and the refusal rests on what was read, and on the root that came after', () => {
    const run = world({}, [READY, add()], [READY + MINUTE, pull()]);
    expect(codes(run)).toEqual(['tls.untrusted-issuer']);
    expect(run.paths(run.last('trust.Refused'))).toEqual([
      'do[1]',
      'internet.corp',
      'platform.image.trusts',
      'platform.template',
    ]);
  });

  test('is no reason where it would not have helped', () => {
    const other: Doing = { verb: 'add-root', node: NODE, roots: ['public'], registry: '' };
    const run = world({}, [READY, other], [READY + MINUTE, pull()]);
    expect(run.paths(run.last('trust.Refused'))).not.toContain('do[1]');
  });

  test('is read by an engine that has asked nobody yet, and by clients that read at each run', () => {
    const preloaded = Object.values(IMAGES);
    for (const image of [{ preloaded }, { engine: 'containerd' as const }]) {
      const run = world(image, [READY, add()], [READY + MINUTE, pull()]);
      expect(codes(run)).toEqual([]);
      expect(has(run)).toBe(true);
    }
  });

  test('is read after a restart, for which a pull waits', () => {
    const run = world({}, [READY, add()], [READY, restart()], [READY, pull()]);
    expect(run.last('docker.PullStarted').at).toBe(READY + 3 * SECOND);
    expect(has(run)).toBe(true);
  });
});

describe('a folder of roots', () => {
  test('is read for each pull, and only for its registry', () => {
    const run = world(
      {},
      [READY, add(CORP)],
      [READY + MINUTE, pull()],
      [READY + MINUTE, pull('mesos-slave-2')],
    );
    expect([has(run), has(run, APP, 'mesos-slave-2')]).toEqual([true, false]);
  });

  test('serves no name of Docker Hub', () => {
    const hub = { ...site, issuedBy: 'corp-root' };
    const scenario = lab({ internet: { [HUB]: hub } });
    const { platform } = scenario;
    const vmImage = {
      ...platform!.vmImage,
      registryRoots: { [HUB]: { path: 'folder', roots: ['corp-root'] } },
    };
    const run = rehearse({ ...scenario, platform: { ...platform!, vmImage } });
    expect(new Set(codes(run))).toEqual(new Set(['tls.untrusted-issuer']));
  });

  test('of the VM image is there from first boot, beside one that is added', () => {
    const registryRoots = { [CORP]: { path: 'platform.image.folder', roots: ['corp-root'] } };
    const run = world({ registryRoots }, [READY, pull()], [READY, add(HUB)], [READY + MINUTE, pull()]);
    expect(codes(run)).toEqual([]);
    expect(run.engine.world.stateOf(`docker/${NODE}`)).toMatchObject({ ownRoots: [CORP, HUB] });
    const { event } = run.last('trust.Filled', `certs.d ${NODE} ${CORP}`);
    expect(event['roots']).toEqual(['corp-root']);
    expect(run.paths(run.last('trust.Filled', `certs.d ${NODE} ${CORP}`))).toEqual(['platform.image.folder']);
  });

  test('with a wrong root in it is why a pull fails', () => {
    const registryRoots = { [CORP]: { path: 'platform.image.folder', roots: ['public'] } };
    const run = world({ registryRoots }, [READY, pull()]);
    expect(codes(run)).toEqual(['tls.untrusted-issuer']);
    expect(run.paths(run.last('trust.Refused'))).toContain('platform.image.folder');
  });
});

describe('a restart', () => {
  test('brings the containers back, and nothing is pulled for them', () => {
    const run = world({}, [READY, restart()]);
    const own = (kind: string) => run.all(kind).filter(({ entity }) => entity === `docker/${NODE}`);
    expect(own('docker.ContainerStarted').map(({ at }) => at)[1]).toBe(READY + 3 * SECOND);
    expect(own('docker.PullStarted')).toHaveLength(1);
  });

  test('does not run the script of a node again whose pull failed', () => {
    const { path: _, ...own } = site;
    const scenario = lab({ internet: { [HUB]: { ...own, path: 'hub', issuedBy: 'corp-root' } } });
    const zookeeper = 'mesos-zookeeper-1';
    const actions = doing(
      [10 * SECOND, createMesos],
      [2 * MINUTE, add('', zookeeper)],
      [2 * MINUTE, restart(zookeeper)],
    );
    const run = rehearse({ ...scenario, actions });
    expect(run.last('docker.Restarted', zookeeper).at).toBe(2 * MINUTE + 3 * SECOND);
    expect(
      run.all('docker.PullStarted').filter(({ entity }) => entity === `docker/${zookeeper}`),
    ).toHaveLength(1);
    expect(run.all('cluster.Failed')).toHaveLength(1);
  });

  test('in the middle of the pull of a node is why the cluster fails', () => {
    const zookeeper = 'mesos-zookeeper-1';
    const at = world({}).last('docker.ManifestRead', zookeeper).at + SECOND;
    const run = world({}, [at, restart(zookeeper)]);
    expect(run.last('docker.PullFailed').event).toMatchObject({
      why: 'engine.not-running',
      container: 'zookeeper',
    });
    expect(run.all('fabric.Cancelled').length).toBeGreaterThan(0);
    expect(run.paths(run.last('cluster.Failed'))).toContain('do[1]');
  });

  test('while the controller waits for a service takes it away and brings it back', () => {
    const marathon = 'mesos-marathon-1';
    const seen = world({}).last('node.Observed', marathon).at;
    const run = world({}, [seen + 1, restart(marathon)]);
    const observed = run
      .all('node.Observed')
      .filter(({ at, entity }) => entity === `node/${marathon}` && at >= seen);
    expect(observed.map(({ at, event }) => [at - seen, event['holds']])).toEqual([
      [0, true],
      [1, false],
      [1 + 3 * SECOND, true],
    ]);
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });
});

describe('nobody is there', () => {
  test('before a node is made, and after it is gone: both are told, and why', () => {
    const early = [SECOND, MINUTE] as const;
    const late: Doing = { verb: 'delete-cluster', name: 'mesos' };
    const run = world(
      {},
      [early[0], pull()],
      [early[1], add()],
      [READY, late],
      [READY + MINUTE, restart()],
      [READY + MINUTE, pull()],
    );
    expect(run.all('docker.PullFailed').map((event) => run.paths(event))).toEqual([
      ['do[1]'],
      ['do[3]', 'do[5]'],
    ]);
    expect(run.all('docker.NotDone').map((event) => [event.event['asked'], ...run.paths(event)])).toEqual([
      ['add-roots', 'do[2]'],
      ['restart', 'do[3]', 'do[4]'],
    ]);
    expect(
      run.all('trust.Filled').some(({ event }) => (event['roots'] as string[]).includes('corp-root')),
    ).toBe(false);
  });
});
