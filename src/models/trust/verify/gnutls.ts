/**
 * GnuTLS 3.7, as gnutls-cli asks it (lib/x509/verify-high.c and verify.c): the certificates are sorted and cut where the store takes over,
 * then judged from the top down, and the first that is refused ends it. Purpose and host of the leaf come in any case, revocation last.
 */
import type { Certificate } from '../certificate.ts';
import { forbids, hasSigned, isCa, keyIdsDiffer, pathLenOf, sameName } from './extensions.ts';
import { isFitting, type Limits, narrowed, UNLIMITED } from './gnutls-constraints.ts';
import { isForGnutls } from './host.ts';
import type { GnutlsProfile } from './profile.ts';
import { ACCEPTED, type FaultClass, type Question, type Refusal, type Verdict } from './verdict.ts';

const BAD_CERTIFICATE = 42;
const INTERNAL_ERROR = 80;

/** GnuTLS's words for each class, in the order in which it says them. */
const WORDS: readonly (readonly [FaultClass, string])[] = [
  ['revoked', 'The certificate chain is revoked.'],
  ['unknown-authority', 'The certificate issuer is unknown.'],
  ['issuer-not-ca', 'The certificate issuer is not a CA.'],
  ['weak-hash', 'The certificate chain uses insecure algorithm.'],
  ['signer-constraints', "The certificate chain violates the signer's constraints."],
  ['not-yet-valid', 'The certificate chain uses not yet valid certificate.'],
  ['expired', 'The certificate chain uses expired certificate.'],
  ['bad-signature', 'The signature in the certificate is invalid.'],
  ['purpose', 'The certificate chain does not match the intended purpose.'],
  ['unknown-critical-extension', 'The certificate contains an unknown critical extension.'],
  ['name-mismatch', 'The name in the certificate does not match the expected.'],
];

/** Faults found together, and in which certificate. */
interface Fault {
  readonly classes: readonly FaultClass[];
  readonly cert: Certificate;
  readonly missing?: Certificate['issuer'];
}

const isIssuer = (child: Certificate, issuer: Certificate) =>
  sameName(child.issuer, issuer.subject) && !keyIdsDiffer(child, issuer);

const isRoot = (cert: Certificate) => isIssuer(cert, cert);

/** The store, by subject. */
function storeOf(trusted: readonly Certificate[]): ReadonlyMap<string, readonly Certificate[]> {
  const store = new Map<string, Certificate[]>();
  for (const cert of trusted) {
    const same = store.get(cert.subject.key);
    if (same === undefined) store.set(cert.subject.key, [cert]);
    else same.push(cert);
  }
  return store;
}

class Judge {
  readonly #question: Question;
  readonly #profile: GnutlsProfile;
  readonly #store: ReadonlyMap<string, readonly Certificate[]>;

  constructor(question: Question, profile: GnutlsProfile) {
    this.#question = question;
    this.#profile = profile;
    this.#store = storeOf(question.trusted);
  }

  #named(name: Certificate['subject']): readonly Certificate[] {
    return this.#store.get(name.key) ?? [];
  }

  #isKnown(child: Certificate): boolean {
    return this.#named(child.issuer).some((one) => isIssuer(child, one));
  }

  /** What can be made a chain from the first on, in its order, and how many that are; the others follow (_gnutls_sort_clist). */
  #sorted([first, ...rest]: readonly [Certificate, ...Certificate[]]): readonly [
    readonly Certificate[],
    number,
  ] {
    const chain = [first];
    for (let child = first; !isRoot(child); ) {
      const next = rest.findIndex((one) => isIssuer(child, one));
      if (next < 0) break;
      child = rest[next] as Certificate;
      chain.push(...rest.splice(next, 1));
    }
    return [[...chain, ...rest], chain.length];
  }

  /** The certificates to judge: sorted, without doubles, up to where the store knows the issuer or the certificate. */
  #chain(): readonly Certificate[] {
    const certs = [...new Map(this.#question.sent.map((cert) => [cert.id, cert])).values()];
    for (let done = 0; done < certs.length; ) {
      const [head, ...others] = certs.length - done > this.#profile.mostSorted ? [] : certs.slice(done);
      const [sorted, length] = head === undefined ? [[], 1] : this.#sorted([head, ...others]);
      certs.splice(done, sorted.length, ...sorted);
      done += length;
      if (this.#isKnown(certs[done - 1] as Certificate)) certs.length = done;
    }
    if (certs.length > 1 && isRoot(certs.at(-1) as Certificate)) certs.pop();
    const known = certs.findIndex(
      (cert, i) => i > 0 && this.#named(cert.issuer).some(({ id }) => id === cert.id),
    );
    return known < 0 ? certs : certs.slice(0, known + 1);
  }

  #dates({ notBefore, notAfter }: Certificate): FaultClass[] {
    const { now } = this.#question;
    if (now < notBefore) return ['not-yet-valid'];
    return now > notAfter ? ['expired'] : [];
  }

  /** Among several issuers the last one in time; the first when none but it is. */
  #pick(child: Certificate, store: readonly Certificate[]): Certificate | undefined {
    const { now } = this.#question;
    const [first, ...others] = store.filter((one) => isIssuer(child, one));
    return others.findLast(({ notBefore, notAfter }) => now >= notBefore && now < notAfter) ?? first;
  }

  /** One certificate under its issuer (verify_crt). */
  #link(
    cert: Certificate,
    issuer: Certificate | undefined,
    limits: Limits,
    isLeaf: boolean,
    inChain: boolean,
  ) {
    const classes: FaultClass[] = [];
    if (issuer === undefined) classes.push('unknown-authority');
    else {
      if (isLeaf && !isFitting(cert, limits)) classes.push('signer-constraints');
      const oldRoot = issuer.version === 1 && !inChain;
      if (!oldRoot) {
        const vouched = issuer.basicConstraints === undefined && !inChain && isRoot(issuer);
        if (!isCa(issuer) && !vouched && issuer.id !== cert.id) classes.push('issuer-not-ca');
        if (forbids(issuer, 'keyCertSign')) classes.push('signer-constraints');
      }
      if (!hasSigned(issuer, cert)) classes.push('bad-signature');
      if (issuer.unknownCritical.length > 0) classes.push('unknown-critical-extension');
    }
    if (isLeaf && cert.unknownCritical.length > 0) classes.push('unknown-critical-extension');
    if ((cert.signatureHash === 'md5' || cert.signatureHash === 'sha1') && !isRoot(cert))
      classes.push('weak-hash');
    if (issuer !== undefined) classes.push(...this.#dates(issuer));
    classes.push(...this.#dates(cert));
    return classes;
  }

  /** A chain under these roots, from the top down; undefined: good (_gnutls_verify_crt_status). */
  #under(chain: readonly Certificate[], roots: readonly Certificate[]): Fault | undefined {
    const ours = (cert: Certificate, i: number) =>
      roots.find((one) =>
        i === 0 ? one.id === cert.id : sameName(one.subject, cert.subject) && one.key === cert.key,
      );
    const known = chain.findIndex((cert, i) => ours(cert, i) !== undefined);
    if (known >= 0) {
      const root = ours(chain[known] as Certificate, known) as Certificate;
      const classes = this.#dates(root);
      if (classes.length > 0) return { classes, cert: root };
    }
    let room = Number.POSITIVE_INFINITY;
    let limits = UNLIMITED;
    const top = (known < 0 ? chain.length : known) - 1;
    for (let i = top; i >= 0; i--) {
      const cert = chain[i] as Certificate;
      const issuer = i === top ? this.#pick(cert, roots) : chain[i + 1];
      if (i < top && !isFor(issuer as Certificate, false))
        return { classes: ['purpose'], cert: issuer as Certificate };
      if (room === 0) return { classes: ['signer-constraints'], cert };
      if (i < top && !isIssuer(cert, issuer as Certificate))
        return { classes: ['unknown-authority'], cert, missing: cert.issuer };
      room--;
      limits = narrowed(limits, issuer?.nameConstraints);
      if (issuer !== undefined && isCa(issuer) && pathLenOf(issuer) !== -1)
        room = Math.min(room, pathLenOf(issuer));
      const classes = this.#link(cert, issuer, limits, i === 0, i < top);
      if (classes.length > 0)
        return { classes, cert, ...(issuer === undefined ? { missing: cert.issuer } : {}) };
    }
    return undefined;
  }

  /** The chain under the roots that its end names, else under those that bear the name of its end. */
  #path(): Fault | undefined {
    const chain = this.#chain();
    const last = chain.at(-1) as Certificate;
    const found = this.#under(chain, this.#named(last.issuer));
    const isOld = found?.classes.some((one) => ['unknown-authority', 'expired', 'weak-hash'].includes(one));
    if (found === undefined || isOld !== true || sameName(last.subject, last.issuer)) return found;
    const again = this.#under(chain, this.#named(last.subject));
    return again !== undefined && !found.classes.includes('unknown-authority') ? found : again;
  }

  #revoked(): Fault | undefined {
    const { crl } = this.#question;
    if (crl === undefined) return undefined;
    const cert = this.#chain().find(
      (one) => sameName(one.issuer, crl.issuer) && crl.revoked.includes(one.serial),
    );
    return cert === undefined ? undefined : { classes: ['revoked'], cert };
  }

  /** Why gnutls-cli does not even begin: it takes no list whose signer it does not know, or that is out of date. */
  listFault(): Fault | undefined {
    const { crl, now, sent } = this.#question;
    if (crl === undefined) return undefined;
    const [cert] = sent;
    if (crl.thisUpdate > now) return { classes: ['crl-not-yet-valid'], cert };
    if (crl.nextUpdate < now) return { classes: ['crl-expired'], cert };
    const signer = this.#named(crl.issuer)[0];
    return signer === undefined ? { classes: ['crl-missing'], cert } : undefined;
  }

  /** All that is wrong with what was sent. */
  faults(): readonly Fault[] {
    const { sent, host } = this.#question;
    const [cert] = sent;
    const path = this.#path();
    const found: Fault[] = path === undefined ? [] : [path];
    if (!isFor(cert, true)) found.push({ classes: ['purpose'], cert });
    if (!isForGnutls(cert, host)) found.push({ classes: ['name-mismatch'], cert });
    const revoked = found.length === 0 ? this.#revoked() : undefined;
    return revoked === undefined ? found : [revoked];
  }
}

/** Whether extended key usage allows a server; that of the leaf may be any. */
const isFor = ({ extKeyUsage }: Certificate, isLeaf: boolean) =>
  extKeyUsage === undefined || extKeyUsage.includes('serverAuth') || (isLeaf && extKeyUsage.includes('any'));

/** The verdict of gnutls-cli. */
export function verifyGnutls(question: Question, profile: GnutlsProfile): Verdict {
  const judge = new Judge(question, profile);
  const [leaf] = question.sent;
  const refusal = (
    found: Fault,
    classes: readonly FaultClass[],
    text: string,
    alert: number | null,
  ): Refusal => ({
    ok: false,
    class: classes[0] as FaultClass,
    classes,
    code: null,
    name: 'GNUTLS_E_CERTIFICATE_ERROR',
    text,
    blamed: found.cert.id,
    depth: Math.max(
      0,
      question.sent.findIndex(({ id }) => id === found.cert.id),
    ),
    missing: found.missing ?? null,
    alert,
  });
  const list = judge.listFault();
  if (list !== undefined)
    return refusal(
      list,
      list.classes,
      'Error setting the x509 CRL file: Error in the CRL verification.',
      null,
    );
  const faults = judge.faults();
  // The key exchange of TLS 1.3 fails before the certificates are looked at, that of TLS 1.2 afterwards.
  if (forbids(leaf, 'digitalSignature')) {
    const text = '*** Fatal error: Key usage violation in certificate has been detected.';
    const alert = faults.length > 0 ? BAD_CERTIFICATE : INTERNAL_ERROR;
    return refusal({ classes: ['purpose'], cert: leaf }, ['purpose'], text, alert);
  }
  const [first] = faults;
  if (first === undefined) return ACCEPTED;
  const found = new Set(faults.flatMap(({ classes }) => classes));
  const told = WORDS.filter(([one]) => found.has(one));
  const text = ['The certificate is NOT trusted.', ...told.map(([, words]) => words)].join(' ');
  return refusal(
    first,
    told.map(([one]) => one),
    text,
    BAD_CERTIFICATE,
  );
}
