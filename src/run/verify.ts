/** A log proves itself three times: its bytes, its fold, and the same decisions made again. */

import type { Ask, RootEvent } from '../kernel/roots.ts';
import type { Recorded } from '../log/reader.ts';
import type { History } from './history.ts';
import { makeEngine, makeFold, PROGRAM, type RunOptions } from './program.ts';

/** The outcome of checking a log against its own fold and against this program. */
export type Proof =
  | { readonly ok: true; readonly events: number; readonly worldHash: string }
  | { readonly ok: false; readonly what: 'fold'; readonly expected: string; readonly got: string }
  /** Re-execution decided something else: at this event for the first time. */
  | {
      readonly ok: false;
      readonly what: 'decision';
      readonly seq: number;
      readonly at: number;
      readonly expected: string;
      readonly got: string;
    };

/** The first event that this program decides otherwise than a log says. */
export type Difference = Extract<Proof, { readonly what: 'decision' }>;

/** What is proved: a log whose events can be gone through again and again. */
export interface Provable {
  readonly options: RunOptions;
  events(): Iterable<Recorded>;
  /** The hash of the world that the end frame says; undefined when the log has no end. */
  readonly worldHash: string | undefined;
}

/** A history as something to prove. */
export const provable = (history: History): Provable => ({
  options: history.options,
  events: () => history.events,
  worldHash: history.verdict.end?.worldHash,
});

/** The world that a log folds to, and of how many events. */
function fold(log: Provable): { readonly events: number; readonly worldHash: string } {
  const folded = makeFold(log.options);
  for (const recorded of log.events()) folded.add(recorded);
  return { events: folded.count, worldHash: folded.world.hash() };
}

/** What is compared of an event that was made again: a decision may name its fields in any order. */
export const spelled = (at: number, cause: number, entity: string, draws: string, event: object): string => {
  const fields = event as Readonly<Record<string, unknown>>;
  const { type, ...others } = fields;
  const ordered = Object.fromEntries(
    Object.keys(others)
      .sort()
      .map((field) => [field, fields[field]]),
  );
  return JSON.stringify([at, cause, entity, draws, { type, ...ordered }]);
};

/** The same of an event of a log. */
export const spelledRecord = ({ at, cause, entity, draws, event }: Recorded): string =>
  spelled(at, cause, entity, draws, event);

/** Decides everything again from what was asked, an instant at a time, and compares each event with the log. In bounded memory. */
function reexecute(log: Provable): Proof | undefined {
  const engine = makeEngine(log.options);
  const events = log.events()[Symbol.iterator]();
  let head: Recorded | undefined;
  let difference: Proof | undefined;
  const advance = () => {
    const next = events.next();
    head = next.done === true ? undefined : next.value;
  };
  engine.recorder = {
    append: (_kind, { at, cause, entity }, draws, event) => {
      // A run that was interrupted stops between two events of an instant; what comes after them is not in its log.
      if (head === undefined || difference !== undefined) return;
      const got = spelled(at, cause, engine.world.entities[entity]?.ref ?? '', draws, event);
      const expected = spelledRecord(head);
      if (got !== expected)
        difference = { ok: false, what: 'decision', seq: head.seq, at: head.at, expected, got };
      advance();
    },
  };
  advance();
  while (head !== undefined && difference === undefined) {
    const expected: Recorded = head;
    // What a fork asks at an instant comes after everything else of that instant, of which there may be nothing.
    const isLater = expected.at > engine.now;
    if (expected.cause !== -1 || isLater) engine.run(expected.at);
    if (head !== expected || difference !== undefined) continue;
    if (expected.cause === -1) {
      if (isLater) engine.settle(expected.at);
      askAgain(engine, expected);
    } else
      difference = {
        ok: false,
        what: 'decision',
        seq: expected.seq,
        at: expected.at,
        expected: spelledRecord(expected),
        got: 'nothing',
      };
  }
  return difference;
}

function askAgain(engine: ReturnType<typeof makeEngine>, recorded: Recorded): void {
  const root = recorded.event as unknown as RootEvent;
  if (root.type === 'Withdrawn') engine.withdraw(root.ask, root.to);
  else {
    const { type: _, ...ask } = root;
    engine.ask([ask as Ask]);
  }
}

/** Proves a log whose bytes are sound: its fold must hash to what the end says, and deciding again must give the same events. */
export function prove(log: Provable): Proof {
  const { events, worldHash } = fold(log);
  if (log.worldHash !== undefined && log.worldHash !== worldHash)
    return { ok: false, what: 'fold', expected: log.worldHash, got: worldHash };
  return reexecute(log) ?? { ok: true, events, worldHash };
}

/** Whether this program is the one that wrote the log; another may rightly decide otherwise. */
export const sameProgram = (program: string): boolean => program === PROGRAM;
