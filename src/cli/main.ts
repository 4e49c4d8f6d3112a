#!/usr/bin/env node
/** The entry: arguments in, an exit code out. Whatever goes wrong below becomes a sentence here. */
import process from 'node:process';
import { CommanderError } from 'commander';
import { type Call, EXIT, type ExitCode, Stop } from './call.ts';
import { makeProgram } from './program.ts';
import { Terminal } from './terminal.ts';
import { plain, shellLine } from './text.ts';
import type { Verb } from './verb.ts';
import { LOG_VERBS } from './verbs-log.ts';
import { SCENARIO_VERBS } from './verbs-scenario.ts';
import { VERSION } from './version.ts';

let exit: ExitCode = EXIT.done;
let terminal: Terminal | undefined;

/** Whoever read our output went away: nothing more is written to it, and that is no mistake. */
function watchPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (terminal !== undefined) terminal.closed = true;
  });
  process.stderr.on('error', () => {});
}

async function dispatch(verb: Verb, { args, options }: Omit<Call, 'terminal'>): Promise<void> {
  terminal = new Terminal(process.stdout, process.stderr, {
    color: options.color !== false,
    progress: options.progress !== false,
    quiet: options.quiet === true,
    env: process.env,
  });
  const { perform } = await verb.load();
  exit = await perform({ args, options, terminal });
}

/** The exit code of something thrown, having said what it is on standard error. */
function explainThrown(error: unknown): ExitCode {
  const say = (text: string): void => {
    process.stderr.write(`${plain(text)}\n`);
  };
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof Stop) {
    say(`premortem: ${error.message}`);
    if (error.help !== '') say(`help: ${error.help}`);
    return error.exit;
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  if (name === 'CannotWrite' || name === 'CannotRead') {
    say(`premortem: ${message}`);
    return name === 'CannotWrite' ? EXIT.unwritable : EXIT.usage;
  }
  say(`premortem made a mistake of its own: ${message}`);
  say(`This is not about your scenario. Please report it with the files and: ${shellLine(['premortem', ...process.argv.slice(2)])}`);
  if (process.env['PREMORTEM_DEBUG'] === '1') process.stderr.write(`${stack}\n`);
  else say('PREMORTEM_DEBUG=1 shows where it happened.');
  return EXIT.fault;
}

watchPipes();
const program = makeProgram(VERSION, [...SCENARIO_VERBS, ...LOG_VERBS], dispatch, {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
try {
  await program.parseAsync(process.argv);
} catch (error) {
  exit = explainThrown(error);
}
process.exitCode = exit;
