/** What is wrong with files of certificates: each kind once, with its place; and files made to hurt. */
import { describe, expect, test } from 'vitest';
import { type Chain, readChain, TEXT_LIMIT } from '../../src/exchange/pem/read.ts';
import { makeKey, mint, type Order, pem } from './pem/mint.ts';

const key = makeKey('p256');
const order: Order = {
  subject: 'Root',
  issuer: 'Root',
  key,
  signKey: key,
  serial: 1,
  notBefore: 1.4e9,
  notAfter: 1.8e9,
  ca: {},
};
const ROOT = mint(order);
const LINES = ROOT.split('\n');
const PRIVATE = String(key.privateKey.export({ format: 'pem', type: 'pkcs8' }));
const ENCRYPTED = String(
  makeKey('rsa1024').privateKey.export({
    format: 'pem',
    type: 'pkcs1',
    cipher: 'aes-128-cbc',
    passphrase: 'x',
  }),
);

const read = (server: string, trust = ROOT, crl?: string): Chain =>
  readChain({
    server: { file: 'server.pem', text: server },
    trust: { file: 'trust.pem', text: trust },
    crl: crl === undefined ? undefined : { file: 'crl.pem', text: crl },
  });

const without = (line: number): string => LINES.filter((_, i) => i !== line).join('\n');
const swapped = (from: string | RegExp, to: string): string => ROOT.replace(from, to);

/** A block of ones, each in the one before. */
function nested(depth: number): Uint8Array {
  let der = Buffer.alloc(0);
  for (let i = 0; i < depth && der.length < 60_000; i += 1) {
    const size = der.length < 128 ? [der.length] : [0x82, der.length >> 8, der.length & 255];
    der = Buffer.concat([Buffer.from([0x30, ...size]), der]);
  }
  return der;
}

const der = (): Buffer => Buffer.from(LINES.slice(1, -2).join(''), 'base64');
const says = ({ issues }: Chain, severity: string) =>
  issues
    .filter((issue) => issue.severity === severity)
    .map(({ code, place }) => [code, place?.file, place?.line]);

type Row = readonly [about: string, code: string, line: number, text: string];

describe('errors', () => {
  test.each<Row>([
    ['is empty', 'file.empty', 1, ' \n'],
    ['is DER', 'file.binary', 1, '0\u0082\0\u0001'],
    ['is not UTF-8', 'file.binary', 1, '0\ufffd'],
    ['is too big', 'file.too-big', 1, ROOT.padEnd(TEXT_LIMIT + 1)],
    ['holds no certificate', 'pem.nothing', 1, 'Dear colleague,\nplease find it attached.\n'],
    ['holds a revocation list alone', 'pem.nothing', 1, pem('X509 CRL', new Uint8Array(3))],
    ['has a block without an end', 'pem.syntax', 2, `# ours\n${LINES.slice(0, -2).join('\n')}\n`],
    ['has a block inside another', 'pem.syntax', 1, `${LINES.slice(0, 3).join('\n')}\n${ROOT}`],
    ['has an end without a beginning', 'pem.syntax', LINES.length - 2, without(0)],
    ['ends as something else', 'pem.syntax', LINES.length - 1, swapped('END CERTIFICATE', 'END X509 CRL')],
    ['has two blocks that share a line', 'pem.syntax', LINES.length - 1, ROOT.trimEnd() + ROOT],
    ['is indented', 'pem.syntax', 1, `  ${LINES[0]}\n${LINES.slice(1).join('\n')}`],
    ['begins with a byte order mark', 'pem.syntax', 1, `\ufeff${ROOT}`],
    ['has a character outside of base64', 'pem.encoding', 3, swapped(/(\n.*\n)./, '$1*')],
    ['lacks a digit', 'pem.encoding', 1, swapped(/(\n.*\n)./, '$1')],
    ['has padding in the middle', 'pem.encoding', 1, swapped(/(\n.*\n)../, '$1==')],
    ['lacks a line', 'pem.content', 1, without(3)],
    ['holds cut DER', 'pem.content', 1, pem('CERTIFICATE', der().subarray(0, 200))],
    ['holds nothing', 'pem.content', 1, pem('CERTIFICATE', new Uint8Array())],
    ['holds something else', 'pem.content', 1, pem('CERTIFICATE', Buffer.from('hello'))],
    ['holds nesting without end', 'pem.content', 1, pem('CERTIFICATE', nested(20_000))],
    ['holds a monster', 'pem.content', 1, pem('CERTIFICATE', new Uint8Array(70_000))],
    ['says an extension twice', 'pem.content', 1, mint({ ...order, critical: ['1.2.3', '1.2.3'] })],
  ])('given a file that %s, then one error says so', (_, code, line, text) => {
    const { ok, issues } = read(text);
    expect(ok).toBe(false);
    expect(says({ issues } as Chain, 'error')).toEqual([[code, 'server.pem', line]]);
    for (const { reason, help } of issues) expect([reason ?? '', help ?? '']).not.toContain('');
  });

  test('given mistakes in each file, then each is told with its file', () => {
    const chain = read(without(0), 'nothing', pem('X509 CRL', Buffer.from('hello')));
    expect(says(chain, 'error')).toEqual([
      ['pem.syntax', 'server.pem', LINES.length - 2],
      ['pem.nothing', 'trust.pem', 1],
      ['pem.content', 'crl.pem', 1],
    ]);
  });

  test('given more mistakes than anybody reads, then the rest is counted', () => {
    const { issues } = read(pem('CERTIFICATE', new Uint8Array(3)).repeat(30));
    expect(issues).toHaveLength(21);
    expect(issues.at(-1)).toMatchObject({ code: 'issues.more', message: 'and 10 more' });
  });
});

describe('warnings', () => {
  test.each<Row>([
    ['a private key', 'pem.private-key', 1, `${PRIVATE}${ROOT}`],
    ['an encrypted private key', 'pem.private-key', 1, `${ENCRYPTED}${ROOT}`],
    ['a revocation list', 'pem.ignored', 1, `${pem('X509 CRL', new Uint8Array(3))}${ROOT}`],
    ['a certificate with hints of OpenSSL', 'pem.ignored', 1, `${pem('TRUSTED CERTIFICATE', der())}${ROOT}`],
    ['policies that bind', 'pem.not-judged', 1, mint({ ...order, critical: ['2.5.29.36'] })],
  ])('given %s, then it is left out and told', (_, code, line, text) => {
    const chain = read(text);
    expect(chain.ok).toBe(true);
    expect(chain.sent).toHaveLength(1);
    expect(says(chain, 'warning')).toEqual([[code, 'server.pem', line]]);
  });

  test('given authorities that vouch for one another, then the circle is told', () => {
    const [a, b] = [makeKey('p256'), makeKey('p256')];
    const ring =
      mint({ ...order, subject: 'A', issuer: 'B', key: a, signKey: b }) +
      mint({ ...order, subject: 'B', issuer: 'A', key: b, signKey: a });
    expect(says(read(ring), 'warning')).toEqual([['pem.loop', 'server.pem', 1]]);
    const rooted = mint({ ...order, subject: 'A', issuer: 'A', key: a, signKey: a });
    expect(says(read(ring, rooted), 'warning')).toEqual([]);
  });
});

describe('what is no mistake', () => {
  test.each<readonly [about: string, text: string]>([
    ['text around blocks', `Subject: CN=Root\n\n${ROOT}\n# bye -----\n`],
    ['line ends of Windows', ROOT.replaceAll('\n', '\r\n')],
    ['one long line', `${LINES[0]}\n${LINES.slice(1, -2).join('')}\n${LINES.at(-2)}`],
    ['no last line end', ROOT.trimEnd()],
    ['blanks at the ends of lines', ROOT.replaceAll('\n', ' \n')],
  ])('given %s, then the certificate is read', (_, text) => {
    const { ok, sent, issues } = read(text);
    expect([ok, issues]).toEqual([true, []]);
    expect(sent[0]).toMatchObject({ subject: { cn: 'Root' }, signedBy: sent[0]?.key });
  });

  test('given one certificate in both files, then it is one, and stands where it was first', () => {
    const chain = read(ROOT, `# store\n${ROOT}`);
    expect(chain.sent[0]).toBe(chain.trusted[0]);
    expect(chain.places.get(chain.sent[0]?.id ?? '')).toMatchObject({ file: 'server.pem', line: 1 });
  });
});

describe('files made to hurt', () => {
  const inTime = (text: string): Chain => {
    const before = performance.now();
    const chain = read(text);
    expect(performance.now() - before).toBeLessThan(20_000);
    return chain;
  };

  test('10,000 certificates are refused', () => {
    const chain = inTime(ROOT.repeat(10_000));
    expect(says(chain, 'error')).toEqual([['pem.too-many', 'server.pem', 9_999 * (LINES.length - 1) + 1]]);
  });

  test('a thousand that bear one name are tried only so long', () => {
    const keys = Array.from({ length: 80 }, () => makeKey('p256'));
    const stranger = makeKey('p256');
    const chain = inTime(
      keys.map((one) => mint({ ...order, key: one, signKey: stranger, keyIds: false })).join(''),
    );
    expect(says(chain, 'error')).toEqual([['pem.too-many', 'server.pem', 1]]);
  });

  test('50 MB are refused unread', () => {
    expect(says(inTime('-----BEGIN CERTIFICATE-----\n'.repeat(2e6)), 'error')).toEqual([
      ['file.too-big', 'server.pem', 1],
    ]);
  });

  test.each([
    ['beginnings', '-----BEGIN CERTIFICATE-----\n'],
    ['dashes', '-'],
    ['digits', 'A'],
    ['blanks', ' '],
    ['broken ends', '-----END -----BEGIN '],
  ])('16 MB of nothing but %s end in issues', (_, piece) => {
    const text = piece.repeat(Math.floor((16e6 - 40) / piece.length));
    expect(inTime(`-----BEGIN CERTIFICATE-----\n${text}`).ok).toBe(false);
  });
});
