/**
 * The OpenSSL family: 1.0.2 to 3.5, alone, in Node and in curl. The order of checks is that of verify_chain in crypto/x509/x509_vfy.c
 * (facts/registry-and-tls.md 3.2): the leaf's key, the chain, extensions, strength, host, revocation, signatures and dates from the root
 * down, name constraints.
 */
import type { Certificate, RevocationList } from '../certificate.ts';
import { breach } from './constraints.ts';
import { forbids, hasSigned, isCa, isSelfIssued, pathLenOf, sameName } from './extensions.ts';
import { isForCurl, isForOpenssl, nodeComplaint } from './host.ts';
import { buildChain, type Chain, looksSelfSigned, mayHaveIssued } from './openssl-chain.ts';
import { CODES } from './openssl-codes.ts';
import type { OpensslProfile } from './profile.ts';
import { ACCEPTED, type FaultClass, type Question, type Refusal, type Verdict } from './verdict.ts';

const HANDSHAKE_FAILURE = 40;

/** One error of a verification. */
interface Finding {
  readonly code: number;
  readonly depth: number;
  readonly cert: Certificate;
}

interface Case {
  readonly question: Question;
  readonly profile: OpensslProfile;
  readonly chain: Chain;
  readonly partial: boolean;
}

/** Least bits of strength at each security level (SSL_CTX_set_security_level(3)). */
const LEAST_BITS = [0, 80, 112] as const;

function isWeakKey({ keyKind, keyBits }: Certificate, { level }: OpensslProfile): boolean {
  // NIST SP 800-57: 1024 bits of RSA are worth 80, 2048 are worth 112; a curve is worth half its bits.
  const strength = keyKind === 'rsa' ? (keyBits < 1024 ? 0 : keyBits < 2048 ? 80 : 112) : keyBits / 2;
  return keyKind !== 'other' && strength < LEAST_BITS[level];
}

function isWeakHash({ signatureHash }: Certificate, { level, sha1, md5 }: OpensslProfile): boolean {
  const strength = signatureHash === 'md5' ? md5 : signatureHash === 'sha1' ? sha1 : 112;
  return strength < LEAST_BITS[level];
}

/** X509_check_ca: 0 no CA, 1 by basicConstraints, 3 a root of version 1, 4 by its key usage alone. */
function caKind(profile: OpensslProfile, cert: Certificate): 0 | 1 | 3 | 4 {
  if (forbids(cert, 'keyCertSign')) return 0;
  if (cert.basicConstraints !== undefined) return isCa(cert) ? 1 : 0;
  if (cert.version === 1 && looksSelfSigned(profile, cert)) return 3;
  return cert.keyUsage !== undefined ? 4 : 0;
}

/** Whether a certificate is against the purpose of a server (check_purpose_ssl_server). */
function isUnsuitable(profile: OpensslProfile, cert: Certificate, depth: number): boolean {
  if (cert.extKeyUsage !== undefined && !cert.extKeyUsage.includes('serverAuth')) return true;
  if (depth === 0) return forbids(cert, 'digitalSignature', 'keyEncipherment', 'keyAgreement');
  const kind = caKind(profile, cert);
  return kind === 0 || (profile.strict && kind !== 1);
}

/** What -x509_strict asks of one certificate of a chain of several. */
function* strictFaults(cert: Certificate, isLast: boolean): Generator<number> {
  if (pathLenOf(cert) !== -1) {
    if (!isCa(cert)) yield 80;
    if (cert.keyUsage?.includes('keyCertSign') !== true) yield 81;
  }
  if (isCa(cert) && cert.basicConstraints?.critical === false) yield 89;
  if (isCa(cert) && cert.keyUsage === undefined) yield 92;
  if (!isCa(cert) && cert.keyUsage?.includes('keyCertSign') === true) yield 82;
  if (cert.version !== 3) return;
  if (!isLast && cert.authorityKeyId === undefined) yield 85;
  if (isCa(cert) && cert.subjectKeyId === undefined) yield 86;
}

function* extensionFaults({ profile, chain }: Case): Generator<Finding> {
  const { certs } = chain;
  const judged = profile.judgesTrusted ? certs.length : chain.untrusted;
  let below = 0;
  for (const [depth, cert] of certs.slice(0, judged).entries()) {
    const at = { depth, cert };
    const isLast = depth === certs.length - 1;
    if (cert.unknownCritical.length > 0) yield { code: 34, ...at };
    const kind = caKind(profile, cert);
    const mustBePlain = profile.strict || (!isLast && !profile.toleratesOldCas);
    if (depth === 0 ? profile.strict && kind > 1 : kind === 0 || (mustBePlain && kind !== 1))
      yield { code: profile.invalidCa, ...at };
    if (profile.strict && certs.length > 1)
      for (const code of strictFaults(cert, isLast)) yield { code, ...at };
    if (isUnsuitable(profile, cert, depth)) yield { code: 26, ...at };
    const limit = pathLenOf(cert);
    if (depth > 1 && limit !== -1 && below > limit) yield { code: 25, ...at };
    if (depth > 0 && !isSelfIssued(cert)) below++;
  }
}

function* strengthFaults({ profile, chain: { certs } }: Case): Generator<Finding> {
  for (const [depth, cert] of certs.entries()) {
    if (depth > 0 && isWeakKey(cert, profile)) yield { code: 67, depth, cert };
    if (depth < certs.length - 1 && isWeakHash(cert, profile)) yield { code: 68, depth, cert };
  }
}

function* hostFaults({ profile, question }: Case): Generator<Finding> {
  const [leaf] = question.sent;
  if (profile.host === 'openssl' && !isForOpenssl(leaf, question.host))
    yield { code: question.host.kind === 'ip' ? 64 : 62, depth: 0, cert: leaf };
}

/** Who issued the list for a certificate of the chain, as far as the chain knows (get_crl_score). */
function listIssuer(list: RevocationList, certs: readonly Certificate[], depth: number) {
  if (!sameName((certs[depth] as Certificate).issuer, list.issuer)) return undefined;
  const isSigner = ({ subjectKeyId, key }: Certificate) =>
    subjectKeyId === undefined || key === list.signedBy;
  const above = Math.min(depth + 1, certs.length - 1);
  const next = certs[above] as Certificate;
  if (isSigner(next)) return next;
  return certs.slice(above + 1).find((one) => sameName(one.subject, list.issuer) && isSigner(one));
}

function* revocationFaults({ profile, question, chain: { certs } }: Case): Generator<Finding> {
  const { crl, now } = question;
  if (crl === undefined) return;
  for (const [depth, cert] of certs.slice(0, profile.revocation === 'leaf' ? 1 : undefined).entries()) {
    const at = { depth, cert };
    const issuer = listIssuer(crl, certs, depth);
    if (issuer === undefined) {
      yield { code: 3, ...at };
      continue;
    }
    if (forbids(issuer, 'cRLSign')) yield { code: 35, ...at };
    if (crl.thisUpdate > now) yield { code: 11, ...at };
    if (crl.nextUpdate <= now) yield { code: 12, ...at };
    if (issuer.key !== crl.signedBy) yield { code: 8, ...at };
    if (crl.revoked.includes(cert.serial)) yield { code: 23, ...at };
  }
}

function* dateFaults({ notBefore, notAfter }: Certificate, now: number): Generator<number> {
  if (notBefore > now) yield 9;
  // The last second is over for OpenSSL (X509_cmp_time).
  if (notAfter <= now) yield 10;
}

/** Signatures and dates from the top down (internal_verify). A top that is no root vouches for what is below, unseen itself. */
function* signatureFaults({ profile, question, chain: { certs }, partial }: Case): Generator<Finding> {
  const top = certs.length - 1;
  const root = certs[top] as Certificate;
  const isSeen = partial || mayHaveIssued(profile, root, root);
  if (!isSeen && top === 0) {
    yield { code: 21, depth: 0, cert: root };
    if (profile.lonelyLeafUndated) return;
  }
  for (let depth = isSeen || top === 0 ? top : top - 1; depth >= 0; depth--) {
    const cert = certs[depth] as Certificate;
    const issuer = certs[depth + 1];
    if (issuer !== undefined) {
      if (!profile.issuersMustSign && forbids(issuer, 'keyCertSign'))
        yield { code: 32, depth: depth + 1, cert: issuer };
      if (!hasSigned(issuer, cert)) yield { code: 7, depth, cert };
    }
    for (const code of dateFaults(cert, question.now)) yield { code, depth, cert };
  }
}

function* constraintFaults({ profile, chain: { certs } }: Case): Generator<Finding> {
  const limits = certs.flatMap(({ nameConstraints }, depth) =>
    nameConstraints === undefined ? [] : [{ nameConstraints, depth }],
  );
  if (limits.length === 0) return;
  for (const [depth, cert] of [...certs.entries()].reverse()) {
    if (depth > 0 && isSelfIssued(cert)) continue;
    for (const limit of limits.toReversed()) {
      const code = limit.depth > depth ? breach(cert, depth === 0, limit.nameConstraints, profile) : 0;
      if (code !== 0) yield { code, depth, cert };
    }
  }
}

/** All errors, in the order in which OpenSSL meets them. */
function* faults(question: Question, profile: OpensslProfile): Generator<Finding> {
  const [leaf] = question.sent;
  const isWeak = isWeakKey(leaf, profile);
  if (isWeak) yield { code: 66, depth: 0, cert: leaf };
  const { partialChain } = profile;
  const partial = partialChain === 'without-crl' ? question.crl === undefined : partialChain;
  const chain = buildChain(question, profile, partial);
  const here: Case = { question, profile, chain, partial };
  const last = chain.certs.length - 1;
  // When there is an error already, build_chain tells that one again instead of its own.
  if (chain.error !== 0)
    yield { code: isWeak ? 66 : chain.error, depth: last, cert: chain.certs[last] as Certificate };
  yield* extensionFaults(here);
  if (profile.oldConstraints) yield* constraintFaults(here);
  else yield* strengthFaults(here);
  yield* hostFaults(here);
  yield* revocationFaults(here);
  yield* signatureFaults(here);
  if (!profile.oldConstraints) yield* constraintFaults(here);
}

/** How the program round OpenSSL words an error. */
function reported({ code, depth, cert }: Finding, { oldTexts, host, advice }: OpensslProfile): Refusal {
  const known = CODES[code];
  if (known === undefined) throw new RangeError(`no such error: ${code}`);
  const words = (oldTexts && known.oldText) || known.text;
  const told = [2, 18, 21].includes(code) ? words + advice : words;
  const common = {
    ok: false as const,
    class: known.class,
    classes: [known.class],
    name: known.name,
    blamed: cert.id,
    depth,
    missing: [2, 20, 21].includes(code) ? cert.issuer : null,
  };
  switch (host) {
    case 'openssl':
      return { ...common, code, text: told, alert: known.alert };
    case 'curl': {
      // A signature that cannot be verified leaves an error of the library, which curl takes for one of its own.
      const exit = code === 7 || code === 8 ? 35 : 60;
      const text =
        exit === 35
          ? 'curl: (35) OpenSSL: error:06880006:asn1 encoding routines::EVP lib'
          : `curl: (60) SSL certificate problem: ${told}`;
      return { ...common, code: exit, text, alert: known.alert };
    }
    case 'node':
      return { ...common, code: known.node ? known.name : 'UNSPECIFIED', text: told, alert: null };
    case 'old-node':
      return { ...common, code: known.node ? known.name : told, text: told, alert: null };
  }
}

/** A refusal of the leaf by something else than the verification of its chain. */
const aside = (
  { sent: [leaf] }: Question,
  className: FaultClass,
  code: number | string | null,
  text: string,
  alert: number | null = null,
): Refusal => ({
  ok: false,
  class: className,
  classes: [className],
  code,
  name: typeof code === 'string' ? code : 'Error',
  text,
  blamed: leaf.id,
  depth: 0,
  missing: null,
  alert,
});

/** What curl and Node find out about the host after OpenSSL has done. */
function hostRefusal(question: Question, profile: OpensslProfile): Refusal | undefined {
  const { host, sent } = question;
  const [leaf] = sent;
  const refusal = (code: number | string | null, text: string) =>
    aside(question, 'name-mismatch', code, text);
  if (profile.host === 'curl' && !isForCurl(leaf, host)) {
    const target = `target host name '${host.name}'`;
    const text =
      leaf.san === undefined
        ? `certificate subject name '${leaf.subject.cn}' does not match ${target}`
        : `no alternative certificate subject name matches ${target}`;
    return refusal(60, `curl: (60) SSL: ${text}`);
  }
  if (profile.host !== 'node' && profile.host !== 'old-node') return undefined;
  const complaint = nodeComplaint(leaf, host, profile.host === 'old-node');
  if (complaint === '') return undefined;
  return profile.host === 'node'
    ? refusal(
        'ERR_TLS_CERT_ALTNAME_INVALID',
        `Hostname/IP does not match certificate's altnames: ${complaint}`.trimEnd(),
      )
    : refusal(null, `Hostname/IP doesn't match certificate's altnames: "${complaint}"`);
}

/** The key exchange of TLS 1.2 with an EC key needs digitalSignature (ssl_check_srvr_ecc_cert_and_alg); TLS 1.3 does not ask. */
const isUnfitForTls12 = ({ sent: [leaf] }: Question) =>
  leaf.keyKind === 'ec' && forbids(leaf, 'digitalSignature');

/** A server hears of the key exchange from those that let the handshake go on so far. */
function heard(verdict: Verdict, question: Question, profile: OpensslProfile): Verdict {
  if (!isUnfitForTls12(question) || verdict.alert !== null) return verdict;
  if (profile.mostTls === '1.3') return { ...verdict, alert: HANDSHAKE_FAILURE };
  const text = 'SSL routines:ssl_check_srvr_ecc_cert_and_alg:ecc cert not for signing';
  return aside(question, 'purpose', null, text, HANDSHAKE_FAILURE);
}

/** The verdict of a program of the OpenSSL family. */
export function verifyOpenssl(question: Question, profile: OpensslProfile): Verdict {
  const { refusedDot } = profile;
  if (refusedDot !== undefined && question.host.kind === 'dns' && question.host.name.endsWith('.'))
    return aside(question, 'refused-by-server', refusedDot.code, refusedDot.text);
  let told: Finding | undefined;
  for (const finding of faults(question, profile)) {
    told = finding;
    if (profile.reports === 'first') break;
  }
  const verdict = told === undefined ? (hostRefusal(question, profile) ?? ACCEPTED) : reported(told, profile);
  return heard(verdict, question, profile);
}
