/** Canaries: each rule of the swarm is shown what breaks it and must say so; a rule that can never fail would be found here. */
import { describe, expect, it } from 'vitest';
import { sightOf } from '../../src/flows/flow.ts';
import { FLOWS } from '../../src/flows/index.ts';
import { Engine } from '../../src/kernel/engine.ts';
import { memorySource } from '../../src/log/disk.ts';
import { engineAt, readHistory } from '../../src/run/history.ts';
import { run } from '../support/scenarios.ts';
import { ALL_MODELS } from '../support/world.ts';
import { all, DAY, kindName, STREAMS, type Stream } from './canaries.ts';
import { FINAL_RULES, RULES } from './invariants.ts';
import type { Happened, Scene } from './rules.ts';
import type { Ended } from './rules-end.ts';
import { runWorld } from './run.ts';
import { type Violation, Watch } from './watch.ts';
import { USUAL_BOUNDS, worldOf } from './world.ts';

/** What the rules say of a stream of events. */
function heldAgainst(events: Stream): Violation[] {
  const engine = new Engine(ALL_MODELS, FLOWS, { seed: 'test' });
  const found: Violation[] = [];
  const watch = new Watch(engine, DAY, (violation) => found.push(violation));
  for (const recorded of events) {
    if (engine.count > 0 && recorded.at !== engine.now) watch.instantOver(true);
    engine.replay(recorded);
  }
  watch.instantOver(true);
  return found;
}

/** Rules whose breach no event can make, because the state is derived: shown a world that is wrong. */
const net = (rate: number, capacity: number) => ({
  links: new Map([['a', { capacity, users: 2, bound: 0 }]]),
  groups: new Map([['a', { path: ['a'], cap: Number.POSITIVE_INFINITY, count: 2, holder: 'a' }]]),
  pools: new Map([['a', { count: 2, rate }]]),
  transfers: new Map(['x', 'y'].map((tag) => [tag, { owner: 'docker/v', tag, group: 'a', size: 1, end: 1 }])),
});
const sceneOf = (fabric: object): Scene =>
  ({ until: DAY, world: { at: 0, state: () => fabric, each: () => [] } }) as unknown as Scene;
const happened = (more: Partial<Happened>) =>
  ({ kind: 'fabric.Started', event: {}, seq: 0, ...more }) as Happened;
const SCENES: readonly (readonly [rule: string, how: string, happened: Happened, scene: Scene])[] = [
  ['numbers are dense', 'a number left out', happened({ seq: 1 }), sceneOf({})],
  ['links carry what they can', 'more than the link has', happened({}), sceneOf(net(6, 10))],
  ['links carry what they can', 'a rate below nothing', happened({}), sceneOf(net(-1, 10))],
  ['shares are max-min fair', 'less than there is', happened({}), sceneOf(net(4, 10))],
];

/** What is odd and right: a server, its clients, and an event that shows it, so many times. */
const ODD: readonly (readonly [how: string, dhcp: object, machines: object, seen: string, times: number])[] =
  [
    [
      'leases whose rest ISC tells in whole seconds, up to one too many',
      { scope: '10.0.0.64-10.0.0.126', software: 'isc', 'max-lease': '1938984us' },
      { one: { network: 'lan', start: '681504us' } },
      'dhcp-client.Renewed',
      10,
    ],
    [
      'one address in turn, when a server cuts its leases shorter than udhcpc believes',
      { scope: '10.0.0.2-10.0.0.2', 'max-lease': '7800390us' },
      {
        one: { network: 'lan', start: '5830us', client: 'udhcpc' },
        other: { network: 'lan', start: '6023110us' },
      },
      'segment.Duplicated',
      1,
    ],
    [
      "addresses of udhcpd's own network, for who comes through a relay that is in none",
      { scope: '10.0.0.64-10.0.0.126', software: 'udhcpd' },
      { one: { network: 'far' } },
      'dhcp-client.Bound',
      1,
    ],
  ];

const ruleNamed = (name: string) => RULES.find((rule) => rule.name === name);

describe('canary: a rule reports what breaks it', () => {
  it('and has nothing to say of a good run', () => expect(heldAgainst(all)).toEqual([]));

  it('nor of one in which roots are added by hand', () => {
    const { events } = run('scenarios/registry/ca-added-to-running-engine.yaml').history;
    expect(events.some((recorded) => recorded.event.type === 'RootsAdded')).toBe(true);
    expect(heldAgainst(events)).toEqual([]);
  });

  it.each(ODD)('nor of %s', (_, dhcp, machines, seen, times) => {
    const networks = {
      lan: { cidr: '10.0.0.0/25', dhcp },
      far: {
        cidr: '10.1.0.0/24',
        gateway: '192.0.2.1',
        dhcp: { server: 'lan', scope: '10.1.0.128-10.1.0.129' },
        relay: {},
      },
    };
    const scenario = { version: 1, until: '20s', seed: 'short', networks, machines };
    let found = 0;
    const { violation } = runWorld({ ...worldOf(1), scenario, ties: 0, bounds: USUAL_BOUNDS }, ({ kind }) => {
      if (kind === seen) found += 1;
    });
    expect(violation).toBeUndefined();
    expect(found).toBeGreaterThanOrEqual(times);
  });

  it.each(STREAMS)('%s: %s', (rule, _, stream) => {
    expect(heldAgainst(stream()).map((violation) => violation.rule)).toContain(rule);
  });

  it.each(SCENES)('%s: %s', (rule, _, event, scene) => {
    expect(ruleNamed(rule)?.begin().event?.(event, scene)).toBeTypeOf('string');
  });

  it.each(['links carry what they can', 'shares are max-min fair'])('%s: not when all is well', (rule) => {
    expect(
      ruleNamed(rule)
        ?.begin()
        .event?.(happened({}), sceneOf(net(5, 10))),
    ).toBeUndefined();
  });
});

const { checked, outcome, log, history } = run('scenarios/photon/dhcp-off.yaml');
const worldAt = (at: number) => sightOf(engineAt(history, at).world);
const sound: Ended = {
  checked,
  outcome,
  log,
  history,
  world: worldAt(outcome.at),
  mayReach: [],
  forkAt: 0.6,
};
/** What is read back of other bytes. */
function readBack(bytes: Uint8Array): Ended['history'] {
  const read = readHistory(memorySource(bytes));
  if (!read.ok) throw new Error(read.verdict.message);
  return read.history;
}
/** The history with one event of a kind changed. */
const changed = (kind: string, fields: object): Ended['history'] => ({
  ...history,
  events: history.events.map((recorded) =>
    kindName(recorded) === kind ? { ...recorded, event: { ...recorded.event, ...fields } } : recorded,
  ),
});
/** The history as if its scenario had been written otherwise. */
const otherwise = (text: string) => ({
  ...history,
  sources: history.sources.map((source) => ({ ...source, text })),
});
const LOOP = 'more than 9 events (bound events); what went round: a';

/** What breaks each rule that is held against a run that is over. */
const ENDINGS: readonly (readonly [rule: string, how: string, ended: () => Partial<Ended>])[] = [
  [
    'every run ends and says why',
    'a bound',
    () => ({ outcome: { ...outcome, ending: 'bound', reason: LOOP } }),
  ],
  [
    'every run ends and says why',
    'a bound without a name',
    () => ({ outcome: { ...outcome, ending: 'bound', reason: '' } }),
  ],
  [
    'the log reads back clean',
    'one bit',
    () => ({ history: readBack(log.with(log.length - 99, (log.at(-99) as number) ^ 1)) }),
  ],
  ['the log reads back clean', 'no end', () => ({ history: readBack(log.subarray(0, log.length - 9)) })],
  [
    'the log folds to the same world and proves itself',
    'another hash',
    () => ({ outcome: { ...outcome, worldHash: 'x' } }),
  ],
  [
    'the log folds to the same world and proves itself',
    'another decision',
    () => ({ history: changed('vm.PoweredOn', { boot: 1 }) }),
  ],
  ['an unchanged fork is the original', 'another log', () => ({ log: log.subarray(1) })],
  [
    'a changed fork keeps the past and proves itself',
    'another past',
    () => ({ history: changed('host.Up', { cores: 1 }) }),
  ],
  [
    'a quiet world waits for nothing',
    'a cluster half made',
    () => ({ outcome: { ...outcome, ending: 'quiet' }, world: worldAt(400e6) }),
  ],
  [
    'every failure leads to lines of the scenario',
    'asked for nowhere',
    () => ({ history: changed('scenario.Asked', { line: 0 }) }),
  ],
  ['remedies can be taken', 'one that is refused', () => ({ history: otherwise('nothing: 1') })],
  [
    'every run can be told and judged',
    'a step without a name',
    () => ({ history: changed('cluster.PhaseStarted', { step: undefined }) }),
  ],
];

const finding = (name: string, more: Partial<Ended>) =>
  FINAL_RULES.find((rule) => rule.name === name)?.check({ ...sound, ...more });

describe('canary: a rule of the end reports what breaks it', () => {
  it.each(FINAL_RULES.map(({ name }) => name))('%s: not when all is well', (name) => {
    expect(finding(name, {})).toBeUndefined();
  });

  it.each(ENDINGS)('%s: %s', (name, _, more) => expect(finding(name, more())).toBeTypeOf('string'));
});

describe('canary', () => {
  it('there is one for every rule, and no two rules have one name', () => {
    const names = [...RULES, ...FINAL_RULES].map(({ name }) => name);
    const shown = new Set([...STREAMS, ...SCENES, ...ENDINGS].map(([rule]) => rule));
    expect(names.filter((name) => !shown.has(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});
