import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { GuestPhase, VmEvent, VmSpec } from './events.ts';

/** Photon's VM states (facts/photon-and-vdvs.md 4.4), and `none` before the request. */
export type Power = 'none' | 'creating' | 'stopped' | 'started' | 'error' | 'lost' | 'deleting' | 'deleted';

export interface Vm {
  power: Power;
  spec: VmSpec | undefined;
  host: string;
  phase: GuestPhase | 'off';
  boot: Micros;
  /** How far the guest's clock is ahead of true time. */
  clock: Micros;
  /** The event that set it. */
  clockSeq: number;
  /** IPv4 number, or -1. */
  address: number;
  /** Events that a later refusal can rest on. */
  requestedSeq: number;
  poweredSeq: number;
  failedSeq: number;
  addressSeq: number;
}

/** Key of the answer of NTP that is on its way. */
export const CLOCK = 'clock';

export const emptyVm = (): Vm => ({
  power: 'none',
  spec: undefined,
  host: '',
  phase: 'off',
  boot: 0,
  clock: 0,
  clockSeq: -1,
  address: -1,
  requestedSeq: -1,
  poweredSeq: -1,
  failedSeq: -1,
  addressSeq: -1,
});

export function evolve(vm: Vm, event: VmEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Requested': {
      const { type: _, ...spec } = event;
      Object.assign(vm, emptyVm(), { power: 'creating', spec, requestedSeq: seq });
      return;
    }
    case 'Placed':
      vm.host = event.host;
      return;
    case 'DiskReady':
      return;
    case 'Created':
      vm.power = 'stopped';
      return;
    case 'Failed':
      vm.power = 'error';
      vm.failedSeq = seq;
      return;
    case 'PoweredOn':
      vm.power = 'started';
      vm.boot = event.boot;
      vm.clock = event.clock;
      vm.clockSeq = seq;
      vm.poweredSeq = seq;
      vm.phase = 'firmware';
      return;
    case 'ClockStepped':
      vm.clock += event.by;
      vm.clockSeq = seq;
      return;
    case 'GuestReached':
      vm.phase = event.phase;
      return;
    case 'Addressed':
      vm.address = event.address;
      vm.addressSeq = seq;
      return;
    case 'AddressLost':
      vm.address = -1;
      vm.addressSeq = seq;
      return;
    case 'Lost':
      vm.power = 'lost';
      vm.phase = 'off';
      vm.failedSeq = seq;
      return;
    case 'Deleting':
      vm.power = 'deleting';
      vm.phase = 'off';
      return;
    case 'Deleted':
      vm.power = 'deleted';
      vm.address = -1;
      return;
  }
}
