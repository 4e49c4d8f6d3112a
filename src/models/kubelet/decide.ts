import { type Micros, SECOND } from '../../base/units.ts';
import { type Model, NEVER, NOTHING, type Send } from '../../kernel/model.ts';
import { type KubeletCommand, type KubeletEvent, kubeletEvents } from './events.ts';
import { baseContainer, emptyKubelet, evolve, type Kubelet, type Pod, podContainer, podOf } from './state.ts';

/** The wait after a first failure, which doubles with every further one up to the longest (facts/registry-and-tls.md 8.2). */
const FIRST_WAIT: Micros = 10 * SECOND;
const LONGEST_WAIT: Micros = 300 * SECOND;

/** Asks for the container of a pod that comes next. */
function sync(name: string, { up, image }: Readonly<Pod>, base: string): KubeletEvent {
  return up === 0
    ? { type: 'Syncing', pod: name, container: baseContainer(name), image: base }
    : { type: 'Syncing', pod: name, container: podContainer(name), image };
}

const FRESH: Pod = { image: '', up: 0, asked: '', wait: 0 };

function decide(command: KubeletCommand, kubelet: Readonly<Kubelet>): readonly KubeletEvent[] {
  const { running, base, pods } = kubelet;
  switch (command.type) {
    case 'start': {
      if (running) return NOTHING;
      const added = command.pods.map((pod, i) => ({ pod, image: command.images[i] ?? '' }));
      const all = new Map([...pods, ...added.map(({ pod, image }) => [pod, { ...FRESH, image }] as const)]);
      return [
        { type: 'Started', base: command.base },
        ...added.map((pod): KubeletEvent => ({ type: 'PodAdded', ...pod })),
        ...[...all].map(([name, pod]) => sync(name, pod, command.base)),
      ];
    }
    case 'add': {
      const { pod, image } = command;
      const added: KubeletEvent = { type: 'PodAdded', pod, image };
      return running ? [added, sync(pod, FRESH, base)] : [added];
    }
    case 'sync': {
      const pod = pods.get(command.pod);
      return running && pod?.asked === '' && pod.up < 2 ? [sync(command.pod, pod, base)] : NOTHING;
    }
    case 'started':
    case 'failed': {
      const name = podOf(kubelet, command.container);
      const pod = pods.get(name ?? '');
      if (!running || name === undefined || pod?.asked !== command.container) return NOTHING;
      if (command.type === 'failed') {
        const wait = Math.min(LONGEST_WAIT, pod.wait === 0 ? FIRST_WAIT : 2 * pod.wait);
        const image = pod.up === 0 ? base : pod.image;
        return [{ type: 'BackedOff', pod: name, image, wait, facts: command.facts }];
      }
      return pod.up === 0 ? [sync(name, { ...pod, up: 1 }, base)] : [{ type: 'PodRunning', pod: name }];
    }
    case 'stop':
      return running ? [{ type: 'Stopped' }] : NOTHING;
  }
}

const again = (pod: string) => `sync ${pod}`;

export const kubelet: Model<Kubelet, KubeletCommand, KubeletEvent> = {
  name: 'kubelet',
  events: kubeletEvents,
  initial: emptyKubelet,
  decide,
  evolve,
  react(event, { pods }, { entity: to }): readonly Send<KubeletCommand>[] {
    if (event.type === 'BackedOff')
      return [{ to, after: event.wait, command: { type: 'sync', pod: event.pod }, key: again(event.pod) }];
    if (event.type !== 'Stopped') return NOTHING;
    return [...pods.keys()].map((pod) => ({
      ...{ to, after: NEVER, command: { type: 'sync', pod }, key: again(pod) },
    }));
  },
};
