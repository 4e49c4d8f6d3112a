/** Reads the fields of the events of one kind, each as its `Wire` says. */
import type { Wire } from '../base/wire.ts';
import type { AnyEvent } from '../kernel/model.ts';
import type { Reading } from './bytes.ts';
import { unpack } from './codec.ts';
import { Damage, expect } from './damage.ts';
import type { Kind } from './kinds.ts';
import { wrongWithData } from './plain.ts';
import type { TextsRead } from './texts.ts';

export class FieldsReader {
  readonly #names: readonly string[];
  readonly #wires: readonly Wire[];
  readonly #texts: TextsRead;
  readonly #last: Float64Array;
  /** An event of this kind with every field: copied whole, which is faster than adding fields one by one. */
  readonly #blank: { readonly type: string; readonly [field: string]: unknown };

  constructor({ type, fields }: Kind, texts: TextsRead) {
    this.#names = fields.map(([name]) => name);
    this.#wires = fields.map(([, wire]) => wire);
    this.#texts = texts;
    this.#last = new Float64Array(fields.length);
    this.#blank = { type, ...Object.fromEntries(this.#names.map((name) => [name, null])) };
  }

  /** Starts a new frame. */
  clear(): void {
    this.#last.fill(0);
  }

  /** The event numbered `seq`: `type` first, then the fields in declared order. */
  take(from: Reading, seq: number): AnyEvent {
    const event: { type: string; [field: string]: unknown } = { ...this.#blank };
    const names = this.#names;
    for (let field = 0; field < names.length; field += 1)
      event[names[field] as string] = this.#value(from, field, seq);
    return event;
  }

  #value(from: Reading, field: number, seq: number): unknown {
    switch (this.#wires[field] as Wire) {
      case 'int': {
        const value = from.signed(this.#last[field] as number);
        this.#last[field] = value;
        return value;
      }
      case 'text':
        return this.#texts.of(from.unsigned());
      case 'seq':
        return earlier(from.unsigned(), seq);
      case 'bool':
        return bool(from);
      case 'real':
        return real(from);
      case 'ints':
        return ints(from);
      case 'texts':
        return list(from, () => this.#texts.of(from.unsigned()));
      case 'seqs':
        return list(from, () => earlier(from.unsigned(), seq));
      case 'data':
        return data(from);
    }
  }
}

/** The event that lies `distance` before event `seq`; distance 0 says that there is none. */
export function earlier(distance: number, seq: number): number {
  if (distance === 0) return -1;
  if (distance > seq) throw new Damage('it names an event before the first');
  return seq - distance;
}

function bool(from: Reading): boolean {
  const byte = from.byte();
  expect(byte <= 1, 'a truth value is neither true nor false');
  return byte === 1;
}

function real(from: Reading): number {
  const value = from.real();
  expect(Number.isFinite(value), 'a real number is not finite');
  return value;
}

function ints(from: Reading): readonly number[] {
  let last = 0;
  return list(from, () => {
    last = from.signed(last);
    return last;
  });
}

function data(from: Reading): unknown {
  const value = unpack(from.take(from.unsigned()));
  const wrong = wrongWithData(value);
  if (wrong !== undefined) throw new Damage(`its data holds ${wrong}`);
  return value;
}

// Every item takes at least a byte, so that no length asks for more memory than the file has.
function list<T>(from: Reading, next: () => T): readonly T[] {
  const count = from.unsigned();
  expect(count <= from.left, 'a list is longer than its frame');
  const items: T[] = [];
  for (let index = 0; index < count; index += 1) items.push(next());
  return items;
}
