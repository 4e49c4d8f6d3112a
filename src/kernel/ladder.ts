/**
 * Pending commands in order of time. Only what is due next is sorted (`Near`); the rest waits in buckets, each of which is looked at when
 * its time comes: a ladder queue (Tang, Goh, Thng, ACM TOMACS 15(3), 2005), whose work for a command does not grow with the number of
 * the others. A rung is a row of buckets; a bucket that holds too much becomes a finer rung of its own; what is later than every rung
 * waits in one list, the top. Each instant belongs to exactly one of them: to `Near` before `#nearEnd`, else to the lowest rung that ends
 * after it, else to the top. A handful of commands are all near.
 */
import { LONG_AGO, type Micros } from '../base/units.ts';
import { Near } from './near.ts';
import { NONE, type Slots } from './slots.ts';

/** More than this is not sorted at once but spread over a finer rung; measured (docs/performance.md). */
const SORTED_AT_ONCE = 24;
/** More than this near ones, come one by one, are spread over a rung. */
const SPREAD_AGAIN = 2 * SORTED_AT_ONCE;
/** How wide a bucket is, in mean distances of one command to the next: so few that a finer rung always has several buckets. */
const WIDTH = 8;
/** No rung has more buckets for each command, so that few empty ones are passed over, */
const BUCKETS_EACH = 4;
/** nor more than this, so that their heads stay in the processor's cache: those that get too much are spread again. */
const MOST_BUCKETS = 2 ** 17;

/** A row of buckets, each a power of two microseconds wide: instants fall into them without rounding. */
class Rung {
  heads = new Int32Array(0);
  start = LONG_AGO;
  /** First instant after the last bucket. */
  end = LONG_AGO;
  /** Buckets in a microsecond: 1 or a fraction, and so a double from the first. */
  perMicro = 0.5;
  /** First bucket that can hold anything. */
  current = 0;
  size = 0;

  /** Starts anew, with buckets for so many commands that are due at `mean` in the mean. */
  open(start: Micros, end: Micros, count: number, mean: Micros): void {
    const most = Math.min(count * BUCKETS_EACH, MOST_BUCKETS);
    const width = Math.max(((mean - start) * WIDTH) / count, (end - start) / most);
    this.perMicro = 1;
    while (this.perMicro * width > 1) this.perMicro /= 2;
    const buckets = Math.ceil((end - start) * this.perMicro);
    // The buckets of a rung that was used up are empty.
    if (this.heads.length < buckets) this.heads = new Int32Array(buckets).fill(NONE);
    this.start = start;
    this.end = end;
    this.current = 0;
    this.size = 0;
  }

  bucketOf(at: Micros): number {
    return ((at - this.start) * this.perMicro) | 0;
  }
}

export class Ladder {
  readonly #slots: Slots;
  readonly #near: Near;
  /** What is due before belongs to `#near`. */
  #nearEnd = LONG_AGO;
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

  add(slot: number, at: Micros): void {
    this.size += 1;
    if (at < this.#nearEnd) this.#addNear(slot);
    else if (this.size <= SORTED_AT_ONCE && this.size === this.#near.size + 1) {
      this.#nearEnd = at + 1;
      this.#near.add(slot);
    } else this.#addFar(slot, at);
  }

  remove(slot: number): void {
    this.size -= 1;
    const at = this.#slots.at(slot);
    if (at < this.#nearEnd) this.#near.remove(slot);
    else this.#removeFar(slot, at);
  }

  /** Slot of the first command, or `NONE`. */
  first(): number {
    return this.#near.size > 0 || this.#refill() ? this.#near.first : NONE;
  }

  /** Takes away the command that `first` gave. */
  shift(): void {
    this.size -= 1;
    this.#near.shift();
  }

  /** Every slot in no order. */
  *all(): Iterable<number> {
    const slots = this.#slots;
    yield* this.#near.all();
    yield* slots.list(this.#top);
    for (const rung of this.#rungs.slice(0, this.#depth))
      for (const head of rung.heads) yield* slots.list(head);
  }

  #addNear(slot: number): void {
    const near = this.#near;
    near.add(slot);
    if (near.size > SPREAD_AGAIN && this.#slots.at(near.first) < near.lastAt) this.#spreadNear();
  }

  #spreadNear(): void {
    const near = this.#near;
    let head: number = NONE;
    for (const slot of near.all()) {
      this.#slots.link(slot, head);
      head = slot;
    }
    const { size } = near;
    near.clear();
    this.#spread(head, size, this.#nearEnd);
  }

  #addFar(slot: number, at: Micros): void {
    const rung = this.#rungOf(at);
    if (rung !== undefined) {
      this.#hang(rung, slot, at);
      return;
    }
    this.#slots.link(slot, this.#top);
    this.#top = slot;
    this.#topSize += 1;
  }

  #removeFar(slot: number, at: Micros): void {
    const slots = this.#slots;
    slots.unlink(slot);
    const wasHead = slots.previous(slot) === NONE;
    const rung = this.#rungOf(at);
    if (rung !== undefined) {
      if (wasHead) rung.heads[rung.bucketOf(at)] = slots.next(slot);
      rung.size -= 1;
      return;
    }
    if (wasHead) this.#top = slots.next(slot);
    this.#topSize -= 1;
  }

  /** The rung to which an instant belongs that is not near; undefined when it belongs to the top. */
  #rungOf(at: Micros): Rung | undefined {
    for (let depth = this.#depth - 1; depth >= 0; depth -= 1) {
      const rung = this.#rungs[depth] as Rung;
      if (at < rung.end) return rung;
    }
    return undefined;
  }

  #hang(rung: Rung, slot: number, at: Micros): void {
    const bucket = rung.bucketOf(at);
    this.#slots.link(slot, rung.heads[bucket] as number);
    rung.heads[bucket] = slot;
    rung.size += 1;
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
    while ((heads[bucket] as number) < 0) bucket += 1;
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
    const count = this.#slots.length(head);
    if (count > SORTED_AT_ONCE && this.#spread(head, count, 0)) return count;
    this.#near.load(head, count);
    this.#nearEnd = this.#near.lastAt + 1;
    return count;
  }

  /** Spreads the commands of a list over a rung that ends with the last of them or later. False when all are due at one instant. */
  #spread(head: number, count: number, end: Micros): boolean {
    const slots = this.#slots;
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    let sum = 0;
    for (let slot = head; slot >= 0; slot = slots.next(slot)) {
      const at = slots.at(slot);
      if (at < least) least = at;
      if (at > most) most = at;
      sum += at;
    }
    if (least === most) return false;
    const depth = this.#depth++;
    if (depth === this.#rungs.length) this.#rungs.push(new Rung());
    const rung = this.#rungs[depth] as Rung;
    rung.open(least, Math.max(most + 1, end), count, sum / count);
    this.#nearEnd = least;
    for (let slot = head; slot >= 0; ) {
      const next = slots.next(slot);
      this.#hang(rung, slot, slots.at(slot));
      slot = next;
    }
    return true;
  }
}
