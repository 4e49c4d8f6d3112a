/** The root scheduler: which host a VM goes to (facts/photon-and-vdvs.md section 4). */
import type { Bytes } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type SchedulerCommand =
  | {
      readonly type: 'host-up';
      readonly host: string;
      readonly cores: number;
      readonly memory: Bytes;
      readonly roles: readonly string[];
    }
  | { readonly type: 'host-down'; readonly host: string }
  | { readonly type: 'place'; readonly vm: string; readonly cpu: number; readonly memory: Bytes }
  | { readonly type: 'release'; readonly vm: string };

export type PlacementRefusal =
  | 'placement.no-host'
  | 'placement.not-enough-cpu'
  | 'placement.not-enough-memory';

export type SchedulerEvent =
  | {
      readonly type: 'HostAdded';
      readonly host: string;
      readonly cores: number;
      readonly memory: Bytes;
      readonly usedCpu: number;
      readonly usedMemory: Bytes;
    }
  | { readonly type: 'HostRemoved'; readonly host: string }
  | {
      readonly type: 'Placed';
      readonly vm: string;
      readonly host: string;
      readonly cpu: number;
      readonly memory: Bytes;
      readonly score: number;
    }
  | {
      readonly type: 'Refused';
      readonly vm: string;
      readonly why: PlacementRefusal;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Released'; readonly vm: string; readonly host: string };

export const schedulerEvents: Shapes<SchedulerEvent> = {
  HostAdded: { host: 'text', cores: 'int', memory: 'int', usedCpu: 'int', usedMemory: 'int' },
  HostRemoved: { host: 'text' },
  Placed: { vm: 'text', host: 'text', cpu: 'int', memory: 'int', score: 'int' },
  Refused: { vm: 'text', why: 'text', words: 'text', facts: 'seqs' },
  Released: { vm: 'text', host: 'text' },
};
