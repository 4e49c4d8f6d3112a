/** What the extensions of a certificate say, where all verifiers read them alike. */
import type { Certificate, KeyUsage } from '../certificate.ts';

export const sameName = (a: Certificate['subject'], b: Certificate['subject']) => a.key === b.key;

export const isSelfIssued = ({ subject, issuer }: Certificate) => sameName(subject, issuer);

/** Whether the key identifiers stand against this issuer; a missing one never does. */
export const keyIdsDiffer = (child: Certificate, issuer: Certificate) =>
  child.authorityKeyId !== undefined &&
  issuer.subjectKeyId !== undefined &&
  child.authorityKeyId !== issuer.subjectKeyId;

/** Whether key usage is present and has none of these. */
export const forbids = ({ keyUsage }: Certificate, ...usages: readonly KeyUsage[]) =>
  keyUsage !== undefined && !usages.some((usage) => keyUsage.includes(usage));

export const isCa = ({ basicConstraints }: Certificate) => basicConstraints?.ca === true;

/** The limit of certificates below; -1: none. */
export const pathLenOf = ({ basicConstraints }: Certificate) => basicConstraints?.pathLen ?? -1;

/** Whether this key made the signature. */
export const hasSigned = (issuer: Certificate, child: Certificate) =>
  child.signedBy !== '' && child.signedBy === issuer.key && !kindsDiffer(child, issuer);

/** Whether the signature is of another kind than the issuer's key. */
export const kindsDiffer = (child: Certificate, issuer: Certificate) =>
  child.signatureKind !== undefined && child.signatureKind !== issuer.keyKind;
