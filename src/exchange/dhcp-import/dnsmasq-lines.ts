/** Lines of dnsmasq.conf: `option=value` or `option`, with comments and quotes. */
import { quote } from '../../scenario/show.ts';
import type { Sheet } from './sheet.ts';
import { quoteEnd, type Span, splitAt, type Word } from './text.ts';

export interface Line extends Span {
  readonly key: string;
  /** Behind the equals sign; undefined when there is none. */
  readonly value?: Word;
  /** The parts of the value between commas. */
  readonly parts: readonly Word[];
  /** The comment on the line before it or behind it. */
  readonly remark: string;
}

export function parseLines(text: string, sheet: Sheet): readonly Line[] {
  const lines: Line[] = [];
  let remark = '';
  let at = 0;
  for (const raw of text.split('\n')) {
    const content = contentOf(raw).trimEnd();
    const behind = raw
      .slice(content.length)
      .trim()
      .replace(/^#+\s*/, '')
      .slice(0, 200);
    const from = at + (content.length - content.trimStart().length);
    const line = lineOf(content.trim(), from, behind === '' ? remark : behind, sheet);
    if (line !== undefined && !sheet.spend(line, line.parts.length + 1)) break;
    if (line !== undefined) lines.push(line);
    remark = line === undefined ? behind : '';
    at += raw.length + 1;
  }
  return lines;
}

/** The line without its comment: a `#` at the start or behind a blank begins one, unless it stands in quotes. */
function contentOf(raw: string): string {
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] === '#' && /^\s?$/.test(raw[at - 1] ?? '')) return raw.slice(0, at);
    if (raw[at] === '"') at = Math.max(at, quoteEnd(raw, at));
  }
  return raw;
}

function lineOf(content: string, from: number, remark: string, sheet: Sheet): Line | undefined {
  if (content === '') return undefined;
  const to = from + content.length;
  const equals = content.indexOf('=');
  const key = (equals < 0 ? content : content.slice(0, equals)).trim();
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(key)) {
    sheet.syntax(
      { from, to },
      `${quote(key)} is not the name of an option`,
      'write `option=value`, or begin the line with `#`',
    );
    return undefined;
  }
  if (equals < 0) return { key, parts: [], remark, from, to };
  const rest = content.slice(equals + 1);
  const lead = rest.length - rest.trimStart().length;
  const value = { text: rest.trim(), from: from + equals + 1 + lead, to };
  const parts = splitAt(value.text, ',', value.from).map((part) => ({ ...part, text: unquoted(part.text) }));
  return { key, value, parts, remark, from, to };
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, '') : text;
}
