/** Text from users as it may be shown: without control characters, direction overrides or lone surrogates. */

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const UNSAFE_ALL = new RegExp(`${UNSAFE.source}|${LONE.source}`, 'g');

/** The text without the characters that could move the cursor, colour the terminal or reverse the reading order. */
export function visible(text: string): string {
  return text.replace(UNSAFE_ALL, '');
}

/** A text of the user inside a message: visible, at most 60 characters, between backticks. */
export function quote(text: string): string {
  const shown = visible(text.slice(0, 200)).replaceAll('`', "'");
  return `\`${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown}\``;
}

/** `a`, `a or b`, `a, b or c`, each between backticks. */
export function choices(words: readonly string[], word = 'or'): string {
  const quoted = words.map(quote);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1)}`;
}
