import { expect, test } from 'vitest';
import { Writing } from '../../src/log/bytes.ts';
import { pack, packWithBytes, unpack } from '../../src/log/codec.ts';

const LENGTHS = [0, 1, 255, 256, 65_535, 65_536, 300_000];

test.each(LENGTHS)('texts and strings of bytes, one of %d, are packed as msgpackr packs them', (length) => {
  const texts = ['lab/one', 'ü'];
  const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
  const out = new Writing();
  packWithBytes(out, texts, Uint8Array.of(7), bytes);
  expect(Buffer.compare(out.view(), pack([texts, Uint8Array.of(7), bytes]))).toBe(0);
  const [, , back] = unpack(out.view()) as [unknown, unknown, Uint8Array];
  expect(Buffer.compare(back, bytes)).toBe(0);
});
