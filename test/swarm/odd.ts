/** Names and texts that are allowed and unusual: they must pass through everything unharmed. */

/** Names of things: at most 63 letters, digits and `. _ -`. */
export const ODD_NAMES: readonly string[] = [
  'a.b',
  'a.b.c',
  'b-c',
  'a',
  'c',
  '0',
  '010',
  '1.0',
  '1e3',
  'no',
  'true',
  'null',
  'constructor',
  'hasOwnProperty',
  'toString',
  'vm',
  'run',
  'root',
  'net',
  'photon',
  'gateway',
  'dns-1',
  'x..y',
  'z-',
  'cluster-1-master-1',
  'cluster-1-slave-1',
  'Z'.repeat(63),
];

/** Texts for people: any characters. */
export const ODD_TEXTS: readonly string[] = [
  '<script>alert(1)</script>',
  '" onmouseover="x',
  '{{7*7}} `x` %s $HOME',
  '\u202eright to left\u202c',
  'e\u0301 \u00e9 \ud83d\udc7b \u4e2d\u6587',
  'null\u0000byte \u001b[31mred\u0007',
  'a\nb\r\nc\td',
  "'; drop table hosts; --",
  '..\\..\\etc',
  ' ',
];
