/** Programs that are compared run on one core each: threads that help one of them would slow it, and be counted, where others have none. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** V8 compiles in our own thread. Where there is one core, another thread takes turns with code that is slow until it is done. */
const COMPILE_AT_ONCE = '--no-concurrent-recompilation';

/** What Node is started with. It cannot be asked for once it runs. */
export function nodeFlags(): readonly string[] {
  return availableParallelism() === 1 ? [COMPILE_AT_ONCE] : [];
}

/** Runs this program again where it was not started with these flags. Returns its exit code, or undefined where that need not be. */
export function startedAgain(): number | undefined {
  const missing = nodeFlags().filter((flag) => !process.execArgv.includes(flag));
  if (missing.length === 0) return undefined;
  const args = [...missing, ...process.execArgv, ...process.argv.slice(1)];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

/** Keeps this process, and all that it starts from now on, on the last core that it may use. Returns it, or undefined where that fails. */
export function stayOnOneCore(): number | undefined {
  const core = lastCore();
  if (core === undefined) return undefined;
  const { status } = spawnSync('taskset', ['-a', '-c', '-p', `${core}`, `${process.pid}`], {
    stdio: 'ignore',
  });
  return status === 0 ? core : undefined;
}

function lastCore(): number | undefined {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const last = /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1];
    return last === undefined ? undefined : Number(last);
  } catch {
    // Not Linux.
    return undefined;
  }
}
