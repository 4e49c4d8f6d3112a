import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { FabricEvent } from './events.ts';
import { join, part } from './pools.ts';
import { settle } from './settle.ts';
import { type Fabric, transferKey } from './state.ts';

function start(fabric: Fabric, event: FabricEvent & { type: 'Started' }, { at, seq }: Stamp): boolean {
  const { owner, tag, path, size } = event;
  const cap = event.cap === 0 ? Number.POSITIVE_INFINITY : event.cap / 8e6;
  const key = event.cap === 0 ? path.join(' ') : `${path.join(' ')} at ${event.cap}`;
  const group = fabric.groups.get(key) ?? { path, cap, count: 0, holder: '' };
  fabric.groups.set(key, group);
  return join(fabric, group, { owner, tag, group: key, size, end: size, seq }, at);
}

function setLink(fabric: Fabric, name: string, capacity: number): boolean {
  const link = fabric.links.get(name) ?? { capacity, users: 0, bound: 0 };
  link.capacity = capacity;
  fabric.links.set(name, link);
  return link.users === 0;
}

function leave(fabric: Fabric, key: string, at: Micros): boolean {
  const transfer = fabric.transfers.get(key);
  return transfer === undefined || part(fabric, transfer, at);
}

export function evolve(fabric: Fabric, event: FabricEvent, stamp: Stamp): void {
  const { at } = stamp;
  if (!isTold(fabric, event, stamp)) settle(fabric, at);
}

/** Folds what is known at once. False when the shares have to be settled anew. */
function isTold(fabric: Fabric, event: FabricEvent, stamp: Stamp): boolean {
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
