/** `dhcp-host`: what is served to one client; its parts come in any order. */
import { quote } from '../../scenario/show.ts';
import type { Line } from './dnsmasq-lines.ts';
import { dnsmasqSeconds } from './dnsmasq-range.ts';
import type { Range, Reservation } from './found.ts';
import type { Sheet } from './sheet.ts';
import type { Word } from './text.ts';
import { addressOf, bytesOf, macOf } from './values.ts';

export interface DnsmasqHost {
  readonly reservation?: Reservation;
  /** An address that is kept for a client that a scenario cannot name. */
  readonly kept?: Range;
}

interface Parts {
  macs: string[];
  clientId?: string;
  address?: Word;
  name: string;
  ignored: boolean;
}

export function hostOf(line: Line, sheet: Sheet): DnsmasqHost {
  const parts: Parts = { macs: [], name: '', ignored: false };
  for (const word of line.parts) take(word, parts, sheet);
  const { macs, clientId, address, name, ignored } = parts;
  if (ignored) {
    sheet.leftOut(line, 'this host', 'it is to be ignored, and a scenario serves every client alike');
    return {};
  }
  const value = addressOf(address?.text ?? '');
  if (address === undefined || value === undefined) return {};
  const at = { from: address.from, to: address.to };
  if (macs.length > 1)
    sheet.leftOut(
      line,
      'the second hardware address',
      'a scenario knows a client by one',
      'add a reservation with another address',
    );
  const [mac] = macs;
  if (mac !== undefined) return { reservation: { name, mac, address: value, ...at } };
  if (clientId !== undefined) return { reservation: { name, clientId, address: value, ...at } };
  const reason = 'its client is known by its name only; the address is excluded from the scope';
  sheet.leftOut(
    address,
    `the reservation of ${quote(address.text)}`,
    reason,
    'write the hardware address of the client',
  );
  return { kept: { first: value, last: value, ...at } };
}

function take(word: Word, parts: Parts, sheet: Sheet): void {
  const { text } = word;
  if (text === '' || /^(set|net):/.test(text) || text === 'id:*') return;
  const mac = macOf(text.replace(/^0?1-(?=..[:-])/, ''));
  if (mac !== undefined) parts.macs.push(mac);
  else if (text.startsWith('id:')) parts.clientId = clientIdOf(text.slice(3));
  else if (text === 'ignore') parts.ignored = true;
  else if (text.startsWith('tag:'))
    sheet.leftOut(word, 'the condition of this host', 'a scenario has no tags');
  else if (text.startsWith('[')) sheet.leftOut(word, 'this address', 'only IPv4 is simulated');
  else if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) takeAddress(word, parts, sheet);
  else if (/^([0-9a-f]{1,2}-)?([0-9a-f]{1,2}|\*)([:-]([0-9a-f]{1,2}|\*))+$/i.test(text))
    sheet.leftOut(word, 'this hardware address', 'it stands for several, or is not one of Ethernet');
  else if (dnsmasqSeconds(text) !== undefined)
    sheet.leftOut(word, 'the lease of this host', 'a scenario has one for each network');
  else if (/^[A-Za-z0-9_*]([A-Za-z0-9_.-]*)$/.test(text)) parts.name = text;
  else sheet.badValue(word, 'part of a host', 'write `dhcp-host=00:50:56:00:02:01,printer,10.77.1.9`');
}

function takeAddress(word: Word, parts: Parts, sheet: Sheet): void {
  if (addressOf(word.text) === undefined)
    sheet.badValue(word, 'an IPv4 address', 'write four numbers from 0 to 255');
  else parts.address = word;
}

/** Bytes with colons, or a text. */
function clientIdOf(text: string): string {
  return text.includes(':') ? (bytesOf(text) ?? text) : text;
}
