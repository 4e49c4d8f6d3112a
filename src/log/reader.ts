/** Reads a log. Nothing is handed out that was not verified: a frame counts as a whole or not at all. */
import { hex } from '../base/digest.ts';
import { BatchReader, type Recorded } from './batch-reader.ts';
import { expect } from './damage.ts';
import type { Source } from './disk.ts';
import { type End, unpackEnd } from './end.ts';
import { END_FRAME, PREFACE_FRAME } from './format.ts';
import { type FrameHeader, sameBytes } from './frame.ts';
import { identityOf, type Preface, unpackPreface } from './preface.ts';
import type { Row } from './recover.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { type Place, Walk } from './walk.ts';

export type { Recorded } from './batch-reader.ts';
export type { LogStatus } from './recover.ts';
export type { Verdict } from './verdict.ts';

/** What it takes to read a log from its middle: a place, and the texts listed before it. `index-file.ts` keeps some. */
export interface Mark extends Place {
  readonly texts: readonly string[];
}

/** A log whose header and preface are sound. */
export interface Log {
  /** SHA-256 of the preface in hexadecimal: equal for runs of the same scenario, options and program. */
  readonly identity: string;
  readonly preface: Preface;
  readonly minReader: number;
  /** Streams verified events in order and stops at damage. Each call starts again at the first event. */
  events(): IterableIterator<Recorded>;
  /** The same, a frame at a time, which is faster; from the middle when a mark is given. */
  frames(from?: Mark): IterableIterator<readonly Recorded[]>;
  /** The same, with the places between the frames. */
  walk(from?: Mark): EventWalk;
  /** Set when one of the above came to its end. */
  readonly verdict: Verdict | undefined;
}

/** Opens a log, or says why it cannot be read: not a log, too new, or damaged before its first event. */
export function openLog(source: Source): { ok: true; log: Log } | { ok: false; verdict: Verdict } {
  const walk = new Walk(source);
  const refusal = walk.begin();
  if (refusal !== undefined) return { ok: false, verdict: verdictOf(refusal, walk) };
  let preface: Preface | undefined;
  const row = walk.step((_header, body) => {
    preface = verifiedPreface(walk, body);
    return 0;
  });
  if (preface === undefined) return { ok: false, verdict: verdictOf(row, walk) };
  return { ok: true, log: new LogFile(source, preface, hex(walk.identity), walk.minReader) };
}

/** Checks a whole log in bounded memory. */
export function inspectLog(source: Source): Verdict {
  const opened = openLog(source);
  if (!opened.ok) return opened.verdict;
  const frames = opened.log.frames();
  while (!frames.next().done);
  return opened.log.verdict!;
}

class LogFile implements Log {
  readonly identity: string;
  readonly preface: Preface;
  readonly minReader: number;
  verdict: Verdict | undefined;
  readonly #source: Source;

  constructor(source: Source, preface: Preface, identity: string, minReader: number) {
    this.#source = source;
    this.preface = preface;
    this.identity = identity;
    this.minReader = minReader;
  }

  *events(): IterableIterator<Recorded> {
    for (const frame of this.frames()) {
      for (let index = 0; index < frame.length; index += 1) yield frame[index]!;
    }
  }

  *frames(from?: Mark): IterableIterator<readonly Recorded[]> {
    const walk = this.walk(from);
    for (let frame = walk.next(); frame !== undefined; frame = walk.next()) if (frame.length > 0) yield frame;
    this.verdict = walk.verdict;
  }

  walk(from?: Mark): EventWalk {
    return new EventWalk(this.#source, this.preface, from);
  }
}

/** Goes through the events of a log, a frame at a time. */
export class EventWalk {
  /** Set when there is no further frame. */
  verdict: Verdict | undefined;
  readonly #walk: Walk;
  readonly #batches: BatchReader;
  readonly #from: Mark | undefined;
  #row: Row | undefined;
  #end: End | undefined;
  #frame: readonly Recorded[] = [];

  constructor(source: Source, preface: Preface, from?: Mark) {
    this.#walk = new Walk(source);
    this.#batches = new BatchReader(preface.kinds, from?.texts);
    this.#from = from;
  }

  /** Where the next frame begins. */
  get place(): Place {
    const { offset, events, at, chain } = this.#walk;
    return { offset, events, at, chain };
  }

  /** Every text that the frames so far listed. */
  get texts(): readonly string[] {
    return this.#batches.texts.listed();
  }

  /** How many those are. */
  get textCount(): number {
    return this.#batches.texts.size;
  }

  /** The events of the next frame, none when it is of another sort; undefined when there is no frame that is sound. */
  next(): readonly Recorded[] | undefined {
    // Released before the next one is read, so that two are never held.
    this.#frame = [];
    this.#row = this.#row === undefined ? this.#begin() : this.#walk.step(this.#accept);
    if (this.#row.status === 'whole') return this.#frame;
    this.verdict = verdictOf(this.#row, this.#walk, this.#end);
    return undefined;
  }

  #begin(): Row {
    const refusal = this.#walk.begin();
    if (refusal !== undefined) return refusal;
    if (this.#from !== undefined) this.#walk.leap(this.#from);
    return this.#walk.step(this.#accept);
  }

  readonly #accept = (header: FrameHeader, body: Uint8Array): number => {
    if (header.type === PREFACE_FRAME) verifiedIdentity(this.#walk, body);
    else if (header.type === END_FRAME) this.#end = verifiedEnd(this.#walk, body);
    else this.#frame = this.#batches.read(header, body);
    return this.#frame.at(-1)?.at ?? this.#walk.at;
  };
}

function verifiedPreface(walk: Walk, body: Uint8Array): Preface {
  verifiedIdentity(walk, body);
  return unpackPreface(body);
}

function verifiedIdentity(walk: Walk, body: Uint8Array): void {
  expect(sameBytes(identityOf(body), walk.identity), 'the preface is of another run');
}

function verifiedEnd(walk: Walk, body: Uint8Array): End {
  const end = unpackEnd(body);
  expect(end.events === walk.events && sameBytes(end.chain, walk.chain), 'the end is of another log');
  return end;
}
