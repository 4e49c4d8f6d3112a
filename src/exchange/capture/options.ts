/** How each DHCP option takes its value from a message, and how options are written. [RFC 2132] */

import { type DhcpMessage, MESSAGE_TYPES } from './message.ts';
import { hex, join, type Octets, text, u16, u32 } from './octets.ts';

/** The value of an option, or nothing if this message has none. */
export type Source = (message: DhcpMessage) => Octets | undefined;

/** An option is at most 255 bytes; what is longer goes on in a second one of the same code. [RFC 3396 5] */
const LONGEST = 255;

const whenGiven =
  <T>(field: (message: DhcpMessage) => T | undefined, write: (value: T) => Octets): Source =>
  (message) => {
    const value = field(message);
    return value === undefined ? undefined : write(value);
  };

/** Values that any program takes from the message. Programs add and replace by tables of their own. */
export const COMMON: Readonly<Record<number, Source>> = {
  1: whenGiven((m) => m.mask, u32),
  3: whenGiven((m) => m.router, u32),
  6: whenGiven(
    (m) => m.dns,
    (servers) => servers.flatMap(u32),
  ),
  12: whenGiven((m) => m.hostname, text),
  15: whenGiven((m) => m.domain, text),
  50: whenGiven((m) => m.requested, u32),
  51: whenGiven((m) => m.leaseTime, u32),
  53: (m) => [MESSAGE_TYPES.indexOf(m.type) + 1],
  54: whenGiven((m) => m.serverId, u32),
  55: whenGiven(
    (m) => m.wanted,
    (codes) => codes,
  ),
  56: whenGiven((m) => m.text, text),
  58: whenGiven((m) => m.t1, u32),
  59: whenGiven((m) => m.t2, u32),
  61: whenGiven((m) => m.clientId, hex),
  82: whenGiven((m) => m.relayInfo, hex),
};

/** Names as a search list carries them, each as labels. [RFC 3397 2, without its compression; RFC 1035 3.1] */
const names = (list: readonly string[]): Octets =>
  join(
    ...list.flatMap((name) => [
      ...name
        .split('.')
        .filter((label) => label !== '')
        .flatMap((label) => [[text(label).length], text(label)]),
      [0],
    ]),
  );
const addresses = (list: readonly number[]): Octets => list.flatMap(u32);

/** What a server is set to say, by the words of the scenario language. */
const SETTINGS: Readonly<Record<string, readonly [code: number, write: (value: never) => Octets]>> = {
  dns: [6, addresses],
  domain: [15, text],
  mtu: [26, u16],
  ntp: [42, addresses],
  wins: [44, addresses],
  tftp: [66, text],
  bootfile: [67, text],
  search: [119, names],
};

/** Settings as options; what is not known is not said. */
export const optionsFrom = (settings: Readonly<Record<string, unknown>>): Record<number, Octets> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      const [code, write] = SETTINGS[name] ?? [];
      return code === undefined || write === undefined ? [] : [[code, write(value as never)]];
    }),
  );

/** One option as code, length, value. An empty value is no option: none of ours may be empty. */
export function option(code: number, value: Octets): Octets[] {
  if (value.length <= LONGEST) return value.length === 0 ? [] : [[code, value.length], value];
  const bytes = join(value);
  return [[code, LONGEST], bytes.subarray(0, LONGEST), ...option(code, bytes.subarray(LONGEST))];
}
