/** Chains in DER as OpenSSL sees them: it says of the bytes what the model of it says of the data that they were made of. */
import { describe, expect, test } from 'vitest';
import { derOf } from '../../src/exchange/x509/write.ts';
import type { Certificate } from '../../src/models/trust/certificate.ts';
import { VERIFIERS } from '../../src/models/trust/verify/profile.ts';
import type { Question } from '../../src/models/trust/verify/verdict.ts';
import { verify } from '../../src/models/trust/verify/verify.ts';
import { ca, constraints, DAY, leaf, NOW } from '../support/certificates.ts';
import { pem } from './pem/mint.ts';
import { missing, opensslVerify } from './pem/openssl.ts';

const root = ca('root', 'root', { serial: '01' });
const stranger = ca('stranger', 'stranger', { serial: '01' });
const issuing = (more: Partial<Certificate> = {}) => ca('issuing', 'root', { serial: '02', ...more });
const site = (by: string, more: Partial<Certificate> = {}) => leaf(by, { serial: '03', ...more });
const HOST = { name: 'registry-1.docker.io', kind: 'dns' } as const;

const CASES: readonly [about: string, number, Partial<Question> & Pick<Question, 'sent' | 'trusted'>][] = [
  ['a leaf of a root', 0, { sent: [site('root')], trusted: [root] }],
  ['a chain with an intermediate', 0, { sent: [site('issuing'), issuing()], trusted: [root] }],
  ['a chain with its root', 0, { sent: [site('issuing'), issuing(), root], trusted: [root] }],
  [
    'an address',
    0,
    {
      sent: [site('root', { san: { dns: [], ip: ['10.0.0.5'] } })],
      trusted: [root],
      host: { name: '10.0.0.5', kind: 'ip' },
    },
  ],
  ['nothing but a stranger', 20, { sent: [site('root')], trusted: [stranger] }],
  ['a missing intermediate', 20, { sent: [site('issuing')], trusted: [root] }],
  ['a root that is not trusted', 19, { sent: [site('root'), root], trusted: [stranger] }],
  ['a leaf that is over', 10, { sent: [site('root', { notAfter: NOW - DAY })], trusted: [root] }],
  ['a leaf that begins later', 9, { sent: [site('root', { notBefore: NOW + DAY })], trusted: [root] }],
  ['another name', 62, { sent: [site('root', { san: { dns: ['quay.io'], ip: [] } })], trusted: [root] }],
  [
    'a name that is not permitted',
    47,
    { sent: [site('issuing'), issuing(constraints({ permittedDns: ['corp.example'] }))], trusted: [root] },
  ],
  ['a signature of another key', 7, { sent: [site('root', { signedBy: 'another' })], trusted: [root] }],
];

const pemOf = (certificate: Certificate): string => pem('CERTIFICATE', derOf(certificate));

describe.skipIf(missing && process.env['CI'] !== 'true')('openssl verify (skipped: needs openssl)', () => {
  test.each(CASES)('%s', (_, code, { sent, trusted, host = HOST }) => {
    const modelled = verify({ sent, trusted, host, now: NOW }, VERIFIERS.openssl);
    const [ours, theirs] = [sent, trusted].map((list) => list.map(pemOf)) as [string[], string[]];
    expect(opensslVerify({ sent: ours, trusted: theirs, host: host.name, kind: host.kind, at: NOW })).toBe(
      code,
    );
    expect(modelled.ok ? 0 : modelled.code).toBe(code);
  });
});
