/** The certificates of a set-up as verifiers see them. */
import type {
  Certificate,
  KeyKind,
  KeyUsage,
  Name,
  RevocationList,
} from '../../../models/trust/certificate.ts';
import type { CertificateText, TlsSetup } from './setup.ts';

const KEYS: Readonly<Record<string, readonly [KeyKind, number]>> = { p256: ['ec', 256], p384: ['ec', 384] };

/** `p256`, `rsa2048` and the like. */
function keyOf(algorithm: string): readonly [KeyKind, number] {
  const rsa = /^rsa(\d+)$/.exec(algorithm)?.[1];
  return rsa === undefined ? (KEYS[algorithm] ?? ['other', 0]) : ['rsa', Number(rsa)];
}

/** RFC 5280 has two words for one bit. */
const usageOf = (word: string) => (word === 'contentCommitment' ? 'nonRepudiation' : word) as KeyUsage;

const HASHES = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const;

const nameOf = ({ o, cn }: CertificateText['subject']): Name => ({
  key: JSON.stringify([o ?? '', cn ?? '']),
  o: o ?? '',
  cn: cn ?? '',
});

/** The extensions, of which a certificate of version 1 has none. */
function extensionsOf(text: CertificateText, signer: string) {
  if (text.version === 1) return {};
  const { basicConstraints: basic, keyUsage, extKeyUsage, san, nameConstraints: limits } = text;
  return {
    ...(basic ? { basicConstraints: { ...basic, pathLen: basic.pathLen ?? -1 } } : {}),
    ...(keyUsage ? { keyUsage: keyUsage.map(usageOf) } : {}),
    ...(extKeyUsage ? { extKeyUsage } : {}),
    ...(san ? { san: { dns: san.dns ?? [], ip: san.ip ?? [] } } : {}),
    ...(limits
      ? {
          nameConstraints: {
            critical: limits.critical,
            permittedDns: limits.permittedDns ?? [],
            excludedDns: limits.excludedDns ?? [],
            permittedIp: limits.permittedIp ?? [],
            excludedIp: limits.excludedIp ?? [],
          },
        }
      : {}),
    ...(text.skid ? { subjectKeyId: text.key } : {}),
    ...(text.akid === 'none' ? {} : { authorityKeyId: text.akid === 'signer' ? signer : '' }),
  };
}

/** All certificates of a set-up by their ids. */
export function certificatesOf({ certs, now }: TlsSetup): ReadonlyMap<string, Certificate> {
  const start = Math.floor(Date.parse(now) / 1000);
  const texts = new Map(certs.map((text) => [text.id, text]));
  const kinds = new Map(certs.map(({ key, keyAlg }) => [key, keyOf(keyAlg)[0]]));
  return new Map(
    certs.map((text) => {
      const issuer = texts.get(text.issuer) ?? text;
      const signer = text.signKey ?? issuer.key;
      const [keyKind, keyBits] = keyOf(text.keyAlg);
      const signatureKind = kinds.get(signer);
      const certificate: Certificate = {
        id: text.id,
        version: text.version,
        serial: String(text.serial),
        subject: nameOf(text.subject),
        issuer: nameOf(issuer.subject),
        key: text.key,
        keyKind,
        keyBits,
        signedBy: text.tamperSignature ? '' : signer,
        ...(signatureKind === undefined ? {} : { signatureKind }),
        signatureHash: HASHES.find((hash) => hash === text.sigHash) ?? 'none',
        notBefore: start + text.notBefore,
        notAfter: start + text.notAfter,
        ...extensionsOf(text, signer),
        unknownCritical: text.version === 3 && text.unknownCritical ? ['1.3.6.1.4.1.55555.1'] : [],
      };
      return [text.id, certificate];
    }),
  );
}

/** The list of revoked certificates of a set-up. */
export function revocationListOf(
  { crl, now }: TlsSetup,
  certs: ReadonlyMap<string, Certificate>,
): RevocationList | undefined {
  const issuer = certs.get(crl?.issuer ?? '');
  if (!crl || issuer === undefined) return undefined;
  const start = Math.floor(Date.parse(now) / 1000);
  return {
    issuer: issuer.subject,
    signedBy: issuer.key,
    thisUpdate: start + crl.thisUpdate,
    nextUpdate: start + crl.nextUpdate,
    revoked: crl.revoked.flatMap((id) => certs.get(id)?.serial ?? []),
  };
}
