import { assert } from '../../base/assert.ts';
import type { Micros } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import {
  type FabricCommand,
  type FabricEvent,
  fabricEvents,
  fabricUpcasts,
  fabricVersions,
} from './events.ts';
import { emptyFabric, evolve, type Fabric, servedAt, type Transfer, transferKey } from './state.ts';

/** Bytes a transfer still has to receive at an instant, and the rate at which it does. */
function left(fabric: Readonly<Fabric>, transfer: Transfer, at: Micros): { bytes: number; rate: number } {
  const flow = fabric.groups.get(transfer.group);
  assert(flow !== undefined, 'a transfer under way belongs to a group');
  return { bytes: transfer.end - servedAt(flow, fabric.at, at), rate: flow.rate };
}

/** Within a microsecond of its end a transfer is over: time has no finer grain. */
function ended(fabric: Readonly<Fabric>, at: Micros): FabricEvent[] {
  const over: FabricEvent[] = [];
  for (const transfer of fabric.transfers.values()) {
    const { bytes, rate } = left(fabric, transfer, at);
    if (bytes <= rate) over.push({ type: 'Ended', owner: transfer.owner, tag: transfer.tag });
  }
  return over;
}

/** Delay until the next transfer ends, or `NEVER`. */
function nextEnd(fabric: Readonly<Fabric>): Micros {
  let next = NEVER;
  for (const transfer of fabric.transfers.values()) {
    const { bytes, rate } = left(fabric, transfer, fabric.at);
    if (rate > 0) next = Math.min(next, Math.max(Math.ceil(bytes / rate), 0));
  }
  return next;
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
    case 'cancel':
      return [...fabric.transfers.values()]
        .filter((transfer) => transfer.owner === command.owner)
        .map(({ owner, tag }) => ({ type: 'Cancelled', owner, tag }));
    case 'advance':
      return ended(fabric, at);
  }
}

function react(
  _event: FabricEvent,
  fabric: Readonly<Fabric>,
  { entity: to }: Stamp,
): readonly Send<FabricCommand>[] {
  return [{ to, after: nextEnd(fabric), command: { type: 'advance' }, key: 'next' }];
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
