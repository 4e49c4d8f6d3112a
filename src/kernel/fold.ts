/**
 * What the events of a log add up to, without what is pending: enough for a hash or a look at the world, and much faster than folding
 * with reactions (docs/performance.md).
 */
import { assert } from '../base/assert.ts';
import type { Replayed } from './engine.ts';
import type { AnyModel, Ref, Stamp } from './model.ts';
import { roots } from './roots.ts';
import { type SavedWorld, World } from './world.ts';

export class Fold {
  readonly world: World;
  /** Events folded so far. */
  count = 0;
  readonly #models: readonly AnyModel[];

  constructor(models: readonly AnyModel[], seed: string) {
    this.#models = [roots as unknown as AnyModel, ...models];
    this.world = new World(this.#models, seed);
  }

  /** Becomes a fold of so many events that came to this world; nothing may have been folded yet. */
  load(count: number, world: SavedWorld): void {
    this.world.load(world);
    this.count = count;
  }

  /** Folds the next event. */
  add({ seq, at, cause, entity: ref, draws, event }: Replayed): void {
    assert(seq === this.count, 'a log is folded in order and whole');
    const { world } = this;
    const entity = world.entity(ref as Ref);
    if (draws !== '') world.passOver(entity, draws);
    world.at = at;
    world.bear(entity);
    const stamp: Stamp = { seq, at, cause, entity: entity.id };
    (this.#models[entity.model] as AnyModel).evolve(entity.state, event, stamp);
    this.count += 1;
  }
}
