/** Measurements in a process of their own, so that peak memory is theirs and no earlier one has warmed anything up. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measure.ts';
import { nodeFlags } from './one-core.ts';

/** One workload with its options, as on the command line. */
export function measureApart(args: readonly string[]): Measurement {
  return saidApart('main.js', [...args, '--json']) as Measurement;
}

/** The value that a program of the bench prints, in JSON. */
export function saidApart(program: string, args: readonly string[]): unknown {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [...nodeFlags(), path, ...args], { encoding: 'utf8' }));
}
