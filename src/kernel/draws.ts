/**
 * What a decision drew, as the log spells it: purposes in order, separated by blanks, with `*n` behind one that was drawn n times running.
 * Each such text is made once and then found again step by step, so that drawing joins no texts.
 */

import { assert } from '../base/assert.ts';
import { Few } from './few.ts';

/** More draws of one purpose running than any decision takes. */
const MOST_DRAWS = 1_000_000;

/** What was drawn so far. */
export class Draws {
  readonly text: string;
  readonly #before: string;
  readonly #purpose: string;
  readonly #count: number;
  readonly #next = new Few<Draws>();

  /** Without arguments: nothing was drawn. */
  constructor(before = '', purpose = '', count = 0) {
    this.#before = before;
    this.#purpose = purpose;
    this.#count = count;
    this.text = interned(`${before}${purpose}${count > 1 ? `*${count}` : ''}`);
  }

  /** The same, and one number more of that purpose. */
  and(purpose: string): Draws {
    return this.#next.get(purpose) ?? this.#first(purpose);
  }

  #first(purpose: string): Draws {
    const again = purpose === this.#purpose;
    assert(!again || this.#count < MOST_DRAWS, `a decision drew ${purpose} without end`);
    const before = again ? this.#before : this.text === '' ? '' : `${this.text} `;
    const draws = new Draws(before, purpose, again ? this.#count + 1 : 1);
    this.#next.add(purpose, draws);
    return draws;
  }
}

/** The same text as the name of a property: those are kept once each, and so compared by place. */
const interned = (text: string): string => Object.keys({ [text]: true })[0] as string;

/** One purpose and how often it was drawn running. */
export interface Run {
  readonly purpose: string;
  readonly count: number;
}

/** The runs that a text of draws spells. The text is one that a kernel wrote (see `spellsDraws`). */
export function runsOf(text: string): readonly Run[] {
  return text.split(' ').map((part) => {
    const [purpose = '', count = '1'] = part.split('*');
    return { purpose, count: Number(count) };
  });
}

/** Whether a text from outside is what a kernel could have written of a decision's draws. */
export function spellsDraws(text: string): boolean {
  return (
    text === '' ||
    (text.split(' ').every((part) => /^[^*]+(\*[1-9]\d*)?$/.test(part)) &&
      runsOf(text).every(({ count }) => count <= MOST_DRAWS))
  );
}
