/**
 * A session of a pull as frames on the node's segment: TCP, a CONNECT where a proxy is asked, the handshake of TLS 1.2, and what ended it.
 * Whatever ends draw by chance is made of the session's event and names. Bodies are not written. [RFC 9110 9.3.6, RFC 5246 7.3]
 */
import { sha256 } from '../../base/digest.ts';
import type { Micros } from '../../base/units.ts';
import type { Certificate } from '../../models/trust/certificate.ts';
import { bytesOf } from '../../models/trust/verify/address.ts';
import type { Frame } from '../capture/frame.ts';
import { join, type Octets, text } from '../capture/octets.ts';
import * as tls from '../capture/tls.ts';
import { keyOf, signWith } from '../x509/keys.ts';
import { derOf } from '../x509/write.ts';
import { Conversation } from './conversation.ts';
import type { Stations } from './stations.ts';

/** What is known of a session so far. */
export interface Session {
  /** The event that opened it. */
  readonly seq: number;
  readonly node: string;
  readonly segment: string;
  readonly address: number;
  readonly host: string;
  /** The proxy that it asks, or '': then it goes to the host's own address, whoever answers there. */
  readonly proxy: string;
  /** The user that it says it is to a proxy, or ''. */
  readonly user: string;
  readonly openedAt: Micros;
  /** When the proxy took it up. */
  readonly passedAt?: Micros;
  /** The chain that the client is shown, the leaf first; empty when it comes to none. */
  readonly chain: readonly Certificate[];
  /** When the chain was judged; a client that verifies nothing is shown one all the same. */
  readonly shownAt?: Micros;
}

/** How a session ended. */
export type End =
  | { readonly kind: 'connected'; readonly at: Micros }
  | { readonly kind: 'refused' | 'no-proxy'; readonly at: Micros; readonly remark: string }
  /** Neither through the proxy that it asks, which answers so, nor past the box in its way, which only hangs up. */
  | { readonly kind: 'not-passed'; readonly at: Micros; readonly remark: string; readonly status: string };

/** Assumed: Squid's own port. */
const PROXY_PORT = 3128;
const HTTPS_PORT = 443;
/** Assumed: a password, which no scenario names. */
const PASSWORD = 'secret';
/** What a proxy calls that which it guards (assumed). */
const REALM = 'proxy';
/** The ports that Linux gives to clients, one after the other (assumed). */
const [FIRST_PORT, PORTS] = [32_768, 28_232];
/** Assumed: sites and proxies live in 198.18.0.0/15, which nobody has on the internet, at a hash of their name. [RFC 2544 C.2.2] */
const OUTSIDE = 0xc612_0000;
const OUTSIDE_SIZE = 1 << 17;
/** Sealed by AES-GCM: the nonce and the tag around a Finished, and around a request of a usual length (assumed). [RFC 5288 3] */
const [FINISHED_BYTES, REQUEST_BYTES] = [8 + 16 + 16, 8 + 160 + 16];

/** Writes a session that is over, or as far as it goes. */
export function writeSession(
  session: Session,
  end: End,
  stations: Stations,
  emit: (frame: Frame, remark?: string) => void,
): void {
  const { proxy, openedAt, shownAt = end.at } = session;
  const { passedAt: answeredAt = between(openedAt, shownAt) } = session;
  const talk = new Conversation(session.segment, openedAt, endsOf(session, stations), emit);
  if (end.kind === 'no-proxy') {
    talk.refuse(answeredAt, end.remark);
    return;
  }
  const trip = answeredAt - openedAt;
  talk.open(answeredAt);
  const { hello, flight, answer, finished, request } = handshake(session);
  if (proxy !== '') talk.say('client', [connect(session)]);
  if (end.kind === 'not-passed') {
    const { remark } = end;
    if (proxy === '') talk.say('client', [hello]);
    else talk.say('server', [noTo(end.status)], { remark });
    talk.close('server', trip, proxy === '' ? remark : undefined);
    return;
  }
  if (proxy !== '')
    talk.say('server', [text('HTTP/1.1 200 Connection established\r\n\r\n')], {
      at: between(answeredAt, shownAt),
    });
  talk.say('client', [hello]);
  talk.say('server', flight, { at: shownAt });
  if (end.kind === 'refused') {
    talk.say('client', [tls.fatalAlert(tls.ALERT.badCertificate)], { remark: end.remark });
    talk.close('client', trip);
    return;
  }
  talk.say('client', answer);
  talk.say('server', finished, { at: Math.max(end.at, talk.at + trip) });
  talk.say('client', [request]);
}

const between = (from: Micros, to: Micros): Micros => from + Math.floor(Math.max(0, to - from) / 2);

/** The name and the port of a registry, which is that of HTTPS unless it says another. */
function partsOf(host: string): { readonly name: string; readonly port: number } {
  const [, name = host, port = HTTPS_PORT] = /^(.*):(\d+)$/.exec(host) ?? [];
  return { name, port: Number(port) };
}

/** As Go asks a proxy: with the user of its address, where that has one, from the first time on. (go:net/http/transport.go; RFC 7617) */
function connect({ host, user }: Session): Octets {
  const { name, port } = partsOf(host);
  const to = `${name}:${port}`;
  const known = Buffer.from(`${user}:${PASSWORD}`).toString('base64');
  const lines = [`Host: ${to}`, 'User-Agent: Go-http-client/1.1'];
  if (user !== '') lines.push(`Proxy-Authorization: Basic ${known}`);
  return text(`CONNECT ${to} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** A proxy's answer to a CONNECT that it does not pass on; a 407 says how to ask. [RFC 9110 15.5.8] */
function noTo(status: string): Octets {
  const challenge = status.startsWith('407') ? `Proxy-Authenticate: Basic realm="${REALM}"\r\n` : '';
  return text(`HTTP/1.1 ${status}\r\n${challenge}Content-Length: 0\r\n\r\n`);
}

/** A number of 32 bits that is made of a text. */
const number = (of: string): number => {
  const bytes = sha256(of);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
};

/** Bytes that look like chance, and are made of a text. */
const opaque = (length: number, of: string): Octets =>
  join(...Array.from({ length: Math.ceil(length / 32) }, (_, i) => sha256(`${i} ${of}`))).subarray(0, length);

/** Where a host is: at its own address if that is its name. */
function addressOf(name: string): number {
  const bytes = bytesOf(name);
  return bytes?.length === 4
    ? bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    : OUTSIDE + 1 + (number(name) % (OUTSIDE_SIZE - 2));
}

function endsOf({ seq, node, segment, address, host, proxy }: Session, stations: Stations) {
  const { name, port } = partsOf(host);
  const ip = addressOf(proxy === '' ? name : `proxy/${proxy}`);
  const routers = stations.ownerOf(segment, ip) === undefined ? 1 : 0;
  return {
    client: {
      mac: stations.mac(segment, `vm/${node}`),
      ip: address,
      port: FIRST_PORT + (seq % PORTS),
      first: number(`client ${seq} ${node}`),
      routers: 0,
    },
    server: {
      mac: stations.towards(segment, ip),
      ip,
      port: proxy === '' ? port : PROXY_PORT,
      first: number(`server ${seq} ${host}`),
      routers,
    },
  };
}

/** What both ends say. The halves of the key exchange are one for each end in a run, as of servers that keep theirs. [RFC 8422 5.4, 5.7] */
function handshake({ seq, node, host, chain }: Session) {
  const name = `${seq} ${node} ${host}`;
  const [clientRandom, serverRandom] = [opaque(32, `client ${name}`), opaque(32, `server ${name}`)];
  const { point } = keyOf(`exchange of ${host}`);
  const sign = (content: Uint8Array) => signWith(chain[0]?.key ?? '', content);
  const dialled = partsOf(host).name;
  const change = (side: string) => [
    tls.changeCipherSpec(),
    tls.sealed('handshake', opaque(FINISHED_BYTES, `${side} finished ${name}`)),
  ];
  return {
    hello: tls.clientHello(clientRandom, bytesOf(dialled) === undefined ? dialled : ''),
    flight: [
      tls.serverHello(serverRandom),
      tls.certificates(chain.map(derOf)),
      tls.serverKeyExchange(clientRandom, serverRandom, point, sign),
      tls.serverHelloDone(),
    ],
    answer: [tls.clientKeyExchange(keyOf(`exchange of ${node}`).point), ...change('client')],
    finished: change('server'),
    request: tls.sealed('data', opaque(REQUEST_BYTES, `request ${name}`)),
  };
}
