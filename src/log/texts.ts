/**
 * Texts are written once and then named by number, over the whole log. Number 0 is the empty text, which is never
 * listed; the others are numbered from 1 in order of first use, and each frame lists the ones that it uses first.
 */
import { assert } from '../base/assert.ts';
import { expect } from './damage.ts';
import { TEXTS_BOUND } from './format.ts';

/** The dictionary of a writer. */
export class TextsWritten {
  readonly #idOf = new Map<string, number>([['', 0]]);
  readonly #added: string[] = [];
  /** Bytes that the texts added since `takeAdded` take at most, so that a frame can be closed by size. */
  addedSize = 0;

  idOf(text: string): number {
    return this.#idOf.get(text) ?? this.#add(text);
  }

  /** The texts added since the last call, in order. */
  takeAdded(): readonly string[] {
    const added = this.#added.splice(0);
    this.addedSize = 0;
    return added;
  }

  #add(text: string): number {
    assert(
      typeof text === 'string' && text.isWellFormed(),
      'a text of an event is a string that UTF-8 can hold',
    );
    const id = this.#idOf.size;
    assert(id < TEXTS_BOUND, `a log has at most ${TEXTS_BOUND} distinct texts`);
    this.#idOf.set(text, id);
    this.#added.push(text);
    this.addedSize += 5 + Buffer.byteLength(text);
    return id;
  }
}

/** The dictionary of a reader. */
export class TextsRead {
  readonly #texts: string[];

  /** `known` are the texts that earlier frames listed. */
  constructor(known: readonly string[] = []) {
    this.#texts = ['', ...known];
  }

  /** Every text listed so far, without the empty one. */
  listed(): readonly string[] {
    return this.#texts.slice(1);
  }

  /** How many those are. */
  get size(): number {
    return this.#texts.length - 1;
  }

  add(added: unknown): void {
    expect(Array.isArray(added), 'its list of texts is not a list');
    expect(this.#texts.length + added.length <= TEXTS_BOUND, 'it has too many texts');
    for (const text of added) {
      expect(typeof text === 'string' && text !== '', 'its list of texts holds something else');
      this.#texts.push(text);
    }
  }

  of(id: number): string {
    const text = this.#texts[id];
    expect(text !== undefined, 'it names a text that no frame listed');
    return text;
  }
}
