/** IPv4 addresses as unsigned 32-bit numbers, which is how every model and the log hold them. */

/** Dotted quad of an unsigned 32-bit number. */
export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}
