import type { Bytes, Micros } from '../../base/units.ts';

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
  /** The event that began it: groups are looked at in this order. */
  readonly seq: number;
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
  /** The names of the groups on each link, and at each cap. */
  along: Map<string, Set<string>>;
  /** The tags of each owner's transfers, in the order of their starts. */
  tags: Map<string, string[]>;
  /** The pools whose members move, by the end of the first. */
  dues: Due[];
}

export const emptyFabric = (): Fabric => ({
  links: new Map(),
  groups: new Map(),
  pools: new Map(),
  transfers: new Map(),
  along: new Map(),
  tags: new Map(),
  dues: [],
});

export const transferKey = (owner: string, tag: string) => `${owner} ${tag}`;

/** Bytes per microsecond that each transfer of a group gets. */
export const rateOf = (fabric: Readonly<Fabric>, group: string): number =>
  fabric.pools.get(fabric.groups.get(group)?.holder ?? '')?.rate ?? 0;
