/**
 * The log of a run under `--out`. It is named by what the run is made from, which is known once its first bytes are written; the same run
 * has the same name and the same bytes, so writing it again replaces nothing.
 */
import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CannotWrite, fileSink, fileSource, memorySource, type Sink } from '../log/disk.ts';
import { inspectLog, openLog } from '../log/reader.ts';
import { wasInterrupted } from '../run/simulation.ts';

/** Bytes compared at a time. */
const PIECE = 1024 * 1024;

/** How a log came to stand where it stands. */
export interface Filed {
  readonly path: string;
  readonly identity: string;
  /** `same`: it was there already, byte for byte; `beside`: another log of the same run is there and differs. */
  readonly how: 'new' | 'same' | 'beside';
}

export class LogFile implements Sink {
  readonly #folder: string;
  readonly #name: string;
  #sink: Sink | undefined;
  #final = '';
  #working = '';
  #identity = '';

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  }

  /** Where the log is being written. */
  get path(): string {
    return this.#working;
  }

  write(bytes: Uint8Array): void {
    this.#sink ??= this.#open(bytes);
    this.#sink.write(bytes);
  }

  sync(): void {
    this.#sink?.sync();
  }

  close(): void {
    this.#sink?.close();
  }

  #open(first: Uint8Array): Sink {
    const opened = openLog(memorySource(first));
    this.#identity = opened.ok ? opened.log.identity : '';
    this.#final = join(this.#folder, `${this.#name}-${this.#identity.slice(0, 8)}.pmlog`);
    makeFolder(this.#folder);
    this.#working = fs.existsSync(this.#final) ? `${this.#final}.${process.pid}.new` : this.#final;
    return fileSink(this.#working);
  }

  /** Closes the log and puts it where it belongs. One that was interrupted never takes the place of a whole one. */
  file(interrupted: boolean): Filed {
    this.close();
    const identity = this.#identity;
    if (interrupted) {
      const path = this.#final.replace(/\.pmlog$/, '.interrupted.pmlog');
      rename(this.#working, path);
      return { path, identity, how: 'new' };
    }
    return moveTo(this.#final, this.#working, identity);
  }

  /** After a failure of the disk: what is under a name of its own is kept, a second copy is not. */
  abandon(): void {
    try {
      this.close();
      if (this.#working !== this.#final) fs.rmSync(this.#working, { force: true });
    } catch {
      // The disk has failed already, and that is what the user is told.
    }
  }
}

/** Puts a whole log where it belongs, and never in the place of another whole one. */
export function moveTo(final: string, working: string, identity: string): Filed {
  if (working === final) return { path: final, identity, how: 'new' };
  const isThere = fs.existsSync(final);
  if (isThere && sameBytes(working, final)) {
    fs.rmSync(working, { force: true });
    return { path: final, identity, how: 'same' };
  }
  if (!isThere || !isWhole(final)) {
    rename(working, final);
    return { path: final, identity, how: 'new' };
  }
  const path = freeName(final);
  rename(working, path);
  return { path, identity, how: 'beside' };
}

/** Makes a folder and those above it, one at a time: `recursive` never returns where folders cannot be made, such as below /proc. */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let each = resolve(folder); !fs.existsSync(each); each = dirname(each)) missing.push(each);
  try {
    for (const each of missing.reverse()) fs.mkdirSync(each);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
    throw new CannotWrite(`Cannot make the folder ${folder}: the system says ${code}.`);
  }
}

function rename(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new CannotWrite(`Cannot rename ${from} to ${to}: the system says ${code}.`);
  }
}

function isWhole(path: string): boolean {
  const source = fileSource(path);
  try {
    const { status, end } = inspectLog(source);
    return status === 'clean' && !wasInterrupted(end);
  } finally {
    source.close();
  }
}

function freeName(path: string): string {
  for (let n = 2; ; n += 1) {
    const name = path.replace(/\.pmlog$/, `-${n}.pmlog`);
    if (!fs.existsSync(name)) return name;
  }
}

/** Whether two files hold the same bytes. */
export function sameBytes(left: string, right: string): boolean {
  const [a, b] = [fileSource(left), fileSource(right)];
  try {
    if (a.size !== b.size) return false;
    for (let at = 0; at < a.size; at += PIECE)
      if (Buffer.compare(a.read(at, PIECE), b.read(at, PIECE)) !== 0) return false;
    return true;
  } finally {
    a.close();
    b.close();
  }
}
