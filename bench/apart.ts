/** Measurements in a process of their own, so that peak memory is theirs and no earlier one has warmed anything up. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measure.ts';
import { nodeFlags } from './one-core.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** One workload with its options, as on the command line. */
export function measureApart(args: readonly string[]): Measurement {
  const [measured] = linesApart(args);
  return measured as Measurement;
}

/** What a verb says that has a line for each of several rows. */
export function linesApart(args: readonly string[]): unknown[] {
  const out = execFileSync(process.execPath, [...nodeFlags(), MAIN, ...args, '--json'], { encoding: 'utf8' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
