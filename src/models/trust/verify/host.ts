/** Whether a certificate is for the host that was dialled, as each verifier decides it (facts/registry-and-tls.md 1.1). */
import type { Certificate } from '../certificate.ts';
import { bytesOf, sameAddress } from './address.ts';
import type { Host } from './verdict.ts';

const lower = (text: string) => text.toLowerCase();
const undotted = (text: string) => text.replace(/\.$/, '');
const dnsOf = ({ san }: Certificate) => san?.dns ?? [];
const ipsOf = ({ san }: Certificate) => san?.ip ?? [];
const hasAddress = (leaf: Certificate, host: Host) => ipsOf(leaf).some((ip) => sameAddress(ip, host.name));

type Match = (pattern: string, host: string) => boolean;

/** Go: `*` as the whole first label of any name; other odd names only when they are equal (crypto/x509/verify.go 1.19). */
export const matchesGo: Match = (pattern, host) => {
  const [ours, theirs] = [lower(pattern).split('.'), lower(undotted(host)).split('.')];
  return (
    pattern !== '' &&
    host !== '' &&
    ours.length === theirs.length &&
    ours.every((label, i) => (i === 0 && label === '*') || label === theirs[i])
  );
};

const LABEL = /^[a-z\d_][a-z\d_-]*$/i;

function isGoName(name: string, isPattern: boolean): boolean {
  const labels = (isPattern ? name : undotted(name)).split('.');
  return labels.every((label, i) => LABEL.test(label) || (isPattern && i === 0 && label === '*'));
}

export function isForGo(leaf: Certificate, { name, kind }: Host): boolean {
  if (kind === 'ip') return hasAddress(leaf, { name, kind });
  const wellFormed = isGoName(name, false);
  return dnsOf(leaf).some((pattern) =>
    wellFormed && isGoName(pattern, true)
      ? matchesGo(pattern, name)
      : pattern !== '' && pattern !== '.' && lower(pattern) === lower(name),
  );
}

/** One `*` at an end of the first label, which is no A-label; then at least two labels. Hyphens stand within labels only. */
const OPENSSL_PATTERN =
  /^(?!xn--)((?:[a-z\d](?:[a-z\d-]*[a-z\d])?)?)\*((?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?){2,})$/;

/** OpenSSL: what `*` stands for is letters, digits and hyphens, and no A-label unless it is a whole label (crypto/x509/v3_utl.c). */
const matchesOpenssl: Match = (pattern, host) => {
  const [wanted, given] = [lower(pattern), lower(host)];
  if (wanted === given) return true;
  const [whole, prefix = '', suffix = ''] = OPENSSL_PATTERN.exec(wanted) ?? [];
  if (whole === undefined || given.length < prefix.length + suffix.length) return false;
  if (!given.startsWith(prefix) || !given.endsWith(suffix) || (prefix !== '' && !suffix.startsWith('.')))
    return false;
  const covered = given.slice(prefix.length, given.length - suffix.length);
  if (prefix === '' && suffix.startsWith('.')) return /^[a-z\d-]+$/.test(covered);
  return /^[a-z\d-]*$/.test(covered) && !given.slice(prefix.length).startsWith('xn--');
};

/** OpenSSL: the common name counts where there is no DNS name; addresses stand in the SAN only. */
export function isForOpenssl(leaf: Certificate, host: Host): boolean {
  if (host.kind === 'ip') return hasAddress(leaf, host);
  const names = dnsOf(leaf).length > 0 ? dnsOf(leaf) : [leaf.subject.cn];
  return names.some((pattern) => matchesOpenssl(pattern, host.name));
}

/** curl: `*.` and a name of at least two labels, never for addresses; one dot at the end is nothing (lib/vtls/hostcheck.c 7.88). */
const matchesCurl: Match = (pattern, host) => {
  const [wanted, given] = [lower(undotted(pattern)), lower(undotted(host))];
  if (!wanted.startsWith('*.')) return wanted === given;
  if (bytesOf(given) !== undefined || wanted.split('.').length < 3) return false;
  const dot = given.indexOf('.');
  return dot > 0 && given.slice(dot) === wanted.slice(1);
};

/** curl: names of the host's own kind; the common name where the SAN has neither names nor addresses, also for addresses. */
export function isForCurl(leaf: Certificate, host: Host): boolean {
  if (hasOther(leaf)) {
    if (host.kind === 'ip') return hasAddress(leaf, host);
    return dnsOf(leaf).some((pattern) => matchesCurl(pattern, host.name));
  }
  return matchesCurl(leaf.subject.cn, host.name);
}

const hasOther = (leaf: Certificate) => dnsOf(leaf).length + ipsOf(leaf).length > 0;

/** Node: one `*` anywhere in the first label, unless it is an A-label; at least three labels (lib/tls.js). */
const matchesNode: Match = (pattern, host) => {
  const [wanted, given] = [lower(undotted(pattern)).split('.'), lower(undotted(host)).split('.')];
  const [first = '', ...rest] = wanted;
  if (wanted.length !== given.length || wanted.includes('')) return false;
  if (rest.some((label, i) => label !== given[i + 1])) return false;
  const [label = ''] = given;
  const [prefix = '', suffix, ...more] = first.split('*');
  if (suffix === undefined || first.includes('xn--')) return first === label;
  if (more.length > 0 || wanted.length <= 2) return false;
  return label.length >= prefix.length + suffix.length && label.startsWith(prefix) && label.endsWith(suffix);
};

/** What Node says about a host that does not fit; '' where it does. Old ones look at the common name only without any SAN. */
export function nodeComplaint(leaf: Certificate, host: Host, old: boolean): string {
  const name = undotted(host.name);
  if (host.kind === 'ip')
    return hasAddress(leaf, host) ? '' : `IP: ${name} is not in the cert's list: ${ipsOf(leaf).join(', ')}`;
  const listed = dnsOf(leaf).length > 0 || (old && hasOther(leaf));
  if (listed) {
    if (dnsOf(leaf).some((pattern) => matchesNode(pattern, name))) return '';
    const all = [...dnsOf(leaf).map((one) => `DNS:${one}`), ...ipsOf(leaf).map((one) => `IP Address:${one}`)];
    return `Host: ${name}. is not in the cert's altnames: ${all.join(', ')}`;
  }
  const { cn } = leaf.subject;
  if (cn === '') return 'Cert does not contain a DNS name';
  return matchesNode(cn, name) ? '' : `Host: ${name}. is not cert's CN: ${cn}`;
}

/** GnuTLS: a `*` at the very start and at least two dots (lib/x509/hostname-verify.c 3.7). */
const matchesGnutls: Match = (pattern, host) => {
  const [wanted, given] = [lower(pattern), lower(host)];
  if (!wanted.startsWith('*')) return wanted === given;
  if (wanted.indexOf('.') === wanted.lastIndexOf('.') || wanted.endsWith('.')) return false;
  const rest = wanted.slice(1);
  const covered = given.slice(0, given.length - rest.length);
  return given.endsWith(rest) && !covered.includes('.');
};

/** GnuTLS: the common name counts where the SAN has neither names nor addresses, for names only. */
export function isForGnutls(leaf: Certificate, host: Host): boolean {
  if (host.kind === 'ip') return hasAddress(leaf, host);
  const names = hasOther(leaf) ? dnsOf(leaf) : [leaf.subject.cn];
  return names.some((pattern) => matchesGnutls(pattern, undotted(host.name)));
}
