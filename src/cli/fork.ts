/** `fork`: goes on from an instant of a run, unchanged or with something changed. */
import { formatDuration, type Micros } from '../base/units.ts';
import { CannotWrite } from '../log/disk.ts';
import { type Fork, forkRun } from '../run/fork.ts';
import type { History } from '../run/history.ts';
import { checkedOf } from '../run/history.ts';
import { provable, prove } from '../run/verify.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop } from './call.ts';
import { asNamed } from './input.ts';
import { clockOf, readDuration, readInstant } from './instant.ts';
import { issueLines } from './issue-view.ts';
import { type Filed, LogFile, sameBytes } from './log-file.ts';
import { openHistory, scenarioIn } from './logs.ts';
import type { Report } from './report.ts';
import { reportJson } from './report-json.ts';
import { quietLine, reportLines } from './report-view.ts';
import { DEFAULT_OUT, interruptible, reportOn, runInto } from './run.ts';
import { plain } from './text.ts';
import { timelineOf, weightOf } from './timeline.ts';

/** `--do` as a `--set` that appends to the `count` entries of `do`. */
export function doAsSet(count: number, action: string, at: Micros): string {
  const text = action
    .trim()
    .replace(/^\{([\s\S]*)\}$/, '$1')
    .trim();
  if (text === '' || text.includes('\n'))
    throw new Stop(
      EXIT.usage,
      '--do takes one entry of `do` on one line.',
      "write it like --do 'start-dhcp: mgmt'",
    );
  const entry = `{ at: ${formatDuration(at)}, ${text} }`;
  return count === 0 ? `do=[${entry}]` : `do[${count}]=${entry}`;
}

function setsOf({ options }: Call, history: History, at: Micros): string[] {
  const sets = [...(options.set ?? [])];
  if (options.do === undefined) return sets;
  const merged = checkedOf(history)?.merged as { do?: unknown } | undefined;
  return [...sets, doAsSet(Array.isArray(merged?.do) ? merged.do.length : 0, options.do, at)];
}

/** What the fork is to the run that it left. */
interface Relation {
  readonly at: Micros;
  readonly of: string;
  readonly sets: readonly string[];
  /** Changes that came too late. */
  readonly idle: readonly string[];
  /** Byte for byte; undefined when something was changed. */
  readonly equal: boolean | undefined;
}

/** What there is to say about a fork before its story. */
export function forkLines({ at, of, sets, idle, equal }: Relation): string[] {
  const changed =
    sets.length === 0 ? 'nothing changed' : `with ${sets.length} change${sets.length === 1 ? '' : 's'}`;
  return [
    `fork of ${plain(of)} at ${clockOf(at)}, ${changed}`,
    ...idle.map(
      (path) => `  note: ${plain(path)} lies before ${clockOf(at)}: changing it there has no effect any more`,
    ),
    ...(equal === undefined
      ? []
      : [
          equal
            ? '  ✓ the log is equal to the original, byte for byte'
            : '  the log differs from the original',
        ]),
    '',
  ];
}

/** Goes on with a log. What goes wrong in it is a mistake of ours, unless the log does not prove itself: then somebody made it up. */
async function blaming<T>(path: string, history: History, task: () => T | Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const isOurs = error instanceof Stop || error instanceof CannotWrite || proves(history);
    if (isOurs || !(error instanceof Error)) throw error;
    throw new Stop(
      EXIT.damaged,
      `${path}: it cannot be gone on with by this premortem: ${error.message}.`,
      `premortem verify ${path}`,
    );
  }
}

function startedIn(file: LogFile, start: () => Fork): Fork {
  try {
    return start();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

function proves(history: History): boolean {
  try {
    return prove(provable(history)).ok;
  } catch {
    return false;
  }
}

export async function perform(call: Call): Promise<ExitCode> {
  const {
    args: [path = ''],
    options,
    terminal,
  } = call;
  if (options.at === undefined)
    throw new Stop(
      EXIT.usage,
      'fork needs --at: the instant at which it leaves the run.',
      'write --at 17m or --at e131',
    );
  const weight = weightOf(oneOf('--only', options.only, ['story', 'detail', 'all']));
  const history = openHistory(path, terminal);
  const at = readInstant('--at', options.at, history);
  const sets = setsOf(call, history, at);
  const until = options.until === undefined ? undefined : readDuration('--until', options.until);
  const out = options.out ?? DEFAULT_OUT;
  const file = new LogFile(out, sets.length === 0 ? history.options.name : `${history.options.name}-fork`);
  const start = { at, sets, sink: file, ...(until === undefined ? {} : { until }) };
  const fork = await blaming(path, history, () => startedIn(file, () => forkRun(history, start)));
  if (!fork.ok) {
    if (options.json === true) terminal.json({ ok: false, issues: fork.issues });
    else terminal.say(fork.issues.flatMap((issue) => issueLines(issue, fork.sources, terminal.errorPaint)));
    return EXIT.usage;
  }
  const filed = await blaming(path, history, () =>
    interruptible((interrupts) => runInto(fork.simulation, file, interrupts, terminal)),
  );
  const report = forkReport(filed, history, call);
  const isPlain = sets.length === 0 && until === undefined;
  const equal = isPlain ? filed.path === path || sameBytes(path, filed.path) : undefined;
  const relation: Relation = { at, of: path, sets, idle: fork.idle, equal };
  const timeline = timelineOf(report.history, weight, at);
  const { paint, width } = terminal;
  if (options.json === true) terminal.json({ ...reportJson(report, timeline, filed), fork: relation });
  else if (options.quiet === true) terminal.print(quietLine(report, filed, paint));
  else terminal.print([...forkLines(relation), ...reportLines(report, timeline, filed, paint, width)]);
  return report.verdict.exit;
}

function forkReport(filed: Filed, history: History, { terminal }: Call): Report {
  const { file, overlays } = history.options;
  const command = ['premortem', 'run', file, ...overlays];
  const report = reportOn(filed, { checked: undefined, shown: asNamed, command, hidden: false });
  const checked = scenarioIn(report.history, terminal);
  return reportOn(filed, { checked, shown: asNamed, command, hidden: false });
}
