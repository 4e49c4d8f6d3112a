/**
 * How OpenSSL builds a chain: one chain, without going back over a choice (crypto/x509/x509_vfy.c: build_chain of 1.1.1 and 3.0,
 * X509_verify_cert of 1.0.2). Each round adds a certificate that is not in the chain yet, or ends the search.
 */
import type { Certificate } from '../certificate.ts';
import { forbids, isSelfIssued, keyIdsDiffer, kindsDiffer, sameName } from './extensions.ts';
import type { OpensslProfile } from './profile.ts';
import type { Question } from './verdict.ts';

export interface Chain {
  /** The leaf first. */
  readonly certs: readonly Certificate[];
  /** How many of them, from the leaf on, are not from the store. */
  readonly untrusted: number;
  /** The error at its end; 0: it ends at an anchor. */
  readonly error: 0 | 2 | 18 | 19 | 20 | 22;
}

/** Intermediates that a chain may have at most (X509_VERIFY_PARAM's default depth). */
const DEEPEST = 100;

const inTime = ({ notBefore, notAfter }: Certificate, now: number) => notBefore <= now && now < notAfter;

/** Whether the names and key identifiers make this one the issuer (X509_check_issued); the signature is not looked at. */
export const mayHaveIssued = (profile: OpensslProfile, child: Certificate, issuer: Certificate) =>
  sameName(issuer.subject, child.issuer) &&
  !keyIdsDiffer(child, issuer) &&
  !kindsDiffer(child, issuer) &&
  !(profile.issuersMustSign && forbids(issuer, 'keyCertSign'));

/** Names and identifiers, not the signature, decide whether a certificate counts as self-signed. */
export const looksSelfSigned = (profile: OpensslProfile, cert: Certificate) =>
  isSelfIssued(cert) && mayHaveIssued(profile, cert, cert);

/** One of several possible issuers. */
function pick(
  profile: OpensslProfile,
  issuers: readonly Certificate[],
  now: number,
): Certificate | undefined {
  if (profile.picks === 'first') return issuers[0];
  const valid = issuers.find((issuer) => inTime(issuer, now));
  if (valid !== undefined || profile.picks === 'valid-or-last') return valid ?? issuers.at(-1);
  return issuers.reduce<Certificate | undefined>(
    (best, one) => (best === undefined || one.notAfter > best.notAfter ? one : best),
    undefined,
  );
}

class Builder {
  readonly #profile: OpensslProfile;
  readonly #question: Question;
  readonly #partial: boolean;
  readonly #certs: Certificate[];
  /** What was sent and has not been used, by subject. */
  readonly #spare = new Map<string, Certificate[]>();
  readonly #store = new Map<string, Certificate[]>();
  #untrusted = 1;

  constructor(question: Question, profile: OpensslProfile, partial: boolean) {
    this.#profile = profile;
    this.#question = question;
    this.#partial = partial;
    this.#certs = [question.sent[0]];
    for (const [index, certs] of [
      [this.#spare, question.sent],
      [this.#store, question.trusted],
    ] as const)
      for (const cert of certs) {
        const same = index.get(cert.subject.key);
        if (same === undefined) index.set(cert.subject.key, [cert]);
        else same.push(cert);
      }
  }

  get #top(): Certificate {
    return this.#certs.at(-1) as Certificate;
  }

  #isRoot(cert: Certificate): boolean {
    return looksSelfSigned(this.#profile, cert);
  }

  #inStore(child: Certificate): Certificate | undefined {
    const named = this.#store.get(child.issuer.key) ?? [];
    const issuers = named.filter((one) => mayHaveIssued(this.#profile, child, one));
    return pick(this.#profile, issuers, this.#question.now);
  }

  #amongSent(child: Certificate): Certificate | undefined {
    const alone = isSelfIssued(child) && this.#certs.length === 1;
    const used = new Set(this.#certs.map(({ id }) => id));
    const issuers = (this.#spare.get(child.issuer.key) ?? []).filter(
      (one) => mayHaveIssued(this.#profile, child, one) && (alone || !used.has(one.id)),
    );
    return pick(this.#profile, issuers, this.#question.now);
  }

  /** Adds what was sent until there is nothing more, a root, or (if the store comes first) an issuer in the store. */
  #climb(): void {
    while (!this.#isRoot(this.#top) && this.#certs.length <= DEEPEST) {
      if (this.#profile.trustedFirst && this.#inStore(this.#top) !== undefined) return;
      const issuer = this.#amongSent(this.#top);
      if (issuer === undefined) return;
      const same = this.#spare.get(issuer.subject.key) as Certificate[];
      same.splice(same.indexOf(issuer), 1);
      this.#certs.push(issuer);
      this.#untrusted++;
    }
  }

  /** Adds what is in the store, up to a root or, if partial chains will do, one step. True: the chain ends at an anchor. */
  #anchor(): boolean {
    while (!this.#isRoot(this.#top) && this.#certs.length <= DEEPEST) {
      const issuer = this.#inStore(this.#top);
      if (issuer === undefined) return false;
      this.#certs.push(issuer);
      if (this.#partial) return true;
    }
    return this.#isRoot(this.#top) && this.#untrusted < this.#certs.length;
  }

  /** A root that was sent counts as the one in the store when they are the same. */
  #anchorRoot(): boolean {
    const isOurs = this.#inStore(this.#top)?.id === this.#top.id;
    if (isOurs) this.#untrusted = this.#certs.length - 1;
    return isOurs;
  }

  #chain(error: Chain['error']): Chain {
    return { certs: this.#certs, untrusted: this.#untrusted, error };
  }

  /** 1.1.1 and later: at each step the store first. */
  build(): Chain {
    this.#climb();
    const root = this.#isRoot(this.#top);
    if (root ? this.#anchorRoot() : this.#anchor()) return this.#chain(0);
    // The last resort of partial chains: the leaf itself is in the store.
    const [leaf] = this.#question.sent;
    if (this.#partial && (this.#store.get(leaf.subject.key) ?? []).some(({ id }) => id === leaf.id)) {
      this.#untrusted = 0;
      return this.#chain(0);
    }
    if (this.#certs.length > DEEPEST) return this.#chain(22);
    if (root) return this.#chain(this.#certs.length === 1 ? 18 : 19);
    return this.#chain(this.#untrusted < this.#certs.length ? 2 : 20);
  }

  /** 1.0.2: all that was sent first, then the store; then shorter chains whose end has an issuer in the store. */
  buildOld(): Chain {
    this.#climb();
    if (this.#isRoot(this.#top) && this.#certs.length === 1) return this.#chain(this.#anchorRoot() ? 0 : 18);
    let sentRoot: Certificate | undefined;
    if (this.#isRoot(this.#top)) {
      sentRoot = this.#certs.pop();
      this.#untrusted--;
    }
    for (let length = this.#untrusted; ; ) {
      if (this.#anchor()) return this.#chain(0);
      do length--;
      while (length > 0 && this.#inStore(this.#certs[length - 1] as Certificate) === undefined);
      if (length < 1) break;
      this.#certs.length = length;
      this.#untrusted = length;
    }
    if (sentRoot !== undefined && mayHaveIssued(this.#profile, this.#top, sentRoot)) {
      this.#certs.push(sentRoot);
      this.#untrusted = this.#certs.length;
      return this.#chain(19);
    }
    return this.#chain(this.#untrusted < this.#certs.length ? 2 : 20);
  }
}

/** The chain that OpenSSL settles on, and whether it ends at an anchor. */
export function buildChain(question: Question, profile: OpensslProfile, partial: boolean): Chain {
  const builder = new Builder(question, profile, partial);
  return profile.trustedFirst ? builder.build() : builder.buildOld();
}
