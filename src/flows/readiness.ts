/** Who answers the controller's checks, and who starts or stops doing so when something changes. */
import { NOTHING, type Send } from '../kernel/model.ts';
import { allNodes } from '../models/cluster/state.ts';
import { ask, defineFlow, type Sight } from './flow.ts';

/** Roles that a role's check needs besides itself, and how many of them must answer (facts/photon-and-vdvs.md 5.2). */
const NEEDS: Readonly<Record<string, { readonly role: string; readonly quorum: (count: number) => number }>> =
  {
    zookeeper: { role: 'zookeeper', quorum: (count) => Math.floor(count / 2) + 1 },
    'mesos-master': { role: 'zookeeper', quorum: (count) => Math.floor(count / 2) + 1 },
    marathon: { role: 'mesos-master', quorum: () => 1 },
    'mesos-slave': { role: 'mesos-master', quorum: () => 1 },
  };

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
function answers(world: Sight, name: string): boolean {
  const role = world.state('node', name)?.spec?.role;
  return (
    role !== undefined && reachable(world, name) && world.state('docker', name)?.containers.has(role) === true
  );
}

/** Whether a node would pass the controller's check just now. */
export function serves(world: Sight, name: string): boolean {
  const spec = world.state('node', name)?.spec;
  if (spec === undefined || !answers(world, name)) return false;
  const need = NEEDS[spec.role];
  if (need === undefined) return true;
  const others = world.state('cluster', spec.cluster)?.nodes.get(need.role) ?? [];
  // An ensemble is made of its own members: those are only asked whether they answer.
  const works = need.role === spec.role ? answers : serves;
  return others.filter((other) => works(world, other)).length >= need.quorum(others.length);
}

/** Nodes of the roles that a node's check needs. */
export function neededBy(world: Sight, name: string): readonly string[] {
  const spec = world.state('node', name)?.spec;
  const need = spec && NEEDS[spec.role];
  return need === undefined
    ? NOTHING
    : (world.state('cluster', spec?.cluster ?? '')?.nodes.get(need.role) ?? NOTHING);
}

/** Tells every node of a cluster that waits for its service whether it answers now, where that changed. */
function look(world: Sight, cluster: string): Send[] {
  const state = world.state('cluster', cluster);
  if (state === undefined) return [];
  return allNodes(state).flatMap((name) => {
    const node = world.state('node', name);
    if (node?.stage !== 'VERIFY_SERVICE') return [];
    const holds = serves(world, name);
    return holds === node.holds ? [] : [ask('node', name, { type: 'observe', holds })];
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
