/** Every recorded certificate reads back as the specification that it was made from. */
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { judge, questionOf, USUAL } from '../../src/exchange/pem/judge.ts';
import { readChain } from '../../src/exchange/pem/read.ts';
import type { Certificate } from '../../src/models/trust/certificate.ts';
import { NOW, pemOf, SITUATIONS, type Situation, type SpecCertificate } from './pem/recorded.ts';

/** The files of a situation with all of its certificates: those that only the specification needs, too. */
function chainOf(situation: Situation) {
  const ids = situation.certs.map(({ id }) => id);
  return readChain({
    server: pemOf(situation, ids, 'all.pem'),
    trust: pemOf(situation, ids, 'all.pem'),
    crl: situation.crl === null ? undefined : pemOf(situation, ['#crl'], 'crl.pem'),
  });
}

/** What the specification says, with identities of names and keys taken from what was read. */
function expected(spec: SpecCertificate, situation: Situation, read: ReadonlyMap<string, Certificate>) {
  const { certs } = situation;
  const specOf = (id: string) => certs.find((one) => one.id === id) as SpecCertificate;
  const keyOf = (key: string) => {
    const owner = certs.find((one) => one.key === key);
    return owner === undefined ? '' : read.get(owner.id)?.key;
  };
  const issuer = specOf(spec.issuer);
  const signKey = spec.signKey ?? issuer.key;
  const isExtended = spec.version === 3;
  const own = read.get(spec.id);
  const name = ({ subject }: SpecCertificate) => ({ o: subject.o ?? '', cn: subject.cn });
  const isNamed = certs.some((one) => one.key === signKey && sameName(one, issuer));
  return {
    version: spec.version,
    serial: spec.serial,
    subject: name(spec),
    issuer: name(issuer),
    key: keyOf(spec.key),
    keyKind: spec.keyAlg === 'p256' ? 'ec' : 'rsa',
    keyBits: { p256: 256, rsa2048: 2048, rsa1024: 1024 }[spec.keyAlg],
    signedBy: spec.tamperSignature || !isNamed ? '' : keyOf(signKey),
    signatureHash: spec.sigHash,
    signatureKind: certs.find((one) => one.key === signKey)?.keyAlg === 'p256' ? 'ec' : 'rsa',
    notBefore: NOW + spec.notBefore,
    notAfter: NOW + spec.notAfter,
    basicConstraints: isExtended
      ? spec.basicConstraints && {
          ...spec.basicConstraints,
          pathLen: spec.basicConstraints.pathLen ?? -1,
        }
      : null,
    keyUsage: isExtended ? spec.keyUsage : null,
    extKeyUsage: isExtended ? spec.extKeyUsage : null,
    san: isExtended ? spec.san && { dns: [], ip: [], ...spec.san } : null,
    nameConstraints: isExtended
      ? spec.nameConstraints && {
          permittedDns: [],
          excludedDns: [],
          permittedIp: [],
          excludedIp: [],
          ...spec.nameConstraints,
        }
      : null,
    subjectKeyId: isExtended && spec.skid ? own?.subjectKeyId : null,
    hasAuthority: isExtended && spec.akid !== 'none',
    unknownCritical: isExtended && spec.unknownCritical ? ['1.3.6.1.4.1.55555.1'] : [],
  };
}

const sameName = (a: SpecCertificate, b: SpecCertificate) =>
  a.subject.cn === b.subject.cn && a.subject.o === b.subject.o;

function found(one: Certificate) {
  const { id: _, serial, subject, issuer, authorityKeyId, ...rest } = one;
  const absent = { basicConstraints: null, keyUsage: null, extKeyUsage: null, san: null };
  return {
    ...absent,
    nameConstraints: null,
    subjectKeyId: null,
    ...rest,
    serial: Number.parseInt(serial, 16),
    subject: { o: subject.o, cn: subject.cn },
    issuer: { o: issuer.o, cn: issuer.cn },
    hasAuthority: authorityKeyId !== undefined,
  };
}

describe.each(SITUATIONS)('$id', (situation) => {
  const { sent, lists, issues } = chainOf(situation);
  const read = new Map(situation.certs.map(({ id }, i) => [id, sent[i] as Certificate]));

  test('every certificate is what was specified', () => {
    expect(issues).toEqual([]);
    expect(sent).toHaveLength(situation.certs.length);
    for (const spec of situation.certs)
      expect(found(read.get(spec.id) as Certificate), spec.id).toEqual(expected(spec, situation, read));
  });

  test('names and key identifiers are equal where they should be', () => {
    for (const a of situation.certs)
      for (const b of situation.certs) {
        const [one, other] = [read.get(a.id), read.get(b.id)];
        expect(one?.subject.key === other?.subject.key).toBe(sameName(a, b));
        expect(one?.issuer.key === other?.subject.key).toBe(
          sameName(situation.certs.find(({ id }) => id === a.issuer) as SpecCertificate, b),
        );
        if (a.akid === 'signer' && a.version === 3 && b.skid && b.version === 3)
          expect(one?.authorityKeyId === other?.subjectKeyId, `${a.id} ${b.id}`).toBe(
            (a.signKey ?? situation.certs.find(({ id }) => id === a.issuer)?.key) === b.key,
          );
      }
  });

  test('files of it give the verdicts that real verifiers gave', () => {
    const { sent, trusted, crl, dial, clientClock, verdicts } = situation;
    const chain = readChain({
      server: pemOf(situation, sent, 'chain.pem'),
      trust: pemOf(situation, trusted, 'bundle.pem'),
      crl: crl === null ? undefined : pemOf(situation, ['#crl'], 'crl.pem'),
    });
    const question = questionOf(chain, dial.host, NOW + clientClock);
    for (const verifier of USUAL) {
      const verdict = verdicts[verifier];
      if (verdict === undefined) continue;
      const { refusal } = judge(question, verifier);
      expect(refusal?.classes ?? [], verifier).toEqual(
        verdict.classes ?? (verdict.class === undefined ? [] : [verdict.class]),
      );
    }
  });

  test('its revocation list is what was specified', () => {
    const { crl } = situation;
    const issuer = read.get(crl?.issuer ?? '');
    expect(lists).toEqual(
      crl === null
        ? []
        : [
            {
              issuer: issuer?.subject,
              signedBy: issuer?.key,
              thisUpdate: NOW + crl.thisUpdate,
              nextUpdate: NOW + crl.nextUpdate,
              revoked: crl.revoked.map((id) => read.get(id)?.serial),
            },
          ],
    );
  });
});

test('the roots that Node carries are read, and each of them signed itself', () => {
  const store = { file: 'roots.pem', text: rootCertificates.join('\n') };
  const { trusted, issues } = readChain({ server: store, trust: store });
  expect(issues).toEqual([]);
  expect(trusted.length).toBe(rootCertificates.length);
  for (const { subject, issuer, key, signedBy, keyKind } of trusted) {
    expect(keyKind).not.toBe('other');
    if (subject.key === issuer.key) expect(signedBy, subject.cn).toBe(key);
  }
});
