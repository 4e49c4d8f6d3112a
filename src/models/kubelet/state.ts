import type { Micros } from '../../base/units.ts';
import type { KubeletEvent } from './events.ts';

/** A pod is started in two steps: the container that holds its network, then its own. */
export interface Pod {
  image: string;
  /** How many of its containers run. */
  up: 0 | 1 | 2;
  /** The container that the engine was asked for and has not answered yet; empty: none. */
  asked: string;
  /** What it waited after the last failure. */
  wait: Micros;
}

export interface Kubelet {
  running: boolean;
  base: string;
  pods: Map<string, Pod>;
}

export const emptyKubelet = (): Kubelet => ({ running: false, base: '', pods: new Map() });

/** The names of a pod's containers, as the kubelet begins them. */
export const podContainer = (pod: string): string => `k8s_${pod}`;
export const baseContainer = (pod: string): string => `k8s_POD.${pod}`;

/** The pod that a container belongs to. */
export function podOf(kubelet: Readonly<Kubelet>, container: string): string | undefined {
  const pod = container.replace(/^k8s_(?:POD\.)?/, '');
  const isOurs = container === podContainer(pod) || container === baseContainer(pod);
  return isOurs && kubelet.pods.has(pod) ? pod : undefined;
}

export function evolve(kubelet: Kubelet, event: KubeletEvent): void {
  switch (event.type) {
    case 'Started':
      kubelet.running = true;
      kubelet.base = event.base;
      return;
    case 'PodAdded':
      kubelet.pods.set(event.pod, { image: event.image, up: 0, asked: '', wait: 0 });
      return;
    case 'Stopped':
      kubelet.running = false;
      for (const pod of kubelet.pods.values()) Object.assign(pod, { up: 0, asked: '', wait: 0 });
      return;
    case 'Syncing': {
      const pod = kubelet.pods.get(event.pod) as Pod;
      pod.asked = event.container;
      if (event.container === podContainer(event.pod)) pod.up = 1;
      return;
    }
    case 'BackedOff':
      Object.assign(kubelet.pods.get(event.pod) as Pod, { asked: '', wait: event.wait });
      return;
    case 'PodRunning':
      Object.assign(kubelet.pods.get(event.pod) as Pod, { up: 2, asked: '', wait: 0 });
      return;
  }
}
