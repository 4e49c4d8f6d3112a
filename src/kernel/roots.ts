/**
 * The model of what a scenario asks. Every chain of causes ends in one of its events, and each names the line that made it. The kernel
 * knows nothing of what is asked: the command is plain data for another model.
 */
import type { Micros } from '../base/units.ts';
import { type Model, NEVER, NOTHING, type Ref, type Send } from './model.ts';

/** One thing that the scenario asks of an entity at an instant. */
export interface Ask {
  readonly to: Ref;
  /** Instant of delivery. */
  readonly due: Micros;
  readonly command: { readonly type: string };
  /** Dotted path in the scenario, as `--set` writes it. */
  readonly path: string;
  readonly file: string;
  readonly line: number;
}

export type RootEvent =
  | ({ readonly type: 'Asked' } & Ask)
  | { readonly type: 'Withdrawn'; readonly ask: number; readonly to: Ref };

/** The one entity of this model. */
export const ROOT: Ref = 'scenario/run';

const keyOf = (seq: number) => `ask:${seq}`;

export const roots: Model<Record<string, never>, never, RootEvent> = {
  name: 'scenario',
  events: {
    Asked: { to: 'text', due: 'int', command: 'data', path: 'text', file: 'text', line: 'int' },
    Withdrawn: { ask: 'seq', to: 'text' },
  },
  initial: () => ({}),
  decide: () => NOTHING,
  evolve: () => {},
  react(event, _state, stamp): readonly Send[] {
    if (event.type === 'Withdrawn')
      return [{ to: event.to, after: NEVER, command: null, key: keyOf(event.ask) }];
    return [{ to: event.to, after: event.due - stamp.at, command: event.command, key: keyOf(stamp.seq) }];
  },
};
