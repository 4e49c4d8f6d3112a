/** Names: which are allowed, ranges of them, globs over them, and the nearest one to a wrong one. */

/** A range or a list of ranges may not make more names than this. */
export const RANGE_LIMIT = 10_000;

/** No name is longer, so nothing is read into a longer text. */
const LONGEST = 128;

// No slash: it parts names, as in `tenant/project` and `nic/host/network`.
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,127}$/;
const RANGE = /\[(\d{1,9})-(\d{1,9})\]/;

/** Whether things may be called this. It begins with a letter or digit, so `__proto__` and `..` are no names. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a container image may be called this: a name that may also have `:` and 128 characters. */
export function isImageName(text: string): boolean {
  return IMAGE.test(text);
}

/** Keys starting with `x-` belong to the user and mean nothing. */
export function isOwnKey(key: string): boolean {
  return key.startsWith('x-');
}

/** The names that a range makes, or why it is wrong. */
export type Expansion =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly help: string };

/** `esx-[01-04]` makes `esx-01` to `esx-04`, padded as the first number is; a text without a range makes itself. */
export function expandRange(text: string): Expansion {
  let names: string[] = [text];
  if (text.length > LONGEST) return { ok: true, names };
  for (;;) {
    const match = RANGE.exec(names[0] ?? '');
    if (match === null) return { ok: true, names };
    const [whole, first = '', last = ''] = match;
    const count = Number(last) - Number(first) + 1;
    if (count < 1) {
      return { ok: false, message: `${whole} counts down`, help: `write \`[${last}-${first}]\`` };
    }
    if (count * names.length > RANGE_LIMIT) {
      const message = `the range makes ${count * names.length} names`;
      return { ok: false, message, help: `make at most ${RANGE_LIMIT}` };
    }
    names = names.flatMap((name) => members(name, whole, Number(first), count, first.length));
  }
}

function members(name: string, whole: string, first: number, count: number, width: number): string[] {
  const at = name.indexOf(whole);
  const before = name.slice(0, at);
  const after = name.slice(at + whole.length);
  return Array.from(
    { length: count },
    (_, i) => `${before}${String(first + i).padStart(width, '0')}${after}`,
  );
}

/** Whether the text has a `*` or a range, and so stands for several names. */
export function isPattern(text: string): boolean {
  return text.includes('*') || RANGE.test(text);
}

/** Whether the name fits a pattern in which `*` stands for any characters. Linear: no backtracking. */
export function matchesGlob(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const head = parts[0] ?? '';
  const tail = parts.at(-1) ?? '';
  if (parts.length === 1 || pattern.length > LONGEST) return pattern === name;
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - tail.length;
}

/** The candidate closest to the word, when it is close enough to be a slip of the fingers. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > 2_000) break;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, older[j - 2]! + 1);
      row.push(cost);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length]!;
}
