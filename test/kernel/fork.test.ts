/** Promises 2 and 3: state, pending commands and streams are folds of the log, and a fork at any instant goes on exactly. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { FLOWS } from '../../src/flows/index.ts';
import { Engine, type Replayed } from '../../src/kernel/engine.ts';
import type { AnyModel, Flow } from '../../src/kernel/model.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import { compile } from '../../src/scenario/compile.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { digest, ip } from '../support/spec.ts';
import { asking, WALK } from '../support/toys.ts';
import {
  ALL_MODELS,
  createMesos,
  doing,
  inspector,
  lab,
  lan,
  mesosOf,
  recordOf,
  runAll,
} from '../support/world.ts';

interface Story {
  readonly name: string;
  readonly models: readonly AnyModel[];
  readonly flows: readonly Flow[];
  readonly asks: readonly Ask[];
  readonly until: number;
  readonly ties?: number;
}

const ofScenario = (name: string, scenario: Scenario, ties = 0): Story => ({
  name,
  models: ALL_MODELS,
  flows: FLOWS,
  asks: compile(scenario, () => undefined),
  until: scenario.until,
  ties,
});

const small = {
  ...createMesos,
  cluster: mesosOf({ zookeepers: [ip('10.0.0.11')], masters: 1, slaves: 2, batch: 1 }),
};
/** Short leases renew and expire, a squatter, a host that dies and comes back, a cluster deleted half way, a template edited. */
const eventful = lab({
  until: HOUR,
  networks: {
    lan: {
      ...lan,
      dhcp: {
        ...lan.dhcp,
        lease: 6 * MINUTE,
        check: 'ping',
        ranges: [{ first: ip('10.0.0.100'), last: ip('10.0.0.104') }],
      },
    },
  },
  proxies: { corp: inspector },
  actions: doing(
    [5 * SECOND, { verb: 'take-address', network: 'lan', address: ip('10.0.0.101'), holder: 'camera' }],
    [10 * SECOND, { ...small, cluster: { ...small.cluster, slaves: 3 } }],
    [70 * SECOND, { verb: 'edit-template', trusts: ['corp-root'] }],
    [2 * MINUTE, { verb: 'fail-host', host: 'esx-02' }],
    [4 * MINUTE, { verb: 'power-on-host', host: 'esx-02' }],
    [13 * MINUTE, { verb: 'delete-cluster', name: 'mesos' }],
    [14 * MINUTE, { verb: 'create-cluster', cluster: { ...small.cluster, name: 'again' } }],
    [20 * MINUTE, { verb: 'stop-dhcp', network: 'lan' }],
    [34 * MINUTE, { verb: 'start-dhcp', network: 'lan' }],
    [35 * MINUTE, { verb: 'set-clock', host: 'esx-01', clock: -HOUR }],
  ),
});

const stories: readonly Story[] = [
  {
    name: 'toys that walk at random under keyed timers',
    models: [WALK],
    flows: [],
    asks: [0, 3, 3].map((due, i) => asking(`walk/${i}`, { type: 'start', steps: 25 } as never, due)),
    until: 1e6,
  },
  ofScenario('a Mesos cluster that comes up', lab({ actions: doing([10 * SECOND, small]) })),
  ofScenario('forty eventful minutes', eventful),
  ofScenario('the same in another order of ties', eventful, 5),
];

const fresh = ({ models, flows, ties = 0 }: Story) => new Engine(models, flows, { seed: 'fork', ties });
const instantsOf = (events: readonly Replayed[]) => [...new Set(events.map(({ at }) => at))];

/** A live engine stopped after each instant in turn, and what it held there. */
function live(story: Story) {
  const { events } = runAll(story.models, story.flows, story.asks, {
    seed: 'fork',
    ties: story.ties ?? 0,
    until: story.until,
  });
  const engine = fresh(story);
  engine.ask(story.asks);
  const held = instantsOf(events).map((at) => {
    engine.run(at);
    return { at, count: engine.count, hash: engine.world.hash(), pending: digest(engine.pending()) };
  });
  return { events, held, hash: engine.world.hash() };
}

/** Folds the events of a log up to an instant. */
function foldTo(story: Story, events: readonly Replayed[], at: number): Engine {
  const engine = fresh(story);
  for (const event of events) {
    if (event.at > at) break;
    engine.replay(event);
  }
  engine.settle(at);
  return engine;
}

describe.each(stories)('$name', (story) => {
  const { events, held, hash } = live(story);

  test('is long enough to mean something', () => {
    expect(events.length).toBeGreaterThan(70);
    expect(held.length).toBeGreaterThan(40);
  });

  test('runs the same in steps as in one go', () => {
    expect(hash).toBe(
      runAll(story.models, story.flows, story.asks, {
        seed: 'fork',
        ties: story.ties ?? 0,
        until: story.until,
      }).engine.world.hash(),
    );
  });

  test('folds, event by event, to the same world and the same pending commands at every instant', () => {
    const engine = fresh(story);
    for (const { at, count, hash: then, pending } of held) {
      while (engine.count < count) engine.replay(events[engine.count] as Replayed);
      // What was due by now has been delivered; a fold that goes on notices only with the next instant.
      const left = engine.pending().filter((waiting) => waiting.at > at);
      expect([at, engine.world.hash(), digest(left)]).toEqual([at, then, pending]);
    }
  });

  test('settles on what is pending', () => {
    for (const { at, count, hash: then, pending } of held.filter((_, i) => i % 10 === 0)) {
      const folded = foldTo(story, events, at);
      expect([at, folded.now, folded.count, folded.world.hash(), digest(folded.pending())]).toEqual([
        at,
        at,
        count,
        then,
        pending,
      ]);
    }
  });

  const lines = events.map(({ kind, at, entity, cause, draws, event }) =>
    JSON.stringify([kind, at, entity, cause, draws, event]),
  );

  /** Forks at an instant, runs to the end and compares each event with the one that happened. */
  function goesOn(at: number, count: number): void {
    const fork = foldTo(story, events, at);
    let next = count;
    fork.recorder = {
      append(kind, stamp, draws, event) {
        const { ref } = fork.world.entity(stamp.entity);
        const line = JSON.stringify([kind, stamp.at, ref, stamp.cause, draws, event]);
        if (line !== lines[next]) expect(line, `event ${next} of the fork at ${at}`).toBe(lines[next]);
        next += 1;
      },
    };
    fork.run(story.until);
    expect([next, fork.world.hash()], `the end of the fork at ${at}`).toEqual([events.length, hash]);
  }

  test('goes on from every instant exactly as it did', () => {
    // Every instant in the order of issue; every third one in the other order, to save time.
    const step = story.ties === 5 ? 3 : 1;
    for (const [i, { at, count }] of held.entries()) if (i % step === 0) goesOn(at, count);
  });

  test('goes on exactly from an instant at which nothing happens', () => {
    for (const [i, { at, count }] of held.entries())
      if (i % 5 === 0 && held[i + 1]?.at !== at + 1) goesOn(at + 1, count);
  });
});

describe('a fold', () => {
  const story = stories[0] as Story;
  const { events } = live(story);

  test('needs every event, in order', () => {
    const engine = fresh(story);
    expect(() => engine.replay(events[1]!)).toThrow('a log is folded in order and whole');
    engine.replay(events[0]!);
    expect(() => engine.replay(events[0]!)).toThrow('a log is folded in order and whole');
  });

  test('does not settle before its last event', () => {
    const engine = foldTo(story, events, 20);
    expect(() => engine.settle(19)).toThrow('a fold settles at or after its last event');
  });

  test('takes a change: what it cannot reach stays the same, draws included', () => {
    const fork = foldTo(story, events, 10);
    const more = recordOf(fork);
    fork.ask([
      asking('walk/9', { type: 'start', steps: 3 } as never, 12),
      asking('walk/0', { type: 'stop' }, 15),
    ]);
    fork.run(story.until);
    const of = (list: readonly Replayed[], entity: string) =>
      list
        .filter((event) => event.entity === entity && event.at > 10)
        .map(({ at, draws, event }) => ({ at, draws, event }));
    for (const entity of ['walk/1', 'walk/2']) expect(of(more, entity)).toEqual(of(events, entity));
    expect(of(more, 'walk/0').length).toBeLessThan(of(events, 'walk/0').length);
  });
});

describe('an unrelated host', () => {
  /** Everything of an entity except numbers of events, which shift when there are more of them. */
  const story = (list: readonly Replayed[], entity: string) =>
    list
      .filter((event) => event.entity === entity)
      .map(({ at, draws, event: { facts: _, clockFact: __, ...event } }) => ({ at, draws, event }));

  test('leaves everything that happens to the others as it was, draws included', () => {
    const scenario = lab({ actions: doing([10 * SECOND, small]) });
    const spare = { ...scenario.hosts['esx-01']!, path: 'hosts.spare', roles: ['mgmt' as const] };
    const run = (more: Scenario) =>
      runAll(
        ALL_MODELS,
        FLOWS,
        compile(more, () => undefined),
        { until: more.until },
      );
    const before = run(scenario);
    const after = run({ ...scenario, hosts: { spare, ...scenario.hosts } });
    const entities = new Set(before.events.map(({ entity }) => entity));
    for (const shared of ['scenario/run', 'fabric/net']) entities.delete(shared);
    expect(entities.size).toBeGreaterThan(15);
    for (const entity of entities)
      expect(story(after.events, entity), entity).toEqual(story(before.events, entity));
    expect(after.events.length).toBeGreaterThan(before.events.length);
  });
});
