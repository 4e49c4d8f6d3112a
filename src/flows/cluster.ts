/** A cluster's phases: what it asks of its nodes, and what it hears from them. */
import { NOTHING } from '../kernel/model.ts';
import { specOf } from '../models/cluster/state.ts';
import { ask, defineFlow, type Sight } from './flow.ts';

const clusterOf = (world: Sight, name: string) => world.state('node', name)?.spec?.cluster;

export const clusterFlow = defineFlow('cluster', {
  'cluster.PhaseStarted': ({ event, name, world }) => {
    const cluster = world.state('cluster', name);
    if (cluster === undefined) return NOTHING;
    const spec = specOf(cluster);
    const phase = spec.phases[event.phase];
    if (phase === undefined) return NOTHING;
    const { ticket, image, datastore, network, addressPolls, addressEvery, servicePolls, serviceEvery } =
      spec;
    return event.nodes.map((node, i) =>
      ask('node', node, {
        type: 'provision',
        cluster: name,
        role: phase.role,
        ticket,
        flavor: phase.flavor,
        image,
        datastore,
        network,
        address: event.addresses[i] ?? -1,
        port: phase.port,
        ...phase.script,
        addressPolls,
        addressEvery,
        servicePolls,
        serviceEvery,
      }),
    );
  },
  'node.Provisioned': ({ name, world }) => {
    const cluster = clusterOf(world, name);
    return cluster === undefined
      ? NOTHING
      : [ask('cluster', cluster, { type: 'node-provisioned', node: name })];
  },
  'cluster.Verifying': ({ event }) => event.nodes.map((node) => ask('node', node, { type: 'verify' })),
  'node.Ready': ({ name, world }) => {
    const cluster = clusterOf(world, name);
    return cluster === undefined ? NOTHING : [ask('cluster', cluster, { type: 'node-ready', node: name })];
  },
  'node.Failed': ({ event, name, stamp, world }) => {
    const cluster = clusterOf(world, name);
    if (cluster === undefined) return NOTHING;
    return [
      ask('cluster', cluster, {
        type: 'node-failed',
        node: name,
        why: event.why,
        words: event.words,
        facts: [stamp.seq],
      }),
    ];
  },
  // Maintenance collects what it could not bring up before it tries again.
  'cluster.ExpandFailed': ({ event }) => event.nodes.map((node) => ask('node', node, { type: 'remove' })),
  'cluster.Deleting': ({ event }) => event.nodes.map((node) => ask('node', node, { type: 'remove' })),
  // By way of the node, so that a VM that is asked for at this very instant is asked for before it is deleted.
  'node.Removing': ({ name, world }) => {
    // Whoever made a VM by hand under the name of a node keeps it: it does not carry the cluster's tag.
    const vm = world.state('vm', name);
    if (vm?.spec?.autostart !== true || vm.power === 'deleted') return [ask('vm', name, { type: 'delete' })];
    const cluster = clusterOf(world, name);
    return cluster === undefined ? NOTHING : [ask('cluster', cluster, { type: 'node-removed', node: name })];
  },
  'vm.Deleted': ({ name, world }) => {
    const cluster = clusterOf(world, name);
    return cluster === undefined ? NOTHING : [ask('cluster', cluster, { type: 'node-removed', node: name })];
  },
});
