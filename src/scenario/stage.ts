/** What the actions of a scenario need to know about the rest of it. */
import type { Desk } from './desk.ts';
import type { Written } from './schema.ts';
import type { Path } from './tree.ts';
import type { ActionSpec, PlatformSpec } from './types.ts';

/** One action as written. */
export type ActionText = NonNullable<Written['do']>[number];

/** What an action does, without when. */
export type Doing = ActionSpec extends infer A
  ? A extends ActionSpec
    ? Omit<A, 'path' | 'at'>
    : never
  : never;

/** What the actions need to know about the rest of the scenario. */
export interface Stage {
  readonly desk: Desk;
  readonly platform: PlatformSpec | undefined;
  readonly networks: NonNullable<Written['networks']>;
  readonly machines: NonNullable<Written['machines']>;
  /** Names of all clusters and VMs that some action makes. */
  readonly clusters: readonly string[];
  readonly vms: readonly string[];
  /** Names of the nodes that all clusters begin with; undefined when nobody knows. */
  readonly nodes: readonly string[] | undefined;
  /** Those that have a kubelet. */
  readonly kubelets: readonly string[] | undefined;
}

/** An issue when an action needs a platform and there is none. */
export function needPlatform(desk: Desk, platform: PlatformSpec | undefined, path: Path): void {
  if (platform !== undefined || desk.wasPruned(['platform'])) return;
  desk.error('key.missing', path, 'the scenario has no `platform` that could do this', {
    reason: 'VMs and clusters are made by a platform',
    help: 'write the section `platform:` with `on`, `network` and `datastore`',
  });
}
