/**
 * Named random streams. A stream is seeded by a hash of the run's seed and the stream's name: unhashed similar names give correlated
 * first draws with some generators (facts/style-and-reliability.md 4.4). The only file that imports seedrandom.
 */
import seedrandom from 'seedrandom';
import { hex, sha256 } from '../base/digest.ts';

/** One stream and how far it has been read. */
export class Stream {
  readonly #next: () => number;
  /** Draws taken so far: together with seed and name this is the whole position. */
  taken = 0;

  constructor(seed: string, name: string) {
    const generator = seedrandom.alea(hex(sha256(seed, '\0', name)));
    this.#next = () => generator.double();
  }

  /** The next number in [0, 1), with 53 bits. */
  draw(): number {
    this.taken += 1;
    return this.#next();
  }

  /** Passes over draws that a logged decision already took. */
  skip(count: number): void {
    for (let i = 0; i < count; i += 1) this.draw();
  }
}
