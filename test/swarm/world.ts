/**
 * A random but valid world from a seed: a scenario as YAML, and how it is to be run. Each world first draws what is possible in it at all
 * and how heavily each action weighs, so that some worlds have little but deletions and others no fault at all.
 */
import { stringify } from 'yaml';
import type { Bounds } from '../../src/base/bounds.ts';
import { DAY, HOUR, MINUTE } from '../../src/base/units.ts';
import { memorySink } from '../../src/log/disk.ts';
import { optionsOf } from '../../src/run/simulate.ts';
import { Simulation } from '../../src/run/simulation.ts';
import { compile } from '../../src/scenario/compile.ts';
import { formatInstant, parseInstant } from '../../src/scenario/instant.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { type Checked, type Reading, readScenario } from '../../src/scenario/read.ts';
import { aimActions, drawActions, KINDS, madeBy, type Verb } from './actions.ts';
import { Draw } from './draw.ts';
import { ODD_TEXTS } from './odd.ts';
import { drawSite, FEATURES, type Feature, type On, type Plain, type Site } from './site.ts';

export const FILE = 'swarm.yaml';

/** A world, and how it is run. */
export interface RandomWorld {
  readonly seed: number;
  readonly features: readonly Feature[];
  readonly verbs: readonly Verb[];
  readonly scenario: Plain;
  /** Ties between commands of one instant are broken by this; 0 leaves them in the order asked. */
  readonly ties: number;
  readonly bounds: Bounds;
  /** Where in the run a fork leaves it, as a share of its events. */
  readonly forkAt: number;
}

/** Far above what an honest world of this size needs; a loop ends here soon enough. */
export const USUAL_BOUNDS = {
  eventsPerInstant: 20_000,
  events: 40_000,
  pending: 50_000,
  entities: 20_000,
};

/** Kinds of cluster that the language knows, read from its own schema: a new one must get its drawer. */
export function kindsOfLanguage(): string[] {
  const found = new Set<string>();
  const visit = (schema: unknown, key: string, inCluster: boolean): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { enum: several = [], const: single } = schema as { enum?: string[]; const?: string };
    if (inCluster && key === 'kind')
      for (const kind of [...several, ...(single === undefined ? [] : [single])]) found.add(kind);
    for (const [name, below] of Object.entries(schema))
      visit(below, name, inCluster || name === 'create-cluster');
  };
  visit(scenarioJsonSchema(), '', false);
  return [...found];
}

const KNOWN_KINDS = kindsOfLanguage().filter((kind) => KINDS[kind] !== undefined);

/** Reads a world's scenario through the front door. */
export function readWorld(scenario: Plain): Reading {
  const text = textOf(scenario);
  return readScenario({
    file: FILE,
    readText: (name) =>
      name === FILE ? { ok: true, text } : { ok: false, reason: 'there is only one file' },
  });
}

/** The scenario as people would write it. */
export const textOf = (scenario: Plain): string => stringify(scenario, { lineWidth: 0 });

function expectationsOf(draw: Draw, actions: readonly Plain[]): Plain[] {
  const clusters = madeBy(actions, 'create-cluster').map(
    (name) => `cluster ${name} is ${draw.pick(['ready', 'error', 'deleted'])}`,
  );
  const vms = madeBy(actions, 'create-vm').map(
    (name) => `vm ${name} is ${draw.pick(['running', 'deleted'])}`,
  );
  const all = [...new Set([...clusters, ...vms, 'nothing fails', 'never fails with address.duplicate'])];
  // Without it a cluster that is too large for its project is a mistake of the scenario.
  return [{ that: 'fails with quota.exceeded' }, ...draw.some(all, 0.2).map((that) => ({ that }))];
}

function scenarioOf(
  draw: Draw,
  written: Plain,
  actions: readonly Plain[],
  until: number,
  start: number,
): Plain {
  const odd = draw.chance(0.3);
  return {
    version: 1,
    ...(odd ? { about: draw.pick(ODD_TEXTS) } : {}),
    start: formatInstant(start),
    until: `${until}us`,
    seed: odd ? draw.pick(ODD_TEXTS) : `${draw.int(0, 1e9)}`,
    ...written,
    do: actions,
    expect: expectationsOf(draw, actions),
    ...(draw.chance(0.2)
      ? { thresholds: { events: ['max > 0'], 'vms.running': ['max <= 3', 'p(95) > 1'] } }
      : {}),
  };
}

const HOW_LONG = [1, MINUTE, 20 * MINUTE, HOUR, 2 * HOUR, 2 * HOUR, 2 * HOUR, 6 * HOUR, DAY];
const STARTS = [
  '2016-05-24T09:00:00Z',
  '2016-02-29T23:59:59Z',
  '1971-01-01T00:00:00Z',
  '2180-12-31T12:00:00Z',
];

/** A run of a world that is yet to be advanced, with its log in memory. `attach` comes before the first event. */
export function startWorld(
  world: RandomWorld,
  checked: Checked,
  attach: (simulation: Simulation) => void,
): { readonly sink: ReturnType<typeof memorySink>; readonly simulation: Simulation } {
  const sink = memorySink();
  const { ties, bounds } = world;
  const simulation = new Simulation(optionsOf(checked, { file: FILE, ties, bounds }), checked.sources, sink);
  attach(simulation);
  simulation.engine.ask(compile(checked.scenario, checked.place));
  return { sink, simulation };
}

/** Instants at which something happens in a world, by kind of event, so that what is aimed hits rare kinds as often as common ones. */
function instantsOf(world: RandomWorld): ReadonlyMap<string, readonly number[]> {
  const instants = new Map<string, number[]>();
  const reading = readWorld(world.scenario);
  if (!reading.ok) return instants;
  const { simulation } = startWorld(world, reading.checked, (started) => {
    started.on('event', ({ at, kind }) => {
      if (at > 0) instants.set(kind, [...(instants.get(kind) ?? []).slice(-99), at]);
    });
    started.announce();
  });
  try {
    simulation.advance();
  } catch {
    // A fault is found again, and reported, when the world itself is run.
  }
  return instants;
}

function boundsOf(draw: Draw, on: On): Bounds {
  if (!on('tight-bounds') || draw.chance(0.5)) return USUAL_BOUNDS;
  const bound = draw.pick(['eventsPerInstant', 'events', 'pending', 'entities'] as const);
  return { ...USUAL_BOUNDS, [bound]: draw.log(20, 2_000) };
}

const sizeOf = (value: unknown): number =>
  typeof value === 'number' ? value : Array.isArray(value) ? value.length : 0;

/** How many VMs a cluster is about: its numbers of nodes and its addresses. */
const nodesIn = (cluster: Plain): number =>
  Object.values({ masters: 3, marathon: 1, ...cluster, batch: 0 })
    .map(sizeOf)
    .reduce((sum, nodes) => sum + nodes, 0);

/**
 * Gives the project of the first cluster about as many VMs as the cluster and the VMs made by hand need together, so that one VM more or
 * less decides.
 */
function brink(draw: Draw, written: Plain, actions: readonly Plain[]): void {
  const made = (verb: string) =>
    actions.flatMap((action) => (action[verb] === undefined ? [] : [action[verb] as Plain]));
  const [cluster] = made('create-cluster');
  if (cluster === undefined) return;
  const { tenants } = written['platform'] as { tenants: Record<string, { ticket: Plain; projects: Plain }> };
  const tenant = tenants[cluster['tenant'] as string];
  if (tenant === undefined) return;
  const vms = made('create-vm').slice(0, 3);
  for (const vm of vms) Object.assign(vm, { tenant: cluster['tenant'], project: cluster['project'] });
  delete tenant.ticket['vm'];
  const limit = nodesIn(cluster) + draw.int(-1, vms.length);
  tenant.projects[cluster['project'] as string] = { limits: { vm: Math.max(limit, 0) } };
}

/** The world of a seed. */
export function worldOf(seed: number): RandomWorld {
  const draw = new Draw(`swarm ${seed}`);
  const share = draw.pick([0, 0.05, 0.15, 0.3, 0.5]);
  const features = draw.some(FEATURES, share);
  const on: On = (feature) => features.includes(feature);
  const until = Math.max(Math.round(draw.pick(HOW_LONG) * (0.5 + draw.next())), 1);
  const startText = parseInstant(draw.pick(STARTS));
  const start = startText.ok ? startText.value : 0;
  const { site, written } = drawSite(draw, on, start, until);
  const { actions, verbs } = drawActions(draw, on, site, until, KNOWN_KINDS);
  if (on('brink')) brink(draw, written, actions);
  const world: RandomWorld = {
    seed,
    features,
    verbs,
    scenario: scenarioOf(draw, written, actions, until, start),
    ties: on('ties') ? draw.int(1, 2 ** 31) : 0,
    bounds: boundsOf(draw, on),
    forkAt: draw.next(),
  };
  return on('aimed') ? aimed(draw, on, site, world) : world;
}

/** The same world with faults at the very instants at which something else happens in it. */
function aimed(draw: Draw, on: On, site: Site, world: RandomWorld): RandomWorld {
  const instants = instantsOf(world);
  if (instants.size === 0) return world;
  const actions = aimActions(draw, on, site, world.scenario['do'] as Plain[], instants);
  return { ...world, scenario: { ...world.scenario, do: actions } };
}
