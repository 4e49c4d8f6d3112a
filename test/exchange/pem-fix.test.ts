/** The way out of each kind of refusal, in one sentence, on the recorded situations. */
import { expect, test } from 'vitest';
import { fixOf } from '../../src/exchange/pem/fix.ts';
import { readChain } from '../../src/exchange/pem/read.ts';
import type { FaultClass } from '../../src/models/trust/verify/verdict.ts';
import { NOW, pemOf, SITUATIONS, type Situation } from './pem/recorded.ts';

const REGISTRY = 'registry-1.docker.io';

type Row = readonly [situation: string, fault: FaultClass, blamed: string, fix: string];

test.each<Row>([
  [
    'proxy-untrusted-issuing-sent',
    'unknown-authority',
    'corp-issuing',
    'add CN=Corp Root CA to the trust store, or have the server send it if it is an intermediate',
  ],
  ['proxy-untrusted-root-sent', 'unknown-authority', 'corp-root', 'add CN=Corp Root CA to the trust store'],
  [
    'proxy-intermediate-missing',
    'unknown-authority',
    'leaf',
    'have the server send the intermediate CN=Corp Proxy Issuing CA, or add it to the trust store if it is a root',
  ],
  [
    'proxy-only-issuing-trusted-sent',
    'unknown-authority',
    'corp-issuing',
    'add CN=Corp Root CA, the root above CN=Corp Proxy Issuing CA, to the trust store',
  ],
  [
    'self-signed-leaf-untrusted',
    'unknown-authority',
    'leaf',
    `add CN=${REGISTRY} itself to the trust store, or have an authority sign it that is there`,
  ],
  [
    'root-rekeyed-old-trusted-akid',
    'unknown-authority',
    'leaf',
    `the CN=Corp Root CA that is here did not sign CN=${REGISTRY}: get the one that did, or have CN=${REGISTRY} issued again`,
  ],
  [
    'bad-signature-leaf',
    'bad-signature',
    'leaf',
    `the CN=Corp Proxy Issuing CA that is here did not sign CN=${REGISTRY}: get the one that did, or have CN=${REGISTRY} issued again`,
  ],
  ['expired-leaf', 'expired', 'leaf', `renew CN=${REGISTRY}, which ended at 2016-05-23T12:00:00Z`],
  [
    'clock-behind-years',
    'not-yet-valid',
    'corp-root',
    'the clock is behind every certificate here: set it right',
  ],
  [
    'clock-behind-fresh-forgery',
    'not-yet-valid',
    'leaf',
    `the clock is behind, or wait: CN=${REGISTRY} begins at 2016-05-24T11:59:00Z`,
  ],
  [
    'wrong-host-one-san',
    'name-mismatch',
    'leaf',
    `call the server auth.docker.io, or have its certificate issued for ${REGISTRY}, too`,
  ],
  [
    'cn-only-match',
    'name-mismatch',
    'leaf',
    `have CN=${REGISTRY} issued again with ${REGISTRY} as a subject alternative name`,
  ],
  [
    'issuer-ca-false',
    'issuer-not-ca',
    'corp-issuing',
    'have CN=Corp Proxy Issuing CA issued again as an authority (CA:TRUE, keyCertSign), or sign with one that is',
  ],
  [
    'pathlen-exceeded',
    'path-length',
    'corp-issuing',
    'have CN=Corp Proxy Issuing CA issued again for a longer path, or sign with fewer authorities below it',
  ],
  ['eku-client-only', 'purpose', 'leaf', `have CN=${REGISTRY} issued again for serverAuth`],
  [
    'nc-excluded',
    'name-constraint',
    'leaf',
    `have the server's certificate signed by an authority that may vouch for ${REGISTRY}`,
  ],
  [
    'unknown-critical-leaf',
    'unknown-critical-extension',
    'leaf',
    `have CN=${REGISTRY} issued again without 1.3.6.1.4.1.55555.1, or not critical`,
  ],
  ['rsa-1024-leaf', 'weak-key', 'leaf', `have CN=${REGISTRY} issued again for a key of 2048 bits or more`],
  ['sha1-leaf', 'weak-hash', 'leaf', `have CN=Corp Proxy Issuing CA sign CN=${REGISTRY} again with SHA-256`],
  ['crl-revoked', 'revoked', 'leaf', `replace CN=${REGISTRY}: CN=Corp Root CA has withdrawn it`],
  ['crl-missing', 'crl-missing', 'leaf', 'give the revocation list of CN=Corp Root CA with --crl'],
])('%s (%s)', (id, fault, blamed, fix) => {
  const situation = SITUATIONS.find((one) => one.id === id) as Situation;
  const { dial, clientClock } = situation;
  const files = { server: situation.sent, trust: situation.trusted, blamed: [blamed] };
  const [server, trust, one] = Object.values(files).map((names) => pemOf(situation, names, 'x.pem'));
  const { sent, trusted } = readChain({ server: server!, trust: trust! });
  const [leaf, ...others] = sent;
  const [stumbled] = readChain({ server: one!, trust: one! }).sent;
  const host = { name: dial.host, kind: dial.kind };
  const question = { sent: [leaf!, ...others] as const, trusted, host, now: NOW + clientClock };
  expect(fixOf(fault, stumbled!, question)).toBe(fix);
});
