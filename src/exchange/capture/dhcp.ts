/** The UDP payload of a DHCP message: the fixed part of BOOTP, options, padding. [RFC 2131 2] */
import { CLIENTS } from './clients.ts';
import type { DhcpFrame } from './described.ts';
import { type Habits, SITUATIONS, type Way } from './habits.ts';
import { type DhcpMessage, isAnswer, type Program } from './message.ts';
import { hex, join, type Octets, u16, u32, zeros } from './octets.ts';
import { COMMON, option } from './options.ts';
import { SERVERS } from './servers.ts';

const HABITS: Readonly<Record<Program, Habits>> = { ...CLIENTS, ...SERVERS };

const COOKIE = [0x63, 0x82, 0x53, 0x63];
const END = [255];
const RELAY_INFO = 82;
const SERVER_NAME_AND_FILE = 64 + 128;

/** How this datagram leaves its sender. */
export function wayOf(frame: DhcpFrame): Way {
  const { socketWhen, socket, raw } = HABITS[frame.program];
  return socketWhen.some((situation) => SITUATIONS[situation](frame)) ? socket : raw;
}

export function payload(frame: DhcpFrame): Uint8Array {
  const { message } = frame;
  const author = authorOf(frame);
  const parts = [...fixedPart(message), COOKIE, ...optionsOf(message, author, HABITS[author]), END];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return join(...parts, zeros(HABITS[frame.program].least - length));
}

function fixedPart(message: DhcpMessage): Octets[] {
  const hardware = hex(message.chaddr);
  return [
    [isAnswer(message.type) ? 2 : 1, message.htype ?? 1, hardware.length, message.hops],
    u32(message.xid),
    u16(Math.min(message.secs, 0xffff)),
    u16(message.broadcast ? 0x8000 : 0),
    ...[message.ciaddr, message.yiaddr, message.siaddr, message.giaddr].map(u32),
    hardware,
    zeros(16 - hardware.length + SERVER_NAME_AND_FILE),
  ];
}

function optionsOf(message: DhcpMessage, author: Program, habits: Habits): Octets[] {
  const { further = {}, wanted } = message;
  const codes = codesOf(message, author);
  const others = Object.keys(further)
    .map(Number)
    .filter((code) => !codes.includes(code) && wanted?.includes(code) !== false);
  return [...inOrder(codes, wanted, habits), ...others, RELAY_INFO].flatMap((code) => {
    const value = (habits.values?.[code] ?? COMMON[code])?.(message) ?? further[code];
    return value === undefined ? [] : option(code, value);
  });
}

/** The row of a program; a message it was never seen to send goes as the generic one does. */
function codesOf({ type }: DhcpMessage, author: Program): readonly number[] {
  return HABITS[author].options[type] ?? HABITS[genericFor({ type })].options[type] ?? [];
}

function inOrder(
  codes: readonly number[],
  wanted: readonly number[] | undefined,
  habits: Habits,
): readonly number[] {
  const { onlyIfWanted = [], wantedOrder } = habits;
  if (wanted === undefined) return codes;
  if (wantedOrder === undefined)
    return codes.filter((code) => !onlyIfWanted.includes(code) || wanted.includes(code));
  const own = codes.filter((code) => !onlyIfWanted.includes(code));
  return [...own, ...new Set(wanted.filter((code) => onlyIfWanted.includes(code) && codes.includes(code)))];
}

/** Who wrote the options. */
function authorOf({ program, author, message }: DhcpFrame): Program {
  return program === 'relay' ? (author ?? genericFor(message)) : program;
}

const genericFor = ({ type }: Pick<DhcpMessage, 'type'>): Program =>
  isAnswer(type) ? 'generic-server' : 'generic-client';
