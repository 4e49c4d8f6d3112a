/** Recordings of real software, each frame described by its decoded fields. Bytes are taken only for what is free input. */
import fs from 'node:fs';
import type {
  ArpFrame,
  DhcpFrame,
  DhcpMessage,
  EchoFrame,
  Frame,
  MessageType,
  Program,
  UnreachableFrame,
} from '../../../src/exchange/capture/frame.ts';
import { type ReadPacket, readCapture, toHex } from './reader.ts';

export const GOLDEN = new URL('../../golden/dhcp/', import.meta.url);

/** One frame as recorded, and as we would describe it; `scripted` are the messages of the test client p1. */
export interface Recorded {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly frame: Frame;
  readonly scripted: boolean;
  /** What a server may be answering here: the latest last. */
  readonly requests: readonly DhcpMessage[];
}

interface Node {
  readonly name: string;
  readonly role: string;
  readonly software: string;
  readonly mac?: string;
}

interface Message {
  readonly n: number;
  readonly from: string;
  readonly kind: 'dhcp' | 'arp' | 'icmp';
  readonly type: string;
  readonly [field: string]: unknown;
  readonly opts?: readonly (readonly [number, string])[];
}

interface Recording {
  readonly nodes: readonly Node[];
  readonly messages: readonly Message[];
}

type Protocol = ArpFrame | EchoFrame | UnreachableFrame | DhcpFrame;

const PROGRAMS: readonly (readonly [string, Program])[] = [
  ['dhclient', 'dhclient'],
  ['udhcpc', 'udhcpc'],
  ['dhcpcd', 'dhcpcd'],
  ['systemd-networkd', 'networkd'],
  ['dnsmasq', 'dnsmasq'],
  ['kea', 'kea'],
  ['isc-dhcpd', 'isc'],
];
const programOf = (software = ''): Program =>
  PROGRAMS.find(([start]) => software.startsWith(start))?.[1] ?? 'generic-client';

const ip = (text: unknown): number =>
  typeof text === 'string' ? text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) : 0;
const ipOf = (hex: string): number => Number.parseInt(hex, 16);
const mac = (bytes: Uint8Array): string => [...bytes].map((byte) => toHex(Uint8Array.of(byte))).join(':');
const ascii = (hex: string): string => Buffer.from(hex, 'hex').toString();
const u16 = (bytes: Uint8Array, at: number): number => bytes[at]! * 256 + bytes[at + 1]!;
/** Without the fields that have no value. */
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

export function* recordings(): Generator<Recorded> {
  const cases = fs.readdirSync(GOLDEN).filter((name) => name.endsWith('.json') && name !== 'index.json');
  for (const file of cases.sort()) yield* readCase(file.slice(0, -'.json'.length));
}

function* readCase(name: string): Generator<Recorded> {
  const recording = JSON.parse(fs.readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as Recording;
  const { packets } = readCapture(fs.readFileSync(new URL(`${name}.pcapng`, GOLDEN)));
  const exchanges = new Map<string, DhcpMessage[]>();
  const datagrams: DhcpFrame[] = [];
  for (const message of recording.messages) {
    const packet = packets[message.n - 1]!;
    const { bytes } = packet;
    const key = `${message['chaddr']} ${message['xid']}`;
    const requests = exchanges.get(key) ?? [];
    const protocol = protocolOf(message, packet, recording, requests, datagrams);
    const head = {
      at: packet.at - packets[0]!.at,
      segment: packet.segment,
      srcMac: mac(bytes.subarray(6, 12)),
      dstMac: mac(bytes.subarray(0, 6)),
    };
    const scripted = message.kind === 'dhcp' && message.from.startsWith('p1');
    yield { name: `${name} ${message.n}`, bytes, scripted, requests, frame: { ...head, ...protocol } };
    if (protocol.kind !== 'dhcp') continue;
    datagrams.push(protocol);
    if (!isAnswer(message)) exchanges.set(key, [...requests, { ...protocol.message, ...wantedBy(message) }]);
  }
}

function protocolOf(
  message: Message,
  { bytes }: ReadPacket,
  recording: Recording,
  requests: readonly DhcpMessage[],
  datagrams: readonly DhcpFrame[],
): Protocol {
  if (message.kind === 'arp') return arp(message, bytes, recording);
  if (message.kind === 'icmp') return icmp(message, bytes, datagrams);
  return dhcp(message, bytes, recording, requests.at(-1));
}

const isAnswer = ({ type }: Message): boolean => ['OFFER', 'ACK', 'NAK'].includes(type);
const optionOf = (message: Message, code: number) => message.opts?.find(([found]) => found === code)?.[1];
const wantedBy = (message: Message) => {
  const list = optionOf(message, 55);
  return list === undefined ? {} : { wanted: [...Buffer.from(list, 'hex')] };
};

function arp(message: Message, bytes: Uint8Array, { nodes }: Recording): ArpFrame {
  const program = programOf(nodes.find(({ name }) => name === message.from)?.software);
  return {
    kind: 'arp',
    op: bytes[21] === 2 ? 'reply' : 'request',
    senderMac: mac(bytes.subarray(22, 28)),
    senderIp: ip(message['sender_ip']),
    targetMac: mac(bytes.subarray(32, 38)),
    targetIp: ip(message['target_ip']),
    ...(program === 'udhcpc' && message.type === 'arp-probe' ? { program } : {}),
  };
}

function icmp(
  { type }: Message,
  bytes: Uint8Array,
  datagrams: readonly DhcpFrame[],
): EchoFrame | UnreachableFrame {
  const addresses = {
    srcIp: ipOf(toHex(bytes.subarray(26, 30))),
    dstIp: ipOf(toHex(bytes.subarray(30, 34))),
  };
  const sender = { ...addresses, ident: u16(bytes, 18) };
  if (type !== 'icmp-unreachable') {
    const kind = type === 'icmp-echo-reply' ? 'echo-reply' : 'echo-request';
    return { kind, ...sender, id: u16(bytes, 38), sequence: u16(bytes, 40) };
  }
  const original = datagrams.findLast(
    ({ srcIp, dstIp }) => srcIp === sender.dstIp && dstIp === sender.srcIp,
  )!;
  return { kind: 'unreachable', ...sender, original };
}

function dhcp(
  message: Message,
  bytes: Uint8Array,
  { nodes, messages }: Recording,
  request: DhcpMessage | undefined,
): DhcpFrame {
  const passed = message.from.startsWith('r1');
  const relayed = passed && message['giaddr'] !== undefined;
  const author = isAnswer(message)
    ? programOf(
        nodes.find(({ name, role }) => (passed ? role === 'server' : name === message.from))?.software,
      )
    : programOf(nodes.find((node) => node.mac === message['chaddr'])?.software);
  const [fromPort, toPort] =
    (message['ports'] as [number, number] | undefined) ?? (isAnswer(message) ? [67, 68] : [68, 67]);
  const ident = u16(bytes, 18);
  return {
    kind: 'dhcp',
    srcIp: ip(message['src']),
    dstIp: ip(message['dst']),
    ...(ident === 0 ? {} : { ident }),
    ...(passed && !relayed ? { routers: 1 } : {}),
    fromPort,
    toPort,
    program: relayed ? 'relay' : author,
    ...(relayed ? { author } : {}),
    message: {
      ...fields(message),
      ...(isAnswer(message) ? asked(message, messages, request) : {}),
    },
  };
}

/** As decoded by the recorder, and option 12 of whoever names itself. */
function fields(message: Message): DhcpMessage {
  const address = (field: string) => (message[field] === undefined ? undefined : ip(message[field]));
  const number = (field: string) => message[field] as number | undefined;
  const hostname = optionOf(message, 12);
  return {
    type: message.type as MessageType,
    xid: Number.parseInt(message['xid'] as string, 16),
    secs: number('secs') ?? 0,
    broadcast: message['broadcast'] === true,
    hops: number('hops') ?? 0,
    ciaddr: ip(message['ciaddr']),
    yiaddr: ip(message['yiaddr']),
    siaddr: ip(message['siaddr']),
    giaddr: ip(message['giaddr']),
    chaddr: message['chaddr'] as string,
    ...given({
      htype: number('htype'),
      requested: address('requested'),
      serverId: address('server_id'),
      leaseTime: number('lease_time'),
      t1: number('t1'),
      t2: number('t2'),
      clientId: message['client_id'] as string | undefined,
      text: message['message'] as string | undefined,
      hostname: hostname === undefined ? undefined : ascii(hostname),
      relayInfo: optionOf(message, 82),
    }),
  };
}

/** What the server has to say, whether it says it here or not, and what the client wanted: the table decides. */
function asked(message: Message, messages: readonly Message[], request: DhcpMessage | undefined) {
  const others = messages.filter((other) => isAnswer(other) && other['server_id'] === message['server_id']);
  const scope = (code: number) =>
    optionOf(message, code) ??
    others.map((other) => optionOf(other, code)).find((value) => value !== undefined);
  const [mask, router, dns, domain] = [1, 3, 6, 15].map(scope);
  const address = (value: string | undefined) => (value === undefined ? undefined : ipOf(value));
  return given({
    mask: address(mask),
    router: address(router),
    dns: dns === undefined ? undefined : dns.match(/.{8}/g)!.map(ipOf),
    domain: domain === undefined ? undefined : ascii(domain),
    wanted: request?.wanted,
    clientId: request?.clientId,
  });
}

/** Who sends what. */
export function kindOf(frame: Frame): string {
  if (frame.kind !== 'dhcp') return frame.kind;
  const { program, author, message } = frame;
  return `${[program, author].filter((name) => name !== undefined).join(' of ')} ${message.type}`;
}
