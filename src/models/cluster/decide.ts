import { type Micros, SECOND } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type ClusterCommand, type ClusterEvent, clusterEvents } from './events.ts';
import { allNodes, type Cluster, emptyCluster, evolve, type Progress, phaseOf, specOf } from './state.ts';
import { clusterUpcasts, clusterVersions } from './upcasts.ts';

/** Maintenance tries a failed expansion again after 5, 10, 15, 20, 25 s, then the cluster is in ERROR (facts/photon-and-vdvs.md 5.5). */
const EXPAND_TRIES = 5;
const EXPAND_PAUSE: Micros = 5 * SECOND;

/** Starts a phase: `count` nodes with the next names, all at once. */
function startPhase(cluster: Readonly<Cluster>, name: string, phase: number, count: number): ClusterEvent {
  const { step, role, prefix, addresses } = specOf(cluster).phases[phase] as ReturnType<typeof phaseOf>;
  const named = cluster.named.get(role) ?? 0;
  const nodes = Array.from({ length: count }, (_, i) => `${name}-${prefix}-${named + i + 1}`);
  return {
    type: 'PhaseStarted',
    step,
    role,
    phase,
    nodes,
    addresses: nodes.map((_, i) => addresses[i] ?? -1),
  };
}

/** What follows when every node of the phase is ready. `workers` counts those that exist in the last phase. */
function phaseDone(cluster: Readonly<Cluster>, name: string, at: Micros): ClusterEvent[] {
  const { phases, workers, batch } = specOf(cluster);
  const { step, role } = phaseOf(cluster);
  const done: ClusterEvent[] = [{ type: 'PhaseDone', step, role }];
  if (cluster.phase < phases.length - 1) {
    const next = cluster.phase + 1;
    return [
      ...done,
      startPhase(cluster, name, next, next === phases.length - 1 ? 1 : (phases[next]?.count ?? 0)),
    ];
  }
  if (!cluster.taskOver) done.push({ type: 'Created' });
  const missing = workers - (cluster.nodes.get(role)?.length ?? 0);
  if (missing > 0) return [...done, startPhase(cluster, name, cluster.phase, Math.min(missing, batch))];
  return [...done, { type: 'Ready', took: at - cluster.requestedAt }];
}

const expanding = (cluster: Readonly<Cluster>) =>
  cluster.phase === specOf(cluster).phases.length - 1 &&
  (cluster.nodes.get(phaseOf(cluster).role)?.length ?? 0) > 1;

/**
 * What follows when every node of the phase has ended one way or the other and at least one failed. Before maintenance expands again it
 * collects every slave that the master does not list (facts/photon-and-vdvs.md 5.5): those that failed, and those with an address that
 * were not checked; none of the latter is taken to register within the pause before the next try.
 */
function phaseFailed(
  cluster: Readonly<Cluster>,
  failures: Cluster['failures'],
  states: ReadonlyMap<string, Progress>,
): ClusterEvent[] {
  const { step, role } = phaseOf(cluster);
  const first = failures[0] as Cluster['failures'][number];
  const failure = {
    why: first.why,
    words: `Failed to rollout ${role}. Error: ${first.words}`,
    facts: failures.map(({ seq }) => seq),
  };
  if (!expanding(cluster)) return [{ type: 'Failed', step, ...failure }];
  const attempt = cluster.expandTries + 1;
  if (attempt > EXPAND_TRIES) return [{ type: 'Failed', step, ...failure }];
  const nodes = [...states].filter(([, state]) => state !== 'ready').map(([node]) => node);
  return [{ type: 'ExpandFailed', attempt, nodes, ...failure }];
}

/** Records where a node got to, and what that means for the phase: all end before anything else begins. */
function nodeMoved(
  cluster: Readonly<Cluster>,
  event: ClusterEvent & { node: string },
  to: Progress,
  context: Context,
): readonly ClusterEvent[] {
  const before = cluster.current.get(event.node);
  if (before === undefined || before === 'failed' || before === 'ready' || cluster.power !== 'CREATING')
    return NOTHING;
  const states = new Map(cluster.current).set(event.node, to);
  const all = [...states.values()];
  const failures =
    event.type === 'NodeFailed'
      ? [...cluster.failures, { node: event.node, why: event.why, words: event.words, seq: context.next }]
      : cluster.failures;
  if (all.some((state) => state === 'provisioning' || state === 'verifying')) return [event];
  if (failures.length > 0) return [event, ...phaseFailed(cluster, failures, states)];
  if (all.every((state) => state === 'ready'))
    return [event, ...phaseDone(cluster, context.name, context.at)];
  return [event, { type: 'Verifying', nodes: [...states.keys()] }];
}

function decide(
  command: ClusterCommand,
  cluster: Readonly<Cluster>,
  context: Context,
): readonly ClusterEvent[] {
  switch (command.type) {
    case 'create': {
      if (cluster.power !== 'none' && cluster.power !== 'DELETED') return NOTHING;
      const { spec } = command;
      const requested = { ...emptyCluster(), spec };
      return [
        { type: 'Requested', spec },
        startPhase(requested, context.name, 0, spec.phases[0]?.count ?? 0),
      ];
    }
    case 'node-provisioned':
      return nodeMoved(cluster, { type: 'NodeProvisioned', node: command.node }, 'provisioned', context);
    case 'node-ready':
      return nodeMoved(cluster, { type: 'NodeReady', node: command.node }, 'ready', context);
    case 'node-failed': {
      const { node, why, words, facts } = command;
      return nodeMoved(cluster, { type: 'NodeFailed', node, why, words, facts }, 'failed', context);
    }
    case 'expand': {
      if (cluster.power !== 'CREATING') return NOTHING;
      const { workers, batch } = specOf(cluster);
      const missing = workers - (cluster.nodes.get(phaseOf(cluster).role)?.length ?? 0);
      return [startPhase(cluster, context.name, cluster.phase, Math.min(missing, batch))];
    }
    case 'step-limit': {
      if (cluster.taskOver || cluster.phase < 0 || phaseOf(cluster).step !== command.step) return NOTHING;
      const words = `${command.step} did not complete in timely fashion`;
      return [
        {
          type: 'StepTimedOut',
          step: command.step,
          why: 'task.step-timeout',
          words,
          facts: [cluster.phaseSeq],
        },
      ];
    }
    case 'client-limit': {
      if (cluster.taskOver || cluster.clientGone) return NOTHING;
      return [
        {
          type: 'ClientTimedOut',
          why: 'task.client-timeout',
          words: 'Timed out while waiting for task to complete',
          facts: [cluster.phaseSeq],
        },
      ];
    }
    case 'delete':
      if (cluster.power === 'none' || cluster.power === 'PENDING_DELETE' || cluster.power === 'DELETED')
        return NOTHING;
      return allNodes(cluster).length === 0
        ? [{ type: 'Deleting', nodes: [] }, { type: 'Deleted' }]
        : [{ type: 'Deleting', nodes: allNodes(cluster) }];
    case 'node-removed': {
      const left = allNodes(cluster).filter((node) => node !== command.node);
      if (left.length === allNodes(cluster).length) return NOTHING;
      const removed: ClusterEvent = { type: 'NodeRemoved', node: command.node };
      return cluster.power === 'PENDING_DELETE' && left.length === 0
        ? [removed, { type: 'Deleted' }]
        : [removed];
    }
  }
}

function react(
  event: ClusterEvent,
  cluster: Readonly<Cluster>,
  { entity: to }: Stamp,
): readonly Send<ClusterCommand>[] {
  switch (event.type) {
    case 'Requested':
      return [{ to, after: event.spec.clientLimit, command: { type: 'client-limit' }, key: 'client-limit' }];
    case 'PhaseStarted':
      if (cluster.taskOver) return NOTHING;
      return [
        {
          to,
          after: specOf(cluster).stepLimit,
          command: { type: 'step-limit', step: event.step },
          key: 'step-limit',
        },
      ];
    case 'ExpandFailed':
      return [{ to, after: EXPAND_PAUSE * event.attempt, command: { type: 'expand' }, key: 'expand' }];
    case 'Created':
    case 'StepTimedOut':
    case 'Failed':
    case 'Deleting':
      return ['client-limit', 'step-limit', 'expand'].map((key) => ({
        to,
        after: NEVER,
        command: { type: 'delete' },
        key,
      }));
    default:
      return NOTHING;
  }
}

export const cluster: Model<Cluster, ClusterCommand, ClusterEvent> = {
  name: 'cluster',
  versions: clusterVersions,
  upcasts: clusterUpcasts,
  events: clusterEvents,
  initial: emptyCluster,
  decide,
  evolve,
  react,
};
