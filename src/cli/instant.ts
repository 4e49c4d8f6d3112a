/** Instants as users give them: how long after the start, a clock, or an event. */
import { formatClock, HOUR, MINUTE, type Micros, parseDuration, SECOND } from '../base/units.ts';
import type { History } from '../run/history.ts';
import { EXIT, Stop } from './call.ts';

const CLOCK = /^(\d{1,6}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?$/;
const EVENT = /^e(\d{1,15})$/;

/** The number in `e131`, or undefined when it is something else. */
export function eventNumber(text: string): number | undefined {
  const digits = EVENT.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Reads `17m`, `00:17:30.250` or, when there is a history, `e131`. */
export function readInstant(flag: string, text: string, history?: History): Micros {
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, hours, minutes, seconds, fraction = ''] = clock;
    const whole = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
    return whole + Number(fraction.padEnd(6, '0'));
  }
  const seq = eventNumber(text);
  if (seq !== undefined && history !== undefined) {
    const recorded = history.events[seq];
    if (recorded !== undefined) return recorded.at;
    const last = history.events.length - 1;
    throw new Stop(EXIT.usage, `There is no event ${text}.`, `the log ends with e${last}`);
  }
  const duration = parseDuration(text);
  if (duration.ok) return duration.value;
  throw new Stop(
    EXIT.usage,
    `${flag}: ${duration.message}.`,
    'write 17m, 1h30m, 00:17:30 or an event such as e131',
  );
}

/** Reads a flag that is a length of time. */
export function readDuration(flag: string, text: string): Micros {
  const duration = parseDuration(text);
  if (duration.ok) return duration.value;
  throw new Stop(EXIT.usage, `${flag}: ${duration.message}.`, duration.help);
}

/** An instant as it stands in the first column of lists. */
export const clockOf = (at: Micros): string => formatClock(at);

/** An instant exact to the millisecond. */
export const exactClock = (at: Micros): string => formatClock(at, { milliseconds: true });
