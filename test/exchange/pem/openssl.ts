/** The `openssl verify` command, asked about a chain. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a client has and does. Certificates are blocks of PEM. */
export interface Dialled {
  readonly sent: readonly string[];
  readonly trusted: readonly string[];
  readonly crl?: string | undefined;
  readonly host: string;
  readonly kind: 'dns' | 'ip';
  /** Seconds since 1970. */
  readonly at: number;
  readonly partialChain?: boolean;
}

export const missing = spawnSync('openssl', ['version']).error !== undefined;

/** The first error that it reports; 0 when there is none. */
export function opensslVerify({ sent, trusted, crl, host, kind, at, partialChain = false }: Dialled): number {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-openssl-'));
  const file = (name: string, blocks: readonly string[]): string => {
    writeFileSync(join(folder, name), blocks.join('\n'));
    return join(folder, name);
  };
  try {
    const [leaf = '', ...others] = sent;
    const { stdout, stderr, status, signal } = spawnSync(
      'openssl',
      [
        'verify',
        ...['-no-CApath', '-no-CAstore', ...(trusted.length > 0 ? [] : ['-no-CAfile'])],
        ...(trusted.length > 0 ? ['-CAfile', file('trust.pem', trusted)] : []),
        ...(others.length > 0 ? ['-untrusted', file('untrusted.pem', others)] : []),
        ...(crl === undefined ? [] : ['-crl_check', '-CRLfile', file('crl.pem', [crl])]),
        ...(partialChain ? ['-partial_chain'] : []),
        ...['-attime', String(at), '-purpose', 'sslserver', '-auth_level', '2'],
        ...[kind === 'ip' ? '-verify_ip' : '-verify_hostname', host],
        file('leaf.pem', [leaf]),
      ],
      { encoding: 'utf8' },
    );
    const said = `${stderr}${stdout}`;
    const code = /^error (\d+) at \d+ depth lookup/m.exec(said)?.[1];
    if (code === undefined && status !== 0)
      throw new Error(`openssl ended with ${signal ?? status}: ${said}`);
    return Number(code ?? 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
