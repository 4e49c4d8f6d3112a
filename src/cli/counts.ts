/** How much a scenario is of each thing, and what it does when, in words. */
import { formatIpv4, rangesText } from '../base/ipv4.ts';
import { formatDuration } from '../base/units.ts';
import type { ActionSpec, Scenario } from '../scenario/types.ts';
import { grouped, plural } from './text.ts';

export interface Counts {
  readonly hosts: number;
  readonly datastores: number;
  readonly networks: number;
  readonly machines: number;
  readonly registries: number;
  readonly proxies: number;
  /** VMs that the actions ask for. */
  readonly vms: number;
  readonly actions: number;
}

function vmsOf(action: ActionSpec): number {
  if (action.verb === 'create-vm') return 1;
  if (action.verb !== 'create-cluster') return 0;
  return action.cluster.groups.reduce((sum, { count }) => sum + count, 0);
}

/** Counts everything. */
export function countsOf(scenario: Scenario): Counts {
  const count = (record: object): number => Object.keys(record).length;
  return {
    hosts: count(scenario.hosts),
    datastores: count(scenario.datastores),
    networks: count(scenario.networks),
    machines: count(scenario.machines),
    registries: count(scenario.internet),
    proxies: count(scenario.proxies),
    vms: scenario.actions.reduce((sum, action) => sum + vmsOf(action), 0),
    actions: scenario.actions.length,
  };
}

/** `4 hosts · 1 network · 9 VMs to be made · 1 action`; what there is none of is left out. */
export function countsText(counts: Counts): string {
  const parts: readonly (readonly [count: number, one: string, many: string])[] = [
    [counts.hosts, 'host', 'hosts'],
    [counts.datastores, 'datastore', 'datastores'],
    [counts.networks, 'network', 'networks'],
    [counts.machines, 'machine', 'machines'],
    [counts.proxies, 'proxy', 'proxies'],
    [counts.registries, 'registry', 'registries'],
    [counts.vms, 'VM to be made', 'VMs to be made'],
    [counts.actions, 'action', 'actions'],
  ];
  const shown = parts.filter(([count]) => count > 0);
  return shown.map(([count, one, many]) => `${grouped(count)} ${count === 1 ? one : many}`).join(' · ');
}

/** An action in words. */
export function actionText(action: ActionSpec): string {
  switch (action.verb) {
    case 'create-cluster': {
      const { name, kind, groups, tenant, project } = action.cluster;
      const nodes = groups.map(({ count, kind: { noun } }) => plural(count, noun)).join(', ');
      return `create-cluster ${name}: ${kind} with ${nodes}, for ${tenant}/${project}`;
    }
    case 'create-vm': {
      const { name, flavor, address, tenant, project } = action.vm;
      const by = address === 'dhcp' ? 'by DHCP' : formatIpv4(address);
      return `create-vm ${name}: ${flavor}, address ${by}, for ${tenant}/${project}`;
    }
    case 'delete-cluster':
    case 'delete-vm':
      return `${action.verb} ${action.name}`;
    case 'edit-template':
      return `edit-template: installs ${action.trusts.join(', ') || 'no root'}`;
    case 'start-dhcp':
    case 'stop-dhcp':
    case 'forget-leases':
    case 'start-relay':
    case 'stop-relay':
      return `${action.verb} on ${action.network}`;
    case 'move-scope': {
      const ranges = rangesText(action.ranges.flatMap(({ first, last }) => [first, last]));
      return `move-scope of ${action.network} to ${ranges}${action.keepLeases ? '' : ', leases lost'}`;
    }
    case 'start-machine':
    case 'stop-machine':
    case 'kill-machine':
      return `${action.verb} ${action.machine}`;
    case 'unplug':
    case 'plug':
      return `${action.verb} ${action.station}`;
    case 'power-on-host':
    case 'fail-host':
      return `${action.verb} ${action.host}`;
    case 'set-clock':
      return `set-clock of ${action.host}: ${formatDuration(action.clock)} off true time`;
    case 'take-address':
      return `take-address ${formatIpv4(action.address)} on ${action.network} by ${action.holder}`;
    case 'pull-image':
      return `pull-image ${action.image} on ${action.node}`;
    case 'add-root': {
      const where = action.registry === '' ? '' : `, for ${action.registry} alone`;
      return `add-root ${action.roots.join(', ')} on ${action.node}${where}`;
    }
    case 'run-pod':
      return `run-pod ${action.pod} (${action.image}) on ${action.node}`;
    case 'restart-engine':
      return `restart-engine of ${action.node}`;
  }
}
