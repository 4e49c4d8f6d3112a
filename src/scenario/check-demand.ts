/** Whether what is asked for fits the project that pays, and whether the images exist somewhere. */
import type { Desk } from './desk.ts';
import { nearest } from './names.ts';
import { shownLimit } from './resolve-platform.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';
import type { CreateClusterSpec, FlavorSpec, Limits, PlatformSpec, Scenario } from './types.ts';

/** Checks every cluster of the scenario, and the images inside the VM image. */
export function checkDemand(desk: Desk, scenario: Scenario): void {
  const { platform } = scenario;
  if (platform === undefined) return;
  const served = imagesOf(scenario);
  const used = new Set(served);
  for (const action of scenario.actions) {
    const doing: Path = ['do', Number(/\d+/.exec(action.path)?.[0] ?? 0)];
    if (action.verb === 'pull-image' || action.verb === 'run-pod')
      checkImages(desk, platform, { image: action.image }, [...doing, action.verb], served);
    if (action.verb !== 'create-cluster') continue;
    const path = [...doing, 'create-cluster'];
    checkQuota(desk, scenario, platform, action.cluster, path);
    for (const image of Object.values(action.cluster.images)) used.add(image);
    checkImages(desk, platform, action.cluster.images, [...path, 'images'], served);
  }
  for (const [index, image] of platform.vmImage.preloaded.entries()) {
    // One that nothing pulls is harmless, unless it is a slip of the fingers.
    if (used.has(image) || nearest(image, used) === undefined) continue;
    unknownImage(desk, image, ['platform', 'vm-image', 'preloaded', index], used);
  }
}

/** What a cluster takes from its project. */
export function demandOf(cluster: CreateClusterSpec, platform: PlatformSpec): Limits {
  const sum = (of: (flavor: FlavorSpec | undefined) => number) =>
    cluster.groups.reduce((total, { count, flavor }) => total + count * of(platform.flavors[flavor]), 0);
  return {
    vm: sum(() => 1),
    'vm.cpu': sum((flavor) => flavor?.cpu ?? 0),
    'vm.memory': sum((flavor) => flavor?.memory ?? 0),
  };
}

function checkQuota(
  desk: Desk,
  scenario: Scenario,
  platform: PlatformSpec,
  cluster: CreateClusterSpec,
  path: Path,
): void {
  const project = platform.tenants[cluster.tenant]?.projects[cluster.project];
  if (project === undefined || desk.wasPruned([...path, 'slaves'])) return;
  for (const [key, demand] of Object.entries(demandOf(cluster, platform))) {
    const limit = project.limits[key];
    if (limit === undefined || demand <= limit) continue;
    const wanted = scenario.expect.some((one) => one.kind === 'fails' && one.code === 'quota.exceeded');
    const place = desk.keyPlace(path);
    const message = `${quote(cluster.name)} needs ${shownLimit(key, demand)} ${quote(key)}`;
    const more = {
      place,
      reason: `the project ${quote(cluster.project)} of ${quote(cluster.tenant)} has ${shownLimit(key, limit)}`,
      help: `ask for fewer slaves, raise ${quote(key)}, or write \`expect: [{ that: fails with quota.exceeded }]\``,
    };
    if (wanted) desk.issues.warning('cluster.too-large', message, more);
    else desk.issues.error('cluster.too-large', message, more);
    return;
  }
}

function imagesOf(scenario: Scenario): ReadonlySet<string> {
  return new Set(Object.values(scenario.internet).flatMap((site) => Object.keys(site.images)));
}

/** An image that nobody serves is no mistake of the file: a mistyped tag is worth rehearsing. */
function checkImages(
  desk: Desk,
  platform: PlatformSpec,
  images: Readonly<Record<string, string>>,
  path: Path,
  served: ReadonlySet<string>,
): void {
  if (desk.wasPruned(['internet'])) return;
  for (const [key, image] of Object.entries(images)) {
    if (served.has(image) || platform.vmImage.preloaded.includes(image)) continue;
    unknownImage(desk, image, [...path, key], served);
  }
}

function unknownImage(desk: Desk, image: string, path: Path, images: ReadonlySet<string>): void {
  const close = desk.issues.list.length > 200 ? undefined : nearest(image, images);
  desk.warning('name.unknown', path, `no site serves the image ${quote(image)}`, {
    reason: 'machines that need it will not get it',
    help: close === undefined ? 'declare it under internet.<site>.images' : `did you mean ${quote(close)}?`,
  });
}
