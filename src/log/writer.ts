/** Appends the events of a run to a log. Frames are closed by count and size only, so the bytes depend on nothing else. */
import { assert } from '../base/assert.ts';
import { hex } from '../base/digest.ts';
import { LONG_AGO } from '../base/units.ts';
import type { AnyEvent, Stamp } from '../kernel/model.ts';
import { BatchWriter } from './batch-writer.ts';
import { dense } from './dense.ts';
import type { Sink } from './disk.ts';
import { packEnd } from './end.ts';
import { BODY_BOUND, END_FRAME, EVENTS_FRAME, PREFACE_FRAME, SMALL_LOG } from './format.ts';
import { fileHeader, frameSize, writeFrame } from './frame.ts';
import { identityOf, type Preface, packPreface } from './preface.ts';

/** What a finished log amounts to. `chain` is the hash over all frames before the end frame, in hexadecimal. */
export interface Finished {
  readonly events: number;
  readonly bytes: number;
  readonly chain: string;
}

/** One log being written. A failure of the disk leaves whole frames behind and throws `CannotWrite`. */
export class LogWriter {
  readonly #sink: Sink;
  readonly #batch: BatchWriter;
  #frame = new Uint8Array(2 * 64 * 1024);
  #chain: Uint8Array;
  #bytes = 0;
  /** Events in the frames written. */
  #framed = 0;
  /** Instant of the last event in the frames written. */
  #framedAt = LONG_AGO;
  /** False while a call is under way, and for ever after one failed: half an event must not reach the file. */
  #whole = true;

  constructor(sink: Sink, preface: Preface, nameOf: (entity: number) => string) {
    this.#sink = sink;
    this.#batch = new BatchWriter(preface.kinds, nameOf);
    const body = packPreface(preface);
    const identity = identityOf(body);
    this.#chain = identity;
    this.#framedAt = 0;
    this.#write(PREFACE_FRAME, 0, body, dense(body), fileHeader(identity));
  }

  /** Events so far. */
  get count(): number {
    return this.#batch.seq;
  }

  /** Appends an event. `kind` counts in the table of the preface; the stamp is of the next number, and its cause that of an earlier one. */
  append(kind: number, stamp: Stamp, draws: string, event: AnyEvent): void {
    // Compared, as in `World.bear`: fewer questions about what the field holds.
    assert(this.#whole === true, 'nothing is appended to a log that failed or ended');
    this.#whole = false;
    if (this.#batch.add(kind, stamp, draws, event)) this.#closeWhenFull();
    this.#whole = true;
  }

  /** Writes what is left and the end frame, and syncs. The sink stays open. */
  end(reason: string, worldHash: string): Finished {
    assert(this.#whole, 'a log that failed or ended is not ended again');
    this.#whole = false;
    if (this.#batch.count > 0) this.#closeFrame(true);
    const chain = this.#chain;
    this.#write(END_FRAME, 0, packEnd({ reason, worldHash, events: this.#framed, chain }));
    this.#sink.sync();
    return { events: this.#framed, bytes: this.#bytes, chain: hex(chain) };
  }

  #closeWhenFull(): void {
    if (this.#batch.full) this.#closeFrame(false);
  }

  /** `last`: the end of the run closes it. */
  #closeFrame(last: boolean): void {
    const { count } = this.#batch;
    const body = this.#batch.take();
    assert(body.length <= BODY_BOUND, 'the bound on one event keeps the frames small');
    this.#write(EVENTS_FRAME, count, body, last && this.#bytes <= SMALL_LOG ? dense(body) : undefined);
    this.#framed += count;
    this.#framedAt = this.#batch.at;
  }

  // One write per frame, so that a sink that fails can cut back to the last whole one.
  #write(
    type: number,
    count: number,
    plain: Uint8Array,
    smaller?: Uint8Array,
    before: Uint8Array = NO_BYTES,
  ): void {
    const body = smaller ?? plain;
    const size = before.length + frameSize(body.length);
    if (this.#frame.length < size) this.#frame = new Uint8Array(2 * size);
    this.#frame.set(before);
    const isDense = smaller !== undefined;
    const header = {
      type,
      dense: isDense,
      length: body.length,
      seq: this.#framed,
      at: this.#framedAt,
      count,
    };
    const chain = writeFrame(this.#frame.subarray(before.length), header, body, this.#chain);
    this.#sink.write(this.#frame.subarray(0, size));
    this.#chain = chain;
    this.#bytes += size;
  }
}

const NO_BYTES = new Uint8Array(0);
