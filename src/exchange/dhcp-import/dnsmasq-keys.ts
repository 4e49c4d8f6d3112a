/** The other options of dnsmasq: those that matter and have no word in a scenario, and those that do not matter to DHCP. */

/** Options that lead to other files. */
export const FILES = new Set(
  'conf-file conf-dir conf-script dhcp-hostsfile dhcp-hostsdir dhcp-optsfile dhcp-optsdir read-ethers'.split(
    ' ',
  ),
);

const TAGS = 'a scenario has no tags';

/** Why those are left out. */
export const REASONS: Readonly<Record<string, string>> = {
  'dhcp-sequential-ip': 'a scenario has no word for the order in which addresses are given out',
  'dhcp-ignore': 'a scenario serves every client alike',
  'dhcp-ignore-clid': 'a scenario knows clients by their identifier',
  'dhcp-rapid-commit': 'a scenario has the exchange of four messages',
  'dhcp-relay': 'a scenario has the server on the network that it serves',
  'dhcp-proxy': 'a scenario has the server on the network that it serves',
  'shared-network': 'a scenario has one subnet to each network',
  'dhcp-alternate-port': 'a scenario has servers on their usual port',
  'dhcp-reply-delay': 'a scenario has servers that answer at once',
  'dhcp-broadcast': TAGS,
  'dhcp-mac': TAGS,
  'dhcp-match': TAGS,
  'dhcp-name-match': TAGS,
  'dhcp-vendorclass': TAGS,
  'dhcp-userclass': TAGS,
  'dhcp-circuitid': TAGS,
  'dhcp-remoteid': TAGS,
  'dhcp-subscrid': TAGS,
  'tag-if': TAGS,
  'bridge-interface': 'a scenario has one interface to each network',
};

/** Options without bearing on who gets which address. */
const MOOT = new Set(
  `add-cpe-id add-mac add-subnet addn-hosts address alias all-servers auth-peer auth-sec-servers auth-server auth-soa auth-ttl
  auth-zone bind-dynamic bind-interfaces bogus-nxdomain bogus-priv bootp-dynamic cache-rr cache-size caa-record clear-on-reload
  cname connmark-allowlist connmark-allowlist-enable conntrack dhcp-boot dhcp-client-update dhcp-duid dhcp-fqdn
  dhcp-generate-names dhcp-ignore-names dhcp-leasefile dhcp-luascript dhcp-no-override dhcp-option-pxe dhcp-pxe-vendor
  dhcp-script dhcp-scriptuser dhcp-ttl dns-forward-max dns-loop-detect dns-rr dnssec dnssec-check-unsigned
  dnssec-debug dnssec-limits dnssec-no-timecheck dnssec-timestamp do-0x20-encode domain-needed domain-suffix dumpfile dumpmask
  dynamic-host edns-packet-max enable-dbus enable-ra enable-tftp enable-ubus except-interface expand-hosts fast-dns-retry
  filter-A filter-AAAA filter-rr filterwin2k group host-record hostsdir interface-name ipset keep-in-foreground
  leasefile-ro leasequery local local-service local-ttl localise-queries localmx log-async log-debug log-dhcp log-facility
  log-malloc log-queries max-cache-ttl max-port max-tcp-connections max-ttl min-cache-ttl min-port mx-host mx-target naptr-record
  neg-ttl nftset no-daemon no-dhcp-interface no-dhcpv4-interface no-dhcpv6-interface no-hosts no-ident no-negcache no-poll no-resolv
  no-round-robin nodns pid-file port port-limit proxy-dnssec ptr-record pxe-prompt pxe-service query-port quiet-dhcp
  quiet-dhcp6 quiet-ra quiet-tftp ra-param rebind-domain-ok rebind-localhost-ok resolv-file rev-server script-arp script-on-renewal
  selfmx server servers-file srv-host stop-dns-rebind strict-order synth-domain tftp-lowercase tftp-max tftp-mtu
  tftp-no-blocksize tftp-no-fail tftp-port-range tftp-root tftp-secure tftp-single-port tftp-unique-root trust-anchor
  txt-record umbrella use-stale-cache user`.split(/\s+/),
);

const READ =
  'dhcp-range dhcp-host dhcp-option dhcp-option-force dhcp-authoritative no-ping listen-address interface domain dhcp-lease-max';

/** Every option there is, to find the one that was meant. */
export const KNOWN: readonly string[] = [...READ.split(' '), ...Object.keys(REASONS), ...FILES, ...MOOT];

export function isMoot(key: string): boolean {
  return MOOT.has(key);
}
