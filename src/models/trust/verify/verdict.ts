/** What a verifier is asked, and what it says. */
import type { Certificate, Name, RevocationList } from '../certificate.ts';

/** The name or address that was dialled. */
export interface Host {
  readonly name: string;
  readonly kind: 'dns' | 'ip';
}

export interface Question {
  /** As the server sent them, the leaf first. */
  readonly sent: readonly [Certificate, ...Certificate[]];
  /** The client's store, in its order. */
  readonly trusted: readonly Certificate[];
  /** Given: revocation is asked for, as far as the verifier can. */
  readonly crl?: RevocationList;
  /** The client's clock, in seconds since 1970. */
  readonly now: number;
  readonly host: Host;
}

/** Neutral words for what can be wrong. `signer-constraints` is GnuTLS's one word for three of the others. */
export type FaultClass =
  | 'unknown-authority'
  | 'bad-signature'
  | 'not-yet-valid'
  | 'expired'
  | 'name-mismatch'
  | 'issuer-not-ca'
  | 'path-length'
  | 'purpose'
  | 'name-constraint'
  | 'unknown-critical-extension'
  | 'weak-key'
  | 'weak-hash'
  | 'revoked'
  | 'crl-missing'
  | 'crl-expired'
  | 'crl-not-yet-valid'
  | 'strict-profile'
  | 'refused-by-server'
  | 'signer-constraints';

export interface Acceptance {
  readonly ok: true;
  /** What the server is told under TLS 1.2, where that refuses what TLS 1.3 accepts. */
  readonly alert: number | null;
}

export interface Refusal {
  readonly ok: false;
  readonly class: FaultClass;
  /** All faults that the verifier names; most name one. */
  readonly classes: readonly FaultClass[];
  /** The verifier's own number or word: OpenSSL's error, Node's `code`, curl's exit code. Null where it has none. */
  readonly code: number | string | null;
  /** The name of the error in the verifier's source or type system. */
  readonly name: string;
  /** The verifier's words. */
  readonly text: string;
  /** The certificate that is blamed, and how many stand between it and the leaf. */
  readonly blamed: string;
  readonly depth: number;
  /** The issuer that was looked for in vain. */
  readonly missing: Name | null;
  /** The TLS alert that the server receives (RFC 8446 6.2); null: none. */
  readonly alert: number | null;
}

export type Verdict = Acceptance | Refusal;

export const ACCEPTED: Acceptance = { ok: true, alert: null };
