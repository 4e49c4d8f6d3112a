/** `resume`: goes on with a run that was stopped, in the file that is there, as if it had not been stopped. */
import fs from 'node:fs';
import { formatDuration } from '../base/units.ts';
import { appendingSink, copyTail, cutFile, type Sink } from '../log/disk.ts';
import { checkedOf } from '../run/history.ts';
import { PROGRAM, type RunOptions } from '../run/program.ts';
import { type Declined, type GoOn, type Resumed, resumeRun } from '../run/resume.ts';
import type { Checked } from '../scenario/read.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop } from './call.ts';
import { asNamed } from './input.ts';
import { clockOf } from './instant.ts';
import { type Filed, moveTo } from './log-file.ts';
import { folding, openFile } from './logs.ts';
import type { Paint } from './paint.ts';
import { reportJson } from './report-json.ts';
import { headLines } from './report-view.ts';
import { interruptible, present, reportOn, runInto, startInto } from './run.ts';
import { grouped, plain, plural, shellLine } from './text.ts';
import { timelineOf, weightOf } from './timeline.ts';
import { proofSteps, stepLines } from './verify.ts';

/** How `LogFile` calls a log that was interrupted, and one that is to take the place of another. */
const UNFINISHED = /\.(interrupted\.pmlog|pmlog\.\d+\.new)$/;

/** A log that is there and goes on. It is opened for writing only once the run is known to go on. */
class ResumedFile {
  readonly #path: string;
  #sink: Sink | undefined;
  identity = '';
  /** Bytes of a torn frame that were cut off, and where they are kept; 0 and empty when there was none. */
  cut = 0;
  copy = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** Goes on behind the first `keep` bytes. A torn frame is kept beside the log; what else is cut is about to be written again. */
  readonly goOn: GoOn = (keep, { status, offset }) => {
    const path = this.#path;
    const { size } = fs.statSync(path);
    if (status === 'torn') {
      this.cut = size - offset;
      this.copy = copied(path, offset);
    }
    if (keep < size) cutFile(path, keep);
    this.#sink = appendingSink(path, keep);
    return this.#sink;
  };

  /** Closes the log. Once it has its end, it is called as the log of any other run is. */
  file(interrupted: boolean): Filed {
    this.#sink?.close();
    const path = this.#path;
    const { identity } = this;
    if (interrupted) return { path, identity, how: 'new' };
    return moveTo(path.replace(UNFINISHED, '.pmlog'), path, identity);
  }

  /** After a failure of the disk: what is there stays, and can be gone on with again. */
  abandon(): void {
    try {
      this.#sink?.close();
    } catch {
      // The disk has failed already, and that is what the user is told.
    }
  }
}

/** Copies what a log has from `offset` on beside it, under a name that is free, and returns that name. */
function copied(path: string, offset: number): string {
  let copy = `${path}.torn`;
  for (let n = 2; fs.existsSync(copy); n += 1) copy = `${path}.torn-${n}`;
  copyTail(path, offset, copy);
  return copy;
}

/** `resumed at 00:16:00 after 12,288 events; 3,101 bytes of a torn frame are kept in run.pmlog.torn` */
function resumedLine({ verdict }: Resumed, { cut, copy }: ResumedFile): string {
  const from = `resumed at ${clockOf(verdict.lastAt)} after ${plural(verdict.events, 'event')}`;
  return cut === 0 ? from : `${from}; ${grouped(cut)} bytes of a torn frame are kept in ${plain(copy)}`;
}

/** The command that repeats the run: flags for what the scenario does not say itself. */
function commandOf(
  { file, overlays, seed, ties, until }: RunOptions,
  checked: Checked | undefined,
): string[] {
  const scenario = checked?.scenario;
  const flags = [
    ...(seed === scenario?.seed ? [] : ['--seed', seed]),
    ...(until === scenario?.until ? [] : ['--until', formatDuration(until)]),
    ...(ties === 0 ? [] : ['--ties', `${ties}`]),
  ];
  return ['premortem', 'run', file, ...overlays, ...flags];
}

/** How to get on where a log cannot be gone on with. */
function helpFor(path: string, { why, verdict, fork }: Declined): string {
  if (why === 'fork') {
    const sets = (fork?.sets ?? []).flatMap((set) => ['--set', set]);
    const again = ['premortem', 'fork', 'LOG', '--at', formatDuration(fork?.at ?? 0), ...sets];
    return `fork that run again: ${shellLine(again)}`;
  }
  if (why === 'foreign') return 'go on with the premortem that made it, or run the scenario again';
  if (verdict.status === 'corrupt' && verdict.events > 0)
    return `${shellLine(['premortem', 'repair', path, '--keep-prefix'])}, and then resume`;
  return verdict.status === 'torn' ? 'nothing of it is left: run the scenario again' : '';
}

function differenceLines(path: string, { message, difference }: Declined, paint: Paint): string[] {
  const told =
    difference === undefined
      ? [{ name: 'execution' as const, ok: false, text: message, more: [] }]
      : proofSteps(difference, PROGRAM).filter(({ name }) => name === 'execution');
  return [...stepLines(told, paint), `${plain(path)} was not changed`];
}

/** Says why nothing was done. */
function decline(path: string, declined: Declined, { options, terminal }: Call): ExitCode {
  const { why, message, difference } = declined;
  if (why !== 'ended' && why !== 'otherwise') {
    const exit = why === 'damaged' ? EXIT.damaged : EXIT.usage;
    throw new Stop(exit, `${path}: ${message}`, helpFor(path, declined));
  }
  if (options.json === true)
    terminal.json({ resumed: null, why, message, ...(difference === undefined ? {} : { difference }) });
  else if (why === 'ended') terminal.print(`${plain(message)} Nothing to resume.`);
  else terminal.print(differenceLines(path, declined, terminal.paint));
  return why === 'ended' ? EXIT.done : EXIT.differs;
}

/** Reads the log and makes its last instant again. */
function begin(path: string, file: ResumedFile): Resumed | Declined {
  const source = openFile(path);
  try {
    return startInto(file, () => folding(path, () => resumeRun(source, file.goOn)));
  } finally {
    source.close();
  }
}

export async function perform(call: Call): Promise<ExitCode> {
  const {
    args: [path = ''],
    options,
    terminal,
  } = call;
  const weight = weightOf(oneOf('--only', options.only, ['story', 'detail', 'all']));
  const file = new ResumedFile(path);
  const resumed = begin(path, file);
  if (!resumed.ok) return decline(path, resumed, call);
  const { simulation, sources, identity } = resumed;
  file.identity = identity;
  const checked = checkedOf({ options: simulation.options, sources });
  const filed = await interruptible((interrupts) => {
    if (options.json !== true && options.quiet !== true) {
      const head =
        checked === undefined ? [] : headLines(checked, simulation.options, asNamed, terminal.paint);
      terminal.print([resumedLine(resumed, file), ...head]);
    }
    return runInto(simulation, file, interrupts, terminal);
  });
  const command = commandOf(simulation.options, checked);
  const report = reportOn(filed, { checked, shown: asNamed, command, hidden: options.hidden !== false });
  const timeline = timelineOf(report.history, weight);
  const { lastAt: at, events } = resumed.verdict;
  const { cut, copy } = file;
  if (options.json === true)
    terminal.json({ ...reportJson(report, timeline, filed), resumed: { at, events, cut, copy } });
  else present(report, timeline, filed, call);
  return report.verdict.exit;
}
