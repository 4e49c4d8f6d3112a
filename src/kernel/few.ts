/**
 * Values by name where there are few of them, in the order in which they came. A handful is found by looking at each, since comparing two
 * names that are known costs less than hashing one; more of them are found by an index.
 */

/** Up to so many are looked at one by one. */
const HANDFUL = 6;

export class Few<T> {
  readonly #names: string[] = [];
  readonly #values: T[] = [];
  /** All of them, once they are more than a handful. */
  #index: Map<string, T> | undefined;

  get(name: string): T | undefined {
    const index = this.#index;
    if (index !== undefined) return index.get(name);
    const names = this.#names;
    for (let i = 0; i < names.length; i += 1) if (names[i] === name) return this.#values[i];
    return undefined;
  }

  /** Adds a name that is not there yet. */
  add(name: string, value: T): void {
    this.#names.push(name);
    this.#values.push(value);
    if (this.#index !== undefined) this.#index.set(name, value);
    else if (this.#names.length > HANDFUL) this.#index = new Map(this);
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: T]> {
    for (const [i, name] of this.#names.entries()) yield [name, this.#values[i] as T];
  }
}
