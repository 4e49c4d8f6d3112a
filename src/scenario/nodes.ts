/** The nodes of clusters, by the names that the platform gives them. */
import { countIn, KINDS, type NodeKind } from './cluster-kinds.ts';
import type { Desk } from './desk.ts';
import type { Written } from './schema.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';

/** The name of the n-th thing that was created under one name: real ids are random, so the second is told apart by its ordinal. */
export const ordinalName = (name: string, n: number): string => (n === 1 ? name : `${name}~${n}`);

/** More nodes than anybody simulates need no names. */
const ENOUGH = 100_000;

/** Names of the nodes (of some kinds) that the clusters of a scenario begin with; undefined when some action was wrong and nobody knows. */
export function nodeNames(
  desk: Desk,
  { do: actions = [] }: Pick<Written, 'do'>,
  isMeant: (node: NodeKind) => boolean = () => true,
): readonly string[] | undefined {
  if (desk.wasPruned(['do']) || desk.lostParts(['do'])) return undefined;
  const created = new Map<string, number>();
  const names: string[] = [];
  for (const { 'create-cluster': cluster } of [...actions].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    if (cluster === undefined) continue;
    const { name = '', kind = 'mesos' } = cluster;
    const n = (created.get(name) ?? 0) + 1;
    created.set(name, n);
    for (const node of KINDS[kind].nodes.filter(isMeant))
      for (let i = 1; i <= countIn(cluster, node) && names.length < ENOUGH; i += 1)
        names.push(`${ordinalName(name, n)}-${node.prefix}-${i}`);
  }
  return names;
}

/** Whether it is a slave with a number above those of its cluster: there is one after a batch failed and was made anew. */
const mayCome = (name: string, names: readonly string[]): boolean => {
  const first = name.replace(/-slave-[1-9]\d*$/, '-slave-1');
  return first !== name && names.includes(first);
};

/** Checks the name of one node. */
export function checkNode(
  desk: Desk,
  name: string,
  path: Path,
  names: readonly string[] | undefined,
): boolean {
  if (names === undefined || names.includes(name) || !mayCome(name, names))
    return desk.known('node', name, path, names);
  desk.warning('name.unknown', path, `its cluster does not begin with ${quote(name)}`, {
    reason: 'further numbers are only given to slaves that replace a batch that failed',
    help: 'count its slaves, or raise `slaves`',
  });
  return true;
}
