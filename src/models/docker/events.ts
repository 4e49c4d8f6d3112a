/** The container engine of one machine (Docker 1.11): pulls, layers, containers (facts/registry-and-tls.md section 8). */
import type { Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type DockerCommand =
  | { readonly type: 'start'; readonly preloaded: readonly string[] }
  | { readonly type: 'started' }
  /** `docker run`: pulls the image when it is not there. */
  | { readonly type: 'run'; readonly container: string; readonly image: string; readonly port: number }
  | { readonly type: 'connected'; readonly image: string }
  | {
      readonly type: 'manifest';
      readonly image: string;
      readonly digests: readonly string[];
      readonly sizes: readonly Bytes[];
    }
  | { readonly type: 'layer'; readonly digest: string }
  | { readonly type: 'unpacked'; readonly image: string }
  | {
      readonly type: 'pull-failed';
      readonly image: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'stop' };

export type DockerEvent =
  | { readonly type: 'Starting'; readonly preloaded: readonly string[] }
  | { readonly type: 'Started' }
  /** Another run waits until the pull under way is over. */
  | { readonly type: 'Queued'; readonly container: string; readonly image: string; readonly port: number }
  | {
      readonly type: 'PullStarted';
      readonly container: string;
      readonly image: string;
      readonly port: number;
      readonly site: string;
    }
  | { readonly type: 'Connected'; readonly image: string }
  | {
      readonly type: 'ManifestRead';
      readonly image: string;
      readonly digests: readonly string[];
      readonly sizes: readonly Bytes[];
    }
  | { readonly type: 'LayerStarted'; readonly image: string; readonly digest: string; readonly size: Bytes }
  | { readonly type: 'LayerDone'; readonly image: string; readonly digest: string }
  | { readonly type: 'Unpacking'; readonly image: string; readonly takes: Micros }
  | { readonly type: 'Pulled'; readonly image: string }
  /** Not retried: the node's script runs `docker run` once and does not look at its exit code. */
  | {
      readonly type: 'PullFailed';
      readonly image: string;
      readonly container: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'ContainerStarted';
      readonly container: string;
      readonly image: string;
      readonly port: number;
    }
  /** `digests` are the layers that were under way. */
  | { readonly type: 'Stopped'; readonly digests: readonly string[] };

const run = { container: 'text', image: 'text', port: 'int' } as const;

export const dockerEvents: Shapes<DockerEvent> = {
  Starting: { preloaded: 'texts' },
  Started: {},
  Queued: run,
  PullStarted: { ...run, site: 'text' },
  Connected: { image: 'text' },
  ManifestRead: { image: 'text', digests: 'texts', sizes: 'ints' },
  LayerStarted: { image: 'text', digest: 'text', size: 'int' },
  LayerDone: { image: 'text', digest: 'text' },
  Unpacking: { image: 'text', takes: 'int' },
  Pulled: { image: 'text' },
  PullFailed: { image: 'text', container: 'text', why: 'text', words: 'text', facts: 'seqs' },
  ContainerStarted: run,
  Stopped: { digests: 'texts' },
};
