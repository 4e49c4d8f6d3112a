/** `why`: from a failure, an event or an entity back to lines of the scenario. */
import { lastWord, why } from '../inspect/causes.ts';
import { codeOf } from '../inspect/events.ts';
import { type Failure, failureAt } from '../inspect/failures.ts';
import { remedyFor } from '../inspect/remedy.ts';
import type { Recorded } from '../log/reader.ts';
import type { History } from '../run/history.ts';
import { becauseJson, becauseLines, becauseOf, placesOf, sentenceOf } from './because.ts';
import { type Call, EXIT, type ExitCode } from './call.ts';
import { cureLines, failureLines } from './failure-view.ts';
import { asNamed } from './input.ts';
import { exactClock } from './instant.ts';
import { findEntities, findEvent, openHistory, scenarioIn } from './logs.ts';
import { assemble, type Report } from './report.ts';
import { cureJson, placesJson } from './report-json.ts';
import { plain } from './text.ts';

/** The event that is to be explained: the one named, the last word of an entity, or the first failure. */
function subjectOf(history: History, report: Report, word: string | undefined): Recorded | undefined {
  if (word === undefined) return (report.outcomes[0] ?? report.incidents[0])?.top;
  const event = findEvent(history, word);
  if (event !== undefined) return event;
  const words = findEntities(history, word).flatMap((entity) => lastWord(history, entity) ?? []);
  const failing = words.filter((recorded) => codeOf(recorded) !== undefined);
  return failing.at(-1) ?? words.at(-1);
}

/** The report of a log with the subject as its only failure, so that excerpts, help and cure are about that one. */
function focused(report: Report, failure: Failure): Report {
  const { checked, history } = report;
  const remedies = new Map(
    checked === undefined ? [] : [[failure, remedyFor(failure, history, checked.scenario)] as const],
  );
  return { ...report, outcomes: [failure], incidents: [], remedies };
}

export function perform({ args: [path = '', word], options, terminal }: Call): ExitCode {
  const history = openHistory(path, terminal);
  const checked = scenarioIn(history, terminal);
  const { paint, width } = terminal;
  const { file, overlays } = history.options;
  const command = ['premortem', 'run', file, ...overlays];
  const report = assemble({ history, checked, shown: asNamed, command, hidden: options.fix === true });
  const subject = subjectOf(history, report, word);
  if (subject === undefined) {
    if (options.json === true) terminal.json({ event: null });
    else
      terminal.print(
        `nothing failed in this run; name an event or an entity: premortem why ${plain(path)} e0`,
      );
    return EXIT.done;
  }
  const isFailure = codeOf(subject) !== undefined;
  const failure = failureAt(history, subject, checked);
  const focus = isFailure ? focused(report, failure) : report;
  const whole = options.all === true;
  const link = whole ? why(history, subject.seq, true) : failure.because;
  const because = becauseOf(history, link, placesOf(failure, asNamed), whole);
  const cure = isFailure && options.fix === true;
  if (options.json === true) {
    const remedy = focus.remedies.get(failure);
    terminal.json({
      event: subject.seq,
      at: subject.at,
      entity: subject.entity,
      text: sentenceOf(history, subject),
      ...(isFailure ? { code: failure.code, codes: failure.codes } : {}),
      because: becauseJson(because),
      places: placesJson(focus, failure),
      ...(isFailure && remedy !== undefined ? { remedy } : {}),
      ...(cure ? cureJson(focus) : {}),
    });
    return EXIT.done;
  }
  if (options.quiet === true) {
    terminal.print(
      `e${subject.seq}  ${isFailure ? `${failure.code}  ` : ''}${plain(sentenceOf(history, subject))}`,
    );
    return EXIT.done;
  }
  if (isFailure && !whole) terminal.print(failureLines(focus, failure, paint, width));
  else {
    const head = `e${subject.seq} at ${exactClock(subject.at)}: ${sentenceOf(history, subject)}`;
    terminal.print([paint.strong(plain(head)), 'because', ...becauseLines(because, paint, width)]);
  }
  if (cure) terminal.print(['', ...cureLines(focus, paint)]);
  return EXIT.done;
}
