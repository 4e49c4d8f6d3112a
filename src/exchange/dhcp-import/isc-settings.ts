/** Parameters and options of dhcpd.conf: what one statement sets. */
import { MILLISECOND, SECOND } from '../../base/units.ts';
import { quote } from '../../scenario/show.ts';
import type { Settings, Values } from './found.ts';
import type { Statement } from './isc-text.ts';
import { type Option, optionOf, SERVER, settingOf } from './options.ts';
import type { Sheet } from './sheet.ts';
import type { Span, Word } from './text.ts';
import { secondsOf } from './values.ts';
import { wordList } from './words.ts';

const SECONDS = new Map<string, keyof Values>(
  Object.entries({
    'default-lease-time': 'lease',
    'min-lease-time': 'minLease',
    'max-lease-time': 'maxLease',
    'abandon-lease-time': 'quarantine',
    'ping-timeout': 'checkWait',
  } as const),
);

/** Statements that say nothing about who gets which address. */
const isMoot = wordList(`
  ddns-* update-* do-forward-updates log log-* lease-file-name pid-file-name dhcpv6-* local-* remote-port omapi-* key zone filename
  next-server server-name use-host-decl-names get-lease-hostnames db-time-format db-type limited-broadcast-address
  vendor-option-space site-option-space stash-agent-options server-id-check lease-id-format prefix-length-mode delayed-ack
  max-ack-delay ldap-* dynamic-bootp-lease-* option-space subnet6 infinite-is-reserved use-lease-addr-for-default-route
  boot-file-name max-threads release-on-roam
`);

/** What may be allowed or denied without a difference to leases. */
const MOOT_WORDS = /^(booting|bootp|client-updates|leasequery|dynamic bootp( clients?)?)$/;

/** Reasons for leaving out what matters. */
const REASONS = new Map(
  Object.entries({
    include: 'only the file that was named is read',
    class: 'what clients get depends on their class',
    subclass: 'what clients get depends on their class',
    'one-lease-per-client': 'a scenario has one card to each client',
    'min-secs': 'a scenario has servers that answer at once',
    failover: 'a scenario has one server that hands out a scope',
    if: 'conditions are not evaluated',
    elsif: 'conditions are not evaluated',
    else: 'conditions are not evaluated',
    switch: 'conditions are not evaluated',
    on: 'nothing is executed when a lease begins or ends',
    execute: 'nothing is executed when a lease begins or ends',
  }),
);

/** What a statement without a block sets; empty, perhaps with an issue, when that is nothing. */
export function iscSetting(statement: Statement, sheet: Sheet): Settings {
  const { words, from, to } = statement;
  const [{ text: written }, ...values] = words as [Word, ...Word[]];
  const name = written.toLowerCase();
  const at = { from, to };
  const seconds = SECONDS.get(name);
  if (seconds !== undefined) return timeOf(seconds, statement, sheet);
  if (name === 'ping-timeout-ms') return timeOf('checkWait', statement, sheet, MILLISECOND);
  if (name === 'authoritative' && alone(words, 1, sheet)) return { authoritative: { ...at, value: true } };
  if (name === 'not' && values[0]?.text.toLowerCase() === 'authoritative' && alone(words, 2, sheet))
    return { authoritative: { ...at, value: false } };
  if (name === 'ping-check') return pingOf(statement, sheet);
  if (name === 'server-identifier') return addressSetting(SERVER, values, at, sheet);
  if (name === 'option' || name === 'supersede' || name === 'send') return optionSetting(statement, sheet);
  if (['allow', 'deny', 'ignore'].includes(name)) permission(statement, sheet);
  else if (name === 'include') sheet.notFollowed(at, `the included file ${quote(values[0]?.text ?? '')}`);
  else if (!isMoot(name)) leaveOut(statement, sheet);
  return {};
}

/** Says of a statement that it is left out, and why. */
export function leaveOut({ words, from, to }: Statement, sheet: Sheet): void {
  const name = words[0]!.text;
  if (isMoot(name.toLowerCase())) return;
  const reason = REASONS.get(name.toLowerCase());
  if (reason !== undefined || words.length < 2 || to - from > 200)
    sheet.leftOut(words[0]!, quote(name), reason ?? 'this statement is not known here');
  else sheet.leftOut({ from, to }, quote(name), 'this statement is not known here');
}

/** Whether a statement ends where it must; the usual reason why not is a missing semicolon. */
export function alone(words: readonly Word[], count: number, sheet: Sheet): boolean {
  const [last, next] = [words[count - 1], words[count]];
  if (last === undefined) {
    sheet.syntax(words.at(-1)!, `${quote(words[0]!.text)} ends too early`, 'write its value');
    return false;
  }
  if (next === undefined) return true;
  const isLater = sheet.text.lineOf(next.from) > sheet.text.lineOf(last.to);
  if (isLater) sheet.syntax(last, 'a semicolon is missing after this', 'write `;`');
  else sheet.syntax(next, `${quote(next.text)} does not belong here`, 'end the statement with `;` before it');
  return false;
}

function timeOf(key: keyof Values, { words, from, to }: Statement, sheet: Sheet, unit = SECOND): Settings {
  if (!alone(words, 2, sheet)) return {};
  const value = secondsOf(words[1]!.text);
  if (value === undefined) {
    sheet.badValue(words[1]!, unit === SECOND ? 'a number of seconds' : 'a number', 'write a whole number');
    return {};
  }
  return { [key]: { from, to, value: (value / SECOND) * unit } };
}

function pingOf({ words, from, to }: Statement, sheet: Sheet): Settings {
  if (!alone(words, 2, sheet)) return {};
  const word = words[1]!.text.toLowerCase();
  if (['true', 'on'].includes(word)) return { check: { from, to, value: 'ping' } };
  if (['false', 'off'].includes(word)) return { check: { from, to, value: 'none' } };
  sheet.badValue(words[1]!, 'true or false', 'write `true` or `false`');
  return {};
}

function optionSetting(statement: Statement, sheet: Sheet): Settings {
  const { words, from, to } = statement;
  const [, name, ...values] = words;
  if (name === undefined) {
    alone(words, 2, sheet);
    return {};
  }
  // Definitions of options and of spaces for them: nothing is sent because of them.
  if (name.text === 'space' || values.some(({ text }) => text === 'code')) return {};
  const option = optionOf(name.text.replace(/^dhcp\./, ''), 'other');
  if (option === 'moot') return {};
  if (option === undefined || values.some(({ text }) => /^[=(]$/.test(text)))
    sheet.leftOut(
      { from, to },
      `the option ${quote(name.text)}`,
      'a scenario has no word for it, or it is computed',
    );
  else return addressSetting(option, ended(option.kind, values, sheet), { from, to }, sheet);
  return {};
}

/** The setting without host names among addresses, which dhcpd would look up. */
function addressSetting(option: Option, values: readonly Word[], at: Span, sheet: Sheet): Settings {
  if (option.kind !== 'addresses') return settingOf(option, values, at, sheet);
  const isNamed = ({ text }: Word): boolean => /^[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*$/.test(text);
  for (const word of values.filter(isNamed))
    sheet.leftOut(word, quote(word.text), 'names are not looked up', 'write its address instead of its name');
  const rest = values.filter((word) => !isNamed(word));
  return rest.length === 0 && values.length > 0 ? {} : settingOf(option, rest, at, sheet);
}

/** The values on the lines of the statement; a word that begins another one shows a missing semicolon. */
function ended(kind: string, values: readonly Word[], sheet: Sheet): readonly Word[] {
  const odd = values.findIndex(
    ({ text }, i) => i > 0 && /^(option|range|subnet|default-|max-|host)/.test(text),
  );
  const count = odd > 0 ? odd : kind === 'addresses' || kind === 'texts' ? values.length : 1;
  if (values.length > count) alone(values, count, sheet);
  return values.slice(0, count);
}

function permission({ words, from, to }: Statement, sheet: Sheet): void {
  const [verb, ...what] = words.map(({ text }) => text.toLowerCase());
  const subject = what.join(' ');
  const usual = verb === 'allow' ? ['unknown-clients', 'declines', 'duplicates', 'all clients'] : [];
  if (MOOT_WORDS.test(subject) || usual.includes(subject)) return;
  sheet.leftOut({ from, to }, quote(`${verb} ${subject}`), 'a scenario serves every client alike');
}
