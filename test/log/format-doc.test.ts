import fs from 'node:fs';
import { expect, test } from 'vitest';
import { RECOVERY } from '../../src/log/recover.ts';
import { type Given, logOf, readAll } from './support.ts';

const page = fs.readFileSync(new URL('../../docs/log-format.md', import.meta.url), 'utf8');

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^\`]*)\`\`\``).exec(page);
  if (found === null) throw new Error(`the page has no ${language} block`);
  return found[1]!;
}

const printed = Uint8Array.from(block('hex').replace(/#.*$/gm, '').trim().split(/\s+/), (digits) =>
  Number.parseInt(digits, 16),
);
const story = JSON.parse(block('json')) as (Given & { readonly seq: number })[];

test('the bytes of the page are what its events are written as', () => {
  const bytes = logOf(story, {
    program: 'premortem 0.1.0',
    options: { seed: 7 },
    sources: [{ name: 'lab.yaml', text: 'hosts: 2\n' }],
    kinds: [
      {
        model: 'host',
        type: 'Booted',
        version: 1,
        fields: [
          ['memory', 'int'],
          ['image', 'text'],
        ],
      },
      { model: 'host', type: 'Failed', version: 1, fields: [['why', 'seq']] },
    ],
  });
  expect(Buffer.from(printed).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
});

test('the events of the page are what its bytes are read as', () => {
  const { events, verdict } = readAll(printed);
  expect(events).toStrictEqual(story);
  expect(verdict).toMatchObject({ status: 'clean', end: { reason: 'nothing left', worldHash: 'cafe' } });
});

test('the page has a line for every row of the recovery table but the one that goes on', () => {
  const section = page.slice(page.indexOf('## 7.'), page.indexOf('## 8.'));
  const said = [...section.matchAll(/^\| .* \| \**([a-z ]+)\** \|$/gm)].map((match) =>
    match[1]!.replaceAll(' ', '-'),
  );
  const statuses = RECOVERY.map((row) => row.status).filter((status) => status !== 'whole');
  expect(said.slice(1).sort()).toEqual(statuses.sort());
});
