/**
 * The interface between the kernel and the domains. A command reaches an entity; its model decides events; each event
 * is stamped, folded into state by `evolve` and written to the log; `react` says which commands follow.
 */
import type { Micros } from '../base/units.ts';
import type { Shapes } from '../base/wire.ts';

/** Dense number of an entity, in order of first mention within one run. */
export type EntityId = number;

/** `model/name`, for example `vm/zookeeper-1`: how everything outside the kernel names an entity. */
export type Ref = `${string}/${string}`;

/**
 * Where an event stands: its number, its instant, the event that led to it (-1 for a root) and whose event it is. It is one object for all
 * events and holds for the call that it is given to.
 */
export interface Stamp {
  readonly seq: number;
  readonly at: Micros;
  readonly cause: number;
  readonly entity: EntityId;
}

/** What `decide` may know beyond the command and the state. */
export interface Context {
  readonly at: Micros;
  readonly entity: EntityId;
  /** The name after the model's, so that an entity can speak of itself. */
  readonly name: string;
  /** Number of the event that sent the command, -1 when the scenario did: a fact that a refusal can rest on. */
  readonly cause: number;
  /** Number that the first event of this decision will get, so that a second one can name it as a fact. */
  readonly next: number;
  /** Next number in [0, 1) of the stream of this entity and purpose (a word without blanks). Who draws must decide something. */
  draw(purpose: string): number;
}

/** Longer than any run: as `after` it withdraws the pending command of the same entity and key. */
export const NEVER = Number.POSITIVE_INFINITY;

/** A request to be delivered `after` microseconds. With a `key` it replaces the pending one of the same entity and key. */
export interface Send<C = unknown> {
  readonly to: EntityId | Ref;
  readonly after: Micros;
  readonly command: C;
  readonly key?: string;
}

/** The shared empty answer. */
export const NOTHING: readonly never[] = Object.freeze([]);

/** One step that brings an event up to date, from one version to the next. Pure, and total on the events of its version. */
export type Upcast = (old: AnyEvent) => AnyEvent;

/** One domain. The order of `events` is the order on disk: append only. */
export interface Model<S, C, E extends { type: string }> {
  readonly name: string;
  /** Versions above 1 of event kinds whose fields changed. */
  readonly versions?: { readonly [K in E['type']]?: number };
  /** The steps to those versions: the first makes version 2 of version 1, and so on without a gap. Never changed, never removed. */
  readonly upcasts?: { readonly [K in E['type']]?: readonly Upcast[] };
  readonly events: Shapes<E>;
  initial(): S;
  /** Pure: what becomes true because of this command. */
  decide(command: C, state: Readonly<S>, context: Context): readonly E[];
  /** The only writer of state. In place. */
  evolve(state: S, event: E, stamp: Stamp): void;
  /** Pure: what is asked next, of whom, after which delay, because of this event. */
  react(event: E, state: Readonly<S>, stamp: Stamp): readonly Send[];
}

// The kernel holds models of every domain in one list; their own types meet again in `models/index.ts`.
// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous list of generic models has no narrower type.
export type AnyModel = Model<any, any, any>;

/** An event as the kernel and the log see it. */
export interface AnyEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Read-only sight of the whole world, for flows. */
export interface View {
  readonly at: Micros;
  /** State of an entity, or undefined when nothing has ever happened to it. */
  state(model: string, name: string): unknown;
  /** Name (without the model's) of an entity. */
  nameOf(entity: EntityId): string;
  /** Every entity of a model with its state, in order of first mention. */
  each(model: string): Iterable<readonly [name: string, state: unknown]>;
}

/**
 * A process manager: the only code that knows two domains. Keyed by `model.Event`; pure; runs after the event was folded.
 */
export interface Flow {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: typed again by `defineFlow` in `flows/flow.ts`.
  readonly on: { readonly [kind: string]: (event: any, stamp: Stamp, world: View) => readonly Send[] };
}
