import { assert } from '../../base/assert.ts';
import { heads } from '../../base/heap.ts';
import type { Micros } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import {
  type FabricCommand,
  type FabricEvent,
  fabricEvents,
  fabricUpcasts,
  fabricVersions,
} from './events.ts';
import { evolve } from './evolve.ts';
import { servedAt } from './pools.ts';
import { emptyFabric, type Fabric, type Transfer, transferKey } from './state.ts';

/** Within a microsecond of its end a transfer is over: time has no finer grain. They are named in the order of their starts. */
function ended(fabric: Readonly<Fabric>, at: Micros): FabricEvent[] {
  const over: Transfer[] = [];
  for (const due of fabric.dues) {
    if (due.at > at + 1) break;
    const pool = fabric.pools.get(due.pool);
    assert(pool !== undefined, 'what is due is a pool');
    const served = servedAt(pool, at);
    over.push(...heads(pool.members, ({ end }) => end - served <= pool.rate));
  }
  return over
    .sort((a, b) => a.seq - b.seq)
    .map(({ owner, tag }): FabricEvent => ({ type: 'Ended', owner, tag }));
}

function decide(command: FabricCommand, fabric: Readonly<Fabric>, { at }: Context): readonly FabricEvent[] {
  switch (command.type) {
    case 'link':
      return [{ ...command, type: 'LinkSet' }];
    case 'start': {
      assert(command.path.length > 0, 'a transfer goes over at least one link');
      for (const link of command.path)
        assert(fabric.links.has(link), `a transfer goes over ${link}, which is no link`);
      return fabric.transfers.has(transferKey(command.owner, command.tag))
        ? NOTHING
        : [{ ...command, type: 'Started' }];
    }
    case 'cancel': {
      const { owner } = command;
      return (fabric.tags.get(owner) ?? NOTHING).map((tag) => ({ type: 'Cancelled', owner, tag }));
    }
    case 'advance':
      return ended(fabric, at);
  }
}

function react(
  _event: FabricEvent,
  fabric: Readonly<Fabric>,
  { at, entity: to }: Stamp,
): readonly Send<FabricCommand>[] {
  const [next] = fabric.dues;
  const after = next === undefined ? NEVER : Math.max(next.at - at, 0);
  return [{ to, after, command: { type: 'advance' }, key: 'next' }];
}

export const fabric: Model<Fabric, FabricCommand, FabricEvent> = {
  name: 'fabric',
  versions: fabricVersions,
  upcasts: fabricUpcasts,
  events: fabricEvents,
  initial: emptyFabric,
  decide,
  evolve,
  react,
};
