/** Rules of addresses: segments, DHCP servers and their clients. */
import { formatIpv4 } from '../../src/base/ipv4.ts';
import type { Sight } from '../../src/flows/flow.ts';
import type { Scope } from '../../src/models/dhcp/state.ts';
import type { Segment } from '../../src/models/segment/state.ts';
import { all, type Finding, type Rule } from './rules.ts';

/** A second holder is only there because somebody took the address by hand; and the segment knows of every second holder. */
function sharedBy(segment: Readonly<Segment>): Finding {
  for (const [address, claims] of segment.claims) {
    const shown = formatIpv4(address);
    const holders = claims.map(({ holder }) => holder);
    if (claims.length === 0) return `${shown} is kept for nobody`;
    if (new Set(holders).size < holders.length)
      return `${shown} is held twice by one machine: ${holders.join()}`;
    if (claims.filter(({ how }) => how === 'lease').length > 1)
      return `${shown} is leased to more than one machine: ${holders.join()}`;
    if (segment.duplicates.has(address) !== claims.length > 1)
      return `${shown} has ${claims.length} holders and ${segment.duplicates.has(address) ? 'counts' : 'does not count'} as a duplicate`;
  }
  for (const address of segment.duplicates.keys())
    if (!segment.claims.has(address)) return `${formatIpv4(address)} is a duplicate that nobody holds`;
  return undefined;
}

const shared: Rule = {
  name: 'no address is leased twice',
  from: 'src/models/segment/decide.ts: a second holder makes a duplicate; src/models/dhcp/decide.ts: an address is offered to one client',
  touches: ['segment'],
  begin: () => ({ instant: ({ world }) => all(world.each('segment'), (_, segment) => sharedBy(segment)) }),
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

function pool(scope: Readonly<Scope>, now: number): Finding {
  const owner = new Map<number, string>();
  const outside = (address: number) => address < scope.first || address > scope.last;
  for (const [client, { address, until }] of scope.leases) {
    const shown = `${formatIpv4(address)} of ${client}`;
    if (outside(address)) return `the lease ${shown} is outside the scope`;
    if (until <= now) return `the lease ${shown} ran out at ${until} and is still held at ${now}`;
    if (until - now > scope.lease) return `the lease ${shown} lasts longer than leases do`;
    const other = owner.get(address);
    if (other !== undefined) return `${formatIpv4(address)} is leased to ${other} and to ${client}`;
    owner.set(address, client);
  }
  for (const [client, { address }] of scope.offers) {
    if (outside(address)) return `${formatIpv4(address)} is offered to ${client} from outside the scope`;
    const other = owner.get(address);
    if (other !== undefined && other !== client)
      return `${formatIpv4(address)} is offered to ${client} while ${other} has it`;
    owner.set(address, client);
  }
  return free(scope, owner, outside);
}

/** Every address of a scope is in use, freed, abandoned, or above the lowest that was never given out. */
function free(
  scope: Readonly<Scope>,
  owner: ReadonlyMap<number, string>,
  outside: (address: number) => boolean,
): Finding {
  for (const address of scope.freed) {
    const shown = formatIpv4(address);
    if (outside(address)) return `${shown} is free outside the scope`;
    if (owner.has(address)) return `${shown} is free and belongs to ${owner.get(address)}`;
    if (scope.abandoned.has(address)) return `${shown} is free and abandoned`;
    if (address >= scope.fresh) return `${shown} is free twice: as freed and as never used`;
  }
  for (const [address, client] of owner)
    if (address >= scope.fresh) return `${formatIpv4(address)} of ${client} counts as never used`;
  for (let address = scope.first; address < Math.min(scope.fresh, scope.last + 1); address += 1)
    if (!owner.has(address) && !scope.freed.has(address) && !scope.abandoned.has(address))
      return `${formatIpv4(address)} is lost: neither in use nor free`;
  return undefined;
}

const leases: Rule = {
  name: 'leases are inside their scope and their time',
  from: 'src/models/dhcp/state.ts and decide.ts; facts/dhcp.md section 5; RFC 2131 4.3.1',
  begin: () => ({ instant: ({ world }) => all(world.each('dhcp'), (_, scope) => pool(scope, world.at)) }),
};

const USES = ['bound', 'renewing', 'rebinding'];

/** A client that uses an address has a lease for it: the server forgets one only when it ran out or was given back. */
function promised(world: Sight): Finding {
  return all(world.each('dhcp-client'), (name, client) => {
    if (!USES.includes(client.phase)) return undefined;
    if (client.until <= world.at) return `uses ${formatIpv4(client.address)} after its lease ran out`;
    const lease = world.state('dhcp', client.server)?.leases.get(name);
    if (lease?.address !== client.address)
      return `uses ${formatIpv4(client.address)}, and ${client.server} leases it ${lease === undefined ? 'nothing' : formatIpv4(lease.address)}`;
    return lease.until < client.until
      ? `believes in a longer lease than ${client.server} granted`
      : undefined;
  });
}

const agreed: Rule = {
  name: 'clients use what servers promised',
  from: 'RFC 2131 4.4.5: a client stops at the end of its lease; src/models/dhcp/decide.ts',
  touches: ['dhcp', 'dhcp-client'],
  begin: () => ({ instant: ({ world }) => promised(world) }),
};

/** Addresses belong to their network, and nobody is given its first or last. */
const inside: Rule = {
  name: 'addresses are inside their network',
  from: 'src/scenario/check-addresses.ts: what is written by hand; the scope for the rest',
  begin: () => ({
    event({ kind, name, event }, { world }) {
      if (kind !== 'segment.Claimed' || event['holder'] === 'device/gateway') return undefined;
      const segment = world.state('segment', name);
      const address = event['address'] as number;
      const size = 2 ** (32 - (segment?.prefix ?? 32));
      const offset = address - (segment?.network ?? 0);
      return offset > 0 && offset < size - 1
        ? undefined
        : `${event['holder']} claims ${formatIpv4(address)}, which is none of ${name}'s`;
    },
  }),
};

export const ADDRESS_RULES: readonly Rule[] = [shared, held, leases, agreed, inside];
