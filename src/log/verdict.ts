/** What became of a log, as a value and as a sentence. */
import { hex } from '../base/digest.ts';
import type { End } from './end.ts';
import type { LogStatus, Row } from './recover.ts';
import type { Walk } from './walk.ts';

/** What a log is worth. */
export interface Verdict {
  readonly status: LogStatus;
  /** Events vouched for, and the instant of the last (0 when there is none). */
  readonly events: number;
  readonly lastAt: number;
  /** First byte not vouched for. */
  readonly offset: number;
  /** One plain sentence. */
  readonly message: string;
  /** What the end frame says; absent unless one was reached. `chain` is the hash over all frames before it. */
  readonly end?: { readonly reason: string; readonly worldHash: string; readonly chain: string };
}

/** The verdict at the place where a walk stopped. */
export function verdictOf(row: Row, walk: Walk, end?: End): Verdict {
  const status = row.status === 'whole' ? 'open' : row.status;
  const { events, at: lastAt, offset } = walk;
  const verdict = { status, events, lastAt, offset, message: sentence(status, row.because, walk) };
  if (end === undefined) return verdict;
  return { ...verdict, end: { reason: end.reason, worldHash: end.worldHash, chain: hex(end.chain) } };
}

function sentence(status: LogStatus, because: string, walk: Walk): string {
  const reason = walk.detail === '' ? because : `${because} (${walk.detail})`;
  const sound = walk.events === 0 ? 'no event' : `${amount(walk.events)} up to ${walk.at / 1e6} s`;
  switch (status) {
    case 'clean':
      return `The log is complete: ${sound}.`;
    case 'open':
      return `The log was not finished: it holds ${sound}, all sound, and no end.`;
    case 'torn':
      return `The log is torn at byte ${walk.offset}: ${reason}; ${sound} before that can be kept.`;
    case 'corrupt':
      return `The log is damaged at byte ${walk.offset}: ${reason}; ${sound} before that is vouched for.`;
    case 'not-a-log':
      return `This is not a log of premortem: ${because}.`;
    case 'too-new':
      return `This log needs a newer premortem: ${reason}.`;
  }
}

function amount(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}
