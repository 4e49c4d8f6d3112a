/** What the lines of dnsmasq.conf make together: ranges of one subnet, and the options whose tags those ranges set. */
import { quote } from '../../scenario/show.ts';
import type { Line } from './dnsmasq-lines.ts';
import type { DnsmasqOption } from './dnsmasq-option.ts';
import type { DnsmasqRange } from './dnsmasq-range.ts';
import {
  type Given,
  type Range,
  type Reservation,
  type Settings,
  SUBNET_LIMIT,
  type Subnet,
} from './found.ts';
import type { Sheet } from './sheet.ts';
import { addressOf, cidrOf } from './values.ts';

/** More options, domains or addresses of the server than this are not looked through. */
const LINES = 2_000;

/** What the lines say, before it is put together. */
export interface Said {
  readonly ranges: DnsmasqRange[];
  readonly options: DnsmasqOption[];
  readonly reservations: Reservation[];
  readonly kept: Range[];
  /** Addresses of the server. */
  readonly own: Given<number>[];
  readonly ports: string[];
  readonly domains: Line[];
  leaseMax: Line | undefined;
  /** What holds for all. */
  settings: Settings;
}

export function subnetsOf(said: Said, sheet: Sheet): readonly Subnet[] {
  tooFew(said, sheet);
  const lists = [said.options.map(({ line }) => line), said.own, said.domains];
  const long = lists.find((list) => list.length > LINES)?.[LINES];
  if (long !== undefined) {
    sheet.tooLarge(long, `there are more than ${LINES} lines of this kind`);
    return [];
  }
  const groups = grouped(said.ranges);
  const general = first(
    said.options.filter(({ tags }) => tags.length === 0),
    sheet,
  );
  const tagged = tagsOf(said, sheet);
  const port = said.ports.length === 1 ? said.ports : [];
  return groups.slice(0, SUBNET_LIMIT + 1).map((ranges) => {
    const tags = [...new Set(ranges.flatMap(({ tag }) => (tag === '' ? [] : [tag])))];
    const fitting = [...tags, ...port].flatMap((tag) => tagged.get(tag) ?? []);
    const special = first(
      fitting.filter((one) => one.tags.every((tag) => tags.includes(tag) || port.includes(tag))),
    );
    const names = [...tags, ...ranges.map((one) => one.port), ...ranges.map((one) => one.line.remark)];
    const only = groups.length === 1 ? port : [];
    return subnetOf(ranges, [...names, ...only], { ...general, ...special, ...said.settings }, said, sheet);
  });
}

function grouped(ranges: readonly DnsmasqRange[]): DnsmasqRange[][] {
  const groups = new Map<string, DnsmasqRange[]>();
  for (const range of ranges) {
    const key = `${range.cidr.network}/${range.cidr.prefix}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [range]);
    else group.push(range);
  }
  return [...groups.values()];
}

/** Of equal options the first counts; dnsmasq ignores the others. */
function first(options: readonly DnsmasqOption[], sheet?: Sheet): Settings {
  let found: Settings = {};
  for (const { settings, line } of options) {
    if (Object.keys(settings).some((key) => key in found))
      sheet?.leftOut(
        line,
        'this option',
        'it was given before, and dnsmasq ignores the second',
        'remove one of them',
      );
    found = { ...settings, ...found };
  }
  return found;
}

/** Options by their first tag. Tags that no range sets depend on the client. */
function tagsOf(
  { options, ranges, ports }: Said,
  sheet: Sheet,
): ReadonlyMap<string, readonly DnsmasqOption[]> {
  const tags = new Set([...ranges.map(({ tag }) => tag), ...(ports.length === 1 ? ports : [])]);
  const found = new Map<string, DnsmasqOption[]>();
  for (const option of options) {
    const [tag] = option.tags;
    const odd = option.tags.find((one) => !tags.has(one));
    if (odd !== undefined)
      sheet.leftOut(
        option.line,
        'this option',
        `only clients with the tag ${quote(odd)} are told, and no range sets it`,
      );
    else if (tag !== undefined) {
      const list = found.get(tag);
      if (list === undefined) found.set(tag, [option]);
      else list.push(option);
    }
  }
  return found;
}

function subnetOf(
  ranges: readonly DnsmasqRange[],
  names: readonly string[],
  said: Settings,
  { domains, own }: Said,
  sheet: Sheet,
): Subnet {
  const [{ cidr, line }] = ranges as [DnsmasqRange];
  const end = cidr.network + 2 ** (32 - cidr.prefix);
  const isHere = (address: number): boolean => address >= cidr.network && address < end;
  const [lease, ...leases] = ranges.flatMap((range) => range.lease ?? []);
  const other = leases.find(({ value }) => value !== lease?.value);
  if (other !== undefined)
    sheet.leftOut(
      other,
      'this lease time',
      'another range of the same network has another one, and a scenario has one',
    );
  const here = own.find(({ value }) => isHere(value));
  const server = said.server ?? (here && { ...here, value: [here.value] });
  const settings = {
    ...domainOf(domains, isHere),
    ...said,
    ...(lease && { lease }),
    ...(server && { server }),
  };
  const pools = ranges.flatMap(({ pool }) => pool ?? []);
  return { cidr, names, settings, pools, reservations: [], from: line.from, to: line.to };
}

/** `domain=lab.example[,range or subnet]` is what clients are told unless an option says otherwise. */
function domainOf(domains: readonly Line[], isHere: (address: number) => boolean): Settings {
  const fits = ({ parts: [, where] }: Line): boolean => {
    const address = cidrOf(where?.text ?? '')?.network ?? addressOf(where?.text ?? '');
    return address !== undefined && isHere(address);
  };
  const line =
    domains.find((one) => one.parts.length > 1 && fits(one)) ?? domains.find((one) => one.parts.length === 1);
  const name = line?.parts[0]?.text ?? '';
  return line === undefined || name === '' || name === '#'
    ? {}
    : { domain: { value: name, from: line.from, to: line.to } };
}

/** A limit of leases below what the ranges hold. */
function tooFew({ leaseMax, ranges }: Said, sheet: Sheet): void {
  const most = Number(leaseMax?.value?.text);
  const size = ranges.reduce(
    (sum, { pool }) => sum + (pool === undefined ? 0 : pool.last - pool.first + 1),
    0,
  );
  if (leaseMax !== undefined && most < size)
    sheet.leftOut(
      leaseMax,
      '`dhcp-lease-max`',
      `the ranges hold ${size} addresses, more than may be leased`,
      'shrink the scope',
    );
}
