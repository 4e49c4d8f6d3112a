/** DHCP options: what each product calls them, and what they set. */
import type { Given, Settings, Values } from './found.ts';
import type { Sheet } from './sheet.ts';
import type { Span, Word } from './text.ts';
import { addressesOf, secondsOf } from './values.ts';

type Kind = 'addresses' | 'text' | 'texts' | 'seconds' | 'number';

/** An option that a scenario has a word for. */
export interface Option {
  readonly code: number;
  /** ISC dhcpd and Kea, which agree but for one. */
  readonly names: readonly string[];
  readonly dnsmasq: string;
  readonly kind: Kind;
  readonly key: keyof Values;
}

const option = (code: number, names: string, dnsmasq: string, kind: Kind, key: keyof Values): Option => {
  return { code, names: names.split(' '), dnsmasq, kind, key };
};

/** The address by which the server is known to its clients. */
export const SERVER = option(54, 'dhcp-server-identifier', 'server-identifier', 'addresses', 'server');

const OPTIONS: readonly Option[] = [
  option(3, 'routers', 'router', 'addresses', 'routers'),
  option(6, 'domain-name-servers', 'dns-server', 'addresses', 'dns'),
  option(15, 'domain-name', 'domain-name', 'text', 'domain'),
  option(26, 'interface-mtu', 'mtu', 'number', 'mtu'),
  option(42, 'ntp-servers', 'ntp-server', 'addresses', 'ntp'),
  option(44, 'netbios-name-servers', 'netbios-ns', 'addresses', 'wins'),
  SERVER,
  option(58, 'dhcp-renewal-time', 't1', 'seconds', 't1'),
  option(59, 'dhcp-rebinding-time', 't2', 'seconds', 't2'),
  option(66, 'tftp-server-name', 'tftp-server', 'text', 'tftp'),
  option(67, 'bootfile-name boot-file-name', 'bootfile-name', 'text', 'bootfile'),
  option(119, 'domain-search', 'domain-search', 'texts', 'search'),
];

/** Options that follow from the subnet, or that only name the client: nothing is lost without them. */
const MOOT = new Map([
  [1, ['subnet-mask', 'netmask']],
  [12, ['host-name', 'hostname']],
  [28, ['broadcast-address', 'broadcast']],
]);

/** The option of this name or number; `moot` when it says nothing new. */
export function optionOf(name: string, software: 'dnsmasq' | 'other'): Option | 'moot' | undefined {
  const small = name.toLowerCase();
  const code = /^\d{1,3}$/.test(small) ? Number(small) : -1;
  if (MOOT.has(code) || [...MOOT.values()].flat().includes(small)) return 'moot';
  return OPTIONS.find(
    (one) =>
      one.code === code || (software === 'dnsmasq' ? one.dnsmasq === small : one.names.includes(small)),
  );
}

const EXPECTED: Readonly<Record<Kind, readonly [what: string, help: string]>> = {
  addresses: ['an IPv4 address', 'write four numbers from 0 to 255: 10.77.1.1'],
  text: ['a text', 'write a text'],
  texts: ['a name', 'write a name'],
  seconds: ['a number of seconds', 'write a whole number'],
  number: ['a number', 'write a whole number'],
};

/** What the option sets; an error in the sheet when its values are none. */
export function settingOf(
  { kind, key }: Option,
  words: readonly Word[],
  at: Span,
  sheet: Sheet,
  seconds = secondsOf,
): Settings {
  const texts = words.map(({ text }) => text);
  const value = readValue(kind, texts, seconds);
  if (value !== undefined) return { [key]: { from: at.from, to: at.to, value } satisfies Given<unknown> };
  const wrong = words.find(({ text }) => readValue(kind, [text], seconds) === undefined) ?? {
    ...at,
    text: '',
  };
  sheet.badValue(wrong, ...EXPECTED[kind]);
  return {};
}

function readValue(kind: Kind, texts: readonly string[], seconds: typeof secondsOf): unknown {
  const [first = ''] = texts;
  if (kind === 'addresses') return addressesOf(texts);
  if (kind === 'texts') return first === '' ? undefined : texts;
  if (kind === 'text') return first === '' ? undefined : texts.join(',');
  if (texts.length !== 1) return undefined;
  if (kind === 'seconds') return seconds(first);
  return /^\d{1,5}$/.test(first) ? Number(first) : undefined;
}
