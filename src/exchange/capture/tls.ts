/**
 * TLS 1.2 as the bytes of a connection: handshake messages, each in a record of its own as Go sends them, alerts, and records that are
 * sealed. [RFC 5246 6.2, 7.4; RFC 8422 5; RFC 6066 3]
 */
import { join, type Octets, text, u16 } from './octets.ts';

const VERSION = [3, 3];
/** In the record of a ClientHello, for servers that know no other. [RFC 5246 appendix E.1] */
const OLDEST_VERSION = [3, 1];
const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;
const MESSAGE = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  clientKeyExchange: 16,
} as const;
const EXTENSION = {
  serverName: 0,
  statusRequest: 5,
  groups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  renegotiation: 0xff01,
} as const;
const LONGEST_RECORD = 1 << 14;

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: what a server with a key on a curve takes of the list below. */
const SUITE = 0xc02b;
/** Assumed: the suites of Go 1.5 in its order, without RC4, which it does not offer by itself. (go:crypto/tls/cipher_suites.go) */
const SUITES = [
  0xc02f,
  SUITE,
  0xc030,
  0xc02c,
  0xc013,
  0xc009,
  0xc014,
  0xc00a,
  0x002f,
  0x0035,
  0xc012,
  0x000a,
];
const P256 = 23;
/** P-256, P-384, P-521. */
const GROUPS = [P256, 24, 25];
const ECDSA_SHA256 = 0x0403;
/** RSA and ECDSA with SHA-256, SHA-384 and SHA-1. */
const SIGNATURES = [0x0401, ECDSA_SHA256, 0x0501, 0x0503, 0x0201, 0x0203];
const UNCOMPRESSED = [0];
const NAMED_CURVE = 3;
const FATAL = 2;

export const ALERT = { badCertificate: 42 } as const;

/** Bytes behind their length. */
const counted8 = (bytes: Octets): Octets => join([bytes.length], bytes);
const counted16 = (bytes: Octets): Octets => join(u16(bytes.length), bytes);
const counted24 = (bytes: Octets): Octets => join([bytes.length >>> 16], u16(bytes.length), bytes);

function record(type: number, content: Octets, version: Octets = VERSION): Uint8Array {
  const bytes = join(content);
  if (bytes.length <= LONGEST_RECORD) return join([type], version, counted16(bytes));
  const [first, rest] = [bytes.subarray(0, LONGEST_RECORD), bytes.subarray(LONGEST_RECORD)];
  return join(record(type, first, version), record(type, rest, version));
}

const message = (type: number, body: Octets, version?: Octets): Uint8Array =>
  record(RECORD.handshake, join([type], counted24(body)), version);

const extension = (type: number, value: Octets): Octets => join(u16(type), counted16(value));
const numbers = (list: readonly number[]): Octets => counted16(list.flatMap(u16));

/** `name` is empty for a server that is dialled by its address: then none is sent. [RFC 6066 3] */
export function clientHello(random: Octets, name: string): Uint8Array {
  const extensions = join(
    ...(name === '' ? [] : [extension(EXTENSION.serverName, counted16(join([0], counted16(text(name)))))]),
    extension(EXTENSION.statusRequest, [1, ...u16(0), ...u16(0)]),
    extension(EXTENSION.groups, numbers(GROUPS)),
    extension(EXTENSION.pointFormats, counted8(UNCOMPRESSED)),
    extension(EXTENSION.signatureAlgorithms, numbers(SIGNATURES)),
    extension(EXTENSION.renegotiation, counted8([])),
  );
  const body = join(VERSION, random, counted8([]), numbers(SUITES), counted8([0]), counted16(extensions));
  return message(MESSAGE.clientHello, body, OLDEST_VERSION);
}

export function serverHello(random: Octets): Uint8Array {
  const extensions = join(
    extension(EXTENSION.renegotiation, counted8([])),
    extension(EXTENSION.pointFormats, counted8(UNCOMPRESSED)),
  );
  return message(
    MESSAGE.serverHello,
    join(VERSION, random, counted8([]), u16(SUITE), [0], counted16(extensions)),
  );
}

/** Certificates in DER, the leaf first. [RFC 5246 7.4.2] */
export const certificates = (ders: readonly Octets[]): Uint8Array =>
  message(MESSAGE.certificate, counted24(join(...ders.map(counted24))));

/** The server's half of the key exchange: what it signs, and the message around it. [RFC 8422 5.4] */
export function serverKeyExchange(
  clientRandom: Octets,
  serverRandom: Octets,
  point: Octets,
  sign: (content: Uint8Array) => Octets,
): Uint8Array {
  const parameters = join([NAMED_CURVE], u16(P256), counted8(point));
  const signature = sign(join(clientRandom, serverRandom, parameters));
  return message(MESSAGE.serverKeyExchange, join(parameters, u16(ECDSA_SHA256), counted16(signature)));
}

export const serverHelloDone = (): Uint8Array => message(MESSAGE.serverHelloDone, []);

export const clientKeyExchange = (point: Octets): Uint8Array =>
  message(MESSAGE.clientKeyExchange, counted8(point));

export const changeCipherSpec = (): Uint8Array => record(RECORD.changeCipherSpec, [1]);

/** What is sent from then on: nobody but the two ends can read it. */
export const sealed = (type: 'handshake' | 'data', content: Octets): Uint8Array =>
  record(RECORD[type], content);

export const fatalAlert = (description: number): Uint8Array => record(RECORD.alert, [FATAL, description]);
