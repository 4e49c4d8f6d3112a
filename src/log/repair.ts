/** Cuts a log back to its last whole frame. What is cut is copied beside it first, and never overwritten. */
import { copyTail, cutFile, fileSource } from './disk.ts';
import { inspectLog, openLog, type Verdict } from './reader.ts';

/** What `repairLog` would do. */
export interface RepairPlan {
  /** `nothing`: the log is sound as far as it goes; `refuse`: it is not for us to cut. */
  readonly action: 'nothing' | 'cut' | 'refuse';
  readonly verdict: Verdict;
  /** Bytes that stay, and bytes that go. */
  readonly keep: number;
  readonly cut: number;
  /** Where a copy of the tail (torn) or of the whole file (damaged) goes; empty when nothing is cut. */
  readonly copy: string;
  /** One or two plain sentences. */
  readonly message: string;
}

/** Says what a repair would do, without doing it. `keepPrefix` allows to cut a damaged log, not only a torn one. */
export function repairPlan(path: string, options: { readonly keepPrefix?: boolean } = {}): RepairPlan {
  const source = fileSource(path);
  try {
    const opened = openLog(source);
    const verdict = opened.ok ? inspectLog(source) : opened.verdict;
    return planFor(path, source.size, verdict, opened.ok, options.keepPrefix === true);
  } finally {
    source.close();
  }
}

/** Repairs a log as planned and returns the plan. Throws `CannotWrite` when the copy cannot be made: then nothing is cut. */
export function repairLog(path: string, options: { readonly keepPrefix?: boolean } = {}): RepairPlan {
  const plan = repairPlan(path, options);
  if (plan.action !== 'cut') return plan;
  copyTail(path, plan.verdict.status === 'torn' ? plan.keep : 0, plan.copy);
  cutFile(path, plan.keep);
  return plan;
}

function planFor(
  path: string,
  size: number,
  verdict: Verdict,
  opened: boolean,
  keepPrefix: boolean,
): RepairPlan {
  const leave = { verdict, keep: size, cut: 0, copy: '' };
  const { status, message, offset } = verdict;
  if (status === 'clean' || status === 'open') return { action: 'nothing', ...leave, message };
  if (status === 'torn' && opened) return cut(`${path}.torn`, 'the rest', size, verdict);
  if (status === 'corrupt' && opened && keepPrefix)
    return cut(`${path}.damaged`, 'the whole file', size, verdict);
  if (status === 'corrupt' && opened) {
    const help = `Keep the first ${offset} bytes by allowing it to keep the prefix.`;
    return { action: 'refuse', ...leave, message: `${message} ${help}` };
  }
  return { action: 'refuse', ...leave, message: `${message} There is nothing to keep.` };
}

function cut(copy: string, what: string, size: number, verdict: Verdict): RepairPlan {
  const keep = verdict.offset;
  const message = `${verdict.message} Cut ${size - keep} of ${size} bytes; ${what} is kept in ${copy}.`;
  return { action: 'cut', verdict, keep, cut: size - keep, copy, message };
}
