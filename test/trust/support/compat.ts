/** Logs of released versions, each with what is to be read in it. They are written once and never again. */
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { codeOf } from '../../../src/inspect/events.ts';
import { memorySource } from '../../../src/log/disk.ts';
import { openLog, type Recorded } from '../../../src/log/reader.ts';
import { endOf, engineAt, type History, readHistory } from '../../../src/run/history.ts';
import { PROGRAM } from '../../../src/run/program.ts';
import { run, scenarioFiles } from '../../support/scenarios.ts';
import { alike, must } from './checks-log.ts';
import { hashOf } from './checks-run.ts';
import { asWritten, EVERY_KIND, everyKind, prefaceOf } from './story.ts';

/** What is to be read in a log, whatever version reads it. */
export interface Expected {
  readonly program: string;
  readonly events: number;
  readonly chain: string;
  readonly worldHash: string;
  readonly ending: string;
  readonly first: Recorded | null;
  readonly last: Recorded | null;
  /** Hash of every event as it was written. */
  readonly hash: string;
  /** Events that say that something failed, and how; null where events cannot be brought up to date. */
  readonly failures: readonly (readonly [seq: number, code: string])[] | null;
  /** Whether its events make sense together, so that they fold to the world that its end names. */
  readonly folds: boolean;
}

const LOG = '.pmlog';
const EXPECTED = '.expected.json';
const HOW = 'COMPAT_BLESS=1 npx vitest run test/trust/old-logs.test.ts writes what is missing';

/** The logs of a corpus by name. */
export function corpusOf(folder: string): string[] {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith(LOG))
    .map((name) => basename(name, LOG))
    .sort();
}

/** Reads every log of a corpus; each must say what is expected of it. Returns how many there are. */
export function checkCorpus(folder: string): number {
  const names = corpusOf(folder);
  must(names.length > 0, () => `${basename(folder)} holds no old log: ${HOW}, once the format is settled.`);
  for (const name of names) checkOld(folder, name);
  return names.length;
}

/** Checks one old log. */
export function checkOld(folder: string, name: string): void {
  const file = join(folder, name + EXPECTED);
  must(fs.existsSync(file), () => `${name}${EXPECTED} is missing: ${HOW}.`);
  const expected = JSON.parse(fs.readFileSync(file, 'utf8')) as Expected;
  const found = expectedOf(new Uint8Array(fs.readFileSync(join(folder, name + LOG))), expected.folds);
  for (const key of Object.keys(expected) as (keyof Expected)[])
    must(
      alike(found[key], expected[key]),
      () => `${name}: ${key} is ${JSON.stringify(found[key])}, not ${JSON.stringify(expected[key])}`,
    );
}

/** Reads a log as it was written, and as this version sees it. */
function expectedOf(log: Uint8Array, folds: boolean): Expected {
  const opened = openLog(memorySource(log));
  must(opened.ok, () => 'the log cannot be opened');
  const { preface } = opened.log;
  const events = [...opened.log.events()];
  const { status, end, message } = opened.log.verdict!;
  must(status === 'clean' && end !== undefined, () => message);
  const rows = events.map(({ seq, at, cause, entity, kind, draws, event }) => {
    const { model, version } = preface.kinds[kind]!;
    return [seq, at, cause, entity, model, version, draws, event];
  });
  const read = readHistory(memorySource(log));
  if (folds) must(read.ok, () => 'the log cannot be brought up to date');
  return {
    program: preface.program,
    events: events.length,
    chain: end.chain,
    worldHash: read.ok && folds ? worldOf(read.history, preface.program, end.worldHash) : end.worldHash,
    ending: end.reason,
    first: events[0] ?? null,
    last: events.at(-1) ?? null,
    hash: hashOf(Buffer.from(JSON.stringify(rows))),
    failures: read.ok ? failuresIn(read.history) : null,
    folds,
  };
}

/** The world that the events of a log fold to. States of another version may have had other parts: they need only fold. */
function worldOf(history: History, program: string, said: string): string {
  const hash = engineAt(history, endOf(history)).world.hash();
  return program === PROGRAM ? hash : said;
}

function failuresIn({ events }: History): [number, string][] {
  return events.flatMap((recorded) => {
    const code = codeOf(recorded);
    return code === undefined ? [] : [[recorded.seq, code] as [number, string]];
  });
}

/** The logs that a corpus is made of: the run of each scenario, one of every kind of the program, one of every way of writing. */
function logs(): readonly (readonly [name: string, folds: boolean, make: () => Uint8Array])[] {
  const wires = EVERY_KIND.filter(({ model }) => model === 'lab');
  const kinds = EVERY_KIND.filter(({ model }) => model !== 'lab');
  return [
    ...scenarioFiles().map((path) => [basename(path, '.yaml'), true, () => run(path).log] as const),
    ['every-kind', false, () => asWritten(everyKind(2, kinds), prefaceOf('every kind', kinds))],
    ['every-wire', false, () => asWritten(everyKind(30, wires), prefaceOf('every wire', wires))],
  ];
}

/** Writes what a corpus lacks, and touches nothing that it has. Returns the names written. */
export function bless(folder: string): string[] {
  fs.mkdirSync(folder, { recursive: true });
  const there = new Set(corpusOf(folder));
  const missing = logs().filter(([name]) => !there.has(name));
  for (const [name, folds, make] of missing) {
    const log = make();
    const expected = JSON.stringify(expectedOf(log, folds), null, 2);
    fs.writeFileSync(join(folder, name + LOG), log, { flag: 'wx' });
    fs.writeFileSync(join(folder, name + EXPECTED), `${expected}\n`, { flag: 'wx' });
  }
  return missing.map(([name]) => name);
}
