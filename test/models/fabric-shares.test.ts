/** Shares that are told from what an event touches are those that solving everything anew gives. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Stamp } from '../../src/kernel/model.ts';
import { fabric } from '../../src/models/fabric/decide.ts';
import type { FabricEvent } from '../../src/models/fabric/events.ts';
import { holdersOf, type Share, shareFairly } from '../../src/models/fabric/share.ts';
import { type Fabric, type Group, rateOf, transferKey } from '../../src/models/fabric/state.ts';

const CLOSE = 1e-9;
const NICS = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];
const SITES = ['s0', 's1', 's2'];
const PROXIES = ['p0', 'p1'];

/** What may happen: capacities in bytes per microsecond, and the pick of a transfer that goes. */
type Step =
  | { readonly do: 'link'; readonly link: string; readonly capacity: number }
  | { readonly do: 'start'; readonly path: readonly string[]; readonly size: number; readonly cap: number }
  | { readonly do: 'go'; readonly pick: number };

const capacity = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0, 1, 10, 100, 100, 1000));
const path = fc
  .tuple(
    fc.constantFrom(...SITES),
    fc.option(fc.constantFrom(...PROXIES), { nil: undefined, freq: 4 }),
    fc.constantFrom(...NICS),
  )
  .map((links) => links.filter((link) => link !== undefined));
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('link'),
        link: fc.constantFrom(...SITES, ...PROXIES, ...NICS),
        capacity,
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('start'),
        path,
        size: fc.integer({ min: 1, max: 100_000 }),
        cap: fc.constantFrom(0, 0, 0, 0, 5, 50),
      }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('go'), pick: fc.nat() }) },
  ) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 120 },
);
const widths = fc.record({
  nics: fc.array(capacity, { minLength: NICS.length, maxLength: NICS.length }),
  proxies: fc.array(capacity, { minLength: PROXIES.length, maxLength: PROXIES.length }),
  sites: fc.array(fc.constantFrom(50, 500, 5000), { minLength: SITES.length, maxLength: SITES.length }),
});
type Widths = typeof widths extends fc.Arbitrary<infer W> ? W : never;

/** A fabric that is told events one after the other, at instants of its own. */
class Net {
  readonly state: Fabric = fabric.initial();
  #seq = 0;
  #begun = 0;
  at = 0;

  constructor({ nics, proxies, sites }: Widths) {
    for (const [names, capacities] of [
      [NICS, nics],
      [PROXIES, proxies],
      [SITES, sites],
    ] as const)
      names.forEach((link, i) => {
        this.tell({ type: 'LinkSet', link, rate: (capacities[i] as number) * 8e6 });
      });
  }

  tell(event: FabricEvent): void {
    const stamp: Stamp = { seq: this.#seq++, at: this.at, cause: -1, entity: 0 };
    fabric.evolve(this.state, event, stamp);
  }

  /** The event that a step is here, which is then told. */
  take(step: Step): readonly FabricEvent[] {
    const events = this.#eventsOf(step);
    for (const event of events) this.tell(event);
    return events;
  }

  #eventsOf(step: Step): readonly FabricEvent[] {
    if (step.do === 'link') return [{ type: 'LinkSet', link: step.link, rate: step.capacity * 8e6 }];
    if (step.do === 'start') {
      const { path, size, cap } = step;
      // Every third owner has several transfers.
      const n = this.#begun++;
      const owner = `o${n - (n % 3)}`;
      return [{ type: 'Started', owner, tag: `x${n}`, path, size, cap: cap * 8e6 }];
    }
    const all = [...this.state.transfers.values()];
    const one = all[step.pick % Math.max(all.length, 1)];
    return one === undefined ? [] : [{ type: 'Cancelled', owner: one.owner, tag: one.tag }];
  }
}

/** The same step where each site has NICs and a cap of its own. */
function apart(step: Step): Step {
  if (step.do !== 'start') return step;
  const place = SITES.indexOf(step.path[0] as string);
  const nic = NICS[place + (step.size % 2) * SITES.length] as string;
  return { ...step, path: [SITES[place] as string, nic], cap: step.cap === 0 ? 0 : step.cap + place };
}

type Groups = Iterable<readonly [string, Pick<Group, 'path' | 'cap'>]>;

/** Every link and cap that is reached from some by way of groups. */
function reachedFrom(names: readonly string[], groups: Groups): Set<string> {
  const reached = new Set(names);
  for (let size = -1; size !== reached.size; ) {
    size = reached.size;
    for (const [, group] of groups) {
      const holders = holdersOf(group);
      if (holders.some((name) => reached.has(name))) for (const name of holders) reached.add(name);
    }
  }
  return reached;
}

/** The links and the cap that an event is about. */
function linksOf(
  event: FabricEvent | undefined,
  { transfers, groups }: Pick<Fabric, 'transfers' | 'groups'>,
): readonly string[] {
  if (event === undefined) return [];
  if (event.type === 'LinkSet') return [event.link];
  if (event.type === 'Started')
    return holdersOf({ path: event.path, cap: event.cap === 0 ? Number.POSITIVE_INFINITY : event.cap / 8e6 });
  const group = groups.get(transfers.get(transferKey(event.owner, event.tag))?.group ?? '');
  return group === undefined ? [] : holdersOf(group);
}

/** What solving everything gives each group. */
function solved({ groups, links }: Fabric): Map<string, number> {
  const shares = [...groups].map(([name, group]): Share & { name: string } => ({ ...group, name, rate: 0 }));
  shareFairly(shares, (name) => links.get(name)?.capacity ?? 0);
  return new Map(shares.map(({ name, rate }) => [name, rate]));
}

const isClose = (a: number, b: number) => Math.abs(a - b) <= CLOSE * Math.max(a, b);

describe('shares after any events', () => {
  test('are those of solving everything anew', () => {
    fc.assert(
      fc.property(widths, steps, (wide, list) => {
        const net = new Net(wide);
        for (const step of list) {
          net.take(step);
          for (const [name, rate] of solved(net.state))
            expect(
              isClose(rateOf(net.state, name), rate),
              `${name}: ${rateOf(net.state, name)}, not ${rate}`,
            ).toBe(true);
        }
      }),
      { numRuns: 300, seed: 20160524 },
    );
  });

  test('ask no link for more than it has, and every transfer is a member of the pool of its holder', () => {
    fc.assert(
      fc.property(widths, steps, (wide, list) => {
        const net = new Net(wide);
        for (const step of list) net.take(step);
        const { groups, links, pools, transfers } = net.state;
        for (const [name, { capacity, users }] of links) {
          const over = [...groups].filter(([, { path }]) => path.includes(name));
          expect(over.reduce((sum, [, { count }]) => sum + count, 0)).toBe(users);
          const load = over.reduce((sum, [key, { count }]) => sum + count * rateOf(net.state, key), 0);
          expect(load).toBeLessThanOrEqual(capacity * (1 + CLOSE));
        }
        for (const pool of pools.values()) expect(pool.members).toHaveLength(pool.count);
        const members = [...pools].flatMap(([holder, { members }]) =>
          members.map((one) => ({ holder, one })),
        );
        expect(members).toHaveLength(transfers.size);
        for (const { holder, one } of members) {
          expect(transfers.get(transferKey(one.owner, one.tag))).toEqual(one);
          expect(groups.get(one.group)?.holder).toBe(holder);
        }
      }),
      { numRuns: 200, seed: 20160524 },
    );
  });

  test('leave alone what shares neither a link nor a cap with the change, however far around', () => {
    let spared = 0;
    fc.assert(
      fc.property(widths, steps, (wide, list) => {
        const net = new Net(wide);
        for (const step of list.map(apart)) {
          const before = structuredClone(net.state);
          const [event] = net.take(step);
          const touched = reachedFrom(linksOf(event, before), [...before.groups, ...net.state.groups]);
          for (const [name, pool] of before.pools) {
            if (touched.has(name)) continue;
            expect(net.state.pools.get(name)).toEqual(pool);
            spared += 1;
          }
        }
      }),
      { numRuns: 200, seed: 20160524 },
    );
    expect(spared).toBeGreaterThan(500);
  });

  test('know whose each transfer is', () => {
    fc.assert(
      fc.property(widths, steps, (wide, list) => {
        const net = new Net(wide);
        for (const step of list) net.take(step);
        const owned = new Map<string, string[]>();
        for (const { owner, tag } of net.state.transfers.values())
          owned.set(owner, [...(owned.get(owner) ?? []), tag]);
        expect(net.state.tags).toEqual(owned);
      }),
      { numRuns: 200, seed: 20160524 },
    );
  });

  test('do not depend on the order of what happens at one instant', () => {
    fc.assert(
      fc.property(widths, steps, fc.infiniteStream(fc.nat()), (wide, list, picks) => {
        const starts = list.filter((step) => step.do === 'start');
        const keys = new Map(starts.map((step) => [step, picks.next().value as number]));
        const [one, other] = [new Net(wide), new Net(wide)];
        for (const step of starts) one.take(step);
        for (const step of starts.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0)))
          other.take(step);
        for (const name of one.state.groups.keys())
          expect(isClose(rateOf(one.state, name), rateOf(other.state, name)), name).toBe(true);
      }),
      { numRuns: 200, seed: 20160524 },
    );
  });

  test('bring every byte: what was received at the end of a transfer is its size', () => {
    fc.assert(
      fc.property(widths, steps, (wide, list) => {
        const net = new Net(wide);
        const received = new Map<string, { bytes: number; top: number }>();
        const waiting = [...list];
        for (let turn = 0; turn < 1000; turn += 1) {
          const next = Math.min(
            net.state.dues[0]?.at ?? Number.POSITIVE_INFINITY,
            waiting.length > 0 ? net.at + 50 : 1e15,
          );
          for (const [key, { group }] of net.state.transfers) {
            const got = received.get(key) ?? { bytes: 0, top: 0 };
            const rate = rateOf(net.state, group);
            received.set(key, { bytes: got.bytes + rate * (next - net.at), top: Math.max(got.top, rate) });
          }
          net.at = next;
          const context = { at: next, entity: 0, name: 'net', cause: -1, next: 0, draw: () => 0 };
          for (const event of fabric.decide({ type: 'advance' }, net.state, context)) {
            const { owner, tag } = event as FabricEvent & { type: 'Ended' };
            const key = transferKey(owner, tag);
            const size = net.state.transfers.get(key)?.size ?? 0;
            const { bytes, top } = received.get(key) ?? { bytes: 0, top: 0 };
            expect(Math.abs(bytes - size)).toBeLessThanOrEqual(top + size * CLOSE);
            net.tell(event);
          }
          const step = waiting.shift();
          if (step === undefined && net.state.dues.length === 0) break;
          if (step !== undefined) net.take(step);
        }
        for (const { group } of net.state.transfers.values()) expect(rateOf(net.state, group)).toBe(0);
      }),
      { numRuns: 200, seed: 20160524 },
    );
  });
});
