/** What a node's script runs at first boot, and what the kubelet then runs beside it (facts/photon-and-vdvs.md 5.3). */
import type { Micros } from './units.ts';

export interface Script {
  /** The containers in the order in which they are run, and the image of each. */
  readonly containers: readonly string[];
  readonly images: readonly string[];
  /** What the script sleeps between two of them. */
  readonly pause: Micros;
  /** The container that it waits for without end; empty: it looks at none. */
  readonly gate: string;
  /** The kubelet's static pods with the image of each, and the image that holds the network of every pod. */
  readonly pods: readonly string[];
  readonly podImages: readonly string[];
  readonly podBase: string;
}

/** How a script is written in an event. */
export const scriptShape = {
  containers: 'texts',
  images: 'texts',
  pause: 'int',
  gate: 'text',
  pods: 'texts',
  podImages: 'texts',
  podBase: 'text',
} as const;

/** A script of one container. */
export const runOne = (container: string, image: string): Script => ({
  containers: [container],
  images: [image],
  pause: 0,
  gate: '',
  pods: [],
  podImages: [],
  podBase: '',
});
