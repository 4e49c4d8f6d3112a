/** The DHCP client of one machine: systemd-networkd, as on Photon OS (facts/dhcp.md sections 2 and 3). */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type DhcpClientCommand =
  | { readonly type: 'start'; readonly segment: string }
  | { readonly type: 'offer'; readonly server: string; readonly address: number }
  | { readonly type: 'ack'; readonly server: string; readonly address: number; readonly until: Micros }
  | { readonly type: 'nak'; readonly server: string }
  | { readonly type: 'resend' | 'renew' | 'rebind' | 'expire' | 'stop' | 'halt' };

export type DhcpClientEvent =
  /** DISCOVER broadcast for the `attempt`-th time; the next follows after `wait`. */
  | {
      readonly type: 'Discovering';
      readonly segment: string;
      readonly attempt: number;
      readonly wait: Micros;
    }
  | {
      readonly type: 'Requesting';
      readonly segment: string;
      readonly server: string;
      readonly address: number;
      readonly attempt: number;
      readonly wait: Micros;
    }
  | {
      readonly type: 'Bound';
      readonly segment: string;
      readonly server: string;
      readonly address: number;
      readonly until: Micros;
    }
  | { readonly type: 'Renewed'; readonly server: string; readonly address: number; readonly until: Micros }
  | {
      readonly type: 'Renewing';
      readonly segment: string;
      readonly server: string;
      readonly address: number;
      readonly wait: Micros;
    }
  | { readonly type: 'Rebinding'; readonly segment: string; readonly address: number; readonly wait: Micros }
  | { readonly type: 'Refused'; readonly segment: string; readonly server: string; readonly address: number }
  | {
      readonly type: 'Expired';
      readonly segment: string;
      readonly address: number;
      readonly why: 'dhcp.lease-expired';
      readonly words: string;
      readonly facts: readonly number[];
    }
  /** The machine is gone: nothing is released, the lease runs out by itself. */
  | { readonly type: 'Halted' }
  | { readonly type: 'Stopped'; readonly segment: string; readonly server: string; readonly address: number };

export const dhcpClientEvents: Shapes<DhcpClientEvent> = {
  Discovering: { segment: 'text', attempt: 'int', wait: 'int' },
  Requesting: { segment: 'text', server: 'text', address: 'int', attempt: 'int', wait: 'int' },
  Bound: { segment: 'text', server: 'text', address: 'int', until: 'int' },
  Renewed: { server: 'text', address: 'int', until: 'int' },
  Renewing: { segment: 'text', server: 'text', address: 'int', wait: 'int' },
  Rebinding: { segment: 'text', address: 'int', wait: 'int' },
  Refused: { segment: 'text', server: 'text', address: 'int' },
  Expired: { segment: 'text', address: 'int', why: 'text', words: 'text', facts: 'seqs' },
  Stopped: { segment: 'text', server: 'text', address: 'int' },
  Halted: {},
};
