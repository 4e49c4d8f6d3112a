/**
 * The M/M/1 workload: customers come at random, one server serves them in turn, load 0.8. Two events a customer, an arrival and a
 * departure; how long customers wait is compared with what queueing theory says.
 */
import { assert } from '../src/base/assert.ts';
import { exponential } from '../src/base/chance.ts';
import { type Micros, nearest, SECOND } from '../src/base/units.ts';
import { type AnyModel, type Model, NOTHING, type Send } from '../src/kernel/model.ts';
import type { Workload } from './measure.ts';

type QueueCommand =
  | { readonly type: 'open'; readonly customers: number }
  | { readonly type: 'arrive' | 'depart' };
type QueueEvent =
  | { readonly type: 'Opened'; readonly customers: number }
  /** The next one comes after `gap`, if one does. */
  | { readonly type: 'Arrived'; readonly gap: Micros; readonly service: Micros }
  | { readonly type: 'Departed' };

interface QueueState {
  /** Customers that are still to come. */
  left: number;
  /** When the customers came that are here, and how long each takes; the first is being served. */
  since: Micros[];
  service: Micros[];
  departed: number;
  waited: Micros;
}

const LOAD = 0.8;
/** Mean time that a customer takes. */
const SERVICE = SECOND;
const ARRIVE: QueueCommand = { type: 'arrive' };
const DEPART: QueueCommand = { type: 'depart' };
const DEPARTED: readonly QueueEvent[] = [{ type: 'Departed' }];

const queue: Model<QueueState, QueueCommand, QueueEvent> = {
  name: 'mm1',
  events: { Opened: { customers: 'int' }, Arrived: { gap: 'int', service: 'int' }, Departed: {} },
  initial: () => ({ left: 0, since: [], service: [], departed: 0, waited: 0 }),
  decide(command, _state, context) {
    switch (command.type) {
      case 'open':
        return [{ type: 'Opened', customers: command.customers }];
      case 'arrive': {
        const gap = nearest(exponential(context.draw('interarrival'), SERVICE / LOAD));
        const service = nearest(exponential(context.draw('service'), SERVICE));
        return [{ type: 'Arrived', gap, service }];
      }
      case 'depart':
        return DEPARTED;
    }
  },
  evolve(state, event, { at }) {
    switch (event.type) {
      case 'Opened':
        state.left = event.customers;
        return;
      case 'Arrived': {
        const { service } = event;
        state.left -= 1;
        state.since.push(at);
        state.service.push(service);
        return;
      }
      case 'Departed':
        state.since.shift();
        state.service.shift();
        state.departed += 1;
        if (state.since.length > 0) state.waited += at - (state.since[0] as Micros);
    }
  },
  react(event, { left, service }, { entity: to }): readonly Send<QueueCommand>[] {
    switch (event.type) {
      case 'Opened':
        return [{ to, after: 0, command: ARRIVE }];
      case 'Arrived': {
        const arrive = { to, after: event.gap, command: ARRIVE };
        if (service.length > 1) return left > 0 ? [arrive] : NOTHING;
        const depart = { to, after: event.service, command: DEPART };
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
    command: { type: 'open', customers } as QueueCommand,
    filling: 1,
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
