/** Whether a certificate is for a host (facts/registry-and-tls.md 1.1), and what is said when it is not (3). */
import { describe, expect, test } from 'vitest';
import { bytesOf, inNetwork, sameAddress } from '../../src/models/trust/verify/address.ts';
import type { Host } from '../../src/models/trust/verify/verdict.ts';
import { given, leaf, name, root, without } from '../support/certificates.ts';

const dns = (of: string): Host => ({ name: of, kind: 'dns' });
const IP: Host = { name: '10.20.30.40', kind: 'ip' };

/** A leaf with this common name and these names, dialled at a host. Undefined: no SAN at all. */
function dialled(host: Host, cn: string, names?: readonly string[], addresses: readonly string[] = []) {
  const one = leaf('root', { subject: name(cn) });
  const cert =
    names === undefined ? without(one, 'san') : { ...one, san: { dns: [...names], ip: [...addresses] } };
  return given([cert], [root()]).when({ host });
}

const VERIFIERS = ['go', 'openssl', 'node20', 'curl', 'gnutls'] as const;
const HUB = dns('registry-1.docker.io');

test.each<[string, Host, string, readonly string[] | undefined, string]>([
  ['no SAN, host in CN', HUB, HUB.name, undefined, ' openssl node20 curl gnutls'],
  ['SAN present, host only in CN', HUB, HUB.name, ['auth.docker.io'], ''],
  ['IP dialled, IP only in CN', IP, IP.name, undefined, ' curl'],
  ['IP written as dNSName', IP, 'x', [IP.name], ''],
  ['one label', HUB, 'x', ['*.docker.io'], 'go openssl node20 curl gnutls'],
  ['two labels', dns('a.b.docker.io'), 'x', ['*.docker.io'], ''],
  ['no label', dns('docker.io'), 'x', ['*.docker.io'], ''],
  ['partial', HUB, 'x', ['registry-*.docker.io'], ' node20'],
  ['partial at the start', HUB, 'x', ['*-1.docker.io'], ' openssl node20 gnutls'],
  ['below a top-level label', dns('registry.example'), 'x', ['*.example'], 'go'],
  ['A-label', dns('xn--bcher-kva.corp.example'), 'x', ['*.corp.example'], 'go openssl node20 curl gnutls'],
  ['part of an A-label', dns('xn--bcher-kva.corp.example'), 'x', ['xn--*.corp.example'], ''],
  ['letter case', HUB, 'x', ['REGISTRY-1.Docker.IO'], 'go openssl node20 curl gnutls'],
  ['dot at the end', dns('registry-1.docker.io.'), 'x', ['registry-1.docker.io'], 'go curl gnutls'],
])('%s', (_, host, cn, names, accepted) => {
  const asked = dialled(host, cn, names);
  const said = VERIFIERS.filter((verifier) => asked.of(verifier).ok);
  expect(said).toEqual(accepted.trim().split(' ').filter(Boolean));
});

test('a Go server refuses the name with a dot that Node sends', () =>
  dialled(dns('registry-1.docker.io.'), 'x', ['registry-1.docker.io']).says({
    node16: 'refused-by-server',
    node24: 'ERR_SSL_SSL/TLS_ALERT_UNEXPECTED_MESSAGE',
    openssl: 62,
  }));

test('the Go of 2016 takes the common name where there is no SAN', () =>
  dialled(HUB, HUB.name).says({ 'go1.5': true, go: 'name-mismatch' }));

test('old Node does not look at the common name beside an address, newer ones and OpenSSL do', () =>
  dialled(HUB, HUB.name, [], ['10.0.0.1']).says({
    node6: 'name-mismatch',
    node16: true,
    openssl: true,
    curl: 'name-mismatch',
  }));

describe('words', () => {
  test('of Go', () => {
    const of = (asked: ReturnType<typeof dialled>) => asked.of('go');
    expect(of(dialled(HUB, 'x', ['a', '*.b.c']))).toMatchObject({
      text: 'x509: certificate is valid for a, *.b.c, not registry-1.docker.io',
    });
    expect(of(dialled(HUB, 'x', []))).toMatchObject({
      text: 'x509: certificate is not valid for any names, but wanted to match registry-1.docker.io',
    });
    expect(of(dialled(HUB, HUB.name))).toMatchObject({
      text: 'x509: certificate relies on legacy Common Name field, use SANs instead',
    });
    expect(of(dialled(IP, 'x', ['a']))).toMatchObject({
      text: "x509: cannot validate certificate for 10.20.30.40 because it doesn't contain any IP SANs",
    });
  });

  test('of Node, old and new', () => {
    const asked = dialled(HUB, 'x', ['a']);
    expect(asked.of('node20')).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      text: "Hostname/IP does not match certificate's altnames: Host: registry-1.docker.io. is not in the cert's altnames: DNS:a",
      alert: null,
    });
    expect(asked.of('node6')).toMatchObject({
      code: null,
      text: "Hostname/IP doesn't match certificate's altnames: \"Host: registry-1.docker.io. is not in the cert's altnames: DNS:a\"",
    });
    expect(dialled(HUB, 'x').of('node20')).toMatchObject({
      text: expect.stringContaining("is not cert's CN: x"),
    });
  });

  test('of OpenSSL and curl', () => {
    expect(dialled(HUB, 'x', ['a']).of('openssl')).toMatchObject({
      code: 62,
      text: 'hostname mismatch',
      alert: 42,
    });
    expect(dialled(IP, 'x', ['a']).of('openssl')).toMatchObject({ code: 64, text: 'IP address mismatch' });
    // curl compares when the handshake is over, so no alert goes out.
    expect(dialled(HUB, 'x', ['a']).of('curl')).toMatchObject({
      code: 60,
      text: "curl: (60) SSL: no alternative certificate subject name matches target host name 'registry-1.docker.io'",
      alert: null,
    });
  });
});

test('addresses of both families, and their networks', () => {
  expect(bytesOf('10.20.30.256')).toBeUndefined();
  expect(['1::2::3', '1:2', ':::', 'xyz', '12345::'].map(bytesOf)).toEqual(Array(5).fill(undefined));
  expect(sameAddress('2001:db8::40', '2001:DB8:0:0:0:0:0:40')).toBe(true);
  expect(inNetwork('10.20.30.40', '10.20.0.0/13')).toBe(true);
  expect(inNetwork('10.28.0.1', '10.20.0.0/13')).toBe(false);
  expect(inNetwork('2001:db8::40', '2001:db8::/32')).toBe(true);
  expect(inNetwork('10.20.30.40', '::/0')).toBe(false);
});
