/** A log proves itself three times: its bytes, its fold, and the same decisions made again. */

import type { Ask, RootEvent } from '../kernel/roots.ts';
import type { Recorded } from '../log/reader.ts';
import type { History } from './history.ts';
import { makeEngine, PROGRAM } from './program.ts';

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

/** The world that a log folds to. */
export function foldHash(history: History): string {
  const engine = makeEngine(history.options);
  for (const recorded of history.events) engine.replay(recorded);
  return engine.world.hash();
}

const spelled = (at: number, cause: number, entity: string, draws: string, event: object): string =>
  JSON.stringify([at, cause, entity, draws, event]);

const spelledRecord = ({ at, cause, entity, draws, event }: Recorded): string =>
  spelled(at, cause, entity, draws, event);

/** Decides everything again from what was asked, and compares each event with the log. */
function reexecute(history: History): Proof | undefined {
  const engine = makeEngine(history.options);
  const { events } = history;
  const roots = events.filter((recorded) => recorded.cause === -1);
  const last = events.at(-1) as Recorded;
  let rootAt = 0;
  let next = 0;
  let difference: Proof | undefined;
  engine.recorder = {
    append: (_kind, at, entity, cause, draws, event) => {
      const expected = events[next];
      const got = spelled(at, cause, engine.world.entities[entity]?.ref ?? '', draws, event);
      const wanted = expected === undefined ? 'nothing' : spelledRecord(expected);
      if (difference === undefined && got !== wanted)
        difference = { ok: false, what: 'decision', seq: next, at, expected: wanted, got };
      next += 1;
    },
  };
  while (next < events.length && difference === undefined) {
    const head = events[next] as Recorded;
    if (head.cause === -1) {
      if (head.at > engine.now) engine.run(head.at);
      askAgain(engine, events[next] as Recorded);
      continue;
    }
    const before = next;
    // Up to the next instant at which something new was asked, so that a fork's asks come when they came.
    while (rootAt < roots.length && (roots[rootAt] as Recorded).seq < next) rootAt += 1;
    engine.run((roots[rootAt] ?? last).at, 10_000);
    if (next === before && difference === undefined) {
      difference = {
        ok: false,
        what: 'decision',
        seq: next,
        at: head.at,
        expected: spelledRecord(head),
        got: 'nothing',
      };
    }
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

/** Proves a history whose bytes are sound: the fold must hash to what the end frame says, and deciding again must give the same events. */
export function prove(history: History): Proof {
  const got = foldHash(history);
  const expected = history.verdict.end?.worldHash;
  if (expected !== undefined && expected !== got) return { ok: false, what: 'fold', expected, got };
  return reexecute(history) ?? { ok: true, events: history.events.length, worldHash: got };
}

/** Whether this program is the one that wrote the log; another may rightly decide otherwise. */
export const sameProgram = (program: string): boolean => program === PROGRAM;
