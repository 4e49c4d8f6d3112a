import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CannotRead, CannotWrite, type FileCalls, fileSink, fileSource } from '../../src/log/disk.ts';
import { inspectLog } from '../../src/log/reader.ts';
import { repairLog, repairPlan } from '../../src/log/repair.ts';
import { cut, flipped, join, logOf, longStory, readAll, writeTo } from './support.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = fs.mkdtempSync(joinPath(tmpdir(), 'premortem-log-'));
  path = joinPath(folder, 'run.pmlog');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const story = longStory(20_000);
const complete = logOf(story);
const truth = readAll(complete).events;

/** The real calls, but for one of them. */
function calls(changed: Partial<FileCalls>): FileCalls {
  return { ...fs, ...changed } as FileCalls;
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: raw words of the system`), { code });
}

/** A `writeSync` that takes at most `most` bytes, and fails from the n-th call on. */
function stingyWrite(
  most: number,
  allowed = Number.POSITIVE_INFINITY,
  code = 'ENOSPC',
): FileCalls['writeSync'] {
  let done = 0;
  const write = (
    file: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): number => {
    done += 1;
    if (done > allowed) throw failure(code);
    return fs.writeSync(file, bytes, offset, Math.min(length, most), position);
  };
  return write as FileCalls['writeSync'];
}

function writeLog(disk: FileCalls): void {
  const sink = fileSink(path, disk);
  try {
    writeTo(sink, story).end('nothing left', 'cafe');
  } finally {
    sink.close();
  }
}

describe('a file', () => {
  test('has the same bytes however the disk takes them', () => {
    for (const most of [Number.POSITIVE_INFINITY, 4096, 1000, 7]) {
      writeLog(calls({ writeSync: stingyWrite(most) }));
      expect(Buffer.compare(fs.readFileSync(path), complete)).toBe(0);
      fs.rmSync(path);
    }
  });

  test('is never overwritten', () => {
    fs.writeFileSync(path, 'precious');
    expect(() => fileSink(path)).toThrow(CannotWrite);
    expect(() => fileSink(path)).toThrow(/: a file of that name exists already \(EEXIST\)\.$/);
    expect(fs.readFileSync(path, 'utf8')).toBe('precious');
  });

  test('that is missing, or a folder, is a sentence', () => {
    expect(() => fileSource(path)).toThrow(CannotRead);
    expect(() => fileSource(folder)).toThrow(/it is (not a file|a folder)/);
    expect(() => fileSink(joinPath(folder, 'no', 'run.pmlog'))).toThrow(
      /no such file or folder \(ENOENT\)\.$/,
    );
  });

  test('on a real disk that is full is a sentence', () => {
    if (!fs.existsSync('/dev/full')) return;
    const openSync = ((_: string, flags: string) =>
      fs.openSync(
        flags === 'wx' ? '/dev/full' : folder,
        flags === 'wx' ? 'w' : 'r',
      )) as FileCalls['openSync'];
    expect(() => writeLog(calls({ openSync }))).toThrow(/^Cannot write .*: the disk is full \(ENOSPC\)\.$/);
  });
});

describe('a disk that fails', () => {
  test.each(['ENOSPC', 'EFBIG', 'EIO', 'EWHATEVER'])('with %s at any write leaves whole frames', (code) => {
    const frames = cut(complete).length - 1;
    for (let allowed = 0; allowed < frames; allowed += 1) {
      expect(() =>
        writeLog(calls({ writeSync: stingyWrite(Number.POSITIVE_INFINITY, allowed, code) })),
      ).toThrow(CannotWrite);
      expectPrefix(allowed === 0 ? 'not-a-log' : 'open');
    }
  });

  test('in the middle of a frame leaves whole frames', () => {
    for (let allowed = 0; allowed < complete.length / 3000; allowed += 1) {
      expect(() => writeLog(calls({ writeSync: stingyWrite(3000, allowed) }))).toThrow(CannotWrite);
      expectPrefix();
    }
  });

  test('and cannot even cut back leaves a torn log', () => {
    const disk = calls({
      writeSync: stingyWrite(3000, 20),
      ftruncateSync: () => {
        throw failure('EIO');
      },
    });
    expect(() => writeLog(disk)).toThrow(CannotWrite);
    expectPrefix('torn');
  });

  test('at the sync says so', () => {
    const fdatasyncSync = () => {
      throw failure('EIO');
    };
    expect(() => writeLog(calls({ fdatasyncSync }))).toThrow(/the disk reports a failure \(EIO\)\.$/);
  });

  test('is never written to again', () => {
    const sink = fileSink(path, calls({ writeSync: stingyWrite(Number.POSITIVE_INFINITY, 1) }));
    const writer = writeTo(sink, story.slice(0, 10));
    expect(() => writer.end('done', '')).toThrow(CannotWrite);
    expect(() => writer.end('done', '')).toThrow(/not ended again/);
    const stamp = { seq: writer.count, at: 1e9, cause: -1, entity: 0 };
    expect(() => writer.append(1, stamp, '', { type: 'Counted', amount: 0 })).toThrow(/nothing is appended/);
    sink.close();
  });
});

function expectPrefix(status?: string): void {
  const bytes = fs.readFileSync(path);
  const { events, verdict } = readAll(bytes);
  expect(Buffer.compare(bytes, complete.subarray(0, bytes.length))).toBe(0);
  expect(isDeepStrictEqual(events, truth.slice(0, events.length))).toBe(true);
  if (status !== undefined) expect(verdict.status).toBe(status);
  else expect(['open', 'not-a-log']).toContain(verdict.status);
  fs.rmSync(path);
}

describe('a repair', () => {
  function verdictOfFile(): string {
    const source = fileSource(path);
    const { status } = inspectLog(source);
    source.close();
    return status;
  }

  test('cuts a torn log, keeps the tail, and leaves the rest to be read', () => {
    const torn = complete.subarray(0, complete.length - 200);
    fs.writeFileSync(path, torn);
    const plan = repairPlan(path);
    expect(plan).toMatchObject({ action: 'cut', copy: `${path}.torn` });
    expect(fs.readFileSync(path)).toHaveLength(torn.length);
    expect(repairLog(path)).toEqual(plan);
    expect(verdictOfFile()).toBe('open');
    expect(Buffer.concat([fs.readFileSync(path), fs.readFileSync(`${path}.torn`)]).equals(torn)).toBe(true);
    expect(repairLog(path).action).toBe('nothing');
  });

  test('refuses a damaged log unless told to keep what comes before', () => {
    const damaged = flipped(complete, complete.length * 4);
    fs.writeFileSync(path, damaged);
    expect(repairLog(path)).toMatchObject({ action: 'refuse', cut: 0 });
    expect(fs.readFileSync(path).equals(damaged)).toBe(true);
    expect(repairLog(path, { keepPrefix: true })).toMatchObject({ action: 'cut', copy: `${path}.damaged` });
    expect(fs.readFileSync(`${path}.damaged`).equals(damaged)).toBe(true);
    expect(verdictOfFile()).toBe('open');
  });

  test('keeps the end of a log that something follows', () => {
    fs.writeFileSync(path, join([complete, new Uint8Array([1, 2, 3])]));
    repairLog(path, { keepPrefix: true });
    expect(fs.readFileSync(path).equals(complete)).toBe(true);
  });

  test('cuts nothing when the copy cannot be made', () => {
    fs.writeFileSync(path, complete.subarray(0, complete.length - 200));
    fs.writeFileSync(`${path}.torn`, 'precious');
    expect(() => repairLog(path)).toThrow(CannotWrite);
    expect(fs.statSync(path).size).toBe(complete.length - 200);
  });

  test.each([
    ['something else', Buffer.from('hello, world')],
    ['less than a preface', complete.subarray(0, 100)],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s, even if told to keep what comes before', (_, bytes) => {
    fs.writeFileSync(path, bytes);
    expect(repairLog(path, { keepPrefix: true }).action).toBe('refuse');
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  });

  test('leaves a sound log alone', () => {
    fs.writeFileSync(path, complete);
    expect(repairLog(path, { keepPrefix: true })).toMatchObject({ action: 'nothing', keep: complete.length });
  });
});
