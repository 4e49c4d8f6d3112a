/** What is done and when. */
import { formatDuration, type Micros } from '../base/units.ts';
import { isInside } from './address.ts';
import { hasKubelet } from './cluster-kinds.ts';
import type { Desk } from './desk.ts';
import { nodeNames } from './nodes.ts';
import { resolveClusterAction, resolveVmAction } from './resolve-cluster.ts';
import { addRoot, pullImage, runPod, selectNodes } from './resolve-engine.ts';
import { trusted } from './resolve-platform.ts';
import type { Written } from './schema.ts';
import { VERBS } from './schema-cluster.ts';
import { choices } from './show.ts';
import { type ActionText, type Doing, needPlatform, type Stage } from './stage.ts';
import type { Path } from './tree.ts';
import type { ActionSpec, PlatformSpec } from './types.ts';

/** Actions in the order written. An action on a glob of hosts becomes one for each. */
export function resolveActions(
  desk: Desk,
  written: Written,
  until: Micros,
  platform: PlatformSpec | undefined,
): readonly ActionSpec[] {
  const actions = written.do ?? [];
  const made = (verb: 'create-cluster' | 'create-vm') =>
    actions.flatMap((action) => action[verb]?.name ?? []);
  const stage: Stage = {
    desk,
    platform,
    networks: written.networks ?? {},
    machines: written.machines ?? {},
    clusters: made('create-cluster'),
    vms: made('create-vm'),
    nodes: nodeNames(desk, written),
    kubelets: nodeNames(desk, written, hasKubelet),
  };
  return actions.flatMap((action, index) => {
    const path = ['do', index];
    const at = desk.need(action.at, [...path, 'at'], 0, '5m');
    if (at > until) {
      desk.warning('time.after-until', [...path, 'at'], 'this happens after the simulation ends', {
        reason: `it ends at ${formatDuration(until)}`,
        help: 'raise `until`, or let it happen earlier',
      });
    }
    return doings(stage, action, path).map((doing): ActionSpec => ({ path: desk.label(path), at, ...doing }));
  });
}

function doings(stage: Stage, action: ActionText, path: Path): readonly Doing[] {
  const { desk } = stage;
  const verbs = VERBS.filter((verb) => action[verb] !== undefined);
  const [verb] = verbs;
  if (verb !== undefined && verbs.length === 1) return one(stage, action, verb, [...path, verb]);
  if (verb === undefined && desk.lostParts(path)) return [];
  if (verb === undefined) {
    desk.error('key.missing', path, 'this says when, but not what is done', {
      reason: 'an action has a time and one verb',
      help: `write ${choices(VERBS)}`,
    });
    return [];
  }
  const written = desk.keysAt(path).filter((key) => verbs.some((name) => name === key));
  desk.issues.error('value.type', 'an action does one thing', {
    place: desk.keyPlace([...path, written[1] ?? verb]),
    reason: `it has ${choices(written, 'and')}`,
    help: 'write an action of its own for each, with the same `at`',
  });
  return [];
}

function one(stage: Stage, action: ActionText, verb: (typeof VERBS)[number], path: Path): readonly Doing[] {
  const { desk } = stage;
  switch (verb) {
    case 'create-cluster':
      return [{ verb, cluster: resolveClusterAction(stage, action[verb]!, path) }];
    case 'delete-cluster':
      desk.known('cluster', action[verb]!, path, stage.clusters);
      return [{ verb, name: action[verb]! }];
    case 'create-vm':
      return [{ verb, vm: resolveVmAction(stage, action[verb]!, path) }];
    case 'delete-vm':
      desk.known('vm', action[verb]!, path, stage.vms);
      return [{ verb, name: action[verb]! }];
    case 'edit-template':
      return [editTemplate(stage, action, path)];
    case 'start-dhcp':
    case 'stop-dhcp':
    case 'forget-leases':
      return [serveDhcp(stage, action[verb]!, verb, path)];
    case 'move-scope':
      return [moveScope(stage, action[verb]!, path)];
    case 'start-relay':
    case 'stop-relay':
      return [relays(stage, action[verb]!, verb, path)];
    case 'start-machine':
    case 'stop-machine':
    case 'kill-machine':
      return desk.select('machine', action[verb]!, path).map((machine) => ({ verb, machine }));
    case 'unplug':
    case 'plug':
      return plugs(stage, action[verb]!, verb, path);
    case 'power-on-host':
    case 'fail-host':
      return desk.select('host', action[verb]!, path).map((host) => ({ verb, host }));
    case 'set-clock':
      return setClock(desk, action[verb]!, path);
    case 'take-address':
      return [takeAddress(desk, action[verb]!, path)];
    case 'pull-image':
      return pullImage(stage, action[verb]!, path);
    case 'add-root':
      return addRoot(stage, action[verb]!, path);
    case 'restart-engine':
      return selectNodes(stage, action[verb]!, path).map((node) => ({ verb, node }));
    case 'run-pod':
      return runPod(stage, action[verb]!, path);
  }
}

function editTemplate({ desk, platform }: Stage, action: ActionText, path: Path): Doing {
  needPlatform(desk, platform, path);
  const { trusts } = action['edit-template'] ?? {};
  const roots = desk.need(trusts, [...path, 'trusts'], [], '[corp-root]');
  return { verb: 'edit-template', trusts: trusted(desk, roots, [...path, 'trusts']) };
}

/** Further servers by name, and the network that each is on. */
const furtherServers = ({ networks }: Stage): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(networks).flatMap(([network, { servers }]) =>
      Object.keys(servers ?? {}).map((server): [string, string] => [server, network]),
    ),
  );

function moveScope(stage: Stage, move: NonNullable<ActionText['move-scope']>, path: Path): Doing {
  const { desk, networks } = stage;
  const name = desk.need(move.network, [...path, 'network'], '', 'mgmt');
  if (move.network !== undefined && desk.refer('network', name, [...path, 'network']))
    serveDhcp(stage, name, 'move-scope', [...path, 'network']);
  const network = Object.hasOwn(networks, name) ? networks[name] : undefined;
  const here = network?.cidr ?? { network: 0, prefix: 8 };
  const scope = desk.need(move.scope, [...path, 'scope'], [], '10.20.0.100-10.20.0.149');
  const ranges = Array.isArray(scope) ? scope : [scope];
  const subnet = move.cidr ?? here;
  for (const { first, last } of ranges)
    if (!isInside(subnet, first) || !isInside(subnet, last))
      desk.error('address.outside-subnet', [...path, 'scope'], 'the scope reaches outside its subnet', {
        reason: 'a lease from there would be of no use on this network',
        help: 'write `cidr` when the scope moves to another subnet',
      });
  const before = network?.dhcp?.address ?? network?.gateway ?? here.network + 1;
  const address = move.address ?? (isInside(subnet, before) ? before : subnet.network + 1);
  const keepLeases = move['keep-leases'] ?? true;
  return { verb: 'move-scope', network: name, ranges, subnet, address, keepLeases };
}

function relays(
  { desk, networks }: Stage,
  network: string,
  verb: 'start-relay' | 'stop-relay',
  path: Path,
): Doing {
  const declared = Object.hasOwn(networks, network) ? networks[network] : undefined;
  if (desk.refer('network', network, path) && declared !== undefined && declared.dhcp?.server === undefined)
    desk.error('dhcp.missing', path, `the network \`${network}\` has nothing to relay to`, {
      reason: 'a relay passes requests on to the server of another network',
      help: `write networks.${network}.dhcp: { server: OTHER, scope: FIRST-LAST }`,
    });
  return { verb, network };
}

/** A machine or several, or the DHCP server of a network or of that name. */
function plugs(stage: Stage, name: string, verb: 'plug' | 'unplug', path: Path): readonly Doing[] {
  const { desk, networks, machines } = stage;
  const further = furtherServers(stage).get(name);
  if (further !== undefined) return [{ verb, network: further, station: `dhcp/${name}` }];
  if (Object.hasOwn(networks, name)) return [{ verb, network: name, station: `dhcp/${name}` }];
  return desk
    .select('machine', name, path)
    .map((machine) => ({ verb, network: machines[machine]?.network ?? '', station: `machine/${machine}` }));
}

function serveDhcp(
  stage: Stage,
  network: string,
  verb: 'start-dhcp' | 'stop-dhcp' | 'forget-leases' | 'move-scope',
  path: Path,
): { readonly verb: 'start-dhcp' | 'stop-dhcp' | 'forget-leases'; readonly network: string } {
  const { desk, networks } = stage;
  const server = verb === 'move-scope' ? 'forget-leases' : verb;
  if (furtherServers(stage).has(network)) return { verb: server, network };
  const dhcpPath = ['networks', network, 'dhcp'];
  const declared = Object.hasOwn(networks, network) ? networks[network] : undefined;
  if (desk.refer('network', network, path) && declared !== undefined && declared.dhcp?.scope === undefined) {
    if (!desk.wasPruned([...dhcpPath, 'scope'])) {
      desk.error('dhcp.missing', path, `the network \`${network}\` has no DHCP scope`, {
        reason: 'there is no server to start or stop',
        help: `write networks.${network}.dhcp: { enabled: false, scope: 10.20.0.50-10.20.0.199 }`,
      });
    }
  }
  return { verb: server, network };
}

function setClock(desk: Desk, set: NonNullable<ActionText['set-clock']>, path: Path): readonly Doing[] {
  const pattern = desk.need(set.host, [...path, 'host'], '', 'esx-01');
  const clock = desk.need(set.clock, [...path, 'clock'], 0, '0s');
  if (set.host === undefined) return [];
  return desk.select('host', pattern, [...path, 'host']).map((host) => ({ verb: 'set-clock', host, clock }));
}

function takeAddress(desk: Desk, take: NonNullable<ActionText['take-address']>, path: Path): Doing {
  const network = desk.need(take.network, [...path, 'network'], '', 'mgmt');
  if (take.network !== undefined) desk.refer('network', network, [...path, 'network']);
  const address = desk.need(take.address, [...path, 'address'], 0, '10.20.0.60');
  const holder = desk.need(take.holder, [...path, 'holder'], '', 'printer');
  return { verb: 'take-address', network, address, holder };
}
