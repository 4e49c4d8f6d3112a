/** Chance for the swarm: a seeded generator and the few ways in which worlds are drawn from it. */
import seedrandom from 'seedrandom';

/** One stream of draws. The same name gives the same draws on every machine. */
export class Draw {
  readonly #next: () => number;

  constructor(name: string) {
    this.#next = seedrandom(name);
  }

  /** A number in [0, 1). */
  next(): number {
    return this.#next();
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  /** A whole number from `low` to `high` whose order of magnitude is uniform: small ones are as likely as large ones. */
  log(low: number, high: number): number {
    const value = Math.round(Math.exp(Math.log(low) + this.#next() * (Math.log(high) - Math.log(low))));
    return Math.min(Math.max(value, low), high);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#next() * items.length)] as T;
  }

  /** Each item with the same probability, in the order given. */
  some<T>(items: readonly T[], probability: number): T[] {
    return items.filter(() => this.chance(probability));
  }

  /** One of the names, each as likely as its weight says; undefined when all weigh nothing. */
  weighted<T extends string>(weights: ReadonlyMap<T, number>): T | undefined {
    let left = this.#next() * [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    for (const [name, weight] of weights) {
      if (left < weight) return name;
      left -= weight;
    }
    return undefined;
  }
}

/**
 * Swarm weights: some names are off for the whole run, the rest differ by up to 32 times. Rare combinations become common that way
 * (facts/style-and-reliability.md 5.3).
 */
export function swarmWeights<T extends string>(
  draw: Draw,
  names: readonly T[],
  off: number,
): ReadonlyMap<T, number> {
  return new Map(names.map((name) => [name, draw.chance(off) ? 0 : 2 ** draw.int(0, 5)]));
}
