/** Goes through a log frame by frame: checks first, chains next, decodes after. Answers the questions of `recover.ts`. */
import { Damage } from './damage.ts';
import { undense } from './dense.ts';
import type { Source } from './disk.ts';
import {
  bodyBound,
  END_FRAME,
  EVENTS_FRAME,
  EVENTS_PER_FRAME,
  FILE_HEADER_SIZE,
  FRAME_HEADER_SIZE,
  MAGIC,
  PREFACE_FRAME,
  READER_VERSION,
  SECTOR_SIZE,
  SKIPPABLE_FROM,
} from './format.ts';
import {
  allZero,
  bodyIntact,
  type FrameHeader,
  frameSize,
  headerIntact,
  link,
  readFileHeader,
  readFrameHeader,
  sameBytes,
} from './frame.ts';
import { type Answers, judge, type Row, unanswered } from './recover.ts';

/** Takes the body of a sound frame and returns the instant of its last event; throws `Damage` when it makes no sense. */
export type Accept = (header: FrameHeader, body: Uint8Array) => number;

const PIECE = 64 * 1024;

/** A place between two frames. */
export interface Place {
  /** First byte of the next frame. */
  readonly offset: number;
  /** Events before it, and the instant of the last. */
  readonly events: number;
  readonly at: number;
  /** The chain hash over all frames before it. */
  readonly chain: Uint8Array;
}

/** A place in a log, up to which everything was verified. */
export class Walk implements Place {
  /** First byte not vouched for. */
  offset = 0;
  /** Events before this place, and the instant of the last. */
  events = 0;
  at = 0;
  minReader = 0;
  identity: Uint8Array = new Uint8Array(32);
  chain: Uint8Array = this.identity;
  /** What is to be added to the reason of the last row. */
  detail = '';
  readonly #source: Source;
  #preface = false;
  #ended = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Reads the file header. Returns the row that ends the walk, or undefined when frames may follow. */
  begin(): Row | undefined {
    const answers = unanswered();
    this.#lookAtHeader(answers);
    return answers.readable ? undefined : judge(answers);
  }

  /** Goes on at a place where an earlier walk was, after `begin`: what follows is checked against its chain hash. */
  leap({ offset, events, at, chain }: Place): void {
    this.offset = offset;
    this.events = events;
    this.at = at;
    this.chain = chain;
    this.#preface = true;
  }

  /** Reads one frame. Returns the row for what it saw; only after `whole` there is a next one. */
  step(accept: Accept): Row {
    const answers = unanswered();
    answers.magic = answers.header = answers.sound = answers.readable = true;
    answers.ended = this.#ended;
    answers.preface = this.#preface;
    answers.more = this.offset < this.#source.size;
    if (answers.more && !answers.ended) this.#lookAtFrame(answers, accept);
    return judge(answers);
  }

  #lookAtHeader(answers: Answers): void {
    const bytes = this.#source.read(0, FILE_HEADER_SIZE);
    answers.magic = bytes.length > 0 && MAGIC.every((byte, index) => (bytes[index] ?? byte) === byte);
    answers.header = bytes.length === FILE_HEADER_SIZE;
    if (!answers.magic || !answers.header) return;
    const { minReader, identity, reserved } = readFileHeader(bytes);
    const intact = headerIntact(bytes);
    // Bytes reserved today may have a meaning in a log that asks for a newer reader.
    answers.sound = intact && (reserved || minReader > READER_VERSION);
    if (!answers.sound) return;
    this.detail = `version ${minReader}, and this is version ${READER_VERSION}`;
    answers.readable = minReader <= READER_VERSION;
    if (!answers.readable) return;
    this.minReader = minReader;
    this.identity = this.chain = identity;
    this.offset = FILE_HEADER_SIZE;
    this.detail = '';
  }

  #lookAtFrame(answers: Answers, accept: Accept): void {
    const bytes = this.#source.read(this.offset, FRAME_HEADER_SIZE);
    answers.framed = bytes.length === FRAME_HEADER_SIZE;
    answers.zero = allZero(bytes) && this.#restIsZero();
    if (!answers.framed || answers.zero) return;
    answers.checked = headerIntact(bytes);
    if (!answers.checked) return;
    const header = readFrameHeader(bytes);
    answers.placed = header.possible && this.#placed(header);
    if (!answers.placed) return;
    const frame = this.#source.read(this.offset, frameSize(header.length));
    answers.whole = frame.length === frameSize(header.length);
    if (answers.whole) this.#lookInside(answers, header, frame, accept);
  }

  #lookInside(answers: Answers, header: FrameHeader, frame: Uint8Array, accept: Accept): void {
    const end = FRAME_HEADER_SIZE + header.length;
    const body = frame.subarray(FRAME_HEADER_SIZE, end);
    answers.intact = bodyIntact(body, frame.subarray(end));
    if (!answers.intact) {
      answers.sector = this.offset + frame.length === this.#source.size && this.#lacksSector(frame);
      return;
    }
    const chain = link(this.chain, frame.subarray(0, end));
    answers.chained = sameBytes(chain, frame.subarray(end + 4));
    if (!answers.chained) return;
    this.detail = `its type is ${header.type}`;
    answers.known = header.type <= END_FRAME || header.type >= SKIPPABLE_FROM;
    if (!answers.known) return;
    this.detail = '';
    answers.sensible = this.#accepted(header, body, accept);
    if (answers.sensible) this.#advance(header, chain);
  }

  #accepted(header: FrameHeader, body: Uint8Array, accept: Accept): boolean {
    if (header.type >= SKIPPABLE_FROM) return true;
    try {
      this.at = accept(header, header.dense ? undense(body, bodyBound(header.type)) : body);
      return true;
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      this.detail = error.message;
      return false;
    }
  }

  #advance(header: FrameHeader, chain: Uint8Array): void {
    this.offset += frameSize(header.length);
    this.events += header.count;
    this.chain = chain;
    this.#preface = true;
    this.#ended = header.type === END_FRAME;
  }

  #placed(header: FrameHeader): boolean {
    const counts =
      header.type === EVENTS_FRAME
        ? header.count > 0 && header.count <= EVENTS_PER_FRAME
        : header.count === 0;
    const first = (header.type === PREFACE_FRAME) === !this.#preface;
    const bounded = header.type !== 0 && header.length <= bodyBound(header.type);
    return counts && first && bounded && header.seq === this.events && header.at === this.at;
  }

  #restIsZero(): boolean {
    for (let at = this.offset; at < this.#source.size; at += PIECE) {
      if (!allZero(this.#source.read(at, PIECE))) return false;
    }
    return true;
  }

  // After a power failure a file may have its length but not all of its content: what is missing reads as zero.
  #lacksSector(frame: Uint8Array): boolean {
    const first = (SECTOR_SIZE - (this.offset % SECTOR_SIZE)) % SECTOR_SIZE;
    for (let at = first; at + SECTOR_SIZE <= frame.length; at += SECTOR_SIZE) {
      if (allZero(frame.subarray(at, at + SECTOR_SIZE))) return true;
    }
    return false;
  }
}
