/**
 * What a decision drew, as the log spells it: purposes in order, separated by blanks, with `*n` behind one that was drawn n times running.
 * Each such text is made once and then found again step by step, so that drawing joins no texts.
 */

/** What was drawn so far. */
export class Draws {
  readonly text: string;
  readonly #before: string;
  readonly #purpose: string;
  readonly #count: number;
  readonly #next = new Map<string, Draws>();

  /** Without arguments: nothing was drawn. */
  constructor(before = '', purpose = '', count = 0) {
    this.#before = before;
    this.#purpose = purpose;
    this.#count = count;
    this.text = `${before}${purpose}${count > 1 ? `*${count}` : ''}`;
  }

  /** The same, and one number more of that purpose. */
  and(purpose: string): Draws {
    return this.#next.get(purpose) ?? this.#first(purpose);
  }

  #first(purpose: string): Draws {
    const again = purpose === this.#purpose;
    const before = again ? this.#before : this.text === '' ? '' : `${this.text} `;
    const draws = new Draws(before, purpose, again ? this.#count + 1 : 1);
    this.#next.set(purpose, draws);
    return draws;
  }
}

/** One purpose and how often it was drawn running. */
export interface Run {
  readonly purpose: string;
  readonly count: number;
}

/** The runs that a text of draws spells. */
export function runsOf(text: string): readonly Run[] {
  return text.split(' ').map(runOf);
}

function runOf(part: string): Run {
  const star = part.lastIndexOf('*');
  return star < 0
    ? { purpose: part, count: 1 }
    : { purpose: part.slice(0, star), count: Number(part.slice(star + 1)) };
}
