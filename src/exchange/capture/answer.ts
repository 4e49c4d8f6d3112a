/**
 * What servers put into the fixed part of their answers: some of it is copied from the request, some not.
 * [facts/dhcp.md 1.1; all answers in golden/dhcp]
 */
import type { DhcpMessage, MessageType, Program } from './message.ts';

/** The fields of an answer that follow from the request. */
export type AnswerHead = Pick<
  DhcpMessage,
  'xid' | 'secs' | 'broadcast' | 'hops' | 'ciaddr' | 'siaddr' | 'giaddr' | 'chaddr' | 'htype'
>;

interface Answers {
  /** The standard says 0. [RFC 2131 4.3.1 table 3] */
  readonly copiesSecs: boolean;
  /** Names itself as the next server to boot from. */
  readonly isNextServer: boolean;
  /** A refusal asks relays to broadcast it. [RFC 2131 4.3.2] */
  readonly broadcastsNak: boolean;
}

const DNSMASQ: Answers = { copiesSecs: true, isNextServer: true, broadcastsNak: true };
const ISC: Answers = { copiesSecs: true, isNextServer: false, broadcastsNak: true };
const KEA: Answers = { copiesSecs: false, isNextServer: false, broadcastsNak: false };
/** For all others: what the standard says (assumed). */
const STANDARD: Answers = { copiesSecs: false, isNextServer: false, broadcastsNak: true };

const SERVERS: Partial<Readonly<Record<Program, Answers>>> = { dnsmasq: DNSMASQ, isc: ISC, kea: KEA };

/** The fixed part, but for the address given, of an answer that `server` at address `self` sends. */
export function answerHead(
  server: Program,
  type: MessageType,
  request: DhcpMessage,
  self: number,
): AnswerHead {
  const { copiesSecs, isNextServer, broadcastsNak } = SERVERS[server] ?? STANDARD;
  const { xid, secs, broadcast, hops, ciaddr, giaddr, chaddr, htype } = request;
  const refused = type === 'NAK';
  return {
    xid,
    secs: copiesSecs ? secs : 0,
    broadcast: broadcast || (refused && broadcastsNak),
    hops,
    ciaddr: refused ? 0 : ciaddr,
    siaddr: isNextServer && !refused ? self : 0,
    giaddr,
    chaddr,
    ...(htype === undefined ? {} : { htype }),
  };
}
