/**
 * How a server's host sends an echo request to an address that nobody may have: first it asks by ARP who has it, three times a second
 * apart, and only an answer lets the echo go. A client that has taken the address meanwhile answers too. [RFC 1122 2.3.2.1;
 * golden/dhcp dora-isc-dhclient, squat-dnsmasq-ping-udhcpc]
 */
import type { Micros } from '../../base/units.ts';
import type { Frame } from '../capture/frame.ts';
import {
  ANSWERS_AFTER,
  ARP_AGAIN_AFTER,
  ARP_TRIES,
  arpReply,
  arpRequest,
  echo,
  GOES_ON_AFTER,
} from './arp-frame.ts';
import type { Reply } from './dhcp-frame.ts';
import type { Stations } from './stations.ts';

export interface Lookup {
  readonly at: Micros;
  readonly segment: string;
  /** The server. */
  readonly asker: string;
  readonly address: number;
  /** Tells its echo from others. */
  readonly id: number;
}

type Emit = (frame: Frame, remark: string | undefined) => void;
interface Waiting extends Lookup {
  readonly tried: number;
}

export class Lookups {
  readonly #stations: Stations;
  readonly #emit: Emit;
  /** By the instant of their next try. */
  #waiting: Waiting[] = [];
  /** What the hosts of servers know of others, by server and address: what was answered, or what the server told. */
  readonly #neighbours = new Map<string, string>();

  constructor(stations: Stations, emit: Emit) {
    this.#stations = stations;
    this.#emit = emit;
  }

  addressOf(server: string): number {
    return this.#stations.server(server.slice(server.indexOf('/') + 1))?.addresses[0] ?? 0;
  }

  begin(lookup: Lookup, remark: string | undefined): void {
    const { at, segment, asker, address } = lookup;
    const known = this.neighbour(asker, address);
    if (!this.#isHere(lookup)) this.#echo(lookup, this.#stations.towards(segment, address), at, remark);
    else if (known !== undefined && this.#answering(lookup).includes(known))
      this.#exchange(lookup, known, at, remark);
    else this.#try({ ...lookup, tried: 0 }, remark);
  }

  /** The tries that are due until an instant, in the world as it is. */
  elapse(now: Micros): void {
    while (this.#waiting.length > 0 && (this.#waiting[0] as Waiting).at <= now)
      this.#try(this.#waiting.shift() as Waiting, undefined);
  }

  /** dnsmasq tells its kernel where a client is before it writes to it, and the echo that waited goes there. [dnsmasq dhcp.c] */
  known({ at, segment, from, reply }: Reply): void {
    if (
      this.#stations.server(reply.server)?.software !== 'dnsmasq' ||
      reply.to === 0 ||
      reply.to === reply.ciaddr
    )
      return;
    this.#neighbours.set(`${from} ${reply.to}`, reply.mac);
    const found = this.#waiting.findIndex(
      (one) => one.asker === from && one.segment === segment && one.address === reply.to,
    );
    const lookup = this.#waiting[found];
    if (lookup === undefined) return;
    this.#waiting.splice(found, 1);
    this.#echo(lookup, reply.mac, at, undefined);
  }

  /** The hardware address under which the host of a server knows an address. */
  neighbour(server: string, address: number): string | undefined {
    return this.#neighbours.get(`${server} ${address}`);
  }

  #answering({ segment, address, asker }: Lookup): readonly string[] {
    return this.#stations
      .answerers(segment, address, asker)
      .map(({ holder }) => this.#stations.mac(segment, holder));
  }

  /** Whether the address is of the segment; where the segment does not say what it spans, everything is. */
  #isHere({ segment, address }: Lookup): boolean {
    const { network = 0, prefix = 0 } = this.#stations.segment(segment) ?? {};
    return prefix === 0 || (address >= network && address < network + 2 ** (32 - prefix));
  }

  #try(lookup: Waiting, remark: string | undefined): void {
    const { at, segment, asker, address, tried } = lookup;
    // The last answer was waited for as long as the others.
    if (tried === ARP_TRIES) return;
    const self = [this.#stations.mac(segment, asker), this.addressOf(asker)] as const;
    const [first, ...others] = this.#answering(lookup);
    this.#emit(arpRequest({ at, segment }, self, address), remark);
    if (first === undefined) {
      this.#wait({ ...lookup, at: at + ARP_AGAIN_AFTER, tried: tried + 1 });
      return;
    }
    const replied = at + ANSWERS_AFTER;
    this.#neighbours.set(`${asker} ${address}`, first);
    for (const mac of [first, ...others])
      this.#emit(arpReply({ at: replied, segment }, [mac, address], self), undefined);
    this.#exchange(lookup, first, replied + GOES_ON_AFTER, undefined);
  }

  /** An echo, and the answer. */
  #exchange(lookup: Lookup, mac: string, at: Micros, remark: string | undefined): void {
    const { segment, asker, address, id } = lookup;
    const self = [this.#stations.mac(segment, asker), this.addressOf(asker)] as const;
    this.#echo(lookup, mac, at, remark);
    this.#emit(echo({ at: at + ANSWERS_AFTER, segment }, 'echo-reply', [mac, address], self, id), undefined);
  }

  #echo({ segment, asker, address, id }: Lookup, mac: string, at: Micros, remark: string | undefined): void {
    const self = [this.#stations.mac(segment, asker), this.addressOf(asker)] as const;
    this.#emit(echo({ at, segment }, 'echo-request', self, [mac, address], id), remark);
  }

  #wait(lookup: Waiting): void {
    let place = this.#waiting.length;
    while (place > 0 && (this.#waiting[place - 1] as Waiting).at > lookup.at) place -= 1;
    this.#waiting.splice(place, 0, lookup);
  }
}
