/** Collects the events of one frame in columns, and packs them into its body. Memory is kept from frame to frame. */
import { assert, Fault } from '../base/assert.ts';
import type { AnyEvent } from '../kernel/model.ts';
import { Writing } from './bytes.ts';
import { pack } from './codec.ts';
import { type ColumnWriter, columnWriter } from './column-writers.ts';
import { BYTES_PER_FRAME, EVENT_BOUND, EVENTS_PER_FRAME } from './format.ts';
import type { Kind } from './kinds.ts';
import { TextsWritten } from './texts.ts';

/** The columns of one kind, and the names of the fields that fill them. */
class KindColumns {
  readonly type: string;
  readonly names: readonly string[];
  readonly columns: readonly ColumnWriter[];
  used = false;

  constructor(kind: Kind, texts: TextsWritten) {
    this.type = kind.type;
    this.names = kind.fields.map(([name]) => name);
    this.columns = kind.fields.map(([name, wire]) =>
      columnWriter(wire, `${kind.model}.${kind.type}.${name}`, texts),
    );
  }

  put(event: AnyEvent, seq: number): number {
    this.used = true;
    let size = 0;
    for (let index = 0; index < this.columns.length; index += 1) {
      const column = this.columns[index]!;
      const before = column.length;
      column.put(event[this.names[index]!], seq);
      size += column.length - before;
    }
    return size;
  }

  /** The columns of this frame, behind the number of the kind. */
  take(kind: number): readonly unknown[] {
    return [kind, ...this.columns.map((column) => column.view())];
  }

  clear(): void {
    this.used = false;
    for (const column of this.columns) column.clear();
  }
}

/** The events between two frames. */
export class BatchWriter {
  /** Events since the last `take`. */
  count = 0;
  readonly #nameOf: (entity: number) => string;
  readonly #texts = new TextsWritten();
  readonly #kinds: readonly KindColumns[];
  readonly #nameIds: number[] = [];
  readonly #kind = new Writing();
  readonly #at = new Writing();
  readonly #entity = new Writing();
  readonly #cause = new Writing();
  readonly #draws = new Writing();
  #lastDraws = 0;
  #drawsRun = 0;
  #size = 0;

  constructor(kinds: readonly Kind[], nameOf: (entity: number) => string) {
    this.#nameOf = nameOf;
    this.#kinds = kinds.map((kind) => new KindColumns(kind, this.#texts));
  }

  /** Whether the frame is to be closed. A matter of content alone, so that flushing never changes bytes. */
  get full(): boolean {
    return this.count === EVENTS_PER_FRAME || this.#size + this.#texts.addedSize >= BYTES_PER_FRAME;
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
    const columns = this.#kinds[kind];
    if (columns === undefined || columns.type !== event.type)
      throw new Fault('an event is of the kind it is said to be');
    const before = this.#envelopeSize() + this.#texts.addedSize;
    this.#kind.unsigned(kind);
    this.#at.unsigned(wait);
    this.#entity.unsigned(this.#nameIds[entity] ?? this.#firstSight(entity));
    this.#cause.unsigned(distance);
    this.#addDraws(draws);
    const fields = columns.put(event, seq);
    const envelope = this.#envelopeSize();
    if (fields + envelope + this.#texts.addedSize - before > EVENT_BOUND) this.#tooLarge(columns);
    this.#size += fields;
    this.count += 1;
  }

  /** The body of a frame with the events so far; starts the next one. */
  take(): Uint8Array {
    this.#closeDraws();
    const envelope = [this.#kind, this.#at, this.#entity, this.#cause, this.#draws].map((column) =>
      column.view(),
    );
    const fields: unknown[] = [];
    for (const [kind, columns] of this.#kinds.entries()) if (columns.used) fields.push(columns.take(kind));
    const body = pack([this.#texts.takeAdded(), envelope, fields]);
    this.#clear();
    return body;
  }

  #envelopeSize(): number {
    return (
      this.#kind.length + this.#at.length + this.#entity.length + this.#cause.length + this.#draws.length
    );
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
  #addDraws(draws: string): void {
    const id = draws === '' ? 0 : this.#texts.idOf(draws);
    if (id !== this.#lastDraws) this.#closeDraws();
    this.#lastDraws = id;
    this.#drawsRun += 1;
  }

  #closeDraws(): void {
    if (this.#drawsRun === 0) return;
    this.#draws.unsigned(this.#drawsRun);
    this.#draws.unsigned(this.#lastDraws);
    this.#drawsRun = 0;
  }

  #tooLarge(columns: KindColumns): never {
    throw new Fault(`an event takes at most ${EVENT_BOUND} bytes in the log, also ${columns.type}`);
  }

  #clear(): void {
    for (const columns of this.#kinds) if (columns.used) columns.clear();
    for (const column of [this.#kind, this.#at, this.#entity, this.#cause, this.#draws]) column.clear();
    this.#lastDraws = 0;
    this.#size = 0;
    this.count = 0;
  }
}
