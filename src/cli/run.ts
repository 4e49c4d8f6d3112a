/** `run`: simulate once, tell the story, explain what failed and say what it comes to. */
import { CannotWrite } from '../log/disk.ts';
import { readHistory } from '../run/history.ts';
import { startSimulation } from '../run/simulate.ts';
import type { Simulation } from '../run/simulation.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop, wholeNumber } from './call.ts';
import { drive, Interrupts } from './drive.ts';
import { readInput } from './input.ts';
import { readDuration } from './instant.ts';
import { refuseInput } from './issue-view.ts';
import { type Filed, LogFile } from './log-file.ts';
import { openFile } from './logs.ts';
import { assemble, type Report, type Setting } from './report.ts';
import { reportJson } from './report-json.ts';
import { headLines, quietLine, reportLines } from './report-view.ts';
import type { Terminal } from './terminal.ts';
import { type Timeline, timelineOf, weightOf } from './timeline.ts';

export const DEFAULT_OUT = 'runs';

/** Flags that make up the command which repeats this run, without its `--set`s. */
function commandOf({ args, options }: Call): string[] {
  const flags = (['seed', 'until', 'ties'] as const).flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return ['premortem', 'run', ...args, ...flags];
}

/** Does something that Ctrl-C ends in an orderly way. */
export async function interruptible<T>(task: (interrupts: Interrupts) => Promise<T>): Promise<T> {
  const interrupts = new Interrupts();
  try {
    return await task(interrupts);
  } finally {
    interrupts.release();
  }
}

/** Runs a simulation to its end into a log that is then where it belongs. */
export async function runInto(
  simulation: Simulation,
  file: Pick<LogFile, 'file' | 'abandon'>,
  interrupts: Interrupts,
  terminal: Terminal,
): Promise<Filed> {
  try {
    const outcome = await drive(simulation, interrupts, terminal);
    return file.file(outcome.ending === 'interrupted');
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** A simulation whose log goes to a file, or what keeps the disk from taking it. */
export function startInto<T>(file: Pick<LogFile, 'abandon'>, start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (error instanceof CannotWrite) file.abandon();
    throw error;
  }
}

/** Reads back what was written and inspects it. */
export function reportOn(filed: Filed, setting: Omit<Setting, 'history'>): Report {
  const source = openFile(filed.path);
  try {
    const read = readHistory(source);
    if (!read.ok) throw new Stop(EXIT.damaged, `${filed.path}: ${read.verdict.message}`);
    return assemble({ ...setting, history: read.history });
  } finally {
    source.close();
  }
}

/** Prints a report in the form that was asked for. */
export function present(report: Report, timeline: Timeline, filed: Filed, { options, terminal }: Call): void {
  if (options.json === true) terminal.json(reportJson(report, timeline, filed));
  else if (options.quiet === true) terminal.print(quietLine(report, filed, terminal.paint));
  else terminal.print(reportLines(report, timeline, filed, terminal.paint, terminal.width));
}

export async function perform(call: Call): Promise<ExitCode> {
  const { args, options, terminal } = call;
  const [name = '', ...overlays] = args;
  const weight = weightOf(oneOf('--only', options.only, ['story', 'detail', 'all']));
  const ties = wholeNumber('--ties', options.ties, 0);
  const until = options.until === undefined ? undefined : readDuration('--until', options.until);
  const sets = options.set ?? [];
  const input = readInput(name, overlays, sets);
  if (!input.reading.ok) return refuseInput(input, terminal, options.json === true);
  const { checked } = input.reading;
  const isText = options.json !== true && options.quiet !== true;
  const file = new LogFile(options.out ?? DEFAULT_OUT, checked.scenario.name);
  const filed = await interruptible((interrupts) => {
    const simulation = startInto(file, () =>
      startSimulation(checked, {
        file: input.file,
        overlays: input.overlays,
        sets,
        ties,
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(until === undefined ? {} : { until }),
        sink: file,
      }),
    );
    if (isText) terminal.print(headLines(checked, simulation.options, input.shown, terminal.paint));
    return runInto(simulation, file, interrupts, terminal);
  });
  const report = reportOn(filed, {
    checked,
    shown: input.shown,
    command: commandOf(call),
    hidden: options.hidden !== false,
  });
  present(report, timelineOf(report.history, weight), filed, call);
  return report.verdict.exit;
}
