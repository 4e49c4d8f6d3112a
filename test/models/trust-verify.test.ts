/** Where verifiers disagree about chains (facts/registry-and-tls.md 1, 3 and 4). */
import { describe, expect, test } from 'vitest';
import type { RevocationList } from '../../src/models/trust/certificate.ts';
import { VERIFIERS, type Verifier } from '../../src/models/trust/verify/profile.ts';
import {
  ca,
  constraints,
  DAY,
  given,
  issuing,
  leaf,
  NOW,
  name,
  root,
  without,
} from '../support/certificates.ts';

const everybody = (said: true | string) =>
  Object.fromEntries(Object.keys(VERIFIERS).map((verifier) => [verifier, said])) as Record<
    Verifier,
    typeof said
  >;

describe('anchors', () => {
  test('a good chain is accepted by all, in any order and with strangers in it', () => {
    given([leaf('issuing'), issuing()], [root()])
      .when()
      .says(everybody(true));
    given([leaf('issuing'), ca('stranger', 'nobody'), root(), issuing()], [root()])
      .when()
      .says(everybody(true));
  });

  test('what is sent decides the number of OpenSSL and the code of Node, not the words of Go', () => {
    const words = 'x509: certificate signed by unknown authority';
    const other = [ca('other', 'other')];
    given([leaf('issuing'), issuing()], other)
      .when()
      .says({ openssl: 20, node20: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', go: words });
    given([leaf('issuing'), issuing(), root()], other)
      .when()
      .says({ openssl: 19, node20: 'SELF_SIGNED_CERT_IN_CHAIN', go: words });
    given([leaf('issuing')], other)
      .when()
      .says({ openssl: 20, node20: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', go: words });
    const own = leaf('leaf', { issuer: name('registry-1.docker.io') });
    given([own], other).when().says({ openssl: 18, node20: 'DEPTH_ZERO_SELF_SIGNED_CERT', go: words });
  });

  test('an intermediate or the leaf in the store is enough for Go, GnuTLS and curl', () => {
    const chain = [leaf('issuing'), issuing()] as const;
    given([...chain], [issuing()])
      .when()
      .says({
        go: true,
        gnutls: true,
        curl: true,
        'openssl-partial-chain': true,
        openssl: 2,
        node20: 'UNABLE_TO_GET_ISSUER_CERT',
      });
    given([leaf('issuing')], [leaf('issuing')])
      .when()
      .says({ go: true, gnutls: true, curl: true, 'openssl-partial-chain': true, openssl: 20 });
  });

  test('a trusted self-signed leaf that is no CA is refused by OpenSSL 1.0.2 and the Go of 2016 alone', () => {
    const own = leaf('leaf', { issuer: name('registry-1.docker.io') });
    given([own], [own])
      .when()
      .says({ ...everybody(true), node6: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'go1.5': 'issuer-not-ca' });
  });

  test('of two roots of one name without key identifiers OpenSSL sticks with the first, Go and GnuTLS find the other', () => {
    const bare = (cert: ReturnType<typeof leaf>) => without(cert, 'subjectKeyId', 'authorityKeyId');
    const old = bare(root({ id: 'old', key: 'old key', signedBy: 'old key' }));
    given([bare(leaf('root'))], [old, bare(root())])
      .when()
      .says({ go: true, 'go1.5': true, gnutls: true, openssl: 7, node6: 'CERT_SIGNATURE_FAILURE', curl: 35 });
    given([bare(leaf('root'))], [old])
      .when()
      .says({
        go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "root")',
        gnutls: 'bad-signature',
      });
  });

  test('a wrong authority key identifier matters to all but Go', () => {
    given([leaf('root', { authorityKeyId: 'nobody' })], [root()])
      .when()
      .says({ go: true, openssl: 20, gnutls: 'unknown-authority' });
  });

  test('an expired old root beside a new one fails with OpenSSL 1.0.2 only', () => {
    const cross = ca('cross', 'old', {
      subject: name('root'),
      key: 'key of root',
      subjectKeyId: 'key of root',
      notAfter: NOW - DAY,
    });
    const old = ca('old', 'old', { notAfter: NOW - DAY });
    given([leaf('issuing'), issuing(), cross], [old, root()])
      .when()
      .says({ ...everybody(true), node6: 'CERT_HAS_EXPIRED' });
  });
});

describe('dates', () => {
  test('the last second counts for Go and GnuTLS, no more for OpenSSL; the first counts for all', () => {
    const chain = [leaf('issuing', { notBefore: NOW - DAY, notAfter: NOW }), issuing()] as const;
    given([...chain], [root()])
      .when()
      .says({
        go: true,
        'go1.5': true,
        gnutls: true,
        openssl: 10,
        node6: 'CERT_HAS_EXPIRED',
        curl: 'expired',
      });
    given([...chain], [root()])
      .when({ now: NOW - DAY })
      .says(everybody(true));
    given([...chain], [root()])
      .when({ now: NOW + 1 })
      .says(everybody('expired'));
  });

  test('a wrong clock hides a missing root from Go and Node, not from OpenSSL and curl (section 7)', () => {
    given([leaf('issuing'), issuing()], [])
      .when({ now: NOW - 6000 * DAY })
      .says({
        go: 'x509: certificate has expired or is not yet valid: current time 1999-12-20T12:00:00Z is before 2013-08-28T12:00:00Z',
        'go1.5': 'x509: certificate has expired or is not yet valid',
        node20: 'CERT_NOT_YET_VALID',
        openssl: 20,
        curl: 'unknown-authority',
      });
  });

  test('OpenSSL looks at dates from the root down, Go at the leaf first', () => {
    const late = { notBefore: NOW + DAY };
    const asked = given([leaf('issuing', late), issuing()], [root(late)]).when();
    expect(asked.of('openssl')).toMatchObject({ code: 9, depth: 2, blamed: 'root', alert: 42 });
    expect(asked.of('go')).toMatchObject({ class: 'not-yet-valid', blamed: 'leaf', alert: 42 });
    expect(asked.of('node20')).toMatchObject({ blamed: 'leaf', alert: null });
  });
});

describe('authorities', () => {
  test('an issuer that is none has a name in each', () => {
    const no = issuing({ basicConstraints: { ca: false, pathLen: -1, critical: true } });
    given([leaf('issuing'), no], [root()])
      .when()
      .says({ openssl: 79, node20: 'INVALID_PURPOSE', gnutls: 'issuer-not-ca', go: 'issuer-not-ca' });
    given([leaf('issuing'), issuing({ keyUsage: ['cRLSign'] })], [root()])
      .when()
      .says({
        openssl: 79,
        node6: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        node20: 'UNSPECIFIED',
        gnutls: 'signer-constraints',
      });
  });

  test('a root of version 1 is one, an intermediate of version 1 is not', () => {
    const bare = ['basicConstraints', 'keyUsage', 'subjectKeyId', 'authorityKeyId'] as const;
    given([leaf('root')], [without(root({ version: 1 }), ...bare)])
      .when()
      .says({ ...everybody(true), 'openssl-strict': 79 });
    given([leaf('issuing'), without(issuing({ version: 1 }), ...bare)], [root()])
      .when()
      .says({
        openssl: 79,
        gnutls: 'issuer-not-ca',
        go: 'x509: certificate is not authorized to sign other certificates',
      });
  });

  test('a path length counts self-issued authorities for Go and GnuTLS; OpenSSL 1.0.2 overlooks that of the anchor', () => {
    const none = { basicConstraints: { ca: true, pathLen: 0, critical: true } };
    const next = ca('next', 'root', { subject: name('root') });
    given([leaf('next', { issuer: name('root') }), next], [root(none)])
      .when()
      .says({ openssl: true, node6: true, go: 'path-length', gnutls: 'signer-constraints' });
    given([leaf('issuing'), issuing()], [root(none)])
      .when()
      .says({
        openssl: 25,
        curl: 'path-length',
        node20: 'PATH_LENGTH_EXCEEDED',
        node6: true,
        go: 'path-length',
        gnutls: 'signer-constraints',
      });
  });

  test('purposes: any is enough for Go and GnuTLS, and a root for others is one to OpenSSL 1.0.2 and GnuTLS', () => {
    given([leaf('root', { extKeyUsage: ['any'] })], [root()])
      .when()
      .says({ go: true, gnutls: true, openssl: 26, node6: 'INVALID_PURPOSE', curl: 'purpose' });
    given([leaf('root')], [root({ extKeyUsage: ['clientAuth'] })])
      .when()
      .says({
        node6: true,
        gnutls: true,
        openssl: 26,
        go: 'x509: certificate specifies an incompatible key usage',
      });
    given([leaf('issuing'), issuing({ extKeyUsage: ['clientAuth'] })], [root()])
      .when()
      .says(everybody('purpose'));
  });

  test('a leaf that may not sign is fine for Go, and for OpenSSL until TLS 1.2 wants its signature', () => {
    const mute = given([leaf('root', { keyUsage: ['keyEncipherment'] })], [root()]).when();
    mute.says({ go: true, openssl: true, node20: true, node6: 'purpose', gnutls: 'purpose' });
    expect([mute.of('openssl').alert, mute.of('go').alert, mute.of('gnutls').alert]).toEqual([40, null, 80]);
    given([leaf('root', { keyUsage: ['nonRepudiation'] })], [root()])
      .when()
      .says({ go: true, openssl: 26, node20: 'INVALID_PURPOSE' });
  });

  test('an unknown critical extension is refused by all, in an anchor not by OpenSSL 1.0.2', () => {
    const odd = { unknownCritical: ['1.2.3'] };
    given([leaf('root', odd)], [root()])
      .when()
      .says(everybody('unknown-critical-extension'));
    given([leaf('root')], [root(odd)])
      .when()
      .says({ ...everybody('unknown-critical-extension'), node6: true });
  });
});

describe('name constraints', () => {
  const under = (limits: Parameters<typeof constraints>[0], more = {}) =>
    given([leaf('issuing', more), issuing(constraints(limits))], [root()]);

  test('every name of the leaf is checked, not only the one that was dialled', () => {
    under({ permittedDns: ['docker.io'] }, { san: { dns: ['registry-1.docker.io', 'evil.example'], ip: [] } })
      .when()
      .says({
        openssl: 47,
        node20: 'UNSPECIFIED',
        node6: 'permitted subtree violation',
        gnutls: 'signer-constraints',
        go: 'name-constraint',
        'go1.5': true,
      });
    under({ excludedDns: ['docker.io'] })
      .when()
      .says({ openssl: 48, go: 'name-constraint' });
  });

  test('those of an anchor count, too', () => {
    given([leaf('root')], [root(constraints({ permittedDns: ['corp.example'] }))])
      .when()
      .says({ ...everybody('name-constraint'), gnutls: 'signer-constraints' });
  });

  test('a leaf with nothing but an address under constraints of names is refused by GnuTLS alone, for its common name', () => {
    const host = { name: '10.20.30.40', kind: 'ip' } as const;
    under(
      { permittedDns: ['corp.example'] },
      { subject: name('registry'), san: { dns: [], ip: ['10.20.30.40'] } },
    )
      .when({ host })
      .says({ openssl: true, go: true, curl: true, gnutls: 'signer-constraints' });
  });

  test('addresses are compared by their network, which OpenSSL 1.0.2 cannot', () => {
    const host = { name: '10.20.30.40', kind: 'ip' } as const;
    const more = { subject: name('registry'), san: { dns: [], ip: ['10.20.30.40'] } };
    under({ permittedIp: ['10.20.0.0/16'] }, more)
      .when({ host })
      .says({ openssl: true, go: true, gnutls: true, node6: 'name-constraint' });
    under({ permittedIp: ['192.168.0.0/16'] }, more)
      .when({ host })
      .says({ openssl: 47, go: 'name-constraint', gnutls: 'signer-constraints' });
  });
});

describe('strength', () => {
  const rsa = (bits: number) => ({ keyKind: 'rsa', keyBits: bits }) as const;

  test('RSA of 1024 bits fails at level 2: Debian, curl and Node 24', () => {
    given([leaf('root', rsa(1024))], [root(rsa(2048))])
      .when()
      .says({
        openssl: 66,
        curl: 'weak-key',
        node24: 'UNSPECIFIED',
        'openssl-seclevel1': true,
        node20: true,
        node6: true,
        go: true,
        gnutls: true,
      });
    given([leaf('root', rsa(2048))], [root(rsa(1024))])
      .when()
      .says({ openssl: 67, node20: true, go: true });
  });

  test('SHA-1 passes OpenSSL 1.x and old Go; MD5 passes Node 6 alone; the hash of a root is nobody’s business', () => {
    const signed = (signatureHash: 'sha1' | 'md5') =>
      given([leaf('root', { ...rsa(2048), signatureHash })], [root({ ...rsa(2048), signatureHash })]).when();
    signed('sha1').says({
      openssl: 68,
      node20: 'UNSPECIFIED',
      node16: true,
      node6: true,
      gnutls: 'weak-hash',
      'go1.5': true,
      'openssl-seclevel0': true,
    });
    expect(signed('sha1').of('go')).toMatchObject({
      text: 'x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)" while trying to verify candidate authority certificate "root")',
    });
    signed('md5').says({
      openssl: 68,
      node16: 'UNSPECIFIED',
      node6: true,
      gnutls: 'weak-hash',
      go: 'weak-hash',
      'go1.5': 'weak-hash',
    });
    given([leaf('root', rsa(2048))], [root({ ...rsa(2048), signatureHash: 'sha1' })])
      .when()
      .says(everybody(true));
  });
});

describe('revocation', () => {
  const list = (by: string, more: Partial<RevocationList> = {}): RevocationList => ({
    issuer: name(by),
    signedBy: `key of ${by}`,
    thisUpdate: NOW - DAY,
    nextUpdate: NOW + DAY,
    revoked: [],
    ...more,
  });

  test('Go never sees it, the others do', () => {
    given([leaf('root')], [root()], list('root', { revoked: ['leaf'] }))
      .when()
      .says({ ...everybody('revoked'), go: true, 'go1.5': true });
  });

  test('the command line asks about the leaf, Node and curl about the whole chain', () => {
    given([leaf('issuing'), issuing()], [root()], list('issuing'))
      .when()
      .says({ openssl: true, node20: 'UNABLE_TO_GET_CRL', curl: 'crl-missing', go: true });
    given([leaf('issuing'), issuing()], [root()], list('root'))
      .when()
      .says({ openssl: 3, node20: 'UNABLE_TO_GET_CRL' });
  });

  test('a list out of date is an error of its own', () => {
    given([leaf('root')], [root()], list('root', { nextUpdate: NOW }))
      .when()
      .says({ openssl: 12, node20: 'CRL_HAS_EXPIRED' });
    given([leaf('root')], [root()], list('root', { thisUpdate: NOW + 1 }))
      .when()
      .says({ openssl: 11, curl: 'crl-not-yet-valid' });
  });
});

describe('several faults at once', () => {
  const expired = { notAfter: NOW - DAY };
  const foreign = { subject: name('auth.docker.io'), san: { dns: ['auth.docker.io'], ip: [] } };

  test('OpenSSL tells the first, Node the last, Go keeps its own order, GnuTLS tells several', () => {
    given([leaf('issuing', { ...expired, ...foreign }), issuing()], [root()])
      .when()
      .says({ openssl: 62, curl: 'expired', node20: 'CERT_HAS_EXPIRED', go: 'expired' });
    const all = given([leaf('issuing', { ...expired, ...foreign }), issuing()], []).when();
    all.says({ openssl: 20, curl: 'unknown-authority', node20: 'CERT_HAS_EXPIRED', go: 'expired' });
    expect(all.of('gnutls')).toMatchObject({ classes: ['unknown-authority', 'name-mismatch'] });
    given([leaf('issuing', { ...foreign, extKeyUsage: ['clientAuth'] }), issuing()], [root()])
      .when()
      .says({ openssl: 26, go: 'name-mismatch', node20: 'INVALID_PURPOSE' });
  });

  test('a refusal says who is missing', () => {
    const asked = given([leaf('issuing'), issuing()], []).when();
    for (const verifier of ['openssl', 'go', 'gnutls'] as const)
      expect(asked.of(verifier)).toMatchObject({ blamed: 'issuing', missing: name('root') });
  });
});
