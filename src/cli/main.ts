#!/usr/bin/env node
/** The entry: the only file that touches the process as a whole. */
import process from 'node:process';
import { execute } from './execute.ts';
import type { Terminal } from './terminal.ts';

let terminal: Terminal | undefined;

// Whoever read our output went away: nothing more is written to it, and that is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (terminal !== undefined) terminal.closed = true;
});
process.stderr.on('error', () => {});

// Not `process.exit`: what was written to a pipe must arrive.
process.exitCode = await execute(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  onTerminal: (made) => {
    terminal = made;
  },
});
