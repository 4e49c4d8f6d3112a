/** One command line, from its words to its exit code. Whatever goes wrong below becomes a sentence here. */
import { CommanderError } from 'commander';
import { EXIT, type ExitCode, Stop } from './call.ts';
import { makeProgram } from './program.ts';
import { type Stream, Terminal } from './terminal.ts';
import { plain, shellLine } from './text.ts';
import { LOG_VERBS } from './verbs-log.ts';
import { SCENARIO_VERBS } from './verbs-scenario.ts';
import { VERSION } from './version.ts';

/** What a command line talks to. */
export interface Surroundings {
  readonly out: Stream;
  readonly err: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of the terminal once there is one. */
  readonly onTerminal?: (terminal: Terminal) => void;
}

/** Runs the command line of these words (without the program's name). Never throws. */
export async function execute(
  words: readonly string[],
  { out, err, env, onTerminal }: Surroundings,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const streams = {
    out: (text: string) => void out.write(text),
    err: (text: string) => void err.write(text),
  };
  const program = makeProgram(
    VERSION,
    [...SCENARIO_VERBS, ...LOG_VERBS],
    async (verb, { args, options }) => {
      const { color, progress, quiet } = options;
      const terminal = new Terminal(out, err, {
        color: color !== false,
        progress: progress !== false,
        quiet: quiet === true,
        env,
      });
      onTerminal?.(terminal);
      const { perform } = await verb.load();
      exit = await perform({ args, options, terminal });
    },
    streams,
  );
  try {
    await program.parseAsync(words, { from: 'user' });
    return exit;
  } catch (error) {
    const [code, lines] = explainThrown(error, words, env['PREMORTEM_DEBUG'] === '1');
    for (const line of lines) err.write(`${line}\n`);
    return code;
  }
}

/** The exit code for something thrown, and what to say about it. */
export function explainThrown(
  error: unknown,
  words: readonly string[],
  debug: boolean,
): [ExitCode, string[]] {
  if (error instanceof CommanderError) return [error.exitCode === 0 ? EXIT.done : EXIT.usage, []];
  if (error instanceof Stop) {
    const help = error.help === '' ? [] : [`help: ${plain(error.help)}`];
    return [error.exit, [`premortem: ${plain(error.message)}`, ...help]];
  }
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  if (name === 'CannotWrite' || name === 'CannotRead')
    return [name === 'CannotWrite' ? EXIT.unwritable : EXIT.usage, [`premortem: ${plain(message)}`]];
  const where = debug ? stack.split('\n').map(plain) : ['PREMORTEM_DEBUG=1 shows where it happened.'];
  return [
    EXIT.fault,
    [
      `premortem made a mistake of its own: ${plain(message)}`,
      `This is not about your scenario. Please report it with its files and: ${shellLine(['premortem', ...words])}`,
      ...where,
    ],
  ];
}
