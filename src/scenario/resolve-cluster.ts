/** Clusters and VMs that the platform is asked for. */
import { type ImageKey, KINDS, type KindOfCluster, type NodeKind } from './cluster-kinds.ts';
import type { Desk } from './desk.ts';
import { shownAddress } from './desk.ts';
import { DEFAULT_FLAVORS } from './resolve-platform.ts';
import { choices, quote } from './show.ts';
import { type ActionText, needPlatform, type Stage } from './stage.ts';
import type { Path } from './tree.ts';
import type { CreateClusterSpec, CreateVmSpec, NodeGroup } from './types.ts';

type ClusterText = NonNullable<ActionText['create-cluster']>;
type VmText = NonNullable<ActionText['create-vm']>;

const FLAVOR_NAMES = Object.keys(DEFAULT_FLAVORS);

/** What `create-cluster` may say of some kinds of clusters only. */
const NODE_KEYS = ['zookeepers', 'etcds', 'master', 'masters', 'marathon'] as const;

/** A cluster to create. */
export function resolveClusterAction(stage: Stage, cluster: ClusterText, path: Path): CreateClusterSpec {
  const { desk } = stage;
  needPlatform(desk, stage.platform, path);
  const kind = cluster.kind ?? 'mesos';
  const { nodes, images } = KINDS[kind];
  checkKeys(desk, cluster, kind, path);
  const flavors = {
    master: flavorOf(desk, cluster['master-flavor'] ?? 'cluster-master-vm', [...path, 'master-flavor']),
    other: flavorOf(desk, cluster['other-flavor'] ?? 'cluster-other-vm', [...path, 'other-flavor']),
  };
  const groups = nodes.map((node): NodeGroup => {
    const addresses = node.count === 'addresses' ? addressesOf(desk, cluster, node, path) : [];
    const count = node.count === 'addresses' ? addresses.length : countOf(desk, cluster, node, path);
    return { kind: node, count, addresses, flavor: flavors[node.flavor] };
  });
  checkTwice(desk, groups, path);
  return {
    name: desk.need(cluster.name, [...path, 'name'], '', `${kind}-1`),
    kind,
    ...payer(desk, cluster, path),
    groups,
    batch: cluster.batch ?? 20,
    images: { ...images, ...written(cluster.images) },
  };
}

/** The images that the scenario names itself. */
const written = (images: ClusterText['images']): CreateClusterSpec['images'] =>
  Object.fromEntries(Object.entries(images ?? {}).filter(([, image]) => image !== undefined));

/** Where the static address of the n-th node of a group is written. */
export const addressPath = ({ kind: { key } }: NodeGroup, n: number): Path =>
  key === 'master' ? [key] : [key ?? '', n];

function addressesOf(desk: Desk, cluster: ClusterText, { key }: NodeKind, path: Path): readonly number[] {
  if (key === 'master') {
    const address = desk.need(cluster.master, [...path, key], undefined, '10.20.0.20');
    return address === undefined ? [] : [address];
  }
  const of = key === 'etcds' ? key : 'zookeepers';
  return desk.need(cluster[of], [...path, of], [], '[10.20.0.11]');
}

function countOf(desk: Desk, cluster: ClusterText, { key, count }: NodeKind, path: Path): number {
  if (count === 'required') return desk.need(cluster.slaves, [...path, 'slaves'], 1, '4');
  const written = key === 'masters' || key === 'marathon' ? cluster[key] : undefined;
  return written ?? Number(count);
}

/** Nodes and images that only clusters of another kind have. */
function checkKeys(desk: Desk, cluster: ClusterText, kind: KindOfCluster, path: Path): void {
  const { title, nodes, images } = KINDS[kind];
  const nodeKeys = nodes.flatMap(({ key }) => (key === undefined ? [] : [key]));
  const wrong = (key: string, at: Path, known: readonly string[]) =>
    desk.issues.error('key.unknown', `a ${title} cluster has no ${quote(key)}`, {
      place: desk.keyPlace(at),
      reason: 'it belongs to another kind of cluster',
      help: `remove it, or write ${choices(known)}`,
    });
  for (const key of NODE_KEYS)
    if (cluster[key] !== undefined && !nodeKeys.includes(key)) wrong(key, [...path, key], nodeKeys);
  for (const key of Object.keys(cluster.images ?? {}))
    if (images[key as ImageKey] === undefined) wrong(key, [...path, 'images', key], Object.keys(images));
}

/** A VM to create. */
export function resolveVmAction(stage: Stage, vm: VmText, path: Path): CreateVmSpec {
  const { desk } = stage;
  needPlatform(desk, stage.platform, path);
  const flavor = desk.need(vm.flavor, [...path, 'flavor'], 'cluster-other-vm', 'cluster-other-vm');
  return {
    name: desk.need(vm.name, [...path, 'name'], '', 'web-1'),
    ...payer(desk, vm, path),
    flavor: flavorOf(desk, flavor, [...path, 'flavor']),
    address: vm.address ?? 'dhcp',
  };
}

function payer(desk: Desk, text: ClusterText | VmText, path: Path): { tenant: string; project: string } {
  const tenant = desk.need(text.tenant, [...path, 'tenant'], '', 'lab');
  const project = desk.need(text.project, [...path, 'project'], '', 'dev');
  const tenants = desk.names('tenant');
  if (text.tenant === undefined || !desk.known('tenant', tenant, [...path, 'tenant'], tenants))
    return { tenant, project };
  const projects = desk.names('tenant', ['platform', 'tenants', tenant, 'projects']);
  if (text.project !== undefined)
    desk.known(`project of tenant \`${tenant}\``, project, [...path, 'project'], projects);
  return { tenant, project };
}

function flavorOf(desk: Desk, flavor: string, path: Path): string {
  desk.refer('flavor', flavor, path, FLAVOR_NAMES);
  return flavor;
}

function checkTwice(desk: Desk, groups: readonly NodeGroup[], path: Path): void {
  const seen = new Set<number>();
  for (const group of groups) {
    for (const [n, address] of group.addresses.entries()) {
      if (seen.has(address)) {
        desk.error(
          'name.duplicate',
          [...path, ...addressPath(group, n)],
          `${shownAddress(address)} is there twice`,
          {
            reason: 'each static node has an address of its own',
            help: 'write another address, or remove it',
          },
        );
        return;
      }
      seen.add(address);
    }
  }
}
