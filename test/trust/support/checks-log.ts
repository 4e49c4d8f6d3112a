/** Checks of one log against damage. Each throws when what it promises does not hold, so that a broken program can be seen to fail it. */
import { memorySource, type Source } from '../../../src/log/disk.ts';
import {
  inspectLog,
  type Log,
  type Mark,
  openLog,
  type Recorded,
  type Verdict,
} from '../../../src/log/reader.ts';
import { QUESTIONS, RECOVERY } from '../../../src/log/recover.ts';
import { bordersOf, cut } from './parts.ts';

/** Refuses to go on unless something holds. */
export function must(holds: boolean, otherwise: () => string): asserts holds {
  if (!holds) throw new Error(otherwise());
}

/** Whether two values of plain data are the same, to the sign of a zero. Called for millions of events: it makes no lists of keys. */
export function alike(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  let keys = 0;
  for (const key in one) {
    keys += 1;
    if (!(key in other) || !alike((one as Values)[key], (other as Values)[key])) return false;
  }
  for (const _ in other) keys -= 1;
  return keys === 0;
}

type Values = Readonly<Record<string, unknown>>;

/** What reading yields: events until the first problem, and the verdict. */
export interface Read {
  readonly events: readonly Recorded[];
  readonly verdict: Verdict;
}

/** Reads what the reader gives for some bytes. */
export function readAll(source: Source): Read {
  const opened = openLog(source);
  return opened.ok ? readOn(opened.log) : { events: [], verdict: opened.verdict };
}

function readOn(log: Log, from?: Mark): Read {
  const events: Recorded[] = [];
  for (const frame of log.frames(from)) for (const one of frame) events.push(one);
  return { events, verdict: log.verdict! };
}

/** Where each frame behind the preface begins, as the reader goes. */
function marksOf(log: Log): Mark[] {
  const marks: Mark[] = [];
  const walk = log.walk();
  while (walk.next() !== undefined) marks.push({ ...walk.place, texts: walk.texts });
  // Behind the end frame no frame begins.
  return marks.slice(0, -1);
}

/** How often a changed log is read from its first byte, and by `inspectLog` too; else from the frame that was changed. */
const WHOLLY = 31;

/** A log that is being tampered with, and what it said before. */
class Victim {
  readonly bytes: Uint8Array;
  readonly borders: readonly number[];
  readonly #truth: readonly Recorded[];
  readonly #log: Log;
  readonly #marks: readonly Mark[];
  #size: number;
  #reads = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
    this.#size = bytes.length;
    const opened = openLog(this.source);
    must(opened.ok, () => 'the log is sound before anything is done to it');
    this.#log = opened.log;
    const { events, verdict } = readOn(this.#log);
    must(verdict.status === 'clean', () => 'the log is whole before anything is done to it');
    this.#truth = events;
    this.#marks = marksOf(this.#log);
    this.borders = bordersOf(cut(bytes));
  }

  get source(): Source {
    const victim = this;
    return {
      get size() {
        return victim.#size;
      },
      read: (offset, length) => victim.bytes.subarray(offset, Math.min(offset + length, victim.#size)),
      close() {},
    };
  }

  cutTo(size: number): void {
    this.#size = size;
  }

  /**
   * Reads the bytes as they are now, changed from `offset` on. Mostly from the frame in which that is, by what the reader itself knew at its
   * beginning; now and then all of them. What is read must be a beginning of what was written. Returns the verdict on the whole.
   */
  read(offset: number, where: (verdict: Verdict) => string): Verdict {
    this.#reads += 1;
    const mark = this.#marks.findLast((each) => each.offset <= offset);
    const isWhole = mark === undefined || this.#reads % WHOLLY === 0;
    const { events, verdict } = isWhole ? readAll(this.source) : readOn(this.#log, mark);
    const first = isWhole ? 0 : mark.events;
    must(this.#isPart(events, first), () => `another history ${where(verdict)}`);
    must(verdict.events === first + events.length, () => `more or fewer events than said ${where(verdict)}`);
    if (isWhole && mark !== undefined)
      must(alike(inspectLog(this.source), verdict), () => `inspected otherwise ${where(verdict)}`);
    return verdict;
  }

  /** Events in the whole frames before an offset. */
  eventsAt(offset: number): number {
    return this.#marks.findLast((mark) => mark.offset <= offset)?.events ?? 0;
  }

  #isPart(events: readonly Recorded[], first: number): boolean {
    return (
      first + events.length <= this.#truth.length &&
      events.every((one, index) => alike(one, this.#truth[first + index]))
    );
  }
}

const REFUSALS = ['corrupt', 'not-a-log', 'too-new'];
/** Turns every bit of a log, one at a time: each is noticed at or before its place, and what was read is the true beginning. */
export function flipsNoticed(bytes: Uint8Array): number {
  return eachFlip(bytes, (victim, offset, where) => {
    const verdict = victim.read(offset, where);
    must(REFUSALS.includes(verdict.status), () => `not noticed ${where(verdict)}`);
    must(verdict.offset <= offset, () => `noticed only at ${verdict.offset} ${where(verdict)}`);
    must(
      verdict.events === victim.eventsAt(offset),
      () => `${verdict.events} events are left ${where(verdict)}`,
    );
  });
}

/** The same as far as it is only asked whether another history is read: a sum that nobody compares may be wrong. */
export function flipsHarmless(bytes: Uint8Array): number {
  return eachFlip(bytes, (victim, offset, where) => void victim.read(offset, where));
}

function eachFlip(
  bytes: Uint8Array,
  look: (victim: Victim, offset: number, where: (verdict: Verdict) => string) => void,
): number {
  const victim = new Victim(bytes);
  for (let offset = 0; offset < bytes.length; offset += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      victim.bytes[offset]! ^= 1 << bit;
      look(victim, offset, ({ message }) => `after bit ${bit} of byte ${offset} was turned: ${message}`);
      victim.bytes[offset]! ^= 1 << bit;
    }
  }
  return bytes.length * 8;
}

/** What the recovery table says of a log that ends at `size`. */
function statusOfCut(size: number, borders: readonly number[]): string {
  if (size === 0) return 'not-a-log';
  if (size === borders.at(-1)) return 'clean';
  return size > borders[1]! && borders.includes(size) ? 'open' : 'torn';
}

/** Cuts a log at every length: torn, open or not a log as the recovery table says, and the true beginning in each case. */
export function cutsNoticed(bytes: Uint8Array): Record<string, number> {
  const victim = new Victim(bytes);
  const seen: Record<string, number> = {};
  for (let size = 0; size <= bytes.length; size += 1) {
    victim.cutTo(size);
    const where = ({ message }: Verdict) => `cut at ${size}: ${message}`;
    const verdict = victim.read(size, where);
    const wanted = statusOfCut(size, victim.borders);
    must(verdict.status === wanted, () => `${wanted} was expected, ${where(verdict)}`);
    must(
      verdict.events === victim.eventsAt(size),
      () => `${verdict.events} events are left, ${where(verdict)}`,
    );
    must(
      verdict.offset === offsetOfCut(size, victim.borders),
      () => `sound up to ${verdict.offset}, ${where(verdict)}`,
    );
    count(seen, verdict.status);
  }
  return seen;
}

function offsetOfCut(size: number, borders: readonly number[]): number {
  return borders.findLast((border) => border <= size)!;
}

/** One log that nobody wrote, and the log whose beginning it may be read as. */
export interface Surgery {
  readonly sort: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly story: readonly Recorded[];
  /** Up to here it is a sound log, or one that lacks its end. */
  readonly differs: number;
  /** What it is to be called. */
  readonly status: string;
}

/** What the reader says when only the chain is wrong. */
const UNCHAINED = RECOVERY.find(({ answers }) => answers[QUESTIONS.indexOf('chained')] === '0')!.because;

/** Every surgery is refused at or before the place where it begins, and nothing of another history is read. */
export function surgeriesNoticed(surgeries: readonly Surgery[]): Record<string, number> {
  const seen: Record<string, number> = {};
  for (const { name, bytes, story, differs, status } of surgeries) {
    const { events, verdict } = readAll(memorySource(bytes));
    const where = () => `${name}: ${verdict.message}`;
    must(
      events.every((one, seq) => alike(one, story[seq])),
      () => `another history, ${where()}`,
    );
    must(verdict.status === status, () => `${status} was expected, ${where()}`);
    must(verdict.offset <= differs, () => `noticed at ${verdict.offset}, not by ${differs}, ${where()}`);
    must(alike(inspectLog(memorySource(bytes)), verdict), () => `inspected otherwise, ${where()}`);
    count(seen, verdict.message.includes(UNCHAINED) ? 'unchained' : verdict.status);
  }
  return seen;
}

function count(seen: Record<string, number>, what: string): void {
  seen[what] = (seen[what] ?? 0) + 1;
}
