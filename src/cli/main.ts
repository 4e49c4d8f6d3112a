#!/usr/bin/env node
/** The entry: the only file that touches the process as a whole. */
import fs from 'node:fs';
import process from 'node:process';
import { EXIT } from './call.ts';
import { execute } from './execute.ts';
import type { Stream, Terminal } from './terminal.ts';
import { giveRoomToNewObjects } from './young.ts';

let terminal: Terminal | undefined;

/** After this nothing more is written to standard output. That its reader went away is no mistake; anything else is told, once. */
async function outputFailed(error: NodeJS.ErrnoException): Promise<void> {
  if (terminal !== undefined) terminal.closed = true;
  if (error.code === 'EPIPE' || process.exitCode === EXIT.unwritable) return;
  process.exitCode = EXIT.unwritable;
  const { cannotWrite } = await import('../log/disk.ts');
  process.stderr.write(`premortem: ${cannotWrite('standard output', error).message}\n`);
}

/** Standard output where it is a file: of a write that a full disk takes only partly, Node's own stream loses the rest and says nothing. */
const file: Stream = {
  write(text) {
    const bytes = Buffer.from(text);
    try {
      let done = 0;
      while (done < bytes.length) {
        const count = fs.writeSync(process.stdout.fd, bytes, done);
        if (count === 0) throw new Error('the disk took nothing');
        done += count;
      }
    } catch (error) {
      void outputFailed(error as NodeJS.ErrnoException);
    }
  },
};

giveRoomToNewObjects();
process.stdout.on('error', outputFailed);
process.stderr.on('error', () => {});

const exit = await execute(process.argv.slice(2), {
  out: fs.fstatSync(process.stdout.fd).isFile() ? file : process.stdout,
  err: process.stderr,
  env: process.env,
  onTerminal: (made) => {
    terminal = made;
  },
});
// Not `process.exit`: what was written to a pipe must arrive.
process.exitCode ??= exit;
