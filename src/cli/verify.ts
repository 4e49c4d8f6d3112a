/** `verify`: a log proves itself three times: its bytes, its fold, and the same decisions made again. */
import { inspectLog, type Log, openLog } from '../log/reader.ts';
import { optionsOfLog } from '../run/history.ts';
import { upToDate } from '../run/upcast.ts';
import { type Proof, prove, sameProgram } from '../run/verify.ts';
import { type Call, EXIT, type ExitCode } from './call.ts';
import { exactClock } from './instant.ts';
import { folding, openFile } from './logs.ts';
import { markOf, type Paint } from './paint.ts';
import { clip, grouped, plain } from './text.ts';

interface Step {
  readonly name: 'bytes' | 'fold' | 'execution';
  readonly ok: boolean;
  readonly text: string;
  /** Further lines, when something differs. */
  readonly more: readonly string[];
}

/** What a proof says about the fold and the decisions. */
export function proofSteps(proof: Proof, program: string): Step[] {
  const same = sameProgram(program);
  const fold = (ok: boolean, text: string, more: readonly string[] = []): Step => ({
    name: 'fold',
    ok,
    text,
    more,
  });
  if (!proof.ok && proof.what === 'fold') {
    const other = same
      ? ''
      : `; the log was made by ${program}, whose states may rightly have had other parts`;
    const more = [`expected  ${proof.expected}`, `got       ${proof.got}`];
    return [fold(false, `the events fold to another world than the log says${other}`, more)];
  }
  if (proof.ok) {
    const text = `${grouped(proof.events)} events fold to world ${proof.worldHash.slice(0, 16)}`;
    return [
      fold(true, text),
      { name: 'execution', ok: true, text: 'every decision comes out the same', more: [] },
    ];
  }
  const other = same ? '' : `; the log was made by ${program}, which may rightly have decided otherwise`;
  return [
    fold(true, 'the events fold to the world that the log says'),
    {
      name: 'execution',
      ok: false,
      text: `event e${proof.seq} at ${exactClock(proof.at)} comes out differently${other}`,
      more: [`in the log  ${clip(proof.expected, 300)}`, `again       ${clip(proof.got, 300)}`],
    },
  ];
}

const LABELS = { bytes: 'bytes', fold: 'fold', execution: 're-execution' } as const;

/** The steps as lines. */
export function stepLines(steps: readonly Step[], paint: Paint): string[] {
  return steps.flatMap(({ name, ok, text, more }) => [
    `${markOf(ok, paint)} ${LABELS[name].padEnd(12)}  ${plain(text)}`,
    ...more.map((line) => `                ${plain(line)}`),
  ]);
}

/** Folds and re-executes a log whose bytes are sound. One that holds what this program does not know is refused, as every verb does. */
function proofOf(path: string, log: Log, worldHash: string | undefined): { steps: Step[]; exit: ExitCode } {
  const current = upToDate(log);
  if (!current.ok)
    return {
      steps: [{ name: 'fold', ok: false, text: current.verdict.message, more: [] }],
      exit: EXIT.damaged,
    };
  const what = { options: optionsOfLog(log), events: () => current.log.events(), worldHash };
  const proof = folding(path, () => prove(what));
  return { steps: proofSteps(proof, log.preface.program), exit: proof.ok ? EXIT.done : EXIT.differs };
}

export function perform({ args: [path = ''], options, terminal }: Call): ExitCode {
  const source = openFile(path);
  let steps: Step[];
  let exit: ExitCode = EXIT.done;
  let status: string;
  try {
    const opened = openLog(source);
    const verdict = inspectLog(source);
    status = verdict.status;
    const sound = status === 'clean' || status === 'open';
    steps = [{ name: 'bytes', ok: sound, text: verdict.message, more: [] }];
    if (!sound) exit = EXIT.damaged;
    if (opened.ok && sound && verdict.events > 0) {
      const proof = proofOf(path, opened.log, verdict.end?.worldHash);
      steps.push(...proof.steps);
      exit = proof.exit;
    }
  } finally {
    source.close();
  }
  if (options.json === true) {
    const entries = steps.map(({ name, ok, text, more }) => [
      name,
      { ok, ...(name === 'bytes' ? { status } : {}), message: text, ...(more.length > 0 ? { more } : {}) },
    ]);
    terminal.json(Object.fromEntries(entries));
  } else if (options.quiet === true) terminal.print(stepLines(steps, terminal.paint).slice(-1));
  else terminal.print(stepLines(steps, terminal.paint));
  return exit;
}
