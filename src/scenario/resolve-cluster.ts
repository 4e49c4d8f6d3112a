/** Clusters and VMs that the platform is asked for. */
import type { Desk } from './desk.ts';
import { shownAddress } from './desk.ts';
import { DEFAULT_FLAVORS } from './resolve-platform.ts';
import { type ActionText, needPlatform, type Stage } from './stage.ts';
import type { Path } from './tree.ts';
import type { CreateClusterSpec, CreateVmSpec } from './types.ts';

type ClusterText = NonNullable<ActionText['create-cluster']>;
type VmText = NonNullable<ActionText['create-vm']>;

/** How many nodes of a kind a Mesos cluster has where nothing was said. */
export const DEFAULT_COUNTS = { masters: 3, marathon: 1 } as const;

/** The images of the Mesos clusters of Photon Platform. */
export const DEFAULT_IMAGES: CreateClusterSpec['images'] = {
  zookeeper: 'esxcloud/zookeeper',
  master: 'mesosphere/mesos-master:0.26.0-0.2.145.ubuntu1404',
  marathon: 'mesosphere/marathon:v0.15.0',
  slave: 'mesosphere/mesos-slave:0.26.0-0.2.145.ubuntu1404',
};

const FLAVOR_NAMES = Object.keys(DEFAULT_FLAVORS);

/** A cluster to create. */
export function resolveClusterAction(stage: Stage, cluster: ClusterText, path: Path): CreateClusterSpec {
  const { desk } = stage;
  needPlatform(desk, stage.platform, path);
  const images = cluster.images ?? {};
  const zookeepers = desk.need(cluster.zookeepers, [...path, 'zookeepers'], [], '[10.20.0.11]');
  checkTwice(desk, zookeepers, [...path, 'zookeepers']);
  return {
    name: desk.need(cluster.name, [...path, 'name'], '', 'mesos-1'),
    kind: cluster.kind ?? 'mesos',
    ...payer(desk, cluster, path),
    zookeepers,
    masters: cluster.masters ?? DEFAULT_COUNTS.masters,
    marathon: cluster.marathon ?? DEFAULT_COUNTS.marathon,
    slaves: desk.need(cluster.slaves, [...path, 'slaves'], 1, '4'),
    batch: cluster.batch ?? 20,
    masterFlavor: flavorOf(desk, cluster['master-flavor'] ?? 'cluster-master-vm', [...path, 'master-flavor']),
    otherFlavor: flavorOf(desk, cluster['other-flavor'] ?? 'cluster-other-vm', [...path, 'other-flavor']),
    images: {
      zookeeper: images.zookeeper ?? DEFAULT_IMAGES.zookeeper,
      master: images.master ?? DEFAULT_IMAGES.master,
      marathon: images.marathon ?? DEFAULT_IMAGES.marathon,
      slave: images.slave ?? DEFAULT_IMAGES.slave,
    },
  };
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

function checkTwice(desk: Desk, addresses: readonly number[], path: Path): void {
  const twice = addresses.findIndex((address, index) => addresses.indexOf(address) < index);
  if (twice < 0) return;
  desk.error('name.duplicate', [...path, twice], `${shownAddress(addresses[twice]!)} is there twice`, {
    reason: 'each ZooKeeper node has an address of its own',
    help: 'write another address, or remove it',
  });
}
