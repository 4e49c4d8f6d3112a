/** The set-up of a recorded TLS case, as golden/tools/README.md writes it. Only what is needed; everything else is ignored. */
import { z } from 'zod';

const certificate = z.looseObject({
  id: z.string(),
  subject: z.looseObject({ o: z.string().nullish(), cn: z.string().nullish() }),
  issuer: z.string(),
  signKey: z.string().nullish(),
  key: z.string(),
  keyAlg: z.string(),
  sigHash: z.string(),
  serial: z.number(),
  version: z.union([z.literal(1), z.literal(3)]),
  notBefore: z.number(),
  notAfter: z.number(),
  basicConstraints: z
    .looseObject({ ca: z.boolean(), pathLen: z.number().nullish(), critical: z.boolean() })
    .nullish(),
  keyUsage: z.array(z.string()).nullish(),
  extKeyUsage: z.array(z.string()).nullish(),
  san: z.looseObject({ dns: z.array(z.string()).nullish(), ip: z.array(z.string()).nullish() }).nullish(),
  nameConstraints: z
    .looseObject({
      critical: z.boolean(),
      permittedDns: z.array(z.string()).nullish(),
      excludedDns: z.array(z.string()).nullish(),
      permittedIp: z.array(z.string()).nullish(),
      excludedIp: z.array(z.string()).nullish(),
    })
    .nullish(),
  skid: z.boolean(),
  akid: z.enum(['none', 'signer', 'wrong']),
  unknownCritical: z.boolean(),
  tamperSignature: z.boolean(),
});

export const tlsSetupSchema = z.looseObject({
  case: z.string(),
  now: z.iso.datetime(),
  clientClock: z.number(),
  dial: z.looseObject({ host: z.string(), kind: z.enum(['dns', 'ip']) }),
  certs: z.array(certificate),
  sent: z.array(z.string()).min(1),
  trusted: z.array(z.string()),
  crl: z
    .looseObject({
      issuer: z.string(),
      thisUpdate: z.number(),
      nextUpdate: z.number(),
      revoked: z.array(z.string()),
    })
    .nullish(),
});

export type TlsSetup = z.output<typeof tlsSetupSchema>;
export type CertificateText = z.output<typeof certificate>;
