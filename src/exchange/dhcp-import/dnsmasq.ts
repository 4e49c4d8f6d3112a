/** dnsmasq: ranges, hosts and options, each on a line of its own. */
import { nearest } from '../../scenario/names.ts';
import { quote } from '../../scenario/show.ts';
import { hostOf } from './dnsmasq-host.ts';
import { FILES, isMoot, KNOWN, REASONS } from './dnsmasq-keys.ts';
import { type Line, parseLines } from './dnsmasq-lines.ts';
import { dnsmasqOption } from './dnsmasq-option.ts';
import { rangeOf } from './dnsmasq-range.ts';
import { type Said, subnetsOf } from './dnsmasq-subnet.ts';
import type { Findings } from './found.ts';
import type { Sheet } from './sheet.ts';
import { addressOf } from './values.ts';

export function readDnsmasq(sheet: Sheet): Findings {
  const said: Said = {
    ...{ ranges: [], options: [], reservations: [], kept: [], own: [], ports: [], domains: [] },
    ...{ leaseMax: undefined, settings: {} },
  };
  for (const line of parseLines(sheet.text.text, sheet)) read(line, said, sheet);
  return { software: 'dnsmasq', subnets: subnetsOf(said, sheet), loose: said.reservations, kept: said.kept };
}

type Reader = (line: Line, said: Said, sheet: Sheet) => void;

const option: Reader = (line, said, sheet) => keep(said.options, dnsmasqOption(line, sheet));

/** The options that are understood. */
const READERS: Readonly<Record<string, Reader>> = {
  'dhcp-range': (line, said, sheet) => keep(said.ranges, rangeOf(line, sheet)),
  'dhcp-option': option,
  'dhcp-option-force': option,
  'dhcp-host': (line, said, sheet) => {
    const { reservation, kept } = hostOf(line, sheet);
    keep(said.reservations, reservation);
    keep(said.kept, kept);
  },
  'dhcp-authoritative': ({ from, to }, said) => set(said, { authoritative: { from, to, value: true } }),
  'no-ping': ({ from, to }, said) => set(said, { check: { from, to, value: 'none' } }),
  'listen-address': ({ parts }, said) => {
    for (const { text, from, to } of parts) {
      const value = addressOf(text);
      keep(said.own, value === undefined ? undefined : { value, from, to });
    }
  },
  interface: ({ parts }, said) => {
    for (const { text } of parts) said.ports.push(text);
  },
  domain: (line, said) => said.domains.push(line),
  'dhcp-lease-max': (line, said) => {
    said.leaseMax = line;
  },
};

function read(line: Line, said: Said, sheet: Sheet): void {
  const { key, value } = line;
  const reader = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (reader !== undefined) reader(line, said, sheet);
  else if (FILES.has(key)) sheet.notFollowed(line, quote(value === undefined ? key : `${key}=${value.text}`));
  else if (Object.hasOwn(REASONS, key)) sheet.leftOut(line, quote(key), REASONS[key] ?? '');
  else if (!isMoot(key)) {
    const close = nearest(key, KNOWN);
    const help = close === undefined ? undefined : `did you mean ${quote(close)}?`;
    sheet.leftOut(line, quote(key), 'dnsmasq has no such option, or it is newer than this program', help);
  }
}

function keep<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

function set(said: Said, settings: Said['settings']): void {
  said.settings = { ...said.settings, ...settings };
}
