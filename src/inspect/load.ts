/** How full hosts and scopes were over time, and how many machines ran: samples at each change. */
import type { Micros } from '../base/units.ts';
import type { Recorded } from '../log/reader.ts';
import type { EventNamed, KindName } from '../models/index.ts';
import { type History, kindOf } from '../run/history.ts';

/** A value that changes with events. */
export interface Sample {
  readonly at: Micros;
  readonly value: number;
}

/** What is sampled; the names are those of the metrics. */
export interface Load {
  readonly 'hosts.memory.use': readonly Sample[];
  readonly 'hosts.cpu.use': readonly Sample[];
  readonly 'vms.running': readonly Sample[];
  readonly 'dhcp.pool.use': readonly Sample[];
}

/** Takes a sample; the last one of an instant counts, since what came before it lasted no time. */
function sample(samples: Sample[], at: Micros, value: number): void {
  if (samples.at(-1)?.at === at) samples.pop();
  samples.push({ at, value });
}

/** Who has a lease of one scope. */
interface PoolUse {
  readonly segment: string;
  readonly ranges: readonly number[];
  readonly leased: Set<string>;
}

/** Whether an address lies in one of the ranges, and how many addresses they have. */
const isWithin = (ranges: readonly number[], address: number) =>
  ranges.some((first, i) => i % 2 === 0 && address >= first && address <= (ranges[i + 1] as number));
const sizeOf = (ranges: readonly number[]) =>
  ranges.reduce((size, bound, i) => size + (i % 2 === 0 ? 1 - bound : bound), 0);

type Watchers = { readonly [K in KindName]?: (event: EventNamed<K>, recorded: Recorded) => void };

/** Folds a run into its load. */
export function loadOf(history: History): Load {
  const memory: Sample[] = [];
  const cpu: Sample[] = [];
  const vms: Sample[] = [];
  const pools: Sample[] = [];
  const hosts = new Map<string, { cores: number; memory: number; usedCpu: number; usedMemory: number }>();
  const placed = new Map<string, { cpu: number; memory: number }>();
  const scopes = new Map<string, readonly PoolUse[]>();
  const running = new Set<string>();

  const sampleHosts = (at: Micros) => {
    const all = [...hosts.values()];
    if (all.length === 0) return;
    const sum = (pick: (host: (typeof all)[number]) => number) =>
      all.reduce((total, host) => total + pick(host), 0);
    sample(memory, at, sum((host) => host.usedMemory) / sum((host) => host.memory));
    sample(cpu, at, sum((host) => host.usedCpu) / sum((host) => host.cores));
  };
  const move = (
    name: string,
    room: { cpu: number; memory: number } | undefined,
    sign: 1 | -1,
    at: Micros,
  ) => {
    const host = hosts.get(name);
    if (host !== undefined && room !== undefined) {
      host.usedCpu += sign * room.cpu;
      host.usedMemory += sign * room.memory;
    }
    sampleHosts(at);
  };
  const stopped = ({ entity, at }: Recorded) => {
    if (running.delete(entity)) sample(vms, at, running.size);
  };
  const leased = ({ entity, at }: Recorded, client: string, address: number, holds: boolean) => {
    const scope = scopes.get(entity)?.find(({ ranges }) => isWithin(ranges, address));
    if (scope === undefined) return;
    if (holds) scope.leased.add(client);
    else scope.leased.delete(client);
    pools.push({ at, value: scope.leased.size / sizeOf(scope.ranges) });
  };

  const watchers: Watchers = {
    'scheduler.HostAdded': ({ host, type: _, ...room }, { at }) => {
      hosts.set(host, { ...room });
      sampleHosts(at);
    },
    'scheduler.HostRemoved': ({ host }, { at }) => {
      hosts.delete(host);
      sampleHosts(at);
    },
    'scheduler.Placed': ({ vm, host, cpu: vcpus, memory: bytes }, { at }) => {
      placed.set(vm, { cpu: vcpus, memory: bytes });
      move(host, placed.get(vm), 1, at);
    },
    'scheduler.Released': ({ vm, host }, { at }) => move(host, placed.get(vm), -1, at),
    'vm.PoweredOn': (_, { entity, at }) => {
      running.add(entity);
      sample(vms, at, running.size);
    },
    'vm.Lost': (_, recorded) => stopped(recorded),
    'vm.Deleting': (_, recorded) => stopped(recorded),
    'dhcp.Configured': ({ segment, ranges }, { entity }) => {
      const others = scopes.get(entity) ?? [];
      const leases = others.find((scope) => scope.segment === segment)?.leased ?? new Set();
      scopes.set(entity, [
        ...others.filter((scope) => scope.segment !== segment),
        { segment, ranges, leased: leases },
      ]);
    },
    'dhcp.Granted': ({ client, yiaddr }, recorded) => leased(recorded, client, yiaddr, true),
    'dhcp.Expired': ({ client, address }, recorded) => leased(recorded, client, address, false),
    'dhcp.Released': ({ client, address }, recorded) => leased(recorded, client, address, false),
  };
  const byKind = watchers as unknown as Readonly<
    Record<string, ((event: object, recorded: Recorded) => void) | undefined>
  >;
  for (const recorded of history.events) byKind[kindOf(history, recorded)]?.(recorded.event, recorded);
  return { 'hosts.memory.use': memory, 'hosts.cpu.use': cpu, 'vms.running': vms, 'dhcp.pool.use': pools };
}
