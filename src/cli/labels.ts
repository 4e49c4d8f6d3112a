/** The few words under a marked line of the scenario: what that line says that led to the failure. */
import { rangesText } from '../base/ipv4.ts';
import { formatDuration } from '../base/units.ts';
import type { Link } from '../inspect/causes.ts';
import { nameOf } from '../inspect/events.ts';
import type { Failure } from '../inspect/failures.ts';
import { tellingOf } from '../inspect/phrases.ts';
import type { EventNamed, KindName } from '../models/index.ts';

type Labels = { readonly [K in KindName]?: (event: EventNamed<K>) => string };

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

const LABELS: Labels = {
  'proxy.Inspecting': ({ intercept, issuer }) =>
    intercept ? `signs with ${issuer}` : 'lets TLS pass untouched',
  'proxy.Guarded': ({ users }) => `lets nobody through but ${list(users)}`,
  'catalog.ProxyUserSet': ({ user }) => `says it is ${user}`,
  'catalog.TemplateEdited': ({ roots }) => `installs ${list(roots)}`,
  'trust.Filled': ({ roots }) => `trusts ${list(roots)}`,
  'dhcp.Configured': ({ enabled, ranges }) =>
    enabled ? `gives out ${rangesText(ranges)}` : 'nobody answers DHCP here',
  'dhcp.Stopped': () => 'nobody answers DHCP from here on',
  'relay.Stopped': () => 'nobody relays DHCP from here on',
  'host.Declared': ({ clock }) =>
    clock === 0 ? 'the host is here' : `the clock is ${formatDuration(clock)} off`,
  'host.ClockSet': ({ clock }) => `the clock is ${formatDuration(clock)} off`,
  'cluster.Requested': () => 'asked for here',
};

/** The label of each line that an explanation ends in, by the path that asked. */
export function labelsOf({ because }: Pick<Failure, 'because'>): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const open: Link[] = [because];
  for (let link = open.pop(); link !== undefined; link = open.pop()) {
    for (const below of link.because) {
      if (below.recorded.cause !== -1) {
        open.push(below);
        continue;
      }
      const { path, to } = below.recorded.event as unknown as { path: string; to: string };
      if (!labels.has(path))
        labels.set(path, below.skipped > 0 ? `${nameOf(to)} is asked for here` : labelOf(link));
    }
  }
  return labels;
}

function labelOf({ kind, recorded }: Link): string {
  const label = (LABELS as Readonly<Record<string, ((event: object) => string) | undefined>>)[kind];
  return label?.(recorded.event) ?? tellingOf(kind, recorded.event, recorded.at);
}
