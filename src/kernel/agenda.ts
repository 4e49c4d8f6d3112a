/**
 * Pending commands in the order they will be delivered: by (at, tie), where the tie is the number of issue, so first asked is first
 * served. A 4-ary heap in typed arrays with a position index, so that a withdrawn timer is removed for real in O(log n).
 */
import { assert } from '../base/assert.ts';
import type { Micros } from '../base/units.ts';
import type { EntityId } from './model.ts';

const NONE = -1;

/** One pending command, as handed out. */
export interface Pending {
  readonly at: Micros;
  readonly to: EntityId;
  readonly cause: number;
  readonly key: string | undefined;
  readonly command: unknown;
}

export class Agenda {
  /** Entries of the heap, the hole included. */
  #size = 0;
  /** The first entry was taken and not yet filled: what is delivered mostly asks for something again, which then goes straight there. */
  #hole = false;
  // In heap order.
  #at: Float64Array;
  #tie: Float64Array;
  #slot: Int32Array;
  // By slot.
  #place: Int32Array;
  #to: Int32Array;
  #cause: Float64Array;
  #command: unknown[] = [];
  #key: (string | undefined)[] = [];
  #free: Int32Array;
  #freeCount = 0;
  #used = 0;
  readonly #keyed = new Map<EntityId, Map<string, number>>();

  /** What the last `take` delivered. */
  at: Micros = 0;
  to: EntityId = 0;
  cause = NONE;
  command: unknown;

  constructor(capacity = 1024) {
    this.#at = new Float64Array(capacity);
    this.#tie = new Float64Array(capacity);
    this.#slot = new Int32Array(capacity);
    this.#place = new Int32Array(capacity);
    this.#to = new Int32Array(capacity);
    this.#cause = new Float64Array(capacity);
    this.#free = new Int32Array(capacity);
  }

  get size(): number {
    return this.#hole ? this.#size - 1 : this.#size;
  }

  /** Instant of the next command, or infinity. */
  get next(): Micros {
    if (this.#hole) this.#fill();
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#at[0] as number);
  }

  /** Adds a command; with a key it first removes the pending one of the same entity and key. */
  add(at: Micros, tie: number, to: EntityId, cause: number, key: string | undefined, command: unknown): void {
    if (key !== undefined) this.withdraw(to, key);
    if (this.#size === this.#at.length) this.#grow();
    const slot = this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#used++;
    this.#to[slot] = to;
    this.#cause[slot] = cause;
    this.#command[slot] = command;
    this.#key[slot] = key;
    if (key !== undefined) this.#remember(to, key, slot);
    if (this.#hole) {
      this.#hole = false;
      this.#sink(0, at, tie, slot);
    } else this.#rise(this.#size++, at, tie, slot);
  }

  /** Removes the pending command of that entity and key, if there is one. */
  withdraw(to: EntityId, key: string): void {
    const keys = this.#keyed.get(to);
    const slot = keys?.get(key);
    if (keys === undefined || slot === undefined) return;
    if (this.#hole) this.#fill();
    keys.delete(key);
    this.#removeAt(this.#place[slot] as number);
    this.#release(slot);
  }

  /** Takes the first command into `at`, `to`, `cause` and `command`. */
  take(): void {
    if (this.#hole) this.#fill();
    assert(this.#size > 0, 'take needs a pending command');
    const slot = this.#slot[0] as number;
    this.at = this.#at[0] as number;
    this.to = this.#to[slot] as number;
    this.cause = this.#cause[slot] as number;
    this.command = this.#command[slot];
    const key = this.#key[slot];
    if (key !== undefined) this.#keyed.get(this.to)?.delete(key);
    this.#hole = true;
    this.#release(slot);
  }

  /** Forgets every command due before `at` (or at it, with `inclusive`): how a fold of the log leaves delivered ones behind. */
  drop(at: Micros, inclusive: boolean): void {
    while (this.size > 0 && (inclusive ? this.next <= at : this.next < at)) this.take();
    this.command = undefined;
  }

  /** Every pending command in order of delivery. For inspection; sorts a copy. */
  list(): Pending[] {
    if (this.#hole) this.#fill();
    const order = Array.from({ length: this.#size }, (_, i) => i);
    order.sort((a, b) => this.#at[a]! - this.#at[b]! || this.#tie[a]! - this.#tie[b]!);
    return order.map((i) => {
      const slot = this.#slot[i] as number;
      return {
        at: this.#at[i]!,
        to: this.#to[slot]!,
        cause: this.#cause[slot]!,
        key: this.#key[slot],
        command: this.#command[slot],
      };
    });
  }

  #remember(to: EntityId, key: string, slot: number): void {
    let keys = this.#keyed.get(to);
    if (keys === undefined) {
      keys = new Map();
      this.#keyed.set(to, keys);
    }
    keys.set(key, slot);
  }

  #release(slot: number): void {
    this.#command[slot] = undefined;
    this.#key[slot] = undefined;
    this.#free[this.#freeCount++] = slot;
  }

  #fill(): void {
    this.#hole = false;
    this.#removeAt(0);
  }

  #removeAt(place: number): void {
    const last = --this.#size;
    if (place === last) return;
    const at = this.#at[last] as number;
    const tie = this.#tie[last] as number;
    const slot = this.#slot[last] as number;
    if (place > 0) {
      const parent = (place - 1) >> 2;
      const above = this.#at[parent] as number;
      if (at < above || (at === above && tie < (this.#tie[parent] as number))) {
        this.#rise(place, at, tie, slot);
        return;
      }
    }
    this.#sink(place, at, tie, slot);
  }

  #rise(from: number, at: Micros, tie: number, slot: number): void {
    const ats = this.#at;
    const ties = this.#tie;
    const slots = this.#slot;
    const places = this.#place;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const above = ats[parent] as number;
      if (above < at || (above === at && (ties[parent] as number) < tie)) break;
      ats[place] = above;
      ties[place] = ties[parent] as number;
      const moved = slots[parent] as number;
      slots[place] = moved;
      places[moved] = place;
      place = parent;
    }
    ats[place] = at;
    ties[place] = tie;
    slots[place] = slot;
    places[slot] = place;
  }

  #sink(from: number, at: Micros, tie: number, slot: number): void {
    const ats = this.#at;
    const ties = this.#tie;
    const slots = this.#slot;
    const places = this.#place;
    const size = this.#size;
    let place = from;
    for (;;) {
      const first = (place << 2) + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let least = first;
      let leastAt = ats[first] as number;
      for (let child = first + 1; child < end; child += 1) {
        const childAt = ats[child] as number;
        if (childAt < leastAt || (childAt === leastAt && (ties[child] as number) < (ties[least] as number))) {
          least = child;
          leastAt = childAt;
        }
      }
      if (at < leastAt || (at === leastAt && tie < (ties[least] as number))) break;
      ats[place] = leastAt;
      ties[place] = ties[least] as number;
      const moved = slots[least] as number;
      slots[place] = moved;
      places[moved] = place;
      place = least;
    }
    ats[place] = at;
    ties[place] = tie;
    slots[place] = slot;
    places[slot] = place;
  }

  #grow(): void {
    const wide = <T extends Float64Array | Int32Array>(old: T, next: T): T => {
      next.set(old);
      return next;
    };
    const capacity = this.#at.length * 2;
    this.#at = wide(this.#at, new Float64Array(capacity));
    this.#tie = wide(this.#tie, new Float64Array(capacity));
    this.#slot = wide(this.#slot, new Int32Array(capacity));
    this.#place = wide(this.#place, new Int32Array(capacity));
    this.#to = wide(this.#to, new Int32Array(capacity));
    this.#cause = wide(this.#cause, new Float64Array(capacity));
    this.#free = wide(this.#free, new Int32Array(capacity));
  }
}
