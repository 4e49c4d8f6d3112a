/**
 * A disk in memory that can lose power, fill up and fail, with the calls that a log is written by. What was not synced is kept, dropped,
 * torn or trashed by seeded choice, a sector of 512 bytes at a time; a new file is there for sure only once its folder was synced. Bytes
 * of a sector that a lost write did not touch are taken to survive it. `disk-contract.test.ts` compares it with the real disk.
 */
import { dirname } from 'node:path';
import type { FileCalls } from '../../../src/log/disk.ts';
import { SECTOR_SIZE } from '../../../src/log/format.ts';

/** What a disk is like before it fails. */
export interface PowerDiskOptions {
  readonly folders: readonly string[];
  /** Bytes taken by one write at most. */
  readonly most?: number;
  /** Bytes that all files have together, then ENOSPC; bytes of one file, then EFBIG. */
  readonly capacity?: number;
  readonly largest?: number;
  /** Asked before each call, with its number from 0. What it throws is what the call throws; the call is then under way, not done. */
  readonly before?: (call: number, name: string) => void;
}

type Change = { readonly write: Uint8Array; readonly position: number } | { readonly truncate: number };

/** Bytes that are written to anywhere. What a write leaves out before it is zero. */
class Content {
  #bytes: Uint8Array<ArrayBufferLike>;
  size: number;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes.slice();
    this.size = bytes.length;
  }

  apply(change: Change): void {
    if ('truncate' in change) this.#resize(change.truncate);
    else if (change.write.length > 0) {
      this.#resize(Math.max(this.size, change.position + change.write.length));
      this.#bytes.set(change.write, change.position);
    }
  }

  copy(): Uint8Array {
    return this.#bytes.slice(0, this.size);
  }

  #resize(size: number): void {
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(size * 2);
      larger.set(this.#bytes.subarray(0, this.size));
      this.#bytes = larger;
    }
    if (size < this.size) this.#bytes.fill(0, size, this.size);
    this.size = size;
  }
}

interface Node {
  readonly isFolder: boolean;
  readonly content: Content;
  /** What is on the platter for sure, and what was done to it since. */
  durable: Uint8Array;
  pending: Change[];
  /** Whether its name is on the platter. */
  named: boolean;
}

interface Handle {
  readonly path: string;
  readonly node: Node;
  readonly isWriting: boolean;
}

/** A failure as `node:fs` reports it. */
export function failure(code: string): Error {
  return Object.assign(new Error(`${code}: words of the system`), { code });
}

export class PowerDisk {
  readonly #options: PowerDiskOptions;
  readonly #nodes = new Map<string, Node>();
  readonly #handles = new Map<number, Handle>();
  #nextHandle = 100;
  /** Calls made so far. */
  count = 0;

  constructor(options: PowerDiskOptions) {
    this.#options = options;
    for (const folder of options.folders) this.#nodes.set(folder, nodeOf(true));
  }

  /** To be handed to `fileSink`. */
  get calls(): FileCalls {
    const calls = {
      openSync: (path: string, flags: string) => this.#call('open', () => this.#open(path, flags)),
      writeSync: (handle: number, bytes: Uint8Array, offset: number, length: number, position: number) =>
        this.#write(handle, bytes.slice(offset, offset + length), position),
      ftruncateSync: (handle: number, size: number) => this.#truncate(handle, size),
      fdatasyncSync: (handle: number) => this.#call('sync', () => this.#sync(handle)),
      fsyncSync: (handle: number) => this.#call('sync', () => this.#sync(handle)),
      closeSync: (handle: number) => this.#call('close', () => this.#close(handle)),
    };
    return calls as unknown as FileCalls;
  }

  /** What a process sees in a file; undefined when there is none. */
  contentOf(path: string): Uint8Array | undefined {
    return this.#nodes.get(path)?.content.copy();
  }

  /** A file after the power was lost and came back; undefined when its name was lost. */
  survivorOf(path: string, random: () => number): Uint8Array | undefined {
    const node = this.#nodes.get(path);
    if (node === undefined || (!node.named && random() < 0.3)) return undefined;
    return settle(node, random);
  }

  /** Whether the name of a file is on the platter for sure. */
  isNamed(path: string): boolean {
    return this.#nodes.get(path)?.named === true;
  }

  #call<T>(name: string, act: () => T): T {
    this.#options.before?.(this.count++, name);
    return act();
  }

  #open(path: string, flags: string): number {
    const parent = this.#nodes.get(dirname(path));
    if (parent === undefined && !this.#nodes.has(path))
      throw failure(this.#isBelowFile(path) ? 'ENOTDIR' : 'ENOENT');
    if (parent?.isFolder === false) throw failure('ENOTDIR');
    let node = this.#nodes.get(path);
    const isNew = flags === 'wx';
    if (flags === 'r+' && node?.isFolder === true) throw failure('EISDIR');
    if (isNew && node !== undefined) throw failure('EEXIST');
    if (!isNew && node === undefined) throw failure('ENOENT');
    if (node === undefined) {
      node = nodeOf(false);
      this.#nodes.set(path, node);
    }
    this.#nextHandle += 1;
    this.#handles.set(this.#nextHandle, { path, node, isWriting: flags !== 'r' });
    return this.#nextHandle;
  }

  #isBelowFile(path: string): boolean {
    for (let above = dirname(path); above !== dirname(above); above = dirname(above))
      if (this.#nodes.get(above)?.isFolder === false) return true;
    return false;
  }

  // A change that a failure interrupts is under way: it may or may not reach the platter, so it is pending before the failure is thrown.
  #write(handle: number, bytes: Uint8Array, position: number): number {
    const { node, isWriting } = this.#handle(handle);
    if (!isWriting) throw failure('EBADF');
    const taken = bytes.subarray(0, Math.min(bytes.length, this.#options.most ?? bytes.length));
    return this.#change('write', node, { write: taken, position }, () => {
      const room = this.#roomFor(node, position, taken.length);
      const part = taken.subarray(0, room);
      this.#apply(node, { write: part, position });
      return part.length;
    });
  }

  #truncate(handle: number, size: number): void {
    const { node, isWriting } = this.#handle(handle);
    if (!isWriting) throw failure('EINVAL');
    this.#change('truncate', node, { truncate: size }, () => this.#apply(node, { truncate: size }));
  }

  #change<T>(name: string, node: Node, change: Change, act: () => T): T {
    try {
      this.#options.before?.(this.count++, name);
    } catch (error) {
      node.pending.push(change);
      throw error;
    }
    return act();
  }

  #apply(node: Node, change: Change): void {
    node.content.apply(change);
    node.pending.push(change);
  }

  #roomFor(node: Node, position: number, length: number): number {
    const { capacity = Number.POSITIVE_INFINITY, largest = Number.POSITIVE_INFINITY } = this.#options;
    const used = [...this.#nodes.values()].reduce(
      (sum, each) => sum + (each === node ? 0 : each.content.size),
      0,
    );
    const free = Math.min(length, Math.max(0, capacity - used - position));
    const allowed = Math.min(length, Math.max(0, largest - position));
    if (length > 0 && allowed === 0) throw failure('EFBIG');
    if (length > 0 && free === 0) throw failure('ENOSPC');
    return Math.min(free, allowed);
  }

  #sync(handle: number): void {
    const { path, node } = this.#handle(handle);
    node.durable = node.content.copy();
    node.pending = [];
    if (!node.isFolder) return;
    for (const [below, each] of this.#nodes) if (dirname(below) === path) each.named = true;
  }

  #close(handle: number): void {
    this.#handle(handle);
    this.#handles.delete(handle);
  }

  #handle(handle: number): Handle {
    const found = this.#handles.get(handle);
    if (found === undefined) throw failure('EBADF');
    return found;
  }
}

const nodeOf = (isFolder: boolean): Node => ({
  isFolder,
  content: new Content(),
  durable: new Uint8Array(0),
  pending: [],
  named: isFolder,
});

/** How much of what was pending reaches the platter: everything, nothing, the first so many sectors, or each by chance; some as garbage. */
function settle({ durable, pending }: Node, random: () => number): Uint8Array {
  const mood = Math.floor(random() * 5);
  const keep = mood === 0 ? 1 : mood === 1 ? 0 : random();
  const trash = mood === 4 ? random() / 4 : 0;
  const tearAt = mood === 2 ? Math.floor(random() * (sectorsOf(pending) + 1)) : Number.POSITIVE_INFINITY;
  const keepsSize = random() < 0.5;
  const content = new Content(durable);
  let sector = 0;
  for (const change of pending) {
    if ('truncate' in change) {
      if (random() < keep) content.apply(change);
      continue;
    }
    const end = change.position + change.write.length;
    if (keepsSize && end > content.size) content.apply({ truncate: end });
    for (const piece of inSectors(change)) {
      const isKept = mood === 2 ? sector < tearAt : random() < keep;
      sector += 1;
      if (random() < trash) content.apply({ ...piece, write: garbage(piece.write.length, random) });
      else if (isKept) content.apply(piece);
    }
  }
  return content.copy();
}

function sectorsOf(pending: readonly Change[]): number {
  return pending.reduce((sum, change) => sum + ('write' in change ? inSectors(change).length : 0), 0);
}

function inSectors({ write, position }: { readonly write: Uint8Array; readonly position: number }) {
  const pieces: { readonly write: Uint8Array; readonly position: number }[] = [];
  for (let at = 0; at < write.length; ) {
    const length = Math.min(SECTOR_SIZE - ((position + at) % SECTOR_SIZE), write.length - at);
    pieces.push({ write: write.subarray(at, at + length), position: position + at });
    at += length;
  }
  return pieces;
}

const garbage = (length: number, random: () => number) =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256));
