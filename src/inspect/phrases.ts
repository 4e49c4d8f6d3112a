/** How each kind of event reads to a person, and how much it matters in the story of a run. */
import { formatIpv4, rangesText } from '../base/ipv4.ts';
import { formatBytes, formatDuration } from '../base/units.ts';
import type { AnyEvent } from '../kernel/model.ts';
import type { RootEvent } from '../kernel/roots.ts';
import type { EventNamed, KindName } from '../models/index.ts';

/** `story` lines are what a person would tell; `detail` is what happened on the way; `quiet` is bookkeeping. */
export type Weight = 'story' | 'detail' | 'quiet';

export interface Phrase {
  readonly weight: Weight;
  /** Without the entity's name; reads on after it. */
  readonly text: string;
  /** What differs between events that are told together, such as an address. */
  readonly item?: string;
  readonly mark?: 'good' | 'bad';
}

type RootNamed<T extends string> = Extract<RootEvent, { type: T }>;

/** One teller for every kind: a kind left out does not compile. */
type Book = { readonly [K in KindName]: (event: EventNamed<K>, at: number) => Phrase } & {
  readonly [T in RootEvent['type'] as `scenario.${T}`]: (event: RootNamed<T>, at: number) => Phrase;
};

const story = (text: string, item?: string): Phrase =>
  item === undefined ? { weight: 'story', text } : { weight: 'story', text, item };
const detail = (text: string): Phrase => ({ weight: 'detail', text });
const quiet = (text: string): Phrase => ({ weight: 'quiet', text });
const good = (text: string): Phrase => ({ weight: 'story', text, mark: 'good' });
const bad = (text: string, item?: string): Phrase => ({ ...story(text, item), mark: 'bad' });
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
const address = (value: number) => (value < 0 ? 'DHCP' : formatIpv4(value));

/** A change that a scenario makes later is told; the same thing at the start is its setting. */
const later = (at: number, text: string): Phrase => (at > 0 ? story(text) : quiet(text));

/** What is on the way between a segment and its servers: a router, or a line. */
function wayOf({ near, far, servers, delayToClient, losses, enabled }: EventNamed<'relay.Declared'>): string {
  if (servers.length > 0)
    return `joins ${near} to ${far}, ${enabled ? 'and relays' : 'but does not relay'} DHCP`;
  const held = delayToClient > 0 ? [`holds answers for ${formatDuration(delayToClient)}`] : [];
  return [...held, ...losses.map(({ kind }) => `loses ${kind}s`)].join(' and ');
}

const PHRASES: Book = {
  'scenario.Asked': ({ path, to }) => quiet(`asks ${to} (${path})`),
  'scenario.Withdrawn': ({ ask, to }) => quiet(`takes back e${ask}, asked of ${to}`),
  'host.Declared': ({ cores, memory, roles }) =>
    quiet(`is a host of ${cores} cores and ${formatBytes(memory)} (${list(roles)})`),
  'host.Booting': ({ takes }) => story(`boots, which takes ${formatDuration(takes)}`),
  'host.Up': (_, at) => later(at, 'is up'),
  'host.Failed': ({ words }) => bad(`failed: ${words}`),
  'host.ClockSet': ({ clock }) => story(`clock set to ${formatDuration(clock)} off true time`),
  'scheduler.HostAdded': ({ host }) => quiet(`counts on ${host}`),
  'scheduler.HostRemoved': ({ host }) => detail(`no longer counts on ${host}`),
  'scheduler.Placed': ({ vm, host, score }) => detail(`places ${vm} on ${host} (score ${score})`),
  'scheduler.Refused': ({ vm, words }) => bad(`found no place for ${vm}: ${words}`),
  'scheduler.Released': ({ vm, host }) => quiet(`frees the room of ${vm} on ${host}`),
  'datastore.Declared': ({ capacity }) => quiet(`is a datastore of ${formatBytes(capacity)}`),
  'datastore.CopyStarted': ({ image, size }) =>
    detail(`copies image ${image} (${formatBytes(size)}) to itself`),
  'datastore.CopyAwaited': ({ image, vm }) => quiet(`lets ${vm} wait for image ${image}`),
  'datastore.ImageCopied': ({ image }) => detail(`holds image ${image}`),
  'datastore.DiskCloned': ({ vm }) => quiet(`made the boot disk of ${vm}`),
  'datastore.CloneRefused': ({ vm, words }) => bad(`has no room for ${vm}: ${words}`),
  'vm.Requested': ({ flavor }) => detail(`requested, flavor ${flavor}`),
  'vm.Placed': ({ host }) => detail(`goes to ${host}`),
  'vm.DiskReady': () => quiet('has its boot disk'),
  'vm.Created': () => detail('created'),
  'vm.Failed': ({ why, words }) => bad(`creation failed: ${words} (${why})`),
  'vm.PoweredOn': ({ clock }) =>
    clock === 0 ? story('powered on') : story(`powered on, clock ${formatDuration(clock)} off true time`),
  'vm.GuestReached': ({ phase }) => detail(`guest reached ${phase}`),
  'vm.Addressed': ({ address: value }) => story('has an address', formatIpv4(value)),
  'vm.AddressLost': ({ address: value }) => bad('lost its address', formatIpv4(value)),
  'vm.ClockStepped': ({ by }) => story(`sets its clock right, by ${formatDuration(by)}`),
  'vm.Lost': ({ words }) => bad(`lost: ${words}`),
  'vm.Deleting': () => detail('is being deleted'),
  'vm.Deleted': () => detail('deleted'),
  'segment.Declared': ({ network, prefix }) => quiet(`is ${formatIpv4(network)}/${prefix}`),
  'segment.Claimed': ({ address: value, holder, how }) =>
    quiet(`sees ${formatIpv4(value)} used by ${holder} (${how})`),
  'segment.Duplicated': ({ words }) => bad(`duplicate address: ${words}`),
  'segment.Resolved': ({ address: value, holder }) => story(`only ${holder} is left on ${formatIpv4(value)}`),
  'segment.Released': ({ address: value, holder }) =>
    quiet(`no longer sees ${formatIpv4(value)} used by ${holder}`),
  'segment.Probed': ({ address: value, asker, used }) =>
    (used ? detail : quiet)(
      `${formatIpv4(value)} ${used ? 'answers' : 'does not answer'} the check of ${asker}`,
    ),
  'segment.Attached': ({ station }) => quiet(`hears ${station}`),
  'segment.PortDown': ({ station }) => story(`port of ${station} is down`),
  'segment.PortUp': ({ station }) => story(`port of ${station} is up`),
  'segment.Announced': ({ address: value, holder }) => detail(`${holder} announces ${formatIpv4(value)}`),
  'segment.Flapped': ({ address: value, holder, lost }) =>
    detail(`frames for ${formatIpv4(value)} reach ${holder}, not ${lost}`),
  'dhcp.Configured': ({ enabled, ranges }, at) =>
    later(at, enabled ? `serves ${rangesText(ranges)} by DHCP` : 'serves no DHCP: it is off'),
  'dhcp.Started': () => story('DHCP turned on'),
  'dhcp.Stopped': () => story('DHCP turned off'),
  'dhcp.Checking': ({ address: value, client }) =>
    quiet(`checks whether ${formatIpv4(value)} is in use before offering it to ${client}`),
  'dhcp.Offered': ({ yiaddr: value, client }) => quiet(`offers ${formatIpv4(value)} to ${client}`),
  'dhcp.Silent': ({ client, words, again }) => ({
    ...bad(`gives no DHCP answer (${words}) to`, client),
    weight: again ? 'detail' : 'story',
  }),
  'dhcp.Granted': ({ yiaddr: value, client }) => quiet(`leases ${formatIpv4(value)} to ${client}`),
  'dhcp.Refused': ({ client, words }) => bad(words === '' ? 'DHCPNAK to' : `DHCPNAK, ${words}, to`, client),
  'dhcp.Abandoned': ({ address: value }) => bad('found in use, and will not offer:', formatIpv4(value)),
  'dhcp.Expired': ({ address: value, client }) =>
    detail(`lease of ${formatIpv4(value)} to ${client} ran out`),
  'dhcp.Released': ({ address: value, client }) => quiet(`${client} gave ${formatIpv4(value)} back`),
  'dhcp.OfferLapsed': ({ address: value, client }) =>
    quiet(`offer of ${formatIpv4(value)} to ${client} lapsed`),
  'dhcp.Declined': ({ address: value, client, heeded }) =>
    story(
      heeded
        ? `${client} found ${formatIpv4(value)} in use and declined it`
        : `${client} declined ${formatIpv4(value)}, which is not its own`,
    ),
  'dhcp.Restored': ({ address: value }) => detail(`can offer ${formatIpv4(value)} again`),
  'dhcp.Postponed': ({ client, kind }) => quiet(`lets the ${kind} of ${client} wait for a check to end`),
  'dhcp.Informed': ({ client }) => quiet(`answers the DHCPINFORM of ${client}`),
  'dhcp.Reserved': ({ address: value, mac, clientId }) =>
    quiet(`keeps ${formatIpv4(value)} for ${clientId === '' ? mac : `client id ${clientId}`}`),
  'dhcp.LeasesForgotten': () => story('lost its lease database'),
  'dhcp-client.Discovering': ({ attempt }) =>
    attempt === 1 ? detail('DHCPDISCOVER sent') : quiet(`DHCPDISCOVER sent again (try ${attempt})`),
  'dhcp-client.Requesting': ({ address: value, server }) =>
    quiet(`DHCPREQUEST for ${formatIpv4(value)} to ${server}`),
  'dhcp-client.Bound': ({ address: value }) => detail(`bound to ${formatIpv4(value)}`),
  'dhcp-client.Renewed': ({ address: value }) => quiet(`lease of ${formatIpv4(value)} renewed`),
  'dhcp-client.Renewing': ({ address: value }) => quiet(`asks to renew ${formatIpv4(value)}`),
  'dhcp-client.Rebinding': ({ address: value }) => detail(`asks any server to renew ${formatIpv4(value)}`),
  'dhcp-client.Refused': ({ address: value }) => detail(`was refused ${formatIpv4(value)}`),
  'dhcp-client.Expired': ({ address: value }) => bad('lost its lease, which ran out:', formatIpv4(value)),
  'dhcp-client.Halted': () => quiet('DHCP client is gone with its machine'),
  'dhcp-client.Stopped': ({ released, address: value }) =>
    quiet(released ? `releases ${formatIpv4(value)}` : 'DHCP client stopped'),
  'dhcp-client.Started': ({ program, segment }) => quiet(`starts ${program} on ${segment}`),
  'dhcp-client.Rebooting': ({ address: value, attempt }) =>
    (attempt === 1 ? detail : quiet)(`asks whether it may keep ${formatIpv4(value)} (INIT-REBOOT)`),
  'dhcp-client.Leased': ({ address: value }) =>
    quiet(`was given ${formatIpv4(value)} and looks whether it is used`),
  'dhcp-client.Probing': ({ address: value, n }) => quiet(`ARP probe ${n} for ${formatIpv4(value)}`),
  'dhcp-client.Announcing': ({ address: value }) => quiet(`announces ${formatIpv4(value)} by ARP`),
  'dhcp-client.Declined': ({ address: value }) => ({
    ...story(`found ${formatIpv4(value)} in use: DHCPDECLINE`),
    mark: 'bad',
  }),
  'dhcp-client.GaveUp': ({ words }) => bad(words),
  'dhcp-client.LeaseOver': () => quiet('was not renewed in time'),
  'dhcp-client.PatienceOver': () => quiet('has waited long enough for an address'),
  'dhcp-client.Unaddressed': ({ words, segment }) => bad(`${words} on ${segment}`),
  'dhcp-client.Informing': ({ address: value, attempt }) =>
    detail(`asks for options for ${formatIpv4(value)}${attempt > 1 ? ` (try ${attempt})` : ''}`),
  'dhcp-client.Informed': ({ server, address: value }) =>
    story(`is told options by ${server} for`, formatIpv4(value)),
  'dhcp-client.CarrierLost': () => story('lost its carrier'),
  'dhcp-client.CarrierFound': () => story('has its carrier back'),
  'relay.Declared': (relay) => quiet(wayOf(relay)),
  'relay.Started': () => story('DHCP relay turned on'),
  'relay.Stopped': () => story('DHCP relay turned off'),
  'relay.Renumbered': ({ near, nearAddress }) =>
    story(`is ${formatIpv4(nearAddress)} on ${near} from now on`),
  'relay.Relayed': ({ kind, client }) => quiet(`passes the ${kind} of ${client} on`),
  'relay.Delivered': ({ kind, client }) => quiet(`brings ${client} an ${kind}`),
  'relay.Lost': ({ kind, client }) => bad(`loses an ${kind} for`, client),
  'relay.RequestHeld': ({ kind, wait }) => quiet(`holds a ${kind} for ${formatDuration(wait)}`),
  'relay.ReplyHeld': ({ kind, wait }) => quiet(`holds an ${kind} for ${formatDuration(wait)}`),
  'trust.Filled': ({ roots }, at) =>
    at > 0 ? detail(`trusts ${list(roots)}`) : quiet(`trusts ${list(roots)}`),
  'trust.Accepted': ({ host, issuer }) => detail(`accepts ${host}, signed by ${issuer}`),
  'trust.Refused': ({ host, issuer, words, certificate }) => {
    const other = certificate !== '' && certificate !== host && certificate !== issuer;
    const of = other ? ` (${certificate})` : '';
    return { ...detail(`refuses ${host}, signed by ${issuer}: ${words}${of}`), mark: 'bad' };
  },
  'authority.Declared': ({ subject, issuer }) =>
    quiet(subject === issuer ? 'is a root' : `signed by ${issuer}`),
  'proxy.Declared': ({ networks }, at) => later(at, `stands between ${list(networks)} and the internet`),
  'proxy.Inspecting': ({ intercept, issuer }, at) =>
    later(at, intercept ? `re-signs TLS sessions with ${issuer}` : 'lets TLS sessions pass untouched'),
  'proxy.Forging': ({ habit }) => quiet(`forges as ${habit === 'plain' ? 'others do' : habit}`),
  'proxy.Tunnelled': ({ host, asker }) => quiet(`lets ${asker} through to ${host}`),
  'proxy.Resigned': ({ host, issuer, asker }) =>
    detail(`shows ${asker} a leaf for ${host} signed by ${issuer}`),
  'proxy.Refused': ({ host, words }) => bad(`passes on no session with ${host}: ${words}`),
  'proxy.Trusting': ({ roots }) => quiet(`trusts origins of ${list(roots)}`),
  'proxy.Answered': ({ host, status, asker }) =>
    bad(`distrusts ${host}, and shows its own page (${status}) to`, asker),
  'proxy.Placed': ({ mode }) =>
    quiet(
      mode === 'transparent'
        ? 'takes up connections in their way, and nobody is told of it'
        : 'is asked by name',
    ),
  'proxy.Guarded': ({ users }, at) => later(at, `lets nobody through but ${list(users)}`),
  'proxy.Missed': ({ host, words, asker }) =>
    bad(`does not reach ${host}, and shows its own page (${words}) to`, asker),
  'registry.Declared': ({ issuer }) =>
    quiet(`serves images, ${issuer === '' ? 'in plain HTTP' : `certificate by ${issuer}`}`),
  'registry.Certified': ({ names, sends }) =>
    quiet(`is certified for ${list(names)}, and sends ${list(sends)}`),
  'registry.Published': ({ image, digests }) => quiet(`has ${image} (${plural(digests.length, 'layer')})`),
  'registry.Served': ({ image, asker }) => quiet(`serves the manifest of ${image} to ${asker}`),
  'registry.Missing': ({ image, words }) => bad(`has no ${image}: ${words}`),
  'registry.Arranged': ({ token, blobs }) =>
    quiet(
      `sends clients to ${token === '' ? 'nobody' : token} for tokens and to ${blobs === '' ? 'itself' : blobs} for blobs`,
    ),
  'registry.Disturbed': ({ path }) =>
    story(`answers ${path === '' ? 'requests' : `requests for a ${path}`} wrongly`),
  'registry.Answered': ({ asker, path, status, words }) =>
    status < 400 || status === 401
      ? quiet(`answers ${asker} (${path}) with ${status}`)
      : bad(`answers ${asker} (${path}) with ${status}${words === '' ? '' : `: ${words}`}`),
  'registry.Limited': ({ pulls, per }) =>
    quiet(`gives each address ${plural(pulls, 'pull')} in ${formatDuration(per)}`),
  'registry.Counted': ({ source }) => quiet(`counts a pull of ${source}`),
  'registry.TurnedAway': ({ asker, source }) => bad(`${source} had all its pulls: turns away`, asker),
  'registry.Placed': ({ inside, origin }) =>
    quiet(`stands ${inside ? 'inside' : 'outside'}${origin === '' ? '' : `, and mirrors ${origin}`}`),
  'registry.Fetching': ({ image, asker }) => quiet(`fetches the manifest of ${image} for ${asker}`),
  'registry.Filled': ({ image, status }) =>
    status === 200
      ? quiet(`keeps ${image}`)
      : { ...detail(`is answered ${status} for ${image}`), mark: 'bad' },
  'registry.Kept': ({ digest, asker }) => quiet(`keeps layer ${digest}, which ${asker} asked for first`),
  'fabric.LinkSet': ({ link }) => quiet(`link ${link} set`),
  'fabric.Started': ({ owner, tag, size }) => quiet(`${owner} transfers ${tag} (${formatBytes(size)})`),
  'fabric.Ended': ({ owner, tag }) => quiet(`${owner} has ${tag}`),
  'fabric.Cancelled': ({ owner, tag }) => quiet(`${owner} no longer transfers ${tag}`),
  'docker.Starting': () => quiet('container engine starts'),
  'docker.Started': () => detail('container engine is up'),
  'docker.Queued': ({ container, image }) =>
    quiet(`${container === '' ? `a pull of ${image}` : container} waits for its turn`),
  'docker.PullStarted': ({ image, site }) => detail(`pulls ${image} from ${site}`),
  'docker.Configured': ({ client }) => quiet(`pulls as ${client} does`),
  'docker.Mirrored': ({ site }) => quiet(`asks ${site} for images of Docker Hub first`),
  'docker.ProxyUserSet': ({ user }) => quiet(`says to proxies that it is ${user}`),
  'docker.FellThrough': ({ site, words }) => bad(`goes on to ${site}: ${words}`),
  'docker.RootsLoaded': ({ registry }) =>
    quiet(registry === '' ? 'reads the roots of its machine' : `reads the roots kept for ${registry}`),
  'docker.Requested': ({ method, path, host, from }) =>
    quiet(`${method} ${path} of ${host}${from > 0 ? ` from byte ${from}` : ''}`),
  'docker.Connected': ({ host }) => quiet(`session with ${host} is up`),
  'docker.Answered': ({ status }) => quiet(status === 0 ? 'has no answer' : `is answered ${status}`),
  'docker.SetBack': ({ words }) => ({ ...detail(words), mark: 'bad' }),
  'docker.Retrying': ({ digest, wait, words }) =>
    story(`${words}: tries ${digest} again in ${formatDuration(wait)}`),
  'docker.ManifestRead': ({ image }) => quiet(`has the manifest of ${image}`),
  'docker.LayerStarted': ({ digest, size }) => quiet(`fetches layer ${digest} (${formatBytes(size)})`),
  'docker.LayerDone': ({ digest }) => quiet(`has layer ${digest}`),
  'docker.Unpacking': ({ image, digest }) => quiet(`unpacks ${digest === '' ? image : digest}`),
  'docker.Unpacked': ({ digest }) => quiet(`has unpacked ${digest}`),
  'docker.Pulled': ({ image }) => story(`pulled ${image}`),
  'docker.PullFailed': ({ image, words }) => bad(`could not pull ${image}: ${words}`),
  'docker.ContainerStarted': ({ container, port }) =>
    port === 0 ? detail(`runs ${container}`) : story(`runs ${container} on port ${port}`),
  'docker.Stalled': ({ ids, lost }) =>
    story(
      `${lost ? 'frames for it' : 'its frames for the gateway'} reach another machine: ${plural(ids.length, 'request')} without an answer`,
    ),
  'docker.Resumed': () => quiet('is heard again'),
  'docker.Stopped': () => quiet('container engine stopped'),
  'docker.Restarting': () => story('container engine is restarted'),
  'docker.Restarted': () => detail('container engine is up again'),
  'docker.RootsAdded': ({ registry, roots, unread }) => {
    const where = registry === '' ? '' : ` for ${registry} alone`;
    return story(`is given ${list(roots)}${where}${unread ? ', after its engine read the roots' : ''}`);
  },
  'docker.NotDone': ({ asked, words }) =>
    bad(`${asked === 'restart' ? 'is not restarted' : 'is given no roots'}: ${words}`),
  'ticket.Declared': ({ keys, limits }) =>
    quiet(
      `limits ${keys.map((key, i) => `${key} to ${key === 'vm.memory' ? formatBytes(limits[i] as number) : limits[i]}`).join(', ') || 'nothing'}`,
    ),
  'ticket.Consumed': ({ holder }) => quiet(`counts ${holder}`),
  'ticket.Refused': ({ holder, words }) => bad(`refused ${holder}: ${words}`),
  'ticket.Returned': ({ holder }) => quiet(`no longer counts ${holder}`),
  'catalog.FlavorSet': ({ flavor, cpu, memory }) =>
    quiet(`flavor ${flavor}: ${cpu} vCPU, ${formatBytes(memory)}`),
  'catalog.ImageSet': ({ image }) => quiet(`image ${image}`),
  'catalog.EngineSet': ({ image, client }) => quiet(`machines of ${image} pull as ${client} does`),
  'catalog.TimeSyncSet': ({ image, after }) =>
    quiet(`machines of ${image} set their clocks ${formatDuration(after)} after they have an address`),
  'catalog.ProxyUserSet': ({ image, user }) =>
    quiet(`machines of ${image} say to proxies that they are ${user}`),
  'catalog.TemplateEdited': ({ roots }, at) => later(at, `node template edited: installs ${list(roots)}`),
  'kubelet.Started': () => detail('the kubelet runs'),
  'kubelet.PodAdded': ({ pod, image }) => story(`is to run the pod ${pod} (${image})`),
  'kubelet.Syncing': ({ pod, container }) => quiet(`asks for ${container} of the pod ${pod}`),
  'kubelet.BackedOff': ({ pod, image, wait }) =>
    story(`ImagePullBackOff of the pod ${pod}: tries ${image} again in ${formatDuration(wait)}`),
  'kubelet.PodRunning': ({ pod }) => good(`runs the pod ${pod}`),
  'kubelet.Stopped': () => detail('the kubelet is gone'),
  'node.Requested': ({ role, address: value }) =>
    quiet(`is to be a ${role}, address by ${value < 0 ? 'DHCP' : 'hand'} (${address(value)})`),
  'node.StageStarted': ({ waitsFor }) => detail(`waits for ${waitsFor}`),
  'node.IsoBuilt': ({ roots }) => quiet(`cidata ISO built; the template installs ${list(roots)}`),
  'node.Observed': ({ holds }) =>
    quiet(holds ? 'would pass the check now' : 'would no longer pass the check'),
  'node.DeadlineReached': ({ polls, waitsFor }) =>
    detail(`${polls} polls were for nothing: still waiting for ${waitsFor}`),
  'node.Provisioned': () => detail('provisioned'),
  'node.Removing': () => quiet('is to be removed'),
  'node.Ready': () => detail('ready'),
  'node.Failed': ({ waitsFor, words }) => bad(`gave up waiting for ${waitsFor}: ${words}`),
  'cluster.Requested': ({ spec }) =>
    story(
      `create-cluster: ${spec.kind} with ${spec.phases.map(({ role, count }) => plural(count, role)).join(', ')}`,
    ),
  'cluster.PhaseStarted': ({ step, nodes }) => story(`${step}: ${plural(nodes.length, 'node')}`),
  'cluster.NodeProvisioned': ({ node }) => quiet(`${node} is provisioned`),
  'cluster.NodeReady': ({ node }) => quiet(`${node} is ready`),
  'cluster.NodeFailed': ({ node, words }) => ({ ...quiet(`${node} failed: ${words}`), mark: 'bad' }),
  'cluster.Verifying': ({ nodes }) =>
    detail(`every node has an address; checks the service of ${plural(nodes.length, 'node')}`),
  'cluster.PhaseDone': ({ step }) => good(`${step} done`),
  'cluster.Created': () => detail('create task completed'),
  'cluster.Ready': ({ took }) =>
    good(`cluster is READY, ${formatDuration(Math.round(took / 1e6) * 1e6)} after it was asked for`),
  'cluster.Failed': ({ words }) => bad(`create-cluster failed: ${words}`),
  'cluster.ExpandFailed': ({ attempt, words }) => bad(`expansion failed (try ${attempt}): ${words}`),
  'cluster.StepTimedOut': ({ words }) => bad(`API task step timed out: ${words}`),
  'cluster.ClientTimedOut': ({ words }) => bad(`the client gave up: ${words}`),
  'cluster.Deleting': ({ nodes }) => story(`delete-cluster: ${plural(nodes.length, 'VM')}`),
  'cluster.NodeRemoved': ({ node }) => quiet(`${node} is gone`),
  'cluster.Deleted': () => story('cluster is deleted; its VMs, quota and addresses are free'),
};

/** The phrase of an event. A kind that only a newer program knows is told by its name. */
export function phraseOf(kind: string, event: AnyEvent, at: number): Phrase {
  const teller = (
    PHRASES as unknown as Readonly<Record<string, ((event: AnyEvent, at: number) => Phrase) | undefined>>
  )[kind];
  return teller === undefined ? quiet(kind) : teller(event, at);
}

/** What an event says when it is told alone, with what would differ between several. */
export function tellingOf(kind: string, event: AnyEvent, at: number): string {
  const { text, item } = phraseOf(kind, event, at);
  return item === undefined ? text : `${text} ${item}`;
}
