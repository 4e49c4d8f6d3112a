/**
 * The loop: take the first pending command, decide, stamp, fold, record, react. `apply` is the one way an event becomes true, live or
 * from a log, so that pending commands and random streams are folds of the log like everything else.
 */
import { assert, Fault } from '../base/assert.ts';
import { BOUNDS, type Bounds } from '../base/bounds.ts';
import { LONG_AGO, type Micros } from '../base/units.ts';
import type { Wire } from '../base/wire.ts';
import { Agenda, type Pending } from './agenda.ts';
import { Draws } from './draws.ts';
import { Few } from './few.ts';
import {
  type AnyEvent,
  type AnyModel,
  type Context,
  type EntityId,
  type Flow,
  NEVER,
  type Ref,
  type Send,
  type Stamp,
} from './model.ts';
import { type Ask, ROOT, type RootEvent, roots } from './roots.ts';
import { type Entity, World } from './world.ts';

/** Where events go once they are true. */
export interface Recorder {
  /** `kind` counts in the engine's table; the stamp holds for this call. */
  append(kind: number, stamp: Stamp, draws: string, event: AnyEvent): void;
}

/** An event as it was read back. */
export interface Replayed {
  readonly seq: number;
  readonly at: Micros;
  readonly cause: number;
  readonly entity: string;
  readonly kind: number;
  readonly draws: string;
  readonly event: AnyEvent;
}

/** One kind of event: its model, its name and how its fields are written. */
export interface EventKind {
  readonly model: string;
  readonly type: string;
  readonly version: number;
  readonly fields: readonly (readonly [string, Wire])[];
}

/** Why `run` returned. A bound names itself and the loop that hit it. */
export type Ending =
  | { readonly reason: 'quiet' | 'until' | 'paused' }
  | {
      readonly reason: 'bound';
      readonly bound: keyof Bounds;
      readonly limit: number;
      readonly loop: readonly string[];
    };

export interface EngineOptions {
  readonly seed: string;
  /** Breaks ties by a hash seeded with this instead of by order of issue: a race detector for models. 0 is off. */
  readonly ties?: number;
  readonly bounds?: Partial<Bounds>;
}

/** How many events are remembered to name a loop. A power of two. */
const RECENT = 256;

/** So many events are delivered in one go: V8 then compiles the loop once, as a function that is called often, and not also under way. */
const STRETCH = 512;

const ROOTS = roots as unknown as AnyModel;

type Reaction = (event: AnyEvent, stamp: Stamp, world: World) => readonly Send[];

/** Every model that can be in a run, the kernel's own first. The order numbers the kinds of events, so it is append only. */
export function allKinds(models: readonly AnyModel[]): EventKind[] {
  return [ROOTS, ...models].flatMap((model) =>
    Object.entries(model.events as Record<string, Record<string, Wire>>).map(([type, fields]) => ({
      model: model.name,
      type,
      version: (model.versions as Record<string, number> | undefined)?.[type] ?? 1,
      fields: Object.entries(fields),
    })),
  );
}

export class Engine {
  readonly world: World;
  readonly kinds: readonly EventKind[];
  readonly #models: readonly AnyModel[];
  readonly #agenda = new Agenda();
  readonly #kindOf: readonly Few<number>[];
  readonly #reactions: readonly (readonly Reaction[])[];
  readonly #bounds: Bounds;
  readonly #ties: number;
  readonly #context: DecideContext;
  // One for all events, filled anew for each: a stamp is only looked at while its event is being folded and answered.
  readonly #stamp = { seq: 0, at: LONG_AGO, cause: -1, entity: 0 };
  // What happened last, as rings: cheap to keep, and enough to name what went round when a bound is hit.
  readonly #recentEntities = new Int32Array(RECENT);
  readonly #recentKinds = new Int32Array(RECENT);
  #issued = 0;
  #seq = 0;
  #instant = LONG_AGO;
  #eventsAtInstant = 0;
  /** While a log is folded up to an instant: that instant. */
  #horizon = LONG_AGO;
  recorder: Recorder | undefined;

  constructor(models: readonly AnyModel[], flows: readonly Flow[], options: EngineOptions) {
    this.#models = [ROOTS, ...models];
    this.kinds = allKinds(models);
    this.#kindOf = this.#models.map(() => new Few());
    const modelIndex = new Map(this.#models.map((model, index) => [model.name, index]));
    this.kinds.forEach((kind, index) => {
      this.#kindOf[modelIndex.get(kind.model) as number]?.add(kind.type, index);
    });
    this.#reactions = this.kinds.map(({ model, type }) =>
      flows.flatMap((flow) => {
        const react = flow.on[`${model}.${type}`];
        return react === undefined ? [] : [react];
      }),
    );
    const known = new Set(this.kinds.map(({ model, type }) => `${model}.${type}`));
    for (const flow of flows)
      for (const kind of Object.keys(flow.on))
        assert(known.has(kind), `flow ${flow.name} waits for ${kind}, which no model has`);
    this.#bounds = { ...BOUNDS, ...options.bounds };
    this.#ties = options.ties ?? 0;
    this.world = new World(this.#models, options.seed);
    this.#context = new DecideContext(this, this.#agenda);
  }

  /** Number of events so far; the next event gets this number. */
  get count(): number {
    return this.#seq;
  }

  get now(): Micros {
    return this.world.at;
  }

  /** How many commands are pending. */
  get waiting(): number {
    return this.#agenda.size;
  }

  /** Every pending command in order of delivery. */
  pending(): Pending[] {
    return this.#agenda.list();
  }

  /** Makes what a scenario asks into root events, now. Returns their numbers. */
  ask(asks: readonly Ask[]): number[] {
    return asks.map((ask) => {
      assert(ask.due >= this.now, 'nothing is asked of the past');
      return this.#root({ type: 'Asked', ...ask });
    });
  }

  /** Takes back an earlier ask that is still pending. */
  withdraw(ask: number, to: Ref): void {
    this.#root({ type: 'Withdrawn', ask, to });
  }

  #root(event: RootEvent): number {
    const seq = this.#seq;
    this.#apply(this.world.entity(ROOT), event as unknown as AnyEvent, -1, '');
    return seq;
  }

  /**
   * Delivers commands in order up to and including the instant `until`. Stops early when nothing is pending, when a bound is reached, or
   * after `most` events, in which case a further call goes on as if nothing had happened.
   */
  run(until: Micros, most = Number.POSITIVE_INFINITY): Ending {
    const stopAt = this.#seq + most;
    for (;;) {
      const bound = this.#deliver(until, Math.min(stopAt, this.#seq + STRETCH));
      if (bound !== undefined)
        return { reason: 'bound', bound, limit: this.#bounds[bound], loop: this.#loop() };
      if (this.#agenda.size === 0) return { reason: 'quiet' };
      if (this.#agenda.next > until) break;
      if (this.#seq >= stopAt) return { reason: 'paused' };
    }
    this.world.at = until;
    return { reason: 'until' };
  }

  // Does nothing but go round: a step taken only once in a while would make V8 compile the loop anew each time.
  #deliver(until: Micros, stopAt: number): keyof Bounds | undefined {
    const agenda = this.#agenda;
    const context = this.#context;
    while (this.#seq < stopAt) {
      const command = agenda.take(until);
      if (command === undefined) return undefined;
      const { at, to, cause } = agenda;
      const entity = this.world.entities[to] as Entity;
      this.world.at = at;
      context.enter(entity);
      const events = (this.#models[entity.model] as AnyModel).decide(command, entity.state, context);
      const draws = context.drawn;
      if (draws !== '' && events.length === 0)
        throw new Fault(`${entity.ref} drew a number and decided nothing`);
      for (let i = 0; i < events.length; i += 1)
        this.#apply(entity, events[i] as AnyEvent, cause, i === 0 ? draws : '');
      const bound = this.#boundReached();
      if (bound !== undefined) return bound;
    }
    return undefined;
  }

  /**
   * Folds the events of a log up to an instant, at which it then stands: what was due by then has been delivered. Only what is due later
   * needs to be pending on the way.
   */
  fold(events: Iterable<Replayed>, at: Micros): void {
    this.#horizon = at;
    for (const recorded of events) {
      if (recorded.at > at) break;
      this.replay(recorded);
    }
    this.#horizon = LONG_AGO;
    this.settle(Math.max(at, this.now));
  }

  /** Folds one event of a log: state, pending commands and stream positions become what they were after it. Decides nothing. */
  replay(recorded: Replayed): void {
    assert(recorded.seq === this.#seq, 'a log is folded in order and whole');
    this.#agenda.drop(recorded.at, false);
    this.world.at = recorded.at;
    const entity = this.world.entity(recorded.entity as Ref);
    if (recorded.draws !== '') this.world.passOver(entity, recorded.draws);
    this.#apply(entity, recorded.event, recorded.cause, recorded.draws);
  }

  /** Ends a fold at an instant: what was due by then has been delivered. */
  settle(at: Micros): void {
    assert(at >= this.now, 'a fold settles at or after its last event');
    this.#agenda.drop(at, true);
    this.world.at = at;
  }

  #apply(entity: Entity, event: AnyEvent, cause: number, draws: string): void {
    const at = this.world.at;
    const model = this.#models[entity.model] as AnyModel;
    const kind = (this.#kindOf[entity.model] as Few<number>).get(event.type);
    if (kind === undefined) throw new Fault(`${model.name} decided ${event.type}, which it does not declare`);
    const stamp = this.#stamp;
    stamp.seq = this.#seq++;
    stamp.at = at;
    stamp.cause = cause;
    stamp.entity = entity.id;
    if (at === this.#instant) this.#eventsAtInstant += 1;
    else {
      this.#instant = at;
      this.#eventsAtInstant = 1;
    }
    this.#recentEntities[stamp.seq & (RECENT - 1)] = entity.id;
    this.#recentKinds[stamp.seq & (RECENT - 1)] = kind;
    this.world.bear(entity);
    model.evolve(entity.state, event, stamp);
    this.recorder?.append(kind, stamp, draws, event);
    const sends = model.react(event, entity.state, stamp);
    for (let i = 0; i < sends.length; i += 1) this.#post(sends[i] as Send, stamp);
    const reactions = this.#reactions[kind] as readonly Reaction[];
    for (let i = 0; i < reactions.length; i += 1) {
      const asked = (reactions[i] as Reaction)(event, stamp, this.world);
      for (let j = 0; j < asked.length; j += 1) this.#post(asked[j] as Send, stamp);
    }
  }

  #post(send: Send, stamp: Stamp): void {
    const issued = this.#issued++;
    const to = typeof send.to === 'number' ? send.to : this.world.entity(send.to).id;
    const { after } = send;
    const due = stamp.at + after;
    if (!Number.isSafeInteger(after) || after < 0 || due <= this.#horizon) {
      this.#withdraw(to, send);
      return;
    }
    const tie = this.#ties === 0 ? issued : shuffled(issued, this.#ties, stamp.entity, due);
    this.#agenda.add(due, tie, to, stamp.seq, send.key, send.command);
  }

  /** For a send that nothing will be pending of: it is never due, or was before the instant up to which a log is being folded. */
  #withdraw(to: EntityId, { after, key }: Send): void {
    if (after === NEVER) assert(key !== undefined, 'only a keyed send can be withdrawn');
    else
      assert(
        Number.isSafeInteger(after) && after >= 0,
        'a delay is a whole number of microseconds, not negative',
      );
    if (key !== undefined) this.#agenda.withdraw(to, key);
  }

  #boundReached(): keyof Bounds | undefined {
    const bounds = this.#bounds;
    if (this.#eventsAtInstant >= bounds.eventsPerInstant) return 'eventsPerInstant';
    if (this.#agenda.size > bounds.pending) return 'pending';
    if (this.world.entities.length > bounds.entities) return 'entities';
    if (this.#seq >= bounds.events) return 'events';
    return undefined;
  }

  /** What goes round: the shortest period of what happened last, or just the last few when nothing repeats. */
  #loop(): string[] {
    const count = Math.min(this.#seq, RECENT);
    const names = Array.from({ length: count }, (_, i) => {
      const place = (this.#seq - count + i) & (RECENT - 1);
      const { ref } = this.world.entities[this.#recentEntities[place] as number] as Entity;
      return `${ref} ${this.kinds[this.#recentKinds[place] as number]?.type}`;
    });
    for (let period = 1; period <= count / 2; period += 1) {
      if (names.every((name, i) => i < period || name === names[i - period])) return names.slice(-period);
    }
    return [...new Set(names.slice(-8))];
  }
}

/** The context handed to every decision: one object, entered anew each time, so that deciding allocates nothing. */
class DecideContext implements Context {
  readonly #engine: Engine;
  readonly #world: World;
  readonly #agenda: Agenda;
  #entity: Entity | undefined;
  readonly #none = new Draws();
  #draws = this.#none;

  constructor(engine: Engine, agenda: Agenda) {
    this.#engine = engine;
    this.#world = engine.world;
    this.#agenda = agenda;
  }

  enter(entity: Entity): void {
    this.#entity = entity;
    this.#draws = this.#none;
  }

  get at(): Micros {
    return this.#agenda.at;
  }

  get entity(): EntityId {
    return (this.#entity as Entity).id;
  }

  get cause(): number {
    return this.#agenda.cause;
  }

  get next(): number {
    return this.#engine.count;
  }

  get name(): string {
    return (this.#entity as Entity).name;
  }

  /** What this decision drew, as the log spells it. */
  get drawn(): string {
    return this.#draws.text;
  }

  draw(purpose: string): number {
    this.#draws = this.#draws.and(purpose);
    return this.#world.stream(this.#entity as Entity, purpose).draw();
  }
}

/**
 * A seeded order of those who ask something for one instant. What one entity asks stays in order, as messages of one sender do; the issue
 * number in the low bits sees to that, and to each order being unique.
 */
function shuffled(issued: number, ties: number, sender: EntityId, due: Micros): number {
  let mixed = Math.imul(
    sender ^ Math.imul(ties, 0x9e3779b1) ^ Math.imul(due % 2 ** 32, 0xcc9e2d51),
    0x85ebca6b,
  );
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = (mixed ^ (mixed >>> 16)) >>> 0;
  return (mixed & 0x1fffff) * 2 ** 32 + (issued % 2 ** 32);
}
