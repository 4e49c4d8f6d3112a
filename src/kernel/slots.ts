/**
 * Where pending commands are kept: one slot each, in typed arrays, handed out again once free. What belongs together is touched together,
 * so it lies together: with a million commands pending, memory is what the agenda waits for.
 */
import type { Micros } from '../base/units.ts';
import type { EntityId } from './model.ts';

/** No slot. */
export const NONE = -1;

/** Numbers of a slot in `times`: instant and tie. */
const TIMES = 2;
/** Numbers of a slot in `links`: next and previous of its list, place in the heap, addressee, cause. */
const LINKS = 5;

export class Slots {
  #times: Float64Array;
  #links: Int32Array;
  readonly #command: unknown[] = [];
  readonly #key: (string | undefined)[] = [];
  #capacity: number;
  #used = 0;
  /** First of the free ones, which are linked by `next`. */
  #free = NONE;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity * TIMES);
    this.#links = new Int32Array(capacity * LINKS);
  }

  /** A slot for a command, in no list and in no heap. Bounds keep entities and events, and so `to` and `cause`, below 2^31. */
  claim(
    at: Micros,
    tie: number,
    to: EntityId,
    cause: number,
    key: string | undefined,
    command: unknown,
  ): number {
    const slot = this.#free === NONE ? this.#fresh() : this.#free;
    const links = slot * LINKS;
    if (slot === this.#free) this.#free = this.#links[links] as number;
    this.#links[links + 3] = to;
    this.#links[links + 4] = cause;
    const times = slot * TIMES;
    this.#times[times] = at;
    this.#times[times + 1] = tie;
    this.#command[slot] = command;
    this.#key[slot] = key;
    return slot;
  }

  /** Hands a slot back. */
  release(slot: number): void {
    this.#command[slot] = undefined;
    this.#links[slot * LINKS] = this.#free;
    this.#free = slot;
  }

  at(slot: number): Micros {
    return this.#times[slot * TIMES] as number;
  }

  tie(slot: number): number {
    return this.#times[slot * TIMES + 1] as number;
  }

  cause(slot: number): number {
    return this.#links[slot * LINKS + 4] as number;
  }

  to(slot: number): EntityId {
    return this.#links[slot * LINKS + 3] as number;
  }

  command(slot: number): unknown {
    return this.#command[slot];
  }

  key(slot: number): string | undefined {
    return this.#key[slot];
  }

  next(slot: number): number {
    return this.#links[slot * LINKS] as number;
  }

  /** Place in the heap, or `NONE` while the slot is in a list. */
  place(slot: number): number {
    return this.#links[slot * LINKS + 2] as number;
  }

  setPlace(slot: number, place: number): void {
    this.#links[slot * LINKS + 2] = place;
  }

  /** Puts a slot in front of the list that starts with `head` (or `NONE`): it is the head then. */
  link(slot: number, head: number): void {
    const links = this.#links;
    const at = slot * LINKS;
    links[at] = head;
    links[at + 1] = NONE;
    links[at + 2] = NONE;
    if (head !== NONE) links[head * LINKS + 1] = slot;
  }

  /** Takes a slot out of its list. Returns whether it was the head; the list then starts with its `next`. */
  unlink(slot: number): boolean {
    const links = this.#links;
    const next = links[slot * LINKS] as number;
    const previous = links[slot * LINKS + 1] as number;
    if (next !== NONE) links[next * LINKS + 1] = previous;
    if (previous === NONE) return true;
    links[previous * LINKS] = next;
    return false;
  }

  #fresh(): number {
    if (this.#used === this.#capacity) this.#grow();
    return this.#used++;
  }

  // By half: a doubled array would be half empty just when memory is dear.
  #grow(): void {
    this.#capacity += (this.#capacity >> 1) + 64;
    const times = new Float64Array(this.#capacity * TIMES);
    times.set(this.#times);
    this.#times = times;
    const links = new Int32Array(this.#capacity * LINKS);
    links.set(this.#links);
    this.#links = links;
  }
}
