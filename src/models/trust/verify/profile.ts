/**
 * What differs between verifiers, as data: one table each, one engine a family. Sources: facts/registry-and-tls.md sections 1 to 4 and the
 * source of each program, named in the engines; recordings in test/golden/tls.
 */

export interface OpensslProfile {
  readonly family: 'openssl';
  /** Looks into the store before it looks among what was sent. */
  readonly trustedFirst: boolean;
  /** Whether key usage without keyCertSign makes a certificate nobody's issuer, so that the search passes it by. */
  readonly issuersMustSign: boolean;
  /** Among several issuers: the first; the first in time, else the last; or the first in time, else the one that ends last. */
  readonly picks: 'first' | 'valid-or-last' | 'valid-or-latest';
  /** Whether the rules for CAs (extensions, path length, purpose) hold for what comes from the store. */
  readonly judgesTrusted: boolean;
  /** Whether an intermediate without basicConstraints passes as CA for its key usage. */
  readonly toleratesOldCas: boolean;
  /** An error for an issuer that is none, which had another number before 3.0. */
  readonly invalidCa: 24 | 79;
  /** Old words for 18, 19 and 26. */
  readonly oldTexts: boolean;
  /** Whether name constraints come before the host, and are for the names of the SAN alone, addresses excepted. */
  readonly oldConstraints: boolean;
  /** Whether a leaf without an issuer keeps its dates to itself. */
  readonly lonelyLeafUndated: boolean;
  /** SSL_CTX_set_security_level(3): least strength of keys and digests. */
  readonly level: 0 | 1 | 2;
  /** Strength of SHA-1 and MD5 in bits, as the version counts it. */
  readonly sha1: number;
  readonly md5: number;
  /** X509_V_FLAG_PARTIAL_CHAIN; `without-crl`: as long as no list of revoked certificates is given. */
  readonly partialChain: boolean | 'without-crl';
  /** X509_V_FLAG_X509_STRICT. */
  readonly strict: boolean;
  readonly revocation: 'leaf' | 'chain';
  /** Who compares the host: OpenSSL on its way, Node's script (an old one), or curl when all is done. */
  readonly host: 'openssl' | 'node' | 'old-node' | 'curl';
  /** Node lets OpenSSL run on and knows the last error; everybody else stops at the first. */
  readonly reports: 'first' | 'last';
  /** Node names a host with a dot at its end as it stands, which a server written in Go refuses: what Node makes of that. */
  readonly refusedDot: { readonly code: string | null; readonly text: string } | undefined;
  /** The latest TLS that it speaks. */
  readonly mostTls: '1.2' | '1.3';
  /** What Node appends to the words of 2, 18 and 21. */
  readonly advice: string;
}

export interface GoProfile {
  readonly family: 'go';
  /** Whether the common name counts where there is no SAN. Until 1.14. */
  readonly commonName: boolean;
  /** Digests that it takes for signatures no more. */
  readonly refusedHashes: readonly ('md5' | 'sha1')[];
  /** Whether it says the two times when a date is wrong, and which name broke a constraint. */
  readonly detailed: boolean;
  /** Whether a leaf that stands in the store needs no issuer. */
  readonly leafCanBeRoot: boolean;
  /** Knows constraints of the dialled DNS name only, and gives up on others. */
  readonly oldConstraints: boolean;
  /** The key identifier decides among issuers where one has it; else it gives the order. */
  readonly keyIdDecides: boolean;
  /** Whether a root may have a name and key that the chain has already. */
  readonly rootsMayRepeat: boolean;
  /** At most so many signatures are checked in one verification. */
  readonly mostChecks: number;
}

export interface GnutlsProfile {
  readonly family: 'gnutls';
  /** A chain of more certificates is not sorted. */
  readonly mostSorted: number;
}

export type Profile = OpensslProfile | GoProfile | GnutlsProfile;

/** Debian's build of OpenSSL 3.0 and its command line tool. */
const openssl: OpensslProfile = {
  family: 'openssl',
  trustedFirst: true,
  issuersMustSign: false,
  picks: 'valid-or-latest',
  judgesTrusted: true,
  toleratesOldCas: false,
  invalidCa: 79,
  oldTexts: false,
  oldConstraints: false,
  lonelyLeafUndated: false,
  level: 2,
  sha1: 63,
  md5: 39,
  partialChain: false,
  strict: false,
  revocation: 'leaf',
  host: 'openssl',
  reports: 'first',
  refusedDot: undefined,
  mostTls: '1.3',
  advice: '',
};

/** OpenSSL 3.0 with its own default level. */
const node20: OpensslProfile = {
  ...openssl,
  level: 1,
  revocation: 'chain',
  host: 'node',
  reports: 'last',
  refusedDot: { code: 'ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE', text: 'sslv3 alert unexpected message' },
};

/** OpenSSL 1.1.1. */
const node16: OpensslProfile = {
  ...node20,
  picks: 'valid-or-last',
  invalidCa: 24,
  oldTexts: true,
  sha1: 80,
  md5: 64,
  refusedDot: {
    code: 'ECONNRESET',
    text: 'Client network socket disconnected before secure TLS connection was established',
  },
};

const go: GoProfile = {
  family: 'go',
  commonName: false,
  refusedHashes: ['md5', 'sha1'],
  detailed: true,
  leafCanBeRoot: true,
  oldConstraints: false,
  keyIdDecides: false,
  rootsMayRepeat: false,
  mostChecks: 100,
};

export type Verifier =
  | 'openssl'
  | 'openssl-seclevel1'
  | 'openssl-seclevel0'
  | 'openssl-partial-chain'
  | 'openssl-strict'
  | 'curl'
  | 'node6'
  | 'node16'
  | 'node20'
  | 'node24'
  | 'go'
  | 'go1.5'
  | 'gnutls';

export const VERIFIERS: Readonly<Record<Verifier, Profile>> = {
  openssl,
  'openssl-seclevel1': { ...openssl, level: 1 },
  'openssl-seclevel0': { ...openssl, level: 0 },
  'openssl-partial-chain': { ...openssl, partialChain: true },
  'openssl-strict': { ...openssl, strict: true },
  curl: { ...openssl, partialChain: 'without-crl', revocation: 'chain', host: 'curl' },
  // OpenSSL 1.0.2, which knows no levels.
  node6: {
    ...node16,
    trustedFirst: false,
    issuersMustSign: true,
    picks: 'first',
    judgesTrusted: false,
    toleratesOldCas: true,
    oldConstraints: true,
    lonelyLeafUndated: true,
    level: 0,
    host: 'old-node',
    refusedDot: { code: null, text: 'sslv3 alert unexpected message' },
    mostTls: '1.2',
  },
  node16,
  node20,
  // OpenSSL 3.5.
  node24: {
    ...node20,
    level: 2,
    refusedDot: {
      code: 'ERR_SSL_SSL/TLS_ALERT_UNEXPECTED_MESSAGE',
      text: 'ssl/tls alert unexpected message',
    },
    advice: '; if the root CA is installed locally, try running Node.js with --use-system-ca',
  },
  go,
  // What Docker 1.11 of 2016 was built with (facts/registry-and-tls.md 1.1 and 10.2).
  'go1.5': {
    ...go,
    commonName: true,
    refusedHashes: ['md5'],
    detailed: false,
    leafCanBeRoot: false,
    oldConstraints: true,
    keyIdDecides: true,
    rootsMayRepeat: true,
    // It had no limit; this one is ours.
    mostChecks: 1000,
  },
  gnutls: { family: 'gnutls', mostSorted: 16 },
};
