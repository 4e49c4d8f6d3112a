/** Configurations for tests, and what is asked of their imports. */
import { expect } from 'vitest';
import type { Issue } from '../../../src/base/issue.ts';
import type { DhcpFragment, NetworkFragment } from '../../../src/exchange/dhcp-import/fragment.ts';
import { type DhcpImport, type DhcpRequest, importDhcp } from '../../../src/exchange/dhcp-import/import.ts';

export const FILE = 'server.conf';

type More = Partial<Omit<DhcpRequest, 'text'>>;

/** The import of a text, whatever it came to. */
export function imported(text: string, more: More = {}): DhcpImport {
  return importDhcp({ file: FILE, text, ...more });
}

/** The networks of a text that must be right. */
export function networksOf(text: string, more: More = {}): Readonly<Record<string, NetworkFragment>> {
  const result = imported(text, more);
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 1));
  return result.networks;
}

/** The only network of a text. */
export function networkOf(text: string, more: More = {}): NetworkFragment {
  const networks = Object.values(networksOf(text, more));
  expect(networks).toHaveLength(1);
  return networks[0]!;
}

/** The server of the only network of a text. */
export function serverOf(text: string, more: More = {}): DhcpFragment {
  const { dhcp } = networkOf(text, more);
  if (dhcp === undefined) throw new Error('nobody serves DHCP there');
  return dhcp;
}

/** What is said about a text, in the order of the text. */
export function issuesOf(text: string, more: More = {}): readonly Issue[] {
  return imported(text, more).issues;
}

/** Asserts that the text has exactly one issue: of this code and severity, under the mark `«»`, with a reason and help. */
export function expectIssue(
  severity: Issue['severity'],
  code: string,
  marked: string,
  more: More = {},
): Issue {
  const start = marked.indexOf('«');
  const before = marked.slice(0, start).split('\n');
  const length = marked.indexOf('»') - start - 1;
  const issues = issuesOf(marked.replace('«', '').replace('»', ''), more);
  expect(issues.map((issue) => `${issue.severity} ${issue.code}: ${issue.message}`)).toHaveLength(1);
  const [issue] = issues as [Issue];
  expect([issue.severity, issue.code]).toEqual([severity, code]);
  expect(issue.place).toEqual({ file: FILE, line: before.length, column: before.at(-1)!.length + 1, length });
  expect(issue.reason ?? '').not.toBe('');
  expect(issue.help ?? '').not.toBe('');
  return issue;
}

/** A subnet of dhcpd.conf with something in it. */
export const isc = (inside: string): string =>
  `subnet 10.77.1.0 netmask 255.255.255.0 {\n  range 10.77.1.100 10.77.1.150;\n  ${inside}\n}\n`;

/** dnsmasq with a range and something else. */
export const dnsmasq = (rest: string): string =>
  `dhcp-range=10.77.1.100,10.77.1.150,255.255.255.0\n${rest}\n`;

/** Kea with a subnet and something in it. */
export const kea = (inside: string, outside = ''): string =>
  `{"Dhcp4": {${outside}"subnet4": [{"subnet": "10.77.1.0/24",\n"pools": [{"pool": "10.77.1.100 - 10.77.1.150"}],\n${inside}}]}}\n`;
