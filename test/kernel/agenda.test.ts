import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Agenda } from '../../src/kernel/agenda.ts';
import { Stream } from '../../src/kernel/random.ts';

/** The slow one that is plainly right: a list, sorted whenever it is looked at. */
class SortedList {
  items: { at: number; tie: number; to: number; cause: number; key: string | undefined; command: unknown }[] =
    [];

  add(at: number, tie: number, to: number, cause: number, key: string | undefined, command: unknown): void {
    if (key !== undefined) this.withdraw(to, key);
    this.items.push({ at, tie, to, cause, key, command });
    this.items.sort((a, b) => a.at - b.at || a.tie - b.tie);
  }

  withdraw(to: number, key: string): void {
    this.items = this.items.filter((item) => item.to !== to || item.key !== key);
  }

  take() {
    return this.items.shift();
  }

  drop(at: number, inclusive: boolean): void {
    this.items = this.items.filter((item) => (inclusive ? item.at > at : item.at >= at));
  }
}

type Op =
  | {
      readonly op: 'add';
      readonly wait: number;
      readonly to: number;
      readonly key: string | undefined;
      readonly tie: number;
    }
  | { readonly op: 'withdraw'; readonly to: number; readonly key: string }
  | { readonly op: 'take' }
  | { readonly op: 'drop'; readonly wait: number; readonly inclusive: boolean };

const to = fc.integer({ min: 0, max: 12 });
const name = fc.constantFrom('retry', 'lease', 'poll');
const wait = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 40 }));
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('add' as const),
      wait,
      to,
      key: fc.option(name, { nil: undefined }),
      tie: fc.integer({ min: 0, max: 2 ** 21 - 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('withdraw' as const), to, key: name }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('take' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('drop' as const),
      wait: fc.integer({ min: 0, max: 10 }),
      inclusive: fc.boolean(),
    }),
  },
);

/** Does the same to both and looks at everything after each step. A capacity of one makes it grow often. */
function compare(ops: readonly Op[], tieOf: (issued: number, drawn: number) => number): void {
  const agenda = new Agenda(1);
  const oracle = new SortedList();
  let now = 0;
  ops.forEach((step, issued) => {
    if (step.op === 'add') {
      const tie = tieOf(issued, step.tie);
      agenda.add(now + step.wait, tie, step.to, issued, step.key, { issued });
      oracle.add(now + step.wait, tie, step.to, issued, step.key, { issued });
    } else if (step.op === 'withdraw') {
      agenda.withdraw(step.to, step.key);
      oracle.withdraw(step.to, step.key);
    } else if (step.op === 'drop') {
      agenda.drop(now + step.wait, step.inclusive);
      oracle.drop(now + step.wait, step.inclusive);
    } else if (oracle.items.length > 0) {
      const first = oracle.take() as SortedList['items'][number];
      expect(agenda.take(first.at - 1)).toBeUndefined();
      const command = agenda.take(first.at);
      expect([agenda.at, agenda.to, agenda.cause, command]).toEqual([
        first.at,
        first.to,
        first.cause,
        first.command,
      ]);
      now = agenda.at;
    }
    expect(agenda.size).toBe(oracle.items.length);
    expect(agenda.next).toBe(oracle.items[0]?.at ?? Number.POSITIVE_INFINITY);
    if (issued % 50 === 0 || issued === ops.length - 1)
      expect(agenda.list()).toEqual(oracle.items.map(({ tie: _, ...item }) => item));
  });
}

describe('agenda against a sorted list', () => {
  const long = fc.array(op, { minLength: 200, maxLength: 1500, size: 'max' });

  test('first asked, first served', () => {
    fc.assert(
      fc.property(long, (ops) => compare(ops, (issued) => issued)),
      { numRuns: 24, verbose: 1 },
    );
  });

  test('in any other order of ties', () => {
    fc.assert(
      fc.property(long, (ops) => compare(ops, (issued, drawn) => drawn * 2 ** 32 + issued)),
      { numRuns: 12, verbose: 1 },
    );
  });
});

/** What a time to wait may look like; what is rare in one is common in another. */
const SPREADS: Readonly<Record<string, (draw: () => number) => number>> = {
  'spread evenly': (draw) => Math.floor(draw() * 1e6),
  'mostly short': (draw) => Math.floor(-Math.log(1 - draw()) * 1e5),
  'at a few instants': (draw) => Math.floor(draw() * 5) * 1e9,
  'of any size': (draw) => Math.floor(2 ** (draw() * 45)),
  'a storm, and few that wait for a day': (draw) =>
    draw() < 0.99 ? Math.floor(draw() * 50) : 86_400_000_000 + Math.floor(draw() * 1e6),
  'always the same': () => 1000,
  'at once': () => 0,
};

describe('thousands of commands', () => {
  test.each(Object.entries(SPREADS))(
    '%s, come in order while others are added and withdrawn',
    (name, spread) => {
      const stream = new Stream('agenda', name);
      const draw = () => stream.draw();
      const agenda = new Agenda();
      const pending: { at: number; tie: number }[] = [];
      let now = 0;
      let issued = 0;
      const place = (at: number) => {
        let low = 0;
        for (let high = pending.length; low < high; ) {
          const middle = (low + high) >> 1;
          if ((pending[middle] as { at: number }).at <= at) low = middle + 1;
          else high = middle;
        }
        return low;
      };
      const add = () => {
        const at = now + spread(draw);
        agenda.add(at, issued, 0, -1, `timer ${issued}`, issued);
        pending.splice(place(at), 0, { at, tie: issued });
        issued += 1;
      };
      const take = () => {
        const command = agenda.take(Number.POSITIVE_INFINITY);
        const first = pending.shift();
        if (command !== first?.tie || agenda.at !== first?.at)
          expect.fail(`${command} at ${agenda.at} came instead of ${first?.tie} at ${first?.at}`);
        now = agenda.at;
      };
      for (let i = 0; i < 3000; i += 1) add();
      for (let i = 0; i < 20_000; i += 1) {
        const what = draw();
        if (what < 0.4 || pending.length < 2000) add();
        else if (what < 0.8) take();
        else {
          const [gone] = pending.splice(Math.floor(draw() * pending.length), 1);
          agenda.withdraw(0, `timer ${gone?.tie}`);
        }
      }
      expect(agenda.list().map(({ command }) => command)).toEqual(pending.map(({ tie }) => tie));
      while (pending.length > 0) take();
      expect(agenda.size).toBe(0);
    },
  );
});

test('thousands of commands for one instant come by their ties, in whatever order they are asked for', () => {
  const stream = new Stream('agenda', 'ties');
  const agenda = new Agenda();
  const ties: number[] = [];
  const placeOf = (tie: number) => {
    const place = ties.findIndex((other) => other > tie);
    return place < 0 ? ties.length : place;
  };
  const add = () => {
    const tie = Math.floor(stream.draw() * 2 ** 53);
    agenda.add(1000, tie, 0, -1, `timer ${tie}`, tie);
    ties.splice(placeOf(tie), 0, tie);
  };
  const take = () => {
    const command = agenda.take(1000);
    if (command !== ties.shift()) expect.fail(`${command} came too early`);
  };
  for (let i = 0; i < 1000; i += 1) add();
  for (let i = 0; i < 5000; i += 1) {
    const what = stream.draw();
    if (what < 0.5) add();
    else if (what < 0.75) take();
    else agenda.withdraw(0, `timer ${ties.splice(Math.floor(stream.draw() * ties.length), 1)[0]}`);
  }
  expect(agenda.list().map(({ command }) => command)).toEqual(ties);
  while (ties.length > 0) take();
  expect(agenda.size).toBe(0);
});

describe('one agenda', () => {
  test('delivers commands of one instant in the order of issue', () => {
    const agenda = new Agenda(1);
    for (let i = 0; i < 100; i += 1) agenda.add(5, i, 0, i, undefined, i);
    const order = Array.from({ length: 100 }, () => agenda.take(5));
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('keeps one command of an entity and key: the last', () => {
    const agenda = new Agenda();
    agenda.add(9, 0, 1, 0, 'lease', 'old');
    agenda.add(3, 1, 1, 1, 'lease', 'new');
    agenda.add(4, 2, 2, 2, 'lease', 'of another');
    agenda.add(5, 3, 1, 3, 'poll', 'of another key');
    expect(agenda.list().map(({ command }) => command)).toEqual(['new', 'of another', 'of another key']);
  });

  test('forgets the key of what it delivered: the next withdrawal hits nothing', () => {
    const agenda = new Agenda();
    agenda.add(1, 0, 1, 0, 'lease', 'a');
    agenda.take(1);
    agenda.add(2, 1, 7, 0, undefined, 'b');
    agenda.withdraw(1, 'lease');
    expect(agenda.size).toBe(1);
  });

  test('lets go of commands that are gone, so that they can be collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const agenda = new Agenda();
    const gone = [1, 2, 3].map((at) => {
      const command = { at };
      agenda.add(at, at, 1, 0, 'lease', command);
      return new WeakRef(command);
    });
    agenda.take(3);
    // What a WeakRef was asked for lives until the turn is over.
    await new Promise(setImmediate);
    collect();
    expect(gone.map((command) => command.deref())).toEqual([undefined, undefined, undefined]);
    expect(agenda.size).toBe(0);
  });

  test('gives nothing when nothing is due', () => {
    const agenda = new Agenda();
    expect(agenda.take(Number.POSITIVE_INFINITY)).toBeUndefined();
    agenda.add(7, 0, 1, 0, undefined, 'later');
    expect(agenda.take(6)).toBeUndefined();
    expect([agenda.take(7), agenda.size]).toEqual(['later', 0]);
  });

  test('takes no command that is nothing: a mistake of ours', () => {
    expect(() => new Agenda().add(1, 0, 1, 0, undefined, undefined)).toThrow('a command is something');
  });
});
