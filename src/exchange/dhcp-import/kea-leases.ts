/** Pools and reservations of a Kea subnet. */
import { quote } from '../../scenario/show.ts';
import type { Range, Reservation, Settings } from './found.ts';
import type { KeaObject } from './kea-object.ts';
import { keaOptions } from './kea-settings.ts';
import type { Sheet } from './sheet.ts';
import type { Word } from './text.ts';
import { addressOf, bytesOf, cidrOf, macOf } from './values.ts';

const CLASSES = {
  'client-class': 'which clients are served from here depends on their class',
  'client-classes': 'which clients are served from here depends on their class',
  'require-client-classes': 'what clients are told depends on their class',
  'evaluate-additional-classes': 'what clients are told depends on their class',
};

/** The pools of a subnet, and what they say when there is only one. */
export function poolsOf(subnet: KeaObject, sheet: Sheet): { pools: readonly Range[]; settings: Settings } {
  const pools: Range[] = [];
  let settings: Settings = {};
  const objects = subnet.objects('pools');
  for (const one of objects) {
    const word = one.word('pool');
    const range = word && rangeOf(word);
    const help = 'write "10.77.1.100 - 10.77.1.150" or "10.77.1.64/26"';
    if (range !== undefined) pools.push(range);
    else sheet.badValue(word ?? { ...one.span, text: '' }, 'a pool', help);
    const own = keaOptions(one, sheet);
    if (objects.length === 1) settings = own;
    else if (Object.keys(own).length > 0)
      sheet.leftOut(
        one.span,
        'what this pool alone tells clients',
        'a scenario has one set of options for each network',
      );
    one.unsupported(CLASSES);
    one.text('pool-id');
    one.close();
  }
  return { pools, settings };
}

function rangeOf(word: Word): Range | undefined {
  const { text, from, to } = word;
  const cidr = cidrOf(text.replace(/\s+/g, ''));
  if (cidr !== undefined)
    return { first: cidr.network, last: cidr.network + 2 ** (32 - cidr.prefix) - 1, from, to };
  const [first, last, ...rest] = text.split('-').map((end) => addressOf(end.trim()));
  if (first === undefined || last === undefined || rest.length > 0 || last < first) return undefined;
  return { first, last, from, to };
}

/** A reservation, when it is one of an address and for a client that a scenario can name. */
export function reservationOf(one: KeaObject, sheet: Sheet): readonly Reservation[] {
  const address = one.word('ip-address');
  const hardware = one.word('hw-address');
  const client = one.word('client-id');
  const name = one.text('hostname');
  const others = ['duid', 'circuit-id', 'flex-id'].flatMap((key) => one.word(key) ?? []);
  one.unsupported({
    'client-classes': 'what a client gets depends on its class',
    'option-data': 'a scenario has one set of options for each network',
  });
  one.close();
  if (address === undefined || address.text === '') return [];
  const value = addressOf(address.text);
  const mac = hardware && macOf(hardware.text);
  const clientId = client && clientIdOf(client.text);
  const at = { from: address.from, to: address.to };
  if (value === undefined) sheet.badValue(address, 'an IPv4 address', 'write four numbers from 0 to 255');
  else if (hardware !== undefined && mac === undefined)
    sheet.badValue(hardware, 'a hardware address', 'write "00:50:56:00:02:01"');
  else if (mac !== undefined) return [{ name, mac, address: value, ...at }];
  else if (clientId !== undefined) return [{ name, clientId, address: value, ...at }];
  else {
    const by =
      others.length > 0
        ? 'its client is known by something that a scenario does not know'
        : 'it names no client';
    sheet.leftOut(
      at,
      `the reservation of ${quote(address.text)}`,
      by,
      'give its `hw-address` or `client-id`',
    );
  }
  return [];
}

/** Bytes with or without colons, or a text in single quotes. */
function clientIdOf(text: string): string | undefined {
  const quoted = /^'(.*)'$/s.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  const digits = text.replace(/^0x/i, '').replaceAll(':', '');
  if (digits.length % 2 === 0 && /^[0-9a-f]+$/i.test(digits) && !text.includes(':'))
    return bytesOf(digits.match(/../g)!.join(':'));
  return bytesOf(text);
}
