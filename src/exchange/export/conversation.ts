/** One TCP connection as frames: numbers of bytes and acknowledgements kept on both sides, in order of time. [RFC 9293 3.4, 3.5, 3.6] */
import type { Micros } from '../../base/units.ts';
import type { Frame, TcpFrame } from '../capture/frame.ts';
import { join, type Octets } from '../capture/octets.ts';
import { GOES_ON_AFTER } from './arp-frame.ts';

/** What Ethernet leaves for data. [RFC 9293 3.7.1] */
const MSS = 1460;

export interface End {
  readonly mac: string;
  readonly ip: number;
  readonly port: number;
  /** Number of its SYN. */
  readonly first: number;
  /** Routers between it and the segment. */
  readonly routers: number;
}

export type Side = 'client' | 'server';

type Emit = (frame: Frame, remark?: string) => void;

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client');

export class Conversation {
  readonly #segment: string;
  readonly #ends: Readonly<Record<Side, End>>;
  readonly #emit: Emit;
  /** What each side sends next. */
  readonly #next: Record<Side, number>;
  #at: Micros;

  /** Nothing is sent before `at`. */
  constructor(segment: string, at: Micros, ends: Readonly<Record<Side, End>>, emit: Emit) {
    this.#segment = segment;
    this.#at = at;
    this.#ends = ends;
    this.#emit = emit;
    this.#next = { client: ends.client.first, server: ends.server.first };
  }

  get at(): Micros {
    return this.#at;
  }

  /** The handshake: the client asks at once, and the server agrees then. */
  open(then: Micros): void {
    this.#send('client', ['SYN'], { mss: MSS });
    this.#wait(then);
    this.#send('server', ['SYN', 'ACK'], { mss: MSS });
    this.#wait();
    this.#send('client', ['ACK']);
  }

  /** Nobody listens: the client asks at once, and is refused then. */
  refuse(then: Micros, remark: string): void {
    this.#send('client', ['SYN'], { mss: MSS });
    this.#wait(then);
    this.#send('server', ['RST', 'ACK'], { remark });
  }

  /** Data, at an instant or as soon as possible, in as many segments as it needs; a remark goes beside the first. */
  say(
    side: Side,
    parts: readonly Octets[],
    more: { readonly at?: Micros; readonly remark?: string } = {},
  ): void {
    this.#wait(more.at);
    const bytes = join(...parts);
    for (let from = 0; from < bytes.length; from += MSS) {
      const data = bytes.subarray(from, from + MSS);
      const isLast = from + MSS >= bytes.length;
      this.#send(side, isLast ? ['PSH', 'ACK'] : ['ACK'], {
        data,
        remark: from === 0 ? more.remark : undefined,
      });
    }
  }

  /** One side ends the connection, which a remark goes beside, and the other does so as soon as it hears of it. */
  close(side: Side, trip: Micros, remark?: string): void {
    this.#wait();
    this.#send(side, ['FIN', 'ACK'], { remark });
    this.#wait(this.#at + trip);
    this.#send(other(side), ['FIN', 'ACK']);
    this.#wait();
    this.#send(side, ['ACK']);
  }

  #wait(until: Micros = this.#at + GOES_ON_AFTER): void {
    this.#at = Math.max(this.#at, until);
  }

  #send(
    side: Side,
    flags: TcpFrame['flags'],
    { data = [], mss, remark }: { data?: Octets; mss?: number; remark?: string | undefined } = {},
  ): void {
    const [from, to] = [this.#ends[side], this.#ends[other(side)]];
    const hasAck = flags.includes('ACK');
    const frame: Frame = {
      ...{ at: this.#at, segment: this.#segment, kind: 'tcp', flags, data },
      ...{ srcMac: from.mac, dstMac: to.mac, srcIp: from.ip, dstIp: to.ip, routers: from.routers },
      ...{ fromPort: from.port, toPort: to.port },
      ...{ sequence: this.#next[side], expects: hasAck ? this.#next[other(side)] : 0 },
      ...(mss === undefined ? {} : { mss }),
    };
    this.#emit(frame, remark);
    const counts = data.length + (flags.includes('SYN') || flags.includes('FIN') ? 1 : 0);
    this.#next[side] = (this.#next[side] + counts) >>> 0;
  }
}
