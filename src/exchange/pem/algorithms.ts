/** Signatures and keys of X.509: which algorithm an identifier means, and whether a key made a signature. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { AlgorithmIdentifier, SubjectPublicKeyInfo } from '@peculiar/asn1-x509';
import { hex } from '../../base/digest.ts';
import type { Certificate, KeyKind } from '../../models/trust/certificate.ts';

type Hash = Certificate['signatureHash'];

/** What was signed, and the signature. */
export interface Signed {
  readonly algorithm: AlgorithmIdentifier;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
}

interface Scheme {
  /** The kind of key that makes such signatures. */
  readonly kind: KeyKind;
  readonly hash: Hash;
  /** As Node calls it; null where the scheme hashes by itself. */
  readonly digest: string | null;
  readonly isPss?: true;
}

const scheme = (kind: KeyKind, digest: string, hash = digest as Hash): Scheme => ({ kind, hash, digest });

/** RFC 8017 appendix C, RFC 5758, RFC 8410, RFC 5912. A hash that has no name of its own counts as the nearest in strength. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  '1.2.840.113549.1.1.4': scheme('rsa', 'md5'),
  '1.2.840.113549.1.1.5': scheme('rsa', 'sha1'),
  '1.3.14.3.2.29': scheme('rsa', 'sha1'),
  '1.2.840.113549.1.1.14': scheme('rsa', 'sha224', 'sha256'),
  '1.2.840.113549.1.1.11': scheme('rsa', 'sha256'),
  '1.2.840.113549.1.1.12': scheme('rsa', 'sha384'),
  '1.2.840.113549.1.1.13': scheme('rsa', 'sha512'),
  '1.2.840.10045.4.1': scheme('ec', 'sha1'),
  '1.2.840.10045.4.3.1': scheme('ec', 'sha224', 'sha256'),
  '1.2.840.10045.4.3.2': scheme('ec', 'sha256'),
  '1.2.840.10045.4.3.3': scheme('ec', 'sha384'),
  '1.2.840.10045.4.3.4': scheme('ec', 'sha512'),
  '1.2.840.10040.4.3': scheme('other', 'sha1'),
  '2.16.840.1.101.3.4.3.2': scheme('other', 'sha256'),
  '1.3.101.112': { kind: 'ed25519', digest: null, hash: 'none' },
};
/** Schemes that hash by themselves, as Ed448 does, and those that nobody has. */
const UNKNOWN: Scheme = { kind: 'other', digest: null, hash: 'none' };

const PSS = '1.2.840.113549.1.1.10';
/** The identifiers of SHA-2 hashes as they stand in DER. Parameters of RSASSA-PSS without one mean SHA-1 (RFC 8017 A.2.3). */
const SHA2 = [
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
] as const;

function schemeOf({ algorithm, parameters }: AlgorithmIdentifier): Scheme {
  if (algorithm !== PSS) return SCHEMES[algorithm] ?? UNKNOWN;
  const text = hex(new Uint8Array(parameters ?? new ArrayBuffer(0)));
  const [, hash] = SHA2.find(([identifier]) => text.includes(identifier)) ?? ['', 'sha1' as const];
  return { kind: 'rsa', hash, digest: hash, isPss: true };
}

/** The hash that a signature rests on, and the kind of key that makes such ones. */
export function signatureOf(
  algorithm: AlgorithmIdentifier,
): Required<Pick<Certificate, 'signatureHash' | 'signatureKind'>> {
  const { hash, kind } = schemeOf(algorithm);
  return { signatureHash: hash, signatureKind: kind };
}

/** A public key as far as it can be used. */
export interface PublicKey {
  readonly kind: KeyKind;
  readonly bits: number;
  /** Absent when the kind of key is not known here: it then made no signature that can be proved. */
  readonly object?: KeyObject;
}

const KINDS: Readonly<Record<string, KeyKind>> = {
  rsa: 'rsa',
  'rsa-pss': 'rsa',
  ec: 'ec',
  ed25519: 'ed25519',
};

/** Reads a public key, from DER. */
export function publicKeyOf(info: SubjectPublicKeyInfo, der: Uint8Array): PublicKey {
  try {
    const object = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    const { modulusLength, namedCurve } = object.asymmetricKeyDetails ?? {};
    const bits = modulusLength ?? Number(/\d{3}/.exec(namedCurve ?? '256')?.[0] ?? 0);
    return { kind: KINDS[object.asymmetricKeyType ?? ''] ?? 'other', bits, object };
  } catch {
    return { kind: 'other', bits: 8 * info.subjectPublicKey.byteLength };
  }
}

/** Whether the key made the signature. Weak hashes are verified, too: whether they count is for verifiers to say. */
export function isSignedBy(key: PublicKey, { algorithm, content, signature }: Signed): boolean {
  if (key.object === undefined) return false;
  const { digest, isPss } = schemeOf(algorithm);
  const padding = isPss && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  };
  try {
    return verify(digest, content, { key: key.object, ...padding }, signature);
  } catch {
    // The key is of another kind than the signature.
    return false;
  }
}
