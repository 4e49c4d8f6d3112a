/**
 * The M/M/1 workload: customers come at random, one server serves them in turn, load 0.8. Two events a customer, an arrival and a
 * departure; how long customers wait is compared with what queueing theory says.
 */
import { assert } from '../src/base/assert.ts';
import { exponential } from '../src/base/chance.ts';
import { type Micros, SECOND } from '../src/base/units.ts';
import { type AnyModel, type Model, NOTHING, type Send } from '../src/kernel/model.ts';
import type { Workload } from './measure.ts';

type QueueCommand = { readonly type: 'arrive'; readonly left: number } | { readonly type: 'depart' };
type QueueEvent =
  /** `left` more are to come, the next one after `next`. */
  | { readonly type: 'Arrived'; readonly left: number; readonly next: Micros; readonly service: Micros }
  | { readonly type: 'Departed' };

interface QueueState {
  /** When the customers came that are here, and how long each takes; the first is being served. */
  since: Micros[];
  service: Micros[];
  departed: number;
  waited: Micros;
}

const LOAD = 0.8;
/** Mean time that a customer takes. */
const SERVICE = SECOND;
const DEPART: QueueCommand = { type: 'depart' };

const queue: Model<QueueState, QueueCommand, QueueEvent> = {
  name: 'mm1',
  events: { Arrived: { left: 'int', next: 'int', service: 'int' }, Departed: {} },
  initial: () => ({ since: [], service: [], departed: 0, waited: 0 }),
  decide(command, _state, context) {
    switch (command.type) {
      case 'arrive': {
        const next = Math.round(exponential(context.draw('interarrival'), SERVICE / LOAD));
        const service = Math.round(exponential(context.draw('service'), SERVICE));
        return [{ type: 'Arrived', left: command.left, next, service }];
      }
      case 'depart':
        return [{ type: 'Departed' }];
    }
  },
  evolve(state, event, { at }) {
    switch (event.type) {
      case 'Arrived':
        state.since.push(at);
        state.service.push(event.service);
        return;
      case 'Departed':
        state.since.shift();
        state.service.shift();
        state.departed += 1;
        if (state.since.length > 0) state.waited += at - (state.since[0] as Micros);
    }
  },
  react(event, { service }, { entity: to }): readonly Send<QueueCommand>[] {
    switch (event.type) {
      case 'Arrived': {
        const { left } = event;
        const arrive: Send<QueueCommand> = {
          to,
          after: event.next,
          command: { type: 'arrive', left: left - 1 },
        };
        if (service.length > 1) return left > 0 ? [arrive] : NOTHING;
        const depart: Send<QueueCommand> = { to, after: event.service, command: DEPART };
        return left > 0 ? [arrive, depart] : [depart];
      }
      case 'Departed':
        return service.length > 0 ? [{ to, after: service[0] as Micros, command: DEPART }] : NOTHING;
    }
  },
};

/** Mean wait of a customer, in mean service times: load / (1 - load). */
export const MEAN_WAIT = LOAD / (1 - LOAD);

/**
 * How far the mean of that many waits may be from `MEAN_WAIT`: four standard errors. Waits of neighbours are alike, so the error is much
 * larger than that of independent ones: its square is load·(2 + 5·load - 4·load² + load³) / (1 - load)⁴ over the number (Daley 1968).
 */
export function waitTolerance(customers: number): number {
  const variance = (LOAD * (2 + 5 * LOAD - 4 * LOAD ** 2 + LOAD ** 3)) / (1 - LOAD) ** 4;
  return 4 * Math.sqrt(variance / customers);
}

/** That many customers come and go. */
export function mm1Workload(customers: number): Workload {
  return {
    model: queue as unknown as AnyModel,
    command: { type: 'arrive', left: customers - 1 } as QueueCommand,
    filling: 0,
    waiting: 1,
    events: 2 * customers,
    check(engine) {
      const { since, departed, waited } = engine.world.stateOf('mm1/all') as QueueState;
      assert(departed === customers && since.length === 0, `${departed} of ${customers} customers departed`);
      assert(engine.waiting === 0, 'nothing is left to happen');
      const mean_wait = waited / customers / SERVICE;
      assert(
        Math.abs(mean_wait - MEAN_WAIT) < waitTolerance(customers),
        `the mean wait ${mean_wait} is not ${MEAN_WAIT}`,
      );
      return { customers, mean_wait };
    },
  };
}
