/**
 * Promise 4, nothing silently lost: a process is killed by SIGKILL at seeded places, also while it goes on with what another one left.
 * What is left is always a beginning of the log, and gone on with it is the log of the run that nobody killed.
 * KILL_COUNT says how often (40; 200 in CI), KILL_SEED where.
 */
import fs from 'node:fs';
import seedrandom from 'seedrandom';
import { beforeAll, expect, test } from 'vitest';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { inspectLog, openLog } from '../../src/log/reader.ts';
import { resumeRun } from '../../src/run/resume.ts';
import { premortem, ROOT } from '../cli/premortem.ts';
import { crowdMaking, startCrowd } from '../support/crowd.ts';
import { run } from '../support/scenarios.ts';
import { inFolder } from './support/folder.ts';
import { childIn, kill, killedAfter } from './support/killing.ts';
import { bordersOf, cut } from './support/parts.ts';
import { type Death, SIZE } from './support/places.ts';

const { KILL_COUNT, KILL_SEED, KILL_FIRST, CI } = process.env;
const COUNT = Number(KILL_COUNT ?? (CI === 'true' ? 200 : 40));
const SEED = KILL_SEED ?? 'kill';
const FIRST = Number(KILL_FIRST ?? 0);

const path = inFolder();
let whole: Uint8Array;
let events: number;

beforeAll(() => {
  const sink = memorySink();
  const outcome = startCrowd(SIZE, sink).advance();
  whole = sink.bytes();
  events = outcome?.events ?? 0;
});

/** A place to die among what is left to be written. Calls are few: opening, one for each frame, syncing and closing. */
function deathIn(random: () => number, written: number): Death {
  const share = 1 - written / whole.length;
  const below = (most: number) => Math.floor(random() * most * share);
  const which = random();
  if (which < 0.3) return { sort: 'events', count: 1 + below(events) };
  if (which < 0.8) return { sort: 'bytes', count: below(whole.length + 1) };
  return { sort: 'calls', count: below(13) };
}

/** The log that comes of what is left, or undefined when that is less than its first frame. */
function resumed(left: Uint8Array): Uint8Array | undefined {
  const sink = memorySink();
  const goOn = (keep: number) => {
    sink.write(left.subarray(0, keep));
    return sink;
  };
  const result = resumeRun(memorySource(left), goOn, crowdMaking(SIZE));
  if (!result.ok) {
    expect(openLog(memorySource(left)).ok, result.message).toBe(false);
    return undefined;
  }
  result.simulation.advance();
  return sink.bytes();
}

test(`killed ${COUNT} times, a run leaves a beginning of its log, and it goes on to the end`, () => {
  const child = childIn(path());
  const seen: Record<string, number> = { kills: 0 };
  const count = (what: string) => {
    seen[what] = (seen[what] ?? 0) + 1;
  };
  for (let n = FIRST; seen['kills']! < COUNT; n += 1) {
    const again = `KILL_SEED=${SEED} KILL_FIRST=${n} KILL_COUNT=1 npx vitest run test/trust/kill.test.ts`;
    const random = seedrandom(`${SEED} ${n}`);
    const file = path(`${n}.pmlog`);
    const left = (task: 'run' | 'resume', written: number): Uint8Array => {
      const death = deathIn(random, written);
      count(kill(child, task, file, death) ? 'kills' : 'whole');
      count(death.sort);
      const bytes = fs.existsSync(file) ? fs.readFileSync(file) : new Uint8Array(0);
      const isBeginning = Buffer.compare(bytes, whole.subarray(0, bytes.length)) === 0;
      expect(isBeginning, `${task} killed after ${death.count} ${death.sort}: ${again}`).toBe(true);
      count(inspectLog(memorySource(bytes)).status);
      return bytes;
    };
    let bytes = left('run', 0);
    while (random() < 0.2 && bytes.length < whole.length && openLog(memorySource(bytes)).ok) {
      count('resumes');
      bytes = left('resume', bytes.length);
    }
    if (bytes.length === whole.length) continue;
    const log = resumed(bytes);
    if (log === undefined) count('hopeless');
    else expect(Buffer.compare(log, whole) === 0, `resumed to another log: ${again}`).toBe(true);
    fs.rmSync(file, { force: true });
  }
  console.log(
    `seed ${SEED}: ${JSON.stringify(seen)}; again: KILL_SEED=${SEED} KILL_COUNT=${COUNT} npx vitest run test/trust/kill.test.ts`,
  );
  if (COUNT < 40) return;
  for (const what of ['resumes', 'torn', 'open', 'events', 'bytes', 'calls'])
    expect(seen[what], what).toBeGreaterThan(0);
}, 600_000);

test('killed on the command line, a run is resumed on the command line', async () => {
  const until = '100d';
  const { log } = run('scenarios/photon/mesos-works.yaml', { until: 100 * 86_400e6 });
  const random = seedrandom(SEED);
  const least = bordersOf(cut(log))[2] as number;
  const scenario = `${ROOT}scenarios/photon/mesos-works.yaml`;
  for (const round of ['1', '2', '3']) {
    const below = (most: number) => Math.floor(random() * most);
    const first = least + below(log.length - least);
    const start = ['run', scenario, '--until', until, '--out', round, '--quiet'];
    expect(killedAfter(path(), start, first)).toBe(true);
    const name = `${round}/${fs.readdirSync(path(round))[0]}`;
    const left = () => fs.readFileSync(path(name));
    expect(Buffer.compare(left(), log.subarray(0, first)), `${SEED}: ${first}`).toBe(0);
    const second = below(log.length - first);
    killedAfter(path(), ['resume', name, '--quiet'], second);
    expect(Buffer.compare(left(), log.subarray(0, left().length)), `${SEED}: ${first}, ${second}`).toBe(0);
    const { exit, out } = await premortem(path(), ['resume', name]);
    expect(exit).toBe(0);
    expect(out).toMatch(/^resumed at |^The log is complete/);
    expect(Buffer.compare(left(), log), `${SEED}: ${first}, ${second}`).toBe(0);
  }
});
