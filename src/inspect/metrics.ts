/** What a run measured: lists of values by name, each with its unit. Thresholds and what-ifs look here. */
import type { Micros } from '../base/units.ts';
import { type History, kindOf } from '../run/history.ts';
import { loadOf } from './load.ts';
import { trafficOf } from './traffic.ts';

export type Unit = 'duration' | 'count' | 'share' | 'bytes';

export interface Metric {
  readonly unit: Unit;
  /** What it is, for `explain` and help. */
  readonly about: string;
  /** In order of occurrence; durations in microseconds, shares between 0 and 1, bytes all together so far. */
  readonly values: readonly number[];
}

/**
 * Every metric. `from`/`to` measure from one kind of event to another of the same entity, unless one of `drop` comes first; `of` counts
 * events; the rest is folded.
 */
const DEFINITIONS: Readonly<
  Record<
    string,
    { about: string; unit: Unit; from?: string; to?: string; of?: string; drop?: readonly string[] }
  >
> = {
  'cluster.create.duration': {
    about: 'from create-cluster to READY',
    unit: 'duration',
    from: 'cluster.Requested',
    to: 'cluster.Ready',
  },
  'cluster.failures': { about: 'clusters that ended in ERROR', unit: 'count', of: 'cluster.Failed' },
  'node.provision.duration': {
    about: 'from the request of a node until it has an address',
    unit: 'duration',
    from: 'node.Requested',
    to: 'node.Provisioned',
  },
  'node.ready.duration': {
    about: 'from the request of a node until its service answers',
    unit: 'duration',
    from: 'node.Requested',
    to: 'node.Ready',
    drop: ['node.Failed', 'node.Removing'],
  },
  'vm.create.duration': {
    about: 'from the request of a VM until it is created',
    unit: 'duration',
    from: 'vm.Requested',
    to: 'vm.Created',
  },
  'vm.boot.duration': {
    about: 'from power-on to an address',
    unit: 'duration',
    from: 'vm.PoweredOn',
    to: 'vm.Addressed',
  },
  'image.pull.duration': {
    about: 'from the start of a pull until the image is there',
    unit: 'duration',
    from: 'docker.PullStarted',
    to: 'docker.Pulled',
    drop: ['docker.PullFailed', 'docker.Stopped'],
  },
  'image.pull.bytes': { about: 'bytes of images that were begun, all together so far', unit: 'bytes' },
  'image.pull.layers.cached': { about: 'layers that were on the machine before the pull', unit: 'count' },
  'image.pull.failures': { about: 'pulls that failed', unit: 'count', of: 'docker.PullFailed' },
  'dhcp.time-to-address': {
    about: 'from the first DISCOVER to a lease',
    unit: 'duration',
    from: 'dhcp-client.Discovering',
    to: 'dhcp-client.Bound',
  },
  'dhcp.refused': { about: 'DISCOVERs that found the scope exhausted', unit: 'count' },
  'dhcp.refused.clients': { about: 'clients that found the scope exhausted', unit: 'count' },
  'dhcp.unaddressed': {
    about: 'machines that were without an address for too long',
    unit: 'count',
    of: 'dhcp-client.Unaddressed',
  },
  'dhcp.conflicts': { about: 'addresses used by two machines', unit: 'count', of: 'segment.Duplicated' },
  'tls.refusals': { about: 'certificate chains refused', unit: 'count', of: 'trust.Refused' },
  'quota.refusals': { about: 'requests over a quota', unit: 'count', of: 'ticket.Refused' },
  'dhcp.pool.use': { about: 'leased share of each scope at each change', unit: 'share' },
  'proxy.use': {
    about: 'share of its bandwidth that the fullest proxy carries, at each change',
    unit: 'share',
  },
  'nic.use': {
    about: 'share of its rate that the fullest NIC of a host carries, at each change',
    unit: 'share',
  },
  'site.use': { about: 'share of its bandwidth that the fullest site sends, at each change', unit: 'share' },
  'hosts.memory.use': { about: 'configured share of the memory of all hosts at each change', unit: 'share' },
  'hosts.cpu.use': { about: 'configured vCPUs per core of all hosts at each change', unit: 'share' },
  'vms.running': { about: 'VMs powered on at each change', unit: 'count' },
  events: { about: 'events of the run', unit: 'count' },
};

/** Names and units of all metrics. */
export function metricNames(): readonly string[] {
  return Object.keys(DEFINITIONS);
}

/** What a metric is, or undefined when there is none of that name. */
export function metricNamed(name: string): { readonly about: string; readonly unit: Unit } | undefined {
  return Object.hasOwn(DEFINITIONS, name) ? DEFINITIONS[name] : undefined;
}

/** Every metric of a run. */
export function measure(history: History): Readonly<Record<string, Metric>> {
  const values = new Map<string, number[]>(Object.keys(DEFINITIONS).map((name) => [name, []]));
  const add = (name: string, value: number) => values.get(name)?.push(value);
  const open = new Map<string, Micros>();
  const refused = new Set<string>();
  const spans = Object.entries(DEFINITIONS).filter(([, definition]) => definition.from !== undefined);
  const counts = Object.entries(DEFINITIONS).filter(([, definition]) => definition.of !== undefined);
  for (const recorded of history.events) {
    const kind = kindOf(history, recorded);
    for (const [name, { from, to, drop }] of spans) {
      const key = `${name} ${recorded.entity}`;
      if (drop?.includes(kind)) open.delete(key);
      if (kind === from && !open.has(key)) open.set(key, recorded.at);
      if (kind !== to) continue;
      const since = open.get(key);
      open.delete(key);
      if (since !== undefined) add(name, recorded.at - since);
    }
    for (const [name, { of }] of counts) if (kind === of) add(name, 1);
    if (kind !== 'dhcp.Silent' || recorded.event['why'] !== 'dhcp.scope-exhausted') continue;
    add('dhcp.refused', 1);
    const client = `${recorded.entity} ${recorded.event['client']}`;
    if (!refused.has(client)) add('dhcp.refused.clients', 1);
    refused.add(client);
  }
  const load = { ...loadOf(history), ...trafficOf(history) };
  for (const [name, samples] of Object.entries(load)) for (const { value } of samples) add(name, value);
  add('events', history.events.length);
  return Object.fromEntries(
    Object.entries(DEFINITIONS).map(([name, { unit, about }]) => [
      name,
      { unit, about, values: values.get(name) ?? [] },
    ]),
  );
}

export type Aggregate = 'count' | 'min' | 'max' | 'avg' | 'last' | { readonly percentile: number };

/** One number out of a metric's values; undefined when there is none to take it from. Percentiles are nearest-rank. */
export function aggregate(values: readonly number[], by: Aggregate): number | undefined {
  if (by === 'count') return values.length;
  if (values.length === 0) return undefined;
  switch (by) {
    case 'min':
      return values.reduce((least, value) => Math.min(least, value));
    case 'max':
      return values.reduce((most, value) => Math.max(most, value));
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'last':
      return values.at(-1);
    default: {
      const sorted = [...values].sort((a, b) => a - b);
      return sorted[Math.max(Math.ceil((by.percentile / 100) * sorted.length) - 1, 0)];
    }
  }
}
