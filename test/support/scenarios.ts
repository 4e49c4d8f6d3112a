/** The scenarios of the repository, run in this process. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeExpectations, judgeThresholds } from '../../src/inspect/expect.ts';
import { failuresOf, isOutcome } from '../../src/inspect/failures.ts';
import { measure } from '../../src/inspect/metrics.ts';
import { tell } from '../../src/inspect/story.ts';
import { memorySource } from '../../src/log/disk.ts';
import { type History, readHistory } from '../../src/run/history.ts';
import { type SimulateOptions, simulate } from '../../src/run/simulate.ts';
import type { Outcome } from '../../src/run/simulation.ts';
import { type Checked, readScenario } from '../../src/scenario/read.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every scenario file below `scenarios/`, as a path from the root of the repository. */
export function scenarioFiles(): string[] {
  const files = readdirSync(join(ROOT, 'scenarios'), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && /\.ya?ml$/.test(file.name))
    .map((file) => relative(ROOT, join(file.parentPath, file.name)))
    .sort();
}

/** A checked scenario from a file of the repository. */
export function load(path: string, sets: readonly string[] = []): Checked {
  const folder = dirname(join(ROOT, path));
  const reading = readScenario({
    file: path.slice(path.lastIndexOf('/') + 1),
    sets,
    readText: (file) => ({ ok: true, text: readFileSync(join(folder, file), 'utf8') }),
  });
  if (!reading.ok) throw new Error(`${path}: ${JSON.stringify(reading.issues, null, 1)}`);
  return reading.checked;
}

export interface Ran {
  readonly checked: Checked;
  readonly outcome: Outcome;
  readonly log: Uint8Array;
  readonly history: History;
}

/** Runs a scenario of the repository and reads its log back. */
export function run(path: string, options: Omit<SimulateOptions, 'file' | 'sink'> = {}): Ran {
  const checked = load(path, options.sets);
  const { outcome, log } = simulate(checked, { ...options, file: path.slice(path.lastIndexOf('/') + 1) });
  const read = readHistory(memorySource(log));
  if (!read.ok) throw new Error(read.verdict.message);
  return { checked, outcome, log, history: read.history };
}

const clock = (at: number) => {
  const seconds = Math.floor(at / 1e6);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => `${Math.floor(part)}`.padStart(2, '0'))
    .join(':');
};

/** What is expected of a scenario, as text to be compared: outcome, judgements, failures, story, and the hash of every byte. */
export function summaryOf({ checked, outcome, history }: Ran): string {
  const { scenario } = checked;
  const judged = judgeExpectations(history, scenario.expect).map(({ text, holds, note }) =>
    `${holds ? 'holds' : 'FAILS'}  ${text}  ${note}`.trimEnd(),
  );
  const measured = judgeThresholds(measure(history), scenario.thresholds).map(
    ({ metric, text, holds, value }) => `${holds ? 'holds' : 'FAILS'}  ${metric} ${text}  (${value})`,
  );
  const failures = failuresOf(history, checked)
    .filter(isOutcome)
    .flatMap(({ top, codes, leaves }) => [
      `${clock(top.at)}  ${top.entity}  ${codes.join(' ')}`,
      ...leaves.map(({ detail, place }) => `          ${detail}  ${place.file}:${place.line}`),
    ]);
  const story = tell(history).lines.map(
    ({ at, names, text, items, mark }) =>
      `${clock(at)}  ${names.join(' ')}  ${text}${items.map((item) => ` ${item}`).join('')}${mark === '' ? '' : `  [${mark}]`}`,
  );
  return `${[
    `${scenario.name}: ${outcome.ending} at ${clock(outcome.at)}, ${outcome.events} events`,
    `chain ${outcome.chain}`,
    `world ${outcome.worldHash}`,
    '',
    ...judged,
    ...measured,
    '',
    ...(failures.length > 0 ? [...failures, ''] : []),
    ...story,
  ].join('\n')}\n`;
}
