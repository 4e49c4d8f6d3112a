/** Programs that are compared run on one core each: threads that help one of them would slow it, and be counted, where others have none. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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
