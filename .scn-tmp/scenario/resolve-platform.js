/** The platform: limits, templates, flavors, tenants. */
import { formatBytes, GIB, MINUTE, SECOND } from "../base/units.js";
import { entriesOf } from "./entries.js";
import { plainMap } from "./plain.js";
import { quote } from "./show.js";
/** Flavors that exist without being declared, as in Photon Controller. */
export const DEFAULT_FLAVORS = {
    'cluster-master-vm': { cpu: 4, memory: 8 * GIB },
    'cluster-other-vm': { cpu: 1, memory: 4 * GIB },
};
/** 1.2 GiB, the size of the Photon OS image. */
const VM_IMAGE_SIZE = 1_288_490_189;
/** The platform. */
export function resolvePlatform(desk, written) {
    const path = ['platform'];
    const reference = (kind, key, example) => {
        const name = desk.need(written[key], [...path, key], '', example);
        if (written[key] !== undefined)
            desk.refer(kind, name, [...path, key]);
        return name;
    };
    return {
        path: desk.label(path),
        on: reference('host', 'on', 'esx-01'),
        network: reference('network', 'network', 'mgmt'),
        datastore: reference('datastore', 'datastore', 'vsan-1'),
        addressWait: waitOf(written['address-wait']),
        serviceWait: waitOf(written['service-wait']),
        stepLimit: written['step-limit'] ?? 30 * MINUTE,
        clientLimit: written['client-limit'] ?? 30 * MINUTE,
        vmImage: resolveImage(desk, written['vm-image'] ?? {}),
        template: {
            path: desk.label([...path, 'node-template']),
            trusts: trusted(desk, written['node-template']?.trusts, [...path, 'node-template', 'trusts']),
        },
        flavors: resolveFlavors(desk, written.flavors),
        tenants: resolveTenants(desk, written.tenants),
    };
}
function waitOf(wait) {
    return { polls: wait?.polls ?? 120, every: wait?.every ?? 5 * SECOND };
}
function resolveImage(desk, image) {
    const path = ['platform', 'vm-image'];
    return {
        path: desk.label(path),
        name: image.name ?? 'photon-os',
        size: image.size ?? VM_IMAGE_SIZE,
        trustsPath: desk.label([...path, 'trusts']),
        trusts: trusted(desk, image.trusts, [...path, 'trusts']),
        preloaded: image.preloaded ?? [],
    };
}
/** A list of roots, each declared. */
export function trusted(desk, roots, path) {
    return [...new Set((roots ?? []).flatMap((root, index) => desk.select('root', root, [...path, index])))];
}
function resolveFlavors(desk, written) {
    const flavors = plainMap();
    for (const [name, size] of Object.entries(DEFAULT_FLAVORS)) {
        flavors[name] = { path: desk.label(['platform', 'flavors', name]), ...size };
    }
    for (const [name, flavor, path] of entriesOf(desk, written, ['platform', 'flavors'])) {
        flavors[name] = {
            path: desk.label(path),
            cpu: desk.need(flavor.cpu, [...path, 'cpu'], 1, '4'),
            memory: desk.need(flavor.memory, [...path, 'memory'], GIB, '8GiB'),
        };
    }
    return flavors;
}
function resolveTenants(desk, written) {
    const tenants = plainMap();
    for (const [name, tenant, path] of entriesOf(desk, written, ['platform', 'tenants'])) {
        const limits = limitsOf(tenant.ticket ?? {});
        const projects = plainMap();
        for (const [project, text, projectPath] of entriesOf(desk, tenant.projects, [...path, 'projects'])) {
            projects[project] = { path: desk.label(projectPath), limits: shareOf(desk, text, limits, projectPath) };
        }
        tenants[name] = { path: desk.label(path), limits, projects };
        checkShares(desk, name, tenants[name], path);
    }
    return tenants;
}
function limitsOf(written) {
    const limits = plainMap();
    for (const [key, limit] of Object.entries(written))
        if (limit !== undefined)
            limits[key] = limit;
    return limits;
}
/** A percentage is taken of the ticket's original limits, rounded down. */
function shareOf(desk, project, ticket, path) {
    if (project.limits !== undefined && project.percent !== undefined) {
        desk.error('value.type', [...path, 'percent'], 'a project has limits or a percentage, not both', {
            reason: 'they would contradict each other',
            help: 'remove `percent` or `limits`',
        });
    }
    if (project.limits !== undefined)
        return limitsOf(project.limits);
    if (project.percent === undefined) {
        desk.need(undefined, [...path, 'limits'], undefined, '{ vm: 20, vm.cpu: 64, vm.memory: 256GiB }');
    }
    const share = plainMap();
    for (const [key, limit] of Object.entries(ticket))
        share[key] = Math.floor((limit * (project.percent ?? 100)) / 100);
    return share;
}
/** The projects of a tenant share its ticket, so together they may not ask for more than it has. */
function checkShares(desk, name, tenant, path) {
    for (const [key, limit] of Object.entries(tenant.limits)) {
        let sum = 0;
        for (const [project, { limits }] of Object.entries(tenant.projects)) {
            sum += limits[key] ?? 0;
            if (sum <= limit)
                continue;
            const written = [...path, 'projects', project, 'limits', key];
            desk.error('project.too-large', written, `the projects of ${quote(name)} ask for more ${quote(key)} than its ticket has`, {
                reason: `with ${quote(project)} they ask for ${shownLimit(key, sum)} of ${shownLimit(key, limit)}`,
                help: 'lower the limits of a project, or raise those of the ticket',
            });
            break;
        }
    }
}
/** A limit in a message: memory as a size, everything else as a number. */
export function shownLimit(key, value) {
    return key === 'vm.memory' ? formatBytes(value) : String(value);
}
