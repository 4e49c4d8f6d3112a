/** The kinds of clusters that Photon's manager makes, as data: their nodes in order of phases (facts/photon-and-vdvs.md 5.1 to 5.3). */
import { type Micros, SECOND } from '../base/units.ts';

/** The keys of `create-cluster` that say how many nodes there are of a kind, or which addresses they have. */
export type NodeKey = 'zookeepers' | 'etcds' | 'master' | 'masters' | 'marathon' | 'slaves';

/** The keys of `create-cluster.images`. */
export type ImageKey =
  | 'zookeeper'
  | 'master'
  | 'marathon'
  | 'slave'
  | 'etcd'
  | 'swarm'
  | 'setup'
  | 'flannel'
  | 'hyperkube'
  | 'pause';

/** The nodes of one phase. */
export interface NodeKind {
  /** Where the scenario says how many there are, or which addresses they have; without it the number is fixed. */
  readonly key?: NodeKey;
  /** What people call one of them. */
  readonly noun: string;
  readonly step: string;
  readonly role: string;
  readonly prefix: string;
  /** The port that the cluster manager polls. */
  readonly port: number;
  readonly flavor: 'master' | 'other';
  /** How many there are unless the scenario says; of a static kind there is one for every address. */
  readonly count: number | 'addresses' | 'required';
  /** The containers that the node's script runs, each with the key of its image. */
  readonly runs: readonly (readonly [container: string, image: ImageKey])[];
  readonly pause?: Micros;
  readonly gate?: string;
  /** Static pods of the kubelet. */
  readonly pods?: readonly (readonly [pod: string, image: ImageKey])[];
}

export interface ClusterKind {
  /** How it is called in a sentence. */
  readonly title: string;
  readonly nodes: readonly NodeKind[];
  readonly images: Readonly<Partial<Record<ImageKey, string>>>;
}

/** The scripts of Kubernetes nodes sleep so long between two steps, as does that of a Swarm master (facts/photon-and-vdvs.md 5.3). */
const SLEEP: Micros = 5 * SECOND;

const ETCD: NodeKind = {
  ...{ key: 'etcds', noun: 'etcd node', step: 'SETUP_ETCD', role: 'etcd', prefix: 'etcd', port: 2379 },
  ...{ flavor: 'other', count: 'addresses', runs: [['etcd', 'etcd']] },
};

const SLAVES = {
  key: 'slaves',
  step: 'SETUP_SLAVES',
  prefix: 'slave',
  flavor: 'other',
  count: 'required',
} as const;

/** What every Kubernetes node runs: a network of its own from flannel, for which it waits for ever, then the kubelet and the proxy. */
const HYPERKUBE = [
  ['flannel', 'flannel'],
  ['bridge', 'setup'],
  ['kubelet', 'hyperkube'],
  ['proxy', 'hyperkube'],
] as const;

const ETCD_IMAGE = 'quay.io/coreos/etcd:v2.0.8';

/** Assumed: the facts name the image of every pod without a version (facts/registry-and-tls.md 8.4). */
const PAUSE_IMAGE = 'gcr.io/google_containers/pause:0.8.0';

/** The names of the kinds. */
export const KIND_NAMES = ['mesos', 'swarm', 'kubernetes'] as const;
export type KindOfCluster = (typeof KIND_NAMES)[number];

/** The kinds by name. */
export const KINDS: Readonly<Record<KindOfCluster, ClusterKind>> = {
  mesos: {
    title: 'Mesos',
    nodes: [
      {
        ...{ key: 'zookeepers', noun: 'ZooKeeper node', step: 'SETUP_ZOOKEEPER', role: 'zookeeper' },
        ...{ prefix: 'zookeeper', port: 2181, flavor: 'other', count: 'addresses' },
        runs: [['zookeeper', 'zookeeper']],
      },
      {
        ...{ key: 'masters', noun: 'master', step: 'SETUP_MASTERS', role: 'mesos-master', prefix: 'master' },
        ...{ port: 5050, flavor: 'master', count: 3, runs: [['mesos-master', 'master']] },
      },
      {
        ...{ key: 'marathon', noun: 'Marathon node', step: 'SETUP_MARATHON', role: 'marathon' },
        ...{ prefix: 'marathon', port: 8080, flavor: 'other', count: 1, runs: [['marathon', 'marathon']] },
      },
      { ...SLAVES, noun: 'slave', role: 'mesos-slave', port: 5051, runs: [['mesos-slave', 'slave']] },
    ],
    images: {
      zookeeper: 'esxcloud/zookeeper',
      master: 'mesosphere/mesos-master:0.26.0-0.2.145.ubuntu1404',
      marathon: 'mesosphere/marathon:v0.15.0',
      slave: 'mesosphere/mesos-slave:0.26.0-0.2.145.ubuntu1404',
    },
  },
  swarm: {
    title: 'Swarm',
    nodes: [
      ETCD,
      {
        ...{ noun: 'master', step: 'SETUP_MASTER', role: 'swarm-master', prefix: 'master', port: 8333 },
        ...{ flavor: 'master', count: 1, pause: SLEEP },
        runs: [
          ['join', 'swarm'],
          ['manage', 'swarm'],
        ],
      },
      { ...SLAVES, noun: 'slave', role: 'swarm-slave', port: 2375, runs: [['join', 'swarm']] },
    ],
    images: { etcd: ETCD_IMAGE, swarm: 'swarm:0.4.0' },
  },
  kubernetes: {
    title: 'Kubernetes',
    nodes: [
      ETCD,
      {
        ...{
          key: 'master',
          noun: 'master',
          step: 'SETUP_MASTER',
          role: 'kubernetes-master',
          prefix: 'master',
        },
        ...{ port: 8080, flavor: 'master', count: 'addresses', pause: SLEEP, gate: 'flannel' },
        runs: [['setup', 'setup'], ...HYPERKUBE],
        pods: [['apiserver', 'hyperkube']],
      },
      {
        ...{ ...SLAVES, noun: 'slave', role: 'kubernetes-slave', port: 10250 },
        ...{ runs: HYPERKUBE, pause: SLEEP, gate: 'flannel' },
      },
    ],
    images: {
      etcd: ETCD_IMAGE,
      setup: 'kubernetes/etcd:2.0.5.1',
      flannel: 'quay.io/coreos/flannel:0.5.2',
      hyperkube: 'gcr.io/google_containers/hyperkube:v1.0.1',
      pause: PAUSE_IMAGE,
    },
  },
};

/** Whether nodes of a kind run pods. */
export const hasKubelet = ({ runs }: NodeKind): boolean =>
  runs.some(([container]) => container === 'kubelet');

/** How many nodes of a kind a cluster has, by what is written of it. */
export function countIn(
  cluster: { readonly [K in NodeKey]?: number | readonly number[] | undefined },
  { key, count }: NodeKind,
): number {
  const written = key === undefined ? undefined : cluster[key];
  if (count === 'addresses') return Array.isArray(written) ? written.length : Number(written !== undefined);
  return typeof written === 'number' ? written : Number(count === 'required' ? 0 : count);
}

/** `a ZooKeeper node`: one of them, in a sentence. */
export const oneOf = ({ noun }: NodeKind): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** How the name of a node of a cluster ends. */
export const NODE_NAME = new RegExp(
  `-(?:${[...new Set(Object.values(KINDS).flatMap(({ nodes }) => nodes.map(({ prefix }) => prefix)))].join('|')})-\\d+$`,
);
