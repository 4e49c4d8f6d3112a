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

describe.skipIf(missing && process.env['CI'] !== 'true')('tshark (skipped: needs tshark)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = workshop();
    for (const name of ['tls-proxy', 'tls-proxy-ca-injected']) {
      await premortem(folder, ['run', `${name}.yaml`, '-q']);
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

  test.each(['tls-proxy', 'tls-proxy-ca-injected'])('finds nothing wrong with %s', (name) => {
    expect(tshark(name, '-Y', BAD)).toBe('');
    expect(tshark(name, '-Y', 'tcp.checksum.status == "Good"').split('\n').length).toBeGreaterThan(30);
  });

  test('reads the name, the issuer, the alert and the remark beside it', () => {
    const hello = 'tls.handshake.type == 1';
    expect(fields('tls-proxy', hello, 'tls.handshake.extensions_server_name')).toEqual([HUB]);
    const shown = fields('tls-proxy', 'tls.handshake.type == 11', 'x509sat.uTF8String', 'x509ce.dNSName');
    expect(shown).toEqual([`corp-root,${HUB}\t${HUB}`]);
    expect(
      fields('tls-proxy', 'tls.alert_message', 'tls.alert_message.level', 'tls.alert_message.desc'),
    ).toEqual(['2\t42']);
    const remarks = fields('tls-proxy', 'tls.alert_message', 'frame.comment');
    expect(remarks).toHaveLength(3);
    for (const remark of remarks) expect(remark).toMatch(/^e\d+: .* \(tls\.untrusted-issuer\)$/);
  });

  test('reads no alert where the root is trusted, and that the session goes on', () => {
    expect(fields('tls-proxy-ca-injected', 'tls.alert_message', 'tls.alert_message.desc')).toEqual([]);
    const sessions = fields('tls-proxy-ca-injected', 'tls.handshake.type == 11', 'tcp.stream');
    expect(sessions.length).toBeGreaterThan(3);
    expect(fields('tls-proxy-ca-injected', 'tls.app_data', 'tcp.stream')).toEqual(sessions);
  });
});
