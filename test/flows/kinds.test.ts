/** What is special about each kind of cluster: who is static, what each node runs and in which order, what the controller asks. */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/units.ts';
import { type ImageKey, KINDS, type KindOfCluster } from '../../src/scenario/cluster-kinds.ts';
import type { CreateClusterSpec, Scenario } from '../../src/scenario/types.ts';
import { ip } from '../support/spec.ts';
import { doing, HUB, lab, lan, type Rehearsal, rehearse, site } from '../support/world.ts';

const STATIC: Readonly<Record<string, readonly number[]>> = {
  etcds: [ip('10.0.0.11')],
  master: [ip('10.0.0.20')],
};

const noDhcp = { lan: { ...lan, dhcp: { ...lan.dhcp, enabled: false } } };

/** A cluster of a kind with one etcd node and two slaves, and a Docker Hub that has its images but some. */
function asked(
  kind: KindOfCluster,
  without: readonly ImageKey[] = [],
  more: Partial<Scenario> = {},
  ...later: Parameters<typeof doing>
) {
  const { nodes, images } = KINDS[kind];
  const local = Object.fromEntries(Object.keys(images).map((key) => [key, `lab/${key}`]));
  const cluster: CreateClusterSpec = {
    ...{ name: 'c', kind, tenant: 'lab', project: 'dev', batch: 20, images: local },
    groups: nodes.map((node) => {
      const addresses = STATIC[node.key ?? ''] ?? [];
      return {
        ...{ kind: node, addresses, flavor: 'small' },
        count: node.key === 'slaves' ? 2 : addresses.length || 1,
      };
    }),
  };
  const served = Object.keys(images).filter((key) => !without.includes(key as ImageKey));
  const one = { path: 'internet', layers: [{ digest: 'one', size: 1e6 }] };
  const hub = { ...site, images: Object.fromEntries(served.map((key) => [`lab/${key}`, one])) };
  const actions = doing([10 * SECOND, { verb: 'create-cluster', cluster }], ...later);
  return rehearse(lab({ actions, internet: { [HUB]: hub }, ...more }));
}

const containersOf = (run: Rehearsal, name: string) =>
  run
    .all('docker.ContainerStarted')
    .filter(({ entity }) => entity === `docker/${name}`)
    .map(({ event }) => event['container']);
const readyWith = (run: Rehearsal) => run.all('cluster.Ready').map(({ entity }) => entity);
const failure = (run: Rehearsal) => run.last('cluster.Failed').event;

describe('a Swarm cluster (photon-and-vdvs.md 5.1 to 5.3)', () => {
  test('is static etcd, a master and slaves by DHCP, all ready in turn', () => {
    const run = asked('swarm');
    expect(readyWith(run)).toEqual(['cluster/c']);
    expect(run.all('cluster.PhaseStarted').map(({ event }) => [event['step'], event['addresses']])).toEqual([
      ['SETUP_ETCD', [ip('10.0.0.11')]],
      ['SETUP_MASTER', [-1]],
      ['SETUP_SLAVES', [-1]],
      ['SETUP_SLAVES', [-1]],
    ]);
    expect(containersOf(run, 'c-master-1')).toEqual(['join', 'manage']);
    expect(containersOf(run, 'c-slave-1')).toEqual(['join']);
  });

  test('has a script that sleeps between the two containers of the master', () => {
    const [join, manage] = asked('swarm')
      .all('docker.ContainerStarted')
      .filter(({ entity }) => entity === 'docker/c-master-1');
    expect(manage!.at - join!.at).toBe(5 * SECOND);
  });

  test('without DHCP fails at its master', () => {
    const run = asked('swarm', [], { networks: noDhcp });
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTER', why: 'address.none' });
  });
});

describe('a Kubernetes cluster', () => {
  test('is static etcd and master, slaves by DHCP; its master answers with a pod', () => {
    const run = asked('kubernetes');
    expect(readyWith(run)).toEqual(['cluster/c']);
    expect(containersOf(run, 'c-master-1')).toEqual([
      ...['setup', 'flannel', 'bridge', 'kubelet'],
      ...['k8s_POD.apiserver', 'k8s_apiserver', 'proxy'],
    ]);
    expect(containersOf(run, 'c-slave-1')).toEqual(['flannel', 'bridge', 'kubelet', 'proxy']);
    const answers = run.all('docker.ContainerStarted').filter(({ event }) => event['port'] === 8080);
    expect(answers.map(({ event }) => event['container'])).toEqual(['k8s_apiserver']);
  });

  test('without DHCP fails at its slaves', () => {
    const run = asked('kubernetes', [], { networks: noDhcp });
    expect(failure(run)).toMatchObject({ step: 'SETUP_SLAVES', why: 'address.none' });
  });

  test('waits for flannel without end, and looks at no other exit code', () => {
    const spinning = asked('kubernetes', ['flannel']);
    expect(containersOf(spinning, 'c-master-1')).toEqual(['setup']);
    expect(failure(spinning)).toMatchObject({ step: 'SETUP_MASTER', why: 'time.exceeded' });
    const blind = asked('kubernetes', ['setup']);
    expect(containersOf(blind, 'c-slave-1')).toEqual(['flannel', 'kubelet', 'proxy']);
    expect(readyWith(blind)).toEqual(['cluster/c']);
  });

  test('whose kubelet cannot pull what holds a pod tries again and again, and the wait runs out', () => {
    const run = asked('kubernetes', ['pause']);
    const waits = run.all('kubelet.BackedOff').map(({ event }) => Number(event['wait']) / SECOND);
    expect(waits.slice(0, 7)).toEqual([10, 20, 40, 80, 160, 300, 300]);
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTER', why: 'time.exceeded' });
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('runs the pod whose manifest is put into the folder of its kubelet, once its image comes', () => {
    const pod = { verb: 'run-pod', node: 'c-slave-1', pod: 'web', image: 'lab/swarm' } as const;
    const run = asked('kubernetes', [], {}, [10 * MINUTE, { ...pod, image: 'lab/hyperkube' }]);
    expect(containersOf(run, 'c-slave-1').slice(-2)).toEqual(['k8s_POD.web', 'k8s_web']);
    const without = asked('kubernetes', [], {}, [10 * MINUTE, pod]);
    expect(without.paths(without.last('kubelet.BackedOff'))).toEqual([`internet.${HUB}`]);
  });

  test('whose hosts fail loses its kubelets and their pods', () => {
    const hosts = ['esx-01', 'esx-02'].map((host) => [10 * MINUTE, { verb: 'fail-host', host }] as const);
    const run = asked('kubernetes', [], {}, ...hosts);
    const stopped = run.all('kubelet.Stopped').map(({ entity }) => entity);
    expect(stopped.sort()).toEqual(['kubelet/c-master-1', 'kubelet/c-slave-1', 'kubelet/c-slave-2']);
    expect(run.engine.world.stateOf('kubelet/c-master-1')).toMatchObject({
      ...{
        running: false,
        pods: new Map([['apiserver', { image: 'lab/hyperkube', up: 0, asked: '', wait: 0 }]]),
      },
    });
  });
});
