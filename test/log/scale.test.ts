import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSink, fileSource } from '../../src/log/disk.ts';
import { openLog } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { PREFACE } from './support.ts';

const EVENTS = 1_000_000;
const MIB = 1024 * 1024;

test('a million events take little room, in memory and in the file', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'premortem-log-'));
  const path = join(folder, 'run.pmlog');
  const before = process.memoryUsage().rss;
  try {
    const { bytes } = writeMany(path);
    expect(bytes / EVENTS).toBeLessThan(12);
    expect(readMany(path)).toBe(EVENTS);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MIB);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}, 10_000);

function writeMany(path: string): { readonly bytes: number } {
  const sink = fileSink(path);
  const writer = new LogWriter(sink, PREFACE, (entity) => `lab/${entity}`);
  for (let seq = 0; seq < EVENTS; seq += 1) {
    const cause = Math.max(-1, seq - 1 - (seq % 30));
    const stamp = { seq, at: seq * 250, cause, entity: seq % 1000 };
    writer.append(1, stamp, '', { type: 'Counted', amount: seq % 5000 });
  }
  const finished = writer.end('done', '');
  sink.close();
  return finished;
}

function readMany(path: string): number {
  const source = fileSource(path);
  const opened = openLog(source);
  if (!opened.ok) throw new Error(opened.verdict.message);
  let count = 0;
  for (const { seq, event } of opened.log.events()) {
    if (seq !== count || event['amount'] !== seq % 5000)
      throw new Error(`event ${seq} is not what was written`);
    count += 1;
  }
  source.close();
  return opened.log.verdict?.status === 'clean' ? count : -1;
}
