/** Where on a network a scope can stand. */
import type { NetworkSpec, Scenario } from '../scenario/types.ts';

/** Addresses on a network that are set by hand in the scenario: of machines, of servers, and by what is done. */
export function statics(scenario: Scenario, network: string): number[] {
  const onIt = scenario.platform?.network === network;
  const asked = scenario.actions.flatMap((action) => {
    if (action.verb === 'create-cluster')
      return onIt ? action.cluster.groups.flatMap(({ addresses }) => addresses) : [];
    if (action.verb === 'create-vm') return onIt && action.vm.address !== 'dhcp' ? [action.vm.address] : [];
    return action.verb === 'take-address' && action.network === network ? [action.address] : [];
  });
  const machines = Object.values(scenario.machines).flatMap((machine) =>
    machine.network === network && machine.address !== 'dhcp' ? [machine.address] : [],
  );
  const spec = scenario.networks[network];
  const servers = [spec?.dhcp, ...Object.values(spec?.servers ?? {})].flatMap((server) =>
    server === undefined ? [] : [server.address],
  );
  return [...asked, ...machines, ...servers];
}

/** The longest run of addresses of a network that nobody holds by hand: where a scope can stand. */
export function freeRange(spec: NetworkSpec, taken: readonly number[]): { first: number; last: number } {
  const size = 2 ** (32 - spec.prefix);
  const [low, high] = [spec.network + 1, spec.network + size - 2];
  const used = [...new Set([spec.gateway, ...spec.dns, ...taken])]
    .filter((address) => address >= low && address <= high)
    .sort((a, b) => a - b);
  let best = { first: low, last: low - 1 };
  let first = low;
  for (const address of [...used, high + 1]) {
    if (address - first > best.last - best.first + 1) best = { first, last: address - 1 };
    first = address + 1;
  }
  return best;
}
