/** Small questions about one recorded event that every inspection asks. */
import type { Recorded } from '../log/reader.ts';

/** The failure's name, when the event is a failure or a refusal. */
export function codeOf({ event }: Recorded): string | undefined {
  const why = event['why'];
  return typeof why === 'string' ? why : undefined;
}

/** The real product's words about it. */
export function wordsOf({ event }: Recorded): string {
  const words = event['words'];
  return typeof words === 'string' ? words : '';
}

/** Earlier events that this one rests on. */
export function factsOf({ event, seq }: Recorded): readonly number[] {
  const facts = event['facts'];
  return Array.isArray(facts) ? (facts as number[]).filter((fact) => fact >= 0 && fact < seq) : [];
}

/** What comes after the model's name in a reference. */
export const nameOf = (ref: string): string => ref.slice(ref.indexOf('/') + 1);

/** The model's name in a reference. */
export const modelOf = (ref: string): string => ref.slice(0, ref.indexOf('/'));

/**
 * A sentence that begins with a name says "it" where the name comes again, as a word of its own. Names shorter than three characters stay:
 * they may be words of the sentence.
 */
export const sayingIt = (sentence: string, name: string): string =>
  name.length < 3
    ? sentence
    : sentence
        .split(name)
        .reduce(
          (said, rest) => `${said}${/[\w./~-]$/.test(said) || /^[\w/~-]/.test(rest) ? name : 'it'}${rest}`,
        );
