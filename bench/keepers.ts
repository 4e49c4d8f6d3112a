/** Ways to keep events in a file, ours among them: each writes them all and reads them all back. */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Packr } from 'msgpackr';
import { assert } from '../src/base/assert.ts';
import { fileSink, fileSource } from '../src/log/disk.ts';
import { type Log, openLog, type Recorded } from '../src/log/reader.ts';
import { LogWriter } from '../src/log/writer.ts';

/** What every way keeps of an event. The number of the kind is in ours alone: `entity` and `event.type` say the same. */
export type Kept = Omit<Recorded, 'kind'>;

/** One way to keep events. */
export interface Keeper {
  readonly label: string;
  /** Writes a new file, to be found whole even if the machine fails right after. */
  write(path: string, events: readonly Kept[]): void;
  /** Hands out every event in order. */
  read(path: string, each: (event: Kept) => void): void;
}

/** Events in one message of the ways that have no frames of their own. */
const BATCH = 1_000;

const PLAIN = new Packr({ useRecords: false });

/** Sets of names that msgpackr may share: by default too few for a run of many kinds. */
const MOST_NAMES = 1_000;

/** Reads a log of ours whole. */
export function readEvents(path: string, each: (event: Recorded) => void): void {
  const source = fileSource(path);
  const opened = openLog(source);
  assert(opened.ok, 'the log opens');
  for (const frame of opened.log.frames()) for (const event of frame) each(event);
  assert(opened.log.verdict?.status === 'clean', 'the log is whole');
  source.close();
}

/** Frames with sums, each chained to the one before. The numbers of kinds and entities, which an engine knows, are found beforehand. */
export function ourLog(preface: Log['preface'], events: readonly Recorded[]): Keeper {
  const names = [...new Set(events.map(({ entity }) => entity))];
  const numbers = new Map(names.map((name, number) => [name, number]));
  const entities = events.map(({ entity }) => numbers.get(entity) as number);
  const kindOf = events.map(({ kind }) => kind);
  return {
    label: 'premortem log',
    write(path, kept) {
      const sink = fileSink(path);
      const writer = new LogWriter(sink, preface, (id) => names[id] as string);
      for (let i = 0; i < kept.length; i += 1) {
        const { seq, at, cause, draws, event } = kept[i] as Kept;
        writer.append(kindOf[i] as number, { seq, at, cause, entity: entities[i] as number }, draws, event);
      }
      writer.end('done', '');
      sink.close();
    },
    read: readEvents,
  };
}

/** A line of JSON for each event. */
export const jsonLines: Keeper = {
  label: 'JSON lines',
  write(path, events) {
    writeAll(path, batches(events), (batch) =>
      Buffer.from(batch.map((event) => `${JSON.stringify(event)}\n`).join('')),
    );
  },
  read(path, each) {
    const text = readFileSync(path, 'utf8');
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from);
      each(JSON.parse(text.slice(from, end)) as Kept);
      from = end + 1;
    }
  },
};

/** msgpackr's messages, each behind its length. */
export const messages: Keeper = {
  label: 'msgpackr, plain',
  write: (path, events) => writeAll(path, batches(events), (batch) => framed(PLAIN.pack(batch))),
  read(path, each) {
    const bytes = readFileSync(path);
    eachFrame(bytes, 0, bytes.length, (frame) => unpackBatch(PLAIN, frame, each));
  },
};

/** The same with names of fields said once: the table of names follows the messages, and a last number says how long it is. */
export const sharedMessages: Keeper = {
  label: 'msgpackr, shared names',
  write(path, events) {
    let names: object[] = [];
    const packr = new Packr({
      maxSharedStructures: MOST_NAMES,
      getStructures: () => names,
      saveStructures: (more) => {
        names = more as object[];
      },
    });
    writeAll(path, [...batches(events), 'names' as const], (batch) => {
      if (batch !== 'names') return framed(packr.pack(batch));
      const table = Buffer.from(JSON.stringify(names));
      return Buffer.concat([table, lengthOf(table)]);
    });
  },
  read(path, each) {
    const bytes = readFileSync(path);
    const end = bytes.length - 4 - bytes.readUInt32LE(bytes.length - 4);
    const names = JSON.parse(bytes.toString('utf8', end, bytes.length - 4)) as object[];
    const packr = new Packr({ maxSharedStructures: MOST_NAMES, getStructures: () => names });
    eachFrame(bytes, 0, end, (frame) => unpackBatch(packr, frame, each));
  },
};

/** What Node 22 and later have as `node:sqlite`, as far as it is needed. */
interface Sqlite {
  readonly DatabaseSync: new (
    path: string,
  ) => {
    exec(sql: string): void;
    prepare(sql: string): {
      run(...values: readonly unknown[]): unknown;
      iterate(): Iterable<Record<string, unknown>>;
    };
    close(): void;
  };
}

/** The schema and the pragmas, which `peers/sqlite.py` takes as well. */
export const SQLITE_SETUP = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER, cause INTEGER, entity TEXT, draws TEXT, event TEXT)`;
export const SQLITE_INSERT = 'INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)';
export const SQLITE_SELECT = 'SELECT seq, at, cause, entity, draws, event FROM event ORDER BY seq';

/** A row for each event, its fields as JSON, a transaction for each batch. Undefined when this Node has no SQLite. */
export async function sqlite(): Promise<Keeper | undefined> {
  // Not written out, or the compiler looks for it.
  const name: string = 'node:sqlite';
  const loaded = (await import(name).catch(() => undefined)) as Sqlite | undefined;
  if (loaded === undefined) return undefined;
  return {
    label: 'SQLite (node:sqlite)',
    write(path, events) {
      const database = new loaded.DatabaseSync(path);
      database.exec(SQLITE_SETUP);
      const insert = database.prepare(SQLITE_INSERT);
      for (const batch of batches(events)) {
        database.exec('BEGIN');
        for (const { seq, at, cause, entity, draws, event } of batch)
          insert.run(seq, at, cause, entity, draws, JSON.stringify(event));
        database.exec('COMMIT');
      }
      database.close();
    },
    read(path, each) {
      const database = new loaded.DatabaseSync(path);
      for (const row of database.prepare(SQLITE_SELECT).iterate())
        each({ ...row, event: JSON.parse(row['event'] as string) } as Kept);
      database.close();
    },
  };
}

function batches(events: readonly Kept[]): (readonly Kept[])[] {
  return Array.from({ length: Math.ceil(events.length / BATCH) }, (_, i) =>
    events.slice(i * BATCH, (i + 1) * BATCH),
  );
}

function writeAll<T>(path: string, parts: readonly T[], bytesOf: (part: T) => Uint8Array): void {
  const file = openSync(path, 'wx');
  for (const part of parts) {
    const bytes = bytesOf(part);
    let done = 0;
    while (done < bytes.length) done += writeSync(file, bytes, done);
  }
  fdatasyncSync(file);
  closeSync(file);
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

const framed = (bytes: Buffer) => Buffer.concat([lengthOf(bytes), bytes]);

function eachFrame(bytes: Buffer, from: number, to: number, read: (frame: Buffer) => void): void {
  for (let at = from; at < to; ) {
    const start = at + 4;
    at = start + bytes.readUInt32LE(at);
    read(bytes.subarray(start, at));
  }
}

function unpackBatch(packr: Packr, frame: Buffer, each: (event: Kept) => void): void {
  for (const event of packr.unpack(frame) as Kept[]) each(event);
}
