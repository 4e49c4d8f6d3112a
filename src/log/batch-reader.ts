/** Turns the body of a frame back into its events: all of them, or none when anything about it is impossible. */
import type { AnyEvent } from '../kernel/model.ts';
import { Reading } from './bytes.ts';
import { unpack } from './codec.ts';
import { type ColumnReader, columnReader, earlier } from './column-readers.ts';
import { expect } from './damage.ts';
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

interface KindColumns {
  readonly type: string;
  readonly names: readonly string[];
  readonly columns: readonly ColumnReader[];
  /** Whether the frame has columns of this kind, and whether an event of it was seen. */
  listed: boolean;
  used: boolean;
}

interface Envelope {
  readonly kind: Reading;
  readonly at: Reading;
  readonly entity: Reading;
  readonly cause: Reading;
  readonly draws: Reading;
}

/** Reads the event frames of one log in order. */
export class BatchReader {
  readonly #texts = new TextsRead();
  readonly #kinds: readonly KindColumns[];
  #drawsLeft = 0;
  #draws = '';

  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds.map((kind) => ({
      type: kind.type,
      names: kind.fields.map(([name]) => name),
      columns: kind.fields.map(([, wire]) => columnReader(wire, this.#texts)),
      listed: false,
      used: false,
    }));
  }

  /** The events of a frame, or throws `Damage`; after that the reader is of no more use. */
  read(header: FrameHeader, body: Uint8Array): readonly Recorded[] {
    const content = unpack(body);
    expect(Array.isArray(content) && content.length === 3, 'it has not three parts');
    this.#texts.add(content[0]);
    const envelope = envelopeOf(content[1]);
    const listed = this.#openColumns(content[2]);
    const events = this.#events(header, envelope);
    this.#close(envelope, listed);
    return events;
  }

  #openColumns(entries: unknown): readonly KindColumns[] {
    expect(Array.isArray(entries), 'it lacks its columns');
    let last = -1;
    return entries.map((entry) => {
      const [kind, ...columns] = bytesBehindNumber(entry);
      expect(kind > last, 'its kinds are out of order');
      last = kind;
      return this.#openKind(kind, columns);
    });
  }

  #openKind(kind: number, bytes: readonly Uint8Array[]): KindColumns {
    const columns = this.#kinds[kind];
    expect(columns !== undefined, 'it holds events of a kind that the preface does not list');
    expect(columns.columns.length === bytes.length, 'it has more or fewer columns than fields');
    columns.columns.forEach((column, index) => {
      column.open(bytes[index]!);
    });
    columns.listed = true;
    columns.used = false;
    return columns;
  }

  #events(header: FrameHeader, envelope: Envelope): readonly Recorded[] {
    const events: Recorded[] = [];
    let at = header.at;
    this.#drawsLeft = 0;
    for (let seq = header.seq; seq < header.seq + header.count; seq += 1) {
      const kind = envelope.kind.unsigned();
      at += envelope.at.unsigned();
      expect(at <= Number.MAX_SAFE_INTEGER, 'it is later than any run');
      const entity = this.#texts.of(envelope.entity.unsigned());
      const cause = earlier(envelope.cause.unsigned(), seq);
      const draws = this.#nextDraws(envelope.draws);
      events.push({ seq, at, cause, entity, kind, draws, event: this.#event(kind, seq) });
    }
    return events;
  }

  #event(kind: number, seq: number): AnyEvent {
    const columns = this.#kinds[kind];
    expect(columns?.listed, 'an event is of a kind without columns');
    columns.used = true;
    const event: { type: string; [field: string]: unknown } = { type: columns.type };
    const { names } = columns;
    for (let index = 0; index < names.length; index += 1) {
      event[names[index]!] = columns.columns[index]!.next(seq);
    }
    return event;
  }

  #nextDraws(column: Reading): string {
    if (this.#drawsLeft === 0) {
      this.#drawsLeft = column.unsigned();
      expect(this.#drawsLeft > 0, 'a run of draws is empty');
      this.#draws = this.#texts.of(column.unsigned());
    }
    this.#drawsLeft -= 1;
    return this.#draws;
  }

  #close(envelope: Envelope, listed: readonly KindColumns[]): void {
    expect(this.#drawsLeft === 0, 'a run of draws is longer than the frame');
    for (const column of Object.values<Reading>({ ...envelope }))
      expect(column.left === 0, 'a column holds more than its events');
    for (const columns of listed) {
      expect(columns.used, 'it has columns of a kind without events');
      for (const column of columns.columns) column.close();
      columns.listed = false;
    }
  }
}

function envelopeOf(columns: unknown): Envelope {
  expect(Array.isArray(columns) && columns.length === 5, 'its envelope has not five columns');
  const [kind, at, entity, cause, draws] = columns.map((bytes: unknown) => {
    expect(bytes instanceof Uint8Array, 'a column is not bytes');
    return new Reading(bytes);
  });
  return { kind: kind!, at: at!, entity: entity!, cause: cause!, draws: draws! };
}

function bytesBehindNumber(entry: unknown): [number, ...Uint8Array[]] {
  expect(Array.isArray(entry) && typeof entry[0] === 'number', 'its columns name no kind');
  for (const bytes of entry.slice(1)) expect(bytes instanceof Uint8Array, 'a column is not bytes');
  return entry as [number, ...Uint8Array[]];
}
