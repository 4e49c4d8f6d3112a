/** The platform: limits, templates, flavors, tenants. */
import { formatBytes, GIB, MINUTE, SECOND } from '../base/units.ts';
import type { Desk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { plainMap } from './plain.ts';
import { siteNamed } from './resolve-internet.ts';
import type { Written } from './schema.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';
import type { FlavorSpec, Limits, PlatformSpec, ProjectSpec, TenantSpec, WaitSpec } from './types.ts';

type PlatformText = NonNullable<Written['platform']>;
type TenantText = NonNullable<PlatformText['tenants']>[string];
type ProjectText = NonNullable<TenantText['projects']>[string];
type LimitsText = Readonly<Record<string, number | undefined>>;

/** Flavors that exist without being declared, as in Photon Controller. */
export const DEFAULT_FLAVORS = {
  'cluster-master-vm': { cpu: 4, memory: 8 * GIB },
  'cluster-other-vm': { cpu: 1, memory: 4 * GIB },
} as const;

/** 1.2 GiB, the size of the Photon OS image. */
const VM_IMAGE_SIZE = 1_288_490_189;

/** The platform. */
export function resolvePlatform(desk: Desk, written: PlatformText): PlatformSpec {
  const path = ['platform'];
  const reference = (
    kind: 'host' | 'network' | 'datastore',
    key: 'on' | 'network' | 'datastore',
    example: string,
  ) => {
    const name = desk.need(written[key], [...path, key], '', example);
    if (written[key] !== undefined) desk.refer(kind, name, [...path, key]);
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

function waitOf(wait: PlatformText['address-wait']): WaitSpec {
  return { polls: wait?.polls ?? 120, every: wait?.every ?? 5 * SECOND };
}

type ImageText = NonNullable<PlatformText['vm-image']>;

function resolveImage(desk: Desk, image: ImageText): PlatformSpec['vmImage'] {
  const path = ['platform', 'vm-image'];
  return {
    path: desk.label(path),
    name: image.name ?? 'photon-os',
    size: image.size ?? VM_IMAGE_SIZE,
    trustsPath: desk.label([...path, 'trusts']),
    trusts: trusted(desk, image.trusts, [...path, 'trusts']),
    preloaded: image.preloaded ?? [],
    engine: image.engine ?? 'docker-1.11',
    insecure: (image['insecure-registries'] ?? []).map((site, index) =>
      siteNamed(desk, site, [...path, 'insecure-registries', index]),
    ),
    mirror: mirrorOf(desk, image, [...path, 'mirror']),
    proxyUser: image['proxy-user'] ?? '',
    ...(image['time-sync'] === undefined ? {} : { timeSync: image['time-sync'] }),
    registryRoots: foldersOf(desk, image, [...path, 'registry-roots']),
  };
}

/** Docker Hub's registry, for which Docker reads no folder of roots (facts/registry-and-tls.md section 0). */
const HUB = 'registry-1.docker.io';

/** The site that a folder of roots is for, or none. */
export function folderFor(
  desk: Desk,
  site: string | undefined,
  engine: ImageText['engine'],
  path: Path,
): string {
  if (site === HUB && engine !== 'containerd' && engine !== 'skopeo')
    desk.warning('roots.unused', path, 'Docker reads no folder of roots for Docker Hub', {
      reason: 'names of the Hub are verified with the roots of the machine alone',
      help: "put the root into the machine's own store",
    });
  return siteNamed(desk, site, path);
}

function foldersOf(desk: Desk, image: ImageText, path: Path): PlatformSpec['vmImage']['registryRoots'] {
  const folders = plainMap<PlatformSpec['vmImage']['registryRoots'][string]>();
  for (const [site, roots, here] of entriesOf(desk, image['registry-roots'], path)) {
    folderFor(desk, site, image.engine, here);
    folders[site] = { path: desk.label(here), roots: trusted(desk, roots, here) };
  }
  return folders;
}

/** Only the engine has a setting for mirrors of Docker Hub (facts/registry-and-tls.md 8.3). */
function mirrorOf(desk: Desk, { mirror, engine }: ImageText, path: Path): string {
  if (mirror !== undefined && (engine === 'containerd' || engine === 'skopeo')) {
    desk.error('value.type', path, `${engine} has no setting for a mirror of Docker Hub`, {
      reason: '`registry-mirrors` is a setting of the Docker engine',
      help: 'remove `mirror`, or let the `engine` be docker-1.11, engine or engine-24',
    });
  }
  return siteNamed(desk, mirror, path);
}

/** A list of roots, each declared. */
export function trusted(desk: Desk, roots: readonly string[] | undefined, path: Path): readonly string[] {
  return [...new Set((roots ?? []).flatMap((root, index) => desk.select('root', root, [...path, index])))];
}

function resolveFlavors(desk: Desk, written: PlatformText['flavors']): Record<string, FlavorSpec> {
  const flavors = plainMap<FlavorSpec>();
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

function resolveTenants(desk: Desk, written: PlatformText['tenants']): Record<string, TenantSpec> {
  const tenants = plainMap<TenantSpec>();
  for (const [name, tenant, path] of entriesOf(desk, written, ['platform', 'tenants'])) {
    const limits = limitsOf(tenant.ticket ?? {});
    const projects = plainMap<ProjectSpec>();
    for (const [project, text, projectPath] of entriesOf(desk, tenant.projects, [...path, 'projects'])) {
      projects[project] = { path: desk.label(projectPath), limits: shareOf(desk, text, limits, projectPath) };
    }
    tenants[name] = { path: desk.label(path), limits, projects };
    checkShares(desk, name, tenants[name], path);
  }
  return tenants;
}

function limitsOf(written: LimitsText): Limits {
  const limits = plainMap<number>();
  for (const [key, limit] of Object.entries(written)) if (limit !== undefined) limits[key] = limit;
  return limits;
}

/** A percentage is taken of the ticket's original limits, rounded down. */
function shareOf(desk: Desk, project: ProjectText, ticket: Limits, path: Path): Limits {
  if (project.limits !== undefined && project.percent !== undefined) {
    desk.error('value.type', [...path, 'percent'], 'a project has limits or a percentage, not both', {
      reason: 'they would contradict each other',
      help: 'remove `percent` or `limits`',
    });
  }
  if (project.limits !== undefined) return limitsOf(project.limits);
  if (project.percent === undefined) {
    desk.need<Limits | undefined>(
      undefined,
      [...path, 'limits'],
      undefined,
      '{ vm: 20, vm.cpu: 64, vm.memory: 256GiB }',
    );
  }
  const share = plainMap<number>();
  for (const [key, limit] of Object.entries(ticket))
    share[key] = Math.floor((limit * (project.percent ?? 100)) / 100);
  return share;
}

/** The projects of a tenant share its ticket, so together they may not ask for more than it has. */
function checkShares(desk: Desk, name: string, tenant: TenantSpec, path: Path): void {
  for (const [key, limit] of Object.entries(tenant.limits)) {
    let sum = 0;
    for (const [project, { limits }] of Object.entries(tenant.projects)) {
      sum += limits[key] ?? 0;
      if (sum <= limit) continue;
      const written = [...path, 'projects', project, 'limits', key];
      desk.error(
        'project.too-large',
        written,
        `the projects of ${quote(name)} ask for more ${quote(key)} than its ticket has`,
        {
          reason: `with ${quote(project)} they ask for ${shownLimit(key, sum)} of ${shownLimit(key, limit)}`,
          help: 'lower the limits of a project, or raise those of the ticket',
        },
      );
      break;
    }
  }
}

/** A limit in a message: memory as a size, everything else as a number. */
export function shownLimit(key: string, value: number): string {
  return key === 'vm.memory' ? formatBytes(value) : String(value);
}
