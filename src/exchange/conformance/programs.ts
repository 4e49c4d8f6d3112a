/** How the programs of a recorded case are set: what their command lines and configuration files change in their tables. */
import { type Micros, SECOND } from '../../base/units.ts';
import type { ServerSettings } from '../../models/dhcp/events.ts';
import type { Software } from '../../models/dhcp/profile.ts';
import type { ClientSettings } from '../../models/dhcp-client/events.ts';
import {
  busyboxCheck,
  busyboxPause,
  busyboxRounds,
  DHCPCD_LINK_LOCAL,
  HOOK_CHECK,
  NETWORKD_CHECK,
  NETWORKD_LINK_LOCAL,
  type Program,
} from '../../models/dhcp-client/profile.ts';
import { parseAddress } from '../../scenario/address.ts';
import type { Effective, Node } from './setup.ts';

/** An address of a set-up; 0 when there is none. */
export function address(text: string | null | undefined): number {
  const read = parseAddress(text ?? '');
  return read.ok ? read.value : 0;
}

const SOFTWARE: readonly (readonly [RegExp, Software])[] = [
  [/^dnsmasq/i, 'dnsmasq'],
  [/^kea/i, 'kea'],
  [/^isc/i, 'isc'],
  [/udhcpd|busybox/i, 'udhcpd'],
  [/windows/i, 'windows'],
];

export const softwareOf = (text: string): Software =>
  SOFTWARE.find(([pattern]) => pattern.test(text))?.[1] ?? 'generic';

const seconds = (value: number) => Math.round(value * SECOND);

/** What a server's effective configuration changes in its table. */
export function serverSettings(software: Software, effective: Effective): ServerSettings {
  const given = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
  const { lease_s, max_lease_s, min_lease_s, t1, t2, authoritative, ping_check, ping_wait_s, decline_s } =
    effective;
  const { offer_s, conflict_s, max_leases, sequential } = effective;
  return {
    lease: seconds(lease_s),
    ...(given(max_lease_s) ? { mostLease: seconds(max_lease_s) } : {}),
    ...(given(min_lease_s) ? { leastWish: seconds(min_lease_s) } : {}),
    // Kea hears wishes where one bound is set; the other one is then the lease time itself.
    ...(given(max_lease_s) && !given(min_lease_s) && software === 'kea'
      ? { leastWish: seconds(lease_s) }
      : {}),
    ...(sequential === true ? { order: 'upwards' } : {}),
    ...(given(t1) ? { t1: seconds(t1) } : {}),
    ...(given(t2) ? { t2: seconds(t2) } : {}),
    ...(given(authoritative) ? { authoritative } : {}),
    ...(ping_check === false ? { check: 'none' } : {}),
    ...(ping_check === true ? { check: software === 'udhcpd' ? 'arp' : 'ping' } : {}),
    ...(given(ping_wait_s) && ping_wait_s > 0 ? { checkWait: seconds(ping_wait_s) } : {}),
    ...(given(offer_s) ? { hold: seconds(offer_s) } : {}),
    ...(given(conflict_s) && software === 'udhcpd' ? { usedQuarantine: seconds(conflict_s) } : {}),
    ...(given(max_leases) && software === 'udhcpd' ? { mostRecords: max_leases } : {}),
    ...(given(decline_s) && software !== 'dnsmasq' ? { quarantine: seconds(decline_s) } : {}),
  };
}

const PROGRAMS: readonly (readonly [RegExp, Program])[] = [
  [/^dhclient/i, 'dhclient'],
  [/^udhcpc/i, 'udhcpc'],
  [/^dhcpcd/i, 'dhcpcd'],
  [/networkd/i, 'networkd'],
];

export const programOf = (text: string): Program =>
  PROGRAMS.find(([pattern]) => pattern.test(text))?.[1] ?? 'generic';

/** What a client's command line, file and hook change in its table. */
export function clientSettings(program: Program, { command, config }: Node, hooked: boolean): ClientSettings {
  const words = (command ?? '').split(/\s+/);
  const file = typeof config === 'string' ? config : '';
  switch (program) {
    case 'dhclient':
      return dhclient(words, file, hooked);
    case 'udhcpc':
      return udhcpc(words);
    case 'dhcpcd':
      return dhcpcd(words, file);
    case 'networkd':
      return networkd(file);
    case 'generic':
      return {};
  }
}

const numberAfter = (text: string, pattern: RegExp): number | undefined => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** dhclient.conf(5). */
function dhclient(words: readonly string[], file: string, hooked: boolean): ClientSettings {
  const setting = (word: string) => numberAfter(file, new RegExp(`^\\s*${word}\\s+(\\d+)\\s*;`, 'm'));
  const [timeout, retry, reboot] = [setting('timeout'), setting('retry'), setting('reboot')];
  const [initial, cutoff] = [setting('initial-interval'), setting('backoff-cutoff')];
  const wish = setting('send dhcp-lease-time');
  const backoff = { kind: 'growing', initial: initial ?? 3, cutoff: cutoff ?? 15 } as const;
  return {
    ...(timeout === undefined ? {} : { searchLimit: seconds(timeout) }),
    ...(retry === undefined ? {} : { retry: seconds(retry) }),
    ...(reboot === undefined ? {} : { requestLimit: seconds(reboot), rebootLimit: seconds(reboot) }),
    ...(initial === undefined && cutoff === undefined ? {} : { discover: backoff, request: backoff }),
    ...(wish === undefined ? {} : { wishedLease: seconds(wish) }),
    ...(words.includes('-1') ? { endsUnanswered: true } : {}),
    ...(hooked ? { check: HOOK_CHECK } : {}),
  };
}

/** `busybox udhcpc --help`. */
function udhcpc(words: readonly string[]): ClientSettings {
  const after = (flag: string) => (words.includes(flag) ? Number(words[words.indexOf(flag) + 1]) : undefined);
  const [tries, timeout, pause] = [after('-t'), after('-T'), after('-A')];
  const check = words.find((word) => /^-a\d*$/.test(word));
  const wish = words.includes('-r') ? words[words.indexOf('-r') + 1] : undefined;
  const rounds = (most: number) => busyboxRounds(most, seconds(timeout ?? 3), seconds(pause ?? 20));
  return {
    // 0 tries are tries without an end, and only DISCOVERs are counted.
    ...(tries === undefined ? {} : { discover: rounds(tries === 0 ? Number.MAX_SAFE_INTEGER : tries) }),
    ...(tries === undefined && (timeout ?? pause) !== undefined ? { discover: rounds(3) } : {}),
    ...((timeout ?? pause) === undefined ? {} : { request: rounds(3) }),
    ...(pause === undefined ? {} : { declineWait: busyboxPause(seconds(pause)) }),
    // With -b it goes to the background instead.
    ...(words.includes('-n') && !words.includes('-b') ? { endsUnanswered: true } : {}),
    ...(words.includes('-R') ? { releases: true } : {}),
    ...(words.includes('-B') ? { broadcast: true } : {}),
    ...(wish === undefined ? {} : { asksFor: address(wish) }),
    ...(words.includes('-C') ? { clientId: 'none' as const } : {}),
    ...(check === undefined ? {} : { check: busyboxCheck(Number(check.slice(2) || 2000) * 1000) }),
  };
}

/** dhcpcd.conf(5). */
function dhcpcd(words: readonly string[], file: string): ClientSettings {
  const lines = file.split('\n').map((line) => line.trim());
  const reboot = numberAfter(file, /^\s*reboot\s+(\d+)/m);
  const wish = numberAfter(file, /^\s*leasetime\s+(\d+)/m);
  return {
    ...(lines.some((line) => /^clientid\b/.test(line)) || words.includes('-I')
      ? {}
      : { clientId: 'duid' as const }),
    ...(reboot === undefined ? {} : rebooting(seconds(reboot))),
    ...(lines.includes('noipv4ll') || words.includes('-L') ? { linkLocal: null } : {}),
    ...(lines.includes('noarp') || words.includes('-A') ? { check: null } : {}),
    ...(wish === undefined ? {} : { wishedLease: seconds(wish) }),
  };
}

/** How long dhcpcd asks for its former address, and waits for an offer before it looks for a link-local address; 0: it does not ask. */
const rebooting = (limit: Micros): ClientSettings => ({
  rebootLimit: limit,
  ...(limit === 0 ? { reboots: 'never' as const } : {}),
  linkLocal: { ...DHCPCD_LINK_LOCAL, after: [limit, limit] },
});

/** systemd.network(5). */
function networkd(file: string): ClientSettings {
  const attempts = numberAfter(file, /^MaxAttempts=(\d+)/m);
  return {
    clientId: /^ClientIdentifier=mac/m.test(file) ? 'mac' : 'duid',
    ...(/^SendDecline=(yes|true|1)/m.test(file) ? { check: NETWORKD_CHECK } : {}),
    ...(/^LinkLocalAddressing=(ipv4|yes)/m.test(file) ? { linkLocal: NETWORKD_LINK_LOCAL } : {}),
    ...(/^SendRelease=(no|false|0)/m.test(file) ? { releases: false } : {}),
    ...(/^RequestBroadcast=(yes|true|1)/m.test(file) ? { broadcast: true } : {}),
    ...(attempts === undefined ? {} : { mostDiscovers: attempts }),
  };
}
