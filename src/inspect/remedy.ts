/** What to change in the scenario so that a failure goes away: a `--set` that can be pasted, or advice where no one setting helps. */
import { formatIpv4 } from '../base/ipv4.ts';
import { formatBytes, formatDuration, MINUTE } from '../base/units.ts';
import type { Recorded } from '../log/reader.ts';
import { HUB } from '../models/docker/profile.ts';
import type { History } from '../run/history.ts';
import { demandOf } from '../scenario/check-demand.ts';
import { formatPath } from '../scenario/path.ts';
import type { Limits, NetworkSpec, PlatformSpec, Scenario } from '../scenario/types.ts';
import { type Link, leavesOf } from './causes.ts';
import { modelOf, nameOf } from './events.ts';
import type { Failure } from './failures.ts';
import { freeRange, statics } from './free-range.ts';

/** One way out. `set` is `path=value` for `--set`; empty when the way out is something to do rather than a setting. */
export interface Remedy {
  readonly code: string;
  readonly path: string;
  readonly value: string;
  readonly set: string;
  readonly help: string;
}

const setting = (code: string, path: string, value: string, help: string): Remedy => ({
  code,
  path,
  value,
  set: `${path}=${value}`,
  help,
});
const advice = (code: string, help: string): Remedy => ({ code, path: '', value: '', set: '', help });

function scopeText(scenario: Scenario, network: string): string | undefined {
  const spec = scenario.networks[network];
  if (spec === undefined) return undefined;
  const { first, last } = freeRange(spec, statics(scenario, network));
  return last < first ? undefined : `${formatIpv4(first)}-${formatIpv4(last)}`;
}

/** The network that a failure is about: its own, that of what it rests on, or the platform's. */
function networkOf({ root, leaves }: Failure, scenario: Scenario): string | undefined {
  const named = [root.entity, ...leaves.map(({ to }) => to)]
    .filter((ref) => ref.startsWith('dhcp/') || ref.startsWith('segment/'))
    .map(nameOf);
  const candidates = [String(root.event['segment']), ...named];
  return candidates.find((name) => Object.hasOwn(scenario.networks, name)) ?? scenario.platform?.network;
}

function forAddresses(failure: Failure, scenario: Scenario): Remedy {
  const { code } = failure;
  const network = networkOf(failure, scenario);
  const scope = network === undefined ? undefined : scopeText(scenario, network);
  if (network === undefined || scope === undefined)
    return advice(code, 'give the network a DHCP scope that leaves the static addresses alone');
  if (code === 'address.none') return forNoAddress(failure, scenario, network, scope);
  const help =
    code === 'address.duplicate' ? 'move the scope away from the static addresses' : 'widen the scope';
  return setting(code, formatPath(['networks', network, 'dhcp', 'scope']), scope, help);
}

const STOPS: readonly string[] = ['dhcp.Stopped', 'relay.Stopped'];

/** Nobody answered: no server, a relay or a server that is off, a line that loses or holds answers. */
function forNoAddress(
  { code, because }: Failure,
  scenario: Scenario,
  network: string,
  scope: string,
): Remedy {
  const stop = linksOf(because).find(({ kind, recorded }) => STOPS.includes(kind) && recorded.at > 0);
  if (stop !== undefined) {
    const where = leavesOf(stop)[0]?.path ?? 'do';
    return advice(code, `do not stop DHCP on ${network} (${where}) while machines still ask for addresses`);
  }
  const { dhcp, relay } = scenario.networks[network] as NetworkSpec;
  const path = (...keys: string[]) => formatPath(['networks', ...keys]);
  if (dhcp !== undefined && dhcp.server !== '') {
    if (relay?.enabled !== true)
      return setting(code, path(network, 'relay'), 'true', `let the router of ${network} relay DHCP`);
    if (scenario.networks[dhcp.server]?.dhcp?.enabled === false)
      return setting(code, path(dhcp.server, 'dhcp', 'enabled'), 'true', `turn DHCP on at ${dhcp.server}`);
  } else if (dhcp?.enabled !== true) {
    const isFree = (address: number) =>
      dhcp?.ranges.some(({ first, last }) => address >= first && address <= last) !== true;
    if (dhcp !== undefined && dhcp.ranges.length > 0 && statics(scenario, network).every(isFree))
      return setting(code, path(network, 'dhcp', 'enabled'), 'true', 'turn DHCP on');
    const help = 'turn DHCP on with a scope that leaves the static addresses alone';
    return setting(code, path(network, 'dhcp'), `{ enabled: true, scope: ${scope} }`, help);
  } else if (dhcp.lostAnswers.length > 0)
    return setting(code, path(network, 'dhcp', 'lost-answers'), '[]', 'mend the line that loses answers');
  else if (dhcp.answerDelay > 0)
    return setting(code, path(network, 'dhcp', 'answer-delay'), '0s', 'let answers come at once');
  return advice(code, `DHCP is on at ${network}: look at what its server did with what it was asked`);
}

/** Nobody renewed a lease: the server was off for too long, or it knows nothing of the lease and may not say so. */
function forExpiry(failure: Failure, scenario: Scenario): Remedy {
  const { code } = failure;
  const network = networkOf(failure, scenario) ?? '';
  const home = scenario.networks[network]?.dhcp?.server || network;
  const links = linksOf(failure.because);
  if (links.some(({ recorded }) => recorded.event['why'] === 'dhcp.not-authoritative'))
    return setting(
      code,
      formatPath(['networks', home, 'dhcp', 'authoritative']),
      'true',
      'let the server refuse what it does not know: clients then start over at once',
    );
  const stop = links.find(({ kind, recorded }) => kind === 'dhcp.Stopped' && recorded.at > 0)?.recorded;
  const back = scenario.actions.find(
    ({ verb, at, ...action }) =>
      verb === 'start-dhcp' &&
      stop !== undefined &&
      at > stop.at &&
      'network' in action &&
      action.network === home,
  );
  if (stop === undefined || back === undefined)
    return advice(
      code,
      'have a server that answers before leases run out: half a lease is left at the least',
    );
  const lease = (Math.ceil((2 * (back.at - stop.at)) / MINUTE) + 1) * MINUTE;
  return setting(
    code,
    formatPath(['networks', network, 'dhcp', 'lease']),
    formatDuration(lease),
    'a lease of twice the time without a server lasts over it',
  );
}

/** An explanation and everything it rests on, flat. */
const linksOf = (link: Link): Link[] => [link, ...link.because.flatMap(linksOf)];

function forDuplicates(failure: Failure, history: History, scenario: Scenario): Remedy {
  const claims = (failure.root.event['facts'] as number[]).map((fact) => history.events[fact] as Recorded);
  if (claims.some((claim) => claim.event['how'] === 'lease')) return forAddresses(failure, scenario);
  // A segment's own declaration stands for its gateway.
  const holders = claims.flatMap(({ event }) => ('holder' in event ? [nameOf(String(event['holder']))] : []));
  if (holders.length < claims.length)
    return advice(
      failure.code,
      `${holders.join(' and ')} was given the address of the gateway: it needs another one`,
    );
  return advice(
    failure.code,
    `${holders.join(' and ')} were both given this address by hand: delete or re-address one of them before the other is made`,
  );
}

/** A name as a value, in quotes where YAML would take it for something else. */
const nameInYaml = (name: string): string =>
  /^[A-Za-z_][\w-]*$/.test(name) && !/^(true|false|null|y|n|yes|no|on|off)$/i.test(name)
    ? name
    : JSON.stringify(name);

/** A root that is there since its engine read the roots: whoever put it there restarts the engine. */
function forUnread({ code, because }: Failure, { actions }: Scenario): Remedy | undefined {
  const added = linksOf(because).find(({ kind }) => kind === 'docker.RootsAdded');
  if (added === undefined) return undefined;
  const at = formatDuration(added.recorded.at);
  const action = `{ at: ${at}, restart-engine: ${nameInYaml(nameOf(added.recorded.entity))} }`;
  const count = new Set(actions.map(({ path }) => path)).size;
  return setting(
    code,
    `do[${count}]`,
    action,
    'restart the engine once the root is there: it reads its roots once',
  );
}

/** The root above whoever signed: a template installs roots. */
function forTrust(failure: Failure, scenario: Scenario): Remedy {
  const unread = forUnread(failure, scenario);
  if (unread !== undefined) return unread;
  const { authorities, platform } = scenario;
  let root = String(failure.root.event['issuer']);
  for (let at = authorities[root]; at !== undefined && !at.isRoot; at = authorities[root]) root = at.issuedBy;
  const trusts = platform?.template.trusts ?? [];
  const value = `[${[...new Set([...trusts, root])].map(nameInYaml).join(', ')}]`;
  const help = `let the node template install ${root} at first boot`;
  return setting(failure.code, 'platform.node-template.trusts', value, help);
}

/** An authority that was not sent: by the site, or by the proxy that stands before it. */
function forChain(failure: Failure, scenario: Scenario): Remedy {
  const { code, root } = failure;
  const missing = String(root.event['certificate']);
  const [host, issuer] = [String(root.event['host']), String(root.event['issuer'])];
  const site = scenario.internet[host];
  if (site?.issuedBy !== issuer)
    return advice(
      code,
      `let the proxy send ${missing} along, or sign with the root: mitmproxy sends the leaf alone`,
    );
  const value = `[${[...new Set([...site.sends, missing])].map(nameInYaml).join(', ')}]`;
  return setting(
    code,
    formatPath(['internet', host, 'tls', 'sends']),
    value,
    `let ${host} send ${missing} along`,
  );
}

/** An authority that goes beyond what it may do: where a proxy signs with it, the root above it may do all that it is trusted for. */
function forLimits(failure: Failure, scenario: Scenario): Remedy {
  const { code, root } = failure;
  const issuer = String(root.event['issuer']);
  const proxy = Object.entries(scenario.proxies).find(([, { resignsWith }]) => resignsWith === issuer)?.[0];
  const at = scenario.authorities[issuer];
  if (proxy === undefined || at === undefined || at.isRoot)
    return advice(code, `have the certificate issued by an authority that may, instead of ${issuer}`);
  const path = formatPath(['proxies', proxy, 'tls', 're-signs-with']);
  return setting(
    code,
    path,
    nameInYaml(at.issuedBy),
    `let ${proxy} sign with ${at.issuedBy}, which has no such limit`,
  );
}

function forClock(failure: Failure, scenario: Scenario): Remedy {
  const skewed = Object.values(scenario.hosts).filter((host) => host.clock !== 0);
  if (skewed.length === 0)
    return advice(failure.code, 'renew the certificate, or start the run inside its validity');
  return setting(
    failure.code,
    'hosts.*.clock',
    '0s',
    'set the clocks of the hosts right: their VMs start with them',
  );
}

/** The thing of a model that a failure rests on; empty if on none. */
const leafOf = ({ leaves }: Failure, model: string): string => {
  const leaf = leaves.find(({ to }) => modelOf(to) === model);
  return leaf === undefined ? '' : nameOf(leaf.to);
};

/** A proxy that does not know who asks: the machines say a user that it knows. */
function forUser(failure: Failure, { proxies, platform }: Scenario): Remedy {
  const proxy = leafOf(failure, 'proxy');
  const [user] = proxies[proxy]?.users ?? [];
  if (user === undefined || platform === undefined)
    return advice(failure.code, `let ${proxy} know a user, and the machines say that they are it`);
  const help = `let the engine say that it is ${user}, whom ${proxy} knows`;
  return setting(failure.code, 'platform.vm-image.proxy-user', nameInYaml(user), help);
}

/** A registry that speaks plain HTTP: the engine is told to put up with it. */
function forPlain(failure: Failure, { platform }: Scenario): Remedy {
  const host = leafOf(failure, 'registry');
  const value = `[${[...new Set([...(platform?.vmImage.insecure ?? []), host])].map(nameInYaml).join(', ')}]`;
  const help = `let the engine of the nodes put up with ${host}, or give it a certificate`;
  return setting(failure.code, 'platform.vm-image.insecure-registries', value, help);
}

/** What every cluster and VM that the scenario asks for would take of one project. */
function projectDemand(scenario: Scenario, platform: PlatformSpec, project: string): Limits {
  const demands = scenario.actions.flatMap((action): Limits[] => {
    if (action.verb === 'create-cluster') {
      const { cluster } = action;
      return `${cluster.tenant}/${cluster.project}` === project ? [demandOf(cluster, platform)] : [];
    }
    if (action.verb !== 'create-vm' || `${action.vm.tenant}/${action.vm.project}` !== project) return [];
    const flavor = platform.flavors[action.vm.flavor];
    return [{ vm: 1, 'vm.cpu': flavor?.cpu ?? 0, 'vm.memory': flavor?.memory ?? 0 }];
  });
  const sum = (key: string) => demands.reduce((total, demand) => total + (demand[key] ?? 0), 0);
  return { vm: sum('vm'), 'vm.cpu': sum('vm.cpu'), 'vm.memory': sum('vm.memory') };
}

function forQuota(failure: Failure, scenario: Scenario): Remedy {
  const { code } = failure;
  const [tenant = '', project] = nameOf(failure.root.entity).split('/');
  const { platform } = scenario;
  const spec = platform?.tenants[tenant];
  if (platform === undefined || spec === undefined) return advice(code, 'raise the limit, or ask for less');
  if (project === undefined)
    return advice(code, `raise the resource ticket of ${tenant}, or give its projects less`);
  const demand = projectDemand(scenario, platform, `${tenant}/${project}`);
  const lacking = Object.keys(spec.projects[project]?.limits ?? {}).find((key) => {
    const others = Object.entries(spec.projects).reduce(
      (sum, [name, { limits }]) => sum + (name === project ? 0 : (limits[key] ?? 0)),
      0,
    );
    return others + (demand[key] ?? 0) > (spec.limits[key] ?? Number.POSITIVE_INFINITY);
  });
  if (lacking !== undefined)
    return advice(
      code,
      `raise ${lacking} in the resource ticket of ${tenant}, and then in the project ${project}`,
    );
  const enough = Object.entries(spec.projects[project]?.limits ?? {}).map(([key, limit]) => {
    const value = Math.max(limit, demand[key] ?? 0);
    return `${key}: ${key === 'vm.memory' ? formatBytes(value) : value}`;
  });
  const limits = `{ ${enough.join(', ')} }`;
  const path = formatPath(['platform', 'tenants', tenant, 'projects', project]);
  const help = 'raise the limits of the project to what the scenario asks for';
  // A project that is a share of its tenant's ticket has no limits of its own to raise: it gets some.
  const isShare = !failure.leaves.some(({ detail }) => detail.startsWith(`${path}.limits`));
  return isShare
    ? setting(code, path, `{ limits: ${limits} }`, help)
    : setting(code, `${path}.limits`, limits, help);
}

/** A mirror that is there and is not asked. It helps with names of Docker Hub only. */
function forLimit({ code, root }: Failure, { internet, platform }: Scenario): Remedy {
  const host = nameOf(root.entity);
  const mirror = Object.entries(internet).find(([, site]) => site.up && site.mirrorOf === host)?.[0];
  if (mirror === undefined || host !== HUB || platform?.vmImage.mirror !== '')
    return advice(
      code,
      'put a mirror that keeps what it fetches before the registry, or preload images in the VM image',
    );
  const help = `let the nodes ask ${mirror}, which fetches each image once for all of them`;
  return setting(code, 'platform.vm-image.mirror', nameInYaml(mirror), help);
}

/** The way out of a failure's root, for the scenario it happened in. */
export function remedyFor(failure: Failure, history: History, scenario: Scenario): Remedy {
  const { code, root } = failure;
  switch (code) {
    case 'address.none':
    case 'dhcp.scope-exhausted':
      return forAddresses(failure, scenario);
    case 'dhcp.lease-expired':
      return forExpiry(failure, scenario);
    case 'address.duplicate':
      return forDuplicates(failure, history, scenario);
    case 'tls.untrusted-issuer':
      return forTrust(failure, scenario);
    case 'tls.missing-intermediate':
      return forChain(failure, scenario);
    case 'tls.name-mismatch': {
      const host = String(root.event['host']);
      const path = formatPath(['internet', host, 'tls', 'names']);
      return setting(code, path, `[${nameInYaml(host)}]`, `have the certificate issued for ${host}`);
    }
    case 'tls.path-length':
    case 'tls.name-constraint':
      return forLimits(failure, scenario);
    case 'tls.not-yet-valid':
    case 'tls.expired':
      return forClock(failure, scenario);
    case 'quota.exceeded':
      return forQuota(failure, scenario);
    case 'proxy.down':
      return setting(
        code,
        formatPath(['proxies', leafOf(failure, 'proxy'), 'up']),
        'true',
        'bring the proxy up',
      );
    case 'proxy.authentication':
      return forUser(failure, scenario);
    case 'registry.unreachable': {
      const down = Object.entries(scenario.internet).find(([, site]) => !site.up)?.[0];
      return down === undefined
        ? advice(code, 'declare the registry under `internet`, or name images of one that is')
        : setting(code, formatPath(['internet', down, 'up']), 'true', 'bring the registry up');
    }
    case 'registry.plain-http':
      return forPlain(failure, scenario);
    case 'engine.not-running':
      return advice(
        code,
        'act once the node is up and its engine runs: see when its engine starts and stops',
      );
    case 'registry.rate-limited':
      return forLimit(failure, scenario);
    case 'image.not-found':
      return advice(code, 'publish the image under `internet.<registry>.images`, or name one that is there');
    case 'placement.not-enough-memory':
    case 'placement.not-enough-cpu':
    case 'placement.no-host':
      return advice(code, 'add hosts with the cloud role, or ask for fewer or smaller VMs');
    case 'datastore.full':
      return advice(code, 'give the datastore more capacity');
    case 'host.failed':
      return advice(code, 'provision the lost machines anew: Photon does not restart them elsewhere');
    case 'time.exceeded':
      return advice(
        code,
        'look at what the machine was still doing: a slower link needs a longer wait or images preloaded in the VM image',
      );
    default:
      return advice(code, `see premortem explain ${code}`);
  }
}
