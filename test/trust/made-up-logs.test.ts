/**
 * Promises 3 and 7 as users see them: a log that somebody made up, with every checksum right, ends each verb in a sentence and never in a
 * mistake of ours. Real logs are changed at random; a failure prints its seed, and `LOG_FUZZ_SEED=n npx vitest run
 * test/trust/made-up-logs.test.ts` begins with it.
 */
import fs from 'node:fs';
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { premortem, spawned } from '../cli/premortem.ts';
import { run } from '../support/scenarios.ts';
import { inFolder } from './support/folder.ts';
import { mutated, undensed } from './support/mutate.ts';

const FIRST = Number(process.env['LOG_FUZZ_SEED'] ?? 1);
const BASES = ['tls-proxy', 'dhcp-off'].map((name) => undensed(run(`scenarios/photon/${name}.yaml`).log));
/** Done, damaged, or sound and decided otherwise by this program. */
const EXITS = [0, 4, 6];

const path = inFolder();

function madeUp(seed: number): Uint8Array {
  return mutated(BASES[seed % BASES.length]!, seedrandom.alea(`made up ${seed}`));
}

function expectManners(
  seed: number,
  args: readonly string[],
  result: { exit: number | null; err: string; out: string },
): void {
  const said = `LOG_FUZZ_SEED=${seed} npx vitest run test/trust/made-up-logs.test.ts (${args.join(' ')})\n${result.err}`;
  expect(EXITS, said).toContain(result.exit);
  expect(result.out + result.err, said).not.toMatch(/^\s+at .*:\d+/m);
  if (result.exit !== 0) expect(result.out + result.err, said).not.toBe('');
}

describe('a made-up log', () => {
  test.each([
    ['verify', 60],
    ['events', 20],
    ['show', 20],
  ])('is refused by %s, or taken as it is', async (verb, count) => {
    const exits = new Set<number | null>();
    for (let seed = FIRST; seed < FIRST + count; seed += 1) {
      fs.writeFileSync(path('x.pmlog'), madeUp(seed));
      const result = await premortem(path(), [verb, 'x.pmlog']);
      expectManners(seed, [verb], result);
      exits.add(result.exit);
    }
    expect(exits.size).toBeGreaterThan(1);
  });

  test('is no more dangerous to the program as users have it', () => {
    for (let seed = FIRST; seed < FIRST + 20; seed += 1) {
      fs.writeFileSync(path('x.pmlog'), madeUp(seed));
      expectManners(seed, ['verify'], spawned(path(), ['verify', 'x.pmlog']));
    }
  });
});
