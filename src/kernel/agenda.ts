/**
 * Pending commands in the order they will be delivered: by (at, tie), where the tie is the number of issue, so first asked is first
 * served. A command with a key replaces the pending one of the same entity and key, which is removed for real.
 */
import { Fault } from '../base/assert.ts';
import { LONG_AGO, type Micros } from '../base/units.ts';
import { Ladder } from './ladder.ts';
import type { EntityId } from './model.ts';
import { Slots } from './slots.ts';

/** One pending command, as handed out. */
export interface Pending {
  readonly at: Micros;
  readonly to: EntityId;
  readonly cause: number;
  readonly key: string | undefined;
  readonly command: unknown;
}

export class Agenda {
  readonly #slots: Slots;
  readonly #ladder: Ladder;
  readonly #keyed = new Map<EntityId, Map<string, number>>();

  /** When and to whom the last command was delivered, and which event sent it. */
  at = LONG_AGO;
  to: EntityId = 0;
  cause = -1;

  constructor(capacity = 1024) {
    this.#slots = new Slots(capacity);
    this.#ladder = new Ladder(this.#slots);
  }

  get size(): number {
    return this.#ladder.size;
  }

  /** Instant of the next command, or infinity. */
  get next(): Micros {
    const first = this.#ladder.first();
    return first >= 0 ? this.#slots.at(first) : Number.POSITIVE_INFINITY;
  }

  /** Adds a command; with a key it first removes the pending one of the same entity and key. */
  add(at: Micros, tie: number, to: EntityId, cause: number, key: string | undefined, command: unknown): void {
    if (command === undefined) throw new Fault('a command is something');
    if (key !== undefined) this.withdraw(to, key);
    const slot = this.#slots.claim(at, tie, to, cause, key, command);
    if (key !== undefined) this.#remember(to, key, slot);
    this.#ladder.add(slot, at);
  }

  /** Removes the pending command of that entity and key, if there is one. */
  withdraw(to: EntityId, key: string): void {
    const keys = this.#keyed.get(to);
    const slot = keys?.get(key);
    if (keys === undefined || slot === undefined) return;
    keys.delete(key);
    this.#ladder.remove(slot);
    this.#slots.release(slot);
  }

  /** Delivers the first command if it is due by `until`: takes it away and returns it, the rest into `at`, `to` and `cause`. */
  take(until: Micros): unknown {
    const slot = this.#ladder.first();
    if (slot < 0) return undefined;
    const slots = this.#slots;
    const at = slots.at(slot);
    if (at > until) return undefined;
    this.#ladder.shift();
    this.at = at;
    this.to = slots.to(slot);
    this.cause = slots.cause(slot);
    const command = slots.command(slot);
    const key = slots.key(slot);
    if (key !== undefined) this.#keyed.get(this.to)?.delete(key);
    slots.release(slot);
    return command;
  }

  /** Forgets every command due before `at` (or at it, with `inclusive`): how a fold of the log leaves delivered ones behind. */
  drop(at: Micros, inclusive: boolean): void {
    const until = inclusive ? at : at - 1;
    while (this.take(until) !== undefined);
  }

  /** Every pending command in order of delivery. For inspection; sorts a copy. */
  list(): Pending[] {
    const slots = this.#slots;
    const order = [...this.#ladder.all()];
    order.sort((a, b) => slots.at(a) - slots.at(b) || slots.tie(a) - slots.tie(b));
    return order.map((slot) => ({
      at: slots.at(slot),
      to: slots.to(slot),
      cause: slots.cause(slot),
      key: slots.key(slot),
      command: slots.command(slot),
    }));
  }

  #remember(to: EntityId, key: string, slot: number): void {
    let keys = this.#keyed.get(to);
    if (keys === undefined) {
      keys = new Map();
      this.#keyed.set(to, keys);
    }
    keys.set(key, slot);
  }
}
