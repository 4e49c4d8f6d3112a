/** The front door: the text of a configuration in, networks for a scenario or the list of its mistakes out. */
import type { Issue } from '../../base/issue.ts';
import { visible } from '../../scenario/show.ts';
import { readDnsmasq } from './dnsmasq.ts';
import type { Findings, Software } from './found.ts';
import { fragmentOf, type NetworkFragment } from './fragment.ts';
import { readIsc } from './isc.ts';
import { readKea } from './kea.ts';
import { recognise } from './recognise.ts';
import { type Network, settle } from './settle.ts';
import { Sheet } from './sheet.ts';
import { Text } from './text.ts';
import { yamlLines } from './yaml.ts';

export interface DhcpRequest {
  /** As it is shown. */
  readonly file: string;
  readonly text: string;
  /** Overrides what the text looks like. */
  readonly format?: Software | undefined;
  /** The name of the network; of several, the beginning of their names. */
  readonly network?: string | undefined;
}

export interface DhcpImport {
  readonly ok: boolean;
  readonly software?: Software;
  /** Empty when there are errors. */
  readonly networks: Readonly<Record<string, NetworkFragment>>;
  readonly issues: readonly Issue[];
  /** The same with places, for questions about addresses. */
  readonly settled: readonly Network[];
  readonly source: Text;
}

/** Larger files are no configurations. */
export const TEXT_LIMIT = 10 * 1024 * 1024;

const READERS: Readonly<Record<Software, (sheet: Sheet) => Findings | undefined>> = {
  dnsmasq: readDnsmasq,
  kea: readKea,
  isc: readIsc,
};

/** Reads a configuration. Never throws for anything a file can contain. */
export function importDhcp({ file, text, format, network }: DhcpRequest): DhcpImport {
  const source = new Text(file, text.length > TEXT_LIMIT ? '' : text);
  const sheet = new Sheet(source);
  const isReadable = !refused(text, sheet);
  const software = isReadable ? (format ?? recognise(text)) : undefined;
  if (isReadable && software === undefined) unknown(sheet);
  const findings = software === undefined ? undefined : READERS[software](sheet);
  const settled = findings === undefined ? [] : settle(findings, sheet, network);
  if (findings !== undefined && settled.length === 0 && !sheet.failed) nothing(sheet);
  const ok = !sheet.failed;
  const networks = ok ? Object.fromEntries(settled.map((one) => [one.name, fragmentOf(one)])) : {};
  return {
    ok,
    ...(software && { software }),
    networks,
    issues: sheet.list,
    settled: ok ? settled : [],
    source,
  };
}

/** The fragment as it is put into a scenario. */
export function fragmentText({ networks, source, software = 'isc' }: DhcpImport): string {
  // Without its folder: a scenario ends up in logs, and those name no places of one machine.
  const name = source.file.split(/[/\\]/).at(-1) ?? '';
  const from = `# From ${visible(name)} (${TITLES[software]}).`;
  return `${[from, ...yamlLines({ networks } as never)].join('\n')}\n`;
}

/** The products by their names. */
export const TITLES: Readonly<Record<Software, string>> = {
  dnsmasq: 'dnsmasq',
  kea: 'Kea',
  isc: 'ISC dhcpd',
};

const START = { from: 0, to: 1 };

function refused(text: string, sheet: Sheet): boolean {
  const help = 'give dnsmasq.conf, kea-dhcp4.conf or dhcpd.conf';
  if (text.length > TEXT_LIMIT)
    sheet.error(
      'file.too-big',
      START,
      'the file is too large',
      'configurations of up to 10 MiB are read',
      help,
    );
  else if (text.trim() === '')
    sheet.error('file.empty', START, 'the file is empty', 'there is nothing to import', help);
  else if (isBinary(text))
    sheet.error(
      'file.binary',
      START,
      'this is not a text file',
      'it holds zero bytes or bytes that are not UTF-8',
      help,
    );
  return sheet.failed;
}

/** Zero bytes, or more broken characters than comments in another encoding would leave. */
function isBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  let broken = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) broken += 1;
  return broken * 20 > text.length;
}

function unknown(sheet: Sheet): void {
  const reason = 'it looks like none of dnsmasq, Kea and ISC dhcpd';
  sheet.error(
    'import.format',
    START,
    'this is not known as a DHCP configuration',
    reason,
    'say which it is with --format',
  );
}

function nothing(sheet: Sheet): void {
  const reason = 'a subnet is what becomes a network of the scenario';
  const help = 'check that this is the right file, or say which kind it is with --format';
  sheet.error('import.nothing', START, 'there is no IPv4 subnet in this file', reason, help);
}
