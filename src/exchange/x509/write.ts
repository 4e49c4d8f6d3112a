/** Certificates of a run in DER: what verifiers judge as data, as the bytes that a server shows. [RFC 5280 4.1, 4.2.1] */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import type * as Data from '../../models/trust/certificate.ts';
import { hex, type Octets } from '../capture/octets.ts';
import { PURPOSES, USAGES } from '../pem/extensions.ts';
import { keyIdOf, keyOf, signWith } from './keys.ts';

const OID = {
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  ecPublicKey: '1.2.840.10045.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

/** The curve P-256 as it stands in DER. [RFC 5480 2.1.1.1] */
const P256 = hex('06082a8648ce3d030107');

const PURPOSE_OIDS = new Map(Object.entries(PURPOSES).map(([oid, name]) => [name, oid]));

const written = new Map<string, Uint8Array>();

/**
 * A certificate as DER. Identities of keys become keys of their own; all are on P-256 and sign with SHA-256, because certificates of runs
 * know no others.
 */
export function derOf(certificate: Data.Certificate): Uint8Array {
  const content = JSON.stringify(certificate);
  let der = written.get(content);
  if (der === undefined) {
    der = write(certificate);
    written.set(content, der);
  }
  return der;
}

function write(certificate: Data.Certificate): Uint8Array {
  const { version, serial, subject, issuer, key, signedBy, notBefore, notAfter } = certificate;
  const signatureAlgorithm = new x509.AlgorithmIdentifier({ algorithm: OID.ecdsaWithSha256 });
  const tbsCertificate = new x509.TBSCertificate({
    version: version === 3 ? x509.Version.v3 : x509.Version.v1,
    serialNumber: bufferOf(hex(serial.padStart(serial.length + (serial.length % 2), '0'))),
    signature: signatureAlgorithm,
    issuer: nameOf(issuer),
    validity: new x509.Validity({ notBefore: dateOf(notBefore), notAfter: dateOf(notAfter) }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: new x509.SubjectPublicKeyInfo({
      algorithm: new x509.AlgorithmIdentifier({ algorithm: OID.ecPublicKey, parameters: bufferOf(P256) }),
      subjectPublicKey: bufferOf(keyOf(key).point),
    }),
    ...(version === 3 && { extensions: new x509.Extensions(extensionsOf(certificate)) }),
  });
  const signature = signWith(signedBy, new Uint8Array(AsnConvert.serialize(tbsCertificate)));
  return new Uint8Array(
    AsnConvert.serialize(
      new x509.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue: bufferOf(signature) }),
    ),
  );
}

const bufferOf = (bytes: Octets): ArrayBuffer => Uint8Array.from(bytes).buffer;
const dateOf = (seconds: number): Date => new Date(seconds * 1000);

function nameOf({ cn, o }: Data.Name): x509.Name {
  const part = (type: string, utf8String: string) =>
    utf8String === ''
      ? []
      : [
          new x509.RelativeDistinguishedName([
            new x509.AttributeTypeAndValue({ type, value: new x509.AttributeValue({ utf8String }) }),
          ]),
        ];
  return new x509.Name([...part(OID.organisation, o), ...part(OID.commonName, cn)]);
}

/** In the order in which authorities like to write them; those that the data does not have are not written. */
function extensionsOf(certificate: Data.Certificate): x509.Extension[] {
  const { basicConstraints, keyUsage, extKeyUsage, san, nameConstraints, subjectKeyId, authorityKeyId } =
    certificate;
  const list: x509.Extension[] = [];
  const add = (extnID: string, critical: boolean, value: unknown) =>
    list.push(
      new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }),
    );
  if (keyUsage !== undefined) add(x509.id_ce_keyUsage, true, new x509.KeyUsage(flagsOf(keyUsage)));
  if (extKeyUsage !== undefined)
    add(
      x509.id_ce_extKeyUsage,
      false,
      new x509.ExtendedKeyUsage(extKeyUsage.map((name) => PURPOSE_OIDS.get(name) ?? name)),
    );
  if (basicConstraints !== undefined) {
    const { ca, pathLen, critical } = basicConstraints;
    add(
      x509.id_ce_basicConstraints,
      critical,
      new x509.BasicConstraints({ cA: ca, ...(pathLen >= 0 && { pathLenConstraint: pathLen }) }),
    );
  }
  if (subjectKeyId !== undefined)
    add(
      x509.id_ce_subjectKeyIdentifier,
      false,
      new x509.SubjectKeyIdentifier(bufferOf(keyIdOf(subjectKeyId))),
    );
  if (authorityKeyId !== undefined) {
    const keyIdentifier = new x509.KeyIdentifier(bufferOf(keyIdOf(authorityKeyId)));
    add(x509.id_ce_authorityKeyIdentifier, false, new x509.AuthorityKeyIdentifier({ keyIdentifier }));
  }
  if (san !== undefined)
    add(x509.id_ce_subjectAltName, false, new x509.SubjectAlternativeName(generalNames(san)));
  if (nameConstraints !== undefined) {
    const { critical, permittedDns, permittedIp, excludedDns, excludedIp } = nameConstraints;
    const permitted = subtrees({ dns: permittedDns, ip: permittedIp });
    const excluded = subtrees({ dns: excludedDns, ip: excludedIp });
    add(
      x509.id_ce_nameConstraints,
      critical,
      new x509.NameConstraints({
        ...(permitted.length > 0 && { permittedSubtrees: permitted }),
        ...(excluded.length > 0 && { excludedSubtrees: excluded }),
      }),
    );
  }
  return list;
}

/** Bits of the usages, the first the lowest. [RFC 5280 4.2.1.3] */
const flagsOf = (usages: readonly Data.KeyUsage[]): number =>
  usages.reduce((flags, usage) => flags | (1 << USAGES.indexOf(usage)), 0);

interface Names {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

const generalNames = ({ dns, ip }: Names): x509.GeneralName[] => [
  ...dns.map((dNSName) => new x509.GeneralName({ dNSName })),
  ...ip.map((iPAddress) => new x509.GeneralName({ iPAddress })),
];

const subtrees = (names: Names): x509.GeneralSubtrees =>
  new x509.GeneralSubtrees(generalNames(names).map((base) => new x509.GeneralSubtree({ base })));
