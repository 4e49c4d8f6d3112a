/**
 * The commands that are due next, in exact order: slots sorted by (instant, tie). The ladder keeps them few, so that a place is found in a
 * step or two from behind, and whoever asks last at an instant comes last without a step. Only commands of one instant can become many.
 */
import { assert } from '../base/assert.ts';
import type { Micros } from '../base/units.ts';
import { NONE, type Slots } from './slots.ts';

/** So many steps are taken from behind; a place further in front is found by halving. */
const STEPS = 32;

export class Near {
  readonly #slots: Slots;
  /** Slots in order from `#start` to before `#end`. */
  #order = new Int32Array(2 * STEPS);
  #start = 0;
  #end = 0;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  get size(): number {
    return this.#end - this.#start;
  }

  /** Slot of the first; there must be one. */
  get first(): number {
    return this.#order[this.#start] as number;
  }

  /** Instant of the last; there must be one. */
  get lastAt(): Micros {
    return this.#slots.at(this.#order[this.#end - 1] as number);
  }

  /** Every slot in order. */
  all(): Int32Array {
    return this.#order.subarray(this.#start, this.#end);
  }

  add(slot: number): void {
    if (this.#end === this.#order.length) this.#makeRoom();
    const slots = this.#slots;
    const order = this.#order;
    let place = this.#end++;
    const stop = Math.max(this.#start, place - STEPS);
    while (place > stop && slots.before(slot, order[place - 1] as number)) {
      order[place] = order[place - 1] as number;
      place -= 1;
    }
    if (place > this.#start && place === stop) place = this.#putBefore(slot, stop);
    order[place] = slot;
  }

  /** Takes over a list of `count` slots while this one is empty. */
  load(head: number, count: number): void {
    const slots = this.#slots;
    if (count > STEPS) {
      const inOrder = (one: number, other: number) =>
        slots.at(one) - slots.at(other) || slots.tie(one) - slots.tie(other);
      for (const slot of [...slots.list(head)].sort(inOrder)) this.add(slot);
    } else
      for (let slot = head; slot !== NONE; slot = slots.next(slot)) {
        // Commands lie elsewhere in memory: all are waited for together here, where each would be by itself when it is taken.
        assert(slots.command(slot) !== undefined, 'what waits is something');
        this.add(slot);
      }
  }

  /** Takes the first away; there must be one. */
  shift(): void {
    this.#start += 1;
    if (this.#start === this.#end) this.clear();
  }

  remove(slot: number): void {
    const place = this.#placeOf(slot, this.#end);
    this.#order.copyWithin(place, place + 1, this.#end);
    this.#end -= 1;
  }

  clear(): void {
    this.#start = 0;
    this.#end = 0;
  }

  /** Makes a place for a slot somewhere before `end`, behind which all have moved up by one, and returns it. */
  #putBefore(slot: number, end: number): number {
    const place = this.#placeOf(slot, end);
    this.#order.copyWithin(place + 1, place, end);
    return place;
  }

  /** The first place before `end` whose slot does not come before this one, or `end`. */
  #placeOf(slot: number, end: number): number {
    let low = this.#start;
    for (let high = end; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.#slots.before(this.#order[middle] as number, slot)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Room behind the last: what was taken from the front, when that is half of it, or more. */
  #makeRoom(): void {
    const order = this.#order;
    if (this.#start < order.length / 2) this.#order = new Int32Array(order.length * 2);
    this.#order.set(order.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
  }
}
