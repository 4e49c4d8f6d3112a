import type { Stamp } from '../../kernel/model.ts';
import type { SegmentEvent } from './events.ts';

/** One use of an address, and the event that began it. */
export interface Claim {
  readonly holder: string;
  readonly how: 'static' | 'lease';
  readonly seq: number;
}

/** An address with more than one holder. */
export interface Duplicate {
  /** The event that found it. */
  readonly seq: number;
  /** The event that changed whom frames reach last; at first the same. */
  readonly flappedSeq: number;
  /** Whom its neighbours take for its owner, and frames for it reach. */
  readonly reached: string;
}

export interface Segment {
  network: number;
  prefix: number;
  gateway: number;
  vlan: number;
  declaredSeq: number;
  claims: Map<number, Claim[]>;
  duplicates: Map<number, Duplicate>;
  /** Who hears broadcasts, in order of coming, with the addresses that each answers to. */
  stations: Map<string, readonly number[]>;
  /** Whose port is down, and since which event. */
  down: Map<string, number>;
}

/** Who holds the gateway's address. */
export const GATEWAY = 'device/gateway';

export const emptySegment = (): Segment => ({
  network: 0,
  prefix: 0,
  gateway: 0,
  vlan: 0,
  declaredSeq: -1,
  claims: new Map(),
  duplicates: new Map(),
  stations: new Map(),
  down: new Map(),
});

export function evolve(segment: Segment, event: SegmentEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Declared':
      segment.network = event.network;
      segment.prefix = event.prefix;
      segment.gateway = event.gateway;
      segment.vlan = event.vlan;
      segment.declaredSeq = seq;
      // The router answers for its address like any other machine.
      segment.claims.set(event.gateway, [{ holder: GATEWAY, how: 'static', seq }]);
      return;
    case 'Claimed': {
      const { holder, how } = event;
      segment.claims.set(event.address, [...(segment.claims.get(event.address) ?? []), { holder, how, seq }]);
      return;
    }
    case 'Released': {
      const left = (segment.claims.get(event.address) ?? []).filter((claim) => claim.holder !== event.holder);
      if (left.length === 0) segment.claims.delete(event.address);
      else segment.claims.set(event.address, left);
      return;
    }
    case 'Duplicated':
      segment.duplicates.set(event.address, { seq, flappedSeq: seq, reached: event.holders.at(-1) ?? '' });
      return;
    case 'Flapped': {
      const found = segment.duplicates.get(event.address)?.seq ?? seq;
      segment.duplicates.set(event.address, { seq: found, flappedSeq: seq, reached: event.holder });
      return;
    }
    case 'Resolved':
      segment.duplicates.delete(event.address);
      return;
    case 'Attached':
      segment.stations.set(event.station, event.addresses);
      return;
    case 'PortDown':
      segment.down.set(event.station, seq);
      return;
    case 'PortUp':
      segment.down.delete(event.station);
      return;
    case 'Probed':
    case 'Announced':
      return;
  }
}

/** Whether frames for an address reach a station: they go astray while its neighbours take another holder for the owner. */
export const reaches = (segment: Readonly<Segment>, address: number, station: string): boolean =>
  (segment.duplicates.get(address)?.reached ?? station) === station;
