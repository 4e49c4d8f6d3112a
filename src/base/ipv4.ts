/** IPv4 addresses as unsigned 32-bit numbers, which is how every model and the log hold them. */

/** Dotted quad of an unsigned 32-bit number. */
export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Ranges of addresses, given as first and last, pair after pair: `10.0.0.1-10.0.0.9, 10.0.0.20-10.0.0.29`. */
export function rangesText(ranges: readonly number[]): string {
  const texts: string[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2)
    texts.push(`${formatIpv4(ranges[i] as number)}-${formatIpv4(ranges[i + 1] as number)}`);
  return texts.length === 0 ? 'no addresses' : texts.join(', ');
}
