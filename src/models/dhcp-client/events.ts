/** The DHCP client of one machine. Each message that it sends is an event; `wait` is the time until it acts again. */
import type { DhcpReply } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';
import type { ClientProfile, Program } from './profile.ts';

export type ClientSettings = Partial<ClientProfile>;

/** What runs where. */
export interface ClientStart {
  readonly segment: string;
  readonly program: Program;
  /** Who uses the address on the segment: `vm/NAME` or `machine/NAME`. */
  readonly holder: string;
  /** Its hardware address; empty for one of its own. */
  readonly mac: string;
  /** What of the program's table is set otherwise. */
  readonly settings: ClientSettings;
}

export type DhcpClientCommand =
  | ({ readonly type: 'start' } & ClientStart)
  | { readonly type: 'hear'; readonly reply: DhcpReply }
  /** Somebody else answered for an address that is being looked at. */
  | { readonly type: 'conflict'; readonly address: number }
  /** Another machine announced this client's address. */
  | { readonly type: 'challenged'; readonly address: number }
  | { readonly type: 'carrier'; readonly up: boolean }
  /** Timers of its own. */
  | { readonly type: 'step' | 'renew' | 'rebind' | 'expire' | 'announce' | 'local' | 'patience' }
  /** Why a lease was not renewed, or why there is no address, found out by those who see more. */
  | { readonly type: 'expired' | 'unaddressed'; readonly words: string; readonly facts: readonly number[] }
  /** Ended in an orderly way; told to release; gone without a word. */
  | { readonly type: 'stop' | 'release' | 'halt' };

/** What every message that asks for something says. */
interface Asking {
  readonly segment: string;
  readonly attempt: number;
  readonly wait: Micros;
  readonly xid: number;
  readonly secs: number;
  /** Where a growing back-off stands, in whole seconds; 0 for the others. */
  readonly interval: number;
}

/** A lease as an ACK gave it. T1 and T2 are instants of the run. */
interface Given {
  readonly server: string;
  readonly serverId: number;
  readonly address: number;
  readonly until: Micros;
  readonly t1: Micros;
  readonly t2: Micros;
}

/** An ARP probe or announcement, the `n`-th. */
interface Arp {
  readonly segment: string;
  readonly address: number;
  readonly n: number;
  readonly wait: Micros;
}

export type DhcpClientEvent =
  /** DISCOVER broadcast for the `attempt`-th time; `requested` is the address that is wished for. */
  | ({ readonly type: 'Discovering'; readonly requested: number } & Asking)
  | ({
      readonly type: 'Requesting';
      readonly server: string;
      readonly serverId: number;
      readonly address: number;
    } & Asking)
  | ({ readonly type: 'Bound'; readonly segment: string } & Given)
  | ({ readonly type: 'Renewed' } & Given)
  | ({
      readonly type: 'Renewing';
      readonly server: string;
      readonly serverId: number;
      readonly address: number;
    } & Asking)
  | ({ readonly type: 'Rebinding'; readonly address: number } & Asking)
  /** A NAK was heard; the client starts over after `wait`. */
  | {
      readonly type: 'Refused';
      readonly segment: string;
      readonly server: string;
      readonly address: number;
      readonly wait: Micros;
    }
  /** Nobody renewed the lease, and now it ends. */
  | { readonly type: 'LeaseOver'; readonly segment: string; readonly words: string }
  | {
      readonly type: 'Expired';
      readonly segment: string;
      readonly address: number;
      readonly why: 'dhcp.lease-expired';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | {
      readonly type: 'Stopped';
      readonly segment: string;
      readonly server: string;
      readonly address: number;
      readonly serverId: number;
      readonly xid: number;
      readonly secs: number;
      /** Whether a RELEASE was sent. */
      readonly released: boolean;
      readonly forgets: boolean;
    }
  /** The machine is gone: nothing is released, the lease runs out by itself. */
  | { readonly type: 'Halted' }
  | ({ readonly type: 'Started'; readonly clientId: string; readonly wait: Micros } & ClientStart)
  /** INIT-REBOOT: asks whether its earlier address still holds. */
  | ({ readonly type: 'Rebooting'; readonly address: number } & Asking)
  /** An ACK for an address that is looked at before it is used. */
  | ({ readonly type: 'Leased'; readonly segment: string; readonly wait: Micros } & Given)
  | ({ readonly type: 'Probing' } & Arp)
  | ({ readonly type: 'Announcing' } & Arp)
  | {
      readonly type: 'Declined';
      readonly segment: string;
      readonly server: string;
      readonly serverId: number;
      readonly address: number;
      readonly xid: number;
      readonly secs: number;
      readonly wait: Micros;
    }
  /** Nothing more for `wait`, or for ever (-1). */
  | { readonly type: 'GaveUp'; readonly words: string; readonly wait: Micros }
  /** It is without an address for longer than it may. `facts` tell why. */
  | { readonly type: 'PatienceOver' }
  | {
      readonly type: 'Unaddressed';
      readonly segment: string;
      readonly why: 'address.none';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'CarrierLost' }
  | { readonly type: 'CarrierFound'; readonly wait: Micros }
  /** INFORM: has this address, and asks for options. */
  | ({ readonly type: 'Informing'; readonly address: number } & Asking)
  /** A server told it options. */
  | {
      readonly type: 'Informed';
      readonly server: string;
      readonly serverId: number;
      readonly address: number;
    };

const asking = {
  segment: 'text',
  attempt: 'int',
  wait: 'int',
  xid: 'int',
  secs: 'int',
  interval: 'int',
} as const;
const given = {
  server: 'text',
  serverId: 'int',
  address: 'int',
  until: 'int',
  t1: 'int',
  t2: 'int',
} as const;
const arp = { segment: 'text', address: 'int', n: 'int', wait: 'int' } as const;

export const dhcpClientEvents: Shapes<DhcpClientEvent> = {
  Discovering: { ...asking, requested: 'int' },
  Requesting: { ...asking, server: 'text', serverId: 'int', address: 'int' },
  Bound: { segment: 'text', ...given },
  Renewed: given,
  Renewing: { ...asking, server: 'text', serverId: 'int', address: 'int' },
  Rebinding: { ...asking, address: 'int' },
  Refused: { segment: 'text', server: 'text', address: 'int', wait: 'int' },
  Expired: { segment: 'text', address: 'int', why: 'text', words: 'text', facts: 'seqs' },
  Stopped: {
    segment: 'text',
    server: 'text',
    address: 'int',
    serverId: 'int',
    xid: 'int',
    secs: 'int',
    released: 'bool',
    forgets: 'bool',
  },
  Halted: {},
  Started: {
    segment: 'text',
    program: 'text',
    holder: 'text',
    mac: 'text',
    clientId: 'text',
    settings: 'data',
    wait: 'int',
  },
  Rebooting: { ...asking, address: 'int' },
  Leased: { segment: 'text', ...given, wait: 'int' },
  Probing: arp,
  Announcing: arp,
  Declined: {
    segment: 'text',
    server: 'text',
    serverId: 'int',
    address: 'int',
    xid: 'int',
    secs: 'int',
    wait: 'int',
  },
  GaveUp: { words: 'text', wait: 'int' },
  CarrierLost: {},
  CarrierFound: { wait: 'int' },
  PatienceOver: {},
  LeaseOver: { segment: 'text', words: 'text' },
  Unaddressed: { segment: 'text', why: 'text', words: 'text', facts: 'seqs' },
  Informing: { ...asking, address: 'int' },
  Informed: { server: 'text', serverId: 'int', address: 'int' },
};
