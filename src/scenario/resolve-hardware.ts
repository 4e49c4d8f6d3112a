/** Hosts and datastores. */
import { GIB, MINUTE } from '../base/units.ts';
import type { Desk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { plainMap } from './plain.ts';
import type { Written } from './schema.ts';
import type { Path } from './tree.ts';
import type { DatastoreSpec, HostSpec } from './types.ts';

type HostText = NonNullable<Written['hosts']>[string];

/** Hosts; ranges are already one entry per host. */
export function resolveHosts(desk: Desk, written: Written['hosts']): Record<string, HostSpec> {
  const hosts = plainMap<HostSpec>();
  for (const [name, host, path] of entriesOf(desk, written, ['hosts']))
    hosts[name] = resolveHost(desk, host, path);
  return hosts;
}

function resolveHost(desk: Desk, host: HostText, path: Path): HostSpec {
  const nics = plainMap<HostSpec['nics'][string]>();
  for (const [name, nic, nicPath] of entriesOf(desk, host.nics, [...path, 'nics'])) {
    const network = desk.need(nic.network, [...nicPath, 'network'], '', 'mgmt');
    if (nic.network !== undefined) desk.refer('network', network, [...nicPath, 'network']);
    nics[name] = { network, rate: nic.rate ?? 10_000_000_000 };
  }
  const cpu = desk.need(host.cpu, [...path, 'cpu'], {}, '{ cores: 16 }');
  const cores = host.cpu === undefined ? 1 : desk.need(cpu.cores, [...path, 'cpu', 'cores'], 1, '16');
  return {
    path: desk.label(path),
    cores,
    memory: desk.need(host.memory, [...path, 'memory'], GIB, '128GiB'),
    roles: [...new Set(host.roles ?? (['cloud'] as const))],
    nics,
    power: host.power ?? 'on',
    boot: host.boot ?? 5 * MINUTE,
    clock: host.clock ?? 0,
  };
}

/** Datastores, with their hosts by name. */
export function resolveDatastores(desk: Desk, written: Written['datastores']): Record<string, DatastoreSpec> {
  const datastores = plainMap<DatastoreSpec>();
  for (const [name, datastore, path] of entriesOf(desk, written, ['datastores'])) {
    datastores[name] = {
      path: desk.label(path),
      hosts: mountedBy(desk, datastore.hosts, [...path, 'hosts']),
      capacity: desk.need(datastore.capacity, [...path, 'capacity'], GIB, '20TiB'),
      write: desk.need(datastore.write, [...path, 'write'], 1, '800MB/s'),
    };
  }
  return datastores;
}

function mountedBy(desk: Desk, hosts: string | string[] | undefined, path: Path): readonly string[] {
  if (hosts === undefined) return desk.names('host') ?? [];
  if (typeof hosts === 'string') return desk.select('host', hosts, path);
  return [...new Set(hosts.flatMap((pattern, index) => desk.select('host', pattern, [...path, index])))];
}
