/** Turns the body of a frame back into its events: all of them, or none when anything about it is impossible. */
import { LONG_AGO } from '../base/units.ts';
import { spellsDraws } from '../kernel/draws.ts';
import type { AnyEvent } from '../kernel/model.ts';
import { Reading } from './bytes.ts';
import { unpack } from './codec.ts';
import { expect } from './damage.ts';
import { earlier, FieldsReader } from './fields-reader.ts';
import type { FrameHeader } from './frame.ts';
import type { Kind } from './kinds.ts';
import { TextsRead } from './texts.ts';

/** An event as the log has it. */
export interface Recorded {
  readonly seq: number;
  readonly at: number;
  /** Number of the event that led to it, -1 for a root. */
  readonly cause: number;
  /** `vm/zookeeper-1` */
  readonly entity: string;
  /** Index in the table of kinds. */
  readonly kind: number;
  /** The draws that the decision took, as the kernel wrote them. */
  readonly draws: string;
  /** `type` first, then the fields in declared order. */
  readonly event: AnyEvent;
}

/** Reads the event frames of one log in order. */
export class BatchReader {
  readonly texts: TextsRead;
  readonly #kinds: readonly FieldsReader[];
  /** Instant of the last event. */
  #at = LONG_AGO;
  #drawsLeft = 0;
  #draws = '';
  /** Whether the text of a number was looked at and spells draws. */
  readonly #spelled: boolean[] = [];

  /** `known` are the texts of the frames before, when a log is read from its middle. */
  constructor(kinds: readonly Kind[], known: readonly string[] = []) {
    const texts = new TextsRead(known);
    this.texts = texts;
    this.#kinds = kinds.map((kind) => new FieldsReader(kind, texts));
  }

  /** The events of a frame, or throws `Damage`; after that the reader is of no more use. */
  read(header: FrameHeader, body: Uint8Array): readonly Recorded[] {
    const content = unpack(body);
    expect(Array.isArray(content) && content.length === 3, 'it has not three parts');
    const [added, draws, bytes] = content as readonly unknown[];
    expect(draws instanceof Uint8Array && bytes instanceof Uint8Array, 'its events are not bytes');
    this.texts.add(added);
    for (const fields of this.#kinds) fields.clear();
    this.#at = header.at;
    const [from, runs] = [new Reading(bytes), new Reading(draws)];
    const events = this.#events(header.seq, header.seq + header.count, from, runs);
    expect(this.#drawsLeft === 0, 'a run of draws is longer than the frame');
    expect(from.left === 0 && runs.left === 0, 'it holds more than its events');
    return events;
  }

  #events(first: number, end: number, from: Reading, draws: Reading): readonly Recorded[] {
    const events: Recorded[] = [];
    this.#drawsLeft = 0;
    for (let seq = first; seq < end; seq += 1) {
      const kind = from.unsigned();
      const fields = this.#kinds[kind];
      expect(fields !== undefined, 'it holds an event of a kind that the preface does not list');
      const at = this.#at + from.unsigned();
      this.#at = at;
      expect(at <= Number.MAX_SAFE_INTEGER, 'it is later than any run');
      const entity = this.texts.of(from.unsigned());
      expect(entity !== '', 'it holds an event of no entity');
      const cause = earlier(from.unsigned(), seq);
      if (this.#drawsLeft === 0) this.#nextDraws(draws);
      this.#drawsLeft -= 1;
      events.push({ seq, at, cause, entity, kind, draws: this.#draws, event: fields.take(from, seq) });
    }
    return events;
  }

  #nextDraws(draws: Reading): void {
    this.#drawsLeft = draws.unsigned();
    expect(this.#drawsLeft > 0, 'a run of draws is empty');
    const id = draws.unsigned();
    this.#draws = this.texts.of(id);
    if (this.#spelled[id] === true) return;
    expect(spellsDraws(this.#draws), 'it names draws that no decision takes');
    this.#spelled[id] = true;
  }
}
