/**
 * Random worlds (design promises 1 to 5 and 7): generated scenarios with faults, swarm-weighted, and every rule of `swarm/invariants.ts` held
 * against each run. World n is the same wherever it is run; `SWARM_SEED=n SWARM_COUNT=1 npx vitest run test/swarm.test.ts` repeats it.
 * SWARM_SECONDS is how long to go on, SWARM_COUNT how many to run instead; the first seed comes from the commit. `npm run night` goes on
 * for hours.
 */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { VERBS } from '../src/scenario/schema-cluster.ts';
import { KINDS } from './swarm/actions.ts';
import { shrink, smallText } from './swarm/shrink.ts';
import { failureText, Tally } from './swarm/tally.ts';
import { kindsOfLanguage, readWorld, textOf, worldOf } from './swarm/world.ts';

const env = (name: string): number | undefined => {
  const text = process.env[name];
  return text === undefined || text === '' ? undefined : Number(text);
};

/** Each commit has worlds of its own, and the same ones wherever it is checked out. */
function seedOfCommit(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' });
    return Number.parseInt(commit.slice(0, 8), 16);
  } catch {
    return 1;
  }
}

const SEED = env('SWARM_SEED') ?? seedOfCommit();
const COUNT = env('SWARM_COUNT');
const SECONDS = env('SWARM_SECONDS') ?? (process.env['CI'] === 'true' ? 60 : 15);
/** How long failures may be made smaller, all together, and how many are. */
const SHRINK_SECONDS = 30;
const SHRUNK = 3;

/** Failures by rule, the first of each. */
function report(tally: Tally): string {
  const firsts = [
    ...new Map([...tally.failures].reverse().map((failed) => [failed.violation.rule, failed])).values(),
  ];
  const end = performance.now() + SHRINK_SECONDS * 1000;
  const isOver = () => performance.now() > end;
  return firsts
    .map(
      (failed, i) => `${failureText(failed)}${i < SHRUNK ? `\n  ${smallText(shrink(failed, isOver))}` : ''}`,
    )
    .join('\n\n');
}

it(`random worlds from seed ${SEED} on keep every rule`, { timeout: 0 }, async () => {
  const tally = new Tally();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  for (let n = 0; COUNT === undefined ? seconds() < SECONDS : n < COUNT; n += 1) {
    tally.run(SEED + n);
    // Lets the test runner breathe between worlds.
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(`swarm from seed ${SEED}: ${tally.line(seconds())}`);
  if (tally.failures.length > 0)
    throw new Error(`${tally.failures.length} worlds failed\n\n${report(tally)}`);
});

it('draws every action and every kind of cluster that the language has', () => {
  const drawn = new Set<string>();
  const kinds = new Set<unknown>();
  for (let seed = 1; seed <= 300; seed += 1) {
    const { scenario } = worldOf(seed);
    for (const action of scenario['do'] as Record<string, { kind?: unknown }>[]) {
      for (const verb of Object.keys(action)) drawn.add(verb);
      kinds.add(action['create-cluster']?.kind);
    }
  }
  expect(VERBS.filter((verb) => !drawn.has(verb))).toEqual([]);
  expect(kindsOfLanguage().filter((kind) => !kinds.has(kind) || KINDS[kind] === undefined)).toEqual([]);
});

it('draws the same world from the same seed, and most worlds are not alike', () => {
  const texts = Array.from({ length: 20 }, (_, seed) => textOf(worldOf(seed).scenario));
  expect(texts).toEqual(Array.from({ length: 20 }, (_, seed) => textOf(worldOf(seed).scenario)));
  expect(new Set(texts).size).toBe(20);
  expect(readWorld(worldOf(1).scenario).ok).toBe(true);
});
