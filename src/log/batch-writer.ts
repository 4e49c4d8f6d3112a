/** Collects the events of one frame, and packs them into its body. Memory is kept from frame to frame. */
import { assert, Fault } from '../base/assert.ts';
import { LONG_AGO } from '../base/units.ts';
import type { AnyEvent, Stamp } from '../kernel/model.ts';
import { Writing } from './bytes.ts';
import { packWithBytes } from './codec.ts';
import { FieldsWriter } from './fields-writer.ts';
import { BYTES_PER_FRAME, EVENT_BOUND, EVENTS_PER_FRAME } from './format.ts';
import type { Kind } from './kinds.ts';
import { TextsWritten } from './texts.ts';

/** The events between two frames. */
export class BatchWriter {
  /** Number of the next event. */
  seq = 0;
  /** Instant of the last event. */
  at = LONG_AGO;
  /** Events since the last `take`. */
  count = 0;
  readonly #nameOf: (entity: number) => string;
  readonly #texts: TextsWritten;
  readonly #kinds: readonly FieldsWriter[];
  readonly #nameIds: number[] = [];
  readonly #events = new Writing();
  readonly #draws = new Writing();
  readonly #body = new Writing();
  #lastDraws = '';
  #lastDrawsId = 0;
  #drawsRun = 0;
  /** Bytes of the events and their texts so far. */
  #size = 0;

  constructor(kinds: readonly Kind[], nameOf: (entity: number) => string) {
    this.at = 0;
    this.#nameOf = nameOf;
    const texts = new TextsWritten();
    this.#texts = texts;
    this.#kinds = kinds.map((kind) => new FieldsWriter(kind, texts));
  }

  /** Whether the frame is to be closed. A matter of content alone, so that flushing never changes bytes. */
  get full(): boolean {
    return this.count === EVENTS_PER_FRAME || this.#size >= BYTES_PER_FRAME;
  }

  /**
   * Adds the next event: how long after the last one, how many events after its cause (0 for a root), and its fields. Returns whether
   * `full` is to be asked: when it is, and after 1, 2, 4, 8 and so on events. Were it only asked every few thousand events, V8 would
   * throw away what it compiled of the caller when that first happens.
   */
  add(kind: number, { seq, at, cause, entity }: Stamp, draws: string, event: AnyEvent): boolean {
    const fields = this.#kinds[kind];
    if (fields === undefined || fields.type !== event.type)
      throw new Fault('an event is of the kind it is said to be');
    if (seq !== this.seq) throw new Fault('events are appended one after the other');
    if (!Number.isSafeInteger(at) || at < this.at) throw new Fault('events are appended in order of time');
    if (!Number.isSafeInteger(cause) || cause < -1 || cause >= seq)
      throw new Fault('a cause precedes its effect');
    const out = this.#events;
    const name = this.#nameIds[entity] ?? this.#firstSight(entity);
    out.four(kind, at - this.at, name, cause === -1 ? 0 : seq - cause);
    if (draws !== this.#lastDraws) this.#changeDraws(draws, fields);
    this.#drawsRun += 1;
    if (fields.count > 0) fields.put(out, event, seq);
    const size = out.length + this.#texts.addedSize;
    if (size - this.#size > EVENT_BOUND)
      throw new Fault(`an event takes at most ${EVENT_BOUND} bytes in the log, also ${fields.type}`);
    this.#size = size;
    this.at = at;
    this.seq = seq + 1;
    const count = this.count + 1;
    this.count = count;
    return size >= BYTES_PER_FRAME || (count & (count - 1)) === 0;
  }

  /** The body of a frame with the events so far, valid until the next one is taken; starts the next one. */
  take(): Uint8Array {
    this.#closeDraws();
    const body = this.#body;
    body.clear();
    packWithBytes(body, this.#texts.takeAdded(), this.#draws.view(), this.#events.view());
    for (const fields of this.#kinds) fields.clear();
    this.#events.clear();
    this.#draws.clear();
    this.#lastDraws = '';
    this.#lastDrawsId = 0;
    this.#size = 0;
    this.count = 0;
    return body.view();
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
  #changeDraws(draws: string, fields: FieldsWriter): void {
    this.#closeDraws();
    this.#lastDraws = draws;
    this.#lastDrawsId = fields.idOfDraws(draws);
  }

  #closeDraws(): void {
    if (this.#drawsRun === 0) return;
    this.#draws.two(this.#drawsRun, this.#lastDrawsId);
    this.#drawsRun = 0;
  }
}
