/**
 * Named random streams. A stream is seeded by a hash of the run's seed and the stream's name: unhashed similar names give correlated
 * first draws with some generators (facts/style-and-reliability.md 4.4). The only file that imports seedrandom.
 */
import seedrandom from 'seedrandom';
import { sha256Hex } from '../base/digest.ts';

/** Where an alea generator stands: its four numbers, as seedrandom names them. */
export interface Alea {
  readonly c: number;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
}

/** By which alea multiplies at each step. */
const MULTIPLIER = 2_091_639;

/**
 * One stream and how far it has been read. seedrandom seeds it; its steps are taken here, to the last bit as seedrandom takes them, so
 * that a draw is no chain of closures and a stream can be put back where it stood.
 */
export class Stream {
  #c = 0;
  #s0 = 0;
  #s1 = 0;
  #s2 = 0;
  /** Draws taken so far: together with seed and name this is the whole position. */
  taken = 0;

  constructor(seed: string, name: string) {
    const generator = seedrandom.alea(sha256Hex(`${seed}\0${name}`), { state: true });
    this.place(generator.state() as unknown as Alea, 0);
  }

  /** Where it stands. */
  get state(): Alea {
    return { c: this.#c, s0: this.#s0, s1: this.#s1, s2: this.#s2 };
  }

  /** Puts it where a stream of the same name stood after so many draws. */
  place({ c, s0, s1, s2 }: Alea, taken: number): void {
    this.taken = taken;
    this.#c = c;
    this.#s0 = s0;
    this.#s1 = s1;
    this.#s2 = s2;
  }

  /** The next number in [0, 1), with 53 bits: 32 of one step and 21 of the next. */
  draw(): number {
    const first = MULTIPLIER * this.#s0 + this.#c * 2 ** -32;
    const carry = first | 0;
    const high = first - carry;
    const second = MULTIPLIER * this.#s1 + carry * 2 ** -32;
    this.#c = second | 0;
    const low = second - this.#c;
    this.#s0 = this.#s2;
    this.#s1 = high;
    this.#s2 = low;
    this.taken += 1;
    return high + ((low * 0x20_0000) | 0) * 2 ** -53;
  }

  /** Passes over draws that a logged decision already took. */
  skip(count: number): void {
    for (let i = 0; i < count; i += 1) this.draw();
  }
}
