import { describe, expect, test } from 'vitest';
import { readInstant } from '../../src/cli/instant.ts';
import { NO_PAINT } from '../../src/cli/paint.ts';
import { tableLines } from '../../src/cli/table.ts';
import { safeJson, safeLine } from '../../src/cli/terminal.ts';
import {
  buckets,
  clip,
  compressAddresses,
  compressNames,
  grouped,
  plain,
  shellWord,
  sparkline,
  wrap,
} from '../../src/cli/text.ts';
import { rowsOf } from '../../src/cli/tree.ts';

describe('text', () => {
  test('plain keeps letters and drops what moves a terminal', () => {
    expect(plain('a\u001b[31mb\u202ec\u0007d\u0085e')).toBe('a[31mbcd e');
    expect(plain('one\ntwo\tthree')).toBe('one two three');
    expect(plain('größe ✓ 主机')).toBe('größe ✓ 主机');
  });

  test('a line keeps our colours and nothing else', () => {
    expect(safeLine('\u001b[31mred\u001b[39m \u001b[2Jx', true)).toBe('\u001b[31mred\u001b[39m [2Jx');
    expect(safeLine('\u001b[31mred\u001b[39m', false)).toBe('[31mred[39m');
  });

  test('JSON escapes what could fool a terminal and reads back equal', () => {
    const value = { name: 'a\u202eb\u009bc\ufeff\ud800' };
    expect(safeJson(value)).not.toMatch(/[^\n -~]/);
    expect(JSON.parse(safeJson(value))).toEqual(value);
  });

  test('words for a shell', () => {
    expect(shellWord('a.b=c')).toBe('a.b=c');
    expect(shellWord('[x, y]')).toBe("'[x, y]'");
    expect(shellWord("it's")).toBe("'it'\\''s'");
    expect(shellWord('')).toBe("''");
  });

  test.each([
    [['zk-1', 'zk-3', 'zk-2'], 'zk-1..3'],
    [['zk-1', 'zk-2'], 'zk-1,2'],
    [['esx-01', 'esx-02', 'esx-03', 'esx-05'], 'esx-01..03,05'],
    [['a', 'b'], 'a, b'],
    [['mgmt'], 'mgmt'],
    [[], ''],
  ])('%j is %s', (names, text) => expect(compressNames(names)).toBe(text));

  test('addresses of one network', () => {
    expect(compressAddresses(['10.0.0.1', '10.0.0.2', '10.0.1.3'])).toBe('10.0.0.1, .2, 10.0.1.3');
  });

  test('wrapping breaks at blanks only', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('incomprehensible', 4)).toEqual(['incomprehensible']);
    expect(wrap('one two', Number.POSITIVE_INFINITY)).toEqual(['one two']);
  });

  test('numbers', () => {
    expect(grouped(1_234_567)).toBe('1,234,567');
    expect(clip('abcdef', 4)).toBe('abc…');
  });

  test('bars hold a value until the next one, and show peaks', () => {
    const samples = [
      { at: 0, value: 1 },
      { at: 5, value: 4 },
      { at: 6, value: 2 },
    ];
    expect(buckets(samples, 10, 5)).toEqual([1, 1, 4, 4, 2]);
    expect(sparkline([0, 1, 2], 2)).toBe('▁▅█');
    expect(sparkline([0, 0], 0)).toBe('▁▁');
  });
});

test('a table lines up', () => {
  expect(
    tableLines(
      [
        ['a', '1', 'x'],
        ['bcd', '22', 'y'],
      ],
      { right: [1], indent: 1 },
    ),
  ).toEqual([' a     1  x', ' bcd  22  y']);
});

test('a tree is drawn', () => {
  const leaf = (value: string) => ({ value, children: [] });
  const rows = rowsOf({ value: 'a', children: [{ value: 'b', children: [leaf('c')] }, leaf('d')] });
  expect(rows.map(({ lead, value }) => lead + value)).toEqual(['a', '├ b', '│ └ c', '└ d']);
});

test('a tree as deep as a run is drawn without recursion', () => {
  let branch: { value: number; children: never[] | [typeof branch] } = { value: 0, children: [] };
  for (let i = 1; i < 20_000; i += 1) branch = { value: i, children: [branch] };
  expect(rowsOf(branch)).toHaveLength(20_000);
});

describe('instants', () => {
  test('read as durations or clocks', () => {
    expect(readInstant('--at', '1h30m')).toBe(5_400_000_000);
    expect(readInstant('--at', '00:17:30.25')).toBe(1_050_250_000);
    expect(() => readInstant('--at', '17')).toThrow(/--at/);
    expect(() => readInstant('--at', 'e1')).toThrow(/--at/);
  });
});

test('no paint is no paint', () => {
  expect(NO_PAINT.bad('x')).toBe('x');
});
