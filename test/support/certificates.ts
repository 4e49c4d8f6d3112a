/** Certificates of a company and the situations made of them, for the specs of verification. */
import { expect } from 'vitest';
import type { Certificate, Name, RevocationList } from '../../src/models/trust/certificate.ts';
import { VERIFIERS, type Verifier } from '../../src/models/trust/verify/profile.ts';
import type { Host, Question, Verdict } from '../../src/models/trust/verify/verdict.ts';
import { verify } from '../../src/models/trust/verify/verify.ts';

/** 2016-05-24T12:00:00Z, and a day. */
export const NOW = 1_464_091_200;
export const DAY = 86_400;

export const name = (cn: string, o = ''): Name => ({ key: `${o}/${cn}`, cn, o });

type More = Partial<Certificate>;

const HOST: Host = { name: 'registry-1.docker.io', kind: 'dns' };

export const ca = (id: string, by: string, more: More = {}): Certificate => ({
  id,
  version: 3,
  serial: id,
  subject: name(id),
  issuer: name(by),
  key: `key of ${id}`,
  keyKind: 'ec',
  keyBits: 256,
  signedBy: `key of ${by}`,
  signatureHash: 'sha256',
  notBefore: NOW - 1000 * DAY,
  notAfter: NOW + 1000 * DAY,
  basicConstraints: { ca: true, pathLen: -1, critical: true },
  keyUsage: ['keyCertSign', 'cRLSign'],
  subjectKeyId: `key of ${id}`,
  ...(id === by ? {} : { authorityKeyId: `key of ${by}` }),
  unknownCritical: [],
  ...more,
});

/** Without one of its optional fields. */
export function without(cert: Certificate, ...fields: readonly (keyof Certificate)[]): Certificate {
  return Object.fromEntries(
    Object.entries(cert).filter(([field]) => !fields.includes(field as keyof Certificate)),
  ) as unknown as Certificate;
}

export const leaf = (by: string, more: More = {}): Certificate =>
  ca('leaf', by, {
    subject: name(HOST.name),
    basicConstraints: { ca: false, pathLen: -1, critical: true },
    keyUsage: ['digitalSignature'],
    extKeyUsage: ['serverAuth'],
    san: { dns: [HOST.name], ip: [] },
    ...more,
  });

export const root = (more: More = {}) => ca('root', 'root', more);
export const issuing = (more: More = {}) => ca('issuing', 'root', more);

export const constraints = (more: Partial<NonNullable<Certificate['nameConstraints']>>) => ({
  nameConstraints: {
    critical: true,
    permittedDns: [],
    excludedDns: [],
    permittedIp: [],
    excludedIp: [],
    ...more,
  },
});

/** What each verifier is expected to say: true for yes, else the class, code or words of its refusal. */
export type Expected = Partial<Record<Verifier, true | string | number>>;

const told = (verdict: Verdict, wanted: true | string | number): true | string | number | null => {
  if (verdict.ok) return true;
  const mine = [verdict.class, verdict.code, verdict.text];
  return mine.find((one) => one === wanted) ?? verdict.class;
};

/** `given(what the server sends, what is trusted).when(where and when).says(what verifiers say)`. */
export function given(sent: Question['sent'], trusted: readonly Certificate[], crl?: RevocationList) {
  const ask = (more: { readonly now?: number; readonly host?: Host }): Question => ({
    sent,
    trusted,
    ...(crl === undefined ? {} : { crl }),
    now: more.now ?? NOW,
    host: more.host ?? HOST,
  });
  return {
    when(more: { readonly now?: number; readonly host?: Host } = {}) {
      const question = ask(more);
      return {
        question,
        of: (verifier: Verifier) => verify(question, VERIFIERS[verifier]),
        says(expected: Expected) {
          const said = Object.entries(expected).map(([verifier, wanted]) => [
            verifier,
            told(verify(question, VERIFIERS[verifier as Verifier]), wanted),
          ]);
          expect(Object.fromEntries(said)).toEqual(expected);
        },
      };
    },
  };
}
