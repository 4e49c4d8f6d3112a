/** The states of all entities: a fold of the events, held by dense number. */

import { assert, Fault } from '../base/assert.ts';
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
  /** Draws of a log, by purpose, as long as none was made anew: they are counted, and streams made only when a number is wanted. */
  counted: Few<Counted> | undefined;
}

interface Counted {
  taken: number;
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
  /** Entities of each model by name, in the order of first mention. */
  readonly #byModel: ReadonlyMap<string, Map<string, Entity>>;
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
    this.#byModel = new Map(models.map((model) => [model.name, new Map()]));
  }

  /** The entity of that reference, made on first mention. */
  entity(to: EntityId | Ref): Entity {
    if (typeof to === 'number') return this.entities[to] as Entity;
    return this.#byRef.get(to) ?? this.#mention(to);
  }

  #mention(ref: Ref): Entity {
    const slash = ref.indexOf('/');
    const [modelName, name] = [ref.slice(0, slash), ref.slice(slash + 1)];
    const model = this.#modelIndex.get(modelName);
    assert(model !== undefined, `a command went to ${ref}, and there is no such model`);
    const entity: Entity = {
      id: this.entities.length,
      ref,
      name,
      model,
      state: (this.#models[model] as AnyModel).initial(),
      born: false,
      streams: undefined,
      counted: undefined,
    };
    this.entities.push(entity);
    this.#named(modelName).set(name, entity);
    this.#byRef.set(ref, entity);
    return entity;
  }

  /** Says that something happened to an entity: it exists from now on. */
  bear(entity: Entity): void {
    // Compared, because V8 asks a field for five things that could be false before it takes it for true.
    if (entity.born === true) return;
    entity.born = true;
    this.#born.push(entity);
  }

  /** The random stream of an entity for a purpose. */
  stream(entity: Entity, purpose: string): Stream {
    return entity.streams?.get(purpose) ?? this.#firstDrawn(entity, purpose);
  }

  #firstDrawn(entity: Entity, purpose: string): Stream {
    this.#makeCounted(entity);
    return entity.streams?.get(purpose) ?? this.#addStream(entity, purpose);
  }

  /** Makes the streams whose draws were only counted, in the same order. */
  #makeCounted(entity: Entity): void {
    for (const [purpose, { taken }] of entity.counted ?? []) this.#addStream(entity, purpose).skip(taken);
    entity.counted = undefined;
  }

  #addStream(entity: Entity, purpose: string): Stream {
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
    for (const { purpose, count } of runs) {
      if (entity.streams === undefined) this.#count(entity, purpose, count);
      else this.stream(entity, purpose).skip(count);
    }
  }

  #count(entity: Entity, purpose: string, count: number): void {
    entity.counted ??= new Few();
    const counted = entity.counted.get(purpose);
    if (counted === undefined) entity.counted.add(purpose, { taken: count });
    else counted.taken += count;
  }

  /** Everything that has happened, as plain data: what `load` makes the same world of. */
  save(): SavedWorld {
    const entities = this.#born.map((entity) => {
      this.#makeCounted(entity);
      const { ref, state, streams = [] } = entity;
      const saved = [...streams].map(([purpose, { state: alea, taken }]) => ({ purpose, alea, taken }));
      return { ref, state, streams: saved };
    });
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

  #named(model: string): Map<string, Entity> {
    const named = this.#byModel.get(model);
    if (named === undefined) throw new Fault(`there is no model ${model}`);
    return named;
  }

  /** State of the entity of that reference, or undefined when nothing has ever happened to it. */
  stateOf(ref: Ref): unknown {
    return bornState(this.#byRef.get(ref));
  }

  state(model: string, name: string): unknown {
    return bornState(this.#named(model).get(name));
  }

  nameOf(entity: EntityId): string {
    return (this.entities[entity] as Entity).name;
  }

  *each(model: string): Iterable<readonly [string, unknown]> {
    for (const { name, born, state } of this.#named(model).values()) if (born) yield [name, state];
  }

  /** SHA-256 over every state and the position of every random stream, in the order in which something first happened to each. */
  hash(): string {
    const canon = createCanon();
    for (const { ref, state, streams, counted } of this.#born) {
      canon.add(ref);
      canon.add(state);
      for (const [purpose, { taken }] of streams ?? counted ?? []) canon.add([purpose, taken]);
    }
    return canon.hex();
  }
}

const bornState = (entity: Entity | undefined): unknown => (entity?.born === true ? entity.state : undefined);
