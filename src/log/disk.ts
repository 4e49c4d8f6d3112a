/** The few calls we make to a file system. Synchronous: the kernel loop never waits for anything else. */
import fs from 'node:fs';
import { dirname } from 'node:path';

/** Where a log goes. A write takes all of the bytes or throws `CannotWrite`, having cut back what it wrote if it can. */
export interface Sink {
  write(bytes: Uint8Array): void;
  /** Returns when what was written survives the machine. */
  sync(): void;
  close(): void;
}

/** Where a log comes from. `read` returns fewer bytes only at the end. */
export interface Source {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

/** The disk is full, or the like: not our mistake, nor one of the scenario. The message is one sentence for the user. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}

/** The file is missing, or cannot be read. The message is one sentence for the user. */
export class CannotRead extends Error {
  override readonly name = 'CannotRead';
}

/** The part of `node:fs` used for writing a log; tests put failing ones in its place. */
export type FileCalls = Pick<
  typeof fs,
  'openSync' | 'writeSync' | 'ftruncateSync' | 'fdatasyncSync' | 'fsyncSync' | 'closeSync'
>;

/** A new file. Refuses to overwrite: a log is somebody's only truth. */
export function fileSink(path: string, calls: FileCalls = fs): Sink {
  return new FileSink(path, calls);
}

/** A file that is there, gone on with behind its first bytes. It has no others: see `cutFile`. */
export function appendingSink(path: string, size: number, calls: FileCalls = fs): Sink {
  return new FileSink(path, calls, 'r+', size);
}

class FileSink implements Sink {
  readonly #path: string;
  readonly #calls: FileCalls;
  readonly #file: number;
  #size: number;

  constructor(path: string, calls: FileCalls, flags = 'wx', size = 0) {
    this.#path = path;
    this.#calls = calls;
    this.#size = size;
    this.#file = writing(path, () => calls.openSync(path, flags));
  }

  write(bytes: Uint8Array): void {
    try {
      this.#writeAll(bytes);
    } catch (error) {
      this.#cutBack();
      throw cannotWrite(this.#path, error);
    }
    this.#size += bytes.length;
  }

  sync(): void {
    writing(this.#path, () => this.#calls.fdatasyncSync(this.#file));
  }

  close(): void {
    writing(this.#path, () => this.#calls.closeSync(this.#file));
    syncFolder(dirname(this.#path), this.#calls);
  }

  // A write may take fewer bytes than it was given: under a file-size limit it does, and the next one fails.
  #writeAll(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const count = this.#calls.writeSync(this.#file, bytes, done, bytes.length - done, this.#size + done);
      if (count === 0) throw new Error('the disk took nothing');
      done += count;
    }
  }

  #cutBack(): void {
    try {
      this.#calls.ftruncateSync(this.#file, this.#size);
    } catch {
      // The end stays torn, which every reader recognises.
    }
  }
}

// A new file survives the machine only when its folder does too. Some systems cannot sync a folder; nothing is lost
// there but this assurance.
function syncFolder(folder: string, calls: FileCalls): void {
  try {
    const handle = calls.openSync(folder, 'r');
    try {
      calls.fsyncSync(handle);
    } finally {
      calls.closeSync(handle);
    }
  } catch {
    return;
  }
}

/** An existing file, read in pieces. */
export function fileSource(path: string): Source {
  const file = reading(path, () => fs.openSync(path, 'r'));
  const stat = reading(path, () => fs.fstatSync(file));
  if (!stat.isFile()) {
    fs.closeSync(file);
    throw new CannotRead(`Cannot read ${path}: it is not a file.`);
  }
  return {
    size: stat.size,
    read: (offset, length) =>
      reading(path, () => readAll(file, offset, Math.min(length, stat.size - offset))),
    close: () => fs.closeSync(file),
  };
}

function readAll(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  let done = 0;
  while (done < bytes.length) {
    const count = fs.readSync(file, bytes, done, bytes.length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return done === bytes.length ? bytes : bytes.subarray(0, done);
}

/** A log in memory: for tests, and for runs of which only the outcome is wanted. */
export function memorySink(): Sink & { bytes(): Uint8Array } {
  let bytes = new Uint8Array(1024);
  let length = 0;
  return {
    write(more) {
      if (length + more.length > bytes.length) {
        const larger = new Uint8Array(Math.max(bytes.length * 2, length + more.length));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(more, length);
      length += more.length;
    },
    sync() {},
    close() {},
    bytes: () => bytes.slice(0, length),
  };
}

/** Bytes in memory, as a source. */
export function memorySource(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    close() {},
  };
}

/** Copies a file from `offset` to its end into a new file, and syncs it. What cannot be written whole is removed again. */
export function copyTail(path: string, offset: number, to: string): void {
  const source = fileSource(path);
  try {
    const sink = fileSink(to);
    try {
      fill(sink, source, offset);
    } catch (error) {
      discard(to);
      throw error;
    }
  } finally {
    source.close();
  }
}

function fill(sink: Sink, source: Source, offset: number): void {
  try {
    for (let at = offset; at < source.size; at += 1024 * 1024) sink.write(source.read(at, 1024 * 1024));
    sink.sync();
  } finally {
    sink.close();
  }
}

function discard(path: string): void {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    // The disk has failed already, and that is what the user is told.
  }
}

/** Shortens an existing file, and syncs it. */
export function cutFile(path: string, size: number): void {
  writing(path, () => {
    const file = fs.openSync(path, 'r+');
    try {
      fs.ftruncateSync(file, size);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  });
}

function writing<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function reading<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new CannotRead(`Cannot read ${path}: ${reasonOf(error)}.`);
  }
}

/** What the system said about a write, as one sentence for the user. */
export function cannotWrite(path: string, error: unknown): CannotWrite {
  return new CannotWrite(`Cannot write ${path}: ${reasonOf(error)}.`);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file of that name exists already',
  EFBIG: 'the file would grow beyond the size allowed',
  EIO: 'the disk reports a failure',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system can only be read',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error instanceof Error ? error.message : 'of an unknown failure';
  const reason = REASONS[code];
  return reason === undefined ? `the system says ${code}` : `${reason} (${code})`;
}
