/** The extensions of a certificate that verifiers look at (RFC 5280 4.2.1). */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  type Extension,
  type GeneralSubtrees,
  KeyUsage,
  NameConstraints,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';
import { hex } from '../../base/digest.ts';
import type * as Data from '../../models/trust/certificate.ts';

type Extensions = Pick<
  Data.Certificate,
  | 'basicConstraints'
  | 'keyUsage'
  | 'extKeyUsage'
  | 'san'
  | 'nameConstraints'
  | 'subjectKeyId'
  | 'authorityKeyId'
  | 'unknownCritical'
>;

export interface Found {
  readonly extensions: Extensions;
  /** What verifiers look at and the model of them does not, in words. */
  readonly leftOut: readonly string[];
}

export const USAGES: readonly Data.KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** RFC 5280 4.2.1.12. */
export const PURPOSES: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'any',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

/** Critical extensions that all know: policies and places of lists (openssl:crypto/x509/v3_purp.c, go:crypto/x509/parser.go). */
const KNOWN = new Set(['2.5.29.32', '2.5.29.31']);

/** Critical extensions that some verifiers follow and others refuse (same files). */
const DISPUTED: Readonly<Record<string, string>> = {
  '2.5.29.14': 'critical key identifiers',
  '2.5.29.35': 'critical key identifiers',
  '2.5.29.33': 'mappings of policies',
  '2.5.29.36': 'constraints on policies',
  '2.5.29.54': 'limits of policies',
  '2.16.840.1.113730.1.1': 'purposes in the words of Netscape',
};

/** Reads extensions. Throws, in words that can be shown, for those that break their own rules. */
export function extensionsOf(list: readonly Extension[]): Found {
  const extensions: { -readonly [K in keyof Extensions]: Extensions[K] } = { unknownCritical: [] };
  const unknown: string[] = [];
  const leftOut: string[] = [];
  const seen = new Set<string>();
  for (const { extnID, critical, extnValue } of list) {
    if (seen.has(extnID)) throw new Error(`extension ${extnID} is there twice`);
    seen.add(extnID);
    const disputed = critical ? DISPUTED[extnID] : undefined;
    if (disputed !== undefined) leftOut.push(disputed);
    const der = extnValue.buffer;
    switch (extnID) {
      case '2.5.29.14':
        extensions.subjectKeyId = hex(new Uint8Array(AsnConvert.parse(der, OctetString).buffer));
        break;
      case '2.5.29.15':
        extensions.keyUsage = usagesOf(AsnConvert.parse(der, KeyUsage).toNumber());
        break;
      case '2.5.29.17':
        extensions.san = alternativeNames(AsnConvert.parse(der, SubjectAlternativeName));
        break;
      case '2.5.29.19': {
        const { cA, pathLenConstraint = -1 } = AsnConvert.parse(der, BasicConstraints);
        extensions.basicConstraints = { ca: cA, pathLen: pathLenConstraint, critical };
        break;
      }
      case '2.5.29.30': {
        const read = AsnConvert.parse(der, NameConstraints);
        extensions.nameConstraints = nameConstraints(read, critical);
        if (hasOthers(read)) leftOut.push('constraints on names other than DNS names and addresses');
        break;
      }
      case '2.5.29.35': {
        const { keyIdentifier } = AsnConvert.parse(der, AuthorityKeyIdentifier);
        if (keyIdentifier !== undefined)
          extensions.authorityKeyId = hex(new Uint8Array(keyIdentifier.buffer));
        break;
      }
      case '2.5.29.37':
        extensions.extKeyUsage = [...AsnConvert.parse(der, ExtendedKeyUsage)].map(
          (oid) => PURPOSES[oid] ?? oid,
        );
        break;
      default:
        if (critical && disputed === undefined && !KNOWN.has(extnID)) unknown.push(extnID);
    }
  }
  return { extensions: { ...extensions, unknownCritical: unknown }, leftOut };
}

function usagesOf(flags: number): readonly Data.KeyUsage[] {
  return USAGES.filter((_, bit) => (flags & (1 << bit)) !== 0);
}

function alternativeNames(names: SubjectAlternativeName): NonNullable<Data.Certificate['san']> {
  return {
    dns: names.flatMap(({ dNSName }) => dNSName ?? []),
    ip: names.flatMap(({ iPAddress }) => iPAddress ?? []),
  };
}

function nameConstraints(read: NameConstraints, critical: boolean): Data.NameConstraints {
  const { permittedSubtrees, excludedSubtrees } = read;
  const dns = (trees: GeneralSubtrees | undefined) => trees?.flatMap(({ base }) => base.dNSName ?? []) ?? [];
  const ip = (trees: GeneralSubtrees | undefined) => trees?.flatMap(({ base }) => base.iPAddress ?? []) ?? [];
  return {
    critical,
    permittedDns: dns(permittedSubtrees),
    excludedDns: dns(excludedSubtrees),
    permittedIp: ip(permittedSubtrees),
    excludedIp: ip(excludedSubtrees),
  };
}

function hasOthers({ permittedSubtrees = [], excludedSubtrees = [] }: Partial<NameConstraints>): boolean {
  return [...permittedSubtrees, ...excludedSubtrees].some(
    ({ base }) => base.dNSName === undefined && base.iPAddress === undefined,
  );
}
