/** The grammar of dhcpd.conf: statements of words that end with `;` or with a block of further statements. */
import type { Sheet } from './sheet.ts';
import { quoteEnd, type Span, type Word } from './text.ts';

export interface Statement extends Span {
  /** Never empty. A text in quotes is one word, without them. */
  readonly words: readonly Word[];
  readonly block?: readonly Statement[];
  /** The comment on the line before it, or behind its `{`. */
  readonly remark: string;
}

/** Deeper nesting is refused; no configuration needs ten levels. */
const DEPTH = 64;

const TOKEN = /[ \t\r\v\f]+|\n|#[^\n]*|[{};]|,|[A-Za-z0-9_.:/*+@%$-]+|[\s\S]/y;

interface Open {
  readonly words: readonly Word[];
  readonly remark: string;
  readonly statements: Statement[];
}

/** The statements of a text; what is wrong with its grammar is in the sheet. */
export function parseIsc(text: string, sheet: Sheet): readonly Statement[] {
  return new Parser(sheet).parse(text);
}

class Parser {
  readonly #sheet: Sheet;
  readonly #open: Open[] = [];
  #statements: Statement[] = [];
  #words: Word[] = [];
  #remark = '';
  /** Whether the line so far has nothing but blanks. */
  #fresh = true;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  parse(text: string): readonly Statement[] {
    for (let from = 0; from < text.length; ) {
      const token = tokenAt(text, from);
      if (!this.#take(token, { from, to: from + token.length })) return [];
      from += token.length;
    }
    this.#end(text.length);
    const [outermost] = this.#open;
    return outermost?.statements ?? this.#statements;
  }

  /** False when there is no use in reading on. */
  #take(token: string, at: Span): boolean {
    if (token === '\n') {
      if (this.#fresh) this.#remark = '';
      this.#fresh = true;
      return true;
    }
    if (/^[ \t\r\v\f]/.test(token)) return true;
    if (token.startsWith('#')) return this.#comment(token);
    this.#fresh = false;
    if (!this.#sheet.spend(at)) return false;
    if (token === '{') return this.#begin(at);
    if (token === '}') return this.#close(at);
    if (token === ';') this.#finish(at.to);
    else if (token === '"')
      return this.#refuse(at, 'this text does not end on its line', 'close it with `"`');
    else if (token !== ',')
      this.#words.push({ ...at, text: token.startsWith('"') ? unquoted(token) : token });
    return true;
  }

  #refuse(at: Span, message: string, help: string): false {
    this.#sheet.syntax(at, message, help);
    return false;
  }

  #comment(token: string): true {
    if (this.#words.length === 0)
      this.#remark = token
        .slice(0, 200)
        .replace(/^[#\s]+/, '')
        .trim();
    this.#fresh = false;
    return true;
  }

  #begin(at: Span): boolean {
    if (this.#words.length === 0)
      return this.#refuse(at, 'this block belongs to nothing', 'write what it is about before it');
    if (this.#open.length === DEPTH) {
      const message = `this is nested more than ${DEPTH} levels deep`;
      this.#sheet.error(
        'import.too-deep',
        at,
        message,
        'no configuration needs that',
        'close the braces before',
      );
      return false;
    }
    this.#open.push({ words: this.#words, remark: this.#remark, statements: this.#statements });
    this.#words = [];
    this.#remark = '';
    this.#statements = [];
    return true;
  }

  #close(at: Span): boolean {
    if (this.#words.length > 0) this.#missing();
    const open = this.#open.pop();
    if (open === undefined)
      return this.#refuse(at, 'this closes nothing', 'remove it, or look for one too many before');
    const { words, remark, statements } = open;
    statements.push({ words, block: this.#statements, remark, from: words[0]!.from, to: words.at(-1)!.to });
    this.#statements = statements;
    this.#remark = '';
    return true;
  }

  #finish(to: number): void {
    const [first] = this.#words;
    if (first !== undefined)
      this.#statements.push({ words: this.#words, remark: this.#remark, from: first.from, to: to - 1 });
    this.#words = [];
    this.#remark = '';
  }

  #missing(): void {
    const last = this.#words.at(-1)!;
    this.#sheet.syntax(last, 'a semicolon is missing after this', 'write `;`');
    this.#finish(last.to + 1);
  }

  #end(length: number): void {
    if (this.#words.length > 0) this.#missing();
    const open = this.#open.at(-1);
    if (open === undefined) return;
    const first = open.words[0] ?? { from: 0, to: length };
    this.#sheet.syntax(first, 'this block is never closed', 'write `}` where it ends');
  }
}

/** The blanks, the comment, the text in quotes, the word or the sign that begins here. */
function tokenAt(text: string, from: number): string {
  if (text[from] === '"') return text.slice(from, Math.max(quoteEnd(text, from), from) + 1);
  TOKEN.lastIndex = from;
  return TOKEN.exec(text)?.[0] ?? '';
}

/** The inside of a text in quotes, its escapes resolved. */
function unquoted(token: string): string {
  return token.slice(1, -1).replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/g, (_, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    return { n: '\n', t: '\t', r: '\r', b: '\b' }[code] ?? code;
  });
}
