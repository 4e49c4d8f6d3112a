/** Laws of verification (facts/registry-and-tls.md 10.6), and that its work is bounded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/models/trust/certificate.ts';
import { VERIFIERS, type Verifier } from '../../src/models/trust/verify/profile.ts';
import type { Question } from '../../src/models/trust/verify/verdict.ts';
import { verify } from '../../src/models/trust/verify/verify.ts';
import { ca, DAY, given, issuing, leaf, NOW, name, root, without } from '../support/certificates.ts';

const SEED = Number(process.env['TRUST_SEED'] ?? 20160524);
const RUNS = Number(process.env['TRUST_RUNS'] ?? 300);
const ALL = Object.keys(VERIFIERS) as Verifier[];

/** Holds a law against random worlds; a failure prints how to see it again. */
function law(holds: (question: Question, verifier: Verifier) => void): void {
  fc.assert(fc.property(questions, fc.constantFrom(...ALL), holds), {
    seed: SEED,
    numRuns: RUNS,
    reporter: ({ failed, counterexample, errorInstance }) => {
      if (!failed) return;
      const again = `TRUST_SEED=${SEED} TRUST_RUNS=${RUNS} npx vitest run test/models/trust-verify-laws.test.ts`;
      throw new Error(`seed ${SEED}: ${again}\n${JSON.stringify(counterexample, null, 1)}`, {
        cause: errorInstance,
      });
    },
  });
}

const NAMES = ['a', 'b', 'c', 'registry-1.docker.io'];
const KEYS = ['k', 'l', 'm'];
const from = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const some = <T extends object>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: {} });

/** Certificates of few names and keys, so that they meet. */
const certificates: fc.Arbitrary<readonly [Certificate, ...Certificate[]]> = fc
  .array(
    fc.tuple(
      fc.tuple(from(...NAMES), from(...NAMES), from(...KEYS), from(...KEYS)),
      fc.tuple(fc.integer({ min: -3, max: 1 }), fc.integer({ min: 0, max: 3 })),
      some(
        fc.record({
          basicConstraints: fc.record({ ca: fc.boolean(), pathLen: from(-1, -1, 0), critical: from(true) }),
        }),
      ),
      some(
        fc.record({
          keyUsage: from(
            ['keyCertSign'] as const,
            ['digitalSignature', 'keyCertSign'] as const,
            ['cRLSign'] as const,
          ),
        }),
      ),
      some(fc.record({ extKeyUsage: from(['serverAuth'], ['any'], ['clientAuth']) })),
      some(fc.record({ subjectKeyId: from(...KEYS) })),
      some(fc.record({ authorityKeyId: from(...KEYS) })),
      some(
        fc.record({ san: from({ dns: ['registry-1.docker.io'], ip: [] }, { dns: ['a'], ip: ['10.0.0.1'] }) }),
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((rows) =>
    rows.map(([[subject, issuer, key, signedBy], [before, after], ...more], i) => {
      const bare = without(
        ca(`c${i}`, 'x'),
        'basicConstraints',
        'keyUsage',
        'subjectKeyId',
        'authorityKeyId',
      );
      const names = { subject: name(subject), issuer: name(issuer), key, signedBy };
      const dates = { notBefore: NOW + before * DAY, notAfter: NOW + after * DAY };
      return Object.assign({ ...bare, ...names, ...dates }, ...more) as Certificate;
    }),
  )
  .map((certs) => certs as unknown as readonly [Certificate, ...Certificate[]]);

const questions: fc.Arbitrary<Question> = certificates.chain((certs) =>
  fc.record({
    sent: fc.subarray([...certs], { minLength: 1 }).map((sent) => sent as [Certificate, ...Certificate[]]),
    trusted: fc.subarray([...certs]),
    now: fc.integer({ min: -4, max: 4 }).map((days) => NOW + days * DAY),
    host: from(
      { name: 'registry-1.docker.io', kind: 'dns' as const },
      { name: '10.0.0.1', kind: 'ip' as const },
    ),
  }),
);

const certsOf = ({ sent, trusted }: Question) => [...sent, ...trusted];

describe('laws', () => {
  test('the same question has the same answer, and blames a certificate that was there', () =>
    law((question, verifier) => {
      const said = verify(question, VERIFIERS[verifier]);
      expect(verify(structuredClone(question), VERIFIERS[verifier])).toEqual(said);
      if (!said.ok) expect(certsOf(question).map(({ id }) => id)).toContain(said.blamed);
    }));

  test('adding a root never makes a good verdict of Go bad', () =>
    law((question) => {
      const added = root({
        subject: name('a'),
        issuer: name('a'),
        key: 'new',
        signedBy: 'new',
        subjectKeyId: 'new',
      });
      if (!verify(question, VERIFIERS.go).ok) return;
      expect(verify({ ...question, trusted: [added, ...question.trusted] }, VERIFIERS.go).ok).toBe(true);
    }));

  test('of OpenSSL that is not true: a root of the same name without key identifiers comes first', () => {
    const bare = (cert: Certificate) => without(cert, 'subjectKeyId', 'authorityKeyId');
    const sent = [bare(leaf('root'))] as const;
    const other = bare(root({ id: 'other', key: 'other', signedBy: 'other' }));
    given([...sent], [bare(root())])
      .when()
      .says({ openssl: true, go: true });
    given([...sent], [other, bare(root())])
      .when()
      .says({ openssl: 7, go: true });
  });

  test('no verdict changes while the clock is within all validities', () =>
    law((question, verifier) => {
      const start = Math.max(...certsOf(question).map(({ notBefore }) => notBefore));
      const end = Math.min(...certsOf(question).map(({ notAfter }) => notAfter)) - 1;
      if (start > end) return;
      const at = (now: number) => verify({ ...question, now }, VERIFIERS[verifier]);
      expect(at(end)).toEqual(at(start));
    }));

  test('whom nothing is trusted by accepts nothing', () =>
    law((question, verifier) => {
      expect(verify({ ...question, trusted: [] }, VERIFIERS[verifier]).ok).toBe(false);
    }));
});

describe('bounded work', () => {
  const everyone = (sent: readonly [Certificate, ...Certificate[]], trusted: readonly Certificate[]) => {
    for (const verifier of ALL) expect(given(sent, trusted).when().of(verifier).ok, verifier).toBe(false);
  };

  test('a loop of issuers', () => everyone([leaf('a'), ca('a', 'b'), ca('b', 'c'), ca('c', 'a')], [root()]));

  test('ten thousand authorities of one name, sent and trusted', () => {
    const same = (i: number) =>
      ca(`c${i}`, 'root', { subject: name('a'), issuer: name('a'), key: `k${i}`, signedBy: `k${i + 1}` });
    const many = Array.from({ length: 10_000 }, (_, i) => without(same(i), 'subjectKeyId', 'authorityKeyId'));
    everyone([without(leaf('a'), 'authorityKeyId'), ...many], []);
    everyone([without(leaf('a'), 'authorityKeyId')], many);
  });

  test('a chain of ten thousand', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ca(`c${i}`, `c${i + 1}`));
    everyone([leaf('c0'), ...many], [root()]);
    expect(
      given([leaf('c0'), ...many], [root()])
        .when()
        .of('openssl'),
    ).toMatchObject({ code: 22 });
  });

  test('Go gives up after a hundred signatures', () => {
    const layers = Array.from({ length: 6 }, (_, layer) =>
      Array.from({ length: 6 }, (_, i) =>
        ca(`${layer}.${i}`, 'x', {
          subject: name(`layer ${layer}`),
          issuer: name(`layer ${layer + 1}`),
          key: `layer ${layer}`,
          signedBy: `layer ${layer + 1}`,
          san: { dns: [`${i}`], ip: [] },
        }),
      ),
    );
    const first = leaf('x', { issuer: name('layer 0'), signedBy: 'layer 0' });
    const asked = given(
      [first, ...layers.flat().map((cert) => without(cert, 'authorityKeyId'))],
      [root()],
    ).when();
    expect(asked.of('go')).toMatchObject({
      text: 'x509: signature check attempts limit reached while verifying certificate chain',
    });
  });
});

test('an intermediate that is not sent but trusted is found', () =>
  given([leaf('issuing')], [issuing(), root()])
    .when()
    .says({ openssl: true, go: true, gnutls: true, node6: true }));
