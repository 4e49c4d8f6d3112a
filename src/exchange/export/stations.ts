/** Who stands on which segment, at which addresses, and under which hardware address, in the world as it is now. */
import { macOf } from '../../base/dhcp.ts';
import type { Sight } from '../../flows/flow.ts';
import type { StateOf } from '../../models/index.ts';
import { GATEWAY } from '../../models/segment/state.ts';

/** Hardware addresses that are known from elsewhere: by station (`dhcp/mgmt`), or by station and segment (`relay/r1@lan`). */
export type Macs = ReadonlyMap<string, string>;

export const ALL_MAC = 'ff:ff:ff:ff:ff:ff';
export const NO_MAC = '00:00:00:00:00:00';

const nameIn = (station: string): string => station.slice(station.indexOf('/') + 1);

export class Stations {
  readonly #world: Sight;
  readonly #macs: Macs;

  constructor(world: Sight, macs: Macs = new Map()) {
    this.#world = world;
    this.#macs = macs;
  }

  client(name: string): StateOf<'dhcp-client'> | undefined {
    return this.#world.state('dhcp-client', name);
  }

  server(name: string): StateOf<'dhcp'> | undefined {
    return this.#world.state('dhcp', name);
  }

  relay(name: string): StateOf<'relay'> | undefined {
    return this.#world.state('relay', name);
  }

  segment(name: string): StateOf<'segment'> | undefined {
    return this.#world.state('segment', name);
  }

  /** The relay that a station is. */
  relayAt(station: string): StateOf<'relay'> | undefined {
    return station.startsWith('relay/') ? this.relay(nameIn(station)) : undefined;
  }

  /** The hardware address of a station on a segment: of a client its own, of anything else one made of its name. */
  mac(segment: string, station: string): string {
    const given = this.#macs.get(`${station}@${segment}`) ?? this.#macs.get(station);
    if (given !== undefined) return given;
    const client = this.client(nameIn(station));
    if (client?.holder === station) return client.mac;
    const hasSeveral = station === GATEWAY || station.startsWith('relay/');
    return macOf(hasSeveral ? `${station}@${segment}` : station);
  }

  /** Whom an address on a segment leads to. */
  ownerOf(name: string, address: number): string | undefined {
    const segment = this.segment(name);
    if (segment === undefined || address === 0) return undefined;
    const taken = segment.duplicates.get(address);
    if (taken !== undefined) return taken.reached;
    for (const [station, addresses] of segment.stations)
      if (addresses.includes(address) && !segment.down.has(station)) return station;
    return segment.claims.get(address)?.find(({ holder }) => !segment.down.has(holder))?.holder;
  }

  /** Who answers an ARP request for an address, and since which event each uses it: as the segment itself decides it. */
  answerers(name: string, address: number, asker: string): readonly { holder: string; seq: number }[] {
    const segment = this.segment(name);
    if (segment === undefined || segment.stations.get(asker)?.includes(address)) return [];
    const claims = segment.claims.get(address) ?? [];
    return claims.filter(({ holder }) => holder !== asker && !segment.down.has(holder));
  }

  /** The hardware address that a datagram for an address leaves for: its owner's, or the router's. */
  towards(segment: string, address: number): string {
    return this.mac(segment, this.ownerOf(segment, address) ?? this.routerOf(segment));
  }

  routerOf(name: string): string {
    const segment = this.segment(name);
    for (const station of segment?.stations.keys() ?? [])
      if ((this.relayAt(station)?.nearAddress ?? 0) !== 0) return station;
    return this.ownerOf(name, segment?.gateway ?? 0) ?? GATEWAY;
  }
}
