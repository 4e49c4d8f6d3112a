/** A text by its lines: from offsets, which readers count, to places, which people look up. */
import type { Place } from '../../base/issue.ts';

/** A stretch of the text: from the first character to behind the last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A word of the text and where it stands. */
export interface Word extends Span {
  readonly text: string;
}

export class Text {
  readonly file: string;
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The line of an offset, counted from 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** The place of a stretch; what of it lies behind the end of its first line is not marked. */
  place({ from, to }: Span): Place {
    const line = this.lineOf(from);
    const start = this.#starts[line - 1]!;
    const next = this.#starts[line];
    const end = next === undefined ? this.text.length : next - 1;
    const length = Math.max(1, Math.min(to, end) - from);
    return { file: this.file, line, column: from - start + 1, length };
  }
}

/** The quote that ends the text in quotes that begins here; -1 when it does not end on its line. */
export function quoteEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return -1;
}

/** The words of a text between separators that are one character long, blanks around them cut off. */
export function splitAt(text: string, separator: string, offset: number): Word[] {
  const words: Word[] = [];
  let from = 0;
  for (const part of text.split(separator)) {
    const cut = part.trim();
    const start = offset + from + (cut === '' ? 0 : part.indexOf(cut));
    words.push({ text: cut, from: start, to: start + cut.length });
    from += part.length + 1;
  }
  return words;
}
