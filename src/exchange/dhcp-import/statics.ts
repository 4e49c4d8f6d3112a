/** Addresses that a scenario has set by hand, held against pools that were imported. */
import type { Issue, Place } from '../../base/issue.ts';
import { formatAddress } from '../../scenario/address.ts';
import { oneOf } from '../../scenario/cluster-kinds.ts';
import { formatPath } from '../../scenario/path.ts';
import { addressPath } from '../../scenario/resolve-cluster.ts';
import { quote } from '../../scenario/show.ts';
import type { ActionSpec, Ipv4, Scenario } from '../../scenario/types.ts';
import type { DhcpImport } from './import.ts';
import type { Network } from './settle.ts';

/** An address and where the scenario says it. */
interface Static {
  readonly address: Ipv4;
  readonly owner: string;
  readonly path: string;
}

/** A scenario as it was read, with the way back to its lines. */
export interface Ground {
  readonly scenario: Scenario;
  readonly place: (path: string) => Place | undefined;
}

/** A warning for each static address that an imported server would give to somebody else. */
export function staticsInPools(
  { settled, source }: DhcpImport,
  { scenario, place }: Ground,
): readonly Issue[] {
  return staticsOf(scenario).flatMap((one) => {
    for (const network of settled) {
      const pool = network.pools.find(({ first, last }) => one.address >= first && one.address <= last);
      if (pool === undefined || isHeld(network, one.address)) continue;
      const at = place(one.path);
      const scope = quote(`${formatAddress(pool.first)}-${formatAddress(pool.last)}`);
      const line = source.place(pool);
      const issue: Issue = {
        severity: 'warning',
        code: 'scope.covers-static',
        message: `${quote(formatAddress(one.address))} of ${one.owner} lies in the imported scope of ${quote(network.name)}`,
        ...(at === undefined ? {} : { place: at }),
        reason: `${line.file}:${line.line} gives out ${scope} and does not know that it is taken`,
        help: 'exclude or reserve it there, or take another address here',
      };
      return [issue];
    }
    return [];
  });
}

/** Whether the server keeps the address from others. */
function isHeld({ exclude, reservations, settings }: Network, address: Ipv4): boolean {
  if (exclude.some(({ first, last }) => address >= first && address <= last)) return true;
  if (settings.server?.value.includes(address)) return true;
  return [...reservations.values()].some((one) => one.address === address);
}

function staticsOf({ networks, actions }: Scenario): readonly Static[] {
  const infrastructure = Object.values(networks).flatMap(({ path, gateway, dns }) => [
    { address: gateway, owner: 'the gateway', path: `${path}.gateway` },
    ...dns.map((address, i) => ({ address, owner: 'a name server', path: `${path}.dns[${i}]` })),
  ]);
  return [...infrastructure, ...actions.flatMap(byAction)];
}

function byAction(action: ActionSpec): readonly Static[] {
  const { path, verb } = action;
  if (verb === 'create-cluster')
    return action.cluster.groups.flatMap((group) =>
      group.addresses.map((address, i) => {
        const where = formatPath(addressPath(group, i));
        return { address, owner: oneOf(group.kind), path: `${path}.${verb}.${where}` };
      }),
    );
  if (verb === 'create-vm' && action.vm.address !== 'dhcp')
    return [
      { address: action.vm.address, owner: `VM ${quote(action.vm.name)}`, path: `${path}.${verb}.address` },
    ];
  if (verb !== 'take-address' || action.address === 0) return [];
  return [{ address: action.address, owner: quote(action.holder), path: `${path}.${verb}.address` }];
}
