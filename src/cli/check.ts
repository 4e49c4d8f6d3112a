/** `check`: what is wrong with scenarios, without simulating anything. */
import { type Call, EXIT, type ExitCode } from './call.ts';
import { countsOf, countsText } from './counts.ts';
import { type Input, readInput, shownIssue, shownSources } from './input.ts';
import { issueLines } from './issue-view.ts';
import { markOf, type Paint } from './paint.ts';
import { plain, plural } from './text.ts';

/** A file and what there is to say about it. */
interface Checkup {
  readonly name: string;
  readonly input: Input;
}

function issuesOf({ reading, shown }: Input) {
  const issues = reading.ok ? reading.checked.issues : reading.issues;
  return issues.map((issue) => shownIssue(issue, shown));
}

/** What is said about one file; the most important line last. */
export function checkLines({ name, input }: Checkup, paint: Paint): string[] {
  const { reading, shown } = input;
  const issues = issuesOf(input);
  const sources = shownSources(reading.ok ? reading.checked.sources : reading.sources, shown);
  const details = issues.flatMap((issue) => issueLines(issue, sources, paint));
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const warnings = plural(issues.length - errors, 'warning');
  if (!reading.ok) {
    const sum = issues.length > errors ? `${plural(errors, 'error')}, ${warnings}` : plural(errors, 'error');
    return [...details, `${markOf(false, paint)} ${plain(name)}  ${paint.bad(sum)}`];
  }
  const sum = issues.length > 0 ? `  ${paint.warn(warnings)}` : '';
  return [
    ...details,
    `${markOf(true, paint)} ok  ${plain(name)}  ${countsText(countsOf(reading.checked.scenario))}${sum}`,
  ];
}

export function perform({ args, options, terminal }: Call): ExitCode {
  const checkups = args.map((name) => ({ name, input: readInput(name, [], []) }));
  if (options.json === true)
    terminal.json(
      checkups.map(({ name, input }) => ({ file: name, ok: input.reading.ok, issues: issuesOf(input) })),
    );
  else
    for (const checkup of checkups) {
      const lines = checkLines(checkup, terminal.paint);
      terminal.print(options.quiet === true ? lines.slice(-1) : lines);
    }
  return checkups.every(({ input }) => input.reading.ok) ? EXIT.done : EXIT.usage;
}
