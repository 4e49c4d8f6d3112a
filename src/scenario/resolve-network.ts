/** Networks, the DHCP servers on them, and plain machines. */
import { MINUTE } from '../base/units.ts';
import type { Desk } from './desk.ts';
import { entriesOf } from './entries.ts';
import type { Losses } from './fields.ts';
import { plainMap } from './plain.ts';
import type { Written } from './schema.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';
import type {
  AddressRange,
  DhcpSpec,
  MachineSpec,
  NetworkSpec,
  RelaySpec,
  ReservationSpec,
  ServerSpec,
} from './types.ts';

type NetworkText = NonNullable<Written['networks']>[string];
type DhcpText = NonNullable<NetworkText['dhcp']>;
type ServerText = NonNullable<NetworkText['servers']>[string];
type MachineText = NonNullable<Written['machines']>[string];
type Subnet = { readonly network: number; readonly prefix: number };

/** Networks. Whether their addresses fit is checked when everything that has an address is known. */
export function resolveNetworks(desk: Desk, written: Written['networks']): Record<string, NetworkSpec> {
  const networks = plainMap<NetworkSpec>();
  for (const [name, network, path] of entriesOf(desk, written, ['networks'])) {
    const cidr = desk.need(network.cidr, [...path, 'cidr'], { network: 0, prefix: 8 }, '10.20.0.0/24');
    const gateway = network.gateway ?? cidr.network + 1;
    const servers = plainMap<ServerSpec>();
    for (const [server, text, at] of entriesOf(desk, network.servers, [...path, 'servers']))
      servers[server] = resolveServer(desk, text, text.cidr ?? cidr, gateway, at);
    const dhcp = network.dhcp && resolveDhcp(desk, written, network, cidr, gateway, [...path, 'dhcp']);
    const relay = resolveRelay(desk, network.relay, [...path, 'relay']);
    networks[name] = {
      path: desk.label(path),
      ...cidr,
      gateway,
      dns: network.dns ?? [],
      vlan: network.vlan ?? 0,
      servers,
      ...(dhcp === undefined ? {} : { dhcp }),
      ...(relay === undefined ? {} : { relay }),
    };
  }
  return networks;
}

function resolveRelay(desk: Desk, text: NetworkText['relay'], path: Path): RelaySpec | undefined {
  if (text === undefined || text === false) return undefined;
  const { enabled = true, 'option-82': option82 = false } = text === true ? {} : text;
  return { path: desk.label(path), enabled, option82 };
}

function resolveDhcp(
  desk: Desk,
  networks: Written['networks'],
  { dhcp = {}, dns = [] }: NetworkText,
  cidr: Subnet,
  gateway: number,
  path: Path,
): DhcpSpec {
  const { server = '' } = dhcp;
  if (server !== '' && desk.refer('network', server, [...path, 'server']) && networks?.[server] !== undefined)
    checkServer(desk, networks, server, [...path, 'server']);
  const spec = resolveServer(desk, dhcp, cidr, gateway, path);
  return {
    ...spec,
    // Name servers are those of the network.
    options: { ...(dns.length === 0 ? {} : { dns }), ...spec.options },
    server,
    answerDelay: dhcp['answer-delay'] ?? 0,
    lostAnswers: (dhcp['lost-answers'] ?? []).map(numbered),
  };
}

/** A scope can only be given out by a server that is there, and is nobody else's scope itself. */
function checkServer(
  desk: Desk,
  networks: NonNullable<Written['networks']>,
  server: string,
  path: Path,
): void {
  const other = networks[server]?.dhcp;
  if (other !== undefined && other.server === undefined) return;
  if (desk.wasPruned(['networks', server, 'dhcp'])) return;
  desk.error('dhcp.missing', path, `the network \`${server}\` has no DHCP server of its own`, {
    reason: 'this scope is to be given out by it',
    help: 'name a network with a `dhcp` section that has no `server`',
  });
}

const numbered = ({ kind, first, last }: Losses) => ({
  kind,
  which: Array.from({ length: last - first + 1 }, (_, i) => first + i),
});

/** A server that is switched off needs no scope: it then gives out nothing. */
function resolveServer(
  desk: Desk,
  text: ServerText | DhcpText,
  subnet: Subnet,
  gateway: number,
  path: Path,
): ServerSpec {
  const enabled = text.enabled ?? true;
  const isHollow = text.scope === undefined && text.reservations !== undefined;
  const example = '10.20.0.50-10.20.0.199';
  const written =
    enabled && !isHollow ? desk.need(text.scope, [...path, 'scope'], [], example) : (text.scope ?? []);
  const optional = <K extends string, V>(key: K, value: V | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
  return {
    path: desk.label(path),
    enabled,
    software: text.software ?? 'generic',
    address: text.address ?? gateway,
    network: subnet.network,
    prefix: subnet.prefix,
    ranges: without(Array.isArray(written) ? written : [written], text.exclude ?? []),
    reservations: resolveReservations(desk, text.reservations, [...path, 'reservations']),
    ...optional('lease', text.lease),
    ...optional('minLease', text['min-lease']),
    ...optional('maxLease', text['max-lease']),
    ...optional('t1', text.t1),
    ...optional('t2', text.t2),
    ...optional('check', text.check),
    ...optional('checkWait', text['check-wait']),
    ...optional('authoritative', text.authoritative),
    ...optional('quarantine', text.quarantine),
    options: { ...(text.options ?? {}) } as ServerSpec['options'],
  };
}

/** Ranges with others taken out, in ascending order, none overlapping. */
export function without(
  ranges: readonly AddressRange[],
  excluded: readonly AddressRange[],
): readonly AddressRange[] {
  const left: AddressRange[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    let from = Math.max(first, (left.at(-1)?.last ?? -1) + 1);
    for (const hole of [...excluded].sort((a, b) => a.first - b.first)) {
      if (hole.last < from || hole.first > last) continue;
      if (hole.first > from) left.push({ first: from, last: hole.first - 1 });
      from = hole.last + 1;
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

function resolveReservations(
  desk: Desk,
  written: ServerText['reservations'],
  path: Path,
): readonly ReservationSpec[] {
  return entriesOf(desk, written, path).flatMap(([name, text, at]): ReservationSpec[] => {
    const address = desk.need(text.address, [...at, 'address'], 0, '10.20.0.9');
    const clientId = text['client-id'];
    if (text.mac === undefined && clientId === undefined)
      desk.need(text.mac, [...at, 'mac'], '', '00:50:56:00:02:01');
    if (text.address === undefined) return [];
    const reservation = { path: desk.label(at), name, address };
    return [
      {
        ...reservation,
        mac: clientId === undefined ? (text.mac ?? '') : '',
        clientId: hexOf(clientId ?? ''),
      },
    ];
  });
}

/** A client id in hex: bytes as they are, text as its bytes after a type of 0 (RFC 2132 section 9.14). */
function hexOf(text: string): string {
  if (/^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(text)) return text.replaceAll(':', '').toLowerCase();
  return text === ''
    ? ''
    : `00${[...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Machines; ranges are already one entry each. */
export function resolveMachines(desk: Desk, written: Written['machines']): Record<string, MachineSpec> {
  const machines = plainMap<MachineSpec>();
  for (const [name, machine, path] of entriesOf(desk, written, ['machines']))
    machines[name] = resolveMachine(desk, machine, path);
  return machines;
}

/** Programs that can be told to send INFORM: dhcpcd(8) `--inform`, and any by RFC 2131 4.4.3. */
const INFORMING: readonly MachineText['client'][] = ['dhcpcd', 'generic'];

function checkInform(desk: Desk, { address = 'dhcp', client = 'networkd' }: MachineText, path: Path): void {
  if (address === 'dhcp')
    desk.error('machine.inform', path, 'a machine that gets its address by DHCP gets options with it', {
      reason: 'DHCPINFORM is for an address set by hand',
      help: 'write an `address`, or leave out `inform`',
    });
  else if (!INFORMING.includes(client))
    desk.error('machine.inform', path, `${quote(client)} sends no DHCPINFORM`, {
      reason: 'it only looks for an address',
      help: 'write `client: dhcpcd` or `client: generic`',
    });
}

function resolveMachine(desk: Desk, text: MachineText, path: Path): MachineSpec {
  const network = desk.need(text.network, [...path, 'network'], '', 'office');
  if (text.network !== undefined) desk.refer('network', network, [...path, 'network']);
  if (text.inform === true) checkInform(desk, text, [...path, 'inform']);
  return {
    path: desk.label(path),
    network,
    address: text.address ?? 'dhcp',
    client: text.client ?? 'networkd',
    start: text.start ?? 0,
    within: text.within ?? 0,
    mac: text.mac ?? '',
    ...(text['client-id'] === undefined ? {} : { clientId: text['client-id'] }),
    ...(text.check === undefined ? {} : { check: text.check }),
    ...(text.inform === undefined ? {} : { inform: text.inform }),
    patience: text.patience ?? 2 * MINUTE,
  };
}
