/** What is shown under an issue, also when the file does its best to mislead. */
import { describe, expect, test } from 'vitest';
import { excerpt } from '../../src/scenario/excerpt.ts';

const place = (line: number, column: number, length: number, file = 'a.yaml') => ({
  file,
  line,
  column,
  length,
});
const show = (text: string, line: number, column: number, length: number, label = 'here'): string =>
  excerpt([{ name: 'a.yaml', text }], { place: place(line, column, length), label }).join('\n');

describe('excerpt', () => {
  test('one place', () => {
    expect(
      `\n${show('version: 1\nhosts:\n  esx-01: { memory: 128 }\n', 3, 21, 3, 'which unit?')}\n`,
    ).toMatchInlineSnapshot(`
      "
       --> a.yaml:3:21
        |
      3 |   esx-01: { memory: 128 }
        |                     ^^^ which unit?
        |
      "
    `);
  });

  test('other places, in order of lines, also of other files', () => {
    const sources = [
      { name: 'a.yaml', text: 'one: 1\ntwo: 2\nthree: 3\nfour: 4\n' },
      { name: 'b.yaml', text: 'five: 5' },
    ];
    const others = [
      { place: place(1, 6, 1), label: 'because of this' },
      { place: place(1, 1, 4, 'b.yaml'), label: 'and that' },
    ];
    const rows = excerpt(sources, { place: place(4, 7, 1), label: 'too many' }, others);
    expect(`\n${rows.join('\n')}\n`).toMatchInlineSnapshot(`
      "
       --> a.yaml:4:7
        |
      1 | one: 1
        |      - because of this
      ...
      4 | four: 4
        |       ^ too many
        |
       ::: b.yaml:1:1
        |
      1 | five: 5
        | ---- and that
        |
      "
    `);
  });

  test('control characters, colours and reversed text are taken out, and the carets still fit', () => {
    const text = 'a\u0007b: \u001b[31mred\u001b[0m \u202eevil\u202c x: 128\r\n';
    const shown = show(text, 1, text.indexOf('128') + 1, 3, 'no\u001b[2Junit\n');
    expect(`\n${shown}\n`).toMatchInlineSnapshot(`
      "
       --> a.yaml:1:29
        |
      1 | ab: [31mred[0m evil x: 128
        |                        ^^^ no[2Junit
        |
      "
    `);
    expect(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/.test(shown)).toBe(false);
  });

  test('tabs and wide characters', () => {
    expect(`\n${show('\tname: 日本 128', 1, 11, 3)}\n`).toMatchInlineSnapshot(`
      "
       --> a.yaml:1:11
        |
      1 |   name: 日本 128
        |              ^^^ here
        |
      "
    `);
  });

  test('long lines are cut around the place', () => {
    const text = `${'a'.repeat(500)} here ${'b'.repeat(500)}`;
    const rows = show(text, 1, 502, 4).split('\n');
    expect(`\n${rows.join('\n')}\n`).toMatchInlineSnapshot(`
      "
       --> a.yaml:1:502
        |
      1 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa here bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
        |                                  ^^^^ here
        |
      "
    `);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThan(110);
  });

  test('places that are not there', () => {
    expect(show('a: 1', 7, 3, 5)).toContain('^');
    expect(show('a: 1', 1, 300, 5)).toContain('^');
    expect(excerpt([], { place: place(1, 1, 1), label: 'x' })).toEqual([' --> a.yaml:1:1']);
  });

  test('paint', () => {
    const paint = { gutter: (text: string) => `<${text}>`, primary: (text: string) => `[${text}]` };
    const rows = excerpt(
      [{ name: 'a.yaml', text: 'a: 1' }],
      { place: place(1, 4, 1), label: 'x' },
      [],
      paint,
    );
    expect(rows).toEqual(['< -->> a.yaml:1:4', '<  |>', '<1 |> a: 1', '<  |>    [^ x]', '<  |>']);
  });
});
