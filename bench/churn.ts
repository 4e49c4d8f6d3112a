/**
 * The churn workload: every second a timer is set, and nine of ten are withdrawn 100 seconds later, long before they would expire. That
 * is how timeouts, leases and retries are used. A withdrawn timer is really removed, so only about 1,100 wait at any time.
 */
import { assert } from '../src/base/assert.ts';
import { type Micros, SECOND } from '../src/base/units.ts';
import { type AnyModel, type Model, NEVER, NOTHING, type Send } from '../src/kernel/model.ts';
import type { Workload } from './measure.ts';

type ChurnCommand =
  | { readonly type: 'step'; readonly timer: number; readonly left: number }
  | { readonly type: 'expire'; readonly timer: number };
type ChurnEvent =
  /** A timer is set, and `left` more will be. */
  | { readonly type: 'Stepped'; readonly timer: number; readonly left: number }
  | { readonly type: 'Expired'; readonly timer: number };

interface ChurnState {
  set: number;
  expired: number;
  /** Timers that expired at another instant than theirs, or though they were withdrawn. */
  wrong: number;
}

/** Seconds after which it is decided whether a timer stays. */
const LAG = 100;

const stays = (timer: number) => timer % 10 === 0;
const duration = (timer: number): Micros => (5_000 + ((timer * 7_919) % 10_000)) * SECOND;
const keyOf = (timer: number) => `timer-${timer}`;

const churn: Model<ChurnState, ChurnCommand, ChurnEvent> = {
  name: 'churn',
  events: { Stepped: { timer: 'int', left: 'int' }, Expired: { timer: 'int' } },
  initial: () => ({ set: 0, expired: 0, wrong: 0 }),
  decide(command) {
    switch (command.type) {
      case 'step':
        return [{ type: 'Stepped', timer: command.timer, left: command.left }];
      case 'expire':
        return [{ type: 'Expired', timer: command.timer }];
    }
  },
  evolve(state, event, { at }) {
    switch (event.type) {
      case 'Stepped':
        state.set += 1;
        return;
      case 'Expired': {
        const { timer } = event;
        const due = timer * SECOND + duration(timer);
        state.expired += 1;
        if (at !== due || !(stays(timer) || timer >= state.set - LAG)) state.wrong += 1;
      }
    }
  },
  react(event, _state, { entity: to }): readonly Send[] {
    if (event.type === 'Expired') return NOTHING;
    const { timer, left } = event;
    const sends: Send[] = [
      { to, after: duration(timer), key: keyOf(timer), command: { type: 'expire', timer } },
    ];
    const old = timer - LAG;
    if (old >= 0 && !stays(old)) sends.push({ to, after: NEVER, key: keyOf(old), command: null });
    if (left > 0)
      sends.push({ to, after: SECOND, command: { type: 'step', timer: timer + 1, left: left - 1 } });
    return sends;
  },
};

/** How many of that many timers expire: one of ten, and the last ones, which nobody comes to withdraw. */
export function expiring(timers: number): number {
  return timers <= LAG ? timers : Math.ceil((timers - LAG) / 10) + LAG;
}

/** That many timers are set. */
export function churnWorkload(timers: number): Workload {
  const expired = expiring(timers);
  return {
    model: churn as unknown as AnyModel,
    command: { type: 'step', timer: 0, left: timers - 1 } as ChurnCommand,
    filling: 0,
    waiting: 1,
    events: timers + expired,
    check(engine, pending) {
      const state = engine.world.stateOf('churn/all') as ChurnState;
      assert(state.set === timers, `${state.set} timers were set instead of ${timers}`);
      assert(state.expired === expired, `${state.expired} timers expired instead of ${expired}`);
      assert(state.wrong === 0, `${state.wrong} timers expired that should not, or not then`);
      assert(engine.waiting === 0, 'nothing is left to happen');
      // The last timers are set at 15,000 s at the earliest when there are as many as there will ever be.
      assert(pending < 1_150 && (timers < 30_000 || pending > 1_050), `${pending} commands waited at once`);
      return { timers, fired: state.expired };
    },
  };
}
