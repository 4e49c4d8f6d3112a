/** The kubelet of one node: its pods, and how it tries again when an image does not come (facts/registry-and-tls.md 8.2). */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type KubeletCommand =
  /** Its static pods with the image of each, and the image that holds the network of every pod. */
  | {
      readonly type: 'start';
      readonly pods: readonly string[];
      readonly images: readonly string[];
      readonly base: string;
    }
  /** A manifest is put into its folder. */
  | { readonly type: 'add'; readonly pod: string; readonly image: string }
  | { readonly type: 'sync'; readonly pod: string }
  /** The engine says how it went with a container. */
  | { readonly type: 'started'; readonly container: string }
  | { readonly type: 'failed'; readonly container: string; readonly facts: readonly number[] }
  | { readonly type: 'stop' };

export type KubeletEvent =
  | { readonly type: 'Started'; readonly base: string }
  | { readonly type: 'PodAdded'; readonly pod: string; readonly image: string }
  /** It asks the engine for the next container of a pod. */
  | { readonly type: 'Syncing'; readonly pod: string; readonly container: string; readonly image: string }
  /** What a pod list shows as ImagePullBackOff. */
  | {
      readonly type: 'BackedOff';
      readonly pod: string;
      readonly image: string;
      readonly wait: Micros;
      readonly facts: readonly number[];
    }
  | { readonly type: 'PodRunning'; readonly pod: string }
  | { readonly type: 'Stopped' };

export const kubeletEvents: Shapes<KubeletEvent> = {
  Started: { base: 'text' },
  PodAdded: { pod: 'text', image: 'text' },
  Syncing: { pod: 'text', container: 'text', image: 'text' },
  BackedOff: { pod: 'text', image: 'text', wait: 'int', facts: 'seqs' },
  PodRunning: { pod: 'text' },
  Stopped: {},
};
