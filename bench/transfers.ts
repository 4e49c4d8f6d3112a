/** What one start and one finish of a transfer cost among many: the shares of all of them follow from each. */
import { assert } from '../src/base/assert.ts';
import type { Stamp } from '../src/kernel/model.ts';
import { fabric } from '../src/models/fabric/decide.ts';
import type { FabricEvent } from '../src/models/fabric/events.ts';
import { Clock } from './measure.ts';

/** How many transfers are under way. */
const CONCURRENT = [100, 1_000, 10_000];

/**
 * Ways of sharing: all on one path; each of 1,000 machines on a link of its own behind a proxy; the same, half of them on narrow links;
 * all on one path again, and called off instead of finished; and 100 proxies that have nothing to do with each other, each before ten
 * machines whose links together are hardly wider than it, so that every end makes them hold what the proxy held before.
 */
const SHAPES = ['one path', 'own links', 'narrow links', 'called off', 'apart'] as const;
type Shape = (typeof SHAPES)[number];

const MACHINES = 1_000;
const PROXIES = 100;
const [WIDE, NARROW, SHARED] = [1e9, 1e6, 10e9];
/** How long is measured, in seconds, and how many turns are done between looks at the clock. */
const [LONG, TURNS] = [1, 20];

/** One row: the cost of a turn, which is a start and a finish, and that cost over the one among the fewest. */
export interface Turned {
  readonly shape: Shape;
  readonly concurrent: number;
  readonly us: number;
  readonly ratio: number;
}

/** Bits per second of a machine's link. */
function nicOf(shape: Shape, i: number): number {
  if (shape === 'apart') return (SHARED / MACHINES) * 1.005;
  return shape === 'narrow links' && i % 2 === 1 ? NARROW : WIDE;
}

class Net {
  readonly #state = fabric.initial();
  readonly #shape: Shape;
  #seq = 0;
  #ended = 0;
  #begun = 0;

  constructor(shape: Shape, concurrent: number) {
    this.#shape = shape;
    const proxies = shape === 'apart' ? PROXIES : 1;
    for (let i = 0; i < proxies; i += 1)
      this.#tell({ type: 'LinkSet', link: this.#proxy(i), rate: SHARED / proxies });
    for (let i = 0; i < MACHINES; i += 1)
      this.#tell({ type: 'LinkSet', link: this.#nic(i), rate: nicOf(shape, i) });
    for (let i = 0; i < concurrent; i += 1) this.#start();
    assert(this.#state.transfers.size === concurrent, 'all are under way');
  }

  #proxy(i: number): string {
    return `proxy/${this.#shape === 'apart' ? i % PROXIES : 0}`;
  }

  #nic(i: number): string {
    const isOne = this.#shape === 'one path' || this.#shape === 'called off';
    return `nic/${isOne ? 0 : i % MACHINES}`;
  }

  #tell(event: FabricEvent): void {
    const stamp: Stamp = { seq: this.#seq, at: this.#seq, cause: -1, entity: 0 };
    this.#seq += 1;
    fabric.evolve(this.#state, event, stamp);
    fabric.react(event, this.#state, stamp);
  }

  #start(): void {
    const path = [this.#proxy(this.#begun), this.#nic(this.#begun)];
    const owner = `docker/${this.#begun++}`;
    this.#tell({ type: 'Started', owner, tag: 'x', path, size: 50_000_000 + this.#begun, cap: 0 });
  }

  #cancel(owner: string): readonly FabricEvent[] {
    const context = { at: this.#seq, entity: 0, name: 'net', cause: -1, next: this.#seq, draw: () => 0 };
    return fabric.decide({ type: 'cancel', owner }, this.#state, context);
  }

  /** The oldest goes, and another begins. */
  turn(): void {
    const owner = `docker/${this.#ended++}`;
    if (this.#shape === 'called off') for (const event of this.#cancel(owner)) this.#tell(event);
    else this.#tell({ type: 'Ended', owner, tag: 'x' });
    this.#start();
  }
}

function cost(shape: Shape, concurrent: number): number {
  const net = new Net(shape, concurrent);
  const clock = new Clock();
  let turns = 0;
  const some = () => {
    for (let i = 0; i < TURNS; i += 1) net.turn();
  };
  some();
  for (; clock.cpu < LONG; turns += TURNS) clock.time(some);
  return (clock.cpu / turns) * 1e6;
}

/** `npm run bench -- transfers`. */
export function* measureTransfers(): Iterable<Turned> {
  for (const shape of SHAPES) {
    let first: number | undefined;
    for (const concurrent of CONCURRENT) {
      const us = cost(shape, concurrent);
      first ??= us;
      yield { shape, concurrent, us, ratio: us / first };
    }
  }
}
