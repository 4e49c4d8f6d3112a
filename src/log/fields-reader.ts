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
  readonly #type: string;
  /** Makes the empty objects that become the events of this kind. */
  readonly #Blank = blank();

  constructor({ type, fields }: Kind, texts: TextsRead) {
    this.#names = fields.map(([name]) => name);
    this.#wires = fields.map(([, wire]) => wire);
    this.#texts = texts;
    this.#last = new Float64Array(fields.length);
    this.#type = type;
  }

  /** Starts a new frame. */
  clear(): void {
    this.#last.fill(0);
  }

  /** The event numbered `seq`: `type` first, then the fields in declared order. */
  take(from: Reading, seq: number): AnyEvent {
    const event = new this.#Blank();
    event.type = this.#type;
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

/**
 * A function that makes plain objects, its own for each kind: V8 then knows how many fields these get, and gives them room at once. That is
 * faster than `{}`, and than copying an object with all fields, which it does by name when copies of many kinds are made at one place.
 */
function blank(): new () => { type: string; [field: string]: unknown } {
  function Blank() {}
  Blank.prototype = Object.prototype;
  return Blank as unknown as ReturnType<typeof blank>;
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
