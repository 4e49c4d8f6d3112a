/** Makes a failing world smaller while the same rule goes on failing, so that what is left is what matters. */
import { runWorld } from './run.ts';
import type { Plain } from './site.ts';
import type { Failed } from './tally.ts';
import { type RandomWorld, textOf } from './world.ts';

type Path = readonly (string | number)[];

/** Keys without which a scenario says nothing. */
const KEPT = new Set(['version', 'until', 'at', 'start', 'seed']);

/** Every value that could be left out, large ones before their parts. */
function* parts(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : Object.entries(value);
  for (const [key] of entries.reverse()) if (!KEPT.has(`${key}`)) yield [...path, key];
  for (const [key, below] of entries) yield* parts(below, [...path, key]);
}

function without(value: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.toSpliced(key as number, 1);
    return (key as number) < value.length
      ? value.with(key as number, without(value[key as number], rest))
      : value;
  }
  if (typeof value !== 'object' || value === null || key === undefined) return value;
  const { [key]: below, ...others } = value as Plain;
  return rest.length === 0 ? others : { ...value, [key]: without(below, rest) };
}

const has = (value: unknown, path: Path): boolean => {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return false;
    here = (here as Plain)[key];
  }
  return true;
};

class Shrinker {
  failed: Failed;
  readonly #isOver: () => boolean;

  constructor(failed: Failed, isOver: () => boolean) {
    this.failed = failed;
    this.#isOver = isOver;
  }

  /** Takes a smaller world when it fails alike. */
  #try(world: RandomWorld): boolean {
    if (this.#isOver()) return false;
    const { violation } = runWorld(world);
    if (violation?.rule !== this.failed.violation.rule) return false;
    this.failed = { world, violation };
    return true;
  }

  #scenario(scenario: unknown): boolean {
    return this.#try({ ...this.failed.world, scenario: scenario as Plain });
  }

  /** Leaves out runs of actions, half of them at first. */
  #actions(): void {
    const all = () => this.failed.world.scenario['do'] as Plain[];
    for (let size = Math.ceil(all().length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
      for (let at = 0; at < all().length && !this.#isOver(); ) {
        const fewer = all().toSpliced(at, size);
        if (!this.#scenario({ ...this.failed.world.scenario, do: fewer })) at += size;
      }
  }

  shrink(): Failed {
    this.#try({ ...this.failed.world, ties: 0 });
    this.#actions();
    for (let before = ''; before !== textOf(this.failed.world.scenario) && !this.#isOver(); ) {
      before = textOf(this.failed.world.scenario);
      for (const path of [...parts(this.failed.world.scenario)]) {
        const { scenario } = this.failed.world;
        if (has(scenario, path)) this.#scenario(without(scenario, path));
      }
    }
    return this.failed;
  }
}

/** The smallest world found before `isOver` says so. */
export const shrink = (failed: Failed, isOver: () => boolean): Failed =>
  new Shrinker(failed, isOver).shrink();

/** A shrunk world as it is printed: the scenario, and what else its run needs. */
export function smallText({ world, violation }: Failed): string {
  const more = world.ties === 0 ? '' : ` --ties ${world.ties}`;
  return `made small, it is this scenario${more} (${violation.what}):\n${textOf(world.scenario)}`;
}
