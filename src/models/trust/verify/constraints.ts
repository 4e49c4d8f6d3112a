/** Name constraints (RFC 5280 4.2.1.10), as OpenSSL and Go compare them. */
import type { Certificate, NameConstraints } from '../certificate.ts';
import { inNetwork } from './address.ts';
import type { OpensslProfile } from './profile.ts';

/** Whether a name is the one of the constraint or below it; a leading dot of the constraint asks for at least one label more. */
export function isBelow(name: string, constraint: string): boolean {
  const [ours, its] = [name.toLowerCase(), constraint.toLowerCase()];
  return its === '' || ours === its || ours.endsWith(its.startsWith('.') ? its : `.${its}`);
}

/** A common name that looks like a host's: at least two labels, nothing but letters, digits, underscores and inner hyphens. */
const HOST_LIKE = /^[a-z\d_]([\w-]*\w)?(\.\w([\w-]*\w)?)+$/i;

/** 47 or 48 for a name that is against the constraints, 51 for one of a kind that OpenSSL 1.0.2 cannot compare, 0 for all others. */
function broken(
  name: string,
  permitted: readonly string[],
  excluded: readonly string[],
  within: ((name: string, constraint: string) => boolean) | undefined,
): 0 | 47 | 48 | 51 {
  if (within === undefined) return permitted.length + excluded.length > 0 ? 51 : 0;
  if (permitted.length > 0 && !permitted.some((constraint) => within(name, constraint))) return 47;
  return excluded.some((constraint) => within(name, constraint)) ? 48 : 0;
}

/** OpenSSL's error for the names of a certificate under the constraints of one above it; 0: none (NAME_CONSTRAINTS_check). */
export function breach(
  cert: Certificate,
  isLeaf: boolean,
  limits: NameConstraints,
  { oldConstraints }: OpensslProfile,
): 0 | 47 | 48 | 51 {
  const { dns = [], ip = [] } = cert.san ?? {};
  const { cn } = cert.subject;
  const hosts = isLeaf && !oldConstraints && dns.length === 0 && HOST_LIKE.test(cn) ? [cn] : dns;
  for (const name of ip) {
    const found = broken(name, limits.permittedIp, limits.excludedIp, oldConstraints ? undefined : inNetwork);
    if (found !== 0) return found;
  }
  for (const name of hosts) {
    const found = broken(name, limits.permittedDns, limits.excludedDns, isBelow);
    if (found !== 0) return found;
  }
  return 0;
}
