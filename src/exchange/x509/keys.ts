/** Keys that exist only in a run: on the curve P-256, and made of their identity, so that they are the same every time. [FIPS 186-5] */
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '../../base/digest.ts';
import { join } from '../capture/octets.ts';

export interface Key {
  readonly secret: Uint8Array;
  /** The public key: a point, not compressed. [SEC 1 2.3.3] */
  readonly point: Uint8Array;
}

/** Bytes that the curve makes a key of: half as many again as the key has, so that no key is likelier than another. [FIPS 186-5 A.2.1] */
const SEED_BYTES = 48;

const keys = new Map<string, Key>();

/** The key of an identity. */
export function keyOf(identity: string): Key {
  let key = keys.get(identity);
  if (key === undefined) {
    const seed = join(sha256('premortem key 1 ', identity), sha256('premortem key 2 ', identity));
    const { secretKey } = p256.keygen(seed.subarray(0, SEED_BYTES));
    key = { secret: secretKey, point: p256.getPublicKey(secretKey, false) };
    keys.set(identity, key);
  }
  return key;
}

/** An identifier of a key, from the hash of its point. [RFC 7093 2, method 1] */
export const keyIdOf = (identity: string): Uint8Array => sha256(keyOf(identity).point).slice(0, 20);

/** ECDSA with SHA-256 in DER, without chance: the same content has the same signature. [RFC 6979] */
export const signWith = (identity: string, content: Uint8Array): Uint8Array =>
  p256.sign(content, keyOf(identity).secret, { format: 'der', lowS: false });
