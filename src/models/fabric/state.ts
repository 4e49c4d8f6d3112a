import type { Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { FabricEvent } from './events.ts';
import { type Group, shareFairly } from './share.ts';

/** A transfer under way: done when its group has served `end` bytes to each member. */
export interface Transfer {
  readonly owner: string;
  readonly tag: string;
  readonly group: string;
  readonly size: Bytes;
  readonly end: number;
}

export interface Flow extends Group {
  /** Bytes that each member has received since the group began, as of `at`. */
  served: number;
}

export interface Fabric {
  /** Bytes per microsecond. */
  links: Map<string, number>;
  groups: Map<string, Flow>;
  transfers: Map<string, Transfer>;
  at: Micros;
}

export const emptyFabric = (): Fabric => ({
  links: new Map(),
  groups: new Map(),
  transfers: new Map(),
  at: 0,
});

export const transferKey = (owner: string, tag: string) => `${owner} ${tag}`;

/** What each member of a group has received at an instant. */
export const servedAt = (flow: Readonly<Flow>, since: Micros, at: Micros): number =>
  flow.served + flow.rate * (at - since);

function advance(fabric: Fabric, at: Micros): void {
  for (const flow of fabric.groups.values()) flow.served = servedAt(flow, fabric.at, at);
  fabric.at = at;
}

function leave(fabric: Fabric, key: string): void {
  const transfer = fabric.transfers.get(key);
  const flow = transfer && fabric.groups.get(transfer.group);
  if (transfer === undefined || flow === undefined) return;
  fabric.transfers.delete(key);
  flow.count -= 1;
  if (flow.count === 0) fabric.groups.delete(transfer.group);
}

export function evolve(fabric: Fabric, event: FabricEvent, { at }: Stamp): void {
  advance(fabric, at);
  switch (event.type) {
    case 'LinkSet':
      fabric.links.set(event.link, event.rate / 8e6);
      break;
    case 'Started': {
      const cap = event.cap === 0 ? Number.POSITIVE_INFINITY : event.cap / 8e6;
      const group = event.cap === 0 ? event.path.join(' ') : `${event.path.join(' ')} at ${event.cap}`;
      const flow = fabric.groups.get(group) ?? { path: event.path, cap, count: 0, rate: 0, served: 0 };
      flow.count += 1;
      fabric.groups.set(group, flow);
      const { owner, tag, size } = event;
      fabric.transfers.set(transferKey(owner, tag), { owner, tag, group, size, end: flow.served + size });
      break;
    }
    case 'Ended':
    case 'Cancelled':
      leave(fabric, transferKey(event.owner, event.tag));
      break;
  }
  shareFairly([...fabric.groups.values()], (link) => fabric.links.get(link) ?? 0);
}
