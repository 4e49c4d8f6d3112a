/** docs/fidelity.md keeps up with the code: what a comment calls assumed has a row, and every row names a file that exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/fidelity.md', ROOT), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Behaviour'));

/** Constants below a comment that says `Assumed`, with the file they are in. */
function assumed(): { file: string; name: string }[] {
  return readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const code = readFileSync(new URL(`src/${file}`, ROOT), 'utf8');
      const comments = [
        ...code.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*?\bAssumed\b[\s\S]*?\*\/\s*(?:export )?const (\w+)/g),
      ];
      return comments.map(([, name]) => ({ file: file.replaceAll('\\', '/'), name: name as string }));
    });
}

/** How often the word stands in comments of the sources, so that none is missed by the pattern above. */
const mentions = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => readFileSync(new URL(`src/${file}`, ROOT), 'utf8').split('\n'))
  .filter((line) => /^\s*(?:\/\/|\/?\*).*\bAssumed\b/.test(line)).length;

test('every assumed constant of the code has a row that calls it assumed', () => {
  const constants = assumed();
  expect(constants.length).toBe(mentions);
  expect(constants.length).toBeGreaterThanOrEqual(8);
  const missing = constants.filter(
    ({ file, name }) => !rows.some((row) => row.includes(`${file} \`${name}\``) && /\bassumed\b/.test(row)),
  );
  expect(missing).toEqual([]);
});

test('every row has four cells and names files that exist', () => {
  expect(rows.length).toBeGreaterThan(60);
  for (const row of rows) {
    const cells = row.split('|').slice(1, -1);
    expect(cells.length, row).toBe(4);
    for (const file of (cells[1] ?? '').matchAll(/[\w./-]+\.(?:ts|yaml)/g)) {
      const path = file[0].startsWith('scenarios/') ? file[0] : `src/${file[0]}`;
      expect(existsSync(new URL(path, ROOT)), path).toBe(true);
    }
  }
});

test('every model and every flow is spoken of', () => {
  const folders = (path: string) => readdirSync(new URL(path, ROOT), { withFileTypes: true });
  const models = folders('src/models').filter((entry) => entry.isDirectory());
  const flows = folders('src/flows').filter(({ name }) => !/^(?:index|flow)\.ts$/.test(name));
  const silent = [
    ...models.map(({ name }) => `models/${name}/`),
    ...flows.map(({ name }) => `flows/${name}`),
  ].filter((where) => !rows.some((row) => row.includes(where)));
  expect(silent).toEqual([]);
});

test('pages of the documentation have short lines and name no machine', () => {
  for (const page of ['fidelity', 'add-a-model', 'decisions']) {
    const lines = readFileSync(new URL(`docs/${page}.md`, ROOT), 'utf8').split('\n');
    expect(lines.filter((line) => line.length > 140)).toEqual([]);
    expect(lines.filter((line) => /(?:^|[\s`(])\/(?:home|root|Users|mnt)\//.test(line))).toEqual([]);
  }
});
