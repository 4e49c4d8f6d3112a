/**
 * Go's verifier (crypto/x509/verify.go 1.19 and 1.5; facts/registry-and-tls.md 3.1): critical extensions and dates of the leaf, host
 * name, then every chain that can be built, each candidate by signature, dates, name constraints, CA flag and path length; extended key
 * usage comes last.
 */
import type { Certificate } from '../certificate.ts';
import { inNetwork } from './address.ts';
import { isBelow } from './constraints.ts';
import { forbids, hasSigned, isCa, kindsDiffer, pathLenOf, sameName } from './extensions.ts';
import { isForGo, matchesGo } from './host.ts';
import type { GoProfile } from './profile.ts';
import { instant } from './time.ts';
import { ACCEPTED, type FaultClass, type Question, type Refusal, type Verdict } from './verdict.ts';

const BAD_CERTIFICATE = 42;

interface Fault {
  readonly class: FaultClass;
  /** Type of the error in Go. */
  readonly name: string;
  readonly text: string;
  readonly cert: Certificate;
  readonly missing?: Certificate['issuer'];
}

const invalid = (cert: Certificate, className: FaultClass, text: string): Fault => ({
  class: className,
  name: 'x509.CertificateInvalidError',
  text: `x509: ${text}`,
  cert,
});

/** Why a candidate cannot have signed: the hint that Go gives with an unknown authority. */
interface Hint {
  readonly class: FaultClass;
  readonly text: string;
  readonly candidate: Certificate;
}

const KEYS = { rsa: '*rsa.PublicKey', ec: '*ecdsa.PublicKey', ed25519: 'ed25519.PublicKey', other: 'nil' };
const KINDS = { rsa: 'RSA', ec: 'ECDSA', ed25519: 'Ed25519', other: '0' };
const FAILURES = {
  rsa: 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
  other: 'x509: cannot verify signature: algorithm unimplemented',
};

function signatureHint(child: Certificate, candidate: Certificate, profile: GoProfile): Hint | undefined {
  const { basicConstraints, version } = candidate;
  const isNoCa = basicConstraints === undefined ? version === 3 : !basicConstraints.ca;
  if (isNoCa || forbids(candidate, 'keyCertSign')) {
    const text = 'x509: invalid signature: parent certificate cannot sign this kind of certificate';
    return { class: 'issuer-not-ca', text, candidate };
  }
  const { signatureHash: hash } = child;
  const kind = child.signatureKind ?? candidate.keyKind;
  if ((hash === 'md5' || hash === 'sha1') && profile.refusedHashes.includes(hash)) {
    const algorithm = kind === 'ec' ? `ECDSA-${hash.toUpperCase()}` : `${hash.toUpperCase()}-RSA`;
    const way = hash === 'sha1' ? ' (temporarily override with GODEBUG=x509sha1=1)' : '';
    const text = `x509: cannot verify signature: insecure algorithm ${algorithm}${way}`;
    return { class: 'weak-hash', text, candidate };
  }
  if (kindsDiffer(child, candidate)) {
    const text = `x509: signature algorithm specifies an ${KINDS[kind]} public key, but have public key of type ${KEYS[candidate.keyKind]}`;
    return { class: 'unknown-authority', text, candidate };
  }
  if (hasSigned(candidate, child)) return undefined;
  return { class: 'unknown-authority', text: FAILURES[candidate.keyKind], candidate };
}

/** Names of people in certificates, as Go quotes them. */
const quoted = (text: string) => JSON.stringify(text);

function unknownAuthority(child: Certificate, hint: Hint | undefined): Fault {
  const known = { name: 'x509.UnknownAuthorityError', cert: child, missing: child.issuer };
  const text = 'x509: certificate signed by unknown authority';
  if (hint === undefined) return { ...known, class: 'unknown-authority', text };
  const { cn, o } = hint.candidate.subject;
  const called = cn || o || `serial:${hint.candidate.serial}`;
  const why = `possibly because of ${quoted(hint.text)} while trying to verify candidate authority certificate ${quoted(called)}`;
  return { ...known, class: hint.class, text: `${text} (${why})` };
}

/** The first name of a certificate that breaks the constraints of an authority above it. */
function brokenName(names: Certificate, limits: NonNullable<Certificate['nameConstraints']>): string {
  const { dns = [], ip = [] } = names.san ?? {};
  const kinds = [
    ['DNS name', dns, limits.permittedDns, limits.excludedDns, isBelow],
    ['IP address', ip, limits.permittedIp, limits.excludedIp, inNetwork],
  ] as const;
  for (const [kind, values, permitted, excluded, within] of kinds)
    for (const value of values) {
      const constraint = excluded.find((one) => within(value, one));
      if (constraint !== undefined)
        return `${kind} ${quoted(value)} is excluded by constraint ${quoted(constraint)}`;
      if (permitted.length > 0 && !permitted.some((one) => within(value, one)))
        return `${kind} ${quoted(value)} is not permitted by any constraint`;
    }
  return '';
}

function constraintFault(
  cert: Certificate,
  leaf: Certificate,
  { profile, question }: Search,
): Fault | undefined {
  const limits = cert.nameConstraints;
  if (limits === undefined) return undefined;
  const words = 'a root or intermediate certificate is not authorized to sign';
  if (profile.oldConstraints) {
    const { permittedDns } = limits;
    const allowed = permittedDns.length === 0 || permittedDns.some((one) => isBelow(question.host.name, one));
    return allowed ? undefined : invalid(cert, 'name-constraint', `${words} in this domain`);
  }
  const why = brokenName(leaf, limits) || brokenName(cert, limits);
  return why === '' ? undefined : invalid(cert, 'name-constraint', `${words} for this name: ${why}`);
}

function dateFault(cert: Certificate, { question: { now }, profile }: Search): Fault | undefined {
  const { notBefore, notAfter } = cert;
  if (now >= notBefore && now <= notAfter) return undefined;
  const [className, when] =
    now < notBefore
      ? (['not-yet-valid', `before ${instant(notBefore)}`] as const)
      : (['expired', `after ${instant(notAfter)}`] as const);
  const detail = profile.detailed ? `: current time ${instant(now)} is ${when}` : '';
  return invalid(cert, className, `certificate has expired or is not yet valid${detail}`);
}

type Role = 'leaf' | 'intermediate' | 'root';

/** What Go asks of each certificate that it is about to put on a chain (isValid). */
function fault(
  cert: Certificate,
  role: Role,
  below: readonly Certificate[],
  search: Search,
): Fault | undefined {
  const { profile } = search;
  const excludes = (cert.nameConstraints?.excludedDns.length ?? 0) > 0;
  const unread = profile.oldConstraints && cert.nameConstraints?.critical === true && excludes;
  if (cert.unknownCritical.length > 0 || unread)
    return {
      class: 'unknown-critical-extension',
      name: 'x509.UnhandledCriticalExtension',
      text: 'x509: unhandled critical extension',
      cert,
    };
  const dated = dateFault(cert, search);
  if (dated !== undefined) return dated;
  const [leaf] = below;
  const constrained = leaf === undefined ? undefined : constraintFault(cert, leaf, search);
  if (constrained !== undefined) return constrained;
  if (role === 'intermediate' && !isCa(cert))
    return invalid(cert, 'issuer-not-ca', 'certificate is not authorized to sign other certificates');
  const limit = pathLenOf(cert);
  if (limit !== -1 && below.length - 1 > limit)
    return invalid(cert, 'path-length', 'too many intermediates for path length constraint');
  return undefined;
}

/** Whether a chain comes by a certificate again: subject, key and SAN are equal. */
const repeats = (candidate: Certificate, chain: readonly Certificate[]) =>
  chain.some(
    (one) =>
      sameName(candidate.subject, one.subject) &&
      candidate.key === one.key &&
      JSON.stringify(candidate.san) === JSON.stringify(one.san),
  );

/** Certificates by subject, each once. */
function poolOf(certs: readonly Certificate[]): ReadonlyMap<string, readonly Certificate[]> {
  const pool = new Map<string, Certificate[]>();
  for (const cert of new Map(certs.map((one) => [one.id, one])).values()) {
    const same = pool.get(cert.subject.key);
    if (same === undefined) pool.set(cert.subject.key, [cert]);
    else same.push(cert);
  }
  return pool;
}

class Search {
  readonly question: Question;
  readonly profile: GoProfile;
  readonly #roots: ReadonlyMap<string, readonly Certificate[]>;
  readonly #others: ReadonlyMap<string, readonly Certificate[]>;
  #checks = 0;
  /** Chains that end at a root. */
  readonly chains: (readonly Certificate[])[] = [];

  constructor(question: Question, profile: GoProfile) {
    this.question = question;
    this.profile = profile;
    this.#roots = poolOf(question.trusted);
    this.#others = poolOf(question.sent.slice(1));
  }

  /** Those of the right name: equal key identifiers first, then those where one has none. */
  #parents(pool: ReadonlyMap<string, readonly Certificate[]>, child: Certificate): readonly Certificate[] {
    const named = pool.get(child.issuer.key) ?? [];
    const rank = ({ subjectKeyId }: Certificate) =>
      subjectKeyId === child.authorityKeyId
        ? 0
        : subjectKeyId === undefined || child.authorityKeyId === undefined
          ? 1
          : 2;
    if (!this.profile.keyIdDecides) return [0, 1, 2].flatMap((r) => named.filter((one) => rank(one) === r));
    const byKeyId = child.authorityKeyId === undefined ? [] : named.filter((one) => rank(one) === 0);
    return byKeyId.length > 0 ? byKeyId : named;
  }

  /** Adds the chains that go on from here; undefined when there is at least one, else why there is none. */
  extend(chain: readonly Certificate[]): Fault | undefined {
    const child = chain.at(-1) as Certificate;
    const before = this.chains.length;
    const { mostChecks, rootsMayRepeat } = this.profile;
    let hint: Hint | undefined;
    let last: Fault | undefined;
    const consider = (role: Role, candidate: Certificate): void => {
      if (!(role === 'root' && rootsMayRepeat) && repeats(candidate, chain)) return;
      if (++this.#checks > mostChecks) {
        const text = 'x509: signature check attempts limit reached while verifying certificate chain';
        last = { class: 'unknown-authority', name: '*errors.errorString', text, cert: child };
        return;
      }
      const unsigned = signatureHint(child, candidate, this.profile);
      if (unsigned !== undefined) {
        hint ??= unsigned;
        return;
      }
      last = fault(candidate, role, chain, this);
      if (last !== undefined) return;
      if (role === 'root') this.chains.push([...chain, candidate]);
      else last = this.extend([...chain, candidate]);
    };
    for (const root of this.#parents(this.#roots, child)) consider('root', root);
    for (const other of this.#parents(this.#others, child)) consider('intermediate', other);
    if (this.chains.length > before) return undefined;
    return last ?? unknownAuthority(child, hint);
  }
}

/** Go asks each certificate of a chain that names usages at all. */
const serves = ({ extKeyUsage }: Certificate) =>
  extKeyUsage === undefined ||
  extKeyUsage.length === 0 ||
  extKeyUsage.includes('any') ||
  extKeyUsage.includes('serverAuth');

function hostFault({ sent: [leaf], host }: Question, { commonName }: GoProfile): Fault | undefined {
  const byCommonName = leaf.san === undefined && matchesGo(leaf.subject.cn, host.name);
  if (isForGo(leaf, host) || (commonName && host.kind === 'dns' && byCommonName)) return undefined;
  const { dns = [], ip = [] } = leaf.san ?? {};
  const listed = host.kind === 'ip' ? ip : dns;
  const known = { class: 'name-mismatch', name: 'x509.HostnameError', cert: leaf } as const;
  if (byCommonName && !commonName)
    return { ...known, text: 'x509: certificate relies on legacy Common Name field, use SANs instead' };
  if (host.kind === 'ip' && ip.length === 0)
    return {
      ...known,
      text: `x509: cannot validate certificate for ${host.name} because it doesn't contain any IP SANs`,
    };
  const names = commonName && leaf.san === undefined ? leaf.subject.cn : listed.join(', ');
  if (names === '')
    return {
      ...known,
      text: `x509: certificate is not valid for any names, but wanted to match ${host.name}`,
    };
  return { ...known, text: `x509: certificate is valid for ${names}, not ${host.name}` };
}

function firstFault(search: Search): Fault | undefined {
  const { question, profile } = search;
  const [leaf] = question.sent;
  const early = fault(leaf, 'leaf', [], search) ?? hostFault(question, profile);
  if (early !== undefined) return early;
  if (profile.leafCanBeRoot && question.trusted.some(({ id }) => id === leaf.id)) search.chains.push([leaf]);
  else {
    const late = search.extend([leaf]);
    if (late !== undefined) return late;
  }
  if (search.chains.some((chain) => chain.every(serves))) return undefined;
  const [chain = []] = search.chains;
  const blamed = chain.toReversed().find((cert) => !serves(cert)) ?? leaf;
  return invalid(blamed, 'purpose', 'certificate specifies an incompatible key usage');
}

/** The verdict of a Go program. */
export function verifyGo(question: Question, profile: GoProfile): Verdict {
  const found = firstFault(new Search(question, profile));
  if (found === undefined) return ACCEPTED;
  const refusal: Refusal = {
    ok: false,
    class: found.class,
    classes: [found.class],
    code: null,
    name: found.name,
    text: found.text,
    blamed: found.cert.id,
    depth: Math.max(
      0,
      question.sent.findIndex(({ id }) => id === found.cert.id),
    ),
    missing: found.missing ?? null,
    alert: BAD_CERTIFICATE,
  };
  return refusal;
}
