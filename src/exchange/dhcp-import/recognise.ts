/** Which product a configuration is for, from what it looks like. */
import type { Software } from './found.ts';

/** So much of the text is looked at. */
const REACH = 200_000;

/** A pattern for lines that begin like one of these. */
function lines(...starts: readonly string[]): RegExp {
  return new RegExp(`^[ \\t]*(?:${starts.join('|')})`, 'gm');
}

const ISC = lines(
  'subnet[ \\t]+[\\d.]+[ \\t]+netmask',
  'shared-network[ \\t]',
  '(?:default|max|min)-lease-time[ \\t]+\\d',
  'option[ \\t]+[\\w.-]+[ \\t][^\\n]*;',
  'host[ \\t]+[^\\s{]+[ \\t]*\\{',
  '(?:group|pool)[ \\t]*\\{',
  'range[ \\t]+\\d',
  '(?:not[ \\t]+)?authoritative[ \\t]*;',
  'ddns-',
  '(?:allow|deny|ignore)[ \\t]',
  '(?:include|class)[ \\t]+"',
);

const DNSMASQ = lines(
  '(?:dhcp|enable|log|bind|listen|except|no|conf)(?:-[a-z0-9-]+)?[ \\t]*=',
  '(?:server|address|local|domain|interface|cache|port|user|group|pxe|tftp|read|addn|resolv)(?:-[a-z0-9-]+)?[ \\t]*=',
  '(?:dhcp-authoritative|dhcp-sequential-ip|no-ping|bind-interfaces|bind-dynamic|domain-needed)[ \\t]*\\r?$',
  '(?:bogus-priv|no-resolv|no-hosts|expand-hosts|log-dhcp|enable-tftp|strict-order)[ \\t]*\\r?$',
);

/** Undefined when it looks like none of them. */
export function recognise(text: string): Software | undefined {
  const start = text.slice(0, REACH);
  if (/"(?:Dhcp4|subnet4|shared-networks)"\s*:/.test(start)) return 'kea';
  const isc = start.match(ISC)?.length ?? 0;
  const dnsmasq = start.match(DNSMASQ)?.length ?? 0;
  if (isc > dnsmasq) return 'isc';
  if (dnsmasq > 0) return 'dnsmasq';
  const bare = start.replace(/^(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/, '');
  return /^[[{]/.test(bare) ? 'kea' : undefined;
}
