/** Text as it is printed: safe for a terminal, quoted for a shell, compressed for a reader. */
import { visible } from '../scenario/show.ts';

const BREAKS = /[\t\n\r\v\f\u0085\u2028\u2029]+/g;

/** The text on one line without anything that could move the cursor, colour the terminal or reverse the reading order. */
export function plain(text: string): string {
  return visible(text.replace(BREAKS, ' '));
}

/** `1 host`, `4 hosts`. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `31,207` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_.,:=@%+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line that can be pasted. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => shellWord(plain(word))).join(' ');
}

/** How many cells the text takes; names and phrases are letters, so characters count. */
export function widthOf(text: string): number {
  return [...text].length;
}

/** The text cut to a width, with an ellipsis when something is lost. */
export function clip(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(width - 1, 0)).join('')}…`;
}

/** Breaks a text at blanks so that no line is wider, unless one word is. */
export function wrap(text: string, width: number): string[] {
  if (!Number.isFinite(width) || widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

interface Numbered {
  readonly stem: string;
  readonly digits: string;
}

function numbered(name: string): Numbered {
  const digits = /\d{1,9}$/.exec(name)?.[0] ?? '';
  return { stem: name.slice(0, name.length - digits.length), digits };
}

/** `mesos-1-zookeeper-1..3` for three names in a row; `a, b` for names that have nothing in common. */
export function compressNames(names: readonly string[]): string {
  const stems = new Map<string, string[]>();
  for (const name of names) {
    const { stem, digits } = numbered(name);
    const group = stems.get(stem) ?? [];
    if (!group.includes(digits)) group.push(digits);
    stems.set(stem, group);
  }
  return [...stems].map(([stem, digits]) => `${stem}${runs(digits)}`).join(', ');
}

/** `1..3`, `1,3,4`. */
function runs(digits: readonly string[]): string {
  const sorted = [...digits].sort((a, b) => Number(a) - Number(b));
  const pieces: string[] = [];
  let from = 0;
  for (let i = 1; i <= sorted.length; i += 1) {
    if (i < sorted.length && Number(sorted[i]) === Number(sorted[i - 1]) + 1) continue;
    const piece = sorted.slice(from, i);
    pieces.push(piece.length > 2 ? `${piece[0]}..${piece.at(-1)}` : piece.join(','));
    from = i;
  }
  return pieces.join(',');
}

/** `10.20.0.11, .12, .13`: addresses that share all but their last part with the one before show only that part. */
export function compressAddresses(addresses: readonly string[]): string {
  const netOf = (address: string): string => address.slice(0, address.lastIndexOf('.'));
  const shown = addresses.map((address, i) =>
    i > 0 && address.includes('.') && netOf(address) === netOf(addresses[i - 1] as string)
      ? address.slice(address.lastIndexOf('.'))
      : address,
  );
  return shown.join(', ');
}

const BARS = '▁▂▃▄▅▆▇█';

/** A line of bars, one for each value; `most` is the height of a full one. */
export function sparkline(values: readonly number[], most: number): string {
  return values
    .map((value) => {
      const step = most <= 0 ? 0 : Math.round((value / most) * (BARS.length - 1));
      return BARS[Math.max(0, Math.min(step, BARS.length - 1))];
    })
    .join('');
}

/** The highest value in each of `count` equal stretches of time; a value holds until the next one. */
export function buckets(
  samples: readonly { readonly at: number; readonly value: number }[],
  until: number,
  count: number,
): number[] {
  const highest = Array.from({ length: count }, () => 0);
  let index = 0;
  let held = 0;
  for (let bucket = 0; bucket < count; bucket += 1) {
    const end = ((bucket + 1) * until) / count;
    let peak = held;
    for (; index < samples.length; index += 1) {
      const sample = samples[index] as { at: number; value: number };
      if (sample.at >= end && !(bucket === count - 1 && sample.at <= until)) break;
      held = sample.value;
      peak = Math.max(peak, held);
    }
    highest[bucket] = peak;
  }
  return highest;
}
