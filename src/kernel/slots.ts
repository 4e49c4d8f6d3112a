/**
 * Where pending commands are kept: one slot each, in typed arrays, handed out again once free. Slots hang in lists, each slot in one at
 * most. What belongs together is touched together, so it lies together, half a cache line for a slot: with a million commands pending,
 * memory is what the agenda waits for.
 */
import type { Micros } from '../base/units.ts';
import type { EntityId } from './model.ts';

/** No slot. */
export const NONE = -1;

/**
 * A slot is four doubles: its instant, its tie, and two that are four whole numbers: its neighbours in a list, addressee and cause. Places
 * are found by shifts and "or", since a processor need not look whether those overflow.
 */
const BYTES = 32;
const TIE = 1;
const NEXT = 4;
const PREVIOUS = 5;
/** The addressee of a command without a key, and `~` of it for one with a key: most have none, and nobody need look for it. */
const TO = 6;
const CAUSE = 7;

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
    const bytes = new ArrayBuffer(capacity * BYTES);
    this.#times = new Float64Array(bytes);
    this.#links = new Int32Array(bytes);
  }

  /** A slot for a command, in no list. Bounds keep entities and events, and so `to` and `cause`, below 2^31. */
  claim(
    at: Micros,
    tie: number,
    to: EntityId,
    cause: number,
    key: string | undefined,
    command: unknown,
  ): number {
    const slot = this.#free >= 0 ? this.#free : this.#fresh();
    const links = this.#links;
    if (slot === this.#free) this.#free = links[(slot << 3) | NEXT] as number;
    links[(slot << 3) | TO] = key === undefined ? to : ~to;
    links[(slot << 3) | CAUSE] = cause;
    const times = this.#times;
    times[slot << 2] = at;
    times[(slot << 2) | TIE] = tie;
    this.#command[slot] = command;
    if (key !== undefined) this.#key[slot] = key;
    return slot;
  }

  /** Hands a slot back. */
  release(slot: number): void {
    this.#command[slot] = undefined;
    this.#links[(slot << 3) | NEXT] = this.#free;
    this.#free = slot;
  }

  at(slot: number): Micros {
    return this.#times[slot << 2] as number;
  }

  tie(slot: number): number {
    return this.#times[(slot << 2) | TIE] as number;
  }

  /** Whether one command is delivered before another. */
  before(one: number, other: number): boolean {
    const times = this.#times;
    const at = times[one << 2] as number;
    const than = times[other << 2] as number;
    return at < than || (at === than && this.tie(one) < this.tie(other));
  }

  cause(slot: number): number {
    return this.#links[(slot << 3) | CAUSE] as number;
  }

  to(slot: number): EntityId {
    const to = this.#links[(slot << 3) | TO] as number;
    return to < 0 ? ~to : to;
  }

  command(slot: number): unknown {
    return this.#command[slot];
  }

  key(slot: number): string | undefined {
    return (this.#links[(slot << 3) | TO] as number) < 0 ? this.#key[slot] : undefined;
  }

  next(slot: number): number {
    return this.#links[(slot << 3) | NEXT] as number;
  }

  previous(slot: number): number {
    return this.#links[(slot << 3) | PREVIOUS] as number;
  }

  /** Every slot of the list that starts there. */
  *list(head: number): Iterable<number> {
    for (let slot = head; slot >= 0; slot = this.next(slot)) yield slot;
  }

  /** How many slots the list has that starts there. */
  length(head: number): number {
    const links = this.#links;
    let count = 0;
    for (let slot = head; slot >= 0; slot = links[(slot << 3) | NEXT] as number) count += 1;
    return count;
  }

  /** Puts a slot in front of the list that starts with `head` (or `NONE`): it is the head then. */
  link(slot: number, head: number): void {
    const links = this.#links;
    links[(slot << 3) | NEXT] = head;
    links[(slot << 3) | PREVIOUS] = NONE;
    if (head >= 0) links[(head << 3) | PREVIOUS] = slot;
  }

  /** Takes a slot out of its list: its neighbours are each other's. It still knows them. */
  unlink(slot: number): void {
    const links = this.#links;
    const next = links[(slot << 3) | NEXT] as number;
    const previous = links[(slot << 3) | PREVIOUS] as number;
    if (next >= 0) links[(next << 3) | PREVIOUS] = previous;
    if (previous >= 0) links[(previous << 3) | NEXT] = next;
  }

  #fresh(): number {
    if (this.#used === this.#capacity) this.#grow();
    this.#key.push(undefined);
    return this.#used++;
  }

  // By half: a doubled array would be half empty just when memory is dear.
  #grow(): void {
    this.#capacity += (this.#capacity >> 1) + 64;
    const bytes = new ArrayBuffer(this.#capacity * BYTES);
    const links = new Int32Array(bytes);
    links.set(this.#links);
    this.#links = links;
    this.#times = new Float64Array(bytes);
  }
}
