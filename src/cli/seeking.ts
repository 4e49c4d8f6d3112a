/** Long logs from the command line: read from their middle, by an index beside them that is made when it is first wanted. */
import fs from 'node:fs';
import { fileSource } from '../log/disk.ts';
import { LogIndex } from '../log/index-file.ts';
import { type Log, openLog } from '../log/reader.ts';
import { makeIndex, Seeker } from '../run/seek.ts';
import { folding } from './logs.ts';
import type { Terminal } from './terminal.ts';

/** Shorter logs are read whole before anybody notices. */
const LONG = 2 * 1024 * 1024;

export const indexPath = (path: string): string => `${path}.idx`;

/** Does something with a long log that can be read from its middle. Undefined, and nothing done, when it is short or not sound. */
export function seeking<T>(
  path: string,
  terminal: Terminal,
  task: (seeker: Seeker, log: Log) => T,
): T | undefined {
  const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LONG) return undefined;
  const source = fileSource(path);
  try {
    const opened = openLog(source);
    if (!opened.ok) return undefined;
    const { log } = opened;
    const index = indexFor(path, log, size, terminal);
    const seeker = index && Seeker.of(log, index);
    return seeker && task(seeker, log);
  } finally {
    source.close();
  }
}

function indexFor(path: string, log: Log, size: number, terminal: Terminal): LogIndex | undefined {
  return readIndex(path, log, size) ?? newIndex(path, log, size, terminal);
}

function readIndex(path: string, log: Log, size: number): LogIndex | undefined {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync(indexPath(path));
  } catch {
    return undefined;
  }
  return LogIndex.of(bytes, log, size);
}

// Written under another name first: a half-written index is noticed, but would be of no use.
function newIndex(path: string, log: Log, size: number, terminal: Terminal): LogIndex | undefined {
  terminal.say(`note: an index of ${path} is made, once, so that it can be read from its middle`);
  const bytes = folding(path, () => makeIndex(log, size));
  if (bytes === undefined) return undefined;
  const temporary = `${indexPath(path)}.${process.pid}`;
  try {
    fs.writeFileSync(temporary, bytes);
    fs.renameSync(temporary, indexPath(path));
  } catch {
    // Next time it is made again: an index only saves time.
    fs.rmSync(temporary, { force: true });
  }
  return LogIndex.of(bytes, log, size);
}
