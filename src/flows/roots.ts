/** The roots on a machine: when its engine reads them, and what is added to them by hand (facts/registry-and-tls.md section 6). */
import type { Send } from '../kernel/model.ts';
import type { Roots } from '../models/docker/events.ts';
import { PROFILES, type Profile } from '../models/docker/profile.ts';
import type { StateOf } from '../models/index.ts';
import { folderStore } from '../models/trust/state.ts';
import { ask, defineFlow, type Sight } from './flow.ts';

/** How the client of a machine pulls. */
export const profileOf = (world: Sight, name: string): Profile =>
  PROFILES[world.state('docker', name)?.client ?? 'docker-1.11'];

/** The trust store of the roots that a client has read, with those of a registry's folder when one is named. */
export const rootsOf = (name: string, registry = ''): string =>
  registry === '' ? `engine ${name}` : `engine ${name} ${registry}`;

type Store = Readonly<StateOf<'trust'>> | undefined;
const rootsIn = (store: Store) => [...(store?.roots.values() ?? [])];
const filled = (store: Store) => (store === undefined || store.filledSeq < 0 ? [] : [store.filledSeq]);

/** What came into a machine's store after its engine read it. A registry's folder that takes the place of the store hides that. */
export function unreadBy(
  world: Sight,
  name: string,
  registry: string,
): { readonly roots: readonly string[]; readonly fact: number } {
  const [own, read] = [world.state('trust', name), world.state('trust', rootsOf(name))];
  const isHidden = registry !== '' && profileOf(world, name).ownRoots.replace;
  const names = isHidden ? [] : rootsIn(own).map((root) => root.name);
  return { roots: names.filter((root) => read?.roots.has(root) !== true), fact: own?.filledSeq ?? -1 };
}

/** Roots are read: the machine's store, and a registry's folder beside it or in its place. */
function load(world: Sight, name: string, registry: string, fresh: boolean): Send[] {
  const base = world.state('trust', fresh ? name : rootsOf(name));
  const roots = rootsIn(base);
  const facts = filled(base);
  const sends: Send[] = fresh ? [ask('trust', rootsOf(name), { type: 'fill', roots, facts })] : [];
  const folder = world.state('trust', folderStore(name, registry));
  if (registry === '' || folder === undefined) return sends;
  const kept = profileOf(world, name).ownRoots.replace ? [] : roots;
  const all = { roots: [...kept, ...rootsIn(folder)], facts: [...facts, ...filled(folder)] };
  return [...sends, ask('trust', rootsOf(name, registry), { type: 'fill', ...all })];
}

/** Roots come to those that are there. */
function add(world: Sight, name: string, { registry, roots: names, from, until }: Roots, fact: number): Send {
  const place = registry === '' ? name : folderStore(name, registry);
  const store = world.state('trust', place);
  const more = names.map((root, i) => ({ name: root, from: from[i] as number, until: until[i] as number }));
  const roots = [...rootsIn(store), ...more];
  return ask('trust', place, { type: 'fill', roots, facts: [...filled(store), fact] });
}

export const roots = defineFlow('roots', {
  'docker.RootsLoaded': ({ event, name, world }) => load(world, name, event.registry, event.fresh),
  'docker.RootsAdded': ({ event, name, stamp, world }) => [add(world, name, event, stamp.seq)],
});
