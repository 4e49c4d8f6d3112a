/**
 * Each promise must be able to be broken: here the program is broken on purpose in one place, and the check of the promise must notice. The
 * same checks hold for the program as it is. A canary whose place is gone from the program fails, and is to be brought up to date.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, smallStory } from '../log/support.ts';
import { run } from '../support/scenarios.ts';
import { type Break, breakIn, check, makeProgram } from './support/broken.ts';
import { CHECKS, type CheckName, type Given } from './support/checks.ts';
import { hashOf, SCENARIO } from './support/checks-run.ts';
import { bless } from './support/compat.ts';
import { inFrames, prefaceOf } from './support/story.ts';

interface Canary {
  readonly name: string;
  readonly breaks: readonly Break[];
  /** Checks that must notice, and what they say. */
  readonly notice: Partial<Record<CheckName, RegExp>>;
  /** Checks that must hold all the same: another part of the program keeps the promise. */
  readonly hold?: readonly CheckName[];
}

const CRC: Break = { file: 'log/walk.js', from: /answers\.intact = [^;]+;/, to: 'answers.intact = true;' };
const CHAIN: Break = {
  file: 'log/walk.js',
  from: /answers\.chained = [^;]+;/,
  to: 'answers.chained = true;',
};
const DRAW = /return (this\.#world\.stream\([^;]*)\.draw\(\);/;

const CANARIES: readonly Canary[] = [
  {
    name: 'the tie rule reversed',
    breaks: [{ file: 'kernel/engine.js', from: /const tie = ([^;]+);/, to: 'const tie = -($1);' }],
    notice: { 'same in, same out': /other bytes/, 'a log proves itself': /does not prove itself.*decision/ },
  },
  {
    name: 'a draw removed',
    breaks: [{ file: 'kernel/engine.js', from: DRAW, to: 'return 0.5;' }],
    notice: { 'same in, same out': /other bytes/, 'a log proves itself': /does not prove itself.*decision/ },
  },
  {
    name: 'a draw added',
    breaks: [{ file: 'kernel/engine.js', from: DRAW, to: '$1.draw(); return $1.draw();' }],
    notice: { 'same in, same out': /other bytes/, 'a log proves itself': /does not prove itself.*decision/ },
  },
  {
    name: 'the checksum of bodies skipped, which the chain makes up for',
    breaks: [CRC],
    notice: { 'turned bits are noticed': /not noticed/ },
    hold: ['turned bits make no other history', 'lost ends are noticed', 'moved frames are noticed'],
  },
  {
    name: 'the chain skipped',
    breaks: [CHAIN],
    notice: { 'moved frames are noticed': /another history|was expected/ },
  },
  {
    name: 'the checksum of bodies and the chain skipped',
    breaks: [CRC, CHAIN],
    notice: {
      'turned bits are noticed': /another history|not noticed|noticed only/,
      'turned bits make no other history': /another history/,
      'moved frames are noticed': /another history|was expected/,
    },
  },
  {
    name: 'the checksum of headers skipped',
    breaks: [{ file: 'log/walk.js', from: /answers\.checked = [^;]+;/, to: 'answers.checked = true;' }],
    notice: { 'turned bits are noticed': /not noticed.*torn/ },
  },
  {
    name: 'a torn end called open',
    breaks: [{ file: 'log/recover.js', from: /'torn'(, 'it ends within a frame')/, to: "'open'$1" }],
    notice: { 'lost ends are noticed': /torn was expected/ },
  },
  {
    name: 'causes before the first event let through',
    breaks: [{ file: 'log/fields-reader.js', from: /distance > seq/, to: 'false' }],
    notice: { 'made-up logs are given a verdict': /before its cause|names an earlier event/ },
  },
  {
    name: 'a fold that skips no draws',
    breaks: [{ file: 'kernel/engine.js', from: /recorded\.draws !== ''/, to: 'false' }],
    notice: { 'a fork goes on': /is another run/, 'a log folds': /another world/ },
  },
  {
    name: 'a cause not written',
    breaks: [{ file: 'log/batch-writer.js', from: /cause === -1 \? 0 : seq - cause/, to: '0' }],
    notice: { 'effects have causes': /has no cause/, 'same in, same out': /other bytes/ },
  },
  {
    name: 'a cause not read',
    breaks: [{ file: 'log/batch-reader.js', from: /const cause = ([^;]+);/, to: 'const cause = ($1, -1);' }],
    notice: { 'effects have causes': /has no cause/, 'old logs are read': /last is|hash is/ },
  },
  {
    name: 'the bound on events of one instant removed',
    breaks: [
      {
        file: 'kernel/engine.js',
        from: /#eventsAtInstant >= bounds\.eventsPerInstant/,
        to: '#eventsAtInstant < 0',
      },
    ],
    notice: { 'a loop ends': /it did not end/ },
  },
  {
    name: 'a failed write passed over',
    breaks: [{ file: 'log/disk.js', from: /throw cannotWrite\(this\.#path, error\);/, to: '' }],
    notice: {
      'failures of the disk leave whole frames': /nothing was thrown|called damaged/,
      'a full disk leaves whole frames': /not one sentence|called damaged/,
    },
  },
  {
    name: 'a failed write not cut back',
    breaks: [{ file: 'log/disk.js', from: /this\.#cutBack\(\);/, to: '' }],
    notice: { 'failures of the disk leave whole frames': /half a frame/ },
  },
  {
    name: 'a short write taken for a whole one',
    breaks: [{ file: 'log/disk.js', from: /done \+= count;(?=\s*\}\s*\}\s*#)/, to: 'done = bytes.length;' }],
    notice: { 'the loss of power leaves what was synced': /./, 'a full disk leaves whole frames': /./ },
  },
  {
    name: 'a log not synced',
    breaks: [{ file: 'log/disk.js', from: /this\.#calls\.fdatasyncSync\(this\.#file\)/, to: 'undefined' }],
    notice: {
      'the loss of power leaves what was synced': /what was synced is lost|may be gone|clean is for/,
    },
  },
  {
    name: 'a folder not synced',
    breaks: [{ file: 'log/disk.js', from: /syncFolder\(dirname\(this\.#path\), this\.#calls\);/, to: '' }],
    notice: { 'the loss of power leaves what was synced': /finished log may be gone/ },
  },
  {
    name: 'whole numbers read without the one before',
    breaks: [{ file: 'log/fields-reader.js', from: /this\.#last\[field\] = value;/, to: '' }],
    notice: { 'old logs are read': /./, 'a log proves itself': /./ },
  },
];

let home: string;
let program: string;
let given: Given;

beforeAll(() => {
  home = fs.mkdtempSync(join(tmpdir(), 'premortem-canary-'));
  program = join(home, 'program');
  makeProgram(program);
  const { log } = run(SCENARIO);
  given = {
    frames: join(home, 'frames'),
    run: join(home, 'run'),
    corpus: join(home, 'v1'),
    hash: hashOf(log),
  };
  fs.writeFileSync(given.frames, inFrames(smallStory(), prefaceOf('few', KINDS), 3));
  fs.writeFileSync(given.run, log);
  bless(given.corpus);
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

test('every check holds for the program as it is', () => {
  const names = Object.keys(CHECKS) as CheckName[];
  expect(check(program, names, given, 60_000)).toEqual(Object.fromEntries(names.map((name) => [name, ''])));
});

describe('it is noticed when the program has', () => {
  test.each(CANARIES.map((canary) => [canary.name, canary] as const))(
    '%s',
    (_, { breaks, notice, hold = [] }) => {
      const mend = breakIn(program, breaks);
      try {
        const names = [...(Object.keys(notice) as CheckName[]), ...hold];
        const said = check(program, names, given, 'a loop ends' in notice ? 3000 : 60_000);
        for (const [name, words] of Object.entries(notice)) expect(said[name], name).toMatch(words);
        for (const name of hold) expect(said[name], name).toBe('');
      } finally {
        mend();
      }
    },
  );

  test('and each check is seen to fail', () => {
    const noticed = new Set(CANARIES.flatMap(({ notice }) => Object.keys(notice)));
    expect([...noticed].sort()).toEqual(Object.keys(CHECKS).sort());
  });
});
