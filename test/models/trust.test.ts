import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/models/trust/certificate.ts';
import { trust } from '../../src/models/trust/decide.ts';
import type { TlsFailure, TrustCommand, TrustEvent } from '../../src/models/trust/events.ts';
import type { Verifier } from '../../src/models/trust/verify/profile.ts';
import { ca, constraints, DAY, issuing, leaf, NOW, root } from '../support/certificates.ts';
import { specify } from '../support/spec.ts';

const spec = specify(trust, 'trust/zookeeper-1');

const HUB = 'registry-1.docker.io';
const filled: TrustEvent = { type: 'Filled', roots: ['root'], from: [-10], until: [10], facts: [] };

/** The event that declared each authority. */
const declared = { root: 10, issuing: 11, below: 12, corp: 13 };

interface Asked {
  readonly known?: readonly Certificate[];
  readonly now?: number;
  readonly host?: string;
  readonly verifier?: Verifier;
  readonly unread?: readonly string[];
}

function check(sent: readonly [Certificate, ...Certificate[]], asked: Asked = {}): TrustCommand {
  const { known = [root(), issuing()], now = NOW, host = HUB, verifier = 'go1.5', unread = [] } = asked;
  const rest = { asker: 'zookeeper-1', facts: [40], clockFact: 41, declared } as const;
  const late = { roots: unread, fact: 42 };
  return {
    type: 'check',
    host,
    issuer: sent[0].issuer.cn,
    sent,
    known,
    verifier,
    now,
    unread: late,
    ...rest,
  };
}
const accepted = (issuer: string): TrustEvent => ({
  type: 'Accepted',
  asker: 'zookeeper-1',
  host: HUB,
  issuer,
});
const UNKNOWN = 'x509: certificate signed by unknown authority';
const DATES = 'x509: certificate has expired or is not yet valid';
const refused = (
  why: TlsFailure,
  words: string,
  { issuer = 'root', certificate = 'leaf', host = HUB },
  ...grounds: number[]
): TrustEvent => ({
  type: 'Refused',
  asker: 'zookeeper-1',
  host,
  issuer,
  why,
  words,
  facts: [40, ...grounds],
  certificate,
});

describe('filling a store', () => {
  test('replaces what was in it', () => {
    const state = spec
      .given(filled)
      .when({ type: 'fill', roots: [{ name: 'corp', from: 1, until: 2 }], facts: [3] })
      .then({ type: 'Filled', roots: ['corp'], from: [1], until: [2], facts: [3] })
      .state();
    expect([...state.roots.keys()]).toEqual(['corp']);
  });
});

describe('a chain is accepted', () => {
  test('from a leaf to a root of the store', () => {
    spec
      .given(filled)
      .when(check([leaf('root')]))
      .then(accepted('root'));
    spec
      .given(filled)
      .when(check([leaf('issuing'), issuing()]))
      .then(accepted('issuing'));
  });

  test('by the name of a host without its port', () => {
    spec
      .given(filled)
      .when(check([leaf('root')], { host: `${HUB}:5000` }))
      .then({ ...accepted('root'), host: `${HUB}:5000` } as TrustEvent);
  });

  test('at both ends of its validity', () => {
    const one = leaf('root', { notBefore: NOW, notAfter: NOW });
    spec
      .given(filled)
      .when(check([one]))
      .then(accepted('root'));
  });
});

describe('a chain is refused', () => {
  test('by an unknown issuer, which rests on what filled the store', () => {
    spec
      .given(filled)
      .when(check([leaf('corp')], { known: [root(), ca('corp', 'corp')] }))
      .then(refused('tls.untrusted-issuer', UNKNOWN, { issuer: 'corp', certificate: 'corp' }, 0));
  });

  test('by one that came after the roots were read, which is a reason where it would have been trusted', () => {
    const known = [root(), ca('corp', 'corp'), ca('other', 'other')];
    for (const [unread, ...grounds] of [
      ['corp', 0, 42],
      ['other', 0],
    ] as const)
      spec
        .given(filled)
        .when(check([leaf('corp')], { known, unread: [unread] }))
        .then(refused('tls.untrusted-issuer', UNKNOWN, { issuer: 'corp', certificate: 'corp' }, ...grounds));
  });

  test('when its intermediate was not sent: the store would do, and is no reason', () => {
    spec
      .given(filled)
      .when(check([leaf('issuing')]))
      .then(refused('tls.missing-intermediate', UNKNOWN, { issuer: 'issuing', certificate: 'issuing' }));
  });

  test('when an intermediate is missing and no root of the store is above it: the store is the reason', () => {
    const known = [root(), ca('corp', 'corp'), ca('below', 'corp')];
    spec
      .given(filled)
      .when(check([leaf('below')], { known }))
      .then(refused('tls.untrusted-issuer', UNKNOWN, { issuer: 'below', certificate: 'below' }, 0));
  });

  test('by the dates of the leaf before its issuer: a wrong clock hides missing trust (section 7)', () => {
    const late = leaf('corp', { notAfter: NOW - 1 });
    const early = leaf('corp', { notBefore: NOW + 1 });
    spec
      .given(filled)
      .when(check([late]))
      .then(refused('tls.expired', DATES, { issuer: 'corp' }, 41));
    spec
      .given(filled)
      .when(check([early]))
      .then(refused('tls.not-yet-valid', DATES, { issuer: 'corp' }, 41));
  });

  test('by the dates of a root: the store that holds it, its declaration and the clock are why', () => {
    const old = root({ notAfter: NOW - DAY });
    spec
      .given(filled)
      .when(check([leaf('root')], { known: [old] }))
      .then(refused('tls.expired', DATES, { certificate: 'root' }, 0, 10, 41));
  });

  test('by the dates of an intermediate: its declaration and the clock are why', () => {
    const sent = issuing({ notBefore: NOW + DAY });
    spec
      .given(filled)
      .when(check([leaf('issuing'), sent]))
      .then(refused('tls.not-yet-valid', DATES, { issuer: 'issuing', certificate: 'issuing' }, 11, 41));
  });

  test('for another host', () => {
    const words = `x509: certificate is valid for ${HUB}, not quay.io`;
    spec
      .given(filled)
      .when(check([leaf('root')], { host: 'quay.io' }))
      .then(refused('tls.name-mismatch', words, { host: 'quay.io' }));
  });

  test('below an authority that may have none below it', () => {
    const known = [root({ basicConstraints: { ca: true, pathLen: 0, critical: true } })];
    const words = 'x509: too many intermediates for path length constraint';
    spec
      .given(filled)
      .when(check([leaf('issuing'), issuing()], { known }))
      .then(refused('tls.path-length', words, { issuer: 'issuing', certificate: 'root' }, 10));
  });

  test('below an authority that may sign for other domains only', () => {
    const sent = issuing(constraints({ permittedDns: ['corp.example'] }));
    const words = 'x509: a root or intermediate certificate is not authorized to sign in this domain';
    spec
      .given(filled)
      .when(check([leaf('issuing'), sent]))
      .then(refused('tls.name-constraint', words, { issuer: 'issuing', certificate: 'issuing' }, 11));
  });

  test('in the words of the verifier that asks', () => {
    const words = `${DATES}: current time 2016-05-24T12:00:00Z is after 2016-05-24T11:59:59Z`;
    spec
      .given(filled)
      .when(check([leaf('root', { notAfter: NOW - 1 })], { verifier: 'go' }))
      .then(refused('tls.expired', words, {}, 41));
  });
});

test('a cross-certificate leads to the other root (section 4)', () => {
  // The new root is in the store; what is sent leads to the old one, which has expired.
  const old = ca('old', 'old', { notAfter: NOW - DAY });
  const cross = ca('cross', 'old', { subject: root().subject, key: root().key, subjectKeyId: root().key });
  spec
    .given({ ...filled, roots: ['root', 'old'], from: [0, 0], until: [0, 0] } as TrustEvent)
    .when(check([leaf('issuing'), issuing(), cross], { known: [root(), old] }))
    .then(accepted('issuing'));
});

test('an old log does not name the certificate', () => {
  const { certificate: _, ...before } = refused('tls.expired', DATES, {}) as TrustEvent & {
    certificate: string;
  };
  expect(trust.upcasts?.Refused?.map((step) => step(before))).toEqual([{ ...before, certificate: '' }]);
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    { fill: true, check: true },
    {
      'tls.untrusted-issuer': true,
      'tls.missing-intermediate': true,
      'tls.not-yet-valid': true,
      'tls.expired': true,
      'tls.name-mismatch': true,
      'tls.path-length': true,
      'tls.name-constraint': true,
    },
  ));
