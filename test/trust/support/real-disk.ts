/** What only a real system can show: a limit on the size of files, and a small file system, for one command at a time. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

function shell(script: string, cwd: string): Ended {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
  return { exit: status, out: stdout, err: stderr };
}

/** Runs a command that may not make a file of more than so many KiB. */
export function underFileLimit(kib: number, command: readonly string[], cwd: string): Ended {
  return shell(`trap '' XFSZ; ulimit -f ${kib}; exec ${quoted(command)}`, cwd);
}

/** Runs a command on a file system of its own, mounted at `folder` for it alone with these options; copies what is left to `saved`. */
export function onSmallDisk(
  options: string,
  command: readonly string[],
  folder: string,
  saved: string,
): Ended {
  const before = `mount -t tmpfs -o ${options} tmpfs ${quoted([folder])} && cd ${quoted([folder])}`;
  const after = `status=$?; cp -r ${quoted([`${folder}/.`, saved])}; exit $status`;
  return shell(`unshare -m bash -c ${quoted([`${before} && { ${quoted(command)}; ${after}; }`])}`, folder);
}

/** Whether this process may mount a file system that others do not see. */
export function mayMount(): boolean {
  const folder = fs.mkdtempSync(join(tmpdir(), 'premortem-mount-'));
  try {
    return onSmallDisk('size=64k', ['true'], folder, folder).exit === 0;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Runs a command whose standard output is a device that is always full. */
export function intoFullDevice(command: readonly string[], cwd: string): Ended {
  return shell(`exec ${quoted(command)} > /dev/full`, cwd);
}
