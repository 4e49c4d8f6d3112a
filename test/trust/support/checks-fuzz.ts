/** Checks of the reader against logs that nobody wrote. Each throws when what it promises does not hold. */
import seedrandom from 'seedrandom';
import { memorySink, memorySource } from '../../../src/log/disk.ts';
import { inspectLog, openLog, type Recorded, type Verdict } from '../../../src/log/reader.ts';
import { QUESTIONS, RECOVERY } from '../../../src/log/recover.ts';
import { LogWriter } from '../../../src/log/writer.ts';
import { alike, must } from './checks-log.ts';
import { mutated, undensed } from './mutate.ts';

const SENSELESS = RECOVERY.find(({ answers }) => answers[QUESTIONS.indexOf('sensible')] === '0')!.because;
const STATUSES = new Set(RECOVERY.map(({ status }) => status));

/** Whether all checksums were right, so that content had to be decoded. */
export function wasDecoded({ status, message }: Verdict): boolean {
  return status === 'clean' || status === 'open' || message.includes(SENSELESS);
}

/**
 * Whatever the bytes are, reading ends in a verdict in one plain sentence, and what was read until then holds together. `thorough` asks
 * `inspectLog` too, and writes again also what comes before damage.
 */
export function readerHolds(bytes: Uint8Array, thorough = true): Verdict {
  const opened = openLog(memorySource(bytes));
  const events: Recorded[] = [];
  if (opened.ok) for (const frame of opened.log.frames()) for (const one of frame) events.push(one);
  const verdict = opened.ok ? opened.log.verdict! : opened.verdict;
  const said = () => JSON.stringify(verdict);
  must(STATUSES.has(verdict.status), () => `no verdict: ${said()}`);
  must(
    /^[A-Z][^\n]*\.$/.test(verdict.message) && verdict.message.length < 300,
    () => `not one sentence: ${said()}`,
  );
  must(verdict.offset >= 0 && verdict.offset <= bytes.length, () => `an offset outside the file: ${said()}`);
  must(verdict.events === events.length, () => `${events.length} events: ${said()}`);
  if (thorough) must(alike(inspectLog(memorySource(bytes)), verdict), () => `inspected otherwise: ${said()}`);
  let last: Recorded | undefined;
  for (const one of events) {
    must(
      one.seq === (last?.seq ?? -1) + 1 && one.at >= (last?.at ?? 0),
      () => `out of order: ${JSON.stringify(one)}`,
    );
    must(one.cause >= -1 && one.cause < one.seq, () => `an effect before its cause: ${JSON.stringify(one)}`);
    last = one;
  }
  must(verdict.lastAt === (last?.at ?? 0), () => `the last event is at ${last?.at}: ${said()}`);
  const isAccepted = verdict.status === 'clean' || verdict.status === 'open';
  if (opened.ok && (thorough || isAccepted)) writesAgain(opened.log.preface, events);
  return verdict;
}

/** What the reader accepts, the writer could have written: writing it again and reading that gives the same. */
function writesAgain(preface: Parameters<typeof logOf>[0], events: readonly Recorded[]): void {
  const again = openLog(memorySource(logOf(preface, events)));
  must(again.ok, () => 'it cannot be read when written again');
  let seq = 0;
  for (const frame of again.log.frames()) {
    for (const one of frame) {
      must(alike(one, events[seq]), () => `written again it is another event: ${JSON.stringify(one)}`);
      seq += 1;
    }
  }
  must(seq === events.length, () => 'written again it is shorter');
}

function logOf(preface: ConstructorParameters<typeof LogWriter>[1], events: readonly Recorded[]): Uint8Array {
  const names = [...new Set(events.map(({ entity }) => entity))];
  const numbers = new Map(names.map((name, index) => [name, index]));
  const sink = memorySink();
  const writer = new LogWriter(sink, preface, (entity) => names[entity]!);
  for (const { kind, seq, at, entity, cause, draws, event } of events)
    writer.append(kind, { seq, at, cause, entity: numbers.get(entity)! }, draws, event);
  writer.end('again', '');
  return sink.bytes();
}

/** So many logs made up from one are each given a verdict. */
export function manyHold(log: Uint8Array, count: number): void {
  const base = undensed(log);
  for (let seed = 0; seed < count; seed += 1) readerHolds(mutated(base, seedrandom.alea(`canary ${seed}`)));
}
