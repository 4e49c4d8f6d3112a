/**
 * Promise 6, old logs live: every log of `test/compat/` is read as it was when it was written, by this version and all to come. What is
 * there is never changed; `COMPAT_BLESS=1 npx vitest run test/trust/old-logs.test.ts` adds what is missing of the current version.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/scenarios.ts';
import { bless, checkCorpus, checkOld, corpusOf } from './support/compat.ts';
import { inFolder } from './support/folder.ts';

const CORPUS = join(ROOT, 'test/compat');
const CURRENT = join(CORPUS, 'v1');
if (process.env['COMPAT_BLESS'] === '1') bless(CURRENT);

const versions = (fs.existsSync(CORPUS) ? fs.readdirSync(CORPUS) : []).filter((name) => /^v\d+$/.test(name));

test('there are old logs', () => {
  expect(
    corpusOf(CURRENT),
    'test/compat/v1 holds no log: COMPAT_BLESS=1 npx vitest run test/trust/old-logs.test.ts',
  ).not.toEqual([]);
});

describe.each(versions)('of %s', (version) => {
  test.each(corpusOf(join(CORPUS, version)))('%s says what it said', (name) => {
    checkOld(join(CORPUS, version), name);
  });
});

describe('the corpus', () => {
  const path = inFolder();

  test('is made of every scenario, every kind and every way of writing, and is never written over', () => {
    const folder = path('v1');
    expect(() => checkCorpus(folder)).toThrow(/^v1 holds no old log/);
    const written = bless(folder);
    expect(written).toContain('tls-proxy');
    expect(written.slice(-2)).toEqual(['every-kind', 'every-wire']);
    expect(checkCorpus(folder)).toBe(written.length);
    fs.rmSync(join(folder, 'tls-proxy.pmlog'));
    fs.rmSync(join(folder, 'tls-proxy.expected.json'));
    const before = fs
      .readdirSync(folder)
      .map((name) => [name, fs.readFileSync(join(folder, name)), fs.statSync(join(folder, name)).mtimeMs]);
    expect(bless(folder)).toEqual(['tls-proxy']);
    expect(
      before.map(([name]) => [
        name,
        fs.readFileSync(join(folder, `${name}`)),
        fs.statSync(join(folder, `${name}`)).mtimeMs,
      ]),
    ).toEqual(before);
    expect(bless(folder)).toEqual([]);
  });

  test('notices a log that says something else, and one of which nothing is expected', () => {
    const folder = path('v1');
    bless(folder);
    const file = join(folder, 'tls-proxy.expected.json');
    const text = fs.readFileSync(file, 'utf8');
    const expected = JSON.parse(text) as Record<string, unknown>;
    for (const [key, wrong] of Object.entries({
      events: 1,
      worldHash: 'x',
      chain: 'x',
      first: null,
      hash: 'x',
      failures: [],
    })) {
      fs.writeFileSync(file, JSON.stringify({ ...expected, [key]: wrong }));
      expect(() => checkCorpus(folder)).toThrow(new RegExp(`^tls-proxy: ${key} is `));
    }
    fs.rmSync(file);
    expect(() => checkCorpus(folder)).toThrow(/tls-proxy\.expected\.json is missing/);
  });
});
