/** The recorded TLS situations (test/golden/tls): their certificates in PEM, and the specifications that they were made from. */
import { readFileSync } from 'node:fs';
import type { PemFile } from '../../../src/exchange/pem/read.ts';

export interface SpecCertificate {
  readonly id: string;
  readonly version: 1 | 3;
  readonly keyAlg: 'p256' | 'rsa2048' | 'rsa1024';
  readonly sigHash: 'sha256' | 'sha1' | 'md5';
  readonly subject: { readonly o?: string; readonly cn: string };
  readonly issuer: string;
  readonly key: string;
  readonly signKey?: string;
  readonly serial: number;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly basicConstraints: {
    readonly ca: boolean;
    readonly pathLen: number | null;
    readonly critical: boolean;
  } | null;
  readonly keyUsage: readonly string[] | null;
  readonly extKeyUsage: readonly string[] | null;
  readonly san: { readonly dns?: readonly string[]; readonly ip?: readonly string[] } | null;
  readonly nameConstraints: {
    readonly critical: boolean;
    readonly permittedDns?: readonly string[];
    readonly excludedDns?: readonly string[];
    readonly permittedIp?: readonly string[];
    readonly excludedIp?: readonly string[];
  } | null;
  readonly skid: boolean;
  readonly akid: 'none' | 'signer' | 'wrong';
  readonly unknownCritical: boolean;
  readonly tamperSignature: boolean;
}

export interface Situation {
  readonly id: string;
  readonly sent: readonly string[];
  readonly trusted: readonly string[];
  readonly crl: {
    readonly issuer: string;
    readonly thisUpdate: number;
    readonly nextUpdate: number;
    readonly revoked: readonly string[];
  } | null;
  readonly clientClock: number;
  readonly dial: { readonly host: string; readonly kind: 'dns' | 'ip' };
  readonly certs: readonly SpecCertificate[];
  readonly verdicts: Readonly<Record<string, RecordedVerdict>> & {
    readonly opensslVariants: Readonly<
      Record<'seclevel1' | 'seclevel0' | 'partialChain' | 'strict', RecordedVerdict>
    >;
  };
}

interface RecordedVerdict {
  readonly ok: boolean;
  readonly code?: number;
  readonly class?: string;
  /** GnuTLS names several. */
  readonly classes?: readonly string[];
}

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../golden/tls/${file}`, import.meta.url), 'utf8'));

const recorded = read('cases.json') as { readonly now: string; readonly cases: readonly Situation[] };
const pems = read('pems.json') as Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The instant that all dates of the specifications are relative to, in seconds. */
export const NOW = Date.parse(recorded.now) / 1000;
export const SITUATIONS = recorded.cases;

/** Some certificates of a situation, or `#crl`, as one file. */
export function pemOf({ id }: Situation, names: readonly string[], file: string): PemFile {
  return { file, text: names.map((name) => `${name}\n${pems[id]?.[name]}`).join('\n') };
}
