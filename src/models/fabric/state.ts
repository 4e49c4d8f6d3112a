import type { Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { FabricEvent } from './events.ts';
import { join, part } from './pools.ts';
import { settle } from './settle.ts';

/** A transfer under way: done when the pool of its group has served `end` bytes. `seq` is the number of its start. */
export interface Transfer {
  readonly owner: string;
  readonly tag: string;
  readonly group: string;
  readonly size: Bytes;
  readonly end: number;
  readonly seq: number;
}

/** Transfers that take the same path with the same cap. They are in the pool of what holds them. */
export interface Group {
  readonly path: readonly string[];
  readonly cap: number;
  count: number;
  holder: string;
}

/** A link: bytes per microsecond, and how many transfers go over it. While it holds none of them back, none is faster than `bound`. */
export interface Link {
  capacity: number;
  users: number;
  bound: number;
}

/**
 * The transfers that one link (or their cap) holds back: all get the same `rate`, so one clock counts what each has been served. The rate
 * can be told from the number of transfers alone while it stays from `floor` to `room`.
 */
export interface Pool {
  count: number;
  rate: number;
  /** Bytes that each member has received since the pool began, as of `since`. */
  served: number;
  since: Micros;
  /** What slower transfers, held elsewhere, take of the link; the fastest of them gets `floor`. */
  taken: number;
  floor: number;
  /** From here on another link or a cap might hold members back. */
  room: number;
  /** The links that hold others and that each member takes of as well, one after the other; `mixed` when they are not the same for all. */
  feeds: string;
  mixed: boolean;
  /** Members as a heap by their end, and the instant of the first one. */
  readonly members: Transfer[];
  due: Micros;
}

/** When the first member of a pool ends. */
export interface Due {
  readonly at: Micros;
  readonly pool: string;
}

export interface Fabric {
  links: Map<string, Link>;
  groups: Map<string, Group>;
  pools: Map<string, Pool>;
  transfers: Map<string, Transfer>;
  /** The pools whose members move, by the end of the first. */
  dues: Due[];
}

export const emptyFabric = (): Fabric => ({
  links: new Map(),
  groups: new Map(),
  pools: new Map(),
  transfers: new Map(),
  dues: [],
});

export const transferKey = (owner: string, tag: string) => `${owner} ${tag}`;

/** Bytes per microsecond that each transfer of a group gets. */
export const rateOf = (fabric: Readonly<Fabric>, group: string): number =>
  fabric.pools.get(fabric.groups.get(group)?.holder ?? '')?.rate ?? 0;

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
