/** One certificate or one revocation list from DER (RFC 5280), as the data that verifiers judge. */
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, CertificateList, type Name, type Time } from '@peculiar/asn1-x509';
import { hex, sha256 } from '../../base/digest.ts';
import type * as Data from '../../models/trust/certificate.ts';
import { type PublicKey, publicKeyOf, type Signed, signatureOf } from './algorithms.ts';
import { extensionsOf } from './extensions.ts';

/** A certificate of which it is not known yet who signed it. */
export interface ReadCertificate {
  readonly data: Omit<Data.Certificate, 'signedBy'>;
  readonly publicKey: PublicKey;
  readonly signed: Signed;
  /** What verifiers look at and the model of them does not, in words. */
  readonly leftOut: readonly string[];
}

/** A revocation list of which it is not known yet who signed it. */
export interface ReadList {
  readonly data: Omit<Data.RevocationList, 'signedBy'>;
  readonly signed: Signed;
}

const COMMON_NAME = '2.5.4.3';
const ORGANISATION = '2.5.4.10';

/** Reads a certificate; its id is its SHA-256. Throws for what is none, in words that are not for users. */
export function readCertificate(der: Uint8Array): ReadCertificate {
  const { tbsCertificate, tbsCertificateRaw, signatureAlgorithm, signatureValue } = AsnConvert.parse(
    der,
    Certificate,
  );
  const {
    version,
    serialNumber,
    subject,
    issuer,
    validity,
    subjectPublicKeyInfo,
    extensions = [],
  } = tbsCertificate;
  const keyDer = new Uint8Array(AsnConvert.serialize(subjectPublicKeyInfo));
  const publicKey = publicKeyOf(subjectPublicKeyInfo, keyDer);
  const found = extensionsOf([...extensions]);
  return {
    data: {
      id: hex(sha256(der)),
      version: version === 0 ? 1 : 3,
      serial: hex(new Uint8Array(serialNumber)),
      subject: nameOf(subject),
      issuer: nameOf(issuer),
      key: hex(sha256(keyDer)),
      keyKind: publicKey.kind,
      keyBits: publicKey.bits,
      ...signatureOf(signatureAlgorithm),
      notBefore: secondsOf(validity.notBefore),
      notAfter: secondsOf(validity.notAfter),
      ...found.extensions,
    },
    publicKey,
    signed: {
      algorithm: signatureAlgorithm,
      content: new Uint8Array(tbsCertificateRaw!),
      signature: new Uint8Array(signatureValue),
    },
    leftOut: found.leftOut,
  };
}

/** Reads a revocation list. Throws for what is none, in words that are not for users. */
export function readList(der: Uint8Array): ReadList {
  const { tbsCertList, tbsCertListRaw, signatureAlgorithm, signature } = AsnConvert.parse(
    der,
    CertificateList,
  );
  const { issuer, thisUpdate, nextUpdate, revokedCertificates = [] } = tbsCertList;
  return {
    data: {
      issuer: nameOf(issuer),
      thisUpdate: secondsOf(thisUpdate),
      // A list without an end holds for ever (openssl:crypto/x509/x509_vfy.c check_crl_time).
      nextUpdate: nextUpdate === undefined ? Number.MAX_SAFE_INTEGER : secondsOf(nextUpdate),
      revoked: revokedCertificates.map(({ userCertificate }) => hex(new Uint8Array(userCertificate))),
    },
    signed: {
      algorithm: signatureAlgorithm,
      content: new Uint8Array(tbsCertListRaw!),
      signature: new Uint8Array(signature),
    },
  };
}

/** Of several common names the last one counts, as for OpenSSL and Go. A name with neither part is shown by its last part. */
function nameOf(name: Name): Data.Name {
  const parts = [...name].flatMap((relative) => [...relative]);
  const last = (type: string) => parts.findLast((part) => part.type === type)?.value.toString();
  const cn = last(COMMON_NAME);
  const o = last(ORGANISATION) ?? (cn === undefined ? parts.at(-1)?.value.toString() : undefined);
  return { key: hex(new Uint8Array(AsnConvert.serialize(name))), cn: cn ?? '', o: o ?? '' };
}

function secondsOf(time: Time): number {
  const seconds = Math.floor(time.getTime().getTime() / 1000);
  if (!Number.isSafeInteger(seconds)) throw new Error('a date is none');
  return seconds;
}
