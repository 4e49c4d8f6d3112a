/** Certificates as data: what verifiers look at, whether the certificate was written in a scenario, recorded, or read from a PEM file. */

/** A distinguished name. Verifiers compare `key` only; the rest is for people. */
export interface Name {
  /** Equal for names that are byte-equal in DER. */
  readonly key: string;
  readonly cn: string;
  readonly o: string;
}

/** Names of RFC 5280 4.2.1.3, in its order. */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export type KeyKind = 'rsa' | 'ec' | 'ed25519' | 'other';

/** RFC 5280 4.2.1.9. `pathLen` -1: no limit. */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLen: number;
  readonly critical: boolean;
}

/** RFC 5280 4.2.1.10. DNS names without a leading dot stand for themselves and all below them; addresses are CIDR. */
export interface NameConstraints {
  readonly critical: boolean;
  readonly permittedDns: readonly string[];
  readonly excludedDns: readonly string[];
  readonly permittedIp: readonly string[];
  readonly excludedIp: readonly string[];
}

export interface Certificate {
  /** By which a verdict names it; unique among the certificates of one verification. */
  readonly id: string;
  readonly version: 1 | 3;
  readonly serial: string;
  readonly subject: Name;
  readonly issuer: Name;
  /** Identity of the public key: equal for equal keys. */
  readonly key: string;
  readonly keyKind: KeyKind;
  readonly keyBits: number;
  /** Identity of the key that made the signature; '' when it is not known, or when the signature is damaged. */
  readonly signedBy: string;
  /** Kind of the key that made the signature; undefined: as the issuer's. */
  readonly signatureKind?: KeyKind;
  readonly signatureHash: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'none';
  /** Seconds since 1970, both inclusive (RFC 5280 4.1.2.5). */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Extensions: absent is undefined. */
  readonly basicConstraints?: BasicConstraints;
  readonly keyUsage?: readonly KeyUsage[];
  /** `serverAuth`, `clientAuth`, `any` and others by name, or by OID where they have none. */
  readonly extKeyUsage?: readonly string[];
  readonly san?: { readonly dns: readonly string[]; readonly ip: readonly string[] };
  readonly nameConstraints?: NameConstraints;
  /** Key identifiers, in hexadecimal digits or as any other identity. */
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  /** OIDs of critical extensions that no verifier here knows. */
  readonly unknownCritical: readonly string[];
}

/** A list of revoked certificates. Times in seconds since 1970. */
export interface RevocationList {
  readonly issuer: Name;
  readonly signedBy: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Serial numbers. */
  readonly revoked: readonly string[];
}
