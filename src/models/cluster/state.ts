import { assert } from '../../base/assert.ts';
import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { ClusterEvent, ClusterSpec, Phase } from './events.ts';

/** Where a node of the current phase is. */
export type Progress = 'provisioning' | 'provisioned' | 'verifying' | 'ready' | 'failed';

export interface Cluster {
  /** Photon's cluster states, and `none` before the request. */
  power: 'none' | 'CREATING' | 'READY' | 'ERROR' | 'PENDING_DELETE' | 'DELETED';
  spec: ClusterSpec | undefined;
  requestedAt: Micros;
  requestedSeq: number;
  phase: number;
  phaseSeq: number;
  /** The create task is over, well or not: its steps have no limits any more. */
  taskOver: boolean;
  /** Nobody waits for the task any more. */
  clientGone: boolean;
  /** Nodes of the phase (or batch) under way. */
  current: Map<string, Progress>;
  /** Failures of the phase (or batch) under way. */
  failures: { node: string; why: string; words: string; seq: number }[];
  /** Every node that exists, by role, and how many names each role has used. */
  nodes: Map<string, string[]>;
  named: Map<string, number>;
  expandTries: number;
  failedSeq: number;
}

export const emptyCluster = (): Cluster => ({
  power: 'none',
  spec: undefined,
  requestedAt: 0,
  requestedSeq: -1,
  phase: -1,
  phaseSeq: -1,
  taskOver: false,
  clientGone: false,
  current: new Map(),
  failures: [],
  nodes: new Map(),
  named: new Map(),
  expandTries: 0,
  failedSeq: -1,
});

/** The spec of a cluster that was requested. */
export function specOf(cluster: Readonly<Cluster>): ClusterSpec {
  assert(cluster.spec !== undefined, 'a cluster that was requested has a spec');
  return cluster.spec;
}

/** The phase under way. */
export function phaseOf(cluster: Readonly<Cluster>): Phase {
  const phase = specOf(cluster).phases[cluster.phase];
  assert(phase !== undefined, 'a cluster under way is in one of its phases');
  return phase;
}

/** Every node that exists, in order of phases. */
export const allNodes = (cluster: Readonly<Cluster>): string[] => [...cluster.nodes.values()].flat();

function forget(cluster: Cluster, node: string): void {
  for (const [role, nodes] of cluster.nodes)
    cluster.nodes.set(
      role,
      nodes.filter((other) => other !== node),
    );
}

export function evolve(cluster: Cluster, event: ClusterEvent, { seq, at }: Stamp): void {
  switch (event.type) {
    case 'Requested':
      Object.assign(cluster, emptyCluster(), {
        power: 'CREATING',
        spec: event.spec,
        requestedAt: at,
        requestedSeq: seq,
      });
      return;
    case 'PhaseStarted':
      cluster.phase = event.phase;
      cluster.phaseSeq = seq;
      cluster.failures = [];
      cluster.current = new Map(event.nodes.map((node) => [node, 'provisioning']));
      cluster.nodes.set(event.role, [...(cluster.nodes.get(event.role) ?? []), ...event.nodes]);
      cluster.named.set(event.role, (cluster.named.get(event.role) ?? 0) + event.nodes.length);
      return;
    case 'NodeProvisioned':
      cluster.current.set(event.node, 'provisioned');
      return;
    case 'NodeReady':
      cluster.current.set(event.node, 'ready');
      return;
    case 'NodeFailed':
      cluster.current.set(event.node, 'failed');
      cluster.failures.push({ node: event.node, why: event.why, words: event.words, seq });
      return;
    case 'Verifying':
      for (const node of event.nodes) cluster.current.set(node, 'verifying');
      return;
    case 'PhaseDone':
      cluster.current.clear();
      cluster.expandTries = 0;
      return;
    case 'Created':
      cluster.taskOver = true;
      return;
    case 'Ready':
      cluster.power = 'READY';
      return;
    case 'Failed':
      cluster.power = 'ERROR';
      cluster.taskOver = true;
      cluster.failedSeq = seq;
      return;
    case 'ExpandFailed':
      cluster.expandTries = event.attempt;
      cluster.current.clear();
      for (const node of event.nodes) forget(cluster, node);
      return;
    case 'StepTimedOut':
      cluster.taskOver = true;
      return;
    case 'ClientTimedOut':
      cluster.clientGone = true;
      return;
    case 'Deleting':
      cluster.power = 'PENDING_DELETE';
      cluster.taskOver = true;
      return;
    case 'NodeRemoved':
      forget(cluster, event.node);
      return;
    case 'Deleted':
      cluster.power = 'DELETED';
      return;
  }
}
