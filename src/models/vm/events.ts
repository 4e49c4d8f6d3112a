/** Virtual machines: creation, power, the guest's boot up to its network, and the address it ends up with. */
import type { Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** What a VM is made of. `address` is a static IPv4 number, or -1 for DHCP. */
export interface VmSpec {
  readonly ticket: string;
  readonly flavor: string;
  readonly cpu: number;
  readonly memory: Bytes;
  readonly image: string;
  readonly imageSize: Bytes;
  readonly datastore: string;
  readonly network: string;
  readonly address: number;
  readonly autostart: boolean;
}

export type VmCommand =
  | ({ readonly type: 'create' } & VmSpec)
  | { readonly type: 'placed'; readonly host: string }
  | { readonly type: 'disk-ready' | 'registered' | 'delete' | 'removed' }
  | {
      readonly type: 'refuse';
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'power-on'; readonly clock: Micros; readonly clockSeq: number }
  | { readonly type: 'guest'; readonly phase: GuestPhase }
  | { readonly type: 'addressed'; readonly address: number }
  | { readonly type: 'unaddressed' }
  /** NTP has an answer. */
  | { readonly type: 'set-clock'; readonly facts: readonly number[] }
  | { readonly type: 'host-died'; readonly facts: readonly number[] };

/** Where the guest is on its way up. */
export type GuestPhase = 'firmware' | 'kernel' | 'services' | 'network';

export type VmEvent =
  | ({ readonly type: 'Requested' } & VmSpec)
  | { readonly type: 'Placed'; readonly host: string }
  | { readonly type: 'DiskReady' }
  | { readonly type: 'Created' }
  /** Creation ended in ERROR: quota and placement are kept until the VM is deleted (facts/photon-and-vdvs.md 1.2). */
  | {
      readonly type: 'Failed';
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    }
  /** `boot` is the drawn time to the network phase; the guest's clock starts as the host's. */
  | {
      readonly type: 'PoweredOn';
      readonly boot: Micros;
      readonly clock: Micros;
      readonly facts: readonly number[];
    }
  | { readonly type: 'GuestReached'; readonly phase: GuestPhase }
  | { readonly type: 'Addressed'; readonly address: number; readonly network: string }
  | { readonly type: 'AddressLost'; readonly address: number }
  | {
      readonly type: 'Lost';
      readonly why: 'host.failed';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Deleting' }
  | {
      readonly type: 'Deleted';
      readonly ticket: string;
      readonly cpu: number;
      readonly memory: Bytes;
      readonly network: string;
    }
  /** The guest's clock steps to true time; it was off by `by`. */
  | { readonly type: 'ClockStepped'; readonly by: Micros; readonly facts: readonly number[] };

export const vmEvents: Shapes<VmEvent> = {
  Requested: {
    ticket: 'text',
    flavor: 'text',
    cpu: 'int',
    memory: 'int',
    image: 'text',
    imageSize: 'int',
    datastore: 'text',
    network: 'text',
    address: 'int',
    autostart: 'bool',
  },
  Placed: { host: 'text' },
  DiskReady: {},
  Created: {},
  Failed: { why: 'text', words: 'text', facts: 'seqs' },
  PoweredOn: { boot: 'int', clock: 'int', facts: 'seqs' },
  GuestReached: { phase: 'text' },
  Addressed: { address: 'int', network: 'text' },
  AddressLost: { address: 'int' },
  Lost: { why: 'text', words: 'text', facts: 'seqs' },
  Deleting: {},
  Deleted: { ticket: 'text', cpu: 'int', memory: 'int', network: 'text' },
  ClockStepped: { by: 'int', facts: 'seqs' },
};
