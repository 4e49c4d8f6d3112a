/** Collects the events of one frame, and packs them into its body. Memory is kept from frame to frame. */
import { assert, Fault } from '../base/assert.ts';
import type { AnyEvent } from '../kernel/model.ts';
import { Writing } from './bytes.ts';
import { pack } from './codec.ts';
import { FieldsWriter } from './fields-writer.ts';
import { BYTES_PER_FRAME, EVENT_BOUND, EVENTS_PER_FRAME } from './format.ts';
import type { Kind } from './kinds.ts';
import { TextsWritten } from './texts.ts';

/** The events between two frames. */
export class BatchWriter {
  /** Events since the last `take`. */
  count = 0;
  readonly #nameOf: (entity: number) => string;
  readonly #texts: TextsWritten;
  readonly #kinds: readonly FieldsWriter[];
  readonly #nameIds: number[] = [];
  readonly #events = new Writing();
  readonly #draws = new Writing();
  #lastDraws = '';
  #lastDrawsId = 0;
  #drawsRun = 0;
  /** Bytes of the events and their texts so far. */
  #size = 0;

  /** `known` are the texts of the frames before, when a log is gone on with. */
  constructor(kinds: readonly Kind[], nameOf: (entity: number) => string, known: readonly string[] = []) {
    this.#nameOf = nameOf;
    const texts = new TextsWritten(known);
    this.#texts = texts;
    this.#kinds = kinds.map((kind) => new FieldsWriter(kind, texts));
  }

  /** Whether the frame is to be closed. A matter of content alone, so that flushing never changes bytes. */
  get full(): boolean {
    return this.count === EVENTS_PER_FRAME || this.#size >= BYTES_PER_FRAME;
  }

  /** Adds event `seq`, which came `wait` after the one before and `distance` events after its cause (0 for a root). */
  add(
    kind: number,
    wait: number,
    entity: number,
    seq: number,
    distance: number,
    draws: string,
    event: AnyEvent,
  ): void {
    const fields = this.#kinds[kind];
    if (fields === undefined || fields.type !== event.type)
      throw new Fault('an event is of the kind it is said to be');
    const out = this.#events;
    out.four(kind, wait, this.#nameIds[entity] ?? this.#firstSight(entity), distance);
    if (draws !== this.#lastDraws) this.#changeDraws(draws);
    this.#drawsRun += 1;
    fields.put(out, event, seq);
    const size = out.length + this.#texts.addedSize;
    if (size - this.#size > EVENT_BOUND)
      throw new Fault(`an event takes at most ${EVENT_BOUND} bytes in the log, also ${fields.type}`);
    this.#size = size;
    this.count += 1;
  }

  /** The body of a frame with the events so far; starts the next one. */
  take(): Uint8Array {
    this.#closeDraws();
    const body = pack([this.#texts.takeAdded(), this.#draws.view(), this.#events.view()]);
    for (const fields of this.#kinds) fields.clear();
    this.#events.clear();
    this.#draws.clear();
    this.#lastDraws = '';
    this.#lastDrawsId = 0;
    this.#size = 0;
    this.count = 0;
    return body;
  }

  #firstSight(entity: number): number {
    assert(Number.isSafeInteger(entity) && entity >= 0, 'an entity is a number from 0');
    const name = this.#nameOf(entity);
    assert(name !== '', 'an entity has a name');
    const id = this.#texts.idOf(name);
    this.#nameIds[entity] = id;
    return id;
  }

  // Nearly all events draw nothing: pairs of a run length and a text cost a few bytes a frame.
  #changeDraws(draws: string): void {
    this.#closeDraws();
    this.#lastDraws = draws;
    this.#lastDrawsId = this.#texts.idOf(draws);
  }

  #closeDraws(): void {
    if (this.#drawsRun === 0) return;
    this.#draws.unsigned(this.#drawsRun);
    this.#draws.unsigned(this.#lastDrawsId);
    this.#drawsRun = 0;
  }
}
