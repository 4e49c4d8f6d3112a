/** `check-chain`: what is printed where, and exit codes. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { premortem, UNSAFE } from '../cli/premortem.ts';
import { makeKey, mint } from './pem/mint.ts';
import { pemOf, SITUATIONS, type Situation } from './pem/recorded.ts';

const AT = '2016-05-24T12:00:00Z';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-chain-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Checks a recorded situation. */
function check(id: string, ...more: readonly string[]) {
  const situation = SITUATIONS.find((one) => one.id === id) as Situation;
  const { sent, trusted, crl, dial } = situation;
  const folder = folderOf({
    'chain.pem': pemOf(situation, sent, '').text,
    'bundle.pem': pemOf(situation, trusted, '').text,
    ...(crl && { 'crl.pem': pemOf(situation, ['#crl'], '').text }),
  });
  const files = ['--server', 'chain.pem', '--trust', 'bundle.pem', ...(crl ? ['--crl', 'crl.pem'] : [])];
  return premortem(folder, ['check-chain', ...files, '--host', dial.host, '--at', AT, ...more]);
}

test('given a chain that everybody accepts, then that is said, and the exit code is 0', async () => {
  const { exit, out, err } = await check('proxy-good-two-tier', '--verifier', 'go', '--verifier', 'openssl');
  expect([exit, err]).toEqual([0, '']);
  expect(out).toBe(`registry-1.docker.io at ${AT}, 2 certificates trusted

sent  CN=registry-1.docker.io   2016-04-24 to 2017-04-24  chain.pem:2
      CN=Corp Proxy Issuing CA  2013-05-25 to 2021-05-23  chain.pem:16

✓ go       accepts
✓ openssl  accepts

✓ registry-1.docker.io  accepted by all 2 verifiers
`);
});

test('given one that is refused, then the words, the certificate and the fix, and the exit code is 3', async () => {
  const { exit, out } = await check(
    'proxy-untrusted-issuing-sent',
    '--verifier',
    'openssl',
    '--verifier',
    'go',
  );
  expect(exit).toBe(3);
  expect(out).toBe(`registry-1.docker.io at ${AT}, 1 certificate trusted

sent  CN=registry-1.docker.io   2016-04-24 to 2017-04-24  chain.pem:2
      CN=Corp Proxy Issuing CA  2013-05-25 to 2021-05-23  chain.pem:16

✗ openssl  unable to get local issuer certificate (20)
✗ go       x509: certificate signed by unknown authority
  fault    CN=Corp Proxy Issuing CA, O=Corp, 2013-05-25T12:00:00Z to 2021-05-23T12:00:00Z, chain.pem:16
  fix      add CN=Corp Root CA to the trust store, or have the server send it if it is an intermediate

✗ registry-1.docker.io  refused by 2 of 2 verifiers
`);
});

test('given a revocation list, then those who can look at it do', async () => {
  const { exit, out } = await check('crl-revoked', '--verifier', 'openssl', '--verifier', 'go');
  expect(exit).toBe(3);
  expect(out).toContain('✗ openssl  certificate revoked (23)\n');
  expect(out).toContain('✓ go       accepts\n');
  expect(out).toContain('replace CN=registry-1.docker.io: CN=Corp Root CA has withdrawn it');
});

test('given no verifier, then all are asked as they are installed, and --quiet says only the sum', async () => {
  const { exit, out } = await check('sha1-leaf', '--quiet');
  expect([exit, out]).toEqual([3, '✗ registry-1.docker.io  refused by 6 of 9 verifiers\n']);
});

test('given --json, then one document says all', async () => {
  const { exit, out, err } = await check('expired-leaf', '--verifier', 'go', '--json');
  expect([exit, err]).toEqual([3, '']);
  expect(JSON.parse(out)).toMatchObject({
    host: 'registry-1.docker.io',
    at: AT,
    ok: false,
    sent: [{ subject: 'CN=registry-1.docker.io', place: { file: 'chain.pem', line: 2 } }, {}],
    trusted: 2,
    verdicts: [
      {
        verifier: 'go',
        ok: false,
        fault: 'expired',
        text: `x509: certificate has expired or is not yet valid: current time ${AT} is after 2016-05-23T12:00:00Z`,
        certificate: { notAfter: '2016-05-23T12:00:00Z' },
        fix: 'renew CN=registry-1.docker.io, which ended at 2016-05-23T12:00:00Z',
      },
    ],
    issues: [],
  });
});

describe('bad input', () => {
  const good = pemOf(SITUATIONS[0] as Situation, ['leaf'], '').text;
  const call = (...args: string[]) =>
    premortem(folderOf({ 'good.pem': good, 'bad.pem': `ours\n${good.replaceAll('A', '*')}` }), [
      'check-chain',
      ...args,
    ]);

  test('given a broken file, then the issue with its line, and nothing is checked', async () => {
    const args = ['--server', 'good.pem', '--trust', 'bad.pem', '--host', 'x'];
    const { exit, out, err } = await call(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('error[pem.encoding]: this character is not of base64\n --> bad.pem:4:');
    expect(err).toContain('✗ 1 error: nothing was checked\n');
    const json = await call(...args, '--json');
    expect(json.exit).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      verdicts: [],
      issues: [{ code: 'pem.encoding' }],
    });
  });

  const FILES = ['--server', 'good.pem', '--trust', 'good.pem'];
  test.each<readonly [about: string, says: string, args: readonly string[]]>([
    ['no --server', '--server is missing.', ['--trust', 'good.pem', '--host', 'x']],
    ['no --trust', '--trust is missing.', ['--server', 'good.pem', '--host', 'x']],
    ['no --host', '--host is missing.', FILES],
    [
      'a file that is not there',
      'there is no such file',
      ['--server', 'no.pem', '--trust', 'good.pem', '--host', 'x'],
    ],
    ['a time that is none', '--at: noon: this is not an instant.', [...FILES, '--host', 'x', '--at', 'noon']],
    ['a verifier that is none', '--verifier takes openssl', [...FILES, '--host', 'x', '--verifier', 'ie']],
  ])('given %s, then it is a sentence and exit code 2', async (_, says, args) => {
    const { exit, out, err } = await call(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });
});

test('names in certificates cannot move the cursor', async () => {
  const key = makeKey('p256');
  const evil = 'x\u001b[2J\u202egnp.exe\u0007\nok';
  const order = { subject: evil, issuer: evil, key, signKey: key, serial: 1, notBefore: 0, notAfter: 2e9 };
  const folder = folderOf({ 'evil.pem': mint({ ...order, dns: ['a.example'] }) });
  for (const more of [[], ['--json'], ['--quiet']]) {
    const args = ['--server', 'evil.pem', '--trust', 'evil.pem', '--host', `y${evil}`, ...more];
    const { out, err } = await premortem(folder, ['check-chain', ...args]);
    expect(out).not.toBe('');
    expect(out + err).not.toMatch(UNSAFE);
  }
});
