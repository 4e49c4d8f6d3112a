/** What somebody does by hand on nodes of clusters: with the container engine there, and with the roots beside it. */
import { isPattern } from './names.ts';
import { checkNode } from './nodes.ts';
import { folderFor, trusted } from './resolve-platform.ts';
import type { ActionText, Doing, Stage } from './stage.ts';
import type { Path } from './tree.ts';

/** The nodes that a name, a glob or a range stands for. */
export function selectNodes({ desk, nodes }: Stage, pattern: string, path: Path): readonly string[] {
  if (isPattern(pattern)) return desk.selectFrom('node', nodes, pattern, path);
  return checkNode(desk, pattern, path, nodes) ? [pattern] : [];
}

function nodesOf(
  stage: Stage,
  node: string | undefined,
  path: Path,
  example = 'mesos-1-slave-1',
): readonly string[] {
  const pattern = stage.desk.need(node, path, '', example);
  return node === undefined ? [] : selectNodes(stage, pattern, path);
}

/** An image to pull, on each node. */
export function pullImage(
  stage: Stage,
  pull: NonNullable<ActionText['pull-image']>,
  path: Path,
): readonly Doing[] {
  const image = stage.desk.need(pull.image, [...path, 'image'], '', 'registry.corp.example/team/app:1');
  const nodes = nodesOf(stage, pull.node, [...path, 'node']);
  return image === '' ? [] : nodes.map((node) => ({ verb: 'pull-image', node, image }));
}

/** A pod to run, on each node that has a kubelet. */
export function runPod(stage: Stage, text: NonNullable<ActionText['run-pod']>, path: Path): readonly Doing[] {
  const { desk, kubelets: nodes } = stage;
  const pod = desk.need(text.name, [...path, 'name'], '', 'web');
  const image = desk.need(text.image, [...path, 'image'], '', 'registry.corp.example/team/app:1');
  const found = nodesOf({ ...stage, nodes }, text.node, [...path, 'node'], 'kube-1-slave-1');
  return pod === '' || image === '' ? [] : found.map((node) => ({ verb: 'run-pod', node, pod, image }));
}

/** Roots to add, on each node. */
export function addRoot(
  stage: Stage,
  add: NonNullable<ActionText['add-root']>,
  path: Path,
): readonly Doing[] {
  const { desk, platform } = stage;
  const roots = trusted(desk, desk.need(add.roots, [...path, 'roots'], [], '[corp-root]'), [
    ...path,
    'roots',
  ]);
  const registry = folderFor(desk, add.registry, platform?.vmImage.engine, [...path, 'registry']);
  return nodesOf(stage, add.node, [...path, 'node']).map((node) => ({
    verb: 'add-root',
    node,
    roots,
    registry,
  }));
}
