/**
 * Sets of small whole numbers that find their next member in a few steps however many there are: words of 32 members, and above them words
 * that say which words are not empty. Plain data, changed in place.
 */

/** `levels[0]` holds the members, each further level one bit for each word below it. */
export interface Bits {
  readonly size: number;
  readonly levels: readonly Uint32Array[];
}

/** A set of numbers from 0 to below `size`: none of them, or all. */
export function makeBits(size: number, full: boolean): Bits {
  const levels: Uint32Array[] = [];
  for (let count = size; ; count = Math.ceil(count / 32)) {
    const words = new Uint32Array(Math.max(1, Math.ceil(count / 32)));
    if (full) {
      words.fill(0xffffffff);
      const rest = count % 32;
      if (count === 0) words[0] = 0;
      else if (rest !== 0) words[words.length - 1] = 2 ** rest - 1;
    }
    levels.push(words);
    if (words.length === 1) return { size, levels };
  }
}

export function hasBit({ size, levels }: Bits, member: number): boolean {
  return (
    member >= 0 &&
    member < size &&
    (((levels[0] as Uint32Array)[member >>> 5] as number) >>> (member & 31)) % 2 === 1
  );
}

export function addBit({ levels }: Bits, member: number): void {
  let at = member;
  for (const words of levels) {
    const word = words[at >>> 5] as number;
    words[at >>> 5] = word | (1 << (at & 31));
    if (word !== 0) return;
    at >>>= 5;
  }
}

export function dropBit({ levels }: Bits, member: number): void {
  let at = member;
  for (const words of levels) {
    const word = ((words[at >>> 5] as number) & ~(1 << (at & 31))) >>> 0;
    words[at >>> 5] = word;
    if (word !== 0) return;
    at >>>= 5;
  }
}

/** The least member that is not below `from`, or -1. */
export function nextBit({ size, levels }: Bits, from: number): number {
  let at = Math.max(0, from);
  if (at >= size) return -1;
  for (let level = 0; level < levels.length; level += 1) {
    const words = levels[level] as Uint32Array;
    const word = at >>> 5 < words.length ? ((words[at >>> 5] as number) & (-1 << (at & 31))) >>> 0 : 0;
    if (word !== 0) return descend(levels, level, ((at >>> 5) << 5) + lowest(word));
    at = (at >>> 5) + 1;
  }
  return -1;
}

/** The least member that is not below `from`; when there is none, the least of all; -1 when the set is empty. */
export function nextAround(bits: Bits, from: number): number {
  const next = nextBit(bits, from);
  return next >= 0 || from <= 0 ? next : nextBit(bits, 0);
}

const lowest = (word: number) => 31 - Math.clz32(word & -word);

function descend(levels: readonly Uint32Array[], level: number, at: number): number {
  let found = at;
  for (let below = level - 1; below >= 0; below -= 1)
    found = (found << 5) + lowest((levels[below] as Uint32Array)[found] as number);
  return found;
}
