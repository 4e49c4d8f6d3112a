/** Hosts, datastores, networks. */
import { GIB, HOUR, MINUTE } from "../base/units.js";
import { entriesOf } from "./entries.js";
import { plainMap } from "./plain.js";
/** Hosts; ranges are already one entry per host. */
export function resolveHosts(desk, written) {
    const hosts = plainMap();
    for (const [name, host, path] of entriesOf(desk, written, ['hosts']))
        hosts[name] = resolveHost(desk, host, path);
    return hosts;
}
function resolveHost(desk, host, path) {
    const nics = plainMap();
    for (const [name, nic, nicPath] of entriesOf(desk, host.nics, [...path, 'nics'])) {
        const network = desk.need(nic.network, [...nicPath, 'network'], '', 'mgmt');
        if (nic.network !== undefined)
            desk.refer('network', network, [...nicPath, 'network']);
        nics[name] = { network, rate: nic.rate ?? 10_000_000_000 };
    }
    const cpu = desk.need(host.cpu, [...path, 'cpu'], {}, '{ cores: 16 }');
    const cores = host.cpu === undefined ? 1 : desk.need(cpu.cores, [...path, 'cpu', 'cores'], 1, '16');
    return {
        path: desk.label(path),
        cores,
        memory: desk.need(host.memory, [...path, 'memory'], GIB, '128GiB'),
        roles: [...new Set(host.roles ?? ['cloud'])],
        nics,
        power: host.power ?? 'on',
        boot: host.boot ?? 5 * MINUTE,
        clock: host.clock ?? 0,
    };
}
/** Datastores, with their hosts by name. */
export function resolveDatastores(desk, written) {
    const datastores = plainMap();
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
function mountedBy(desk, hosts, path) {
    if (hosts === undefined)
        return desk.names('host') ?? [];
    if (typeof hosts === 'string')
        return desk.select('host', hosts, path);
    return [...new Set(hosts.flatMap((pattern, index) => desk.select('host', pattern, [...path, index])))];
}
/** Networks. Whether their addresses fit is checked when everything that has an address is known. */
export function resolveNetworks(desk, written) {
    const networks = plainMap();
    for (const [name, network, path] of entriesOf(desk, written, ['networks'])) {
        const cidr = desk.need(network.cidr, [...path, 'cidr'], { network: 0, prefix: 8 }, '10.20.0.0/24');
        const dhcp = network.dhcp && resolveDhcp(desk, network.dhcp, cidr.network, [...path, 'dhcp']);
        networks[name] = {
            path: desk.label(path),
            ...cidr,
            gateway: network.gateway ?? cidr.network + 1,
            dns: network.dns ?? [],
            vlan: network.vlan ?? 0,
            ...(dhcp === undefined ? {} : { dhcp }),
        };
    }
    return networks;
}
/** A server that is switched off needs no scope: it then has an empty one, whose last address is before its first. */
function resolveDhcp(desk, dhcp, network, path) {
    const enabled = dhcp.enabled ?? true;
    const empty = { first: network + 1, last: network };
    const example = '10.20.0.50-10.20.0.199';
    const scope = enabled ? desk.need(dhcp.scope, [...path, 'scope'], empty, example) : (dhcp.scope ?? empty);
    return {
        path: desk.label(path),
        enabled,
        first: scope.first,
        last: scope.last,
        lease: dhcp.lease ?? 8 * HOUR,
        check: dhcp.check ?? 'none',
    };
}
