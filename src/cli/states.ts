/** The state of an entity on one line, and in full as plain data. */
import { formatIpv4, rangesText } from '../base/ipv4.ts';
import { formatBytes, formatDuration } from '../base/units.ts';
import type { ModelName, StateOf } from '../models/index.ts';
import { plural } from './text.ts';

type Tellers = { readonly [M in ModelName]?: (state: StateOf<M>) => string };

const address = (value: number): string => (value < 0 ? 'no address' : formatIpv4(value));
const list = (names: Iterable<string>): string => [...names].join(', ') || 'none';
const joined = (parts: readonly (string | false)[]): string =>
  parts.filter((part) => part !== false && part !== '').join(', ');

const TELLERS: Tellers = {
  host: ({ power, cores, memory, clock, roles }) =>
    joined([
      power,
      `${cores} cores`,
      formatBytes(memory),
      list(roles),
      clock !== 0 && `clock ${formatDuration(clock)} off`,
    ]),
  scheduler: ({ rooms, placed }) => `${plural(placed.size, 'VM')} on ${plural(rooms.size, 'host')}`,
  datastore: ({ capacity, used, present, copying }) =>
    joined([
      `${formatBytes(used)} of ${formatBytes(capacity)} used`,
      present.size > 0 && `holds ${list(present)}`,
      copying.size > 0 && `copies ${list(copying.keys())}`,
    ]),
  vm: (vm) =>
    joined([
      vm.power,
      vm.host !== '' && `on ${vm.host}`,
      vm.phase !== 'off' && `guest ${vm.phase}`,
      vm.address >= 0 && address(vm.address),
      vm.clock !== 0 && `clock ${formatDuration(vm.clock)} off`,
    ]),
  segment: ({ network, prefix, claims, duplicates, down }) =>
    joined([
      `${formatIpv4(network)}/${prefix}`,
      `${claims.size} ${claims.size === 1 ? 'address' : 'addresses'} in use`,
      duplicates.size > 0 && `duplicate: ${list([...duplicates.keys()].map(formatIpv4))}`,
      down.size > 0 && `ports down: ${list([...down.keys()])}`,
    ]),
  dhcp: ({ enabled, software, scopes, withheld }) =>
    joined([
      enabled ? 'on' : 'off',
      software !== 'generic' && software,
      ...[...scopes.values()].map(
        ({ pool, active }) => `${rangesText(pool.ranges)}: ${active} of ${pool.size} leased`,
      ),
      withheld.size > 0 && `withheld ${list([...withheld].map(formatIpv4))}`,
    ]),
  relay: ({ enabled, near, far, losses }) =>
    joined([enabled ? 'on' : 'off', `${near} to ${far}`, losses.length > 0 && 'loses answers']),
  'dhcp-client': (client) =>
    joined([
      client.phase,
      client.address >= 0 && address(client.address),
      client.phase === 'selecting' && `try ${client.attempt}`,
    ]),
  trust: ({ roots }) => `trusts ${list(roots.keys())}`,
  proxy: ({ up, mode, users, intercept, issuer, networks }) =>
    joined([
      up ? 'up' : 'down',
      mode === 'transparent' && mode,
      `for ${list(networks)}`,
      users !== undefined && `knows ${list(users)}`,
      intercept ? `re-signs with ${issuer}` : 'passes TLS through',
    ]),
  registry: ({ up, issuer, images }) =>
    joined([up ? 'up' : 'down', `certificate by ${issuer}`, plural(images.size, 'image')]),
  fabric: ({ links, transfers }) =>
    `${plural(links.size, 'link')}, ${plural(transfers.size, 'transfer')} under way`,
  docker: ({ power, images, containers, pull }) =>
    joined([
      power,
      containers.size > 0 && `runs ${list(containers.keys())}`,
      pull !== undefined && `pulls ${pull.image}`,
      images.size > 0 && plural(images.size, 'image'),
    ]),
  ticket: ({ limits, usage }) =>
    [...limits]
      .map(([key, limit]) => {
        const show = (value: number): string => (key === 'vm.memory' ? formatBytes(value) : String(value));
        return `${key} ${show(usage.get(key) ?? 0)} of ${show(limit)}`;
      })
      .join(', '),
  catalog: ({ flavors, images, template }) =>
    `${plural(flavors.size, 'flavor')}, ${plural(images.size, 'image')}, template installs ${list(template.map(({ name }) => name))}`,
  node: ({ stage, waitsFor, spec }) =>
    joined([
      spec?.role ?? '',
      stage,
      waitsFor !== '' && stage !== 'ready' && stage !== 'none' && `waits for ${waitsFor}`,
    ]),
  cluster: ({ power, nodes, spec, phase }) =>
    joined([
      power,
      plural([...nodes.values()].flat().length, 'node'),
      power === 'CREATING' && `in ${spec?.phases[phase]?.step ?? 'no phase yet'}`,
    ]),
};

/** One line about a state. */
export function stateText(model: string, state: unknown): string {
  const teller = (TELLERS as Readonly<Record<string, ((state: unknown) => string) | undefined>>)[model];
  return teller?.(state) ?? JSON.stringify(plainState(state));
}

const ADDRESS_FIELDS = new Set(['address', 'first', 'last', 'gateway', 'network', 'fresh']);

/** A state as JSON can hold it: maps as objects, sets as lists; addresses as people write them. */
export function plainState(value: unknown, key = ''): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([each, inner]) => [keyText(each), plainState(inner)]));
  if (value instanceof Set) return [...value].map((inner) => plainState(inner));
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<number>)];
  if (Array.isArray(value)) return value.map((inner) => plainState(inner));
  if (typeof value === 'number' && ADDRESS_FIELDS.has(key)) return value < 0 ? '' : formatIpv4(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([each, inner]) => [each, plainState(inner, each)]));
}

/** Keys that are numbers beyond any count here are addresses. */
const keyText = (key: unknown): string =>
  typeof key === 'number' && key > 0xffffff ? formatIpv4(key) : String(key);

/** Plain data as indented lines, as YAML would show it. */
export function dataLines(value: unknown, indent = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${indent}${scalar(value)}`];
  const entries = Array.isArray(value)
    ? value.map((inner) => ['-', inner] as const)
    : Object.entries(value).map(([key, inner]) => [`${key}:`, inner] as const);
  return entries.flatMap(([key, inner]) => {
    if (typeof inner !== 'object' || inner === null) return [`${indent}${key} ${scalar(inner)}`];
    if (Object.keys(inner).length === 0) return [`${indent}${key} ${Array.isArray(inner) ? '[]' : '{}'}`];
    if (Array.isArray(inner) && inner.every((each) => typeof each !== 'object'))
      return [`${indent}${key} [${inner.map(scalar).join(', ')}]`];
    return [`${indent}${key}`, ...dataLines(inner, `${indent}  `)];
  });
}

const scalar = (value: unknown): string => (value === undefined ? '' : value === '' ? "''" : String(value));
