/** Where readers of configurations write down what is wrong with them or not understood. */
import { type Issue, Issues } from '../../base/issue.ts';
import { quote } from '../../scenario/show.ts';
import type { Span, Text, Word } from './text.ts';

/** More issues than this are counted, not listed. */
const LIMIT = 20;

/** Words of the largest configuration that is read. */
const WORDS = 1_000_000;

export class Sheet {
  readonly text: Text;
  readonly #issues = new Issues();
  #words = 0;

  constructor(text: Text) {
    this.text = text;
  }

  error(code: string, at: Span, message: string, reason: string, help: string): void {
    this.#issues.error(code, message, { place: this.text.place(at), reason, help });
  }

  warning(code: string, at: Span, message: string, reason: string, help: string): void {
    this.#issues.warning(code, message, { place: this.text.place(at), reason, help });
  }

  /** The text breaks the rules of its own language. */
  syntax(at: Span, message: string, help: string): void {
    this.error('import.syntax', at, message, 'the server would refuse this file, too', help);
  }

  /** Counts words that are kept; false, with an error, when there are too many. */
  spend(at: Span, words = 1): boolean {
    const before = this.#words;
    this.#words += words;
    if (this.#words <= WORDS) return true;
    if (before <= WORDS) this.tooLarge(at, `there are more than ${WORDS} words in this file`);
    return false;
  }

  tooLarge(at: Span, message: string): void {
    this.error('import.too-large', at, message, 'no scenario needs so much', 'import a part of it');
  }

  /** A value that is none; what it belongs to is left out. */
  badValue(word: Word, what: string, help: string): void {
    const shown = word.text === '' ? 'nothing' : quote(word.text);
    this.error('import.value', word, `${shown} is not ${what}`, 'the server would refuse it, too', help);
  }

  /** Something that may well be right and that a scenario cannot say; everything else stands. */
  leftOut(
    at: Span,
    what: string,
    reason: string,
    help = 'check whether that matters for what you rehearse',
  ): void {
    this.warning('import.not-understood', at, `${what} is left out`, reason, help);
  }

  /** A file that this one refers to. */
  notFollowed(at: Span, what: string): void {
    const reason = 'only the file that was named is read';
    this.warning(
      'import.not-followed',
      at,
      `${what} is not followed`,
      reason,
      'import the other files by themselves',
    );
  }

  get failed(): boolean {
    return this.#issues.failed;
  }

  /** What there is to say, in the order of the text, equal things once, and not without end. */
  get list(): readonly Issue[] {
    const groups = new Map<string, Issue[]>();
    for (const issue of this.#issues.list) {
      const key = `${issue.severity} ${issue.code} ${issue.message}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [issue]);
      else group.push(issue);
    }
    return limited([...groups.values()].map(together).sort(byPlace));
  }
}

function together([first, ...others]: readonly Issue[]): Issue {
  const { place } = first!;
  const rest = others.filter(
    (issue) => issue.place?.line !== place?.line || issue.place?.column !== place?.column,
  );
  if (rest.length === 0) return first!;
  return {
    ...first!,
    message: `${first!.message} (and in ${rest.length} more ${rest.length === 1 ? 'place' : 'places'})`,
  };
}

function byPlace(a: Issue, b: Issue): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}

/** Errors before warnings when there is no room for all. */
function limited(list: readonly Issue[]): readonly Issue[] {
  if (list.length <= LIMIT) return list;
  const errors = list.filter(({ severity }) => severity === 'error');
  const room = new Set([...errors, ...list.filter(({ severity }) => severity !== 'error')].slice(0, LIMIT));
  const more: Issue = {
    severity: errors.length > 0 ? 'error' : 'warning',
    code: 'issues.more',
    message: `and ${list.length - room.size} more`,
    reason: 'the first ones often cause the others',
    help: 'mend those above and import again',
  };
  return [...list.filter((issue) => room.has(issue)), more];
}
