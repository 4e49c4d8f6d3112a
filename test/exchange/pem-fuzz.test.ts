/** Any text at all is certificates or a list of issues: it never throws, never hangs, and is safe to print. */
import { expect, test } from 'vitest';
import { readChain } from '../../src/exchange/pem/read.ts';
import { excerpt } from '../../src/scenario/excerpt.ts';
import { UNSAFE } from '../cli/premortem.ts';
import { dice } from '../support/dice.ts';
import { pem } from './pem/mint.ts';
import { pemOf, SITUATIONS } from './pem/recorded.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20160524);
const CASES = Number(process.env['FUZZ_CASES'] ?? 1_000);
const AGAIN = `FUZZ_SEED=${SEED} FUZZ_CASES=${CASES} npx vitest run test/exchange/pem-fuzz.test.ts`;

const VALID = SITUATIONS.map((one) => pemOf(one, [...one.sent, ...one.trusted], '').text);
const LISTS = SITUATIONS.filter(({ crl }) => crl !== null).map((one) => pemOf(one, ['#crl'], '').text);

const ODD = [
  ...['\0', '\n', '\r\n', ' ', '=', '==', '-', '-----', '\ufeff', '\u202e', '\u001b[31m', '日本', '\ud800'],
  ...['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '-----BEGIN X509 CRL-----', 'A: b'],
  ...['-----BEGIN \u001b[31m-----\n-----END \u001b[31m-----', '-----BEGIN RSA PRIVATE KEY-----\n'],
];
/** Bytes that mean something in DER: tags, lengths of lengths, lengths without end. */
const BYTES = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x17, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0xa0, 0xa3, 0xff,
];

type Below = (below: number) => number;

/** Another text. */
function mistyped(text: string, below: Below): string {
  const at = below(text.length + 1);
  const odd = ODD[below(ODD.length)]!;
  const end = at + below(80);
  return text.slice(0, at) + [odd, '', text.slice(at, end).repeat(2)][below(3)]! + text.slice(end);
}

/** Another content of one of its blocks, in blocks that are whole. */
function damaged(text: string, below: Below): string {
  const blocks = [...text.matchAll(/-----BEGIN (.*)-----\n([A-Za-z0-9+/=\n]*)-----END .*-----\n/g)];
  const [whole = '', label = '', digits = ''] = blocks[below(Math.max(blocks.length, 1))] ?? [];
  if (whole === '') return text;
  const bytes = Buffer.from(digits, 'base64');
  for (let n = below(4); n >= 0; n -= 1) bytes[below(bytes.length)] = BYTES[below(BYTES.length)]!;
  const at = below(bytes.length);
  const kept = [bytes, bytes, bytes.subarray(0, at), Buffer.concat([bytes.subarray(0, at), bytes])];
  return text.replace(whole, () => pem(label, kept[below(kept.length)]!));
}

test(`${CASES} mutated files: certificates or issues, quickly, and safe to print (again: ${AGAIN})`, () => {
  const below = dice(SEED);
  let good = 0;
  const drawn = (texts: readonly string[]): string => {
    let text = texts[below(texts.length)]!;
    for (let n = below(3); n > 0; n -= 1) text = (below(4) === 0 ? mistyped : damaged)(text, below);
    return text;
  };
  for (let i = 0; i < CASES; i += 1) {
    const files = { 'server.pem': drawn(VALID), 'trust.pem': drawn(VALID), 'crl.pem': drawn(LISTS) };
    const about = `case ${i} of seed ${SEED}`;
    const before = performance.now();
    const [server, trust, crl] = Object.entries(files).map(([file, text]) => ({ file, text }));
    const chain = readChain({ server: server!, trust: trust!, ...(below(2) === 0 && { crl: crl! }) });
    expect(performance.now() - before, about).toBeLessThan(5_000);
    expect(chain.ok, about).toBe(chain.issues.every(({ severity }) => severity === 'warning'));
    if (chain.ok) {
      good += 1;
      expect(chain.sent.length * chain.trusted.length, about).toBeGreaterThan(0);
    }
    for (const { place, message, reason = '', help = '' } of chain.issues) {
      expect(`${message}${reason}${help}`, about).not.toMatch(UNSAFE);
      if (place === undefined) throw new Error(`${about}: ${message} has no place`);
      const lines = files[place.file as keyof typeof files].split('\n');
      expect(place.line, about).toBeLessThanOrEqual(lines.length);
      expect(place.column, about).toBeLessThanOrEqual((lines[place.line - 1]?.length ?? 0) + 1);
      const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
      expect(excerpt(sources, { place, label: '' }).join('\n'), about).not.toMatch(UNSAFE);
    }
  }
  expect(good).toBeGreaterThan(CASES / 10);
});
