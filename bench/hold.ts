/**
 * The hold workload: N pending commands, each of which schedules itself again after an exponential delay. Every event is decided, folded,
 * framed, checked, chained and written.
 */
import { assert } from '../src/base/assert.ts';
import { exponential } from '../src/base/chance.ts';
import { nearest } from '../src/base/units.ts';
import type { AnyModel, Model, Send } from '../src/kernel/model.ts';
import type { Workload } from './measure.ts';

type HoldCommand =
  | { readonly type: 'start'; readonly first: number; readonly left: number }
  | { readonly type: 'fire' };
type HoldEvent =
  | { readonly type: 'Started'; readonly first: number; readonly left: number }
  | { readonly type: 'Fired'; readonly after: number };

interface HoldState {
  fired: number;
  total: number;
}

/** Mean delay, in microseconds. */
const MEAN = 1_000_000;
/** Most commands that one start asks for. */
const PORTION = 1_000;
const FIRE: HoldCommand = { type: 'fire' };

/** Multiples of this spread evenly over [0, 1) and are in no order. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** First delay of the i-th command: as if it had been drawn, and never 0, so that all starts come first. */
const firstDelay = (i: number) => 1 + Math.floor(exponential((i * GOLDEN) % 1, MEAN));

export const hold: Model<HoldState, HoldCommand, HoldEvent> = {
  name: 'hold',
  events: { Started: { first: 'int', left: 'int' }, Fired: { after: 'int' } },
  initial: () => ({ fired: 0, total: 0 }),
  decide(command, _state, context) {
    if (command.type === 'start') return [{ type: 'Started', first: command.first, left: command.left }];
    return [{ type: 'Fired', after: nearest(exponential(context.draw('after'), MEAN)) }];
  },
  evolve(state, event) {
    if (event.type !== 'Fired') return;
    state.fired += 1;
    state.total += event.after;
  },
  react(event, _state, { entity: to }): readonly Send<HoldCommand>[] {
    if (event.type === 'Fired') return [{ to, after: event.after, command: FIRE }];
    const { first, left } = event;
    const fires = Array.from({ length: Math.min(left, PORTION) }, (_, i) => ({
      to,
      after: firstDelay(first + i),
      command: FIRE,
    }));
    const rest: Send<HoldCommand>[] =
      left > PORTION
        ? [{ to, after: 0, command: { type: 'start', first: first + PORTION, left: left - PORTION } }]
        : [];
    return [...fires, ...rest];
  },
};

/** `pending` commands wait, and `events` times one of them fires. Checks counts and the mean delay. */
export function holdWorkload(pending: number, events: number): Workload {
  return {
    model: hold as unknown as AnyModel,
    command: { type: 'start', first: 0, left: pending } as HoldCommand,
    filling: Math.ceil(pending / PORTION),
    waiting: pending,
    events,
    check(engine) {
      const { fired, total } = engine.world.stateOf('hold/all') as HoldState;
      assert(fired === events, `${fired} fired instead of ${events}`);
      assert(engine.waiting === pending, 'as many commands wait as at the start');
      const mean = total / fired;
      assert(Math.abs(mean / MEAN - 1) < 6 / Math.sqrt(fired), `the mean delay ${mean} is not ${MEAN}`);
      return {};
    },
  };
}
