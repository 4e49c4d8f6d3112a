import type { Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { HostEvent } from './events.ts';

export interface Host {
  power: 'off' | 'booting' | 'on' | 'failed';
  cores: number;
  memory: Bytes;
  roles: readonly string[];
  boot: Micros;
  clock: Micros;
  /** The event that set the clock, and the one that set the power. */
  clockSeq: number;
  powerSeq: number;
}

export const emptyHost = (): Host => ({
  power: 'off',
  cores: 0,
  memory: 0,
  roles: [],
  boot: 0,
  clock: 0,
  clockSeq: -1,
  powerSeq: -1,
});

export function evolve(host: Host, event: HostEvent, stamp: Stamp): void {
  switch (event.type) {
    case 'Declared':
      host.cores = event.cores;
      host.memory = event.memory;
      host.roles = event.roles;
      host.boot = event.boot;
      host.clock = event.clock;
      host.clockSeq = stamp.seq;
      return;
    case 'Booting':
      host.power = 'booting';
      host.powerSeq = stamp.seq;
      return;
    case 'Up':
      host.power = 'on';
      host.powerSeq = stamp.seq;
      return;
    case 'Failed':
      host.power = 'failed';
      host.powerSeq = stamp.seq;
      return;
    case 'ClockSet':
      host.clock = event.clock;
      host.clockSeq = stamp.seq;
      return;
  }
}
