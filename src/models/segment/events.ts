/** Layer-2 segments: who is plugged in, who uses which address, and what happens when two do. */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type SegmentCommand =
  | {
      readonly type: 'declare';
      readonly network: number;
      readonly prefix: number;
      readonly gateway: number;
      readonly vlan: number;
    }
  /** A station that hears broadcasts, such as a DHCP server or relay, and the addresses that it answers to. */
  | { readonly type: 'attach'; readonly station: string; readonly addresses: readonly number[] }
  /** The port of a station goes down or comes up. */
  | { readonly type: 'port'; readonly station: string; readonly up: boolean }
  /** `facts` are what the use of the address rests on, such as the scope that leased it. */
  | {
      readonly type: 'claim';
      readonly address: number;
      readonly holder: string;
      readonly how: 'static' | 'lease';
      readonly facts: readonly number[];
    }
  | { readonly type: 'release'; readonly address: number; readonly holder: string }
  /** A gratuitous ARP for an address. */
  | { readonly type: 'announce'; readonly address: number; readonly holder: string }
  /** The neighbours of a duplicate address hear another of its holders. */
  | { readonly type: 'flap'; readonly address: number }
  /** An ICMP echo or ARP request to see whether an address is in use. `asker` is told; its own use does not count. */
  | { readonly type: 'probe'; readonly address: number; readonly asker: string; readonly client: string };

export type SegmentEvent =
  | {
      readonly type: 'Declared';
      readonly network: number;
      readonly prefix: number;
      readonly gateway: number;
      readonly vlan: number;
    }
  | {
      readonly type: 'Claimed';
      readonly address: number;
      readonly holder: string;
      readonly how: 'static' | 'lease';
      readonly facts: readonly number[];
    }
  /** Two machines answer ARP for one address: traffic for it reaches either. `facts` are the claims. */
  | {
      readonly type: 'Duplicated';
      readonly address: number;
      readonly holders: readonly string[];
      readonly why: 'address.duplicate';
      readonly words: string;
      readonly facts: readonly number[];
    }
  /** Only one holder is left. */
  | { readonly type: 'Resolved'; readonly address: number; readonly holder: string }
  | { readonly type: 'Released'; readonly address: number; readonly holder: string }
  | {
      readonly type: 'Probed';
      readonly address: number;
      readonly asker: string;
      readonly client: string;
      readonly used: boolean;
    }
  | { readonly type: 'Attached'; readonly station: string; readonly addresses: readonly number[] }
  | { readonly type: 'PortDown'; readonly station: string }
  | { readonly type: 'PortUp'; readonly station: string }
  | { readonly type: 'Announced'; readonly address: number; readonly holder: string }
  /** Frames for a duplicate address now reach `holder` and no longer `lost`, for as long as it `lasts`. */
  | {
      readonly type: 'Flapped';
      readonly address: number;
      readonly holder: string;
      readonly lost: string;
      readonly lasts: Micros;
    };

export const segmentEvents: Shapes<SegmentEvent> = {
  Declared: { network: 'int', prefix: 'int', gateway: 'int', vlan: 'int' },
  Claimed: { address: 'int', holder: 'text', how: 'text', facts: 'seqs' },
  Duplicated: { address: 'int', holders: 'texts', why: 'text', words: 'text', facts: 'seqs' },
  Resolved: { address: 'int', holder: 'text' },
  Released: { address: 'int', holder: 'text' },
  Probed: { address: 'int', asker: 'text', client: 'text', used: 'bool' },
  Attached: { station: 'text', addresses: 'ints' },
  PortDown: { station: 'text' },
  PortUp: { station: 'text' },
  Announced: { address: 'int', holder: 'text' },
  Flapped: { address: 'int', holder: 'text', lost: 'text', lasts: 'int' },
};
