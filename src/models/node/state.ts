import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { NodeEvent, NodeSpec, Stage } from './events.ts';

export interface Node {
  spec: NodeSpec | undefined;
  stage: Stage | 'none' | 'ready' | 'failed' | 'removed';
  stageAt: Micros;
  waitsFor: string;
  /** Whether what the stage waits for holds; polls look at it. */
  holds: boolean;
  roots: readonly { readonly name: string; readonly from: Micros; readonly until: Micros }[];
  isoSeq: number;
  lastSeq: number;
}

export const emptyNode = (): Node => ({
  spec: undefined,
  stage: 'none',
  stageAt: 0,
  waitsFor: '',
  holds: false,
  roots: [],
  isoSeq: -1,
  lastSeq: -1,
});

export function evolve(node: Node, event: NodeEvent, { seq, at }: Stamp): void {
  node.lastSeq = seq;
  switch (event.type) {
    case 'Requested': {
      const { type: _, ...spec } = event;
      Object.assign(node, emptyNode(), { spec, lastSeq: seq });
      return;
    }
    case 'StageStarted':
      node.stage = event.stage;
      node.stageAt = at;
      node.waitsFor = event.waitsFor;
      node.holds = false;
      return;
    case 'IsoBuilt':
      node.roots = event.roots.map((name, i) => ({
        name,
        from: event.from[i] as number,
        until: event.until[i] as number,
      }));
      node.isoSeq = seq;
      return;
    case 'Observed':
      node.holds = event.holds;
      return;
    case 'DeadlineReached':
    case 'Provisioned':
      return;
    case 'Ready':
      node.stage = 'ready';
      return;
    case 'Failed':
      node.stage = 'failed';
      return;
    case 'Removing':
      node.stage = 'removed';
      return;
  }
}
