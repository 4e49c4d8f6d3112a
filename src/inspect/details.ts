/** Which value of a setting a failure rests on: a whole network is declared at once, but its `dhcp.enabled` is the line to look at. */
import type { Place } from '../base/issue.ts';
import type { Recorded } from '../log/reader.ts';
import { modelOf } from './events.ts';

/** What is needed of a leaf to say more exactly where to look. */
interface Setting {
  readonly path: string;
  readonly to: string;
}

/** Keys below a setting's path to try, the most telling first, by the model it was asked of and the failure's name. */
function keysOf(to: string, root: Recorded): readonly string[] {
  const code = String(root.event['why']);
  switch (modelOf(to)) {
    case 'dhcp':
      return code === 'address.none' ? ['enabled', 'scope'] : ['scope'];
    case 'relay':
      return ['answer-delay', 'lost-answers', 'server', 'relay'];
    case 'proxy':
      if (code === 'proxy.authentication') return ['users'];
      return code === 'proxy.down' ? ['up'] : ['re-signs-with', 'intercept'];
    case 'registry':
      if (code === 'image.not-found') return ['images'];
      if (code === 'registry.plain-http') return ['plain'];
      return code === 'registry.unreachable' ? ['up'] : ['tls.until', 'tls.from', 'tls.issued-by'];
    case 'catalog':
      return code === 'proxy.authentication' ? ['proxy-user'] : ['trusts'];
    case 'host':
      return ['clock'];
    case 'kubelet':
      return ['run-pod.image', 'run-pod'];
    case 'docker':
      return ['add-root.roots', 'pull-image', 'restart-engine', 'add-root'];
    case 'ticket':
      return [`limits.${String(root.event['key'])}`, `ticket.${String(root.event['key'])}`];
    case 'cluster':
      return code === 'address.duplicate'
        ? ['create-cluster.zookeepers', 'create-cluster.master', 'create-cluster.etcds']
        : ['create-cluster'];
    default:
      return [];
  }
}

/** The dotted path and place of the very value, where the scenario says one; else of the setting itself. */
export function detailOf(
  leaf: Setting,
  root: Recorded,
  written: (path: string) => Place | undefined,
): { readonly path: string; readonly place: Place | undefined } {
  for (const key of keysOf(leaf.to, root)) {
    const path = `${leaf.path}.${key}`;
    const place = written(path);
    if (place !== undefined) return { path, place };
  }
  return { path: leaf.path, place: written(leaf.path) };
}
