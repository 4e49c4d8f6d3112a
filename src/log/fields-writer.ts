/** Writes the fields of the events of one kind, each as its `Wire` says. `fields-reader.ts` is the other direction. */
import { Fault } from '../base/assert.ts';
import type { Wire } from '../base/wire.ts';
import type { AnyEvent } from '../kernel/model.ts';
import type { Writing } from './bytes.ts';
import { pack } from './codec.ts';
import type { Kind } from './kinds.ts';
import { wrongWithData } from './plain.ts';
import type { TextsWritten } from './texts.ts';

export class FieldsWriter {
  readonly type: string;
  readonly #model: string;
  readonly #names: readonly string[];
  readonly #wires: readonly Wire[];
  readonly #texts: TextsWritten;
  /** The last value of each `int` in this frame: the next one is written as its difference to it. */
  readonly #last: Float64Array;

  constructor({ model, type, fields }: Kind, texts: TextsWritten) {
    this.type = type;
    this.#model = model;
    this.#names = fields.map(([name]) => name);
    this.#wires = fields.map(([, wire]) => wire);
    this.#texts = texts;
    this.#last = new Float64Array(fields.length);
  }

  /** Starts a new frame. */
  clear(): void {
    this.#last.fill(0);
  }

  /** Appends the fields of the event numbered `seq`. */
  put(out: Writing, event: AnyEvent, seq: number): void {
    const names = this.#names;
    const wires = this.#wires;
    for (let field = 0; field < names.length; field += 1) {
      const value = event[names[field] as string];
      switch (wires[field]) {
        case 'int':
          this.#int(out, field, value);
          break;
        case 'text':
          this.#text(out, field, value);
          break;
        case 'seq':
          this.#fact(out, field, value, seq);
          break;
        case 'bool':
          this.#bool(out, field, value);
          break;
        case 'real':
          this.#real(out, field, value);
          break;
        case 'ints':
          this.#ints(out, field, value);
          break;
        case 'texts':
          for (const item of this.#list(out, field, value, 'texts')) this.#text(out, field, item);
          break;
        case 'seqs':
          for (const item of this.#list(out, field, value, 'events')) this.#fact(out, field, item, seq);
          break;
        case 'data':
          this.#data(out, field, value);
          break;
      }
    }
  }

  #int(out: Writing, field: number, value: unknown): void {
    if (!Number.isSafeInteger(value)) this.#refuse(field, 'is a whole number of at most 2^53');
    out.signed(value as number, this.#last[field] as number);
    this.#last[field] = value as number;
  }

  #bool(out: Writing, field: number, value: unknown): void {
    if (typeof value !== 'boolean') this.#refuse(field, 'is true or false');
    out.byte(value ? 1 : 0);
  }

  #real(out: Writing, field: number, value: unknown): void {
    if (!Number.isFinite(value)) this.#refuse(field, 'is a finite number');
    out.real(value as number);
  }

  #text(out: Writing, field: number, value: unknown): void {
    if (typeof value !== 'string') this.#refuse(field, 'is a text');
    out.unsigned(this.#texts.idOf(value));
  }

  #fact(out: Writing, field: number, value: unknown, seq: number): void {
    if (!Number.isSafeInteger(value) || (value as number) < -1 || (value as number) >= seq)
      this.#refuse(field, 'names an earlier event, or none by -1');
    out.unsigned(value === -1 ? 0 : seq - (value as number));
  }

  #ints(out: Writing, field: number, value: unknown): void {
    let last = 0;
    for (const item of this.#list(out, field, value, 'whole numbers')) {
      if (!Number.isSafeInteger(item)) this.#refuse(field, 'is a list of whole numbers of at most 2^53');
      out.signed(item as number, last);
      last = item as number;
    }
  }

  #list(out: Writing, field: number, value: unknown, of: string): readonly unknown[] {
    if (!Array.isArray(value)) this.#refuse(field, `is a list of ${of}`);
    out.unsigned(value.length);
    return value;
  }

  #data(out: Writing, field: number, value: unknown): void {
    const wrong = wrongWithData(value);
    if (wrong !== undefined) this.#refuse(field, `is plain data, not ${wrong}`);
    const blob = pack(value);
    out.unsigned(blob.length);
    out.append(blob);
  }

  // Called only on failure: an assertion with a message made of parts would cost more than the field.
  #refuse(field: number, rule: string): never {
    throw new Fault(`${this.#model}.${this.type}.${this.#names[field]} ${rule}`);
  }
}
