import { formatIpv4 } from '../../base/ipv4.ts';
import type { Micros } from '../../base/units.ts';
import { type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type NodeCommand, type NodeEvent, type NodeSpec, nodeEvents, type Stage } from './events.ts';
import { emptyNode, evolve, type Node } from './state.ts';
import { nodeUpcasts, nodeVersions } from './upcasts.ts';

/** Speaks of the node as "it", so that a log of many nodes holds few different texts. */
function waitsFor(stage: Stage, spec: NodeSpec): string {
  switch (stage) {
    case 'CREATE_VM':
      return 'it to be created';
    case 'ATTACH_ISO':
      return 'its cidata ISO';
    case 'START_VM':
      return 'it to be started';
    case 'VERIFY_VM':
      return `it to have an address on ${spec.network} ${spec.address < 0 ? 'by DHCP' : `(${formatIpv4(spec.address)})`}`;
    case 'WAIT_FOR_PHASE':
      return 'the other nodes of the phase';
    case 'VERIFY_SERVICE':
      return `it to answer on ${spec.port}`;
  }
}

/** How often a stage polls, for those that do. */
function polling(stage: Node['stage'], spec: NodeSpec): { polls: number; every: Micros } | undefined {
  if (stage === 'VERIFY_VM') return { polls: spec.addressPolls, every: spec.addressEvery };
  return stage === 'VERIFY_SERVICE' ? { polls: spec.servicePolls, every: spec.serviceEvery } : undefined;
}

/** Commands that move a node on, each from the stage it is expected in to the next. */
const STEPS: { readonly [C in NodeCommand['type']]?: readonly [from: Stage, to: Stage] } = {
  'vm-created': ['CREATE_VM', 'ATTACH_ISO'],
  'vm-started': ['START_VM', 'VERIFY_VM'],
  verify: ['WAIT_FOR_PHASE', 'VERIFY_SERVICE'],
};

function decide(command: NodeCommand, node: Readonly<Node>): readonly NodeEvent[] {
  const { spec } = node;
  if (command.type === 'provision') {
    const requested: NodeEvent = { ...command, type: 'Requested' };
    return [
      requested,
      { type: 'StageStarted', stage: 'CREATE_VM', waitsFor: waitsFor('CREATE_VM', command) },
    ];
  }
  if (spec === undefined || node.stage === 'none' || node.stage === 'removed') return NOTHING;
  if (command.type === 'remove') return [{ type: 'Removing' }];
  if (node.stage === 'failed') return NOTHING;
  const start = (stage: Stage): NodeEvent => ({
    type: 'StageStarted',
    stage,
    waitsFor: waitsFor(stage, spec),
  });
  const step = STEPS[command.type];
  if (step !== undefined) return node.stage === step[0] ? [start(step[1])] : NOTHING;
  const wait = polling(node.stage, spec);
  switch (command.type) {
    case 'iso':
      if (node.stage !== 'ATTACH_ISO') return NOTHING;
      return [
        {
          type: 'IsoBuilt',
          roots: command.roots,
          from: command.from,
          until: command.until,
          facts: command.facts,
        },
        start('START_VM'),
      ];
    case 'observe':
      return wait === undefined || node.holds === command.holds
        ? NOTHING
        : [{ type: 'Observed', holds: command.holds }];
    case 'poll':
    case 'deadline':
      if (wait === undefined) return NOTHING;
      // The last poll falls on the deadline's own instant and still counts.
      if (!node.holds) {
        if (command.type === 'poll') return NOTHING;
        return [
          { type: 'DeadlineReached', stage: node.stage as Stage, polls: wait.polls, waitsFor: node.waitsFor },
        ];
      }
      return node.stage === 'VERIFY_VM'
        ? [{ type: 'Provisioned' }, start('WAIT_FOR_PHASE')]
        : [{ type: 'Ready' }];
    case 'give-up': {
      if (node.stage === 'ready') return NOTHING;
      const { why, words, facts } = command;
      return [{ type: 'Failed', stage: node.stage, waitsFor: node.waitsFor, why, words, facts }];
    }
    default:
      return NOTHING;
  }
}

/**
 * A poll looks every `every` since the stage began, and only matters once the thing looked for holds: so one timer at the next multiple stands
 * for all of them.
 */
function react(
  event: NodeEvent,
  node: Readonly<Node>,
  { entity: to, at }: Stamp,
): readonly Send<NodeCommand>[] {
  const wait = node.spec && polling(node.stage, node.spec);
  if (event.type === 'StageStarted' && wait !== undefined) {
    return [{ to, after: wait.polls * wait.every, command: { type: 'deadline' }, key: 'deadline' }];
  }
  if (event.type === 'Observed' && wait !== undefined) {
    if (!event.holds) return [{ to, after: NEVER, command: { type: 'poll' }, key: 'poll' }];
    const since = at - node.stageAt;
    return [
      {
        to,
        after: Math.ceil(since / wait.every) * wait.every - since,
        command: { type: 'poll' },
        key: 'poll',
      },
    ];
  }
  if (
    event.type === 'Provisioned' ||
    event.type === 'Ready' ||
    event.type === 'Failed' ||
    event.type === 'Removing'
  ) {
    return ['poll', 'deadline'].map((key) => ({ to, after: NEVER, command: { type: 'poll' }, key }));
  }
  return NOTHING;
}

export const node: Model<Node, NodeCommand, NodeEvent> = {
  name: 'node',
  versions: nodeVersions,
  upcasts: nodeUpcasts,
  events: nodeEvents,
  initial: emptyNode,
  decide,
  evolve,
  react,
};
