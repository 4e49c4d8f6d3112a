/** What is looked at before a parser sees a text: size, binary content, nesting. Each check takes linear time. */
import { Lexer } from 'yaml';
import type { Issue, Place } from '../base/issue.ts';

/** A larger scenario is a mistake: ranges describe thousands of hosts in one line. */
export const TEXT_LIMIT = 1024 * 1024;
/** Deeper nesting is refused; a scenario needs about ten levels. */
export const DEPTH_LIMIT = 32;
/** Tokens of the largest scenario that is read: about fifty thousand values. More would keep the parser busy for seconds. */
const TOKEN_LIMIT = 250_000;
/** Block columns seen by the scan; each level takes up to three of them (key, colon, value). */
const COLUMN_LIMIT = 4 * DEPTH_LIMIT;

/** A file that no scenario is as large as. `size` is in words. */
export function tooBig(size: string, place: Place): Issue {
  return {
    severity: 'error',
    code: 'file.too-big',
    message: `the file has ${size}`,
    place,
    reason: 'a scenario has at most 1 MiB',
    help: 'describe equal hosts by a range such as `esx-[001-500]`, or check that this is the right file',
  };
}

/** The reason to refuse the text unread, if there is one. */
export function refuseText(file: string, text: string): Issue | undefined {
  const place = { file, line: 1, column: 1, length: 1 };
  const refusal = (code: string, message: string, reason: string, help: string): Issue => {
    return { severity: 'error', code, message, place, reason, help };
  };
  if (text.length > TEXT_LIMIT) return tooBig(`${Math.ceil(text.length / 1024)} KiB`, place);
  if (text.trim() === '') {
    const help = 'start with `premortem init`, or copy one from scenarios/';
    return refusal('file.empty', 'the file is empty', 'a scenario states at least `until`', help);
  }
  if (isBinary(text)) {
    const reason = 'a scenario is YAML in UTF-8, and this holds zero bytes or bytes that are not UTF-8';
    return refusal('file.binary', 'this is not a text file', reason, 'give the YAML file, saved as UTF-8');
  }
  return scan(file, text);
}

/** One broken character is a spelling problem; more of them, or a zero byte, mean that this was never text. */
function isBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  let broken = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) broken += 1;
  return broken > 4 || broken * 20 > text.length;
}

/** The parser recurses once per level, so levels are counted first, from the lexer's flat stream of tokens; tokens too. */
function scan(file: string, text: string): Issue | undefined {
  const columns: number[] = [];
  let flow = 0;
  let line = 1;
  let column = 0;
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '\x02' || token === '\x18' || token === '\x1f') continue;
    tokens += 1;
    if (tokens > TOKEN_LIMIT) return largeIssue({ file, line, column: column + 1, length: 1 });
    if (token === '[' || token === '{') flow += 1;
    if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    if (flow === 0 && /\S/.test(token[0] ?? ' ') && token[0] !== '#') {
      while ((columns.at(-1) ?? -1) > column) columns.pop();
      if (columns.at(-1) !== column) columns.push(column);
    }
    if (flow > DEPTH_LIMIT || columns.length > COLUMN_LIMIT) {
      return depthIssue({ file, line, column: column + 1, length: 1 });
    }
    const lastBreak = token.lastIndexOf('\n');
    column = lastBreak < 0 ? column + token.length : token.length - lastBreak - 1;
    if (lastBreak >= 0) line += token.split('\n').length - 1;
  }
  return undefined;
}

/** The issue for more values than a scenario can have. */
export function largeIssue(place: NonNullable<Issue['place']>): Issue {
  return {
    severity: 'error',
    code: 'yaml.too-large',
    message: 'the file holds more values than a scenario can have',
    place,
    reason: 'about fifty thousand are read, and aliases count as often as they are used',
    help: 'describe equal things by a range such as `esx-[001-500]`',
  };
}

/** The issue for nesting below the limit. */
export function depthIssue(place: NonNullable<Issue['place']>): Issue {
  return {
    severity: 'error',
    code: 'yaml.too-deep',
    message: `this is nested more than ${DEPTH_LIMIT} levels deep`,
    place,
    reason: 'no part of a scenario needs a tenth of that, so a bracket or an indentation is wrong',
    help: 'close the brackets that were opened before this place',
  };
}
