/** The textual encoding of RFC 7468: a text as its blocks between `-----BEGIN …-----` and `-----END …-----`. Other text may stand around them. */
import type { Issues } from '../../base/issue.ts';
import type { Text } from '../dhcp-import/text.ts';

export interface Block {
  /** What it says it is: `CERTIFICATE`, `X509 CRL`, `PRIVATE KEY`. */
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Where its first line stands in the text. */
  readonly from: number;
  readonly to: number;
}

interface Open {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly lines: string[];
  /** Nothing of a block with a mistake is kept. */
  broken: boolean;
}

const BEGIN = /^-----BEGIN ([^-\n]{0,60})-----$/;
const END = /^-----END ([^-\n]{0,60})-----$/;
/** A line in the middle of which one block ends and the next begins, as when files without a last line break are joined. */
const JOINED = /^-----END [^-\n]{0,60}-----(?=-----BEGIN )/;
/** Headers of RFC 1421, which encrypted keys have. */
const HEADER = /^[A-Za-z][A-Za-z0-9-]*:/;
const OUTSIDE_BASE64 = /[^A-Za-z0-9+/=\s]/;

/** The blocks of a text in order. Those that are broken are left out, with an issue for each. */
export function blocksIn(text: Text, issues: Issues): Block[] {
  return new Reader(text, issues).read();
}

class Reader {
  readonly #text: Text;
  readonly #issues: Issues;
  readonly #blocks: Block[] = [];
  #open: Open | undefined;

  constructor(text: Text, issues: Issues) {
    this.#text = text;
    this.#issues = issues;
  }

  read(): Block[] {
    const { text } = this.#text;
    for (let from = 0; from < text.length; ) {
      const next = text.indexOf('\n', from);
      const to = next < 0 ? text.length : next;
      this.#line(text.slice(from, to).trimEnd(), from);
      from = to + 1;
    }
    this.#unfinished();
    return this.#blocks;
  }

  #line(line: string, from: number): void {
    const to = from + line.length;
    const begin = BEGIN.exec(line);
    const end = begin === null ? END.exec(line) : null;
    if (begin !== null) {
      this.#unfinished();
      this.#open = { label: begin[1] ?? '', from, to, lines: [], broken: false };
    } else if (end !== null) this.#close(end[1] ?? '', from, to);
    else if (line.includes('-----BEGIN ') || line.includes('-----END ')) this.#misplaced(line, from, to);
    else if (this.#open !== undefined && !HEADER.test(line)) this.#content(this.#open, line, from);
  }

  #content(open: Open, line: string, from: number): void {
    const at = line.search(OUTSIDE_BASE64);
    if (at < 0) open.lines.push(line);
    else if (!open.broken) {
      open.broken = true;
      this.#error(
        'pem.encoding',
        from + at,
        from + at + 1,
        'this character is not of base64',
        'between its first and its last line a block holds letters, digits, `+`, `/` and `=` only',
        'copy the block again from where it came from',
      );
    }
  }

  #close(label: string, from: number, to: number): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined)
      this.#syntax(from, to, 'nothing begins before this end', 'copy the block again, with its first line');
    else if (open.broken) return;
    else if (open.label === label) this.#finish(open);
    else
      this.#syntax(from, to, 'the block ends as something else than it began', 'let both lines say the same');
  }

  #finish({ label, from, to, lines }: Open): void {
    const digits = lines.join('').replace(/\s/g, '');
    if (/^[^=]*={0,2}$/.test(digits) && digits.length % 4 === 0)
      this.#blocks.push({ label, bytes: Buffer.from(digits, 'base64'), from, to });
    else
      this.#error(
        'pem.encoding',
        from,
        to,
        'the base64 of this block is not complete',
        'it stands for whole bytes only in groups of four, with `=` at the end alone',
        'copy the block again; a line of it is missing or cut',
      );
  }

  #unfinished(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined && !open.broken)
      this.#syntax(open.from, open.to, 'this block has no end', 'copy the block again, with its last line');
  }

  /** Dashes in the middle of a line: verifiers would not see that block at all. What it holds is passed over without another word. */
  #misplaced(line: string, from: number, to: number): void {
    if (this.#open?.broken !== true) this.#tellMisplaced(line, from, to);
    const begins = line.includes('-----BEGIN ');
    this.#open = begins ? { label: '', from, to, lines: [], broken: true } : undefined;
  }

  #tellMisplaced(line: string, from: number, to: number): void {
    const [joined] = JOINED.exec(line) ?? [];
    if (joined !== undefined) {
      const help = 'put a line break between them';
      this.#syntax(from + joined.length, to, 'the next block begins on the line where one ends', help);
    } else if (line.startsWith('\ufeff')) {
      const help = 'save the file as UTF-8 without a byte order mark';
      this.#syntax(from, to, 'a byte order mark stands before this line', help);
    } else {
      const help = 'write nothing else on the line, not even blanks before it';
      const at = from + line.indexOf('-----');
      this.#syntax(at, to, 'these dashes do not begin a line of their own', help);
    }
  }

  #syntax(from: number, to: number, message: string, help: string): void {
    this.#error('pem.syntax', from, to, message, 'OpenSSL and Go would not read this block, either', help);
  }

  #error(code: string, from: number, to: number, message: string, reason: string, help: string): void {
    this.#issues.error(code, message, { place: this.#text.place({ from, to }), reason, help });
  }
}
