/** `dhcp-range`: [tag:X,...][set:Y,]start[,end or mode][,netmask[,broadcast]][,lease]. */
import { type Micros, SECOND } from '../../base/units.ts';
import { type Cidr, formatAddress } from '../../scenario/address.ts';
import { quote } from '../../scenario/show.ts';
import type { Line } from './dnsmasq-lines.ts';
import type { Given, Range } from './found.ts';
import type { Sheet } from './sheet.ts';
import type { Word } from './text.ts';
import { addressOf, INFINITE, networkOf, prefixOfMask } from './values.ts';

/** What one line of this kind says. */
export interface DnsmasqRange {
  readonly line: Line;
  readonly cidr: Cidr;
  /** Absent when only reservations are served. */
  readonly pool?: Range;
  readonly lease?: Given<Micros>;
  /** The tag that clients of this range get. */
  readonly tag: string;
  readonly port: string;
}

/** The shortest lease that dnsmasq gives. */
const SHORTEST = 120 * SECOND;
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const HELP = 'write `dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0,12h`';

/** `45m`, `1h`, `2d`, `infinite`, or seconds. */
export function dnsmasqSeconds(text: string): Micros | undefined {
  if (text.toLowerCase() === 'infinite') return INFINITE;
  const [, digits, unit = ''] = /^(\d{1,10})([smhdw]?)$/i.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  return digits === undefined || seconds > 0xffffffff ? undefined : seconds * SECOND;
}

/** A lease as dnsmasq gives it: no shorter than two minutes. */
export function dnsmasqLease(word: Word, sheet: Sheet): Given<Micros> | undefined {
  const value = dnsmasqSeconds(word.text);
  if (value === undefined) {
    sheet.badValue(word, 'a lease time', 'write `45m`, `12h`, `2d`, `infinite` or a number of seconds');
    return undefined;
  }
  if (value < SHORTEST) {
    const reason = 'dnsmasq gives no shorter one: it confuses some clients';
    sheet.warning('import.value', word, 'this lease is raised to 2m', reason, 'write `2m` or more');
  }
  return { value: Math.max(value, SHORTEST), from: word.from, to: word.to };
}

export function rangeOf(line: Line, sheet: Sheet): DnsmasqRange | undefined {
  const words = [...line.parts];
  let tag = '';
  let port = '';
  while (words.length > 0) {
    const prefix = prefixed(words[0]!, words.length, sheet);
    if (prefix === undefined) break;
    words.shift();
    if (prefix.kind === 'set') tag = prefix.name;
    if (prefix.kind === 'interface') port = prefix.name;
  }
  if (words.some(({ text }) => text.includes('::') || text.startsWith('constructor:'))) {
    sheet.leftOut(line, 'this range', 'only IPv4 is simulated');
    return undefined;
  }
  const [start, second, ...rest] = words;
  const first = addressOf(start?.text ?? '');
  if (start === undefined || second === undefined) {
    sheet.syntax(line, 'a range has a start and an end', HELP);
    return undefined;
  }
  if (first === undefined) {
    sheet.badValue(start, 'an IPv4 address', HELP);
    return undefined;
  }
  if (second.text === 'proxy') {
    sheet.leftOut(line, 'this range', 'a proxy gives out no addresses');
    return undefined;
  }
  const last = second.text === 'static' ? first : addressOf(second.text);
  if (last === undefined) {
    sheet.badValue(second, 'an IPv4 address or a mode', 'write the last address, or `static`');
    return undefined;
  }
  return build(
    line,
    { first: Math.min(first, last), last: Math.max(first, last), isStatic: second.text === 'static' },
    rest,
    { tag, port },
    sheet,
  );
}

interface Prefix {
  readonly kind: 'set' | 'tag' | 'interface';
  readonly name: string;
}

/** What stands before the addresses; a bare word there is an old way to set a tag. */
function prefixed(word: Word, count: number, sheet: Sheet): Prefix | undefined {
  const [, kind = '', name = ''] = /^(set|tag|net|interface):(.*)$/.exec(word.text) ?? [];
  if (kind === 'tag') {
    const reason = `only clients with the tag ${quote(name)} are served from it; a scenario serves every client alike`;
    sheet.leftOut(word, 'the condition of this range', reason);
    return { kind, name };
  }
  if (kind === 'interface') return { kind, name };
  if (kind !== '') return { kind: 'set', name };
  const isOld = count > 2 && /^[A-Za-z][A-Za-z0-9_-]*$/.test(word.text);
  return isOld ? { kind: 'set', name: word.text } : undefined;
}

function build(
  line: Line,
  ends: { first: number; last: number; isStatic: boolean },
  rest: readonly Word[],
  { tag, port }: { tag: string; port: string },
  sheet: Sheet,
): DnsmasqRange | undefined {
  const words = [...rest];
  let prefix: number | undefined;
  const mask = words[0]?.text.includes('.') ? words.shift() : undefined;
  if (mask !== undefined) {
    const bits = addressOf(mask.text);
    prefix = bits === undefined ? undefined : prefixOfMask(bits);
    if (prefix === undefined) {
      sheet.badValue(mask, 'a netmask', HELP);
      return undefined;
    }
    if (words[0]?.text.includes('.')) words.shift();
  }
  const [time, extra] = words;
  if (extra !== undefined) sheet.syntax(extra, `${quote(extra.text)} does not belong here`, HELP);
  const lease = time === undefined || time.text === '' ? undefined : dnsmasqLease(time, sheet);
  const { first, last, isStatic } = ends;
  const cidr = networkOf(first, prefix ?? guess(line, first, last, sheet));
  if (networkOf(last, cidr.prefix).network !== cidr.network) {
    const end = line.parts.find(({ text }) => addressOf(text) === last) ?? line;
    const reason = `with this netmask the range would begin in \`${formatAddress(cidr.network)}/${cidr.prefix}\` and end elsewhere`;
    sheet.error(
      'address.outside-subnet',
      end,
      'the range reaches outside its subnet',
      reason,
      'correct the addresses or the netmask',
    );
    return undefined;
  }
  const pool = { first, last, from: line.from, to: line.to };
  return { line, cidr, tag, port, ...(isStatic ? {} : { pool }), ...(lease === undefined ? {} : { lease }) };
}

/** The prefix length when the file has no netmask: dnsmasq takes that of its interface, which only the machine knows. */
function guess(line: Line, first: number, last: number, sheet: Sheet): number {
  let prefix = 24;
  while (prefix > 8 && networkOf(first, prefix).network !== networkOf(last, prefix).network) prefix -= 1;
  const { network } = networkOf(first, prefix);
  sheet.warning(
    'import.guessed',
    line,
    `this range has no netmask; ${quote(`${formatAddress(network)}/${prefix}`)} is assumed`,
    'dnsmasq takes the netmask of its interface, which is not in the file',
    'write the netmask behind the addresses, or correct `cidr`',
  );
  return prefix;
}
