import type { Micros } from '../../base/units.ts';
import { NOTHING, type Stamp } from '../../kernel/model.ts';
import type { FabricEvent } from './events.ts';
import { join, part } from './pools.ts';
import { settle } from './settle.ts';
import { holdersOf } from './share.ts';
import { type Fabric, type Group, transferKey } from './state.ts';

/** Folds what is known at once. Gives the links and caps from which on shares have to be settled anew, if any. */
function fold(fabric: Fabric, event: FabricEvent, stamp: Stamp): readonly string[] {
  switch (event.type) {
    case 'LinkSet':
      return setLink(fabric, event.link, event.rate / 8e6);
    case 'Started':
      return start(fabric, event, stamp);
    case 'Ended':
    case 'Cancelled':
      return leave(fabric, transferKey(event.owner, event.tag), stamp.at);
  }
}

function start(
  fabric: Fabric,
  event: FabricEvent & { type: 'Started' },
  { at, seq }: Stamp,
): readonly string[] {
  const { owner, tag, path, size } = event;
  const cap = event.cap === 0 ? Number.POSITIVE_INFINITY : event.cap / 8e6;
  const key = event.cap === 0 ? path.join(' ') : `${path.join(' ')} at ${event.cap}`;
  const group = fabric.groups.get(key) ?? found(fabric, key, { path, cap, count: 0, holder: '', seq });
  return join(fabric, group, { owner, tag, group: key, size, end: size, seq }, at)
    ? NOTHING
    : holdersOf(group);
}

/** Adds a group. */
function found(fabric: Fabric, key: string, group: Group): Group {
  fabric.groups.set(key, group);
  for (const name of holdersOf(group)) {
    const keys = fabric.along.get(name);
    if (keys === undefined) fabric.along.set(name, new Set([key]));
    else keys.add(key);
  }
  return group;
}

function setLink(fabric: Fabric, name: string, capacity: number): readonly string[] {
  const link = fabric.links.get(name) ?? { capacity, users: 0, bound: 0 };
  link.capacity = capacity;
  fabric.links.set(name, link);
  return link.users === 0 ? NOTHING : [name];
}

function leave(fabric: Fabric, key: string, at: Micros): readonly string[] {
  const transfer = fabric.transfers.get(key);
  if (transfer === undefined) return NOTHING;
  const group = fabric.groups.get(transfer.group) as Group;
  return part(fabric, transfer, at) ? NOTHING : holdersOf(group);
}

export function evolve(fabric: Fabric, event: FabricEvent, stamp: Stamp): void {
  const open = fold(fabric, event, stamp);
  if (open.length > 0) settle(fabric, open, stamp.at);
}
