/** Rules of addresses: segments, DHCP servers and their clients. */
import { formatIpv4 } from '../../src/base/ipv4.ts';
import { MILLISECOND, SECOND } from '../../src/base/units.ts';
import type { Sight } from '../../src/flows/flow.ts';
import { profileOf, type Server, scopeOf } from '../../src/models/dhcp/ledger.ts';
import type { ServerProfile } from '../../src/models/dhcp/profile.ts';
import { profileOf as clientProfile, type DhcpClient } from '../../src/models/dhcp-client/state.ts';
import type { Segment } from '../../src/models/segment/state.ts';
import { isServed, misplaced } from '../support/dhcp.ts';
import { all, type Finding, type Happened, type Rule, type Scene } from './rules.ts';

/**
 * A second holder is only there because somebody took the address by hand; and the segment knows of every second holder. `loose`: leases
 * were forgotten or are very short, scopes moved, ports pulled, or servers do not know of each other: two may have been promised one
 * address.
 */
function sharedBy(segment: Readonly<Segment>, loose: boolean): Finding {
  for (const [address, claims] of segment.claims) {
    const shown = formatIpv4(address);
    const holders = claims.map(({ holder }) => holder);
    if (claims.length === 0) return `${shown} is kept for nobody`;
    if (new Set(holders).size < holders.length)
      return `${shown} is held twice by one machine: ${holders.join()}`;
    if (!loose && claims.filter(({ how }) => how === 'lease').length > 1)
      return `${shown} is leased to more than one machine: ${holders.join()}`;
    const answering = holders.filter((holder) => !segment.down.has(holder));
    if (segment.duplicates.has(address) !== answering.length > 1)
      return `${shown} has ${answering.length} holders and ${segment.duplicates.has(address) ? 'counts' : 'does not count'} as a duplicate`;
  }
  for (const address of segment.duplicates.keys())
    if (!segment.claims.has(address)) return `${formatIpv4(address)} is a duplicate that nobody holds`;
  return undefined;
}

/** The segment of the clients of a server that is behind a line (src/scenario/compile-network.ts). */
const nearOf = (segment: string): string => segment.replace(/~servers$/, '');

/** The lease that a server grants to whoever wishes for none. */
function grantedBy({ lease, leastLease, mostLease }: ServerProfile): number {
  const granted = Math.max(lease, leastLease);
  return mostLease > 0 ? Math.min(granted, mostLease) : granted;
}

/** Segments on which what a server knows need not be what is. */
function looseness(): { event(happened: Happened, scene: Scene): undefined; readonly segments: Set<string> } {
  const segments = new Set<string>();
  const server = new Map<string, string>();
  return {
    segments,
    event({ kind, name, event }, { world }) {
      if (kind === 'segment.PortDown') segments.add(name);
      if (kind === 'dhcp.LeasesForgotten')
        for (const segment of world.state('dhcp', name)?.scopes.keys() ?? []) segments.add(nearOf(segment));
      if (kind !== 'dhcp.Configured') return undefined;
      const segment = nearOf(event['segment'] as string);
      const software = event['software'] as Server['software'];
      const granted = grantedBy(profileOf({ software, settings: event['settings'] as Server['settings'] }));
      // Some clients take a lease to be half a minute at least; an OFFER of udhcpd cuts a lease to the minute that offers last.
      const isFickle = software === 'udhcpd' || granted < 30 * SECOND;
      if (server.has(segment) || isFickle) segments.add(segment);
      server.set(segment, name);
      return undefined;
    },
  };
}

const shared: Rule = {
  name: 'no address is leased twice',
  from: 'src/models/segment/decide.ts: a second holder makes a duplicate; src/models/dhcp/decide.ts: an address is offered to one client',
  touches: ['segment'],
  begin() {
    const { event, segments } = looseness();
    return {
      event,
      instant: ({ world }) =>
        all(world.each('segment'), (name, segment) => sharedBy(segment, segments.has(name))),
    };
  },
};

/** Which addresses a segment says each VM holds. */
function claimedBy(world: Sight, network: string): Map<string, number[]> {
  const held = new Map<string, number[]>();
  for (const [address, claims] of world.state('segment', network)?.claims ?? [])
    for (const { holder } of claims) {
      if (!holder.startsWith('vm/')) continue;
      const name = holder.slice('vm/'.length);
      held.set(name, [...(held.get(name) ?? []), address]);
    }
  return held;
}

const shownAll = (addresses: readonly number[]) => addresses.map(formatIpv4).join(', ') || 'no address';

/** What a machine says its address is and what its segment says are the same, and only a machine that runs has one. */
function machines(world: Sight): Finding {
  const segments = new Map([...world.each('segment')].map(([name]) => [name, claimedBy(world, name)]));
  for (const [name, vm] of world.each('vm')) {
    const network = vm.spec?.network ?? '';
    const claimed = segments.get(network)?.get(name) ?? [];
    segments.get(network)?.delete(name);
    const own = vm.power === 'started' && vm.address >= 0 ? [vm.address] : [];
    if (own.join() !== claimed.join())
      return `${name} (${vm.power}) has ${shownAll(own)}, and ${network} says it holds ${shownAll(claimed)}`;
    const [address] = own;
    if (vm.spec !== undefined && vm.spec.address >= 0 && address !== undefined && address !== vm.spec.address)
      return `${name} is to have ${formatIpv4(vm.spec.address)} and has ${formatIpv4(address)}`;
  }
  for (const [network, left] of segments)
    for (const [name, addresses] of left)
      return `${network} says that ${name}, which is not on it, holds ${shownAll(addresses)}`;
  return undefined;
}

const held: Rule = {
  name: 'machines hold what they say',
  from: 'src/flows/address.ts: an address is claimed when a machine gets it and released when it goes or loses it',
  touches: ['segment', 'vm', 'dhcp-client'],
  begin: () => ({ instant: ({ world }) => machines(world) }),
};

/** What a server says of each lease and address; one that is off looks at its leases when it starts, one that was moved keeps old ones. */
function pools(server: Readonly<Server>, now: number, isMoved: boolean): Finding {
  const owners = new Map<string, number>();
  for (const { address, client, mac, state, until } of server.leases.values()) {
    if (state !== 'active') continue;
    const shown = `the lease ${formatIpv4(address)} of ${client}`;
    const scope = scopeOf(server, address);
    if (!isMoved && scope === undefined) return `${shown} is outside every scope`;
    if (!isMoved && scope !== undefined && !isServed(scope, address) && !scope.reserved.has(address))
      return `${shown} is outside the scope`;
    if (server.enabled && until <= now) return `${shown} ran out at ${until} and is still held at ${now}`;
    const settings = scope?.settings ?? server.settings;
    const profile = profileOf({ software: server.software, settings });
    const { lease, leastLease, mostLease, raisesWish, leastWish, oneLease } = profile;
    if (!isMoved && until - now > Math.max(lease, leastLease, mostLease, raisesWish ? leastWish : 0))
      return `${shown} lasts longer than leases do`;
    const other = owners.get(mac);
    if (oneLease && !isMoved && other !== undefined)
      return `${shown} is its second, besides ${formatIpv4(other)}`;
    owners.set(mac, address);
  }
  return misplaced(server)[0];
}

const leases: Rule = {
  name: 'leases are inside their scope and their time',
  from: 'src/models/dhcp/state.ts and decide.ts; facts/dhcp.md section 5; RFC 2131 4.3.1',
  begin() {
    const configured = new Map<string, number>();
    return {
      event({ kind, name }) {
        if (kind === 'dhcp.Configured') configured.set(name, (configured.get(name) ?? 0) + 1);
        return undefined;
      },
      instant: ({ world }) =>
        all(world.each('dhcp'), (name, server) =>
          pools(server, world.at, (configured.get(name) ?? 0) > server.scopes.size),
        ),
    };
  },
};

const USES = ['bound', 'renewing', 'rebinding'];

/** A client counts from when the ACK reached it, and some from the end of their look at the address. */
const lagOf = (client: Readonly<DhcpClient>): number => {
  const { thinks, clock } = clientProfile(client);
  return thinks + MILLISECOND + (clock === 'announcement' ? 7 * SECOND : 0);
};

/** How long the answers of a segment's servers are on their way. */
const delayOf = (world: Sight, segment: string): number =>
  [...world.each('relay')].reduce(
    (most, [, { near, delayToClient }]) => (near === segment ? Math.max(most, delayToClient) : most),
    0,
  );

/** Whether a client takes the leases of such a server to be longer than they are, since some do not believe in very short ones. */
const isShort = (profile: ServerProfile, client: Readonly<DhcpClient>): boolean =>
  grantedBy(profile) < clientProfile(client).leastLease;

/** How much longer than it is a client may take a lease to be: what is left of a young one is told in whole seconds (facts/dhcp.md 4). */
const roundingOf = ({ cacheThreshold }: ServerProfile): number => (cacheThreshold > 0 ? SECOND : 0);

/** A client that uses an address has a lease for it: the server forgets one only when it ran out or was given back. */
function promised(world: Sight, loose: ReadonlySet<string>): Finding {
  return all(world.each('dhcp-client'), (name, client) => {
    if (!USES.includes(client.phase) || loose.has(client.segment)) return undefined;
    const shown = `uses ${formatIpv4(client.address)}`;
    // dhclient looks at whole seconds.
    if (client.until + SECOND <= world.at) return `${shown} after its lease ran out`;
    const server = world.state('dhcp', client.server);
    const scope = server?.scopes.get(client.segment);
    const profile = server && profileOf({ software: server.software, settings: (scope ?? server).settings });
    if (profile !== undefined && isShort(profile, client)) return undefined;
    const lag = lagOf(client) + delayOf(world, client.segment) + (profile ? roundingOf(profile) : 0);
    if (client.until - lag <= world.at || scope?.reserved.has(client.address)) return undefined;
    const lease = server?.leases.get(client.address);
    if (lease?.state !== 'active' || lease.client !== name)
      return `${shown}, which ${client.server} leases to ${lease?.client || 'nobody'}`;
    return lease.until + lag < client.until
      ? `believes in a longer lease than ${client.server} granted`
      : undefined;
  });
}

const agreed: Rule = {
  name: 'clients use what servers promised',
  from: 'RFC 2131 4.4.5: a client stops at the end of its lease; src/models/dhcp/decide.ts',
  touches: ['dhcp', 'dhcp-client'],
  begin() {
    const { event, segments } = looseness();
    return { event, instant: ({ world }) => promised(world, segments) };
  },
};

interface Subnet {
  readonly network: number;
  readonly prefix: number;
}

const isHost = ({ network, prefix }: Subnet, address: number): boolean =>
  address > network && address < network + 2 ** (32 - prefix) - 1;

/** A scope that a server was given. */
interface Served {
  readonly server: string;
  readonly segment: string;
  readonly subnet: Subnet;
  /** Whether the server knows one pool, and serves from it whoever comes through a relay that is in none (src/models/dhcp/decide.ts). */
  readonly usesOwn: boolean;
}

/** The subnets of which the clients of a segment may be given addresses. */
function subnetsServed(scopes: readonly Served[], segment: string): Subnet[] {
  const servers = new Set(scopes.filter((one) => one.segment === segment).map(({ server }) => server));
  return scopes
    .filter((one) => one.segment === segment || (one.usesOwn && servers.has(one.server)))
    .map(({ subnet }) => subnet);
}

/** Addresses belong to their network, and nobody is given its first or last. */
const inside: Rule = {
  name: 'addresses are inside their network',
  from: 'src/scenario/check-addresses.ts: what is written by hand; the scope for the rest',
  begin() {
    // A server may give out addresses of a subnet that is not its segment's, by mistake or because the subnet moved.
    const scopes: Served[] = [];
    return {
      event({ kind, name, event }, { world }) {
        if (kind === 'dhcp.Configured') {
          const { segment, network, prefix } = event as unknown as Subnet & { segment: string };
          const usesOwn = event['software'] === 'udhcpd';
          scopes.push({ server: name, segment: nearOf(segment), subnet: { network, prefix }, usesOwn });
        }
        if (kind !== 'segment.Claimed' || event['holder'] === 'device/gateway') return undefined;
        const { network = 0, prefix = 32 } = world.state('segment', name) ?? {};
        const address = event['address'] as number;
        const others = event['how'] === 'lease' ? subnetsServed(scopes, name) : [];
        return [{ network, prefix }, ...others].some((subnet) => isHost(subnet, address))
          ? undefined
          : `${event['holder']} claims ${formatIpv4(address)}, which is none of ${name}'s`;
      },
    };
  },
};

export const ADDRESS_RULES: readonly Rule[] = [shared, held, leases, agreed, inside];
