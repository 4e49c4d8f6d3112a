/** Rules of clusters and their nodes: phases, polls that see the truth, deadlines that are kept, and pulls. */

import type { Sight } from '../../src/flows/flow.ts';
import { serves } from '../../src/flows/readiness.ts';
import { allNodes, type Cluster } from '../../src/models/cluster/state.ts';
import type { Node } from '../../src/models/node/state.ts';
import { imageStore } from '../../src/models/trust/state.ts';
import { all, type Finding, type Rule } from './rules.ts';

function complete(world: Sight, name: string): Finding {
  const cluster = world.state('cluster', name);
  const spec = cluster?.spec;
  if (cluster === undefined || spec === undefined) return `${name} is ready and was never asked for`;
  for (const [i, { role, count }] of spec.phases.entries()) {
    const wanted = i === spec.phases.length - 1 ? spec.workers : count;
    const nodes = cluster.nodes.get(role) ?? [];
    if (nodes.length !== wanted) return `${name} is ready with ${nodes.length} ${role} of ${wanted}`;
    const other = nodes.find((node) => world.state('node', node)?.stage !== 'ready');
    if (other !== undefined)
      return `${name} is ready and ${other} is in stage ${world.state('node', other)?.stage}`;
  }
  return undefined;
}

const ready: Rule = {
  name: 'a ready cluster is complete',
  from: 'src/models/cluster/decide.ts: READY when every phase is whole (facts/photon-and-vdvs.md 5.1, 5.4)',
  begin: () => ({
    event: ({ kind, name }, { world }) => (kind === 'cluster.Ready' ? complete(world, name) : undefined),
  }),
};

const WAITS = ['CREATE_VM', 'ATTACH_ISO', 'START_VM', 'VERIFY_VM', 'WAIT_FOR_PHASE', 'VERIFY_SERVICE'];

function consistent(world: Sight, name: string, cluster: Readonly<Cluster>): Finding {
  const nodes = allNodes(cluster);
  if (new Set(nodes).size < nodes.length) return 'has a node twice';
  if (cluster.power === 'DELETED' && nodes.length > 0) return `is deleted and has ${nodes.join(', ')}`;
  for (const node of nodes) {
    const { spec, stage = 'none' } = world.state('node', node) ?? {};
    if (spec?.cluster !== name) return `has ${node}, which belongs to ${spec?.cluster ?? 'nobody'}`;
    if (cluster.power === 'READY' && WAITS.includes(stage))
      return `is ready and ${node} is in stage ${stage}`;
    if (cluster.power === 'PENDING_DELETE' && stage !== 'removed')
      return `is being deleted and ${node} is ${stage}`;
  }
  return undefined;
}

const members: Rule = {
  name: 'clusters know their nodes',
  from: 'src/models/cluster/state.ts and src/flows/cluster.ts: nodes are provisioned, kept and removed with their cluster',
  touches: ['cluster', 'node'],
  begin: () => ({
    instant: ({ world }) => all(world.each('cluster'), (name, cluster) => consistent(world, name, cluster)),
  }),
};

/** What a poll would see just now. */
function truth(world: Sight, name: string, node: Readonly<Node>): boolean | undefined {
  const vm = world.state('vm', name);
  if (node.stage === 'VERIFY_VM') return vm?.power === 'started' && vm.address >= 0;
  return node.stage === 'VERIFY_SERVICE' ? serves(world, name) : undefined;
}

const polls: Rule = {
  name: 'polls see the truth',
  from: 'src/flows/readiness.ts, docs/decisions.md: what is looked for is observed when it becomes true',
  touches: ['node', 'vm', 'docker', 'segment', 'cluster'],
  begin: () => ({
    instant: ({ world }) =>
      all(world.each('node'), (name, node) => {
        const holds = truth(world, name, node);
        if (holds === undefined || holds === node.holds) return undefined;
        return `in ${node.stage} ${holds ? 'would pass its check and does not know' : 'believes to pass its check and would not'}`;
      }),
  }),
};

const deadlines: Rule = {
  name: 'waits end at their deadline',
  from: 'src/models/node/decide.ts: so many polls of so long (facts/photon-and-vdvs.md 5.2)',
  begin: () => ({
    instant: ({ world }) =>
      all(world.each('node'), (_, { stage, stageAt, spec }) => {
        if (spec === undefined) return undefined;
        const limit =
          stage === 'VERIFY_VM'
            ? spec.addressPolls * spec.addressEvery
            : stage === 'VERIFY_SERVICE'
              ? spec.servicePolls * spec.serviceEvery
              : Number.POSITIVE_INFINITY;
        return world.at - stageAt >= limit
          ? `is in ${stage} since ${stageAt}, more than ${limit} long`
          : undefined;
      }),
  }),
};

const pulls: Rule = {
  name: 'what was pulled is whole',
  from: 'src/models/docker/decide.ts: layers, then unpacking, then the image; containers run from images that are there',
  begin() {
    /** Layers of an image that a machine is pulling. */
    const digests = new Map<string, readonly string[]>();
    /** Images that were inside the VM image: of their layers nothing is known. */
    const inside = new Map<string, readonly string[]>();
    return {
      event({ kind, name, event }, { world }) {
        const docker = world.state('docker', name);
        const image = event['image'] as string;
        if (kind === 'docker.Starting') inside.set(name, event['preloaded'] as string[]);
        if (kind === 'docker.ManifestRead') digests.set(name, event['digests'] as string[]);
        const unpacked = event['digest'] as string;
        if (kind === 'docker.Unpacking' && docker?.layers.has(unpacked) !== true)
          return `${name} unpacks ${unpacked}, which it does not have`;
        if (kind === 'docker.Pulled' && inside.get(name)?.includes(image) !== true) {
          const lost = digests.get(name)?.find((digest) => docker?.layers.has(digest) !== true);
          if (lost !== undefined) return `${name} has ${image} without its layer ${lost}`;
        }
        if (kind === 'docker.ContainerStarted' && docker?.images.has(image) !== true)
          return `${name} runs ${image}, which it does not have`;
        return undefined;
      },
    };
  },
};

const verdicts: Rule = {
  name: 'only trusted sessions are accepted',
  from: 'src/models/trust/decide.ts: the issuer is in the store (facts/registry-and-tls.md 3.1)',
  begin: () => ({
    event({ kind, name, event }, { world }) {
      const isTrusted = world.state('trust', name)?.roots.has(event['issuer'] as string) === true;
      if (kind === 'trust.Accepted' && !isTrusted)
        return `${name} accepts ${event['issuer']}, which it does not trust`;
      return kind === 'trust.Refused' && event['why'] === 'tls.untrusted-issuer' && isTrusted
        ? `${name} refuses ${event['issuer']}, which it trusts`
        : undefined;
    },
  }),
};

/** A store that was filled at first boot has the roots of its image and of the template that its node was given, and any added by hand. */
const stores: Rule = {
  name: 'nodes trust what they were given',
  from: 'src/flows/provision.ts: the image and the template as it was when the ISO was built (facts/registry-and-tls.md 6, 9)',
  touches: ['trust', 'node'],
  begin() {
    /** Roots of each VM image, as the scenario says: what fills a store and rests on nothing else. */
    const images = new Map<string, readonly string[]>();
    /** Roots that somebody added to a machine since it booted. */
    const added = new Map<string, readonly string[]>();
    return {
      event({ kind, name, event }) {
        const isImage = kind === 'trust.Filled' && (event['facts'] as number[]).length === 0;
        if (isImage) images.set(name, event['roots'] as string[]);
        if (kind === 'vm.GuestReached' && event['phase'] === 'network') added.delete(name);
        if (kind === 'docker.RootsAdded' && event['registry'] === '')
          added.set(name, [...(added.get(name) ?? []), ...(event['roots'] as string[])]);
        return undefined;
      },
      instant: ({ world }) =>
        all(world.each('node'), (name, { roots, spec, stage }) => {
          const vm = world.state('vm', name);
          // A VM that somebody made by hand under the name of a node that is gone is no node.
          const isUp = vm?.phase === 'network' && vm.spec?.autostart !== true;
          if (!isUp || spec === undefined || stage === 'removed') return undefined;
          const given = new Set([
            ...(images.get(imageStore(spec.image)) ?? []),
            ...roots.map((root) => root.name),
            ...(added.get(name) ?? []),
          ]);
          const has = new Set(world.state('trust', name)?.roots.keys());
          return equal(has, given)
            ? undefined
            : `trusts ${[...has].join(', ')} and was given ${[...given].join(', ')}`;
        }),
    };
  },
};

const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((name) => b.has(name));

export const CLUSTER_RULES: readonly Rule[] = [ready, members, polls, deadlines, pulls, verdicts, stores];
