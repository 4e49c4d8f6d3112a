import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/assert.ts';
import { allKinds, type Ending, Engine } from '../../src/kernel/engine.ts';
import type { AnyModel, Flow } from '../../src/kernel/model.ts';
import { asking, echo, WALK } from '../support/toys.ts';
import { recordOf, runAll } from '../support/world.ts';

const loopOf = (ending: Ending) => (ending.reason === 'bound' ? ending.loop : []);
const PING = echo('ping', 'pong/b');
const PONG = echo('pong', 'ping/a');
const walking = ['1', '2', '3'].map((name) => asking(`walk/${name}`, { type: 'start', steps: 30 } as never));

describe('bounds: every run ends and says what hit the wall', () => {
  test('two models that answer each other at one instant', () => {
    const { ending, events } = runAll([PING, PONG], [], [asking('ping/a', { type: 'hear' }, 5)], {
      bounds: { eventsPerInstant: 1000 },
    });
    expect(ending).toMatchObject({ reason: 'bound', bound: 'eventsPerInstant', limit: 1000 });
    expect(new Set(loopOf(ending))).toEqual(new Set(['ping/a Heard', 'pong/b Heard']));
    expect(events.length).toBeLessThanOrEqual(1002);
  });

  test('with a low bound as well', () => {
    const { ending } = runAll([PING, PONG], [], [asking('ping/a', { type: 'hear' }, 5)], {
      bounds: { eventsPerInstant: 10 },
    });
    expect(ending).toMatchObject({
      reason: 'bound',
      loop: expect.arrayContaining(['ping/a Heard', 'pong/b Heard']),
    });
  });

  test('a loop is named whole, also when one of its events comes twice in a row', () => {
    const stammer: AnyModel = {
      ...PING,
      decide: () => [{ type: 'Heard' }, { type: 'Mumbled' }, { type: 'Mumbled' }],
    };
    for (const limit of [100, 101, 102, 103]) {
      const { ending } = runAll([stammer, PONG], [], [asking('ping/a', { type: 'hear' }, 5)], {
        bounds: { eventsPerInstant: limit },
      });
      expect(new Set(loopOf(ending)), `limit ${limit}`).toEqual(
        new Set(['ping/a Heard', 'ping/a Mumbled', 'pong/b Heard']),
      );
    }
  });

  test('a long loop is named whole, each of its members once, from wherever it was stopped', () => {
    const ring = (n: number) => `ring-${n}`;
    for (const [size, limit] of [
      [100, 1000],
      [100, 1037],
      [128, 2000],
    ] as const) {
      const models = Array.from({ length: size }, (_, n) => echo(ring(n), `${ring((n + 1) % size)}/x`));
      const { ending } = runAll(models, [], [asking(`${ring(0)}/x`, { type: 'hear' }, 5)], {
        bounds: { eventsPerInstant: limit },
      });
      expect([...loopOf(ending)].sort()).toEqual(models.map(({ name }) => `${name}/x Heard`).sort());
    }
  });

  test('a loop longer than what is remembered is told by its last few', () => {
    const models = Array.from({ length: 200 }, (_, n) => echo(`ring-${n}`, `ring-${(n + 1) % 200}/x`));
    const { ending } = runAll(models, [], [asking('ring-0/x', { type: 'hear' }, 5)], {
      bounds: { eventsPerInstant: 1000 },
    });
    expect(loopOf(ending)).toHaveLength(8);
  });

  test('every bound names a loop, not only that of one instant', () => {
    const slow: AnyModel = {
      ...PING,
      react: () => [{ to: 'pong/b' as never, after: 1, command: { type: 'hear' } as never }],
    };
    const { ending } = runAll([slow, PONG], [], [asking('ping/a', { type: 'hear' }, 5)], {
      bounds: { events: 301 },
    });
    expect(ending).toMatchObject({ reason: 'bound', bound: 'events', limit: 301 });
    expect([...loopOf(ending)].sort()).toEqual(['ping/a Heard', 'pong/b Heard']);
  });

  test('more commands waiting than the bound', () => {
    const { ending } = runAll(
      [WALK],
      [],
      [asking('walk/1', { type: 'spread', count: 50, wait: 9 } as never)],
      {
        bounds: { pending: 20 },
      },
    );
    expect(ending).toMatchObject({ reason: 'bound', bound: 'pending', limit: 20 });
  });

  test('more entities than the bound', () => {
    const { ending } = runAll(
      [WALK],
      [],
      [asking('walk/1', { type: 'spread', count: 50, wait: 9 } as never)],
      {
        bounds: { entities: 20 },
      },
    );
    expect(ending).toMatchObject({ reason: 'bound', bound: 'entities', limit: 20 });
  });

  test('more events than the bound', () => {
    const { ending, events } = runAll([WALK], [], walking, { bounds: { events: 40 } });
    expect(ending).toMatchObject({ reason: 'bound', bound: 'events', limit: 40 });
    expect(events.length).toBe(40);
  });

  test('every bound names what led to it', () => {
    const { ending } = runAll(
      [WALK],
      [],
      [asking('walk/1', { type: 'spread', count: 50, wait: 9 } as never)],
      {
        bounds: { pending: 20 },
      },
    );
    expect(loopOf(ending)).toContain('walk/1 Spread');
  });

  test('events of different instants do not add up', () => {
    expect(runAll([WALK], [], walking, { bounds: { eventsPerInstant: 12 } }).ending).toEqual({
      reason: 'quiet',
    });
  });
});

describe('endings', () => {
  test('quiet when nothing is pending, until when something is', () => {
    const engine = new Engine([WALK], [], { seed: '1' });
    expect(engine.run(100)).toEqual({ reason: 'quiet' });
    engine.ask([asking('walk/1', { type: 'stop' }, 50)]);
    expect(engine.run(49)).toEqual({ reason: 'until' });
    expect(engine.now).toBe(49);
    expect(engine.run(50)).toEqual({ reason: 'quiet' });
    expect(engine.count).toBe(2);
  });

  test('quiet also for a run without an end', () => {
    const engine = new Engine([WALK], [], { seed: '1' });
    engine.ask(walking);
    expect(engine.run(Number.POSITIVE_INFINITY)).toEqual({ reason: 'quiet' });
  });

  test.each([1, 2, 3, 7])(
    'paused after %d events, and a further call goes on as if nothing had happened',
    (most) => {
      const whole = runAll([WALK], [], walking);
      const engine = new Engine([WALK], [], { seed: 'test' });
      const events = recordOf(engine);
      engine.ask(walking);
      let calls = 0;
      while (engine.run(1e9, most).reason === 'paused') calls += 1;
      expect(events).toEqual(whole.events);
      expect(engine.world.hash()).toBe(whole.engine.world.hash());
      expect(calls).toBeGreaterThan(whole.events.length / most / 4);
    },
  );
});

describe('order', () => {
  /** So many entities ask the same one for the same thing at the same instant. */
  const asked = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      asking(`walk/${i}`, { type: 'spread', count: 1, wait: 9 } as never),
    );
  /** Whose turn came when. */
  const order = (ties: number, count = 20) => {
    const { all, events } = runAll([WALK], [], asked(count), { ties });
    return all('walk.Stopped').map(({ cause }) => events[cause]?.entity);
  };
  const fifo = Array.from({ length: 20 }, (_, i) => `walk/${i}`);

  test('of commands of one instant is the order of issue', () => expect(order(0)).toEqual(fifo));

  test('with --ties is another, the same each time, and another for each number', () => {
    expect(order(1)).not.toEqual(fifo);
    expect([...order(1)].sort()).toEqual([...fifo].sort());
    expect(order(1)).toEqual(order(1));
    expect(order(2)).not.toEqual(order(1));
  });

  test('with --ties never puts a later instant before an earlier one', () => {
    const { events } = runAll([WALK], [], walking, { ties: 3 });
    expect(events.every(({ at }, i) => i === 0 || at >= (events[i - 1]?.at ?? 0))).toBe(true);
  });

  test('has all ties in it: over 30 numbers each of three comes first at some time', () => {
    const firsts = new Set(Array.from({ length: 30 }, (_, i) => order(i + 1, 3)[0]));
    expect(firsts.size).toBe(3);
  });

  test('of what one entity asks for one instant stays as it asked, also with --ties', () => {
    const one = [asking('walk/1', { type: 'spread', count: 20, wait: 9 } as never)];
    for (let ties = 0; ties < 20; ties += 1)
      expect(
        runAll([WALK], [], one, { ties })
          .all('walk.Stopped')
          .map(({ entity }) => entity),
      ).toEqual(Array.from({ length: 20 }, (_, i) => `walk/spread-${i}`));
  });
});

describe('causes', () => {
  test('precede their effects, and every chain ends in a root that names a line', () => {
    const { events } = runAll([WALK], [], walking);
    for (const { seq, cause, event } of events) {
      expect(cause).toBeLessThan(seq);
      if (cause === -1) expect(event).toMatchObject({ type: 'Asked', file: 'toys.yaml', line: 1 });
    }
    expect(events.filter(({ cause }) => cause === -1)).toHaveLength(3);
  });

  test('of several events of one decision are the one that sent the command', () => {
    const stammer: AnyModel = { ...PING, decide: () => [{ type: 'Mumbled' }, { type: 'Mumbled' }] };
    const { events } = runAll([stammer, PONG], [], [asking('ping/a', { type: 'hear' })]);
    expect(events.map(({ cause }) => cause)).toEqual([-1, 0, 0]);
  });
});

describe('draws', () => {
  test('are noted with the first event of a decision: purposes in order, with how often', () => {
    const { all } = runAll([WALK], [], walking.slice(0, 1));
    expect(all('walk.Stepped')[0]?.draws).toBe('by*2 turn by');
    expect(all('walk.Started')[0]?.draws).toBe('');
  });

  test('of others stay the same when an entity is added', () => {
    const without = runAll([WALK], [], walking);
    const more = runAll([WALK], [], [asking('walk/0', { type: 'start', steps: 9 } as never), ...walking]);
    const of = (run: typeof more, entity: string) =>
      run.events
        .filter((event) => event.entity === entity)
        .map(({ at, draws, event }) => ({ at, draws, event }));
    for (const entity of ['walk/1', 'walk/2', 'walk/3'])
      expect(of(more, entity)).toEqual(of(without, entity));
  });

  test('depend on the seed', () => {
    const of = (seed: string) => runAll([WALK], [], walking, { seed }).engine.world.hash();
    expect(of('a')).toBe(of('a'));
    expect(of('a')).not.toBe(of('b'));
  });

  test('of a decision without events would be lost: a mistake of ours', () => {
    expect(() => runAll([WALK], [], [asking('walk/1', { type: 'draw-for-nothing' })])).toThrow(Fault);
    expect(() => runAll([WALK], [], [asking('walk/1', { type: 'draw-for-nothing' })])).toThrow(
      'walk/1 drew a number and decided nothing',
    );
  });
});

describe('what is asked', () => {
  test('can be taken back while it is pending, and only that', () => {
    const engine = new Engine([WALK], [], { seed: '1' });
    const events = recordOf(engine);
    const [, second] = engine.ask([
      asking('walk/1', { type: 'stop' }, 10),
      asking('walk/1', { type: 'stop' }, 10),
      asking('walk/1', { type: 'stop' }, 10),
    ]);
    engine.withdraw(second!, 'walk/1');
    expect(engine.pending().map(({ cause }) => cause)).toEqual([0, 2]);
    engine.run(20);
    engine.withdraw(0, 'walk/1');
    expect(events.map(({ event }) => event.type)).toEqual([
      'Asked',
      'Asked',
      'Asked',
      'Withdrawn',
      'Stopped',
      'Stopped',
      'Withdrawn',
    ]);
  });

  test('is never of the past', () => {
    const engine = new Engine([WALK], [], { seed: '1' });
    engine.ask([asking('walk/1', { type: 'stop' }, 10)]);
    engine.run(10);
    expect(() => engine.ask([asking('walk/1', { type: 'stop' }, 9)])).toThrow('nothing is asked of the past');
  });

  test('makes an entity known, and its first event makes it exist', () => {
    const engine = new Engine([WALK], [], { seed: '1' });
    engine.ask([asking('walk/1', { type: 'stop' }, 10)]);
    expect(engine.world.stateOf('walk/1')).toBeUndefined();
    expect([...engine.world.each('walk')]).toEqual([]);
    engine.run(10);
    expect([...engine.world.each('walk')]).toEqual([['1', { left: 0, place: 0 }]]);
    expect(engine.world.stateOf('walk/2')).toBeUndefined();
  });
});

describe('mistakes of ours stop the program and name the invariant', () => {
  const sending = (send: unknown): AnyModel => ({ ...WALK, react: () => [send as never] });
  const asked = [asking('walk/1', { type: 'stop' })];

  test.each<[string, AnyModel, string]>([
    [
      'an event that is not declared',
      { ...WALK, decide: () => [{ type: 'Flown' }] },
      'walk decided Flown, which it does not declare',
    ],
    ['a delay below zero', sending({ to: 'walk/1', after: -1, command: {} }), 'whole number of microseconds'],
    [
      'a delay with a fraction',
      sending({ to: 'walk/1', after: 0.5, command: {} }),
      'whole number of microseconds',
    ],
    [
      'a delay that is no number',
      sending({ to: 'walk/1', after: Number.NaN, command: {} }),
      'whole number of microseconds',
    ],
    [
      'a withdrawal without a key',
      sending({ to: 'walk/1', after: Number.POSITIVE_INFINITY, command: {} }),
      'only a keyed send',
    ],
    ['a command to no model', sending({ to: 'fly/1', after: 0, command: {} }), 'there is no such model'],
  ])('%s', (_, model, message) => expect(() => runAll([model], [], asked)).toThrow(message));

  test('a flow that waits for an event that no model has', () => {
    const flow: Flow = { name: 'lost', on: { 'walk.Flown': () => [] } };
    expect(() => new Engine([WALK], [flow], { seed: '1' })).toThrow(
      'flow lost waits for walk.Flown, which no model has',
    );
  });

  test('two models of one name', () => {
    expect(() => new Engine([WALK, WALK], [], { seed: '1' })).toThrow('every model has its own name');
  });
});

describe('flows', () => {
  test('react after the event was folded, in the order of the list, and their sends have it as cause', () => {
    const seen: string[] = [];
    const flow = (name: string): Flow => ({
      name,
      on: {
        'walk.Stopped': (_event, stamp, world) => {
          seen.push(
            `${name} ${JSON.stringify(world.state('walk', '1'))} ${world.nameOf(stamp.entity)} ${world.at}`,
          );
          return stamp.seq > 3 ? [] : [{ to: 'walk/2', after: 5, command: { type: 'stop' } }];
        },
      },
    });
    const { events } = runAll(
      [WALK],
      [flow('first'), flow('second')],
      [asking('walk/1', { type: 'stop' }, 2)],
    );
    expect(seen.slice(0, 2)).toEqual(['first {"left":0,"place":0} 1 2', 'second {"left":0,"place":0} 1 2']);
    expect(events.map(({ entity, at, cause }) => [entity, at, cause]).slice(1, 4)).toEqual([
      ['walk/1', 2, 0],
      ['walk/2', 7, 1],
      ['walk/2', 7, 1],
    ]);
  });
});

test('kinds of events are numbered in the order of models, the kernel first', () => {
  expect(allKinds([WALK]).map(({ model, type }) => `${model}.${type}`)).toEqual([
    'scenario.Asked',
    'scenario.Withdrawn',
    'walk.Started',
    'walk.Stepped',
    'walk.Stopped',
    'walk.Spread',
  ]);
});
