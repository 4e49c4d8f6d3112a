/** One column per field of a kind: how each `Wire` becomes bytes. `column-readers.ts` is the other direction. */
import { Fault } from '../base/assert.ts';
import type { Wire } from '../base/wire.ts';
import { Writing } from './bytes.ts';
import { pack } from './codec.ts';
import { wrongWithData } from './plain.ts';
import type { TextsWritten } from './texts.ts';

/** The values of one field in one frame. */
export abstract class ColumnWriter extends Writing {
  readonly #field: string;

  constructor(field: string) {
    super();
    this.#field = field;
  }

  /** Appends the value that the event numbered `seq` has. */
  abstract put(value: unknown, seq: number): void;

  // Called only on failure: an assertion with a message made of parts would cost more than the column.
  protected refuse(rule: string): never {
    throw new Fault(`${this.#field} ${rule}`);
  }
}

class IntWriter extends ColumnWriter {
  #previous = 0;

  override clear(): void {
    super.clear();
    this.#previous = 0;
  }

  put(value: unknown): void {
    if (!Number.isSafeInteger(value)) this.refuse('is a whole number of at most 2^53');
    this.signed(value as number, this.#previous);
    this.#previous = value as number;
  }
}

class RealWriter extends ColumnWriter {
  #view = new DataView(this.bytes.buffer);

  put(value: unknown): void {
    if (!Number.isFinite(value)) this.refuse('is a finite number');
    this.reserve(8);
    if (this.#view.buffer !== this.bytes.buffer) this.#view = new DataView(this.bytes.buffer);
    this.#view.setFloat64(this.length, value as number, true);
    this.length += 8;
  }
}

class BoolWriter extends ColumnWriter {
  put(value: unknown): void {
    if (typeof value !== 'boolean') this.refuse('is true or false');
    this.byte(value ? 1 : 0);
  }
}

class SeqWriter extends ColumnWriter {
  put(value: unknown, seq: number): void {
    this.fact(value as number, seq);
  }

  protected fact(value: number, seq: number): void {
    if (!Number.isSafeInteger(value) || value < -1 || value >= seq)
      this.refuse('names an earlier event, or none by -1');
    this.unsigned(value === -1 ? 0 : seq - value);
  }
}

class SeqsWriter extends SeqWriter {
  override put(value: unknown, seq: number): void {
    if (!Array.isArray(value)) this.refuse('is a list of events');
    this.unsigned(value.length);
    for (const fact of value) this.fact(fact, seq);
  }
}

class IntsWriter extends ColumnWriter {
  put(value: unknown): void {
    if (!Array.isArray(value)) this.refuse('is a list of whole numbers');
    this.unsigned(value.length);
    let previous = 0;
    for (const item of value) {
      if (!Number.isSafeInteger(item)) this.refuse('is a list of whole numbers of at most 2^53');
      this.signed(item, previous);
      previous = item;
    }
  }
}

class TextWriter extends ColumnWriter {
  readonly #texts: TextsWritten;

  constructor(field: string, texts: TextsWritten) {
    super(field);
    this.#texts = texts;
  }

  put(value: unknown): void {
    this.text(value as string);
  }

  protected text(value: string): void {
    if (typeof value !== 'string') this.refuse('is a text');
    this.unsigned(this.#texts.idOf(value));
  }
}

class TextsWriter extends TextWriter {
  override put(value: unknown): void {
    if (!Array.isArray(value)) this.refuse('is a list of texts');
    this.unsigned(value.length);
    for (const item of value) this.text(item);
  }
}

class DataWriter extends ColumnWriter {
  put(value: unknown): void {
    const wrong = wrongWithData(value);
    if (wrong !== undefined) this.refuse(`is plain data, not ${wrong}`);
    const blob = pack(value);
    this.unsigned(blob.length);
    this.append(blob);
  }
}

/** The column for a field. `field` is only used to name it when a value does not fit. */
export function columnWriter(wire: Wire, field: string, texts: TextsWritten): ColumnWriter {
  switch (wire) {
    case 'int':
      return new IntWriter(field);
    case 'real':
      return new RealWriter(field);
    case 'bool':
      return new BoolWriter(field);
    case 'seq':
      return new SeqWriter(field);
    case 'seqs':
      return new SeqsWriter(field);
    case 'ints':
      return new IntsWriter(field);
    case 'text':
      return new TextWriter(field, texts);
    case 'texts':
      return new TextsWriter(field, texts);
    case 'data':
      return new DataWriter(field);
  }
}
