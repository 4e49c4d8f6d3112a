/** What a node runs once its engine is up: the containers of its script one after the other, and the pods of its kubelet. */
import { NOTHING, type Send } from '../kernel/model.ts';
import { podOf } from '../models/kubelet/state.ts';
import { ask, defineFlow, type Sight, withdraw } from './flow.ts';
import { serviceOf } from './readiness.ts';

/** The container that is the kubelet of a node. */
const KUBELET = 'kubelet';
/** Key of the script's next step, so that an engine that is gone is asked for nothing. */
const NEXT = 'next';

/** The port that is polled, of the container that answers on it. */
function portOf(world: Sight, name: string, container: string): number {
  const spec = world.state('node', name)?.spec;
  return spec !== undefined && serviceOf(spec.role).at(-1) === container ? spec.port : 0;
}

function run(world: Sight, name: string, index: number): Send[] {
  const spec = world.state('node', name)?.spec;
  const container = spec?.containers[index];
  const image = spec?.images[index];
  if (spec === undefined || container === undefined || image === undefined) return [];
  const asked = { type: 'run' as const, container, image, port: portOf(world, name, container) };
  return [ask('docker', name, asked, index === 0 ? 0 : spec.pause, NEXT)];
}

/**
 * A script looks at no exit code: after a container that could not be run comes the next, unless it waits for this one for ever. One that
 * comes back with its engine is none of the script's doing.
 */
function goOn(world: Sight, name: string, container: string, failed: boolean): Send[] {
  const spec = world.state('node', name)?.spec;
  const index = spec?.containers.indexOf(container) ?? -1;
  const comesBack = !failed && world.state('docker', name)?.returning.has(container) === true;
  return index < 0 || comesBack || (failed && spec?.gate === container) ? [] : run(world, name, index + 1);
}

function startKubelet(world: Sight, name: string): Send[] {
  const spec = world.state('node', name)?.spec;
  if (spec === undefined) return [];
  const { pods, podImages: images, podBase: base } = spec;
  return [ask('kubelet', name, { type: 'start', pods, images, base })];
}

/** Tells the kubelet how it went with a container of one of its pods. */
function tellKubelet(world: Sight, name: string, container: string, failed: readonly number[]): Send[] {
  const kubelet = world.state('kubelet', name);
  if (kubelet === undefined || podOf(kubelet, container) === undefined) return [];
  return [
    ask(
      'kubelet',
      name,
      failed.length === 0 ? { type: 'started', container } : { type: 'failed', container, facts: failed },
    ),
  ];
}

export const script = defineFlow('script', {
  'docker.Started': ({ name, world }) => run(world, name, 0),
  'docker.ContainerStarted': ({ event: { container }, name, world }) => [
    ...goOn(world, name, container, false),
    ...(container === KUBELET ? startKubelet(world, name) : []),
    ...tellKubelet(world, name, container, []),
  ],
  'docker.PullFailed': ({ event: { container }, name, stamp, world }) => [
    ...goOn(world, name, container, true),
    ...tellKubelet(world, name, container, [stamp.seq]),
  ],
  'kubelet.Syncing': ({ event: { container, image }, name, world }) => [
    ask('docker', name, { type: 'run', container, image, port: portOf(world, name, container) }),
  ],
  'docker.Stopped': ({ name, world }) => [
    withdraw('docker', name, NEXT),
    ...(world.state('kubelet', name) === undefined ? NOTHING : [ask('kubelet', name, { type: 'stop' })]),
  ],
});
