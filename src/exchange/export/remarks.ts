/** What is said beside frames where something went wrong. Each remark names its event: `premortem why LOG e123` tells the rest. */
import { formatIpv4 } from '../../base/ipv4.ts';
import type { AnyEvent } from '../../kernel/model.ts';
import type { EventOf } from '../../models/index.ts';
import type { Happened } from '../sniff.ts';
import type { Reply, Request } from './dhcp-frame.ts';
import type { Stations } from './stations.ts';

export const say = (seq: number, text: string): string => `e${seq}: ${text}`;
const withCode = (words: string, code: string): string => (words === '' ? code : `${words} (${code})`);

// ---- beside the frame that an event is ---------------------------------------------------------------------

export function besideRequest(sniffed: Request, stations: Stations): string | undefined {
  const { seq, request, routed } = sniffed;
  switch (request.kind) {
    case 'DECLINE':
      return say(
        seq,
        `${request.client} gives ${formatIpv4(request.requested)} back: another machine answers for it`,
      );
    case 'DISCOVER':
    case 'REQUEST': {
      const reasons = routed ? undefined : unheard(sniffed, stations);
      return reasons && say(seq, `no DHCP server hears this: ${reasons}`);
    }
    default:
      return undefined;
  }
}

/** Why nobody takes a message up; undefined when somebody does. */
function unheard({ segment: name, from, request }: Request, stations: Stations): string | undefined {
  const segment = stations.segment(name);
  if (segment === undefined) return undefined;
  const reasons: string[] = [];
  for (const [station, addresses] of segment.stations) {
    if (station === from || (request.to !== 0 && !addresses.includes(request.to))) continue;
    const reason = deaf(station, name, stations);
    if (reason === undefined) return undefined;
    if (reason !== '') reasons.push(reason);
  }
  if (request.to !== 0) return reasons[0];
  return reasons.length === 0 ? `there is none on ${name}` : reasons.join(', ');
}

/** Why a station takes nothing up; empty when it is none that would, undefined when it does. */
function deaf(station: string, segment: string, stations: Stations): string | undefined {
  const relay = stations.relayAt(station);
  const server = station.startsWith('dhcp/') ? stations.server(station.slice('dhcp/'.length)) : undefined;
  if (server === undefined && relay?.near !== segment) return '';
  if (stations.segment(segment)?.down.has(station)) return `the port of ${station} is down`;
  if (server !== undefined) return server.enabled ? undefined : `${station} is off (e${server.switchedSeq})`;
  if (relay === undefined || relay.nearAddress === 0) return undefined;
  if (relay.servers.length === 0) return `${station} only routes`;
  return relay.enabled ? undefined : `${station} is off (e${relay.setSeq})`;
}

export function besideReply({ seq, reply }: Reply): string | undefined {
  if (reply.kind !== 'NAK') return undefined;
  return say(
    seq,
    `dhcp/${reply.server} refuses ${reply.client}: ${withCode(reply.words, 'dhcp.not-available')}`,
  );
}

/** Beside the alert of a client that takes a certificate for none, or the end of a connection that a proxy does not pass on. */
export function besideRefusal(
  seq: number,
  { asker, host, why, words }: EventOf<'trust' | 'proxy'> & { readonly type: 'Refused' },
): string {
  return say(seq, `${asker} has no session with ${host}: ${withCode(words, why)}`);
}

/** Beside a question for an address that somebody answers. */
export function besideProbe(
  seq: number,
  address: number,
  answerers: readonly { readonly holder: string; readonly seq: number }[],
): string | undefined {
  const [first] = answerers;
  return (
    first && say(seq, `${formatIpv4(address)} is in use: ${first.holder} answers for it (e${first.seq})`)
  );
}

// ---- beside an earlier frame -------------------------------------------------------------------------------

/** What an event says of the frames that led to it: of every message of the client, or of the last frame. */
export interface Remark {
  readonly of: 'requests' | 'last';
  readonly text: string;
}

const as = <T>(event: AnyEvent): T => event as unknown as T;

export function remarkOn({ seq, entity, event }: Happened): Remark | undefined {
  switch (`${entity.slice(0, entity.indexOf('/'))}.${event.type}`) {
    case 'dhcp.Silent': {
      const { client, words, why } = as<Extract<EventOf<'dhcp'>, { type: 'Silent' }>>(event);
      return {
        of: 'requests',
        text: say(seq, `${entity} gives ${client} no answer: ${withCode(words, why)}`),
      };
    }
    case 'segment.Duplicated': {
      const { words, why } = as<Extract<EventOf<'segment'>, { type: 'Duplicated' }>>(event);
      return { of: 'last', text: say(seq, withCode(words, why)) };
    }
    case 'relay.Lost':
      return { of: 'last', text: say(seq, `${entity} loses this message`) };
    default:
      return undefined;
  }
}

/** What the next message of a client follows from. */
export function remarkOnNext({ seq, entity, event }: Happened): string | undefined {
  if (event.type !== 'Expired' || !entity.startsWith('dhcp-client/')) return undefined;
  const { words, why } = as<Extract<EventOf<'dhcp-client'>, { type: 'Expired' }>>(event);
  return say(seq, withCode(words, why));
}
