/**
 * Promises 3 and 7: no file, however made up, makes the reader do anything but give a verdict. Contents are changed at random and all
 * checksums made right again. A failure prints its seed; `LOG_FUZZ_SEED=n LOG_FUZZ_COUNT=1 npx vitest run test/trust/reader-fuzz.test.ts`
 * repeats it.
 */
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { KINDS, smallStory } from '../log/support.ts';
import { readerHolds, wasDecoded } from './support/checks-fuzz.ts';
import { mutated, noise, undensed } from './support/mutate.ts';
import { asWritten, eighthLogs, everyKind, inFrames, prefaceOf } from './support/story.ts';
import { Watch } from './support/watch.ts';

const COUNT = Number(process.env['LOG_FUZZ_COUNT'] ?? (process.env['CI'] === 'true' ? 40_000 : 10_000));
const FIRST = Number(process.env['LOG_FUZZ_SEED'] ?? 1);
/** The largest table of kinds that there may be takes a second or two on a busy machine; nothing else takes a tenth of that. */
const SLOWEST = 20_000;
const MOST_MEMORY = 512 * 1024 * 1024;

const small = prefaceOf('fuzz', KINDS);
const BASES = [
  undensed(inFrames(smallStory(), small, 3)),
  asWritten(smallStory(), small),
  undensed(inFrames(everyKind(20, KINDS), small, 10)),
  eighthLogs()[0]!,
];
/** Small ones are read a hundred times while a large one is read once. */
const WEIGHTS = [0.6, 0.75, 0.97, 1];

const command = (seed: number | string) =>
  `LOG_FUZZ_SEED=${seed} LOG_FUZZ_COUNT=1 npx vitest run test/trust/reader-fuzz.test.ts`;

function inputOf(seed: number): Uint8Array {
  const random = seedrandom.alea(`log fuzz ${seed}`);
  const chance = random();
  const base = BASES[WEIGHTS.findIndex((weight) => chance < weight)]!;
  return random() < 0.02 ? noise(base, random) : mutated(base, random);
}

test(`${COUNT} made-up logs are each given a verdict`, { timeout: 600_000 }, async () => {
  const watch = new Watch(`a made-up log hangs the reader: ${command('%')}`, 60_000);
  const before = process.memoryUsage().rss;
  const seen: Record<string, number> = {};
  let decoded = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed += 1) {
    watch.at(seed);
    const start = performance.now();
    try {
      const verdict = readerHolds(inputOf(seed), seed % 16 === 0);
      seen[verdict.status] = (seen[verdict.status] ?? 0) + 1;
      if (wasDecoded(verdict)) decoded += 1;
    } catch (error) {
      throw new Error(`seed ${seed}: ${command(seed)}\n${(error as Error).stack}`);
    }
    const spent = performance.now() - start;
    if (spent > SLOWEST) throw new Error(`seed ${seed} took ${spent} ms: ${command(seed)}`);
  }
  await watch.end();
  expect(process.memoryUsage().rss - before).toBeLessThan(MOST_MEMORY);
  if (COUNT < 1000) return;
  expect(decoded / COUNT).toBeGreaterThan(0.3);
  for (const status of ['clean', 'open', 'torn', 'corrupt', 'not-a-log', 'too-new'])
    expect(seen[status] ?? 0, status).toBeGreaterThan(0);
});
