/** Kea's DHCPv4 server: `{"Dhcp4": ...}`, or what is in it. */
import type { Findings, Given, Subnet } from './found.ts';
import { parseJson } from './json.ts';
import { poolsOf, reservationOf } from './kea-leases.ts';
import { KeaObject } from './kea-object.ts';
import { hooksOf, type Level, levelOf, OUTERMOST, timed } from './kea-settings.ts';
import type { Sheet } from './sheet.ts';
import { addressOf, cidrOf } from './values.ts';

/** Keys that matter at several levels, and why they are left out. */
const INNER = {
  'client-class': 'which clients are served here depends on their class',
  'client-classes': 'which clients are served here depends on their class',
  'require-client-classes': 'what clients are told depends on their class',
  'evaluate-additional-classes': 'what clients are told depends on their class',
  'offer-lifetime': 'a scenario does not know how long an offer is held',
  'cache-threshold': 'a scenario does not know when a lease is given again unchanged',
};

const OUTER = {
  ...INNER,
  'hosts-database': 'reservations may be in a database',
  'hosts-databases': 'reservations may be in a database',
  'config-control': 'parts of the configuration may be in a database',
};

/** What subnets share with those beside them. */
interface Around {
  readonly level: Level;
  readonly shared: string;
  /** Addresses of the server. */
  readonly own: readonly Given<number>[];
}

export function readKea(sheet: Sheet): Findings | undefined {
  const json = parseJson(sheet.text.text, sheet);
  if (json === undefined) return undefined;
  const top = new KeaObject(json, sheet);
  const server = top.object('Dhcp4') ?? top;
  const isBare = server === top;
  if (isBare && ['Dhcp6', 'DhcpDdns', 'Control-agent'].some((key) => top.has(key)))
    return { software: 'kea', subnets: [], loose: [] };
  const outermost = levelOf(server, sheet, OUTERMOST);
  const level = { ...outermost, settings: { ...outermost.settings, ...hooksOf(server, sheet) } };
  const around = { level, shared: '', own: interfacesOf(server) };
  const direct = subnetsOf(server, around, sheet);
  const shared = server.objects('shared-networks').flatMap((network) => {
    const inner = { ...around, level: levelOf(network, sheet, level), shared: network.text('name') };
    const subnets = subnetsOf(network, inner, sheet);
    close(network, sheet);
    return subnets;
  });
  const loose = server.objects('reservations').flatMap((one) => reservationOf(one, sheet));
  server.unsupported(OUTER);
  server.close();
  return { software: 'kea', subnets: [...direct, ...shared], loose };
}

function subnetsOf(parent: KeaObject, around: Around, sheet: Sheet): readonly Subnet[] {
  return parent.objects('subnet4').flatMap((one) => {
    const subnet = subnetOf(one, around, sheet);
    close(one, sheet);
    return subnet === undefined ? [] : [subnet];
  });
}

function subnetOf(one: KeaObject, { level, shared, own }: Around, sheet: Sheet): Subnet | undefined {
  const word = one.word('subnet') ?? { ...one.span, text: '' };
  const cidr = cidrOf(word.text);
  if (cidr === undefined)
    sheet.badValue(
      word,
      'an IPv4 network',
      'write `subnet` as a network and its prefix length: "10.77.1.0/24"',
    );
  const { pools, settings: ofPool } = poolsOf(one, sheet);
  const settings = { ...timed(levelOf(one, sheet, level)), ...ofPool };
  const comments = [one.text('comment'), one.object('user-context')?.text('comment') ?? ''];
  const names = [shared, ...comments, one.text('interface'), one.remark];
  const reservations = one.objects('reservations').flatMap((host) => reservationOf(host, sheet));
  if (cidr === undefined) return undefined;
  const end = cidr.network + 2 ** (32 - cidr.prefix);
  const here = own.find(({ value }) => value >= cidr.network && value < end);
  const server = settings.server ?? (here && { ...here, value: [here.value] });
  return {
    cidr,
    names,
    settings: server === undefined ? settings : { ...settings, server },
    pools,
    reservations,
    from: word.from,
    to: word.to,
  };
}

/** `eth0/10.77.1.1`: the server's own addresses, where interfaces are named with them. */
function interfacesOf(server: KeaObject): readonly Given<number>[] {
  const items = server.object('interfaces-config')?.items('interfaces') ?? [];
  return items.slice(0, 1_000).flatMap((item) => {
    const value = item.kind === 'string' ? addressOf(item.text.split('/')[1] ?? '') : undefined;
    return value === undefined ? [] : [{ value, from: item.from, to: item.to }];
  });
}

/** What is said of a subnet or a shared network, and has no word in a scenario. */
function close(one: KeaObject, sheet: Sheet): void {
  const relay = one.object('relay');
  if (relay !== undefined && (relay.items('ip-addresses').length > 0 || relay.has('ip-address')))
    sheet.leftOut(relay.span, 'the relay', 'a scenario has the server on the network that it serves');
  one.text('name');
  one.unsupported(INNER);
  one.close();
}
