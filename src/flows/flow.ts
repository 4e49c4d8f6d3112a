/** How a flow is written: the typed sight of every model's events, states and commands. */
import type { Micros } from '../base/units.ts';
import { type Flow, NEVER, type Ref, type Send, type Stamp, type View } from '../kernel/model.ts';
import type { CommandOf, EventNamed, KindName, ModelName, StateOf } from '../models/index.ts';

/** The world as flows see it: states by model and name. */
export interface Sight {
  readonly at: Micros;
  /** State of an entity, or undefined when nothing has ever happened to it. */
  state<M extends ModelName>(model: M, name: string): Readonly<StateOf<M>> | undefined;
  /** Every entity of a model, in order of first mention. */
  each<M extends ModelName>(model: M): Iterable<readonly [name: string, state: Readonly<StateOf<M>>]>;
}

/** What a reaction is told: the event's own fields, the entity it happened to, and where it stands. */
export interface Seen<E> {
  readonly event: E;
  readonly name: string;
  readonly stamp: Stamp;
  readonly world: Sight;
}

/** Reactions by `model.Event`. Pure: they may look at the world and ask; they keep nothing. */
export type Reactions = { readonly [K in KindName]?: (seen: Seen<EventNamed<K>>) => readonly Send[] };

/** Asks a command of an entity, now or `after` a delay, replacing the pending one of the same `key`. */
export function ask<M extends ModelName>(
  model: M,
  name: string,
  command: CommandOf<M>,
  after: Micros = 0,
  key?: string,
): Send {
  const to: Ref = `${model}/${name}`;
  return key === undefined ? { to, after, command } : { to, after, command, key };
}

/** Takes back what was asked of an entity under a key and is still pending. */
export function withdraw(model: ModelName, name: string, key: string): Send {
  return { to: `${model}/${name}`, after: NEVER, command: null, key };
}

/** What a world shows, typed. */
export const sightOf = (view: View): Sight => view as Sight;

/** Makes a flow out of typed reactions. */
export function defineFlow(name: string, reactions: Reactions): Flow {
  const on: Record<string, Flow['on'][string]> = {};
  for (const [kind, react] of Object.entries(reactions)) {
    on[kind] = (event, stamp, view) =>
      (react as (seen: Seen<unknown>) => readonly Send[])({
        event,
        name: view.nameOf(stamp.entity),
        stamp,
        world: sightOf(view),
      });
  }
  return { name, on };
}
