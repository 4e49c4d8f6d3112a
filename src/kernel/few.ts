/**
 * Values by name where there are few of them, in the order in which they came. A handful is found by looking at each, since comparing two
 * names that are known costs less than hashing one; more of them are found by an index.
 */

/** Up to so many are looked at one by one. */
const HANDFUL = 6;

export class Few<T> {
  readonly #names: string[] = [];
  readonly #values: T[] = [];
  #places: Map<string, number> | undefined;

  get(name: string): T | undefined {
    if (this.#places !== undefined) return this.#values[this.#places.get(name) ?? -1];
    const names = this.#names;
    for (let i = 0; i < names.length; i += 1) if (names[i] === name) return this.#values[i];
    return undefined;
  }

  /** Adds a name that is not there yet. */
  add(name: string, value: T): void {
    this.#places?.set(name, this.#names.length);
    this.#names.push(name);
    this.#values.push(value);
    if (this.#names.length === HANDFUL + 1) this.#places = new Map(this.#names.map((one, i) => [one, i]));
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: T]> {
    for (const [i, name] of this.#names.entries()) yield [name, this.#values[i] as T];
  }
}
