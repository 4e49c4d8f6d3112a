/** Hosts of dhcpd.conf. They hold everywhere, wherever they are declared. */
import { quote } from '../../scenario/show.ts';
import type { Reservation } from './found.ts';
import type { Statement } from './isc-text.ts';
import type { Sheet } from './sheet.ts';
import type { Word } from './text.ts';
import { addressOf, bytesOf, macOf } from './values.ts';

/** What is said of a host and changes nothing about its address. */
const MOOT =
  /^(ddns-.*|filename|next-server|server-name|option (host-name|tftp-server-name|bootfile-name)|use-host-decl-names)$/;

/** A reservation for each fixed address; none when the host has none. */
export function hostOf(
  statement: Statement,
  block: readonly Statement[],
  sheet: Sheet,
): readonly Reservation[] {
  const name = statement.words[1]?.text ?? '';
  const client: { mac?: string; clientId?: string } = {};
  let addresses: readonly Word[] = [];
  for (const one of block) {
    const [head = '', second = ''] = one.words.map(({ text }) => text.toLowerCase());
    if (head === 'hardware') Object.assign(client, hardwareOf(one, sheet));
    else if (head === 'fixed-address') addresses = one.words.slice(1);
    else if (head === 'option' && /^(dhcp\.)?dhcp-client-identifier$/.test(second))
      client.clientId = clientIdOf(one);
    else if (!MOOT.test(head === 'option' ? `option ${second}` : head))
      sheet.leftOut(
        one,
        `what is said of the host ${quote(name)} alone`,
        'a scenario has one set of terms for each network',
      );
  }
  return addresses.flatMap((word): readonly Reservation[] => {
    const address = addressOf(word.text);
    const at = { from: word.from, to: word.to };
    if (address === undefined) return named(word, sheet);
    if (client.mac !== undefined) return [{ name, mac: client.mac, address, ...at }];
    if (client.clientId !== undefined) return [{ name, clientId: client.clientId, address, ...at }];
    const reason = 'it names no client: neither a hardware address nor an identifier';
    sheet.leftOut(
      word,
      `the reservation of ${quote(word.text)}`,
      reason,
      'write `hardware ethernet ...;` beside it',
    );
    return [];
  });
}

function hardwareOf({ words, from, to }: Statement, sheet: Sheet): { mac?: string } {
  const [, kind, address] = words;
  const mac = address && macOf(address.text);
  if (kind?.text.toLowerCase() !== 'ethernet')
    sheet.leftOut({ from, to }, 'this hardware address', 'a scenario has Ethernet only');
  else if (mac === undefined || words.length > 3)
    sheet.badValue(
      words[3] ?? address ?? { from, to, text: '' },
      'a hardware address',
      'write `hardware ethernet 00:50:56:00:02:01;`',
    );
  else return { mac };
  return {};
}

/** Bytes, or a text. */
function clientIdOf({ words }: Statement): string {
  const text = words
    .slice(2)
    .map((word) => word.text)
    .join(' ')
    .replace(/^= /, '');
  return (text.includes(':') ? bytesOf(text) : undefined) ?? text;
}

function named(word: Word, sheet: Sheet): readonly Reservation[] {
  if (/^[\d.]*$/.test(word.text)) sheet.badValue(word, 'an IPv4 address', 'write four numbers from 0 to 255');
  else {
    const what = `the reservation for ${quote(word.text)}`;
    sheet.leftOut(word, what, 'names are not looked up', 'write its address instead of its name');
  }
  return [];
}
