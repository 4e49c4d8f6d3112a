/** The states of all entities: a fold of the events, held by dense number. */

import { assert } from '../base/assert.ts';
import { createCanon } from '../base/canon.ts';
import { LONG_AGO, type Micros } from '../base/units.ts';
import { type Run, runsOf } from './draws.ts';
import { Few } from './few.ts';
import type { AnyModel, EntityId, Ref, View } from './model.ts';
import { type Alea, Stream } from './random.ts';

/** One entity. `born` is false until its first event: mentioned is not yet existing. */
export interface Entity {
  readonly id: EntityId;
  readonly ref: Ref;
  readonly name: string;
  readonly model: number;
  state: object;
  born: boolean;
  streams: Few<Stream> | undefined;
}

/** A world as plain data: entities in the order in which something first happened to them. */
export interface SavedWorld {
  readonly at: Micros;
  readonly entities: readonly {
    readonly ref: Ref;
    readonly state: object;
    readonly streams: readonly { readonly purpose: string; readonly alea: Alea; readonly taken: number }[];
  }[];
}

export class World implements View {
  at = LONG_AGO;
  readonly #seed: string;
  readonly #models: readonly AnyModel[];
  readonly #modelIndex: ReadonlyMap<string, number>;
  readonly #byRef = new Map<string, Entity>();
  readonly #byModel: Entity[][];
  readonly #born: Entity[] = [];
  /** What the texts of draws spell. */
  readonly #runs = new Map<string, readonly Run[]>();
  readonly entities: Entity[] = [];

  constructor(models: readonly AnyModel[], seed: string) {
    this.at = 0;
    this.#seed = seed;
    this.#models = models;
    this.#modelIndex = new Map(models.map((model, index) => [model.name, index]));
    assert(this.#modelIndex.size === models.length, 'every model has its own name');
    this.#byModel = models.map(() => []);
  }

  /** The entity of that reference, made on first mention. */
  entity(to: EntityId | Ref): Entity {
    if (typeof to === 'number') return this.entities[to] as Entity;
    return this.#byRef.get(to) ?? this.#mention(to);
  }

  #mention(ref: Ref): Entity {
    const slash = ref.indexOf('/');
    const model = this.#modelIndex.get(ref.slice(0, slash));
    assert(model !== undefined, `a command went to ${ref}, and there is no such model`);
    const entity: Entity = {
      id: this.entities.length,
      ref,
      name: ref.slice(slash + 1),
      model,
      state: (this.#models[model] as AnyModel).initial(),
      born: false,
      streams: undefined,
    };
    this.entities.push(entity);
    (this.#byModel[model] as Entity[]).push(entity);
    this.#byRef.set(ref, entity);
    return entity;
  }

  /** Says that something happened to an entity: it exists from now on. */
  bear(entity: Entity): void {
    if (entity.born) return;
    entity.born = true;
    this.#born.push(entity);
  }

  /** The random stream of an entity for a purpose. */
  stream(entity: Entity, purpose: string): Stream {
    return entity.streams?.get(purpose) ?? this.#firstDrawn(entity, purpose);
  }

  #firstDrawn(entity: Entity, purpose: string): Stream {
    const stream = new Stream(this.#seed, `${entity.ref}/${purpose}`);
    entity.streams ??= new Few();
    entity.streams.add(purpose, stream);
    return stream;
  }

  /** Leaves the random streams of an entity where a decision left them that drew what this text spells. */
  passOver(entity: Entity, draws: string): void {
    let runs = this.#runs.get(draws);
    if (runs === undefined) {
      runs = runsOf(draws);
      this.#runs.set(draws, runs);
    }
    for (const { purpose, count } of runs) this.stream(entity, purpose).skip(count);
  }

  /** Everything that has happened, as plain data: what `load` makes the same world of. */
  save(): SavedWorld {
    const entities = this.#born.map(({ ref, state, streams }) => ({
      ref,
      state,
      streams: [...(streams ?? [])].map(([purpose, { state: alea, taken }]) => ({ purpose, alea, taken })),
    }));
    return { at: this.at, entities };
  }

  /** Becomes a world that was saved; nothing may have been mentioned yet. */
  load({ at, entities }: SavedWorld): void {
    assert(this.entities.length === 0, 'a saved world is loaded into a new one');
    this.at = at;
    for (const { ref, state, streams } of entities) {
      const entity = this.#mention(ref);
      entity.state = state;
      this.bear(entity);
      for (const { purpose, alea, taken } of streams) this.stream(entity, purpose).place(alea, taken);
    }
  }

  stateOf(ref: Ref): unknown {
    const entity = this.#byRef.get(ref);
    return entity?.born === true ? entity.state : undefined;
  }

  nameOf(entity: EntityId): string {
    return (this.entities[entity] as Entity).name;
  }

  *each(model: string): Iterable<readonly [string, unknown]> {
    const index = this.#modelIndex.get(model);
    assert(index !== undefined, `there is no model ${model}`);
    for (const entity of this.#byModel[index] as Entity[]) if (entity.born) yield [entity.name, entity.state];
  }

  /** SHA-256 over every state and the position of every random stream, in the order in which something first happened to each. */
  hash(): string {
    const canon = createCanon();
    for (const { ref, state, streams } of this.#born) {
      canon.add(ref);
      canon.add(state);
      for (const [purpose, stream] of streams ?? []) canon.add([purpose, stream.taken]);
    }
    return canon.hex();
  }
}
