/** Certificates made to measure: what authorities issue, and what none would. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';

export interface Key {
  readonly kind: 'p256' | 'rsa2048' | 'rsa1024';
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makeKey(kind: Key['kind']): Key {
  const pair =
    kind === 'p256'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(3)) });
  return { kind, ...pair };
}

/** What a certificate says. Extensions that are absent are not written. */
export interface Order {
  readonly subject: string;
  readonly issuer: string;
  readonly key: Key;
  readonly signKey: Key;
  readonly serial: number;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly version?: 1 | 3;
  readonly hash?: 'sha256' | 'sha1';
  readonly ca?: { readonly pathLen?: number } | false;
  readonly keyUsage?: number;
  readonly extKeyUsage?: readonly string[];
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
  readonly keyIds?: boolean;
  /** Identifiers of further critical extensions, whose content means nothing. */
  readonly critical?: readonly string[];
  readonly tampered?: boolean;
}

const ALGORITHMS = {
  ec: { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1' },
  rsa: { sha256: '1.2.840.113549.1.1.11', sha1: '1.2.840.113549.1.1.5' },
};

/** Bits of keyUsage. */
export const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags;

export function nameOf(cn: string): x509.Name {
  const value = new x509.AttributeValue({ utf8String: cn });
  const part = new x509.AttributeTypeAndValue({ type: '2.5.4.3', value });
  return new x509.Name([new x509.RelativeDistinguishedName([part])]);
}

/** The certificate in PEM. */
export function mint(order: Order): string {
  const { hash = 'sha256', key, signKey, version = 3 } = order;
  const isRsa = signKey.kind !== 'p256';
  const algorithm = new x509.AlgorithmIdentifier({
    algorithm: ALGORITHMS[isRsa ? 'rsa' : 'ec'][hash],
    ...(isRsa && { parameters: new Uint8Array([5, 0]).buffer }),
  });
  const tbsCertificate = new x509.TBSCertificate({
    version: version === 3 ? x509.Version.v3 : x509.Version.v1,
    serialNumber: new Uint8Array([1, order.serial >> 8, order.serial & 255]).buffer,
    signature: algorithm,
    issuer: nameOf(order.issuer),
    validity: new x509.Validity({
      notBefore: new Date(order.notBefore * 1000),
      notAfter: new Date(order.notAfter * 1000),
    }),
    subject: nameOf(order.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki(key), x509.SubjectPublicKeyInfo),
    ...(version === 3 && { extensions: new x509.Extensions(extensions(order)) }),
  });
  const content = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const signature = sign(hash, content, signKey.privateKey);
  if (order.tampered) signature[signature.length - 1]! ^= 1;
  const der = AsnConvert.serialize(
    new x509.Certificate({
      tbsCertificate,
      signatureAlgorithm: algorithm,
      signatureValue: new Uint8Array(signature).buffer,
    }),
  );
  return pem('CERTIFICATE', new Uint8Array(der));
}

/** Bytes as a block of text. */
export function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const spki = ({ publicKey }: Key): Buffer => publicKey.export({ format: 'der', type: 'spki' });
/** Any identity will do for an identifier of a key. */
const keyId = (key: Key): OctetString => new OctetString(new Uint8Array(spki(key).subarray(-20)));

function extensions(order: Order): x509.Extension[] {
  const { ca, keyUsage, extKeyUsage, dns = [], ip = [], permitted, excluded } = order;
  const made: x509.Extension[] = [];
  const add = (extnID: string, critical: boolean, value: unknown) =>
    made.push(
      new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }),
    );
  if (ca !== undefined)
    add(
      x509.id_ce_basicConstraints,
      true,
      new x509.BasicConstraints(
        ca === false ? {} : { cA: true, ...(ca.pathLen !== undefined && { pathLenConstraint: ca.pathLen }) },
      ),
    );
  if (keyUsage !== undefined) add(x509.id_ce_keyUsage, true, new x509.KeyUsage(keyUsage));
  if (extKeyUsage !== undefined)
    add(x509.id_ce_extKeyUsage, false, new x509.ExtendedKeyUsage([...extKeyUsage]));
  if (dns.length + ip.length > 0)
    add(
      x509.id_ce_subjectAltName,
      false,
      new x509.SubjectAlternativeName([
        ...dns.map((dNSName) => new x509.GeneralName({ dNSName })),
        ...ip.map((iPAddress) => new x509.GeneralName({ iPAddress })),
      ]),
    );
  const trees = (names: readonly string[]) =>
    new x509.GeneralSubtrees(
      names.map((dNSName) => new x509.GeneralSubtree({ base: new x509.GeneralName({ dNSName }) })),
    );
  if (permitted !== undefined || excluded !== undefined)
    add(
      x509.id_ce_nameConstraints,
      true,
      new x509.NameConstraints({
        ...(permitted && { permittedSubtrees: trees(permitted) }),
        ...(excluded && { excludedSubtrees: trees(excluded) }),
      }),
    );
  if (order.keyIds !== false) {
    add(x509.id_ce_subjectKeyIdentifier, false, new x509.SubjectKeyIdentifier(keyId(order.key).buffer));
    const keyIdentifier = new x509.KeyIdentifier(keyId(order.signKey).buffer);
    add(x509.id_ce_authorityKeyIdentifier, false, new x509.AuthorityKeyIdentifier({ keyIdentifier }));
  }
  for (const oid of order.critical ?? []) add(oid, true, new OctetString(new Uint8Array([1])));
  return made;
}
