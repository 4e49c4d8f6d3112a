/** What a Kea configuration may say at every level, from the server down to the pool. */
import { MILLISECOND, SECOND } from '../../base/units.ts';
import { quote } from '../../scenario/show.ts';
import type { Given, Settings } from './found.ts';
import type { KeaObject } from './kea-object.ts';
import { optionOf, settingOf } from './options.ts';
import type { Sheet } from './sheet.ts';
import { splitAt, type Word } from './text.ts';

/** What Kea leases for when nothing is said. */
const DEFAULT_LEASE = 7200 * SECOND;

/** Hooks that are for operators, not for clients. */
const QUIET_HOOKS =
  /(lease|stat|host|subnet|class|cb|perfmon|pgsql|mysql|legal_log|forensic_log|bootp|ddns_tuning)[^/]*$/;

/** What holds at one level. The timers are derived in the innermost, from the lease there. */
export interface Level {
  readonly settings: Settings;
  readonly calculated?: Given<boolean>;
  readonly t1Share: number;
  readonly t2Share: number;
}

export const OUTERMOST: Level = { settings: {}, t1Share: 0.5, t2Share: 0.875 };

const SECONDS = [
  ['valid-lifetime', 'lease'],
  ['min-valid-lifetime', 'minLease'],
  ['max-valid-lifetime', 'maxLease'],
  ['renew-timer', 't1'],
  ['rebind-timer', 't2'],
  ['decline-probation-period', 'quarantine'],
] as const;

export function levelOf(one: KeaObject, sheet: Sheet, outer: Level): Level {
  const found: { -readonly [K in keyof Settings]: Settings[K] } = { ...keaOptions(one, sheet) };
  for (const [key, setting] of SECONDS) {
    const given = one.seconds(key);
    if (given !== undefined) found[setting] = given;
  }
  const authoritative = one.flag('authoritative');
  if (authoritative !== undefined) found.authoritative = authoritative;
  const calculated = one.flag('calculate-tee-times') ?? outer.calculated;
  bearings(one, sheet);
  return {
    settings: { ...outer.settings, ...found },
    ...(calculated === undefined ? {} : { calculated }),
    t1Share: one.number('t1-percent', outer.t1Share),
    t2Share: one.number('t2-percent', outer.t2Share),
  };
}

/** The settings with timers: those that are said, else, where Kea is to calculate them, parts of the lease. */
export function timed({ settings, calculated, t1Share, t2Share }: Level): Settings {
  if (calculated?.value !== true) return settings;
  const lease = settings.lease?.value ?? DEFAULT_LEASE;
  const part = (share: number) => ({ ...calculated, value: Math.floor((lease * share) / SECOND) * SECOND });
  return { t1: part(t1Share), t2: part(t2Share), ...settings };
}

/** `option-data`. */
export function keaOptions(one: KeaObject, sheet: Sheet): Settings {
  let found: Settings = {};
  for (const data of one.objects('option-data')) {
    const name = data.word('name') ?? data.word('code');
    const option = optionOf(name?.text ?? '', 'other');
    const value = data.word('data');
    const isForeign = data.has('space') && data.text('space') !== 'dhcp4';
    if (option === 'moot' || name === undefined) continue;
    if (option === undefined || isForeign || data.flag('csv-format')?.value === false)
      sheet.leftOut(
        name,
        `the option ${quote(name.text)}`,
        'a scenario has no word for it, or it is written in bytes',
      );
    else found = { ...found, ...settingOf(option, partsOf(value, name), name, sheet) };
  }
  return found;
}

/** The values in `data`: commas part them. */
function partsOf(value: Word | undefined, name: Word): readonly Word[] {
  return splitAt(value?.text ?? '', ',', 0).map(({ text }) => ({ ...(value ?? name), text }));
}

/** Keys of every level that change who gets what, and for which a scenario has no words. */
function bearings(one: KeaObject, sheet: Sheet): void {
  const kept = 'reservations are imported all the same';
  const odd = [
    [one.flag('match-client-id'), false, 'match-client-id', 'a scenario knows clients by their identifier'],
    [one.flag('reservations-in-subnet'), false, 'reservations-in-subnet', kept],
  ] as const;
  for (const [given, value, key, reason] of odd)
    if (given?.value === value) sheet.leftOut(given, quote(key), reason);
  const allocator = one.word('allocator');
  if (allocator !== undefined && allocator.text !== 'iterative')
    sheet.leftOut(allocator, '`allocator`', 'a scenario gives out addresses in turn');
  const mode = one.word('reservation-mode');
  if (mode !== undefined && ['disabled', 'off'].includes(mode.text.toLowerCase()))
    sheet.leftOut(mode, '`reservation-mode`', kept);
}

/** Of all hooks, only the one that looks for a user of an address changes what is simulated. */
export function hooksOf(server: KeaObject, sheet: Sheet): Settings {
  let found: Settings = {};
  for (const hook of server.objects('hooks-libraries')) {
    const library = hook.word('library');
    if (library?.text.includes('ping_check')) found = pingOf(hook, library);
    else if (library !== undefined && !QUIET_HOOKS.test(library.text))
      sheet.leftOut(
        library,
        'what this hook does',
        'code outside the configuration may decide who gets which address',
      );
  }
  return found;
}

function pingOf(hook: KeaObject, library: Word): Settings {
  const parameters = hook.object('parameters');
  if (parameters?.flag('enable-ping-check')?.value === false) return {};
  const check = { from: library.from, to: library.to, value: 'ping' as const };
  const wait = parameters?.word('reply-timeout');
  if (wait === undefined || !/^\d{1,9}$/.test(wait.text)) return { check };
  return { check, checkWait: { from: wait.from, to: wait.to, value: Number(wait.text) * MILLISECOND } };
}
