/**
 * Frames on their way out: held for a while, because what becomes of a message is known only afterwards, and a remark belongs beside the
 * message. In order of time, in bounded memory.
 */
import { type Micros, SECOND } from '../../base/units.ts';
import type { Frame } from '../capture/frame.ts';

/** How long a frame can wait for remarks: longer than servers check addresses and slow lines hold messages. */
export const HELD: Micros = 10 * SECOND;
/** At most so many frames and links are held; beyond that the oldest go as they are. */
const MOST_FRAMES = 16_384;
const MOST_LINKS = 65_536;

/** One frame, and what is said beside it. */
export interface Held {
  readonly frame: Frame;
  readonly remarks: string[];
}

/** What an event was caused by, and the frame that it is. */
interface Link {
  readonly at: Micros;
  readonly cause: number;
  readonly held: Held | undefined;
  /** Whether a client said it, and did not merely have it passed on. */
  readonly isOwn: boolean;
}

export class Window {
  /** By time; those of one instant in the order in which they came. What stands before `#first` is gone already. */
  #held: Held[] = [];
  #first = 0;
  readonly #links = new Map<number, Link>();
  #forgotAt: Micros = 0;

  put(frame: Frame, ...remarks: readonly (string | undefined)[]): Held {
    const held: Held = { frame, remarks: remarks.filter((one) => one !== undefined) };
    let place = this.#held.length;
    while (place > this.#first && (this.#held[place - 1] as Held).frame.at > frame.at) place -= 1;
    this.#held.splice(place, 0, held);
    return held;
  }

  link(seq: number, link: Link): void {
    this.#links.set(seq, link);
  }

  /** The frames that led to an event with this cause, the nearest first, back to what a client said first. */
  *leadingTo(cause: number): Generator<Held> {
    for (let link = this.#links.get(cause); link !== undefined; link = this.#links.get(link.cause)) {
      if (link.held !== undefined) yield link.held;
      if (link.isOwn) return;
    }
  }

  /** Frames for which no remark can come any more. */
  take(now: Micros): readonly Frame[] {
    this.#forget(now);
    const over = this.#held.length - MOST_FRAMES;
    let end = this.#first;
    for (; end < this.#held.length; end += 1) {
      const { at } = (this.#held[end] as Held).frame;
      if (at > now || (at >= now - HELD && end >= over)) break;
    }
    return this.#release(end);
  }

  rest(): readonly Frame[] {
    return this.#release(this.#held.length);
  }

  #release(end: number): readonly Frame[] {
    if (end === this.#first) return [];
    const frames = this.#held.slice(this.#first, end).map(withRemarks);
    this.#first = end;
    // Now and then, so that each frame is moved about once.
    if (this.#first * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#first);
      this.#first = 0;
    }
    return frames;
  }

  /** Many at a time: looking for the oldest link passes those that were removed before it. */
  #forget(now: Micros): void {
    const isFull = this.#links.size >= MOST_LINKS;
    if (!isFull && now - this.#forgotAt < SECOND) return;
    this.#forgotAt = now;
    let surplus = isFull ? MOST_LINKS / 4 : 0;
    for (const [seq, { at }] of this.#links) {
      if (at >= now - HELD && surplus <= 0) return;
      this.#links.delete(seq);
      surplus -= 1;
    }
  }
}

const withRemarks = ({ frame, remarks }: Held): Frame =>
  remarks.length === 0 ? frame : { ...frame, comment: [...new Set(remarks)].join('; ') };
