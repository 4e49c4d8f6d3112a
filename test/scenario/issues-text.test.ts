/** Texts that are no scenario, and lists of many issues: the code, and the very characters that it points at. */
import { describe, expect, test } from 'vitest';
import { EXAMPLE, expectIssue, issuesOf, LAB, read } from './given.ts';

const HOST = 'cpu: { cores: 1 }, memory: 1GiB';

describe('text and YAML', () => {
  test.each([
    ['yaml.duplicate-key', 'until: 1h\nabout: a\n«about»: b'],
    ['yaml.syntax', 'until: 1h\nabout: «*x»'],
    ['yaml.syntax', 'until: 1h\nabout: «!secret» a'],
    ['file.empty', '\n  \n'],
    ['file.binary', 'until: 1h\0'],
  ])('%s in %j', (code, marked) => {
    const { place: _, ...issue } = issuesOf(marked.replace(/[«»]/g, ''))[0]!;
    expect(issue.code).toBe(code);
    expect(issue.help).not.toBe('');
    if (!code.startsWith('file')) expectIssue(code, marked);
  });

  test('broken YAML says where', () => {
    const [issue] = issuesOf('until: 1h\nhosts: { a: [ }\n');
    expect(issue).toMatchObject({ code: 'yaml.syntax', place: { line: 2, column: 15 } });
    expect(issuesOf('until: 1h\nproxies:\n  e:\n    path: [mgmt, dmz] -> internet\n')[0]?.help).toContain(
      'quotes',
    );
    expect(issuesOf('a: 1\n---\nb: 2\n')[0]?.code).toBe('yaml.syntax');
    expect(issuesOf('until: 1h\n\tabout: x\n')[0]?.code).toBe('yaml.syntax');
    expect(issuesOf('- a\n')[0]).toMatchObject({ code: 'value.type', message: 'a scenario must be a map' });
  });

  test('a file that cannot be read', () => {
    const reading = read('until: 1h', { overlays: ['gone.yaml'] });
    expect(reading.ok ? [] : reading.issues.map((issue) => issue.code)).toEqual(['file.unreadable']);
  });

  test('what is too big is refused unread', () => {
    const started = process.hrtime.bigint();
    expect(issuesOf(`about: ${'x'.repeat(100 * 1024 * 1024)}`)[0]?.code).toBe('file.too-big');
    expect(issuesOf(`a: ${'['.repeat(100_000)}`)[0]).toMatchObject({
      code: 'yaml.too-deep',
      place: { line: 1, column: 36 },
    });
    expect(issuesOf('- '.repeat(100_000))[0]?.code).toBe('yaml.too-deep');
    expect(issuesOf('{a: '.repeat(100_000))[0]?.code).toBe('yaml.too-deep');
    expect(issuesOf('? '.repeat(100_000))[0]?.code).toBe('yaml.too-deep');
    const stairs = Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(issuesOf(stairs)[0]?.code).toBe('yaml.too-deep');
    expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(3);
  });

  test('aliases may repeat, but not explode', () => {
    const shared = 'until: 1h\nx-a: &spec { cpu: { cores: 1 }, memory: 1GiB }\nhosts: { a: *spec, b: *spec }';
    expect(issuesOf(shared)).toEqual([]);
    const bomb = ['x-0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1) bomb.push(`x-${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]`);
    expect(issuesOf(`until: 1h\n${bomb.join('\n')}`)[0]?.code).toBe('yaml.too-large');
    const chain = ['x-0: &a0 [x]'];
    for (let i = 1; i < 100; i += 1) chain.push(`x-${i}: &a${i} [*a${i - 1}]`);
    expect(issuesOf(`until: 1h\n${chain.join('\n')}`)[0]?.code).toBe('yaml.too-deep');
    expect(issuesOf('until: 1h\nx-a: &a [*a]')[0]?.code).toBe('yaml.syntax');
  });

  test('a file of a megabyte is answered within seconds', () => {
    for (const [start, unit] of [
      ['hosts:\n ', 'a\n'],
      ['', '- a\n'],
      ['x: [', '"'],
      ['', 'a: 1\n'],
      ['a: "', '\\u0041'],
    ]) {
      const started = process.hrtime.bigint();
      expect(issuesOf(start! + unit!.repeat(1_000_000 / unit!.length)).length).toBeGreaterThan(0);
      expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(5);
    }
  });

  test('what patterns and ranges multiply is bounded', () => {
    const hosts = `until: 1h\nhosts:\n  h[1-10000]: { ${HOST} }\n`;
    expect(issuesOf(hosts)).toEqual([]);
    const actions = `do:\n${'  - { at: 1m, fail-host: "*" }\n'.repeat(100)}`;
    expect(issuesOf(hosts + actions)[0]?.message).toContain('stand for more than 200000');
    const changes = Array.from({ length: 20 }, (_, i) => `  "hosts.h${'*'.repeat(i + 1)}.clock": 1s\n`).join(
      '',
    );
    expect(issuesOf(`${hosts}change:\n${changes}`)[0]?.message).toContain('touch too many values');
    const nics = Array.from({ length: 100 }, (_, i) => `n${i}: {}`).join(', ');
    expect(issuesOf(`until: 1h\nhosts:\n  h[1-10000]: { nics: { ${nics} } }`)[0]?.code).toBe(
      'yaml.too-large',
    );
  });

  test('many keys are no problem', () => {
    const keys = Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`).join('\n');
    const issues = issuesOf(keys);
    expect(issues).toHaveLength(21);
    expect(issues[20]).toMatchObject({ code: 'issues.more', message: 'and 39981 more' });
  });
});

describe('lists of issues', () => {
  test('all mistakes at once, in reading order', () => {
    const text = EXAMPLE.replace('memory: 128GiB', 'memory: 128')
      .replace('gateway: 10.20.0.1', 'gatway: 10.20.0.1')
      .replace('issued-by: public-web', 'issued-by: public-wep')
      .replace('on: esx-01', 'on: esx-99')
      .replace('that: nothing fails', 'that: nothing falls');
    const found = issuesOf(text).filter((issue) => issue.severity === 'error');
    expect(found.map((issue) => issue.code)).toEqual([
      'value.unit',
      'key.unknown',
      'name.unknown',
      'name.unknown',
      'expect.syntax',
    ]);
    const lines = found.map((issue) => issue.place?.line ?? 0);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  test('at most 20, then how many more', () => {
    const issues = issuesOf(`until: 1h\n${Array.from({ length: 30 }, (_, i) => `bad${i}: 1`).join('\n')}`);
    expect(issues).toHaveLength(21);
    expect(issues[20]?.message).toBe('and 10 more');
  });

  test('is shown even when it comes after many warnings', () => {
    const late = Array.from({ length: 25 }, () => '  - { at: 2h, stop-dhcp: mgmt }');
    const text = `${LAB}do:\n${late.join('\n')}\n  - { at: 3h, stop-dhcp: mgnt }\n`;
    const issues = issuesOf(text);
    expect(issues.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain(
      'name.unknown',
    );
    expect(issues.length).toBeLessThanOrEqual(21);
  });

  test('about a name with a slash is one: a slash parts names', () => {
    const text = LAB.replace('tenants: { lab:', 'tenants: { lab/a:');
    expect(issuesOf(text).some(({ severity }) => severity === 'error')).toBe(true);
  });
});
