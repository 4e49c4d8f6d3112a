/** One column per field of a kind: how bytes become the values of each `Wire` again. */
import type { Wire } from '../base/wire.ts';
import { Reading } from './bytes.ts';
import { unpack } from './codec.ts';
import { Damage, expect } from './damage.ts';
import { wrongWithData } from './plain.ts';
import type { TextsRead } from './texts.ts';

/** The values of one field in one frame, taken in order. */
export abstract class ColumnReader {
  protected from = new Reading(new Uint8Array(0));

  /** Starts on the column of another frame. */
  open(bytes: Uint8Array): void {
    this.from = new Reading(bytes);
  }

  /** The value that the event numbered `seq` has. */
  abstract next(seq: number): unknown;

  /** Checks that every byte was used. */
  close(): void {
    expect(this.from.left === 0, 'a column holds more than its events');
  }

  /** Length of a list; every item takes at least a byte, so that no length asks for more memory than the file has. */
  protected count(): number {
    const count = this.from.unsigned();
    expect(count <= this.from.left, 'a list is longer than its column');
    return count;
  }
}

class IntReader extends ColumnReader {
  #previous = 0;

  override open(bytes: Uint8Array): void {
    super.open(bytes);
    this.#previous = 0;
  }

  next(): number {
    this.#previous = this.from.signed(this.#previous);
    return this.#previous;
  }
}

class RealReader extends ColumnReader {
  next(): number {
    const bytes = this.from.take(8);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
    expect(Number.isFinite(value), 'a real number is not finite');
    return value;
  }
}

class BoolReader extends ColumnReader {
  next(): boolean {
    const byte = this.from.byte();
    expect(byte <= 1, 'a truth value is neither true nor false');
    return byte === 1;
  }
}

class SeqReader extends ColumnReader {
  next(seq: number): unknown {
    return this.fact(seq);
  }

  protected fact(seq: number): number {
    return earlier(this.from.unsigned(), seq);
  }
}

class SeqsReader extends SeqReader {
  override next(seq: number): readonly number[] {
    return listOf(this.count(), () => this.fact(seq));
  }
}

class IntsReader extends ColumnReader {
  next(): readonly number[] {
    let previous = 0;
    return listOf(this.count(), () => {
      previous = this.from.signed(previous);
      return previous;
    });
  }
}

class TextReader extends ColumnReader {
  readonly #texts: TextsRead;

  constructor(texts: TextsRead) {
    super();
    this.#texts = texts;
  }

  next(): unknown {
    return this.text();
  }

  protected text(): string {
    return this.#texts.of(this.from.unsigned());
  }
}

class TextsReader extends TextReader {
  override next(): readonly string[] {
    return listOf(this.count(), () => this.text());
  }
}

class DataReader extends ColumnReader {
  next(): unknown {
    const value = unpack(this.from.take(this.count()));
    const wrong = wrongWithData(value);
    if (wrong !== undefined) throw new Damage(`its data holds ${wrong}`);
    return value;
  }
}

/** The event that lies `distance` before event `seq`; distance 0 says that there is none. */
export function earlier(distance: number, seq: number): number {
  if (distance === 0) return -1;
  if (distance > seq) throw new Damage('it names an event before the first');
  return seq - distance;
}

function listOf<T>(count: number, next: () => T): readonly T[] {
  const list: T[] = [];
  for (let index = 0; index < count; index += 1) list.push(next());
  return list;
}

/** The column for a field that is written as `wire`. */
export function columnReader(wire: Wire, texts: TextsRead): ColumnReader {
  switch (wire) {
    case 'int':
      return new IntReader();
    case 'real':
      return new RealReader();
    case 'bool':
      return new BoolReader();
    case 'seq':
      return new SeqReader();
    case 'seqs':
      return new SeqsReader();
    case 'ints':
      return new IntsReader();
    case 'text':
      return new TextReader(texts);
    case 'texts':
      return new TextsReader(texts);
    case 'data':
      return new DataReader();
  }
}
