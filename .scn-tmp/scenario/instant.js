/** Calendar instants as whole microseconds since 1970, by arithmetic alone: the machine's clock and zone play no part. */
import { DAY, HOUR, MINUTE, SECOND } from "../base/units.js";
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}:\d{2})$/;
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
/** Reads `2016-05-24T09:00:00Z` (or with an offset such as `+02:00`). */
export function parseInstant(text) {
    const match = INSTANT.exec(text);
    const help = 'write date, time and zone: 2016-05-24T09:00:00Z';
    if (match === null)
        return { ok: false, message: 'this is not an instant', help };
    const [, year, month, day, hour, minute, second] = match.map(Number);
    const inRange = year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1;
    if (!inRange || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) {
        const message = 'there is no such instant';
        return { ok: false, message, help: `${help}, between the years ${FIRST_YEAR} and ${LAST_YEAR}` };
    }
    const clock = hour * HOUR + minute * MINUTE + second * SECOND + Number((match[7] ?? '').padEnd(6, '0'));
    const value = daysFromCivil(year, month, day) * DAY + clock - zoneOf(match[8] ?? 'Z');
    return { ok: true, value };
}
/** Writes microseconds since 1970 as `2016-05-24T09:00:00Z`; whole seconds, rounded down. */
export function formatInstant(micros) {
    const days = Math.floor(micros / DAY);
    const rest = micros - days * DAY;
    const { year, month, day } = civilFromDays(days);
    const two = (value) => String(Math.floor(value)).padStart(2, '0');
    const clock = `${two(rest / HOUR)}:${two((rest % HOUR) / MINUTE)}:${two((rest % MINUTE) / SECOND)}`;
    return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}Z`;
}
/** The same calendar day and time some years later or earlier; 29 February becomes 1 March in other years. */
export function addYears(micros, years) {
    const days = Math.floor(micros / DAY);
    const { year, month, day } = civilFromDays(days);
    return daysFromCivil(year + years, month, day) * DAY + (micros - days * DAY);
}
function zoneOf(zone) {
    if (zone === 'Z')
        return 0;
    const size = Number(zone.slice(1, 3)) * HOUR + Number(zone.slice(4, 6)) * MINUTE;
    return zone.startsWith('-') ? -size : size;
}
function daysInMonth(year, month) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
/** Days since 1970-01-01 of a day in the Gregorian calendar; the year is counted from March so that leap days come last. */
function daysFromCivil(year, month, day) {
    const shifted = month <= 2 ? year - 1 : year;
    const era = Math.floor(shifted / 400);
    const yearOfEra = shifted - era * 400;
    const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
    const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
}
function civilFromDays(days) {
    const shifted = days + 719_468;
    const era = Math.floor(shifted / 146_097);
    const dayOfEra = shifted - era * 146_097;
    const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
    const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
    const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
    const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
    return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
