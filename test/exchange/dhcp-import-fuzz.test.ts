/** Any text at all is a configuration or a list of issues: it never throws and never hangs. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SOFTWARE } from '../../src/exchange/dhcp-import/found.ts';
import { fragmentText } from '../../src/exchange/dhcp-import/import.ts';
import { excerpt } from '../../src/scenario/excerpt.ts';
import { dice } from '../support/dice.ts';
import { dnsmasq, FILE, imported, isc, kea } from './dhcp-import/given.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20240611);
const CASES = Number(process.env['FUZZ_CASES'] ?? 2_000);

const golden = JSON.parse(
  readFileSync(new URL('dhcp-import/golden.json', import.meta.url), 'utf8'),
) as readonly { readonly config: unknown }[];

const VALID = [
  ...golden.map(({ config }) => (typeof config === 'string' ? config : JSON.stringify(config, null, 2))),
  isc(
    'pool { range 10.77.1.200; deny unknown-clients; }\nhost a { hardware ethernet 00:50:56:0:2:1; fixed-address 10.77.1.9, x; }',
  ),
  dnsmasq(
    'dhcp-host=id:01:02,printer,10.77.1.9,1h\ndhcp-option=tag:x,option:router,10.77.1.1\ndhcp-range=10.77.2.0,static',
  ),
  kea(
    '"reservations": [{"client-id": "\'x\'", "ip-address": "10.77.1.9"}], "relay": {"ip-addresses": []}',
    '/* x */ "t1-percent": 0.5,',
  ),
];

const ODD = [
  ...[
    '\0',
    '\t',
    '\n',
    '\r\n',
    ' ',
    '{',
    '}',
    '[',
    ']',
    ';',
    ',',
    ':',
    '=',
    '"',
    "'",
    '\\',
    '#',
    '//',
    '/*',
    '*/',
    '<?',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '"__proto__": 1',
    '-1',
    '1e308',
    '0x1f',
    '9'.repeat(30),
    'infinite',
    'true',
  ],
  ...[
    '\ud800',
    '\u202e',
    '\u001b[31m',
    '\ufffd',
    '日本',
    '{'.repeat(80),
    '['.repeat(80),
    '"'.repeat(9),
    'a '.repeat(500),
  ],
  ...[
    '10.77.1.300',
    '0.0.0.0',
    '255.255.255.255',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '255.0.255.0',
    '00:50:56:00:02:01',
    'fd00::1',
  ],
  ...[
    'subnet',
    'netmask',
    'range',
    'pool {',
    'group {',
    'host x {',
    'option',
    'shared-network',
    'include "x";',
    'not',
    'else',
  ],
  ...[
    'dhcp-range=',
    'dhcp-host=',
    'dhcp-option=',
    'static',
    'proxy',
    'tag:',
    'set:',
    'id:',
    'option:',
    'listen-address=,',
  ],
  ...[
    '"Dhcp4":',
    '"subnet4":',
    '"pools":',
    '"pool":',
    '<?include "x"?>',
    'null',
    '"option-data": [{}]',
    '"subnet": 5',
  ],
];

function mutated(text: string, below: (most: number) => number): string {
  const at = below(text.length + 1);
  const end = Math.min(text.length, at + below(40));
  const odd = ODD[below(ODD.length)]!;
  const variants = [
    () => text.slice(0, at) + odd + text.slice(at),
    () => text.slice(0, at) + odd + text.slice(end),
    () => text.slice(0, at) + text.slice(end),
    () => text.slice(0, at) + text.slice(at, end) + text.slice(at),
    () => text.slice(at) + text.slice(0, at),
    () => text.slice(0, at) + String.fromCharCode(below(65_536)) + text.slice(at + 1),
    () => text.slice(0, at) + VALID[below(VALID.length)]!.slice(below(200)) + text.slice(at),
  ];
  return variants[below(variants.length)]!();
}

/** Whether something could move the cursor, colour the terminal or reverse the reading order. */
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test(`${CASES} mutated configurations, seed ${SEED}: networks or issues, quickly, and safe to print`, () => {
  const below = dice(SEED);
  let good = 0;
  for (let i = 0; i < CASES; i += 1) {
    let text = VALID[below(VALID.length)]!;
    for (let n = below(5); n >= 0; n -= 1) text = mutated(text, below);
    const format = [undefined, undefined, ...SOFTWARE][below(5)];
    const about = `case ${i} of seed ${SEED}`;
    const before = performance.now();
    const result = imported(text, { format });
    expect(performance.now() - before, about).toBeLessThan(2_000);
    expect(result.ok, about).toBe(result.issues.every(({ severity }) => severity === 'warning'));
    if (result.ok) expect(fragmentText(result), about).not.toMatch(UNSAFE);
    if (result.ok) good += 1;
    for (const { place } of result.issues) {
      if (place === undefined) continue;
      const lines = text.split('\n');
      expect(place.line, about).toBeLessThanOrEqual(lines.length);
      expect(place.column, about).toBeLessThanOrEqual((lines[place.line - 1]?.length ?? 0) + 1);
      expect(excerpt([{ name: FILE, text }], { place, label: '' }).join('\n'), about).not.toMatch(UNSAFE);
    }
  }
  expect(good).toBeGreaterThan(CASES / 50);
});
