/** Lists of words to look for. */

/** Whether a word is one of those parted by blanks; one that ends in `*` stands for all that begin so. */
export function wordList(text: string): (word: string) => boolean {
  const all = text.split(/\s+/).filter((word) => word !== '');
  const whole = new Set(all.filter((word) => !word.endsWith('*')));
  const starts = all.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return (word) => whole.has(word) || starts.some((start) => word.startsWith(start));
}
