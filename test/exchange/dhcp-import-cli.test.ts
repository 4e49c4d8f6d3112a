/** `import dhcp`: what is printed where, exit codes, the way back into a scenario. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { perform } from '../../src/cli/import.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { fragmentText } from '../../src/exchange/dhcp-import/import.ts';
import { issuesOf as issuesOfScenario, read } from '../scenario/given.ts';
import { dnsmasq, imported, isc, kea } from './dhcp-import/given.ts';

/** Calls the verb on files of these texts. */
async function run(files: Readonly<Record<string, string>>, options: object = {}, kind = 'dhcp') {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-import-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const stream = () => {
    const kept = {
      text: '',
      write: (text: string) => {
        kept.text += text;
      },
    };
    return kept;
  };
  const [out, err] = [stream(), stream()];
  const terminal = new Terminal(out, err, { color: false, progress: false, quiet: false, env: {} });
  const at = (name: string): string => join(folder, name);
  const into: object = 'into' in options ? { into: at(String(options.into)) } : {};
  const exit = await perform({
    args: [kind, at(Object.keys(files)[0] ?? '')],
    options: { ...options, ...into },
    terminal,
  });
  return { exit, out: out.text, err: err.text.replaceAll(`${folder}/`, '') };
}

const PRINTER = 'host printer { hardware ethernet 00:50:56:00:02:01; fixed-address 10.77.1.9; }';

test('given a configuration, then the fragment is on standard output and the verdict on standard error', async () => {
  const text = isc(
    `option routers 10.77.1.1; option domain-name "lab.example"; default-lease-time 3600; ${PRINTER}`,
  );
  const { exit, out, err } = await run({ 'dhcpd.conf': text });
  expect(exit).toBe(0);
  expect(out).toBe(`# From dhcpd.conf (ISC dhcpd).
networks:
  net-10-77-1:
    cidr: 10.77.1.0/24
    gateway: 10.77.1.1
    dhcp:
      software: isc
      scope: 10.77.1.100-10.77.1.150
      reservations:
        printer: { mac: 00:50:56:00:02:01, address: 10.77.1.9 }
      lease: 1h
      options: { domain: lab.example }
`);
  expect(err).toBe('✓ imported 1 network from dhcpd.conf (ISC dhcpd)\n');
});

test('given warnings, then the fragment is printed and they are shown with their lines', async () => {
  const { exit, out, err } = await run({ 'dnsmasq.conf': dnsmasq('dhcp-sequential-ip') });
  expect(exit).toBe(0);
  expect(out).toContain('software: dnsmasq');
  expect(err).toBe(`warning[import.not-understood]: \`dhcp-sequential-ip\` is left out
 --> dnsmasq.conf:2:1
  |
2 | dhcp-sequential-ip
  | ^^^^^^^^^^^^^^^^^^
  |
  because: a scenario has no word for the order in which addresses are given out
  help: check whether that matters for what you rehearse

✓ imported 1 network from dnsmasq.conf (dnsmasq)  1 warning
`);
});

test('given errors, then nothing is printed but them, and the exit code is 2', async () => {
  const { exit, out, err } = await run({ 'kea.conf': kea('"valid-lifetime": "soon"') });
  expect([exit, out]).toEqual([2, '']);
  expect(err).toContain('error[import.value]: `soon` is not a number of seconds\n --> kea.conf:3:19');
  expect(err).toContain('✗ kea.conf: nothing was imported  1 error');
});

test('given --json, then one document says both', async () => {
  const good = await run({ 'dhcpd.conf': isc('frobnicate;') }, { json: true });
  const value = JSON.parse(good.out);
  expect(value.networks['net-10-77-1'].dhcp.scope).toBe('10.77.1.100-10.77.1.150');
  expect(value.issues).toMatchObject([{ code: 'import.not-understood', place: { line: 3, column: 3 } }]);
  expect(good.err).toBe('');
  const bad = await run({ 'dhcpd.conf': 'frobnicate' }, { json: true, format: 'isc' });
  expect(bad.exit).toBe(2);
  expect(JSON.parse(bad.out)).toMatchObject({ networks: {}, issues: [{ severity: 'error' }, {}] });
});

test.each<[string, object, string]>([
  ['another kind', {}, 'vms'],
  ['a format that is none', { format: 'windows' }, 'dhcp'],
  ['a name that is none', { network: 'a b' }, 'dhcp'],
])('given %s, then it is a sentence and exit code 2', async (_, options, kind) => {
  await expect(run({ 'a.conf': isc('') }, options, kind)).rejects.toMatchObject({ name: 'Stop', exit: 2 });
});

test('given a file that is not there, then it is a sentence and exit code 2', async () => {
  await expect(run({})).rejects.toMatchObject({ name: 'Stop', exit: 2, message: /cannot be read/ });
});

describe('--into', () => {
  const scenario = (static_: string): string => `until: 1h
hosts: { esx-01: { cpu: { cores: 16 }, memory: 128GiB } }
networks:
  mgmt:
    cidr: 10.77.1.0/24
    gateway: 10.77.1.1
    dns: [10.77.1.105, 10.77.1.2]
do:
  - at: 1m
    take-address: { network: mgmt, address: ${static_}, holder: nas }
`;

  test('given static addresses inside an imported scope, then each is named with both lines', async () => {
    const { exit, out, err } = await run(
      { 'dhcpd.conf': isc('option routers 10.77.1.1;'), 'site.yaml': scenario('10.77.1.120') },
      { into: 'site.yaml' },
    );
    expect(exit).toBe(0);
    expect(out).toContain('scope: 10.77.1.100-10.77.1.150');
    expect(
      err,
    ).toContain(`warning[scope.covers-static]: \`10.77.1.120\` of \`nas\` lies in the imported scope of \`net-10-77-1\`
  --> site.yaml:10:45`);
    expect(err).toContain('a name server lies in the imported scope of `net-10-77-1`\n --> site.yaml:7:11');
    expect(err).toMatch(/because: .*dhcpd\.conf:2 gives out `10\.77\.1\.100-10\.77\.1\.150`/);
    expect(err).toContain('2 warnings');
  });

  test('given that they are reserved, excluded or outside, then nothing is said', async () => {
    const text = dnsmasq('dhcp-host=00:50:56:00:02:01,10.77.1.120\ndhcp-host=00:50:56:00:02:02,10.77.1.105');
    const { err } = await run(
      { 'dnsmasq.conf': text, 'site.yaml': scenario('10.77.1.120') },
      { into: 'site.yaml' },
    );
    expect(err).toBe('✓ imported 1 network from dnsmasq.conf (dnsmasq)\n');
  });

  test('given a scenario that is wrong, then its mistakes are shown and nothing is printed', async () => {
    const { exit, out, err } = await run(
      { 'dhcpd.conf': isc(''), 'site.yaml': 'until: soon\n' },
      { into: 'site.yaml' },
    );
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('site.yaml:1:8');
  });
});

describe('round trip', () => {
  const TEXTS = [
    isc(
      `option domain-name "yes"; option domain-search "1e5", "a b", "null"; option routers 10.77.1.1; ${PRINTER}`,
    ),
    isc(
      'host on { option dhcp-client-identifier "12:34"; fixed-address 10.77.1.8; } host off { option dhcp-client-identifier "true"; fixed-address 10.77.1.9; }',
    ),
    dnsmasq(
      'dhcp-host=id:0x1f,10.77.1.9\ndhcp-host=id:- {a: b},10.77.1.10\ndhcp-host=id:1.5,10.77.1.11\ndhcp-host=id:~,10.77.1.12',
    ),
    kea(
      '"option-data": [{"name": "bootfile-name", "data": "http://boot/x: y #z"}, {"name": "routers", "data": "10.77.1.1"}]',
    ),
    `subnet 10.0.0.0 netmask 255.0.0.0 { ${Array.from({ length: 30 }, (_, i) => `range 10.0.${i}.1 10.0.${i}.9;`).join('\n')} }`,
  ];

  test.each(TEXTS)('given %j, then its fragment in YAML says the same as in JSON', (text) => {
    const result = imported(text);
    expect(result.ok).toBe(true);
    expect(parse(fragmentText(result))).toEqual({ networks: JSON.parse(JSON.stringify(result.networks)) });
  });

  test('given the part of a fragment that scenarios have always had, then it is read without a word', () => {
    const { networks } = imported(
      isc(
        'option routers 10.77.1.1; option domain-name-servers 10.77.1.2; default-lease-time 3600; ping-check false;',
      ),
    );
    const known = Object.entries(networks).map(([name, { cidr, gateway, dns, dhcp }]) => {
      return [
        name,
        { cidr, gateway, dns, dhcp: { scope: dhcp?.scope, lease: dhcp?.lease, check: dhcp?.check } },
      ];
    });
    const text = `until: 1h\nhosts: { esx-01: { cpu: { cores: 16 }, memory: 128GiB } }\nnetworks: ${JSON.stringify(Object.fromEntries(known))}\n`;
    expect(issuesOfScenario(text)).toEqual([]);
    expect(read(text).ok).toBe(true);
  });
});
