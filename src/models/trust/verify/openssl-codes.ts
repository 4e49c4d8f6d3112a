/** OpenSSL's verification errors: number, name, words, what they mean, and the alert that they become. */
import type { FaultClass } from './verdict.ts';

export interface Code {
  readonly name: string;
  readonly text: string;
  /** The words of 1.0.2 and 1.1.1, where they were others. */
  readonly oldText?: string;
  readonly class: FaultClass;
  /** ssl/statem/statem_lib.c; 46 where that has nothing. */
  readonly alert: number;
  /** Whether Node knows the name; what it does not know it calls UNSPECIFIED (facts/registry-and-tls.md 3.3). */
  readonly node: boolean;
}

const code = (
  name: string,
  text: string,
  className: FaultClass,
  alert: number,
  more: Partial<Code> = {},
): Code => ({ name, text, class: className, alert, node: true, ...more });

const foreign = { node: false };
const strict = (name: string, text: string) => code(name, text, 'strict-profile', 46, foreign);

/** x509_vfy.h and x509_txt.c of 3.0; facts/registry-and-tls.md 2 and 3.2. */
export const CODES: Readonly<Record<number, Code>> = {
  2: code('UNABLE_TO_GET_ISSUER_CERT', 'unable to get issuer certificate', 'unknown-authority', 48),
  3: code('UNABLE_TO_GET_CRL', 'unable to get certificate CRL', 'crl-missing', 48),
  7: code('CERT_SIGNATURE_FAILURE', 'certificate signature failure', 'bad-signature', 51),
  8: code('CRL_SIGNATURE_FAILURE', 'CRL signature failure', 'bad-signature', 51),
  9: code('CERT_NOT_YET_VALID', 'certificate is not yet valid', 'not-yet-valid', 42),
  10: code('CERT_HAS_EXPIRED', 'certificate has expired', 'expired', 45),
  11: code('CRL_NOT_YET_VALID', 'CRL is not yet valid', 'crl-not-yet-valid', 42),
  12: code('CRL_HAS_EXPIRED', 'CRL has expired', 'crl-expired', 45),
  18: code('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'unknown-authority', 48, {
    oldText: 'self signed certificate',
  }),
  19: code(
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
    'unknown-authority',
    48,
    {
      oldText: 'self signed certificate in certificate chain',
    },
  ),
  20: code(
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'unable to get local issuer certificate',
    'unknown-authority',
    48,
  ),
  21: code(
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'unable to verify the first certificate',
    'unknown-authority',
    48,
  ),
  22: code('CERT_CHAIN_TOO_LONG', 'certificate chain too long', 'path-length', 48),
  23: code('CERT_REVOKED', 'certificate revoked', 'revoked', 44),
  24: code('INVALID_CA', 'invalid CA certificate', 'issuer-not-ca', 48),
  25: code('PATH_LENGTH_EXCEEDED', 'path length constraint exceeded', 'path-length', 48),
  26: code('INVALID_PURPOSE', 'unsuitable certificate purpose', 'purpose', 43, {
    oldText: 'unsupported certificate purpose',
  }),
  32: code(
    'KEYUSAGE_NO_CERTSIGN',
    'key usage does not include certificate signing',
    'issuer-not-ca',
    46,
    foreign,
  ),
  34: code(
    'UNHANDLED_CRITICAL_EXTENSION',
    'unhandled critical extension',
    'unknown-critical-extension',
    46,
    foreign,
  ),
  35: code('KEYUSAGE_NO_CRL_SIGN', 'key usage does not include CRL signing', 'issuer-not-ca', 46, foreign),
  47: code('PERMITTED_VIOLATION', 'permitted subtree violation', 'name-constraint', 46, foreign),
  48: code('EXCLUDED_VIOLATION', 'excluded subtree violation', 'name-constraint', 46, foreign),
  51: code('UNSUPPORTED_CONSTRAINT_TYPE', 'unsupported name constraint type', 'name-constraint', 46, foreign),
  62: code('HOSTNAME_MISMATCH', 'hostname mismatch', 'name-mismatch', 42),
  64: code('IP_ADDRESS_MISMATCH', 'IP address mismatch', 'name-mismatch', 42, foreign),
  66: code('EE_KEY_TOO_SMALL', 'EE certificate key too weak', 'weak-key', 42, foreign),
  67: code('CA_KEY_TOO_SMALL', 'CA certificate key too weak', 'weak-key', 42, foreign),
  68: code('CA_MD_TOO_WEAK', 'CA signature digest algorithm too weak', 'weak-hash', 42, foreign),
  79: code('INVALID_CA', 'invalid CA certificate', 'issuer-not-ca', 48),
  80: strict('PATHLEN_INVALID_FOR_NON_CA', 'path length invalid for non-CA cert'),
  81: strict('PATHLEN_WITHOUT_KU_KEY_CERT_SIGN', 'path length given without key usage keyCertSign'),
  82: strict('KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA', 'key usage keyCertSign invalid for non-CA cert'),
  85: strict('MISSING_AUTHORITY_KEY_IDENTIFIER', 'Missing Authority Key Identifier'),
  86: strict('MISSING_SUBJECT_KEY_IDENTIFIER', 'Missing Subject Key Identifier'),
  89: strict('CA_BCONS_NOT_CRITICAL', 'Basic Constraints of CA cert not marked critical'),
  92: strict('CA_CERT_MISSING_KEY_USAGE', 'CA cert does not include key usage extension'),
};
