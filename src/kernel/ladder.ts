/**
 * Pending commands in order of time. Only what is due next is sorted (`Near`); the rest waits in buckets, each of which is looked at when
 * its time comes: a ladder queue (Tang, Goh, Thng, ACM TOMACS 15(3), 2005), whose work for a command does not grow with the number of
 * the others. A rung is a row of buckets; a bucket that holds too much becomes a finer rung of its own; what is later than every rung
 * waits in one list, the top. Each instant belongs to exactly one of them: to `Near` before `#nearEnd`, else to the lowest rung that ends
 * after it, else to the top.
 */
import type { Micros } from '../base/units.ts';
import { Near } from './near.ts';
import { NONE, type Slots } from './slots.ts';

/** More than this is not sorted at once but spread over a finer rung; measured (docs/performance.md). */
const SORTED_AT_ONCE = 24;
/** Commands a bucket should get when they are spread evenly: so few that a finer rung always has several buckets. */
const PER_BUCKET = 2;

/** A row of buckets, each a power of two microseconds wide: instants fall into them without rounding. */
class Rung {
  heads = new Int32Array(0);
  start: Micros = 0;
  /** First instant after the last bucket. */
  end: Micros = 0;
  perMicro = 1;
  /** First bucket that can hold anything. */
  current = 0;
  size = 0;

  open(start: Micros, end: Micros, count: number): void {
    const target = ((end - start) * PER_BUCKET) / count;
    this.perMicro = 1;
    while (this.perMicro * target > 1) this.perMicro /= 2;
    const buckets = Math.ceil((end - start) * this.perMicro);
    // The buckets of a rung that was used up are empty.
    if (this.heads.length < buckets) this.heads = new Int32Array(buckets).fill(NONE);
    this.start = start;
    this.end = end;
    this.current = 0;
    this.size = 0;
  }

  bucketOf(at: Micros): number {
    return Math.floor((at - this.start) * this.perMicro);
  }
}

export class Ladder {
  readonly #slots: Slots;
  readonly #near: Near;
  /** What is due before belongs to `#near`. */
  #nearEnd: Micros = 0;
  readonly #rungs: Rung[] = [];
  /** Rungs in use: the last is the lowest. */
  #depth = 0;
  #top = NONE;
  #topSize = 0;
  size = 0;

  constructor(slots: Slots) {
    this.#slots = slots;
    this.#near = new Near(slots);
  }

  add(slot: number): void {
    const slots = this.#slots;
    const at = slots.at(slot);
    this.size += 1;
    if (at < this.#nearEnd) {
      this.#near.add(slot);
      return;
    }
    for (let depth = this.#depth - 1; depth >= 0; depth -= 1) {
      const rung = this.#rungs[depth] as Rung;
      if (at < rung.end) {
        this.#hang(rung, slot, at);
        return;
      }
    }
    slots.link(slot, this.#top);
    this.#top = slot;
    this.#topSize += 1;
  }

  remove(slot: number): void {
    const slots = this.#slots;
    const place = slots.place(slot);
    this.size -= 1;
    if (place === NONE) this.#unhang(slot);
    else this.#near.remove(place);
  }

  /** Slot of the first command, or `NONE`. */
  first(): number {
    return this.#near.size > 0 || this.#refill() ? this.#near.first : NONE;
  }

  /** Instant of the first command, or infinity. */
  firstAt(): Micros {
    return this.#near.size > 0 || this.#refill() ? this.#near.firstAt : Number.POSITIVE_INFINITY;
  }

  /** Takes the first command away; there must be one. */
  shift(): number {
    const slot = this.first();
    this.#near.remove(0);
    this.size -= 1;
    return slot;
  }

  /** Every slot in no order. */
  *all(): Iterable<number> {
    yield* this.#near.all();
    yield* this.#list(this.#top);
    for (const rung of this.#rungs.slice(0, this.#depth))
      for (const head of rung.heads) yield* this.#list(head);
  }

  *#list(head: number): Iterable<number> {
    for (let slot = head; slot !== NONE; slot = this.#slots.next(slot)) yield slot;
  }

  #hang(rung: Rung, slot: number, at: Micros): void {
    const bucket = rung.bucketOf(at);
    this.#slots.link(slot, rung.heads[bucket] as number);
    rung.heads[bucket] = slot;
    rung.size += 1;
  }

  #unhang(slot: number): void {
    const slots = this.#slots;
    const at = slots.at(slot);
    const wasHead = slots.unlink(slot);
    for (let depth = this.#depth - 1; depth >= 0; depth -= 1) {
      const rung = this.#rungs[depth] as Rung;
      if (at >= rung.end) continue;
      if (wasHead) rung.heads[rung.bucketOf(at)] = slots.next(slot);
      rung.size -= 1;
      return;
    }
    if (wasHead) this.#top = slots.next(slot);
    this.#topSize -= 1;
  }

  /** Sorts what comes next into the empty `#near`. False when there is nothing. */
  #refill(): boolean {
    while (this.#near.size === 0) {
      const rung = this.#lowest();
      if (rung !== undefined) this.#openBucket(rung);
      else if (this.#topSize > 0) this.#openTop();
      else return false;
    }
    return true;
  }

  /** The lowest rung that still holds something; those that do not are left behind. */
  #lowest(): Rung | undefined {
    while (this.#depth > 0) {
      const rung = this.#rungs[this.#depth - 1] as Rung;
      if (rung.size > 0) return rung;
      this.#nearEnd = Math.max(this.#nearEnd, rung.end);
      this.#depth -= 1;
    }
    return undefined;
  }

  #openBucket(rung: Rung): void {
    const { heads } = rung;
    let bucket = rung.current;
    while (heads[bucket] === NONE) bucket += 1;
    const head = heads[bucket] as number;
    heads[bucket] = NONE;
    rung.current = bucket;
    rung.size -= this.#open(head);
  }

  #openTop(): void {
    const head = this.#top;
    this.#top = NONE;
    this.#topSize = 0;
    this.#open(head);
  }

  /** Sorts the commands of a list, or spreads them over a finer rung. Returns how many they are. */
  #open(head: number): number {
    const slots = this.#slots;
    let count = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let slot = head; slot !== NONE; slot = slots.next(slot)) {
      const at = slots.at(slot);
      if (at < least) least = at;
      if (at > most) most = at;
      count += 1;
    }
    if (count <= SORTED_AT_ONCE || least === most) {
      this.#nearEnd = most + 1;
      this.#near.load(head, count);
    } else this.#spread(head, count, least, most + 1);
    return count;
  }

  #spread(head: number, count: number, start: Micros, end: Micros): void {
    const slots = this.#slots;
    const depth = this.#depth++;
    if (depth === this.#rungs.length) this.#rungs.push(new Rung());
    const rung = this.#rungs[depth] as Rung;
    rung.open(start, end, count);
    this.#nearEnd = start;
    for (let slot = head; slot !== NONE; ) {
      const next = slots.next(slot);
      this.#hang(rung, slot, slots.at(slot));
      slot = next;
    }
  }
}
