/** `repair`: cuts a torn log back to its last whole frame, and says what was cut and where the copy is. */
import { type RepairPlan, repairLog } from '../log/repair.ts';
import { type Call, EXIT, type ExitCode } from './call.ts';
import { openFile } from './logs.ts';
import { markOf, type Paint } from './paint.ts';
import { plain } from './text.ts';

/** What became of the log. */
export function repairLines(path: string, plan: RepairPlan, keepPrefix: boolean, paint: Paint): string[] {
  const line = `${markOf(plan.action !== 'refuse', paint)} ${plain(plan.message)}`;
  if (plan.action === 'nothing') return [`${line} Nothing to repair.`];
  if (plan.action === 'cut') return [line];
  const canKeep = plan.verdict.status === 'corrupt' && plan.verdict.events > 0 && !keepPrefix;
  return canKeep ? [line, `${paint.help('help')}: premortem repair ${plain(path)} --keep-prefix`] : [line];
}

export function perform({ args: [path = ''], options, terminal }: Call): ExitCode {
  openFile(path).close();
  const keepPrefix = options.keepPrefix === true;
  const plan = repairLog(path, { keepPrefix });
  const { action, verdict, keep, cut, copy, message } = plan;
  if (options.json === true) terminal.json({ action, status: verdict.status, keep, cut, copy, message });
  else terminal.print(repairLines(path, plan, keepPrefix, terminal.paint));
  return action === 'refuse' ? EXIT.damaged : EXIT.done;
}
