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
 * that a draw is no chain of closures and a stream can be put back where it stood. Each number is made one draw ahead: a decision waits
 * for a draw, and its logarithm, and what follows from it, but nobody waits for the next one.
 */
export class Stream {
  // Where it stands once the number made ahead is taken. First values that are no whole numbers: V8 then keeps doubles from the first.
  #c = 0.5;
  #s0 = 0.5;
  #s1 = 0.5;
  #s2 = 0.5;
  /** What the next draw gives. */
  #ahead = 0.5;
  /** Draws taken so far: together with seed and name this is the whole position. */
  taken = 0;

  constructor(seed: string, name: string) {
    const generator = seedrandom.alea(sha256Hex(`${seed}\0${name}`), { state: true });
    this.place(generator.state() as unknown as Alea, 0);
  }

  /** Where it stands: two steps before the number made ahead. */
  get state(): Alea {
    return stepBack(stepBack({ c: this.#c, s0: this.#s0, s1: this.#s1, s2: this.#s2 }));
  }

  /** Puts it where a stream of the same name stood after so many draws. */
  place({ c, s0, s1, s2 }: Alea, taken: number): void {
    this.taken = taken;
    this.#c = c;
    this.#s0 = s0;
    this.#s1 = s1;
    this.#s2 = s2;
    this.#ahead = this.#next();
  }

  /** The next number in [0, 1), with 53 bits: 32 of one step and 21 of the next. */
  draw(): number {
    const drawn = this.#ahead;
    this.taken += 1;
    this.#ahead = this.#next();
    return drawn;
  }

  #next(): number {
    const first = MULTIPLIER * this.#s0 + this.#c * 2 ** -32;
    const carry = Math.floor(first);
    const high = first - carry;
    const second = MULTIPLIER * this.#s1 + carry * 2 ** -32;
    const c = Math.floor(second);
    const low = second - c;
    this.#c = c;
    this.#s0 = this.#s2;
    this.#s1 = high;
    this.#s2 = low;
    return high + Math.floor(low * 0x20_0000) * 2 ** -53;
  }

  /** Passes over draws that a logged decision already took. */
  skip(count: number): void {
    for (let i = 0; i < count; i += 1) this.draw();
  }
}

/**
 * Where a generator stood one step before. A step makes c and s2, in units of 2^-32 the whole number MULTIPLIER·s0 + c of before, in which
 * the old c is what is left by a division, since it is below the multiplier.
 */
function stepBack({ c, s0, s1, s2 }: Alea): Alea {
  const made = (c + s2) * 2 ** 32;
  const carry = made % MULTIPLIER;
  return { c: carry, s0: ((made - carry) / MULTIPLIER) * 2 ** -32, s1: s0, s2: s1 };
}
