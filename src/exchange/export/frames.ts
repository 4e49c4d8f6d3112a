/**
 * What a sniffer on each segment of a run would have recorded, frame by frame. Besides the messages of `sniff.ts` these are the ARP and
 * echo exchanges around a look at an address, those that move a duplicate address from one holder to the other, and the TCP and TLS
 * handshakes of pulls. Left out: how hosts refresh what they know of their neighbours otherwise, what a router asks before its first
 * datagram, and the bodies of pulls (docs/fidelity.md).
 */

import { formatIpv4 } from '../../base/ipv4.ts';
import type { Micros } from '../../base/units.ts';
import { type Sight, sightOf } from '../../flows/flow.ts';
import type { Replayed } from '../../kernel/engine.ts';
import type { Fold } from '../../kernel/fold.ts';
import type { EventOf } from '../../models/index.ts';
import { GATEWAY } from '../../models/segment/state.ts';
import type { Frame } from '../capture/frame.ts';
import { type Sniffed, sniff } from '../sniff.ts';
import { ANSWERS_AFTER, arpReply, arpRequest } from './arp-frame.ts';
import {
  isUnheard,
  type Known,
  type Reply,
  type Request,
  replyFrame,
  requestFrame,
  unreachable,
} from './dhcp-frame.ts';
import { Lookups } from './lookups.ts';
import { besideProbe, besideReply, besideRequest, remarkOn, remarkOnNext, say } from './remarks.ts';
import { Sessions } from './sessions.ts';
import { ALL_MAC, type Macs, Stations } from './stations.ts';
import { type Held, Window } from './window.ts';

export interface CaptureSettings extends Pick<Known, 'beside' | 'said'> {
  /** Which segments are recorded; all if absent. */
  readonly wants?: (segment: string) => boolean;
  readonly macs?: Macs;
}

export interface Recording {
  /** Segments seen so far, in order; more may come with the frames. */
  readonly segments: ReadonlySet<string>;
  /** Folds the run as it is read, and can be read once. */
  readonly frames: Iterable<Frame>;
}

/** Records a run: its events from the first on, and a fold that nothing was folded into yet. */
export function record(events: Iterable<Replayed>, fold: Fold, settings: CaptureSettings = {}): Recording {
  const sniffer = new Sniffer(fold, settings);
  return { segments: sniffer.segments, frames: framesOf(events, fold, sniffer) };
}

function* framesOf(events: Iterable<Replayed>, fold: Fold, sniffer: Sniffer): Generator<Frame> {
  for (const event of events) {
    sniffer.elapse(event.at);
    fold.add(event);
    sniffer.hear(event);
    const ripe = sniffer.window.take(event.at);
    if (ripe.length > 0) yield* ripe;
  }
  // What hosts have begun goes on when nothing else happens.
  sniffer.elapse(Number.POSITIVE_INFINITY);
  yield* sniffer.window.rest();
}

type Arp = Extract<Sniffed, { kind: 'arp-probe' | 'arp-announce' }>;

const DOMAINS: readonly string[] = ['dhcp-client', 'dhcp', 'relay', 'segment'];

class Sniffer {
  readonly segments = new Set<string>();
  readonly window = new Window();
  readonly #world: Sight;
  readonly #stations: Stations;
  readonly #settings: CaptureSettings;
  readonly #known: Known;
  readonly #lookups: Lookups;
  readonly #sessions: Sessions;
  /** What the next message of a client follows from. */
  readonly #pending = new Map<string, string>();
  /** Clients that were answered since they asked. */
  readonly #answered = new Set<string>();

  constructor({ world }: Fold, settings: CaptureSettings) {
    const sight = sightOf(world);
    this.#world = sight;
    this.#settings = settings;
    this.#stations = new Stations(sight, settings.macs);
    const emit = (frame: Frame, remark?: string) => void this.#put(frame, remark);
    this.#lookups = new Lookups(this.#stations, emit);
    this.#known = { ...settings, neighbour: (server, address) => this.#lookups.neighbour(server, address) };
    this.#sessions = new Sessions(sight, this.#stations, emit);
  }

  /** What hosts do by themselves until an instant, in the world as it was before. */
  elapse(at: Micros): void {
    this.#lookups.elapse(at);
  }

  /** An event, in the world just after it. */
  hear(happened: Replayed): void {
    const { seq, at, entity, cause, event } = happened;
    const slash = entity.indexOf('/');
    const model = entity.slice(0, slash);
    this.#sessions.hear(happened);
    if (!DOMAINS.includes(model)) return;
    const name = entity.slice(slash + 1);
    if (model === 'segment' && event.type === 'Declared' && this.#wants(name)) this.segments.add(name);
    if (model === 'segment' && event.type === 'Flapped') this.#refresh(happened, name);
    const sniffed = sniff(happened, this.#world);
    const held = sniffed && this.#frame(sniffed);
    this.window.link(seq, { at, cause, held, isOwn: model === 'dhcp-client' && sniffed !== undefined });
    const next = remarkOnNext(happened);
    if (next !== undefined) this.#pending.set(name, next);
    const remark = remarkOn(happened);
    if (remark === undefined) return;
    for (const { frame, remarks } of this.window.leadingTo(cause)) {
      const isRequest =
        frame.kind === 'dhcp' && (frame.message.type === 'DISCOVER' || frame.message.type === 'REQUEST');
      if (remark.of === 'last' || isRequest) remarks.push(remark.text);
      if (remark.of === 'last') return;
    }
  }

  #wants(segment: string): boolean {
    return this.#settings.wants?.(segment) ?? true;
  }

  #put(frame: Frame, ...remarks: readonly (string | undefined)[]): Held | undefined {
    return this.#wants(frame.segment) ? this.window.put(frame, ...remarks) : undefined;
  }

  /** The frame that a message is, and those that come with it. */
  #frame(sniffed: Sniffed): Held | undefined {
    switch (sniffed.kind) {
      case 'request':
        return this.#request(sniffed);
      case 'reply':
        return this.#reply(sniffed);
      case 'arp-probe':
        return this.#probe(sniffed);
      case 'arp-announce':
        return this.#announcement(sniffed);
      case 'check':
        return this.#check(sniffed);
    }
  }

  #reply(sniffed: Reply): Held | undefined {
    this.#lookups.known(sniffed);
    const frame = replyFrame(sniffed, this.#stations, this.#known);
    const held = this.#put(frame, besideReply(sniffed));
    const isFirst = !this.#answered.has(sniffed.reply.client);
    if (isUnheard(sniffed, isFirst, this.#stations))
      this.#put(unreachable(frame, sniffed.at + ANSWERS_AFTER));
    if (this.#stations.client(sniffed.reply.client)?.segment === sniffed.segment)
      this.#answered.add(sniffed.reply.client);
    return held;
  }

  #request(sniffed: Request): Held | undefined {
    const { at, segment, from, request } = sniffed;
    const frame = requestFrame(sniffed, this.#stations, this.#known);
    this.#answered.delete(request.client);
    const after = this.#pending.get(request.client);
    this.#pending.delete(request.client);
    const held = this.#put(frame, after, besideRequest(sniffed, this.#stations));
    const owner =
      request.to === 0 || from.startsWith('relay/') ? undefined : this.#stations.ownerOf(segment, request.to);
    const server = owner?.startsWith('dhcp/')
      ? this.#stations.server(owner.slice('dhcp/'.length))
      : undefined;
    if (server?.enabled === false) this.#put(unreachable(frame, at + ANSWERS_AFTER));
    return held;
  }

  #probe({ seq, at, segment, from, address }: Arp): Held | undefined {
    const mac = this.#stations.mac(segment, from);
    const program = this.#stations.client(from.slice(from.indexOf('/') + 1))?.program;
    const answerers = this.#stations.answerers(segment, address, from);
    const frame = arpRequest({ at, segment }, [mac, 0], address, {
      ...(program === 'udhcpc' ? { program } : {}),
      // arping, which a hook script of dhclient calls. [golden/dhcp squat-isc-noping-dhclient-arp]
      ...(program === 'dhclient' ? { targetMac: ALL_MAC } : {}),
    });
    const held = this.#put(frame, besideProbe(seq, address, answerers));
    for (const { holder } of answerers) {
      const owner = [this.#stations.mac(segment, holder), address] as const;
      this.#put(arpReply({ at: at + ANSWERS_AFTER, segment }, owner, [mac, 0]));
    }
    return held;
  }

  /** A program's own has no target, one of arping names itself. [golden/dhcp squat-late-dhcpcd] */
  #announcement({ at, segment, from, address }: Arp): Held | undefined {
    const mac = this.#stations.mac(segment, from);
    const isClient = this.#stations.client(from.slice(from.indexOf('/') + 1)) !== undefined;
    return this.#put(
      arpRequest({ at, segment }, [mac, address], address, isClient ? {} : { targetMac: mac }),
    );
  }

  /** The holder of a duplicate address asks for its gateway again, and all who hear that take it for the owner. */
  #refresh({ seq, at, event }: Replayed, segment: string): void {
    const { address, holder, lost } = event as unknown as Extract<EventOf<'segment'>, { type: 'Flapped' }>;
    const { gateway = 0, duplicates } = this.#stations.segment(segment) ?? {};
    // What a holder says when it comes is told with its coming.
    if (gateway === 0 || (duplicates?.get(address)?.seq ?? seq) === seq - 1) return;
    const own = [this.#stations.mac(segment, holder), address] as const;
    const asked = holder === GATEWAY ? address : gateway;
    const remark = say(seq, `frames for ${formatIpv4(address)} now reach ${holder}, not ${lost}`);
    this.#put(arpRequest({ at, segment }, own, asked), remark);
    if (asked === address) return;
    this.#put(
      arpReply({ at: at + ANSWERS_AFTER, segment }, [this.#stations.mac(segment, GATEWAY), gateway], own),
    );
  }

  #check({
    seq,
    at,
    segment,
    from,
    address,
    by,
    used,
  }: Extract<Sniffed, { kind: 'check' }>): Held | undefined {
    const answerers = used ? this.#stations.answerers(segment, address, from) : [];
    const remark = besideProbe(seq, address, answerers);
    if (by === 'ping') {
      this.#lookups.begin({ at, segment, asker: from, address, id: seq }, remark);
      return undefined;
    }
    const asker = [this.#stations.mac(segment, from), this.#lookups.addressOf(from)] as const;
    const held = this.#put(arpRequest({ at, segment }, asker, address, { program: 'udhcpd' }), remark);
    for (const { holder } of answerers)
      this.#put(
        arpReply({ at: at + ANSWERS_AFTER, segment }, [this.#stations.mac(segment, holder), address], asker),
      );
    return held;
  }
}
