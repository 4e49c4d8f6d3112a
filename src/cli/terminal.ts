/** Where output goes: results on one stream, everything else on the other. What leaves here is safe to show. */
import { type Paint, paintFor } from './paint.ts';
import { plain } from './text.ts';

/** The part of a stream that is used. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface TerminalOptions {
  readonly color: boolean;
  readonly progress: boolean;
  readonly quiet: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Sequences that set a colour are ours; every other control character is somebody else's. */
const COLOR = /\u001b\[[\d;]*m/g;
const OUTSIDE_ASCII =
  /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/g;

/** A line as it may be printed: colours stay when there are any, nothing else moves the terminal. */
export function safeLine(line: string, colors: boolean): string {
  if (!colors) return plain(line);
  const kept = line.match(COLOR) ?? [];
  const parts = line.split(COLOR).map(plain);
  return parts.map((part, i) => part + (kept[i] ?? '')).join('');
}

/** JSON in which characters that could fool a terminal are written as escapes. */
export function safeJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    OUTSIDE_ASCII,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function hasColor(stream: Stream, { color, env }: TerminalOptions): boolean {
  return color && stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

export class Terminal {
  readonly quiet: boolean;
  /** Colours of standard output, and of standard error. */
  readonly paint: Paint;
  readonly errorPaint: Paint;
  /** Columns of standard output; without end when it is not a terminal. */
  readonly width: number;
  /** How progress is shown: drawn over, a line now and then, or not at all. */
  readonly progress: 'bar' | 'lines' | 'none';
  /** True once the reader of standard output went away; there is no use in making more. */
  closed = false;
  readonly #out: Stream;
  readonly #err: Stream;

  constructor(out: Stream, err: Stream, options: TerminalOptions) {
    this.#out = out;
    this.#err = err;
    this.quiet = options.quiet;
    this.paint = paintFor(hasColor(out, options));
    this.errorPaint = paintFor(hasColor(err, options));
    this.width = out.isTTY === true ? Math.max(out.columns ?? 80, 60) : Number.POSITIVE_INFINITY;
    const moving = err.isTTY === true && options.env['TERM'] !== 'dumb';
    this.progress = !options.progress || options.quiet ? 'none' : moving ? 'bar' : 'lines';
  }

  /** Prints results. */
  print(lines: readonly string[] | string): void {
    if (this.closed) return;
    const all = typeof lines === 'string' ? [lines] : lines;
    if (all.length === 0) return;
    this.#out.write(all.map((line) => `${safeLine(line, this.paint.on).trimEnd()}\n`).join(''));
  }

  /** Prints one JSON value, and nothing else may be printed with it. */
  json(value: unknown): void {
    if (!this.closed) this.#out.write(`${safeJson(value)}\n`);
  }

  /** Prints one JSON value on one line. */
  jsonLine(value: unknown): void {
    if (!this.closed) this.#out.write(`${safeJson(value, 0)}\n`);
  }

  /** Prints text as it is: a file that was asked for. */
  raw(text: string): void {
    if (!this.closed) this.#out.write(text);
  }

  /** Says something that is not a result. */
  say(lines: readonly string[] | string): void {
    const all = typeof lines === 'string' ? [lines] : lines;
    if (all.length > 0)
      this.#err.write(all.map((line) => `${safeLine(line, this.errorPaint.on).trimEnd()}\n`).join(''));
  }

  /** Draws over the last line of standard error; an empty text clears it. */
  draw(text: string): void {
    this.#err.write(`\r\u001b[2K${safeLine(text, this.errorPaint.on)}`);
  }
}
