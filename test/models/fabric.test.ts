import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { fabric } from '../../src/models/fabric/decide.ts';
import type { FabricCommand, FabricEvent } from '../../src/models/fabric/events.ts';
import { type Share, shareFairly } from '../../src/models/fabric/share.ts';
import { type Fabric, rateOf } from '../../src/models/fabric/state.ts';
import { itself, specify } from '../support/spec.ts';

const spec = specify(fabric, 'fabric/net');

/** 8 Mbps are one byte a microsecond. */
const link = (name: string, bytesPerMicro: number): FabricEvent => ({
  type: 'LinkSet',
  link: name,
  rate: bytesPerMicro * 8e6,
});
const start = (owner: string, path: string[], size: number, tag = 'x', cap = 0): FabricCommand => ({
  type: 'start',
  owner,
  tag,
  path,
  size,
  cap,
});
const started = (owner: string, path: string[], size: number, tag = 'x', cap = 0): FabricEvent => ({
  type: 'Started',
  owner,
  tag,
  path,
  size,
  cap,
});
const ended = (owner: string, tag = 'x'): FabricEvent => ({ type: 'Ended', owner, tag });
const rates = (state: Fabric) => [...state.groups.keys()].map((key) => rateOf(state, key));
const next = (after: number) => itself(after, { type: 'advance' }, 'next');

describe('links', () => {
  test('are set, and nothing is waited for while nothing moves', () => {
    const after = spec
      .when({ type: 'link', link: 'nic', rate: 1e9 })
      .then({ type: 'LinkSet', link: 'nic', rate: 1e9 });
    after.asks(next(NEVER));
    expect(after.state().links.get('nic')?.capacity).toBe(125);
  });

  test('that were never set stop the program: a mistake of ours', () => {
    expect(() => spec.when(start('a', ['nowhere'], 1))).toThrow('no link');
  });
});

describe('a transfer', () => {
  const nic = spec.given(link('nic', 10));

  test('alone on a link takes size over rate, rounded up', () => {
    nic
      .when(start('a', ['nic'], 1005))
      .then(started('a', ['nic'], 1005))
      .asks(next(101));
    nic
      .given(started('a', ['nic'], 1005))
      .at(101)
      .when({ type: 'advance' })
      .then(ended('a'))
      .asks(next(NEVER));
  });

  test('that is not at its end goes on', () => {
    nic
      .given(started('a', ['nic'], 1000))
      .at(98)
      .when({ type: 'advance' })
      .then();
  });

  test('of nothing ends at once', () => {
    nic
      .given(started('a', ['nic'], 0))
      .asks(next(0))
      .when({ type: 'advance' })
      .then(ended('a'));
  });

  test('that is under way is not started twice', () => {
    nic
      .given(started('a', ['nic'], 10))
      .when(start('a', ['nic'], 10))
      .then();
    nic
      .given(started('a', ['nic'], 10))
      .when(start('a', ['nic'], 10, 'y'))
      .types('Started');
  });

  test('goes as fast as its tightest link', () => {
    spec
      .given(
        link('site', 100),
        link('proxy', 2),
        link('nic', 10),
        started('a', ['site', 'proxy', 'nic'], 1000),
      )
      .asks(next(500));
  });

  test('that starts later halves the other, and its end gives the rate back', () => {
    // a alone for 50 µs moves 500 of 1000; both at 5: a needs 100 more and ends at 150; b has 500 of 1000 then and ends at 200.
    const both = nic
      .given(started('a', ['nic'], 1000))
      .at(50)
      .given(started('b', ['nic'], 1000))
      .asks(next(100));
    both
      .at(150)
      .when({ type: 'advance' })
      .then(ended('a'))
      .asks(next(50))
      .at(200)
      .when({ type: 'advance' })
      .then(ended('b'));
  });

  test('ends together with another that needs as long, in one decision', () => {
    nic
      .given(started('a', ['nic'], 100), started('b', ['nic'], 100))
      .at(20)
      .when({ type: 'advance' })
      .then(ended('a'), ended('b'));
  });

  test('is carried on at a new rate when its link changes', () => {
    nic
      .given(started('a', ['nic'], 1000))
      .at(50)
      .given(link('nic', 5))
      .asks(next(100))
      .at(150)
      .when({ type: 'advance' })
      .then(ended('a'));
  });

  test('stands still over a link of no capacity and goes on when there is some', () => {
    nic
      .given(link('nic', 0), started('a', ['nic'], 1000))
      .asks(next(NEVER))
      .at(SECOND)
      .given(link('nic', 10))
      .asks(next(100));
  });

  test('over no link at all is a mistake of ours: it would never end', () => {
    expect(() => nic.when(start('a', [], 1000))).toThrow('a transfer goes over at least one link');
  });

  test('uses the rest of a link that others leave: max-min over two links', () => {
    // a over both, b over wan only, c over nic only: wan 6 shared by a and b gives 3 each; c gets the 7 that a leaves of nic.
    const state = spec
      .given(link('wan', 6), link('nic', 10))
      .given(started('a', ['wan', 'nic'], 900), started('b', ['wan'], 900), started('c', ['nic'], 900))
      .state();
    expect(rates(state)).toEqual([3, 3, 7]);
  });
});

describe('a cap', () => {
  const capped = (bytesPerMicro: number) => bytesPerMicro * 8e6;

  test('bounds a transfer, and leaves the rest to the others', () => {
    const state = spec
      .given(link('nic', 10), started('a', ['nic'], 900, 'x', capped(2)), started('b', ['nic'], 900))
      .state();
    expect(rates(state)).toEqual([2, 8]);
  });

  test('that is wider than the share changes nothing', () => {
    const state = spec
      .given(link('nic', 10), started('a', ['nic'], 900, 'x', capped(20)), started('b', ['nic'], 900))
      .state();
    expect(rates(state)).toEqual([5, 5]);
    spec
      .given(link('nic', 10))
      .when(start('a', ['nic'], 900, 'x', capped(3)))
      .types('Started')
      .asks(next(300));
  });
});

describe('cancelling', () => {
  test('ends every transfer of an owner without telling it, and frees the link', () => {
    spec
      .given(link('nic', 10))
      .given(started('a', ['nic'], 100, 'x'), started('a', ['nic'], 100, 'y'), started('b', ['nic'], 100))
      .when({ type: 'cancel', owner: 'a' })
      .then({ type: 'Cancelled', owner: 'a', tag: 'x' }, { type: 'Cancelled', owner: 'a', tag: 'y' })
      .asks(next(10));
  });

  test('an owner without transfers changes nothing', () => {
    spec.given(link('nic', 10)).when({ type: 'cancel', owner: 'a' }).then();
  });
});

describe('max-min fairness', () => {
  interface Net {
    readonly capacity: Readonly<Record<string, number>>;
    readonly groups: readonly Share[];
  }
  const names = ['l0', 'l1', 'l2', 'l3', 'l4'];
  const nets: fc.Arbitrary<Net> = fc.record({
    capacity: fc
      .tuple(...names.map(() => fc.integer({ min: 1, max: 1000 })))
      .map((values) => Object.fromEntries(names.map((name, i) => [name, values[i] as number]))),
    groups: fc.array(
      fc.record({
        path: fc.subarray(names, { minLength: 1 }),
        cap: fc.constantFrom(Number.POSITIVE_INFINITY, 1, 7, 100),
        count: fc.integer({ min: 1, max: 20 }),
        rate: fc.constant(0),
        holder: fc.constant(''),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  });

  /** Water filling in small equal steps: every group rises until one of its links is full, or to its cap. */
  function byFilling({ capacity, groups }: Net, step: number): number[] {
    const rates = groups.map(() => 0);
    const open = new Set(groups.keys());
    while (open.size > 0) {
      for (const i of open) rates[i] = (rates[i] as number) + step;
      for (const name of names) {
        const used = groups.reduce(
          (sum, { path, count }, i) => sum + (path.includes(name) ? (rates[i] as number) * count : 0),
          0,
        );
        if (used >= (capacity[name] as number))
          for (const i of [...open]) if (groups[i]?.path.includes(name)) open.delete(i);
      }
      for (const i of [...open]) if ((rates[i] as number) >= (groups[i]?.cap ?? 0)) open.delete(i);
    }
    return rates;
  }

  test('no link carries more than it can, and each group is at its cap or has a full link on which none is faster', () => {
    fc.assert(
      fc.property(nets, ({ capacity, groups }) => {
        shareFairly(groups, (name) => capacity[name] as number);
        const load = (name: string) =>
          groups.reduce((sum, { path, count, rate }) => sum + (path.includes(name) ? rate * count : 0), 0);
        for (const name of names)
          expect(load(name)).toBeLessThanOrEqual((capacity[name] as number) * (1 + 1e-9));
        for (const group of groups) {
          const bottleneck = group.path.find(
            (name) =>
              load(name) >= (capacity[name] as number) * (1 - 1e-9) &&
              groups.every((other) => !other.path.includes(name) || other.rate <= group.rate * (1 + 1e-9)),
          );
          expect(group.rate).toBeLessThanOrEqual(group.cap * (1 + 1e-9));
          if (group.rate < group.cap * (1 - 1e-9)) expect(bottleneck, JSON.stringify(groups)).toBeDefined();
        }
      }),
      { numRuns: 200, seed: 20160524 },
    );
  });

  test('agrees with filling in small steps', () => {
    fc.assert(
      fc.property(nets, ({ capacity, groups }) => {
        const smallest =
          Math.min(...Object.values(capacity)) / groups.reduce((sum, { count }) => sum + count, 0);
        const step = smallest / 20;
        const filled = byFilling({ capacity, groups }, step);
        shareFairly(groups, (name) => capacity[name] as number);
        // Each of the freezes before a group's own may be late by a step, times the users that share the link.
        const slack = step * 20 * groups.length;
        groups.forEach((group, i) => {
          expect(Math.abs(group.rate - (filled[i] as number))).toBeLessThanOrEqual(slack * 20);
        });
      }),
      { numRuns: 25, seed: 20160524 },
    );
  });

  test('gives the same bits whatever was computed before', () => {
    fc.assert(
      fc.property(nets, ({ capacity, groups }) => {
        const again = groups.map((group) => ({ ...group, rate: 12345, holder: 'x' }));
        shareFairly(groups, (name) => capacity[name] as number);
        shareFairly(again, (name) => capacity[name] as number);
        expect(again).toEqual(groups);
      }),
      { seed: 20160524 },
    );
  });
});

test('bytes are kept: each transfer ends when its size over its changing rate says so', () => {
  const transfers = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 2000 }),
      size: fc.integer({ min: 1, max: 5000 }),
      path: fc.subarray(['wan', 'nic'], { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(transfers, (list) => {
      const inOrder = list.map((one, i) => ({ ...one, owner: `o${i}` })).sort((a, b) => a.at - b.at);
      let scene = spec.given(link('wan', 3), link('nic', 7));
      const received = new Map<string, number>();
      let now = 0;
      const waiting = [...inOrder];
      for (let turn = 0; turn < 100; turn += 1) {
        const state = scene.state();
        const active = [...scene.state().transfers.values()];
        const arrival = waiting[0]?.at ?? NEVER;
        const need = active.map(
          (one) => (one.size - (received.get(one.owner) ?? 0)) / rateOf(state, one.group),
        );
        const instant = Math.min(arrival, now + Math.ceil(Math.min(...need, NEVER) - 1e-6));
        if (instant === NEVER) break;
        for (const one of active)
          received.set(
            one.owner,
            (received.get(one.owner) ?? 0) + rateOf(state, one.group) * (instant - now),
          );
        now = instant;
        const done = scene.at(now).when({ type: 'advance' });
        for (const event of done.events) {
          const { owner } = event as { owner: string };
          const size = inOrder.find((one) => one.owner === owner)?.size ?? 0;
          expect(Math.abs((received.get(owner) ?? 0) - size)).toBeLessThanOrEqual(7 + 1e-6);
        }
        scene = done.after;
        while (waiting[0]?.at === now) {
          const { owner, path, size } = waiting.shift() as (typeof inOrder)[number];
          scene = scene.when(start(owner, path, size)).after;
        }
      }
      expect(scene.state().transfers.size).toBe(0);
    }),
    { numRuns: 60, seed: 20160524 },
  );
});

test('every command, event and refusal is specified above', () =>
  spec.shown({ link: true, start: true, cancel: true, advance: true }, {}));
