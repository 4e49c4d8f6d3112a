/** Writes the fields of the events of one kind, each as its `Wire` says. `fields-reader.ts` is the other direction. */
import { Fault } from '../base/assert.ts';
import type { Wire } from '../base/wire.ts';
import type { AnyEvent } from '../kernel/model.ts';
import type { Writing } from './bytes.ts';
import { pack } from './codec.ts';
import type { Kind } from './kinds.ts';
import { wrongWithData } from './plain.ts';
import type { TextsWritten } from './texts.ts';

/** One field: its name, and how it is written. */
class Column {
  readonly name: string;
  readonly wire: Wire;
  /** The last value of an `int` in this frame: the next one is written as its difference to it. */
  last = 0;

  constructor(name: string, wire: Wire) {
    this.name = name;
    this.wire = wire;
  }
}

export class FieldsWriter {
  readonly type: string;
  /** How many fields an event of this kind has. */
  readonly count: number;
  readonly #model: string;
  readonly #columns: readonly Column[];
  readonly #texts: TextsWritten;
  #draws = '';
  #drawsId = 0;

  constructor({ model, type, fields }: Kind, texts: TextsWritten) {
    this.type = type;
    this.count = fields.length;
    this.#model = model;
    this.#columns = fields.map(([name, wire]) => new Column(name, wire));
    this.#texts = texts;
  }

  /** Starts a new frame. */
  clear(): void {
    for (const column of this.#columns) column.last = 0;
  }

  /** The number of a text of draws: most often events of a kind draw what the last one of that kind drew. */
  idOfDraws(draws: string): number {
    if (draws !== this.#draws) {
      this.#drawsId = this.#texts.idOf(draws);
      this.#draws = draws;
    }
    return this.#drawsId;
  }

  /** Appends the fields of the event numbered `seq`. */
  put(out: Writing, event: AnyEvent, seq: number): void {
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i += 1) {
      const column = columns[i] as Column;
      const value = event[column.name];
      switch (column.wire) {
        case 'int':
          this.#int(out, column, value);
          break;
        case 'text':
          this.#text(out, column, value);
          break;
        case 'seq':
          this.#fact(out, column, value, seq);
          break;
        case 'bool':
          this.#bool(out, column, value);
          break;
        case 'real':
          this.#real(out, column, value);
          break;
        case 'ints':
          this.#ints(out, column, value);
          break;
        case 'texts':
          for (const item of this.#list(out, column, value, 'texts')) this.#text(out, column, item);
          break;
        case 'seqs':
          for (const item of this.#list(out, column, value, 'events')) this.#fact(out, column, item, seq);
          break;
        case 'data':
          this.#data(out, column, value);
          break;
      }
    }
  }

  #int(out: Writing, column: Column, value: unknown): void {
    if (!Number.isSafeInteger(value)) this.#refuse(column, 'is a whole number of at most 2^53');
    out.signed(value as number, column.last);
    column.last = value as number;
  }

  #bool(out: Writing, column: Column, value: unknown): void {
    if (typeof value !== 'boolean') this.#refuse(column, 'is true or false');
    out.byte(value ? 1 : 0);
  }

  #real(out: Writing, column: Column, value: unknown): void {
    if (!Number.isFinite(value)) this.#refuse(column, 'is a finite number');
    out.real(value as number);
  }

  #text(out: Writing, column: Column, value: unknown): void {
    if (typeof value !== 'string') this.#refuse(column, 'is a text');
    out.unsigned(this.#texts.idOf(value));
  }

  #fact(out: Writing, column: Column, value: unknown, seq: number): void {
    if (!Number.isSafeInteger(value) || (value as number) < -1 || (value as number) >= seq)
      this.#refuse(column, 'names an earlier event, or none by -1');
    out.unsigned(value === -1 ? 0 : seq - (value as number));
  }

  #ints(out: Writing, column: Column, value: unknown): void {
    let last = 0;
    for (const item of this.#list(out, column, value, 'whole numbers')) {
      if (!Number.isSafeInteger(item)) this.#refuse(column, 'is a list of whole numbers of at most 2^53');
      out.signed(item as number, last);
      last = item as number;
    }
  }

  #list(out: Writing, column: Column, value: unknown, of: string): readonly unknown[] {
    if (!Array.isArray(value)) this.#refuse(column, `is a list of ${of}`);
    out.unsigned(value.length);
    return value;
  }

  #data(out: Writing, column: Column, value: unknown): void {
    const wrong = wrongWithData(value);
    if (wrong !== undefined) this.#refuse(column, `is plain data, not ${wrong}`);
    const blob = pack(value);
    out.unsigned(blob.length);
    out.append(blob);
  }

  // Called only on failure: an assertion with a message made of parts would cost more than the field.
  #refuse({ name }: Column, rule: string): never {
    throw new Fault(`${this.#model}.${this.type}.${name} ${rule}`);
  }
}
