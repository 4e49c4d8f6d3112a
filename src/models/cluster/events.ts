/** Clusters as Photon's manager makes them: phases of nodes, each whole before the next (facts/photon-and-vdvs.md section 5). */
import type { Script } from '../../base/script.ts';
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** One phase of the creation. `addresses` are static IPv4 numbers; without them the nodes ask by DHCP. */
export interface Phase {
  readonly step: string;
  readonly role: string;
  readonly prefix: string;
  readonly count: number;
  readonly addresses: readonly number[];
  readonly flavor: string;
  readonly port: number;
  readonly script: Script;
}

export interface ClusterSpec {
  readonly kind: string;
  readonly ticket: string;
  readonly image: string;
  readonly datastore: string;
  readonly network: string;
  readonly phases: readonly Phase[];
  /** Nodes of the last phase in the end; the creation itself makes one, maintenance the rest in batches. */
  readonly workers: number;
  readonly batch: number;
  readonly addressPolls: number;
  readonly addressEvery: Micros;
  readonly servicePolls: number;
  readonly serviceEvery: Micros;
  readonly stepLimit: Micros;
  readonly clientLimit: Micros;
}

export type ClusterCommand =
  | { readonly type: 'create'; readonly spec: ClusterSpec }
  | { readonly type: 'node-provisioned' | 'node-ready'; readonly node: string }
  | {
      readonly type: 'node-failed';
      readonly node: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'step-limit'; readonly step: string }
  | { readonly type: 'client-limit' | 'expand' | 'delete' }
  | { readonly type: 'node-removed'; readonly node: string };

export type ClusterEvent =
  | { readonly type: 'Requested'; readonly spec: ClusterSpec }
  | {
      readonly type: 'PhaseStarted';
      readonly step: string;
      readonly role: string;
      readonly phase: number;
      readonly nodes: readonly string[];
      readonly addresses: readonly number[];
    }
  | { readonly type: 'NodeProvisioned'; readonly node: string }
  | { readonly type: 'NodeReady'; readonly node: string }
  | {
      readonly type: 'NodeFailed';
      readonly node: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  /** Every node of the phase has its address: the readiness checks begin. */
  | { readonly type: 'Verifying'; readonly nodes: readonly string[] }
  | { readonly type: 'PhaseDone'; readonly step: string; readonly role: string }
  /** The create task is over; with more than one worker the cluster is still CREATING and maintenance goes on. */
  | { readonly type: 'Created' }
  | { readonly type: 'Ready'; readonly took: Micros }
  | {
      readonly type: 'Failed';
      readonly step: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  /** `nodes` are those of the batch that are not ready: they are collected before the next try. */
  | {
      readonly type: 'ExpandFailed';
      readonly attempt: number;
      readonly nodes: readonly string[];
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'StepTimedOut';
      readonly step: string;
      readonly why: 'task.step-timeout';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'ClientTimedOut';
      readonly why: 'task.client-timeout';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Deleting'; readonly nodes: readonly string[] }
  | { readonly type: 'NodeRemoved'; readonly node: string }
  | { readonly type: 'Deleted' };

const failure = { why: 'text', words: 'text', facts: 'seqs' } as const;

export const clusterEvents: Shapes<ClusterEvent> = {
  Requested: { spec: 'data' },
  PhaseStarted: { step: 'text', role: 'text', phase: 'int', nodes: 'texts', addresses: 'ints' },
  NodeProvisioned: { node: 'text' },
  NodeReady: { node: 'text' },
  NodeFailed: { node: 'text', ...failure },
  Verifying: { nodes: 'texts' },
  PhaseDone: { step: 'text', role: 'text' },
  Created: {},
  Ready: { took: 'int' },
  Failed: { step: 'text', ...failure },
  ExpandFailed: { attempt: 'int', nodes: 'texts', ...failure },
  StepTimedOut: { step: 'text', ...failure },
  ClientTimedOut: failure,
  Deleting: { nodes: 'texts' },
  NodeRemoved: { node: 'text' },
  Deleted: {},
};
