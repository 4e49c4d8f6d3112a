/** Small worlds run through the real engine, and the way from a failure back to what the scenario asked. */

import type { Bounds } from '../../src/base/bounds.ts';
import { DAY, GIB, HOUR, MILLISECOND, MINUTE, type Micros, SECOND } from '../../src/base/units.ts';
import { FLOWS } from '../../src/flows/index.ts';
import { type Ending, Engine, type Replayed } from '../../src/kernel/engine.ts';
import type { AnyModel, Flow } from '../../src/kernel/model.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import { MODELS } from '../../src/models/index.ts';
import { KINDS } from '../../src/scenario/cluster-kinds.ts';
import { compile } from '../../src/scenario/compile.ts';
import type {
  ActionSpec,
  AuthoritySpec,
  CreateClusterSpec,
  DhcpSpec,
  NetworkSpec,
  ProxySpec,
  Scenario,
  SiteSpec,
} from '../../src/scenario/types.ts';
import { ip } from './spec.ts';

export const ALL_MODELS = Object.values(MODELS) as unknown as readonly AnyModel[];

/** Collects what an engine records, as a log would give it back. */
export function recordOf(engine: Engine): Replayed[] {
  const events: Replayed[] = [];
  engine.recorder = {
    append: (kind, { seq, at, cause, entity: id }, draws, event) => {
      const entity = engine.world.entity(id).ref;
      events.push({ seq, at, cause, entity, kind, draws, event: structuredClone(event) });
    },
  };
  return events;
}

export interface Rehearsal {
  readonly engine: Engine;
  readonly events: readonly Replayed[];
  readonly ending: Ending;
  /** Events of `model.Type`, in order. */
  all(kind: string): Replayed[];
  /** The last event of `model.Type`, of one entity if named; it must exist. */
  last(kind: string, name?: string): Replayed;
  /** Paths in the scenario that an event rests on: along its facts where it has some, else along its cause. */
  paths(from: Replayed): string[];
}

export interface Options {
  readonly seed?: string;
  readonly ties?: number;
  readonly until?: Micros;
  readonly bounds?: Partial<Bounds>;
}

/** Runs what is asked on an engine with these models and flows. */
export function runAll(
  models: readonly AnyModel[],
  flows: readonly Flow[],
  asks: readonly Ask[],
  options: Options = {},
): Rehearsal {
  const { seed = 'test', ties = 0, until = DAY, bounds = {} } = options;
  const engine = new Engine(models, flows, { seed, ties, bounds });
  const events = recordOf(engine);
  engine.ask(asks);
  const ending = engine.run(until);
  const kindOf = (event: Replayed) =>
    `${event.entity.slice(0, event.entity.indexOf('/'))}.${event.event.type}`;
  const all = (kind: string) => events.filter((event) => kindOf(event) === kind);
  return {
    engine,
    events,
    ending,
    all,
    last(kind, name) {
      const found = all(kind).filter((event) => name === undefined || event.entity.endsWith(`/${name}`));
      const last = found.at(-1);
      if (last === undefined)
        throw new Error(`there is no ${kind}${name === undefined ? '' : ` of ${name}`}`);
      return last;
    },
    paths: (from) => pathsFrom(events, from),
  };
}

/**
 * Every root that an event rests on, by path, found as `why` finds it: along the facts where there are some, else down the chain of causes.
 * Each step goes to an earlier event, so it ends.
 */
export function pathsFrom(events: readonly Replayed[], from: Replayed): string[] {
  const seen = new Set<number>();
  const paths = new Set<string>();
  const open = [from.seq];
  for (let seq = open.pop(); seq !== undefined; seq = open.pop()) {
    if (seen.has(seq)) continue;
    seen.add(seq);
    const facts = ((events[seq]?.event['facts'] ?? []) as number[]).filter((fact) => fact >= 0);
    open.push(...facts);
    if (facts.length > 0) continue;
    let root = events[seq] as Replayed;
    while (root.cause >= 0) root = events[root.cause] as Replayed;
    paths.add(root.event['path'] as string);
  }
  return [...paths].sort();
}

/** Compiles a scenario by hand and runs it. */
export function rehearse(scenario: Scenario, options: Options = {}): Rehearsal {
  const asks = compile(scenario, (path) => ({ file: 'test.yaml', line: path.length, column: 1, length: 1 }));
  return runAll(ALL_MODELS, FLOWS, asks, { seed: scenario.seed, until: scenario.until, ...options });
}

export const HUB = 'registry-1.docker.io';
export const IMAGES = {
  zookeeper: 'esxcloud/zookeeper',
  master: 'mesosphere/mesos-master',
  marathon: 'mesosphere/marathon',
  slave: 'mesosphere/mesos-slave',
} as const;

const image = (path: string, ...layers: (readonly [string, number])[]) => ({
  path,
  layers: layers.map(([digest, size]) => ({ digest, size })),
});

export const site: SiteSpec = {
  path: `internet.${HUB}`,
  issuedBy: 'public',
  names: [HUB],
  sends: [],
  token: '',
  blobs: '',
  from: -100 * DAY,
  until: 100 * DAY,
  rtt: 20 * MILLISECOND,
  bandwidth: 1e9,
  up: true,
  inside: false,
  mirrorOf: '',
  images: {
    [IMAGES.zookeeper]: image('internet.zookeeper', ['base', 60e6], ['zk', 40e6]),
    [IMAGES.master]: image('internet.master', ['base', 60e6], ['mesos', 80e6], ['m', 5e6], ['m2', 1e6]),
    [IMAGES.marathon]: image('internet.marathon', ['java', 100e6], ['marathon', 30e6]),
    [IMAGES.slave]: image('internet.slave', ['base', 60e6], ['mesos', 80e6], ['s', 5e6]),
  },
};

export const inspector: ProxySpec = {
  path: 'proxies.corp',
  networks: ['lan'],
  bandwidth: 200e6,
  tlsPath: 'proxies.corp.tls',
  intercept: true,
  resignsWith: 'corp-root',
  habit: 'plain',
  mode: 'explicit',
  trusts: [],
  backdate: HOUR,
  bypass: [],
  up: true,
};

export const scope: DhcpSpec = {
  path: 'networks.lan.dhcp',
  enabled: true,
  server: '',
  answerDelay: 0,
  lostAnswers: [],
  software: 'generic',
  address: ip('10.0.0.1'),
  network: ip('10.0.0.0'),
  prefix: 24,
  ranges: [{ first: ip('10.0.0.100'), last: ip('10.0.0.149') }],
  reservations: [],
  options: {},
  lease: 8 * HOUR,
  check: 'none',
};

export const lan: NetworkSpec & { readonly dhcp: DhcpSpec } = {
  path: 'networks.lan',
  network: ip('10.0.0.0'),
  prefix: 24,
  gateway: ip('10.0.0.1'),
  dns: [ip('10.0.0.2')],
  vlan: 100,
  servers: {},
  dhcp: scope,
};

/** A Mesos cluster with small nodes: static ZooKeepers, and so many of the others. */
export function mesosOf({
  zookeepers = [ip('10.0.0.11'), ip('10.0.0.12'), ip('10.0.0.13')],
  masters = 3,
  marathon = 1,
  slaves = 2,
  ...more
}: Partial<CreateClusterSpec> & {
  readonly zookeepers?: readonly number[];
  readonly masters?: number;
  readonly marathon?: number;
  readonly slaves?: number;
} = {}): CreateClusterSpec {
  const counts: Readonly<Record<string, number>> = { masters, marathon, slaves };
  return {
    ...{ name: 'mesos', kind: 'mesos', tenant: 'lab', project: 'dev', batch: 20, images: IMAGES },
    groups: KINDS.mesos.nodes.map((kind) => {
      const addresses = kind.key === 'zookeepers' ? zookeepers : [];
      return { kind, addresses, count: counts[kind.key ?? ''] ?? addresses.length, flavor: 'small' };
    }),
    ...more,
  };
}

/** `do[i]` of the scenario. */
export function doing(
  ...actions: (readonly [at: Micros, action: Omit<ActionSpec, 'path' | 'at'> & Record<string, unknown>])[]
): ActionSpec[] {
  return actions.map(([at, action], i) => ({ path: `do[${i}]`, at, ...action }) as unknown as ActionSpec);
}

export const createMesos = { verb: 'create-cluster', cluster: mesosOf() } as const;

const limits = { vm: 100, 'vm.cpu': 200, 'vm.memory': 400 * GIB };
const root = (name: string): AuthoritySpec => ({
  path: 'roots.x',
  from: -1000 * DAY,
  until: 1000 * DAY,
  isRoot: true,
  issuedBy: name,
  copyOf: name,
  pathLength: -1,
  permits: [],
  excludes: [],
});
const hostOf = (name: string, roles: readonly ('mgmt' | 'cloud')[]) => ({
  path: `hosts.${name}`,
  cores: 16,
  memory: 128 * GIB,
  roles,
  nics: { vmnic0: { network: 'lan', rate: 10e9 } },
  power: 'on' as const,
  boot: 5 * MINUTE,
  clock: 0,
});

/** A lab in which a Mesos cluster comes up: two hosts, DHCP, a registry that is trusted. Tests change what they are about. */
export function lab(more: Partial<Scenario> = {}): Scenario {
  return {
    name: 'lab',
    about: '',
    start: 1_464_091_200_000_000,
    until: 2 * HOUR,
    seed: '7',
    hosts: { 'esx-01': hostOf('esx-01', ['mgmt', 'cloud']), 'esx-02': hostOf('esx-02', ['cloud']) },
    datastores: {
      vsan: { path: 'datastores.vsan', hosts: ['esx-01', 'esx-02'], capacity: 1000 * GIB, write: 400e6 },
    },
    networks: { lan },
    authorities: { public: root('public'), 'corp-root': root('corp-root') },
    internet: { [HUB]: site },
    proxies: {},
    machines: {},
    platform: {
      path: 'platform',
      on: 'esx-01',
      network: 'lan',
      datastore: 'vsan',
      addressWait: { polls: 120, every: 5 * SECOND },
      serviceWait: { polls: 120, every: 5 * SECOND },
      stepLimit: 30 * MINUTE,
      clientLimit: 30 * MINUTE,
      vmImage: {
        path: 'platform.image',
        name: 'photon-mesos',
        size: 3 * GIB,
        trustsPath: 'platform.image.trusts',
        trusts: ['public'],
        preloaded: [],
        engine: 'docker-1.11',
        insecure: [],
        registryRoots: {},
        mirror: '',
        proxyUser: '',
      },
      template: { path: 'platform.template', trusts: [] },
      flavors: { small: { path: 'platform.flavors.small', cpu: 1, memory: 2 * GIB } },
      tenants: {
        lab: {
          path: 'platform.tenants.lab',
          limits,
          projects: { dev: { path: 'platform.tenants.lab.projects.dev', limits } },
        },
      },
    },
    actions: doing([10 * SECOND, createMesos]),
    expect: [],
    thresholds: [],
    ...more,
  };
}
