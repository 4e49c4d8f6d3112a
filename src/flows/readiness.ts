/** Who answers the controller's checks, and who starts or stops doing so when something changes. */
import { NOTHING, type Send } from '../kernel/model.ts';
import { allNodes } from '../models/cluster/state.ts';
import { podContainer } from '../models/kubelet/state.ts';
import { ask, defineFlow, type Sight, withdraw } from './flow.ts';

/** What the controller's check of a node needs. */
interface Check {
  /** The containers on the node itself that must run, the one that answers last; without it: the one named like the role. */
  readonly containers?: readonly string[];
  /** A role whose nodes must answer besides, and how many of them. */
  readonly role?: string;
  readonly quorum?: (count: number) => number;
}

const majority = (count: number) => Math.floor(count / 2) + 1;
const one = () => 1;

/** The checks of each role (facts/photon-and-vdvs.md 5.2). An etcd node says so of itself alone; masters keep their state in etcd. */
const CHECKS: Readonly<Record<string, Check>> = {
  zookeeper: { role: 'zookeeper', quorum: majority },
  'mesos-master': { role: 'zookeeper', quorum: majority },
  marathon: { role: 'mesos-master', quorum: one },
  'mesos-slave': { role: 'mesos-master', quorum: one },
  'swarm-master': { containers: ['join', 'manage'], role: 'etcd', quorum: majority },
  'swarm-slave': { containers: ['join'], role: 'swarm-master', quorum: one },
  'kubernetes-master': { containers: ['kubelet', podContainer('apiserver')], role: 'etcd', quorum: majority },
  'kubernetes-slave': { containers: ['kubelet'], role: 'kubernetes-master', quorum: one },
};

/** The containers that make the service of a role, the one that answers on its port last. */
export const serviceOf = (role: string): readonly string[] => CHECKS[role]?.containers ?? [role];

/** Whether a node runs what makes its service. */
export function runs(world: Sight, name: string): boolean {
  const role = world.state('node', name)?.spec?.role;
  const docker = world.state('docker', name);
  return (
    role !== undefined && serviceOf(role).every((container) => docker?.containers.has(container) === true)
  );
}

/**
 * Whether a machine counts as reached: it runs, it has the address, and nobody else answers for it. It is assumed that a service over an
 * address that flaps is never seen, though frames reach each holder by turns (`reaches` in models/segment/state.ts).
 */
export function reachable(world: Sight, name: string): boolean {
  const vm = world.state('vm', name);
  if (vm?.spec === undefined || vm.power !== 'started' || vm.address < 0) return false;
  return world.state('segment', vm.spec.network)?.duplicates.has(vm.address) !== true;
}

/** Whether a node's own service runs and can be reached, whatever it needs of others. */
const answers = (world: Sight, name: string): boolean => runs(world, name) && reachable(world, name);

/** Whether a node would pass the controller's check just now. */
export function serves(world: Sight, name: string): boolean {
  const spec = world.state('node', name)?.spec;
  if (spec === undefined || !answers(world, name)) return false;
  const { role, quorum = one } = CHECKS[spec.role] ?? {};
  if (role === undefined) return true;
  const others = world.state('cluster', spec.cluster)?.nodes.get(role) ?? [];
  // An ensemble is made of its own members: those are only asked whether they answer.
  const works = role === spec.role ? answers : serves;
  return others.filter((other) => works(world, other)).length >= quorum(others.length);
}

/** Nodes of the roles that a node's check needs. */
export function neededBy(world: Sight, name: string): readonly string[] {
  const { cluster = '', role = '' } = world.state('node', name)?.spec ?? {};
  return world.state('cluster', cluster)?.nodes.get(CHECKS[role]?.role ?? '') ?? NOTHING;
}

/** Key of what a node is told to have observed: what was seen a moment ago, and is still on its way, no longer counts. */
const SEEN = 'seen';

/** Tells a node that what it waits for is, or is no longer, to be seen. */
export const observe = (name: string, holds: boolean): Send =>
  ask('node', name, { type: 'observe', holds }, 0, SEEN);

/** Tells every node of a cluster that waits for its service whether it answers now, where that changed. */
function look(world: Sight, cluster: string): Send[] {
  const state = world.state('cluster', cluster);
  if (state === undefined) return [];
  return allNodes(state).flatMap((name) => {
    const node = world.state('node', name);
    if (node?.stage !== 'VERIFY_SERVICE') return [];
    const holds = serves(world, name);
    return [holds === node.holds ? withdraw('node', name, SEEN) : observe(name, holds)];
  });
}

const lookAround = (world: Sight, name: string): Send[] =>
  look(world, world.state('node', name)?.spec?.cluster ?? '');

/** Holders of an address are written `vm/name` on a segment. */
const lookAtHolders = (world: Sight, holders: readonly string[]): Send[] => {
  const clusters = new Set(
    holders.map((holder) => world.state('node', holder.replace(/^vm\//, ''))?.spec?.cluster ?? ''),
  );
  return [...clusters].flatMap((cluster) => look(world, cluster));
};

export const readiness = defineFlow('readiness', {
  'docker.ContainerStarted': ({ name, world }) => lookAround(world, name),
  'docker.Restarting': ({ name, world }) => lookAround(world, name),
  'docker.Stopped': ({ name, world }) => lookAround(world, name),
  'vm.Addressed': ({ name, world }) => lookAround(world, name),
  'vm.AddressLost': ({ name, world }) => lookAround(world, name),
  'segment.Duplicated': ({ event, world }) => lookAtHolders(world, event.holders),
  'segment.Resolved': ({ event, world }) => lookAtHolders(world, [event.holder]),
});
