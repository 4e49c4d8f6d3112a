/** The command line in a folder of its own: in this process, which is fast, or as users get it, `dist/cli/main.js` in a process of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from '../../src/cli/execute.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = join(ROOT, 'dist/cli/main.js');

export interface Result {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder that holds the scenarios of the repository. */
export function workshop(): string {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-'));
  const scenarios = join(ROOT, 'scenarios/photon');
  for (const file of readdirSync(scenarios))
    if (file.endsWith('.yaml')) copyFileSync(join(scenarios, file), join(folder, file));
  return folder;
}

/** A stream that keeps what is written to it. */
function kept(): { write(text: string): void; text: string } {
  const stream = {
    text: '',
    write(text: string): void {
      stream.text += text;
    },
  };
  return stream;
}

/** Runs the command line in this process, as if in that folder. */
export async function premortem(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Result> {
  const before = process.cwd();
  const [out, err] = [kept(), kept()];
  process.chdir(folder);
  try {
    const exit = await execute(args, { out, err, env });
    return { exit, out: out.text, err: err.text };
  } finally {
    process.chdir(before);
  }
}

/** Runs the built command line in a process of its own. */
export function spawned(folder: string, args: readonly string[], env: Record<string, string> = {}): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { exit: status, out: stdout, err: stderr };
}

/** Starts the command line, and sends it a signal as soon as `when` says so of what it printed. */
export function interrupted(
  folder: string,
  args: readonly string[],
  when: (out: string) => boolean,
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
    let out = '';
    let err = '';
    let sent = false;
    child.stdout.on('data', (piece) => {
      out += piece;
      if (sent || !when(out)) return;
      sent = true;
      child.kill('SIGINT');
    });
    child.stderr.on('data', (piece) => {
      err += piece;
    });
    child.on('close', (exit) => resolve({ exit, out, err }));
  });
}

/** The only log in `runs/` whose name begins so. */
export function logOf(folder: string, name: string): string {
  const [file, ...more] = readdirSync(join(folder, 'runs')).filter((each) => each.startsWith(name));
  if (file === undefined || more.length > 0) throw new Error(`not one log of ${name}: ${[file, ...more]}`);
  return join('runs', file);
}

/** Characters that could move the cursor, colour the terminal or reverse the reading order. */
export const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
