/** JSON as Kea reads it: with `//`, `#` and block comments, commas too many, and includes; every value knows its place. */
import type { Sheet } from './sheet.ts';
import { quoteEnd, type Span, type Word } from './text.ts';

export interface Member {
  readonly key: Word;
  readonly value: Json;
}

export type Json = Span &
  (
    | {
        readonly kind: 'object';
        readonly members: readonly Member[];
        /** The comment that stands directly before it. */
        readonly remark: string;
      }
    | { readonly kind: 'array'; readonly items: readonly Json[] }
    | { readonly kind: 'string' | 'number' | 'word' | 'include'; readonly text: string }
  );

/** Deeper nesting is refused; Kea's own configurations need about ten levels. */
const DEPTH = 64;

const BLANK = /[\s,]*/y;
const BARE = /[A-Za-z0-9+.-]+/y;
const INCLUDE = /<\?[^>\n]{0,500}\?>/y;

/** Thrown and caught in this file only. */
class Refused extends Error {}

/** The value that a text is; undefined, with an error in the sheet, when it is none. */
export function parseJson(text: string, sheet: Sheet): Json | undefined {
  const parser = new Parser(text, sheet);
  try {
    return parser.document();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

class Parser {
  readonly #text: string;
  readonly #sheet: Sheet;
  #at = 0;
  #remark = '';

  constructor(text: string, sheet: Sheet) {
    this.#text = text;
    this.#sheet = sheet;
  }

  document(): Json {
    this.#skip();
    // The braces round `"Dhcp4": {...}` are left out in many an excerpt.
    const value = this.#peek() === '"' ? this.#members(0, '') : this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length)
      this.#refuse('there is more text behind the end of the value', 'remove it, or a bracket before it');
    return value;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #refuse(message: string, help: string, from = this.#at): never {
    this.#sheet.syntax(
      { from: Math.min(from, Math.max(0, this.#text.length - 1)), to: from + 1 },
      message,
      help,
    );
    throw new Refused();
  }

  /** Blanks and comments; true when there was a comma among them. */
  #skip(): boolean {
    let comma = false;
    for (;;) {
      const blank = this.#match(BLANK);
      comma ||= blank.includes(',');
      if (blank.includes('\n\n')) this.#remark = '';
      if (this.#peek() === '#' || this.#text.startsWith('//', this.#at)) this.#lineComment();
      else if (this.#text.startsWith('/*', this.#at)) this.#blockComment();
      else return comma;
    }
  }

  #lineComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    const comment = this.#text.slice(this.#at, end < 0 ? this.#text.length : end);
    this.#at += comment.length;
    this.#remark = comment
      .slice(0, 200)
      .replace(/^[#/\s]+/, '')
      .trim();
  }

  #blockComment(): void {
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) this.#refuse('this comment does not end', 'close it with `*/`');
    this.#at = end + 2;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #value(depth: number): Json {
    const from = this.#at;
    if (!this.#sheet.spend({ from, to: from + 1 })) throw new Refused();
    if (depth > DEPTH) {
      const message = `this is nested more than ${DEPTH} levels deep`;
      this.#sheet.error(
        'import.too-deep',
        { from, to: from + 1 },
        message,
        'no configuration needs that',
        'close the brackets before',
      );
      throw new Refused();
    }
    if (this.#peek() === '{') return this.#members(depth, '}');
    if (this.#peek() === '[') return this.#items(depth);
    if (this.#peek() === '"') return { ...this.#string(), kind: 'string' };
    if (this.#peek() === '<') return { ...this.#bare(INCLUDE), kind: 'include' };
    const bare = this.#bare(BARE);
    return { ...bare, kind: /^[-+]?\d/.test(bare.text) ? 'number' : 'word' };
  }

  #bare(pattern: RegExp): Word {
    const from = this.#at;
    const text = this.#match(pattern);
    if (text === '')
      this.#refuse(
        this.#peek() === '' ? 'the text ends too early' : 'here should be a value',
        'close every bracket; quote texts',
      );
    return { text, from, to: this.#at };
  }

  #string(): Word {
    const from = this.#at;
    const end = quoteEnd(this.#text, from);
    if (end < 0) this.#refuse('this text does not end on its line', 'close it with `"`');
    this.#at = end + 1;
    return { text: unescaped(this.#text.slice(from, end + 1)), from, to: this.#at };
  }

  #items(depth: number): Json {
    const from = this.#at;
    const items: Json[] = [];
    this.#at += 1;
    this.#skip();
    while (this.#peek() !== ']') {
      items.push(this.#value(depth + 1));
      this.#separated(']', from);
    }
    this.#at += 1;
    return { kind: 'array', items, from, to: this.#at };
  }

  /** Members up to the closing brace; up to the end of the text when there is none to come. */
  #members(depth: number, close: '}' | ''): Json {
    const from = this.#at;
    const members: Member[] = [];
    const remark = this.#remark;
    this.#at += close.length;
    this.#skip();
    while (this.#peek() !== close) {
      members.push(this.#member(depth));
      this.#separated(close, from);
    }
    this.#at += close.length;
    return { kind: 'object', members, remark, from, to: this.#at };
  }

  #member(depth: number): Member {
    if (this.#peek() === '<') {
      const key = this.#bare(INCLUDE);
      return { key: { ...key, text: '' }, value: { ...key, kind: 'include' } };
    }
    if (this.#peek() !== '"')
      this.#refuse(
        this.#peek() === '' ? 'the text ends too early' : 'here should be a key',
        'write `"key": value`',
      );
    const key = this.#string();
    this.#remark = '';
    this.#skip();
    if (this.#peek() !== ':') this.#refuse('a colon is missing here', 'write `"key": value`');
    this.#at += 1;
    this.#skip();
    return { key, value: this.#value(depth + 1) };
  }

  #separated(close: string, from: number): void {
    const comma = this.#skip();
    if (this.#peek() === '' && close !== '')
      this.#refuse('this bracket is never closed', `write \`${close}\` where it ends`, from);
    if (!comma && this.#peek() !== close && this.#peek() !== '<')
      this.#refuse('a comma is missing before this', 'write one');
  }
}

function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
