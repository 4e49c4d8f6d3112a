/**
 * The commands that are due next, in exact order: a 4-ary heap of slots by (instant, tie), in typed arrays. Each slot knows its place, so
 * that a withdrawn timer is removed for real in O(log n).
 */
import type { Micros } from '../base/units.ts';
import type { Slots } from './slots.ts';

export class Near {
  readonly #slots: Slots;
  #size = 0;
  #at = new Float64Array(64);
  #tie = new Float64Array(64);
  #slot = new Int32Array(64);

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  get size(): number {
    return this.#size;
  }

  /** Instant of the first; there must be one. */
  get firstAt(): Micros {
    return this.#at[0] as number;
  }

  /** Slot of the first; there must be one. */
  get first(): number {
    return this.#slot[0] as number;
  }

  /** Every slot in no order. */
  all(): Iterable<number> {
    return this.#slot.subarray(0, this.#size);
  }

  add(slot: number): void {
    if (this.#size === this.#at.length) this.#grow(this.#size + 1);
    this.#rise(this.#size++, this.#slots.at(slot), this.#slots.tie(slot), slot);
  }

  /** Takes over a list of `count` slots, last come first, while the heap is empty. */
  load(head: number, count: number): void {
    if (count > this.#at.length) this.#grow(count);
    const slots = this.#slots;
    this.#size = count;
    let slot = head;
    // From behind, because lists have the last issued in front: what is in order by then stays where it is.
    for (let place = count - 1; place >= 0; place -= 1) {
      this.#at[place] = slots.at(slot);
      this.#tie[place] = slots.tie(slot);
      this.#slot[place] = slot;
      const next = slots.next(slot);
      slots.setPlace(slot, place);
      slot = next;
    }
    for (let place = (count - 2) >> 2; place >= 0; place -= 1)
      this.#sink(place, this.#at[place] as number, this.#tie[place] as number, this.#slot[place] as number);
  }

  remove(place: number): void {
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
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const above = ats[parent] as number;
      if (above < at || (above === at && (ties[parent] as number) < tie)) break;
      ats[place] = above;
      ties[place] = ties[parent] as number;
      const moved = slots[parent] as number;
      slots[place] = moved;
      this.#slots.setPlace(moved, place);
      place = parent;
    }
    ats[place] = at;
    ties[place] = tie;
    slots[place] = slot;
    this.#slots.setPlace(slot, place);
  }

  #sink(from: number, at: Micros, tie: number, slot: number): void {
    const ats = this.#at;
    const ties = this.#tie;
    const slots = this.#slot;
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
      this.#slots.setPlace(moved, place);
      place = least;
    }
    ats[place] = at;
    ties[place] = tie;
    slots[place] = slot;
    this.#slots.setPlace(slot, place);
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.#at.length * 2);
    const ats = new Float64Array(capacity);
    ats.set(this.#at);
    this.#at = ats;
    const ties = new Float64Array(capacity);
    ties.set(this.#tie);
    this.#tie = ties;
    const slots = new Int32Array(capacity);
    slots.set(this.#slot);
    this.#slot = slots;
  }
}
