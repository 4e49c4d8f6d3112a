/**
 * Specs of a model that read as the domain: `spec.given(declared).at(5 * SECOND).when(command).then(event)`. Every `when` also checks that
 * deciding is pure and that each event has exactly the fields that the model declares.
 */
import { expect } from 'vitest';
import { createCanon } from '../../src/base/canon.ts';
import { formatDuration, type Micros } from '../../src/base/units.ts';
import type { Wire } from '../../src/base/wire.ts';
import type { Context, Model, Ref, Send, Stamp } from '../../src/kernel/model.ts';

/** The entity number that every spec's entity has; sends to itself carry it. */
export const ITSELF = 7;

/** Values that `draw` gives, by purpose; a list is handed out in order. */
export type Draws = Readonly<Record<string, number | readonly number[]>>;

type Typed = { readonly type: string };
type WhyOf<E> = E extends { readonly why: infer W extends string } ? W : never;

interface Step<E> {
  readonly at: Micros;
  readonly event: E;
}

/** SHA-256 of plain data. */
export function digest(value: unknown): string {
  const canon = createCanon();
  canon.add(value);
  return canon.hex();
}

/** Freezes plain data all the way down, so that a model that writes into what it was given throws. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

const whole = (value: unknown) => Number.isSafeInteger(value);
const list = (value: unknown, holds: (item: unknown) => boolean) =>
  Array.isArray(value) && value.every(holds);
const text = (value: unknown) => typeof value === 'string';
const fact = (value: unknown) => whole(value) && (value as number) >= -1;

const FITS: Readonly<Record<Wire, (value: unknown) => boolean>> = {
  int: whole,
  real: Number.isFinite,
  bool: (value) => typeof value === 'boolean',
  text,
  ints: (value) => list(value, whole),
  texts: (value) => list(value, text),
  seq: fact,
  seqs: (value) => list(value, fact),
  data: (value) => digest(value) !== '',
};

/** What is wrong with an event as its model declares it: fields missing, too many, or not of their wire. */
export function misfits(
  shapes: Readonly<Record<string, Readonly<Record<string, Wire>>>>,
  event: Typed,
): string[] {
  const shape = shapes[event.type];
  if (shape === undefined) return [`${event.type} is not declared`];
  const { type: _, ...fields } = event as Record<string, unknown> & Typed;
  const extra = Object.keys(fields).filter((field) => shape[field] === undefined);
  const wrong = Object.entries(shape).filter(
    ([field, wire]) => !(field in fields) || !FITS[wire](fields[field]),
  );
  return [
    ...extra.map((field) => `${event.type}.${field} is not declared`),
    ...wrong.map(
      ([field, wire]) => `${event.type}.${field} is not ${wire}: ${JSON.stringify(fields[field])}`,
    ),
  ];
}

/** What a spec file has shown so far. */
class Seen {
  readonly commands = new Set<string>();
  readonly events = new Set<string>();
  readonly whys = new Set<string>();

  note(event: Typed): void {
    this.events.add(event.type);
    if ('why' in event) this.whys.add(event.why as string);
  }
}

class Scene<S, C extends Typed, E extends Typed> {
  readonly #model: Model<S, C, E>;
  readonly #ref: Ref;
  readonly #seen: Seen;
  readonly #steps: readonly Step<E>[];
  readonly #now: Micros;
  readonly #draws: Draws;

  constructor(
    model: Model<S, C, E>,
    ref: Ref,
    seen: Seen,
    steps: readonly Step<E>[],
    now: Micros,
    draws: Draws,
  ) {
    this.#model = model;
    this.#ref = ref;
    this.#seen = seen;
    this.#steps = steps;
    this.#now = now;
    this.#draws = draws;
  }

  #with(steps: readonly Step<E>[], now: Micros, draws: Draws): Scene<S, C, E> {
    return new Scene(this.#model, this.#ref, this.#seen, steps, now, draws);
  }

  /** These became true, in order, now. */
  given(...events: readonly E[]): Scene<S, C, E> {
    const more = events.map((event) => ({ at: this.#now, event: frozen(event) }));
    return this.#with([...this.#steps, ...more], this.#now, this.#draws);
  }

  /** Moves to an instant. What is given or asked next happens then. */
  at(now: Micros): Scene<S, C, E> {
    expect(now, 'a spec goes forward in time').toBeGreaterThanOrEqual(this.#now);
    return this.#with(this.#steps, now, this.#draws);
  }

  /** What the random streams give. Without this, drawing is an error. */
  draws(draws: Draws): Scene<S, C, E> {
    return this.#with(this.#steps, this.#now, { ...this.#draws, ...draws });
  }

  #stamp(seq: number, at: Micros): Stamp {
    return { seq, at, cause: seq - 1, entity: ITSELF };
  }

  /** The state after everything given. */
  state(): S {
    const state = this.#model.initial();
    this.#steps.forEach(({ at, event }, seq) => {
      this.#model.evolve(state, event, this.#stamp(seq, at));
    });
    return state;
  }

  #context(): Context {
    const taken = new Map<string, number>();
    const draws = this.#draws;
    return {
      at: this.#now,
      entity: ITSELF,
      name: this.#ref.slice(this.#ref.indexOf('/') + 1),
      cause: this.#steps.length - 1,
      next: this.#steps.length,
      draw(purpose) {
        const n = taken.get(purpose) ?? 0;
        taken.set(purpose, n + 1);
        const values = draws[purpose];
        const value = typeof values === 'number' ? values : values?.[n];
        if (value === undefined) throw new Error(`the spec gives no draw ${n + 1} for ${purpose}`);
        return value;
      },
    };
  }

  /** Asks the command and checks that deciding wrote nothing and gives the same again. */
  when(command: C): Outcome<S, C, E> {
    this.#seen.commands.add(command.type);
    const story = this.#story(command);
    const state = this.state();
    const before = digest(state);
    const events = this.#model.decide(frozen(command), state, this.#context());
    const again = this.#model.decide(command, state, this.#context());
    expect(digest(state), `${story}\ndecide wrote into the state`).toBe(before);
    expect(again, `${story}\ndecided otherwise the second time`).toEqual(events);
    for (const event of events) {
      this.#seen.note(event);
      expect(misfits(this.#model.events as never, event), story).toEqual([]);
    }
    return new Outcome(this.given(...events), events, story);
  }

  /** What the last event given makes the model ask. */
  asks(...sends: readonly Send[]): Scene<S, C, E> {
    const last = this.#steps.length - 1;
    const { event, at } = this.#steps[last] as Step<E>;
    const asked = this.#model.react(event, this.state(), this.#stamp(last, at));
    expect(asked, `${this.#story()}\nasks`).toEqual(sends);
    return this;
  }

  #story(command?: C): string {
    const lines = this.#steps.map(
      ({ at, event }, seq) => `  #${seq} ${formatDuration(at)} ${JSON.stringify(event)}`,
    );
    const asked =
      command === undefined ? '' : `\nwhen ${formatDuration(this.#now)} ${JSON.stringify(command)}`;
    return `${this.#ref}\ngiven\n${lines.join('\n') || '  nothing'}${asked}`;
  }
}

class Outcome<S, C extends Typed, E extends Typed> {
  /** The scene after what was decided. */
  readonly after: Scene<S, C, E>;
  readonly events: readonly E[];
  readonly #story: string;

  constructor(after: Scene<S, C, E>, events: readonly E[], story: string) {
    this.after = after;
    this.events = events;
    this.#story = story;
  }

  /** Exactly these became true; none means that nothing did. The scene goes on after them. */
  // biome-ignore lint/suspicious/noThenProperty: given, when, then; an outcome is never awaited.
  then(...events: readonly E[]): Scene<S, C, E> {
    expect(this.events, this.#story).toEqual(events);
    return this.after;
  }

  /** Names of the events only, where a spec is about the sequence. */
  types(...types: readonly E['type'][]): Scene<S, C, E> {
    expect(
      this.events.map((event) => event.type),
      this.#story,
    ).toEqual(types);
    return this.after;
  }
}

/** The specs of one model. Each chain that starts here begins with an entity to which nothing ever happened. */
class Specs<S, C extends Typed, E extends Typed> extends Scene<S, C, E> {
  readonly #model: Model<S, C, E>;
  readonly #seen: Seen;

  constructor(model: Model<S, C, E>, ref: Ref) {
    const seen = new Seen();
    super(model, ref, seen, [], 0, {});
    this.#model = model;
    this.#seen = seen;
  }

  /** For the end of a file: every command was asked, every event decided and every refusal seen by the specs above. */
  shown(commands: Readonly<Record<C['type'], true>>, whys: Readonly<Record<WhyOf<E>, true>>): void {
    expect([...this.#seen.commands].sort(), 'commands asked').toEqual(Object.keys(commands).sort());
    expect([...this.#seen.events].sort(), 'events decided').toEqual(Object.keys(this.#model.events).sort());
    expect([...this.#seen.whys], 'refusals decided').toEqual(expect.arrayContaining(Object.keys(whys)));
  }
}

/** Starts the specs of a model; the reference names the entity they are about. */
export function specify<S, C extends Typed, E extends Typed>(
  model: Model<S, C, E>,
  ref: Ref,
): Specs<S, C, E> {
  return new Specs(model, ref);
}

/** A send of the spec's entity to itself. */
export function itself<C>(after: Micros, command: C, key?: string): Send<C> {
  return key === undefined ? { to: ITSELF, after, command } : { to: ITSELF, after, command, key };
}

/** A dotted quad as the unsigned number that models hold. */
export function ip(quad: string): number {
  return quad.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
