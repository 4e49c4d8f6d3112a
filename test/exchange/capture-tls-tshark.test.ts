/** Pulls in captures of the command line, dissected by Wireshark: nothing malformed, checksums good, and each end's words readable. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { logOf, premortem, workshop } from '../cli/premortem.ts';

const missing = spawnSync('tshark', ['--version']).error !== undefined;
const CHECKS = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'];
const BAD =
  '_ws.malformed || ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || tcp.analysis.flags';
const HUB = 'registry-1.docker.io';
/** Captures by name: the scenario of each, and what is set otherwise. */
const RUNS: readonly (readonly [name: string, file: string, ...sets: string[]])[] = [
  ['untrusted', 'tls-proxy'],
  ['trusted', 'tls-proxy-ca-injected'],
  ['in-the-way', 'tls-proxy', 'proxies.edge.mode=transparent'],
  ['hung-up', 'mesos-works', 'proxies.edge.mode=transparent', `internet."${HUB}".up=false`],
  ['asked-who', 'tls-proxy', 'proxies.edge.users=[nodes]'],
  ['said-who', 'tls-proxy', 'proxies.edge.users=[nodes]', 'platform.vm-image.proxy-user=nodes'],
];

describe.skipIf(missing && process.env['CI'] !== 'true')('tshark (skipped: needs tshark)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = workshop();
    for (const [name, file, ...sets] of RUNS) {
      const said = [`name=${name}`, ...sets].flatMap((set) => ['--set', set]);
      await premortem(folder, ['run', `${file}.yaml`, '-q', ...said]);
      const log = join(folder, logOf(folder, `${name}-`));
      const { exit, err } = await premortem(folder, ['export', log, '--pcapng', `${name}.pcapng`]);
      expect(exit, err).toBe(0);
    }
  });

  const tshark = (name: string, ...args: string[]): string =>
    execFileSync('tshark', ['-n', '-r', join(folder, `${name}.pcapng`), ...CHECKS, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  /** The different values of some fields in the frames of a filter. */
  const fields = (name: string, filter: string, ...names: string[]): string[] => {
    const read = tshark(name, '-Y', filter, '-T', 'fields', ...names.flatMap((field) => ['-e', field]));
    return [...new Set(read.split('\n').slice(0, -1))];
  };

  test.each(RUNS.map(([name]) => name))('finds nothing wrong with %s', (name) => {
    expect(tshark(name, '-Y', BAD)).toBe('');
    expect(tshark(name, '-Y', 'tcp.checksum.status == "Good"').split('\n').length).toBeGreaterThan(20);
  });

  test('reads the name, the issuer, the alert and the remark beside it', () => {
    const hello = 'tls.handshake.type == 1';
    expect(fields('untrusted', hello, 'tls.handshake.extensions_server_name')).toEqual([HUB]);
    const shown = fields('untrusted', 'tls.handshake.type == 11', 'x509sat.uTF8String', 'x509ce.dNSName');
    expect(shown).toEqual([`corp-root,${HUB}\t${HUB}`]);
    expect(
      fields('untrusted', 'tls.alert_message', 'tls.alert_message.level', 'tls.alert_message.desc'),
    ).toEqual(['2\t42']);
    const remarks = fields('untrusted', 'tls.alert_message', 'frame.comment');
    expect(remarks).toHaveLength(3);
    for (const remark of remarks) expect(remark).toMatch(/^e\d+: .* \(tls\.untrusted-issuer\)$/);
  });

  test('reads no alert where the root is trusted, and that the session goes on', () => {
    expect(fields('trusted', 'tls.alert_message', 'tls.alert_message.desc')).toEqual([]);
    const sessions = fields('trusted', 'tls.handshake.type == 11', 'tcp.stream');
    expect(sessions.length).toBeGreaterThan(3);
    expect(fields('trusted', 'tls.app_data', 'tcp.stream')).toEqual(sessions);
  });

  const CONNECT = 'http.request.method == "CONNECT"';
  const ANSWERED = 'http.response';

  test('reads what a proxy is asked, and what it answers', () => {
    const asked = fields('untrusted', CONNECT, 'http.request.uri', 'tcp.dstport', 'http.proxy_authorization');
    expect(asked).toEqual([`${HUB}:443\t3128\t`]);
    expect(fields('untrusted', ANSWERED, 'http.response.code')).toEqual(['200']);
    const who = ['http.response.code', 'http.response.phrase', 'http.proxy_authenticate'];
    expect(fields('asked-who', ANSWERED, ...who)).toEqual([
      '407\tProxy Authentication Required\tBasic realm="proxy"',
    ]);
    expect(fields('asked-who', 'tls', 'tcp.stream')).toEqual([]);
    expect(fields('said-who', CONNECT, 'http.proxy_authorization')).toEqual(['Basic bm9kZXM6c2VjcmV0']);
    expect(fields('said-who', ANSWERED, 'http.response.code')).toEqual(['200']);
  });

  test('reads no CONNECT past a box in the way, but the leaf that it shows', () => {
    expect(fields('in-the-way', 'http', 'http.request.method')).toEqual([]);
    const shown = 'tls.handshake.type == 11';
    expect(fields('in-the-way', shown, 'x509sat.uTF8String', 'tcp.srcport')).toEqual([
      `corp-root,${HUB}\t443`,
    ]);
    expect(fields('in-the-way', 'tls.alert_message', 'tls.alert_message.desc')).toEqual(['42']);
    expect(fields('hung-up', 'tls', 'tls.handshake.type')).toEqual(['1']);
    const ends = fields('hung-up', 'tcp.flags.fin == 1 && tcp.srcport == 443', 'frame.comment');
    expect(ends).toHaveLength(3);
    for (const end of ends) expect(end).toMatch(/EOF \(registry\.unreachable\)$/);
  });
});
