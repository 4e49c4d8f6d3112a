/** Networks, DHCP servers, relays and machines of a checked scenario, as the commands that set them up and that actions ask. */

import type { ServerSettings } from '../models/dhcp/events.ts';
import type { Software } from '../models/dhcp/profile.ts';
import type { ClientSettings } from '../models/dhcp-client/events.ts';
import { CHECKS, CLIENTS } from '../models/dhcp-client/profile.ts';
import type { CommandOf, ModelName } from '../models/index.ts';
import type { RelaySettings } from '../models/relay/events.ts';
import type {
  ActionSpec,
  AddressRange,
  DhcpSpec,
  MachineSpec,
  NetworkSpec,
  Scenario,
  ServerSpec,
} from './types.ts';

/** How the compiler takes a command: whose line it is, of whom it is asked, and when. */
export type Asking = <M extends ModelName>(
  path: string,
  model: M,
  name: string,
  command: CommandOf<M>,
  due?: number,
) => void;

/** The segment of the servers of a network whose answers are delayed or lost on their way. */
const behindLine = (network: string) => `${network}~servers`;

const isLined = ({ dhcp }: NetworkSpec) =>
  dhcp !== undefined && dhcp.server === '' && (dhcp.answerDelay > 0 || dhcp.lostAnswers.length > 0);

/** Where the servers of a network are: on its own segment, or behind a line. */
const serverSegment = (name: string, spec: NetworkSpec) => (isLined(spec) ? behindLine(name) : name);

const flat = (ranges: readonly AddressRange[]) => ranges.flatMap(({ first, last }) => [first, last]);

function settingsOf(spec: ServerSpec): ServerSettings {
  const { lease, minLease, maxLease, t1, t2, check, checkWait, authoritative, quarantine, options } = spec;
  const given = {
    lease,
    leastWish: minLease,
    mostLease: maxLease,
    t1,
    t2,
    check,
    checkWait,
    authoritative,
    quarantine,
  };
  const told = Object.keys(options).length === 0 ? {} : { options };
  return { ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)), ...told };
}

/** Everything that is set up before the first action. */
export function compileNetworks({ networks, machines }: Scenario, ask: Asking): void {
  for (const [name, spec] of Object.entries(networks)) compileSegment(name, spec, ask);
  for (const [name, spec] of Object.entries(networks)) compileServers(name, spec, networks, ask);
  for (const [name, spec] of Object.entries(networks)) compileRelay(name, spec, networks, ask);
  for (const [name, spec] of Object.entries(machines)) startMachine(name, spec, spec.start, spec.path, ask);
}

function compileSegment(name: string, spec: NetworkSpec, ask: Asking): void {
  const { network, prefix, gateway, vlan } = spec;
  ask(spec.path, 'segment', name, { type: 'declare', network, prefix, gateway, vlan });
  for (const [i, address] of spec.dns.entries())
    claim(`${spec.path}.dns`, name, spec, address, `device/dns-${i + 1}`, ask);
}

/** Name servers and DHCP servers hold their addresses like any other machine, where they are on the segment itself. */
function claim(
  path: string,
  name: string,
  { network, prefix, gateway }: NetworkSpec,
  address: number,
  holder: string,
  ask: Asking,
): void {
  const isHere = address >= network && address < network + 2 ** (32 - prefix) && address !== gateway;
  if (isHere) ask(path, 'segment', name, { type: 'claim', address, holder, how: 'static', facts: [] });
}

function compileServers(name: string, spec: NetworkSpec, networks: Scenario['networks'], ask: Asking): void {
  const { dhcp, servers, gateway } = spec;
  for (const [server, further] of Object.entries(servers)) {
    const { path, address, enabled } = further;
    ask(path, 'dhcp', server, configureCommand(further, name, enabled, [address], address));
    claim(path, name, spec, address, `dhcp/${server}`, ask);
    reserve(further, name, server, ask);
  }
  if (dhcp === undefined || dhcp.server !== '') return;
  const segment = serverSegment(name, spec);
  if (segment !== name)
    ask(dhcp.path, 'segment', segment, {
      type: 'declare',
      network: spec.network,
      prefix: spec.prefix,
      gateway,
      vlan: spec.vlan,
    });
  ask(dhcp.path, 'dhcp', name, configureCommand(dhcp, segment, dhcp.enabled, [dhcp.address], gateway));
  if (!spec.dns.includes(dhcp.address)) claim(dhcp.path, name, spec, dhcp.address, `dhcp/${name}`, ask);
  reserve(dhcp, segment, name, ask);
  for (const [other, { dhcp: served, gateway: router }] of Object.entries(networks)) {
    if (served?.server !== name) continue;
    const command = configureCommand(served, other, dhcp.enabled, [dhcp.address], router, dhcp.software);
    ask(served.path, 'dhcp', name, command);
    reserve(served, other, name, ask);
  }
}

/** A scope of a server; `of` is the server's software where the scope belongs to another network. */
function configureCommand(
  spec: ServerSpec,
  segment: string,
  enabled: boolean,
  addresses: readonly number[],
  router: number,
  of: Software = spec.software,
): CommandOf<'dhcp'> {
  const { network, prefix, ranges } = spec;
  const settings = settingsOf(spec);
  return {
    type: 'configure',
    segment,
    enabled,
    software: of,
    addresses,
    network,
    prefix,
    router,
    ranges: flat(ranges),
    settings,
  };
}

function reserve(spec: ServerSpec, segment: string, server: string, ask: Asking): void {
  for (const { path, address, mac, clientId } of spec.reservations)
    ask(path, 'dhcp', server, { type: 'reserve', segment, address, mac, clientId });
}

function compileRelay(name: string, spec: NetworkSpec, networks: Scenario['networks'], ask: Asking): void {
  const { dhcp, relay, gateway } = spec;
  if (dhcp !== undefined && isLined(spec))
    ask(dhcp.path, 'relay', behindLine(name), { type: 'declare', ...lineOf(name, dhcp) });
  const home = networks[dhcp?.server ?? ''];
  if (dhcp === undefined || home === undefined) return;
  // The router between the two routes whether or not it relays: renewals are unicast and find their way.
  const agent = {
    type: 'declare',
    near: name,
    far: serverSegment(dhcp.server, home),
    nearAddress: gateway,
    farAddress: home.gateway,
    servers: [home.dhcp?.address ?? home.gateway],
    option82: relay?.option82 ?? false,
    delayToServer: 0,
    delayToClient: 0,
    losses: [],
    enabled: relay?.enabled === true,
  } as const;
  ask(relay?.path ?? dhcp.path, 'relay', name, agent);
}

/** The line between a network and its servers. */
const lineOf = (name: string, { answerDelay, lostAnswers }: DhcpSpec): RelaySettings => ({
  near: name,
  far: behindLine(name),
  nearAddress: 0,
  farAddress: 0,
  servers: [],
  option82: false,
  delayToServer: 0,
  delayToClient: answerDelay,
  losses: lostAnswers,
  enabled: true,
});

/** A machine comes up at an instant: with its address, or with a client that looks for one. */
function startMachine(name: string, spec: MachineSpec, at: number, path: string, ask: Asking): void {
  const holder = `machine/${name}`;
  if (spec.address !== 'dhcp') {
    const { network, address } = spec;
    ask(path, 'segment', network, { type: 'claim', address, holder, how: 'static', facts: [] }, at);
    ask(path, 'segment', network, { type: 'announce', address, holder }, at);
    if (spec.inform !== true) return;
  }
  const { network: segment, client: program, mac, address } = spec;
  // What has an address is not without one, however long nobody answers.
  const has = address === 'dhcp' ? {} : { informs: address, patience: 0 };
  const settings = { ...clientSettings(spec), ...has };
  ask(path, 'dhcp-client', name, { type: 'start', segment, program, holder, mac, settings }, at);
}

function clientSettings({ client, within, clientId, check, patience }: MachineSpec): ClientSettings {
  const [first, last] = CLIENTS[client].starts;
  return {
    patience,
    ...(within === 0 ? {} : { starts: [first, last + within] as const }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(check === undefined ? {} : { check: check ? CHECKS[client] : null }),
  };
}

type NetworkAction = Extract<
  ActionSpec,
  {
    verb:
      | 'start-dhcp'
      | 'stop-dhcp'
      | 'forget-leases'
      | 'move-scope'
      | 'start-relay'
      | 'stop-relay'
      | 'start-machine'
      | 'stop-machine'
      | 'kill-machine'
      | 'unplug'
      | 'plug'
      | 'take-address';
  }
>;

/** What is done to networks and machines. */
export function compileNetworkAction(
  action: NetworkAction,
  { networks, machines }: Scenario,
  ask: Asking,
): void {
  const { path, at } = action;
  switch (action.verb) {
    case 'start-dhcp':
    case 'stop-dhcp':
      ask(path, 'dhcp', action.network, { type: action.verb === 'start-dhcp' ? 'start' : 'stop' }, at);
      return;
    case 'forget-leases':
      ask(path, 'dhcp', action.network, { type: 'forget-leases' }, at);
      return;
    case 'move-scope': {
      const spec = networks[action.network];
      if (spec?.dhcp === undefined) return;
      const { network, prefix } = action.subnet;
      const server = spec.dhcp.server === '' ? action.network : spec.dhcp.server;
      const home = networks[server]?.dhcp ?? spec.dhcp;
      const moved = { ...spec.dhcp, software: home.software, network, prefix, ranges: action.ranges };
      // A server of the network itself is renumbered with it; one elsewhere keeps its address, and the relay asks from the new subnet.
      const isHere = server === action.network;
      const addresses = isHere ? [...new Set([action.address, home.address])] : [home.address];
      const segment = serverSegment(action.network, spec);
      // The server is restarted with its new configuration.
      ask(path, 'dhcp', server, { type: 'stop' }, at);
      if (!action.keepLeases) ask(path, 'dhcp', server, { type: 'forget-leases' }, at);
      ask(path, 'dhcp', server, configureCommand(moved, segment, true, addresses, action.address), at);
      if (!isHere) ask(path, 'relay', action.network, { type: 'renumber', nearAddress: action.address }, at);
      return;
    }
    case 'start-relay':
    case 'stop-relay':
      ask(path, 'relay', action.network, { type: action.verb === 'start-relay' ? 'start' : 'stop' }, at);
      return;
    case 'start-machine':
    case 'stop-machine':
    case 'kill-machine': {
      const spec = machines[action.machine];
      if (spec === undefined) return;
      if (action.verb === 'start-machine') startMachine(action.machine, spec, at, path, ask);
      else {
        const how = action.verb === 'stop-machine' ? 'stop' : 'halt';
        const { network, address } = spec;
        if (address === 'dhcp' || spec.inform === true)
          ask(path, 'dhcp-client', action.machine, { type: how }, at);
        if (address !== 'dhcp')
          ask(
            path,
            'segment',
            network,
            { type: 'release', address, holder: `machine/${action.machine}` },
            at,
          );
      }
      return;
    }
    case 'unplug':
    case 'plug': {
      const spec = networks[action.network];
      const isServer = action.station.startsWith('dhcp/') && spec !== undefined;
      const segment =
        isServer && action.station === `dhcp/${action.network}`
          ? serverSegment(action.network, spec)
          : action.network;
      ask(
        path,
        'segment',
        segment,
        { type: 'port', station: action.station, up: action.verb === 'plug' },
        at,
      );
      return;
    }
    case 'take-address': {
      const holder = `device/${action.holder}`;
      const { network, address } = action;
      ask(path, 'segment', network, { type: 'claim', address, holder, how: 'static', facts: [] }, at);
      ask(path, 'segment', network, { type: 'announce', address, holder }, at);
      return;
    }
  }
}
