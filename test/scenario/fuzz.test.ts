/** Any text at all is a scenario or a list of issues: it never throws and never hangs. */
import { expect, test } from 'vitest';
import { excerpt } from '../../src/scenario/excerpt.ts';
import { readScenario } from '../../src/scenario/read.ts';
import { dice } from '../support/dice.ts';
import { CLUSTER, EXAMPLE, LAB, read } from './given.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20160524);
const CASES = Number(process.env['FUZZ_CASES'] ?? 800);

const VALID = [
  EXAMPLE,
  `${LAB}do: [{ at: 5m, ${CLUSTER} }]\nexpect: [{ that: nothing fails }]\n`,
  'extends: base.yaml\nname: variant\nchange:\n  networks.mgmt.dhcp: { enabled: true }\n  hosts.esx-*.clock: -3h\n  "do[0].at": 1m\n',
];

const ODD = [
  ...[
    '\0',
    '\t',
    '\n',
    '\r\n',
    '  ',
    '- ',
    '? ',
    ': ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '!!str ',
    '|',
    '>-',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '~',
    '.inf',
    '.nan',
    '-0',
    '1e308',
    '0x1f',
    '9'.repeat(30),
    '\ud800',
    '\u202e',
  ],
  ...[
    'esx-[01-99999999]',
    '[1-2]',
    '*',
    'x-',
    '..',
    '"',
    '%',
    '\ufffd',
    '%YAML 1.1\n---\n',
    '---\n',
    '...',
    '<<: ',
    '日本',
  ],
  ...['hosts:', 'do:', 'change:', 'extends: base.yaml\n', 'at: 1m', '10.20.0.300', '128G', '-5m', 'null'],
];

function mutate(text: string, draw: (below: number) => number): string {
  let mutated = text;
  for (let count = 1 + draw(4); count > 0; count -= 1) {
    const at = draw(mutated.length + 1);
    const length = draw(12);
    const other = VALID[draw(VALID.length)]!;
    const from = draw(other.length);
    const odd = ODD[draw(ODD.length)]!;
    const middle = [
      odd,
      '',
      mutated.slice(at, at + length).repeat(3),
      other.slice(from, from + draw(60)),
      odd.repeat(1 + draw(40)),
    ];
    mutated = mutated.slice(0, at) + middle[draw(middle.length)]! + mutated.slice(at + length);
  }
  return mutated;
}

test(`${CASES} mutated scenarios (FUZZ_SEED=${SEED})`, () => {
  const draw = dice(SEED);
  let refused = 0;
  for (let i = 0; i < CASES; i += 1) {
    const text = mutate(VALID[draw(VALID.length)]!, draw);
    const sets = draw(10) === 0 ? [mutate('networks.mgmt.vlan=3', draw)] : [];
    const context = `case ${i} of seed ${SEED}: ${JSON.stringify(text)}`;
    const started = process.hrtime.bigint();
    const reading = read(text, { files: { 'base.yaml': VALID[1]! }, sets });
    expect(Number(process.hrtime.bigint() - started) / 1e9, context).toBeLessThan(2);
    const issues = reading.ok ? reading.checked.issues : reading.issues;
    if (!reading.ok) refused += 1;
    expect(reading.ok || issues.some((issue) => issue.severity === 'error'), context).toBe(true);
    expect(issues.length, context).toBeLessThanOrEqual(21);
    const sources = reading.ok ? reading.checked.sources : reading.sources;
    for (const issue of issues) {
      expect([issue.message, issue.help ?? ''].join('\n'), context).not.toMatch(
        /undefined|\[object|\u001b|\u0000/,
      );
      if (issue.place !== undefined)
        expect(excerpt(sources, { place: issue.place, label: '' }).join('\n')).not.toMatch(/[\0\u202e]/);
    }
  }
  expect(refused).toBeGreaterThan(CASES / 4);
  expect(refused).toBeLessThan(CASES);
});

test('random characters', () => {
  const draw = dice(SEED + 1);
  for (let i = 0; i < 500; i += 1) {
    const text = Array.from({ length: draw(200) }, () => ODD[draw(ODD.length)]).join('');
    const reading = readScenario({ file: 'x', readText: () => ({ ok: true, text }) });
    expect(reading.ok || reading.issues.length > 0).toBe(true);
  }
});
