/** What is done to a random world, and when. Every action and every kind of cluster of the language has its drawer here. */
import { formatIpv4 } from '../../src/base/ipv4.ts';
import { DAY, HOUR, SECOND } from '../../src/base/units.ts';
import { hasKubelet } from '../../src/scenario/cluster-kinds.ts';
import type { Desk } from '../../src/scenario/desk.ts';
import { nodeNames } from '../../src/scenario/nodes.ts';
import type { VERBS } from '../../src/scenario/schema-cluster.ts';
import { type Draw, swarmWeights } from './draw.ts';
import { ODD_NAMES } from './odd.ts';
import { micros, type Net, namesOf, type On, type Plain, type Site } from './site.ts';

export type Verb = (typeof VERBS)[number];

/** What drawers of actions draw from. */
interface Stage {
  readonly draw: Draw;
  readonly on: On;
  readonly site: Site;
  readonly clusters: readonly string[];
  readonly vms: readonly string[];
  readonly kinds: readonly string[];
}

/** An address that somebody may be given by hand. */
const byHand = (draw: Draw, net: Net): number | undefined =>
  draw.pick(draw.chance(0.7) || net.scope.length === 0 ? net.statics : net.scope);

const platformOf = (site: Site) => site.platform as NonNullable<Site['platform']>;

/** So many addresses at most, each another one. */
function some(draw: Draw, net: Net, most: number): string[] {
  const wanted = Array.from({ length: draw.int(1, most) }, () => draw.pick(net.statics));
  return [...new Set(wanted.filter((address) => address !== undefined))].map(formatIpv4);
}

/** What every kind of cluster may have: slaves, flavors, and images other than its own. */
function anyCluster({ draw, on, site }: Stage, images: readonly string[]): Plain {
  const { images: all, flavors } = platformOf(site);
  const cluster: Plain = { slaves: draw.log(1, on('large') ? 30 : 5) };
  if (draw.chance(0.4)) cluster['batch'] = draw.log(1, 20);
  if (draw.chance(0.3)) cluster['master-flavor'] = draw.pick(flavors);
  if (draw.chance(0.3)) cluster['other-flavor'] = draw.pick(flavors);
  const others = draw.some(images, draw.chance(0.5) ? 0 : 0.4);
  if (others.length > 0)
    cluster['images'] = Object.fromEntries(others.map((image) => [image, draw.pick(all)]));
  return cluster;
}

/** What clusters of each kind are made of. Undefined where the network has no address for their static nodes. */
export const KINDS: Readonly<Record<string, (stage: Stage) => Plain | undefined>> = {
  mesos(stage) {
    const { draw, site } = stage;
    const zookeepers = some(draw, platformOf(site).net, 3);
    if (zookeepers.length === 0) return undefined;
    const cluster: Plain = { zookeepers, ...anyCluster(stage, ['zookeeper', 'master', 'marathon', 'slave']) };
    if (draw.chance(0.6)) cluster['masters'] = draw.log(1, 5);
    if (draw.chance(0.3)) cluster['marathon'] = draw.log(1, 3);
    return cluster;
  },
  swarm(stage) {
    const etcds = some(stage.draw, platformOf(stage.site).net, 3);
    return etcds.length === 0 ? undefined : { etcds, ...anyCluster(stage, ['etcd', 'swarm']) };
  },
  kubernetes(stage) {
    const [master, ...etcds] = some(stage.draw, platformOf(stage.site).net, 4);
    if (master === undefined || etcds.length === 0) return undefined;
    const images = ['etcd', 'setup', 'flannel', 'hyperkube', 'pause'];
    return { master, etcds, ...anyCluster(stage, images) };
  },
};

const host = ({ draw, site }: Stage): string | undefined =>
  site.hosts.length === 0 ? undefined : draw.chance(0.1) ? '*' : draw.pick(site.hosts);

const served = ({ draw, site }: Stage): string | undefined =>
  draw.pick(site.nets.filter((net) => net.hasServer))?.name;

const machine = ({ draw, site }: Stage): string | undefined =>
  site.machines.length === 0 ? undefined : draw.chance(0.1) ? 'desk-*' : draw.pick(site.machines);

const relayed = ({ draw, site }: Stage): string | undefined => draw.pick(site.relayed);

/** A machine, several, or a server. */
const plugged = (stage: Stage): string | undefined =>
  stage.draw.chance(0.6) ? machine(stage) : served(stage);

/** A node that a cluster of that name begins with, or all of them. */
const node = ({ draw, clusters }: Stage): string =>
  `${draw.pick(clusters)}-${draw.chance(0.2) ? '*' : draw.pick(['zookeeper-1', 'master-1', 'slave-1'])}`;

/** One drawer for each verb: the value under it, or undefined where this world has nothing to do it to. */
export const DRAWERS: Readonly<Record<Verb, (stage: Stage) => unknown>> = {
  'create-cluster'(stage) {
    const { draw, site, clusters, kinds } = stage;
    const kind = draw.pick(kinds);
    const made = KINDS[kind]?.(stage);
    if (made === undefined) return undefined;
    const { tenant, project } = draw.pick(platformOf(site).payers);
    return { name: draw.pick(clusters), kind, tenant, project, ...made };
  },
  'delete-cluster': ({ draw, clusters }) => draw.pick(clusters),
  'create-vm'({ draw, site, vms }) {
    const { payers, flavors, net } = platformOf(site);
    const address = draw.chance(0.4) ? draw.pick(net.statics) : undefined;
    const where = address === undefined ? {} : { address: formatIpv4(address) };
    return { name: draw.pick(vms), ...draw.pick(payers), flavor: draw.pick(flavors), ...where };
  },
  'delete-vm': ({ draw, vms }) => draw.pick(vms),
  'edit-template': ({ draw, site }) =>
    site.platform === undefined ? undefined : { trusts: draw.some(site.roots, 0.5) },
  'start-dhcp': served,
  'stop-dhcp': served,
  'power-on-host': host,
  'fail-host': host,
  'set-clock'(stage) {
    const to = host(stage);
    const { draw } = stage;
    const clock = draw.chance(0.3) ? '0s' : `${draw.chance(0.5) ? '-' : ''}${micros(draw.log(1, 400 * DAY))}`;
    return to === undefined ? undefined : { host: to, clock };
  },
  'take-address'({ draw, on, site }) {
    const net = draw.pick(site.nets);
    const address = byHand(draw, net);
    const holder = on('odd-names') ? draw.pick(ODD_NAMES) : draw.pick(['printer', 'camera']);
    return address === undefined ? undefined : { network: net.name, address: formatIpv4(address), holder };
  },
  'move-scope'({ draw, site }) {
    const net = draw.pick(site.nets.filter(({ hasScope }) => hasScope));
    const all = [...(net?.statics ?? []), ...(net?.scope ?? [])].sort((a, b) => a - b);
    const from = draw.int(0, Math.max(all.length - 1, 0));
    const [first, last] = [all[from], all[draw.int(from, Math.max(all.length - 1, from))]];
    if (net === undefined || first === undefined || last === undefined) return undefined;
    const moved: Plain = { network: net.name, scope: `${formatIpv4(first)}-${formatIpv4(last)}` };
    if (draw.chance(0.3)) moved['keep-leases'] = false;
    return moved;
  },
  'forget-leases': served,
  'start-relay': relayed,
  'stop-relay': relayed,
  'start-machine': machine,
  'stop-machine': machine,
  'kill-machine': machine,
  unplug: plugged,
  plug: plugged,
  'pull-image': (stage) => ({ node: node(stage), image: stage.draw.pick(platformOf(stage.site).images) }),
  'add-root': (stage) =>
    stage.site.roots.length === 0
      ? undefined
      : { node: node(stage), roots: [stage.draw.pick(stage.site.roots)] },
  'restart-engine': node,
  'run-pod': ({ draw, site, clusters }) => ({
    node: `${draw.pick(clusters)}-${draw.pick(['master-1', 'slave-1'])}`,
    ...{ name: draw.pick(['web', 'db', 'apiserver']), image: draw.pick(platformOf(site).images) },
  }),
};

const BY_HAND: readonly Verb[] = ['pull-image', 'add-root', 'restart-engine', 'run-pod'];
const NEEDS_PLATFORM: readonly Verb[] = [
  ...(['create-cluster', 'delete-cluster', 'create-vm', 'delete-vm'] as const),
  ...BY_HAND,
];
/** Without these there is nothing that the others could disturb. */
const MAKERS: readonly Verb[] = ['create-cluster', 'create-vm'];

/** Instants of actions: spread over the run, early on, or a few bursts in which several things happen at once. */
function timer(draw: Draw, on: On, until: number): () => number {
  const bursts = Array.from({ length: draw.int(1, 4) }, () => draw.int(0, until));
  const style = on('bursts') ? 'bursts' : draw.pick(['spread', 'early', 'whole']);
  return () => {
    if (draw.chance(0.02)) return until + draw.int(0, HOUR);
    if (style === 'bursts') return draw.pick(bursts);
    if (style === 'early') return draw.log(1, Math.max(until, 1)) - 1;
    const at = draw.int(0, until);
    return style === 'whole' ? Math.floor(at / (5 * SECOND)) * 5 * SECOND : at;
  };
}

export interface Drawn {
  readonly actions: readonly Plain[];
  /** Verbs that this world may use. */
  readonly verbs: readonly Verb[];
}

const verbOf = (action: Plain): Verb => Object.keys(action).find((key) => key !== 'at') as Verb;

/** Names made by some action; what is deleted or expected must be among them. */
export function madeBy(actions: readonly Plain[], verb: 'create-cluster' | 'create-vm'): string[] {
  return actions.flatMap((action) =>
    action[verb] === undefined ? [] : [(action[verb] as { name: string }).name],
  );
}

/** The nodes of some kinds that the clusters of these actions begin with, as the language knows them. */
function nodesOf(actions: readonly Plain[], isMeant?: Parameters<typeof nodeNames>[2]): readonly string[] {
  const sound = { wasPruned: () => false, lostParts: () => false } as unknown as Desk;
  const written = actions.map((action) => ({ ...action, at: Number.parseInt(String(action['at']), 10) }));
  return nodeNames(sound, { do: written } as Parameters<typeof nodeNames>[1], isMeant) ?? [];
}

/** Actions that name something which no action makes are left out: the language refuses them. */
export function withoutStrays(actions: readonly Plain[]): Plain[] {
  const [clusters, vms] = [madeBy(actions, 'create-cluster'), madeBy(actions, 'create-vm')];
  const [nodes, kubelets] = [nodesOf(actions), nodesOf(actions, hasKubelet)];
  return actions.filter((action) => {
    const verb = verbOf(action);
    if (verb === 'delete-cluster') return clusters.includes(action[verb] as string);
    if (verb === 'delete-vm') return vms.includes(action[verb] as string);
    if (!BY_HAND.includes(verb)) return true;
    const on = action[verb] as string | { readonly node: string };
    const pattern = typeof on === 'string' ? on : on.node;
    const isOn = (name: string) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    return (verb === 'run-pod' ? kubelets : nodes).some(isOn);
  });
}

/** What the platform itself calls the VMs of a cluster, for VMs made by hand under the same names. */
const NODES = [
  'zookeeper-1',
  'etcd-1',
  'zookeeper-2',
  'master-1',
  'master-2',
  'marathon-1',
  'slave-1',
  'slave-3',
];

function stageOf(draw: Draw, on: On, site: Site, kinds: readonly string[]): Stage {
  const clusters = namesOf(draw, draw.int(1, on('large') ? 4 : 2), 'cluster', on('odd-names'));
  const nodes = clusters.flatMap((cluster) => NODES.map((node) => `${cluster}-${node}`.slice(0, 63)));
  const vms = on('clashing-names')
    ? [draw.pick(nodes), draw.pick(nodes), 'photon-os']
    : namesOf(draw, draw.int(1, 5), 'web', on('odd-names'));
  return { draw, on, site, clusters, vms, kinds };
}

/** Draws what is done. */
export function drawActions(draw: Draw, on: On, site: Site, until: number, kinds: readonly string[]): Drawn {
  const stage = stageOf(draw, on, site, kinds);
  const usable = (Object.keys(DRAWERS) as Verb[]).filter(
    (verb) => site.platform !== undefined || !NEEDS_PLATFORM.includes(verb),
  );
  const weights = new Map(swarmWeights(draw, usable, 0.3));
  const verbs = usable.filter((verb) => weights.get(verb) !== 0);
  const when = timer(draw, on, until);
  const actions: Plain[] = [];
  const add = (at: number, verb: Verb | undefined) => {
    const value = verb === undefined ? undefined : DRAWERS[verb](stage);
    if (verb !== undefined && value !== undefined) actions.push({ at: micros(at), [verb]: value });
  };
  // Most worlds begin with something that takes its time.
  const first = MAKERS.find((verb) => verbs.includes(verb));
  if (first !== undefined && draw.chance(0.85)) add(draw.int(0, Math.floor(until / 8)), first);
  for (let left = draw.chance(0.04) ? 0 : draw.log(1, on('large') ? 60 : 25); left > 0; left -= 1)
    add(when(), draw.weighted(weights));
  return { actions: withoutStrays(actions), verbs };
}

/** What undoes an action, so that the two can come close together. */
const UNDOES: Readonly<Partial<Record<Verb, Verb>>> = {
  'stop-dhcp': 'start-dhcp',
  'start-dhcp': 'stop-dhcp',
  'fail-host': 'power-on-host',
  'power-on-host': 'fail-host',
  'start-relay': 'stop-relay',
  'stop-relay': 'start-relay',
  'stop-machine': 'start-machine',
  'kill-machine': 'start-machine',
  unplug: 'plug',
  'delete-vm': 'create-vm',
  'delete-cluster': 'create-cluster',
};

/** The value under the verb that undoes another: the same thing again, as it was made the first time. */
function undone(verb: Verb, value: unknown, actions: readonly Plain[]): unknown {
  const other = UNDOES[verb];
  if (other === undefined || !MAKERS.includes(other)) return value;
  const made = actions.find((action) => (action[other] as { name?: unknown } | undefined)?.name === value);
  return made?.[other];
}

/** Events that an action is most likely to disturb. */
const DISTURBS: Readonly<Partial<Record<Verb, RegExp>>> = {
  'stop-dhcp': /^(dhcp\.Offered|dhcp-client\.(Requesting|Renewing|Rebinding))$/,
  'start-dhcp': /^(dhcp\.Stopped|dhcp-client\.Discovering)$/,
  'fail-host': /^(scheduler\.Placed|vm\.(Created|PoweredOn)|dhcp\.Offered|docker\.LayerStarted)$/,
  'delete-vm': /^(vm\.|dhcp\.Offered$|cluster\.ExpandFailed$|ticket\.Refused$)/,
  'delete-cluster': /^(cluster\.|node\.|docker\.LayerStarted$)/,
  'edit-template': /^(node\.IsoBuilt|trust\.Filled)$/,
  'take-address': /^(dhcp\.|segment\.)/,
  'move-scope': /^(dhcp\.|dhcp-client\.)/,
  'forget-leases': /^(dhcp\.|dhcp-client\.)/,
  'stop-relay': /^(relay\.|dhcp\.)/,
  'stop-machine': /^dhcp-client\./,
  'kill-machine': /^dhcp-client\./,
  unplug: /^(dhcp\.|dhcp-client\.|segment\.)/,
  'pull-image': /^(docker\.|vm\.Addressed$)/,
  'add-root': /^(trust\.|docker\.(Starting|RootsLoaded)$)/,
  'restart-engine': /^docker\./,
  'run-pod': /^(kubelet|docker)\./,
};

/** The instant of something that happens: of a kind that the action disturbs, or of any. */
function target(draw: Draw, verb: Verb, instants: ReadonlyMap<string, readonly number[]>): number {
  const kinds = [...instants.keys()];
  const near = kinds.filter((kind) => DISTURBS[verb]?.test(kind));
  const kind = draw.pick(near.length > 0 && draw.chance(0.6) ? near : kinds);
  return draw.pick(instants.get(kind) ?? [0]);
}

/** Further actions at given instants: faults aimed at the very microsecond at which something else happens, or close to it. */
export function aimActions(
  draw: Draw,
  on: On,
  site: Site,
  actions: readonly Plain[],
  instants: ReadonlyMap<string, readonly number[]>,
): Plain[] {
  const made = { clusters: madeBy(actions, 'create-cluster'), vms: madeBy(actions, 'create-vm') };
  const stage: Stage = { draw, on, site, ...made, kinds: [] };
  const usable = (Object.keys(DRAWERS) as Verb[]).filter((verb) => {
    if (MAKERS.includes(verb)) return false;
    if (verb === 'delete-cluster' || BY_HAND.includes(verb)) return made.clusters.length > 0;
    return verb !== 'delete-vm' || made.vms.length > 0;
  });
  const aimed: Plain[] = [];
  const add = (at: number, verb: Verb, value: unknown) => {
    if (value !== undefined) aimed.push({ at: micros(Math.max(at, 0)), [verb]: value });
  };
  for (let left = draw.log(1, 8); left > 0; left -= 1) {
    const verb = draw.pick(usable);
    const value = DRAWERS[verb](stage);
    const at =
      target(draw, verb, instants) + draw.pick([0, 0, 0, -1, 1, draw.int(1, 1000), draw.int(1, 1000)]);
    add(at, verb, value);
    const other = UNDOES[verb];
    const later = draw.pick([0, 1, draw.int(1, 500), draw.log(SECOND, HOUR)]);
    if (other !== undefined && draw.chance(0.5)) add(at + later, other, undone(verb, value, actions));
  }
  return withoutStrays([...actions, ...aimed]);
}
