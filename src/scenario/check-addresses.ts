/** Whether addresses fit: inside their network, not reserved, not given out by DHCP at the same time. */
import { broadcastOf, formatAddress, isInside } from './address.ts';
import { NODE_NAME, oneOf } from './cluster-kinds.ts';
import { type Desk, shownAddress } from './desk.ts';
import { addressPath } from './resolve-cluster.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';
import type { ActionSpec, Ipv4, NetworkSpec, Scenario, ServerSpec } from './types.ts';

type Subnet = Pick<NetworkSpec, 'network' | 'prefix'>;

/** An address that somebody was given by hand. */
interface Static {
  readonly address: Ipv4;
  readonly network: string;
  readonly owner: string;
  readonly path: Path;
  /** Gateways and name servers have rules of their own. */
  readonly infrastructure: boolean;
}

/** Checks every address of the scenario. */
export function checkAddresses(desk: Desk, scenario: Scenario): void {
  for (const [name, network] of Object.entries(scenario.networks)) checkNetwork(desk, name, network);
  const statics = [
    ...infrastructure(scenario),
    ...byMachine(scenario),
    ...scenario.actions.flatMap((action) => byAction(scenario, action)),
  ];
  for (const one of statics) {
    const network = scenario.networks[one.network];
    if (network === undefined || desk.wasPruned(['networks', one.network, 'cidr'])) continue;
    if (!one.infrastructure && !checkPlace(desk, network, one)) continue;
    checkScope(desk, scenario, network, one);
  }
  checkServed(desk, scenario);
  checkRelays(desk, scenario);
  checkNames(desk, scenario);
}

function checkNetwork(desk: Desk, name: string, network: NetworkSpec): void {
  if (desk.wasPruned(['networks', name, 'cidr'])) return;
  const { dhcp, servers, gateway } = network;
  if (!isInside(network, gateway)) {
    desk.warning(
      'address.outside-subnet',
      ['networks', name, 'gateway'],
      `the gateway is outside ${subnet(network)}`,
      {
        reason: 'machines of the network cannot reach it directly',
        help: `write an address of ${subnet(network)}`,
      },
    );
  }
  if (dhcp !== undefined) checkServer(desk, dhcp, ['networks', name, 'dhcp']);
  for (const [server, spec] of Object.entries(servers))
    checkServer(desk, spec, ['networks', name, 'servers', server]);
}

/** The ranges of a scope must lie in its subnet, without the two addresses that no machine can have. */
function checkServer(desk: Desk, server: ServerSpec, path: Path): void {
  const [low, high] = [server.network + 1, broadcastOf(server) - 1];
  const help = `keep it between \`${formatAddress(low)}\` and \`${formatAddress(high)}\``;
  const bounds = server.ranges.flatMap(({ first, last }) => [first, last]);
  const edge = bounds.find((address) => address === low - 1 || address === high + 1);
  if (bounds.some((address) => !isInside(server, address))) {
    desk.error('address.outside-subnet', [...path, 'scope'], `the scope reaches outside ${subnet(server)}`, {
      reason: 'a lease from there would be of no use on this network',
      help,
    });
  } else if (edge !== undefined) {
    const which = edge === low - 1 ? 'network' : 'broadcast';
    desk.error('address.reserved', [...path, 'scope'], `the scope gives out the ${which} address`, {
      reason: 'no machine can have it',
      help,
    });
  }
  for (const { name, address } of server.reservations) {
    if (isInside(server, address)) continue;
    const at = [...path, 'reservations', name, 'address'];
    desk.error('address.outside-subnet', at, `${shownAddress(address)} is outside ${subnet(server)}`, {
      reason: 'a client could not use it on this network',
      help: `write an address of ${subnet(server)}`,
    });
  }
}

function infrastructure(scenario: Scenario): readonly Static[] {
  return Object.entries(scenario.networks).flatMap(([network, { gateway, dns }]) => [
    {
      address: gateway,
      network,
      owner: 'the gateway',
      path: ['networks', network, 'gateway'],
      infrastructure: true,
    },
    ...dns.map((address, index) => {
      return {
        address,
        network,
        owner: 'a name server',
        path: ['networks', network, 'dns', index],
        infrastructure: true,
      };
    }),
  ]);
}

/** Machines with an address of their own. */
function byMachine({ machines }: Scenario): readonly Static[] {
  return Object.entries(machines).flatMap(([name, { network, address }]) =>
    address === 'dhcp'
      ? []
      : [
          {
            address,
            network,
            owner: quote(name),
            path: ['machines', name, 'address'],
            infrastructure: false,
          },
        ],
  );
}

function byAction(scenario: Scenario, action: ActionSpec): readonly Static[] {
  const match = /^do\[(\d+)\]$/.exec(action.path);
  const path: Path = ['do', Number(match?.[1] ?? 0), action.verb];
  const network = scenario.platform?.network ?? '';
  if (action.verb === 'create-cluster') {
    return action.cluster.groups.flatMap((group) => {
      const owner = oneOf(group.kind);
      return group.addresses.map((address, index) => ({
        ...{ address, network, owner, path: [...path, ...addressPath(group, index)], infrastructure: false },
      }));
    });
  }
  if (action.verb === 'create-vm' && action.vm.address !== 'dhcp') {
    const { address, name } = action.vm;
    return [
      { address, network, owner: `VM ${quote(name)}`, path: [...path, 'address'], infrastructure: false },
    ];
  }
  if (action.verb !== 'take-address' || action.address === 0) return [];
  const owner = quote(action.holder);
  return [
    {
      address: action.address,
      network: action.network,
      owner,
      path: [...path, 'address'],
      infrastructure: false,
    },
  ];
}

/** Whether the address can be used on its network; an issue if not. */
function checkPlace(desk: Desk, network: NetworkSpec, one: Static): boolean {
  const shown = shownAddress(one.address);
  if (!isInside(network, one.address)) {
    desk.error('address.outside-subnet', one.path, `${shown} is outside ${subnet(network)}`, {
      reason: `${one.owner} is on the network ${quote(one.network)}`,
      help: `write an address of ${subnet(network)}`,
    });
    return false;
  }
  const reserved = [
    { address: network.network, what: 'the network address' },
    { address: broadcastOf(network), what: 'the broadcast address' },
    { address: network.gateway, what: 'the gateway' },
  ].find(({ address }) => address === one.address);
  if (reserved === undefined || (reserved.what === 'the gateway' && one.path[2] === 'take-address'))
    return true;
  desk.error('address.reserved', one.path, `${shown} is ${reserved.what} of ${quote(one.network)}`, {
    reason: `${one.owner} cannot have it`,
    help: 'write another address',
  });
  return false;
}

function checkScope(desk: Desk, scenario: Scenario, network: NetworkSpec, one: Static): void {
  const { dhcp } = network;
  const range = dhcp?.ranges.find(({ first, last }) => one.address >= first && one.address <= last);
  if (dhcp === undefined || range === undefined) return;
  if (!dhcp.enabled && !isStarted(scenario, one.network)) return;
  if (dhcp.reservations.some(({ address }) => address === one.address)) return;
  const scope = `\`${formatAddress(range.first)}-${formatAddress(range.last)}\``;
  desk.warning(
    'scope.covers-static',
    one.path,
    `${shownAddress(one.address)} of ${one.owner} lies in the DHCP scope`,
    {
      reason: `the server of ${quote(one.network)} gives out ${scope} and does not know that it is taken`,
      help: 'shrink the scope, or move the address out of it',
    },
  );
}

function isStarted(scenario: Scenario, network: string): boolean {
  return scenario.actions.some((action) => action.verb === 'start-dhcp' && action.network === network);
}

/** Whether somebody on a network answers DHCP at some time: its server, a further one, or one behind its relay. */
function isServed(scenario: Scenario, name: string): boolean {
  const network = scenario.networks[name];
  if (network === undefined || isStarted(scenario, name)) return true;
  const further = Object.entries(network.servers);
  if (further.some(([server, { enabled }]) => enabled || isStarted(scenario, server))) return true;
  return network.dhcp?.enabled === true;
}

/** Machines that will ask for an address on a network where nobody answers. */
function checkServed(desk: Desk, scenario: Scenario): void {
  const own = scenario.platform?.network;
  const unserved = (name: string) => !isServed(scenario, name) && !desk.wasPruned(['networks', name, 'dhcp']);
  const warn = (path: Path, name: string) =>
    desk.warning('dhcp.missing', path, `nobody answers DHCP on ${quote(name)}`, {
      reason: 'machines made here will ask for an address',
      help: `write networks.${name}.dhcp: { enabled: true, scope: FIRST-LAST }`,
    });
  const asking = scenario.actions.find(
    (action) =>
      action.verb === 'create-cluster' || (action.verb === 'create-vm' && action.vm.address === 'dhcp'),
  );
  if (asking !== undefined && own !== undefined && unserved(own))
    warn(['do', Number(/\d+/.exec(asking.path)?.[0] ?? 0), asking.verb], own);
  const told = new Set<string>();
  for (const [name, { network, address }] of Object.entries(scenario.machines)) {
    if (address !== 'dhcp' || told.has(network) || !unserved(network)) continue;
    told.add(network);
    warn(['machines', name], network);
  }
}

/** A scope that another network's server gives out needs a relay, and a relay needs somewhere to pass requests on to. */
function checkRelays(desk: Desk, scenario: Scenario): void {
  for (const [name, { dhcp, relay }] of Object.entries(scenario.networks)) {
    const isAway = dhcp !== undefined && dhcp.server !== '';
    const starts = scenario.actions.some(
      (action) => action.verb === 'start-relay' && action.network === name,
    );
    if (isAway && relay === undefined && !starts)
      desk.warning(
        'relay.missing',
        ['networks', name, 'dhcp', 'server'],
        `nothing relays DHCP from ${quote(name)}`,
        {
          reason: `broadcasts of its machines do not reach the server of ${quote(dhcp.server)}`,
          help: `write networks.${name}.relay: true`,
        },
      );
    if (!isAway && relay !== undefined)
      desk.error(
        'dhcp.missing',
        ['networks', name, 'relay'],
        `the relay of ${quote(name)} has nobody to pass requests on to`,
        {
          reason: 'a relay serves a scope that the server of another network gives out',
          help: `write networks.${name}.dhcp: { server: OTHER, scope: FIRST-LAST }`,
        },
      );
  }
}

/** One name may not mean two DHCP servers, or two machines. */
function checkNames(desk: Desk, scenario: Scenario): void {
  const servers = new Map<string, string>(Object.keys(scenario.networks).map((name) => [name, 'a network']));
  for (const [network, { servers: further }] of Object.entries(scenario.networks)) {
    for (const server of Object.keys(further)) {
      const owner = servers.get(server);
      if (owner !== undefined) twice(desk, ['networks', network, 'servers', server], server, owner);
      servers.set(server, `a server on ${quote(network)}`);
    }
  }
  const made = new Set(
    scenario.actions.flatMap((action) => (action.verb === 'create-vm' ? [action.vm.name] : [])),
  );
  for (const name of Object.keys(scenario.machines)) {
    const isNode = NODE_NAME.test(name) && scenario.platform !== undefined;
    if (made.has(name) || isNode)
      twice(desk, ['machines', name], name, isNode ? 'a node of a cluster' : 'a VM');
  }
}

function twice(desk: Desk, path: Path, name: string, owner: string): void {
  desk.issues.error('name.duplicate', `${quote(name)} is the name of ${owner} already`, {
    place: desk.keyPlace(path),
    reason: 'commands and explanations go by this name',
    help: 'write another name',
  });
}

function subnet(network: Subnet): string {
  return `\`${formatAddress(network.network)}/${network.prefix}\``;
}
