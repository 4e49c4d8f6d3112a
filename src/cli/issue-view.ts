/** Mistakes in scenarios, as rustc shows those in programs. */
import type { Issue } from '../base/issue.ts';
import { excerpt } from '../scenario/excerpt.ts';
import type { Source } from '../scenario/layers.ts';
import { EXIT, type ExitCode } from './call.ts';
import { type Input, shownIssue, shownSources } from './input.ts';
import type { Paint } from './paint.ts';
import type { Terminal } from './terminal.ts';
import { plain, plural } from './text.ts';

/** One issue with its excerpt, its reason and its remedy. Places and sources carry the names that are shown. */
export function issueLines(issue: Issue, sources: readonly Source[], paint: Paint): string[] {
  const { severity, code, message, place, reason, help } = issue;
  const tint = severity === 'error' ? paint.bad : paint.warn;
  const head = `${tint(`${severity}[${plain(code)}]`)}: ${paint.strong(plain(message))}`;
  const marks = { gutter: paint.faint, primary: tint };
  return [
    head,
    ...(place === undefined ? [] : excerpt(sources, { place, label: '' }, [], marks)),
    ...(reason === undefined ? [] : [`  because: ${plain(reason)}`]),
    ...(help === undefined ? [] : [`  ${paint.help('help')}: ${plain(help)}`]),
    '',
  ];
}

/** One issue on one line, for reports that are about something else. */
export function issueLine({ severity, code, message, place }: Issue, paint: Paint): string {
  const where = place === undefined ? '' : paint.faint(`  ${plain(place.file)}:${place.line}`);
  return `${paint.warn(`${severity} ${plain(code)}`)}  ${plain(message)}${where}`;
}

/** Says what is wrong with a scenario that cannot be run; the exit code for that. */
export function refuseInput(input: Input, terminal: Terminal, json: boolean): ExitCode {
  if (input.reading.ok) return EXIT.done;
  const { sources } = input.reading;
  const issues = input.reading.issues.map((issue) => shownIssue(issue, input.shown));
  if (json) terminal.json({ ok: false, issues });
  else {
    const shown = shownSources(sources, input.shown);
    const paint = terminal.errorPaint;
    terminal.say(issues.flatMap((issue) => issueLines(issue, shown, paint)));
    const errors = issues.filter(({ severity }) => severity === 'error').length;
    terminal.say(paint.bad(`✗ ${plural(errors, 'error')}: nothing was simulated`));
  }
  return EXIT.usage;
}
