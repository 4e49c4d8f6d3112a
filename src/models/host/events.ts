/** ESXi hosts: power, boot, clock and what they offer. */
import type { Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** Photon usage tags (facts/photon-and-vdvs.md 2.1). */
export type Role = 'mgmt' | 'cloud';

export type HostCommand =
  | {
      readonly type: 'declare';
      readonly cores: number;
      readonly memory: Bytes;
      readonly roles: readonly Role[];
      readonly power: 'on' | 'off';
      readonly boot: Micros;
      readonly clock: Micros;
    }
  | { readonly type: 'power-on' | 'booted' | 'fail' }
  | { readonly type: 'set-clock'; readonly clock: Micros };

export type HostEvent =
  | {
      readonly type: 'Declared';
      readonly cores: number;
      readonly memory: Bytes;
      readonly roles: readonly string[];
      readonly boot: Micros;
      readonly clock: Micros;
    }
  | { readonly type: 'Booting'; readonly takes: Micros }
  | { readonly type: 'Up'; readonly cores: number; readonly memory: Bytes; readonly roles: readonly string[] }
  | {
      readonly type: 'Failed';
      readonly why: 'host.failed';
      readonly words: string;
      readonly facts: readonly number[];
    }
  /** The clock is `clock` ahead of true time; behind when negative. */
  | { readonly type: 'ClockSet'; readonly clock: Micros };

export const hostEvents: Shapes<HostEvent> = {
  Declared: { cores: 'int', memory: 'int', roles: 'texts', boot: 'int', clock: 'int' },
  Booting: { takes: 'int' },
  Up: { cores: 'int', memory: 'int', roles: 'texts' },
  Failed: { why: 'text', words: 'text', facts: 'seqs' },
  ClockSet: { clock: 'int' },
};
