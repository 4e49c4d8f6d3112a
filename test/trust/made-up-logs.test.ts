/**
 * Promises 3 and 7 as users see them: a log that somebody made up, with every checksum right, ends each verb in a sentence and never in a
 * mistake of ours. Real logs are changed at random; a failure prints its seed, and `LOG_FUZZ_SEED=n npx vitest run
 * test/trust/made-up-logs.test.ts` begins with it.
 */
import fs from 'node:fs';
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../src/log/codec.ts';
import { memorySource } from '../../src/log/disk.ts';
import { PROGRAM } from '../../src/run/program.ts';
import { premortem, spawned } from '../cli/premortem.ts';
import { given, KINDS } from '../log/support.ts';
import { run } from '../support/scenarios.ts';
import { readAll } from './support/checks-log.ts';
import { inFolder } from './support/folder.ts';
import { mutated, undensed, withPrefaceText } from './support/mutate.ts';
import { bodyOf, cut, reseal, withBody } from './support/parts.ts';
import { asWritten, prefaceOf } from './support/story.ts';

const FIRST = Number(process.env['LOG_FUZZ_SEED'] ?? 1);
const BASES = ['tls-proxy', 'dhcp-off'].map((name) => undensed(run(`scenarios/photon/${name}.yaml`).log));
/** Done, wrong for what was asked, not as expected, damaged, or sound and decided otherwise by this program. */
const EXITS = [0, 2, 3, 4, 6];

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

  test.each([
    ['why x.pmlog', 20],
    ['resume x.pmlog', 20],
    ['fork x.pmlog --at 5m', 30],
  ])('is a sentence to %s', async (line, count) => {
    const args = line.split(' ');
    for (let seed = FIRST; seed < FIRST + count; seed += 1) {
      fs.writeFileSync(path('x.pmlog'), madeUp(seed));
      expectManners(seed, args, await premortem(path(), args));
    }
  });

  test('is no more dangerous to the program as users have it', () => {
    for (let seed = FIRST; seed < FIRST + 20; seed += 1) {
      fs.writeFileSync(path('x.pmlog'), madeUp(seed));
      expectManners(seed, ['verify'], spawned(path(), ['verify', 'x.pmlog']));
    }
  });
});

describe('a log is damaged', () => {
  test('when an event names no entity', () => {
    const sound = asWritten([given(0, 0, 'lab/one', -1, { type: 'Started' })], prefaceOf('one', KINDS));
    const parts = cut(sound);
    const [texts, draws, events] = unpack(bodyOf(parts[2]!)) as [string[], Uint8Array, Uint8Array];
    // Kind, wait, entity, cause: the entity becomes the empty text.
    const nameless = withBody(parts[2]!, pack([texts, draws, events.with(2, 0)]));
    const { verdict } = readAll(memorySource(reseal([...parts.slice(0, 2), nameless])));
    expect(verdict.status).toBe('corrupt');
    expect(verdict.message).toContain('no entity');
  });

  describe.each([
    ['lack something', '\xa4sets', '\xa4nets', 'sets'],
    ['hold something else', '\xa8overlays\x90', '\xa8overlays\xc0', 'overlays'],
    ['lie before the start', '\xa4ties\x00', '\xa4ties\xff', 'ties'],
  ])('when its options %s', (_, from, to, name) => {
    test.each(['verify', 'events', 'show', 'show --at 5m', 'why', 'resume', 'fork --at 5m'])(
      '%s says so',
      async (line) => {
        fs.writeFileSync(path('x.pmlog'), withPrefaceText(BASES[1]!, from, to));
        const [verb, ...more] = line.split(' ');
        const { exit, out, err } = await premortem(path(), [verb!, 'x.pmlog', ...more]);
        expect(exit).toBe(4);
        expect(out + err).toContain(`Among the options in this log ${name} is missing or wrong`);
      },
    );
  });

  test.each([
    [{ to: 'nothing/at-all' }, '5m'],
    [{ to: '' }, '5m'],
    [{ due: -1 }, '5m'],
    [{ command: null }, '0s'],
    [{ command: { type: 'none' } }, '0s'],
  ])('when it asks %j, and is gone on with', async (asked, at) => {
    const { history } = run('scenarios/photon/dhcp-off.yaml');
    const wrong = history.events.map((one) =>
      one.cause === -1 ? { ...one, event: { ...one.event, ...asked } } : one,
    );
    const { sources, kinds } = history;
    const preface = { program: PROGRAM, options: { ...history.options }, sources, kinds };
    fs.writeFileSync(path('x.pmlog'), asWritten(wrong, preface));
    // Twice: nothing that the first one left is in the way of the second.
    for (let n = 0; n < 2; n += 1) {
      const { exit, err } = await premortem(path(), ['fork', 'x.pmlog', '--at', at]);
      expect(exit).toBe(4);
      expect(err).toMatch(/^premortem: x\.pmlog: it cannot be gone on with by this premortem: .*\.\n/);
    }
  });
});
