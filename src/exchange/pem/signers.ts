/** Who signed what: found by trying the keys of the certificates that bear the issuer's name. */
import type { Certificate, RevocationList } from '../../models/trust/certificate.ts';
import { isSignedBy, type Signed } from './algorithms.ts';
import type { ReadCertificate, ReadList } from './certificate.ts';

/** Signatures that are tried. A real chain needs some ten, a large store that vouches for itself some hundred. */
const MOST_CHECKS = 4_000;

export class Signers {
  readonly #bySubject = new Map<string, ReadCertificate[]>();
  #checks = 0;

  /** Keys may be those of any of these certificates. */
  constructor(certificates: Iterable<ReadCertificate>) {
    for (const certificate of certificates) {
      const { key } = certificate.data.subject;
      const same = this.#bySubject.get(key);
      if (same === undefined) this.#bySubject.set(key, [certificate]);
      else if (same.every(({ data }) => data.key !== certificate.data.key)) same.push(certificate);
    }
  }

  /** More signatures would have to be tried than anybody waits for. */
  get exhausted(): boolean {
    return this.#checks > MOST_CHECKS;
  }

  certificate({ data, signed }: ReadCertificate): Certificate {
    return { ...data, signedBy: this.#signer(data.issuer.key, signed, data.authorityKeyId) };
  }

  list({ data, signed }: ReadList): RevocationList {
    return { ...data, signedBy: this.#signer(data.issuer.key, signed) };
  }

  #signer(issuer: string, signed: Signed, keyId?: string): string {
    const candidates = this.#bySubject.get(issuer) ?? [];
    const isLikely = ({ data }: ReadCertificate) => keyId !== undefined && data.subjectKeyId === keyId;
    const likely = candidates.filter(isLikely);
    for (const { data, publicKey } of [...likely, ...candidates.filter((one) => !isLikely(one))]) {
      this.#checks += 1;
      if (this.exhausted) return '';
      if (isSignedBy(publicKey, signed)) return data.key;
    }
    return '';
  }
}
