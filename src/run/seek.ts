/**
 * A long log read from its middle, by an index that also keeps the world as it stood here and there. Without an index the answers are the
 * same and take longer: it is made once, by going through the log.
 */
import { deserialize, serialize } from 'node:v8';
import type { Micros } from '../base/units.ts';
import { Fold } from '../kernel/fold.ts';
import type { AnyModel } from '../kernel/model.ts';
import type { SavedWorld, World } from '../kernel/world.ts';
import { indexOf, type LogIndex } from '../log/index-file.ts';
import type { Log, Recorded } from '../log/reader.ts';
import { MODELS } from '../models/index.ts';
import { optionsOfLog } from './history.ts';
import { PROGRAM } from './program.ts';
import { type CurrentLog, tableOf, upToDate } from './upcast.ts';

/** Worlds are kept in the form of this version of Node, and understood by the program that kept them. */
const MAKER = `${PROGRAM}, V8 ${process.versions.v8}`;
/** Events between two worlds that are kept, if these stay small: to fold so many takes a fraction of a tenth of a second. */
const SPACING = 32_768;
/** Bytes of all worlds that are kept; beyond, there are fewer of them. */
const ROOM = 64 * 1024 * 1024;

/** The models that a log is of; tests put others in their place. */
type Models = readonly AnyModel[];
const OURS = Object.values(MODELS) as unknown as Models;

/** The bytes of an index of a log; undefined when the log is damaged, or newer than this program. */
export function makeIndex(log: Log, size: number, models: Models = OURS): Uint8Array | undefined {
  const current = upToDate(log, tableOf(models));
  if (!current.ok) return undefined;
  const fold = new Fold(models, optionsOfLog(log).seed);
  let next = SPACING;
  let room = ROOM;
  const keep = (seq: number): Uint8Array | undefined => {
    if (seq < next || room <= 0) return undefined;
    const bytes = serialize({ count: fold.count, world: fold.world.save() });
    room -= bytes.length;
    // Large worlds are kept seldom, so that room is left for the end of the log.
    next = seq + SPACING * Math.ceil((bytes.length * 256) / ROOM);
    return bytes;
  };
  return indexOf(log, size, MAKER, keep, (frame) => {
    for (const recorded of current.log.upcast(frame)) fold.add(recorded);
  });
}

/** Answers about instants of a log. */
export class Seeker {
  readonly #log: Log;
  readonly #current: CurrentLog;
  readonly #index: LogIndex;
  readonly #models: Models;

  private constructor(log: Log, current: CurrentLog, index: LogIndex, models: Models) {
    this.#log = log;
    this.#current = current;
    this.#index = index;
    this.#models = models;
  }

  /** For a log and its index; undefined when the log is newer than this program. */
  static of(log: Log, index: LogIndex, models: Models = OURS): Seeker | undefined {
    const current = upToDate(log, tableOf(models));
    return current.ok ? new Seeker(log, current.log, index, models) : undefined;
  }

  /** The kinds of the events, as this program numbers them. */
  get kinds(): CurrentLog['preface']['kinds'] {
    return this.#current.preface.kinds;
  }

  /** Events of the log, and the instant of the last. */
  get events(): number {
    return this.#index.directory.events;
  }

  get lastAt(): Micros {
    return this.#index.directory.lastAt;
  }

  /** The events from an instant on. */
  *from(at: Micros): IterableIterator<Recorded> {
    for (const recorded of this.#frames(this.#index.frameAt(at))) if (recorded.at >= at) yield recorded;
  }

  /** The instant of an event; undefined when there is none of that number. */
  instantOf(seq: number): Micros | undefined {
    if (seq < 0 || seq >= this.events) return undefined;
    for (const recorded of this.#frames(this.#index.frameOf(seq)))
      if (recorded.seq === seq) return recorded.at;
    return undefined;
  }

  /** The world when everything of an instant had happened. */
  worldAt(at: Micros): World {
    const { fold, frame } = this.#nearest(this.#index.frameAt(at));
    for (const recorded of this.#frames(frame)) {
      if (recorded.at > at) break;
      fold.add(recorded);
    }
    return fold.world;
  }

  #nearest(frame: number): { readonly fold: Fold; readonly frame: number } {
    const fold = new Fold(this.#models, optionsOfLog(this.#log).seed);
    const note = this.#index.note(frame, MAKER);
    if (note === undefined) return { fold, frame: 0 };
    const { count, world } = deserialize(note.bytes) as { count: number; world: SavedWorld };
    fold.load(count, world);
    return { fold, frame: note.frame };
  }

  *#frames(first: number): IterableIterator<Recorded> {
    if (this.events === 0) return;
    for (const frame of this.#log.frames(this.#index.mark(first))) yield* this.#current.upcast(frame);
  }
}
