/** Measurements in a process of their own, so that peak memory is theirs and no earlier one has warmed anything up. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measure.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** One workload with its options, as on the command line. */
export function measureApart(args: readonly string[]): Measurement {
  const out = execFileSync(process.execPath, [MAIN, ...args, '--json'], { encoding: 'utf8' });
  return JSON.parse(out) as Measurement;
}
