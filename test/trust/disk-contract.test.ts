/** The disk in memory that loses power and fills up is like the real one as long as it does neither: the same calls, the same answers. */
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import type { FileCalls } from '../../src/log/disk.ts';
import { inFolder } from './support/folder.ts';
import { PowerDisk } from './support/power-disk.ts';
import { mayMount, onSmallDisk, underFileLimit } from './support/real-disk.ts';

const path = inFolder();

/** One call: of a file by its path below a folder, or of what the n-th opening gave. */
type Step =
  | { readonly do: 'open'; readonly name: string; readonly flags: string }
  | { readonly do: 'write'; readonly slot: number; readonly length: number; readonly position: number }
  | { readonly do: 'truncate'; readonly slot: number; readonly size: number }
  | { readonly do: 'sync' | 'fsync' | 'close'; readonly slot: number };

/** What each call answered. Handles differ from disk to disk, so an opening answers that it was one. */
function observe(calls: FileCalls, folder: string, steps: readonly Step[]): unknown[] {
  const handles: number[] = [];
  const answers = steps.map((step) => {
    try {
      return answer(calls, folder, step, handles);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  });
  for (const handle of handles) if (handle >= 0) calls.closeSync(handle);
  return answers;
}

const NO_HANDLE = 1_000_000;

function answer(calls: FileCalls, folder: string, step: Step, handles: number[]): unknown {
  if (step.do === 'open') {
    handles.push(calls.openSync(join(folder, step.name), step.flags));
    return 'opened';
  }
  // A handle that was closed may be that of something else by now, on the real disk; one that never was is refused by both.
  const handle = (handles[step.slot] ?? -1) < 0 ? NO_HANDLE : handles[step.slot]!;
  switch (step.do) {
    case 'write':
      return calls.writeSync(
        handle,
        new Uint8Array(step.length).fill(step.length % 251),
        0,
        step.length,
        step.position,
      );
    case 'truncate':
      return calls.ftruncateSync(handle, step.size);
    case 'sync':
      return calls.fdatasyncSync(handle);
    case 'fsync':
      return calls.fsyncSync(handle);
    case 'close':
      calls.closeSync(handle);
      handles[step.slot] = -1;
      return 'closed';
  }
}

const NAMES = ['a', 'b', 'sub/c', '.', 'sub', 'none/d', 'none/deep/e', 'a/f', 'a/deep/g', 'b/h'];
const FILES = ['a', 'b', 'sub/c'];

function randomSteps(seed: number): Step[] {
  const random = seedrandom.alea(`contract ${seed}`);
  const upTo = (n: number) => Math.floor(random() * n);
  return Array.from({ length: 40 }, (_, index): Step => {
    const slot = upTo(4);
    const chance = index < 3 ? 0 : random();
    if (chance < 0.3)
      return { do: 'open', name: NAMES[upTo(NAMES.length)]!, flags: ['wx', 'wx', 'wx', 'r+', 'r'][upTo(5)]! };
    if (chance < 0.65) return { do: 'write', slot, length: upTo(2000), position: upTo(4000) };
    if (chance < 0.8) return { do: 'truncate', slot, size: upTo(5000) };
    return { do: (['sync', 'fsync', 'close'] as const)[upTo(3)]!, slot };
  });
}

test('the same calls have the same answers and leave the same bytes', () => {
  const answers = new Set<unknown>();
  for (let seed = 0; seed < 150; seed += 1) {
    const root = path(`real-${seed}`);
    fs.mkdirSync(join(root, 'sub'), { recursive: true });
    const disk = new PowerDisk({ folders: ['/', root, join(root, 'sub'), ...above(root)] });
    const steps = randomSteps(seed);
    const real = observe(fs, root, steps);
    expect(observe(disk.calls, root, steps), `seed ${seed}`).toEqual(real);
    for (const name of FILES) {
      const content = fs.existsSync(join(root, name))
        ? new Uint8Array(fs.readFileSync(join(root, name)))
        : undefined;
      expect(disk.contentOf(join(root, name)), `seed ${seed}, ${name}`).toEqual(content);
    }
    for (const each of real) answers.add(typeof each === 'number' ? 'count' : each);
  }
  for (const each of [
    'opened',
    'closed',
    'count',
    'EEXIST',
    'ENOENT',
    'ENOTDIR',
    'EBADF',
    'EINVAL',
    undefined,
  ])
    expect([...answers]).toContain(each);
});

function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [] : [parent, ...above(parent)];
}

/** Writes pieces to a new file until the disk refuses, and says what each call answered and how large the file is in the end. */
const FILL = `
  const fs = require('node:fs');
  const answers = [];
  const file = fs.openSync('filled', 'wx');
  let at = 0;
  try {
    for (;;) {
      const count = fs.writeSync(file, Buffer.alloc(3000, 7), 0, 3000, at);
      answers.push(count);
      at += count;
    }
  } catch (error) { answers.push(error.code); }
  fs.ftruncateSync(file, 100);
  answers.push(fs.writeSync(file, Buffer.alloc(50), 0, 50, 100), fs.fstatSync(file).size);
  console.log(JSON.stringify(answers));
`;

/** The same on the disk in memory. */
function filled(options: { readonly capacity?: number; readonly largest?: number }): unknown[] {
  const disk = new PowerDisk({ folders: ['/'], ...options });
  const { calls } = disk;
  const answers: unknown[] = [];
  const file = calls.openSync('/filled', 'wx');
  let at = 0;
  try {
    for (;;) {
      const count = calls.writeSync(file, new Uint8Array(3000), 0, 3000, at);
      answers.push(count);
      at += count;
    }
  } catch (error) {
    answers.push((error as NodeJS.ErrnoException).code);
  }
  calls.ftruncateSync(file, 100);
  answers.push(calls.writeSync(file, new Uint8Array(50), 0, 50, 100), disk.contentOf('/filled')!.length);
  return answers;
}

describe('a disk that is full takes what fits, then refuses, and can be cut back', () => {
  const command = [process.execPath, '-e', FILL];

  test('by the size of a file', () => {
    const { out } = underFileLimit(8, command, path());
    expect(JSON.parse(out)).toEqual([3000, 3000, 2192, 'EFBIG', 50, 150]);
    expect(filled({ largest: 8 * 1024 })).toEqual(JSON.parse(out));
  });

  test.skipIf(!mayMount())('by its own size (skipped: needs the right to mount)', () => {
    const { out } = onSmallDisk('size=32k', command, path(), path());
    expect(JSON.parse(out).at(-3)).toBe('ENOSPC');
    expect(filled({ capacity: 32 * 1024 })).toEqual(JSON.parse(out));
  });
});
