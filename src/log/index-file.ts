/**
 * An index of a log: where each frame of events begins, and what it takes to read on from there. It stands in a file of its own beside the
 * log, can be deleted at any time, and is believed only as far as it fits: its own checksums, the identity and size of the log, and the
 * chain hash, to which whatever is read from its middle must lead on.
 */
import { crc32 } from 'node:zlib';
import { pack, unpack } from './codec.ts';
import { Damage, expect } from './damage.ts';
import { memorySource, type Source } from './disk.ts';
import type { EventWalk, Log, Mark, Recorded } from './reader.ts';

/** `premortem index`, and the version of this form. */
const MAGIC = Uint8Array.from([0x89, 0x50, 0x4d, 0x49, 0x0d, 0x0a, 0x1a, 1]);
/** Magic, length of the directory, checksum of both. */
const HEAD = 16;
const CHAIN = 32;

/** Something kept for the place where a frame begins, such as the world as it stood there. */
interface Note {
  readonly frame: number;
  readonly offset: number;
  readonly length: number;
  readonly check: number;
}

/** Where the frames of events of a log begin. */
export interface Directory {
  readonly identity: string;
  /** Bytes of the log, and what they are worth. */
  readonly size: number;
  readonly sound: number;
  readonly events: number;
  readonly lastAt: number;
  /** Of each frame: its first byte, the events before it, the instant of the last of them, the texts listed before it. */
  readonly offsets: Float64Array;
  readonly seqs: Float64Array;
  readonly ats: Float64Array;
  readonly textCounts: Float64Array;
  /** The chain hash before each frame, one after the other. */
  readonly chains: Uint8Array;
  readonly texts: readonly string[];
  /** What made the notes: another maker cannot read them. */
  readonly maker: string;
  readonly notes: readonly Note[];
}

/** Keeps what is known at the beginning of a frame; undefined when there is nothing to keep. */
export type Keeper = (seq: number) => Uint8Array | undefined;

/**
 * Goes through a whole log and returns the bytes of its index, or undefined when the log is damaged. `see` is shown every frame, `keep` is
 * asked at the beginning of each.
 */
export function indexOf(
  log: Log,
  size: number,
  maker: string,
  keep: Keeper,
  see: (frame: readonly Recorded[]) => void,
): Uint8Array | undefined {
  const walk = log.walk();
  const rows: number[][] = [];
  const chains: Uint8Array[] = [];
  const kept: { frame: number; bytes: Uint8Array }[] = [];
  for (;;) {
    const { offset, events, at, chain } = walk.place;
    const texts = walk.textCount;
    const frame = walk.next();
    if (frame === undefined) break;
    if (frame.length === 0) continue;
    const bytes = keep(events);
    if (bytes !== undefined) kept.push({ frame: rows.length, bytes });
    rows.push([offset, events, at, texts]);
    chains.push(chain);
    see(frame);
  }
  const status = walk.verdict?.status;
  if (status !== 'clean' && status !== 'open') return undefined;
  return packIndex(log, size, maker, walk, rows, chains, kept);
}

function packIndex(
  log: Log,
  size: number,
  maker: string,
  walk: EventWalk,
  rows: readonly (readonly number[])[],
  chains: readonly Uint8Array[],
  kept: readonly { readonly frame: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const column = (index: number) => bytesOf(Float64Array.from(rows, (row) => row[index] as number));
  let offset = 0;
  const notes = kept.map(({ frame, bytes }) => {
    const note = [frame, offset, bytes.length, crc32(bytes)];
    offset += bytes.length;
    return note;
  });
  const { events, at } = walk.place;
  const directory = pack([
    [log.identity, size, walk.place.offset, events, at, maker],
    [column(0), column(1), column(2), column(3), Buffer.concat(chains)],
    walk.texts,
    notes,
  ]);
  const head = new Uint8Array(HEAD);
  head.set(MAGIC);
  new DataView(head.buffer).setUint32(8, directory.length, true);
  new DataView(head.buffer).setUint32(12, crc32(directory, crc32(head.subarray(0, 12))), true);
  return new Uint8Array(Buffer.concat([head, directory, ...kept.map(({ bytes }) => bytes)]));
}

/** An index that was read back and found to be of a log. */
export class LogIndex {
  readonly directory: Directory;
  readonly #source: Source;
  readonly #notesAt: number;

  private constructor(source: Source, directory: Directory, notesAt: number) {
    this.directory = directory;
    this.#source = source;
    this.#notesAt = notesAt;
  }

  /** Reads an index, or returns undefined when it is damaged, or of another log, or of the same log when it was shorter or longer. */
  static read(source: Source, log: Log, size: number): LogIndex | undefined {
    try {
      const head = source.read(0, HEAD);
      expect(head.length === HEAD && MAGIC.every((byte, index) => head[index] === byte), 'it is no index');
      const view = new DataView(head.buffer, head.byteOffset);
      const length = view.getUint32(8, true);
      expect(length <= source.size - HEAD, 'it ends too early');
      const bytes = source.read(HEAD, length);
      const check = crc32(bytes, crc32(head.subarray(0, 12)));
      expect(check === view.getUint32(12, true), 'its checksum is wrong');
      const directory = directoryOf(unpack(bytes));
      const fits = directory.identity === log.identity && directory.size === size;
      return fits ? new LogIndex(source, directory, HEAD + length) : undefined;
    } catch (error) {
      if (error instanceof Damage || error instanceof TypeError || error instanceof RangeError)
        return undefined;
      throw error;
    }
  }

  /** An index that was just made. */
  static of(bytes: Uint8Array, log: Log, size: number): LogIndex | undefined {
    return LogIndex.read(memorySource(bytes), log, size);
  }

  /** The frame from which on everything happens at or after an instant, but for some events at its own beginning. */
  frameAt(at: number): number {
    return lastBelow(this.directory.ats, at);
  }

  /** The frame that holds an event. */
  frameOf(seq: number): number {
    return lastBelow(this.directory.seqs, seq + 1);
  }

  /** What it takes to read on from a frame. */
  mark(frame: number): Mark {
    const { offsets, seqs, ats, textCounts, chains, texts } = this.directory;
    return {
      offset: offsets[frame] as number,
      events: seqs[frame] as number,
      at: ats[frame] as number,
      chain: chains.subarray(frame * CHAIN, (frame + 1) * CHAIN),
      texts: texts.slice(0, textCounts[frame]),
    };
  }

  /** The last note at or before a frame that this maker made and that is undamaged. */
  note(frame: number, maker: string): { readonly frame: number; readonly bytes: Uint8Array } | undefined {
    if (this.directory.maker !== maker) return undefined;
    const note = this.directory.notes.findLast((each) => each.frame <= frame);
    if (note === undefined) return undefined;
    const bytes = this.#source.read(this.#notesAt + note.offset, note.length);
    return crc32(bytes) === note.check ? { frame: note.frame, bytes } : undefined;
  }
}

/** Index of the last number below a bound in ascending numbers, or 0. */
function lastBelow(numbers: Float64Array, bound: number): number {
  let low = 0;
  for (let high = numbers.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

const bytesOf = (numbers: Float64Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

function directoryOf(content: unknown): Directory {
  const [about, columns, texts, notes] = content as [unknown[], Uint8Array[], string[], number[][]];
  const [identity, size, sound, events, lastAt, maker] = about as [
    string,
    number,
    number,
    number,
    number,
    string,
  ];
  const chains = columns[4] as Uint8Array;
  const directory = {
    identity,
    size,
    sound,
    events,
    lastAt,
    offsets: numbersIn(columns[0], sound),
    seqs: numbersIn(columns[1], events),
    ats: numbersIn(columns[2], lastAt),
    textCounts: numbersIn(columns[3], texts.length),
    chains,
    texts,
    maker,
    notes: notes.map(([frame, offset, length, check]) => ({ frame, offset, length, check }) as Note),
  };
  expect(chains.length === directory.offsets.length * CHAIN, 'it lacks a chain hash');
  return directory;
}

/** A column of whole numbers that never fall and never go beyond the last. */
function numbersIn(bytes: Uint8Array | undefined, last: number): Float64Array {
  expect(bytes !== undefined && bytes.length % 8 === 0, 'it lacks a column');
  const numbers = new Float64Array(bytes.length / 8);
  new Uint8Array(numbers.buffer).set(bytes);
  const rise = numbers.every(
    (each, at) => Number.isSafeInteger(each) && each >= (numbers[at - 1] ?? 0) && each <= last,
  );
  expect(rise, 'a column falls');
  return numbers;
}
