/**
 * Promise 6: any text yields a run or a list of issues, never a stack trace and never a hang. Real scenarios are mutated and,
 * when they still check, simulated. A failure prints its seed; `FUZZ_SEED=n FUZZ_COUNT=1 npx vitest run test/fuzz.test.ts` repeats it.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { simulate } from '../src/run/simulate.ts';
import { readScenario } from '../src/scenario/read.ts';
import { ROOT, scenarioFiles } from './support/scenarios.ts';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 1000);
const FIRST = Number(process.env['FUZZ_SEED'] ?? 1);
/** Enough for any of these scenarios, so that a mutation which runs for ever is stopped by a bound and not by patience. */
const BOUNDS = { eventsPerInstant: 20_000, events: 100_000, pending: 100_000, entities: 20_000 };

const VALUES = [
  '0',
  '-1',
  '0s',
  '1us',
  '-3h',
  '1e308',
  '.nan',
  '~',
  'true',
  '[]',
  '{}',
  '""',
  '1000000',
  '999999999999h',
  '0GiB',
  '1GiB',
  '0bps',
  '1bps',
  '10.20.0.11',
  '10.20.0.255',
  '0.0.0.0',
  '255.255.255.255',
  '10.20.0.0/31',
  '10.20.0.0/0',
  '__proto__',
  'constructor',
  'esx-[01-99]',
  '*',
  '\u202e\u0007x',
  'x'.repeat(300),
  '&a',
  '*a',
  '!!js/function x',
  'mgmt',
  'corp-root',
  '[10.20.0.11]',
  '{ enabled: true }',
];
const WORDS = /[A-Za-z0-9_.:/-]+/g;

/** One change to a text: a word, a line, a character, the indentation. */
function mutate(text: string, random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const lines = text.split('\n');
  const i = Math.floor(random() * lines.length);
  const line = lines[i] as string;
  switch (Math.floor(random() * 9)) {
    case 0:
      return lines.toSpliced(i, 1).join('\n');
    case 1:
      return lines.toSpliced(i, 0, pick(lines)).join('\n');
    case 2:
      return lines.with(i, ' '.repeat(Math.floor(random() * 8)) + line.trim()).join('\n');
    case 3:
    case 4:
    case 5: {
      const words = [...line.matchAll(WORDS)];
      if (words.length === 0) return `${text}\n${pick(VALUES)}: ${pick(VALUES)}`;
      const word = pick(words);
      const other = random() < 0.7 ? pick(VALUES) : pick([...text.matchAll(WORDS)])[0];
      return lines
        .with(i, line.slice(0, word.index) + other + line.slice(word.index + word[0].length))
        .join('\n');
    }
    case 6: {
      const at = Math.floor(random() * text.length);
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at);
    }
    case 7: {
      const at = Math.floor(random() * text.length);
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 20));
    }
    default:
      return lines
        .with(
          i,
          line.replace(/\d+/, (digits) => `${Math.floor(random() * 2 * Number(digits))}`),
        )
        .join('\n');
  }
}

function fuzzOnce(seed: number): 'run' | 'issues' {
  const random = seedrandom(`fuzz ${seed}`);
  const paths = scenarioFiles();
  const path = paths[Math.floor(random() * paths.length)] as string;
  const folder = dirname(join(ROOT, path));
  const file = path.slice(path.lastIndexOf('/') + 1);
  // The file itself or the one it extends is mutated, once to four times.
  const texts = new Map<string, string>();
  const base = /^extends: (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? file;
  const target = random() < 0.5 ? file : base;
  let text = readFileSync(join(folder, target), 'utf8');
  for (let n = 1 + Math.floor(random() * 4); n > 0; n -= 1) text = mutate(text, random);
  texts.set(target, text);
  const reading = readScenario({
    file,
    readText: (name) => {
      const known = texts.get(name);
      if (known !== undefined) return { ok: true, text: known };
      try {
        return { ok: true, text: readFileSync(join(folder, name), 'utf8') };
      } catch {
        return { ok: false, reason: 'no such file' };
      }
    },
  });
  if (!reading.ok) {
    expect(reading.issues.some((issue) => issue.severity === 'error')).toBe(true);
    for (const issue of reading.issues) expect(issue.message).not.toMatch(/\n\s+at /);
    return 'issues';
  }
  simulate(reading.checked, { file, bounds: BOUNDS });
  return 'run';
}

describe(`${COUNT} mutated scenarios`, () => {
  it('run or are told what is wrong with them', { timeout: 600_000 }, () => {
    const seen = { run: 0, issues: 0 };
    for (let seed = FIRST; seed < FIRST + COUNT; seed += 1) {
      try {
        seen[fuzzOnce(seed)] += 1;
      } catch (error) {
        throw new Error(
          `seed ${seed}: FUZZ_SEED=${seed} FUZZ_COUNT=1 npx vitest run test/fuzz.test.ts\n${(error as Error).stack}`,
        );
      }
    }
    if (COUNT >= 100) expect(Math.min(seen.run, seen.issues)).toBeGreaterThan(COUNT / 10);
  });
});
