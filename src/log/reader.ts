/** Reads a log. Nothing is handed out that was not verified: a frame counts as a whole or not at all. */
import { hex } from '../base/digest.ts';
import { BatchReader, type Recorded } from './batch-reader.ts';
import { expect } from './damage.ts';
import type { Source } from './disk.ts';
import { type End, unpackEnd } from './end.ts';
import { END_FRAME, PREFACE_FRAME } from './format.ts';
import { type FrameHeader, sameBytes } from './frame.ts';
import { identityOf, type Preface, unpackPreface } from './preface.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { Walk } from './walk.ts';

export type { Recorded } from './batch-reader.ts';
export type { LogStatus } from './recover.ts';
export type { Verdict } from './verdict.ts';

/** A log whose header and preface are sound. */
export interface Log {
  /** SHA-256 of the preface in hexadecimal: equal for runs of the same scenario, options and program. */
  readonly identity: string;
  readonly preface: Preface;
  readonly minReader: number;
  /** Streams verified events in order and stops at damage. Each call starts again at the first event. */
  events(): IterableIterator<Recorded>;
  /** The same, a frame at a time, which is faster. */
  frames(): IterableIterator<readonly Recorded[]>;
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

  *frames(): IterableIterator<readonly Recorded[]> {
    const walk = new Walk(this.#source);
    const batches = new BatchReader(this.preface.kinds);
    let end: End | undefined;
    let frame: readonly Recorded[] = [];
    const accept = (header: FrameHeader, body: Uint8Array): number => {
      if (header.type === PREFACE_FRAME) verifiedIdentity(walk, body);
      else if (header.type === END_FRAME) end = verifiedEnd(walk, body);
      else frame = batches.read(header, body);
      return frame.at(-1)?.at ?? walk.at;
    };
    let row = walk.begin() ?? walk.step(accept);
    while (row.status === 'whole') {
      if (frame.length > 0) yield frame;
      // Released before the next one is read, so that two are never held.
      frame = [];
      row = walk.step(accept);
    }
    this.verdict = verdictOf(row, walk, end);
  }
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
