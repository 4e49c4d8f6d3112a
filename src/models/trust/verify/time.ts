/** Instants as Go writes them. */

const two = (value: number) => String(value).padStart(2, '0');

/** RFC 3339, in UTC, of seconds since 1970. Days to civil dates as in RFC 3339's proleptic Gregorian calendar. */
export function instant(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  // Years begin in March here, so that the leap day is the last of its year.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const civilMonth = month < 10 ? month + 3 : month - 9;
  const civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0);
  const time = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(':');
  return `${String(civilYear).padStart(4, '0')}-${two(civilMonth)}-${two(day)}T${time}Z`;
}
