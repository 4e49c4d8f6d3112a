/** The front door: what a server sends, what a verifier trusts and which certificates are revoked, from texts in PEM. */
import { type Issue, Issues, type Place } from '../../base/issue.ts';
import type { Certificate, RevocationList } from '../../models/trust/certificate.ts';
import { quote } from '../../scenario/show.ts';
import { Text } from '../dhcp-import/text.ts';
import { type Block, blocksIn } from './blocks.ts';
import { type ReadCertificate, type ReadList, readCertificate, readList } from './certificate.ts';
import { loopsIn } from './loops.ts';
import { Signers } from './signers.ts';

/** A file as it was given; its text is not looked at when it is too large. */
export interface PemFile {
  readonly file: string;
  readonly text: string;
}

export interface ChainFiles {
  readonly server: PemFile;
  readonly trust: PemFile;
  readonly crl?: PemFile | undefined;
}

export interface Chain {
  readonly ok: boolean;
  /** In the order of the file: the first is the server's own. */
  readonly sent: readonly Certificate[];
  readonly trusted: readonly Certificate[];
  readonly lists: readonly RevocationList[];
  /** Where each certificate stands, by its id. */
  readonly places: ReadonlyMap<string, Place>;
  readonly issues: readonly Issue[];
}

/** Larger files are no stores of certificates; that of Mozilla takes a quarter of a megabyte. */
export const TEXT_LIMIT = 16 * 1024 * 1024;
/** Certificates in one file: stores of operating systems hold 150 to 500. */
const MOST_CERTIFICATES = 1_000;
/** Bytes of one certificate. TLS verifiers take 100 KiB for a whole chain (openssl:ssl/ssl_local.h SSL_MAX_CERT_LIST_DEFAULT). */
const CERTIFICATE_LIMIT = 64 * 1024;
/** Bytes of one revocation list, some ten thousand entries. */
const LIST_LIMIT = 1024 * 1024;
/** More issues than this are counted, not listed. */
const MOST_ISSUES = 20;

/** Reads the files. Never throws for anything a file can contain. */
export function readChain({ server, trust, crl }: ChainFiles): Chain {
  const issues = new Issues();
  const places = new Map<string, Place>();
  const sent = certificatesOf(server, places, issues);
  const trusted = certificatesOf(trust, places, issues);
  const lists = crl === undefined ? [] : listsOf(crl, issues);
  const all = new Map([...sent, ...trusted].map((one) => [one.data.id, one]));
  const signers = new Signers(all.values());
  const known = new Map([...all].map(([id, one]) => [id, signers.certificate(one)]));
  const chain = {
    sent: sent.map(({ data }) => known.get(data.id)!),
    trusted: trusted.map(({ data }) => known.get(data.id)!),
    lists: lists.map((list) => signers.list(list)),
    places,
  };
  if (signers.exhausted) tooMany('too many certificates bear the same names', placeAt(server.file), issues);
  for (const loop of loopsIn(known.values())) tellLoop(loop, places, issues);
  return { ...chain, ok: !issues.failed, issues: limited(issues.list) };
}

const placeAt = (file: string): Place => ({ file, line: 1, column: 1, length: 1 });

function certificatesOf(given: PemFile, places: Map<string, Place>, issues: Issues): ReadCertificate[] {
  const { text, blocks } = blocksOf(given, 'CERTIFICATE', issues);
  if (blocks.length > MOST_CERTIFICATES) {
    const message = `there are ${blocks.length} certificates in this file`;
    tooMany(message, text.place(blocks.at(-1)!), issues);
    return [];
  }
  return blocks.flatMap((block) => {
    const place = text.place(block);
    const read = parsed(block, CERTIFICATE_LIMIT, readCertificate, 'a certificate', place, issues);
    if (read === undefined) return [];
    if (!places.has(read.data.id)) {
      places.set(read.data.id, place);
      for (const what of read.leftOut) tellLeftOut(what, place, issues);
    }
    return [read];
  });
}

function listsOf(given: PemFile, issues: Issues): ReadList[] {
  const { text, blocks } = blocksOf(given, 'X509 CRL', issues);
  return blocks.flatMap(
    (block) => parsed(block, LIST_LIMIT, readList, 'a revocation list', text.place(block), issues) ?? [],
  );
}

/** The blocks that are asked for; an issue when there is none. */
function blocksOf(given: PemFile, label: string, issues: Issues): { text: Text; blocks: Block[] } {
  const isReadable = !refused(given, issues);
  const text = new Text(given.file, isReadable ? given.text : '');
  const before = issues.list.length;
  const found = blocksIn(text, issues);
  const isWhole = issues.list.length === before;
  const blocks = kept(found, label, text, issues);
  if (isReadable && isWhole && blocks.length === 0) nothing(text, label, issues);
  return { text, blocks };
}

function refused({ file, text }: PemFile, issues: Issues): boolean {
  const place = placeAt(file);
  const refuse = (code: string, message: string, reason: string, help: string) =>
    issues.error(code, message, { place, reason, help });
  if (text.length > TEXT_LIMIT)
    refuse(
      'file.too-big',
      'the file is too large',
      'up to 16 MiB are read',
      'give the certificates that matter',
    );
  else if (text.trim() === '')
    refuse('file.empty', 'the file is empty', 'there is nothing to check', 'give certificates in PEM');
  else if (/[\0\ufffd]/.test(text)) {
    const reason = 'it holds zero bytes or bytes that are not UTF-8';
    const help = 'turn DER into PEM with `openssl x509 -inform der -in FILE`';
    refuse('file.binary', 'this is not a text file', reason, help);
  } else return false;
  return true;
}

/** The blocks that are asked for; what is said about the others. */
function kept(blocks: readonly Block[], label: string, text: Text, issues: Issues): Block[] {
  for (const block of blocks) {
    const place = text.place(block);
    if (block.label.endsWith('PRIVATE KEY'))
      issues.warning('pem.private-key', 'a private key lies in this file', {
        place,
        reason:
          'whoever reads the file can pretend to be its owner; it is not needed here and was not looked at',
        help: 'keep the key in a file of its own, and make a new one if this file was passed on',
      });
    else if (block.label !== label)
      issues.warning('pem.ignored', `${quote(block.label)} is left out`, {
        place,
        reason: `only ${quote(label)} is read here`,
        help: HELP[block.label] ?? 'take it out of the file, or give the right file',
      });
  }
  return blocks.filter((block) => block.label === label);
}

const HELP: Readonly<Record<string, string>> = {
  'X509 CRL': 'give revocation lists with --crl',
  CERTIFICATE: 'give certificates with --server and --trust',
  'TRUSTED CERTIFICATE': 'turn it into a plain one with `openssl x509 -in FILE`',
  'X509 CERTIFICATE': 'write CERTIFICATE in its first and last line; Go reads no other name',
  PKCS7: 'take the certificates out with `openssl pkcs7 -print_certs -in FILE`',
};

function parsed<T>(
  { bytes }: Block,
  limit: number,
  read: (der: Uint8Array) => T,
  what: string,
  place: Place,
  issues: Issues,
): T | undefined {
  const code = 'pem.content';
  if (bytes.length > limit) {
    const reason = `it has ${bytes.length} bytes, and ${limit} are read`;
    issues.error(code, `this is too large for ${what}`, { place, reason, help: 'give another one' });
    return undefined;
  }
  try {
    return read(bytes);
  } catch {
    const reason = 'its bytes are cut, damaged, or something else than the first line says';
    const help = 'copy it again, and look at it with `openssl x509 -text -noout -in FILE`';
    issues.error(code, `this is not ${what}`, { place, reason, help });
    return undefined;
  }
}

function nothing(text: Text, label: string, issues: Issues): void {
  issues.error('pem.nothing', `there is no ${quote(label)} in this file`, {
    place: text.place({ from: 0, to: 1 }),
    reason: `no line says -----BEGIN ${label}-----`,
    help: 'give a file in PEM, which is text; `openssl x509 -inform der -in FILE` makes it of DER',
  });
}

function tooMany(message: string, place: Place, issues: Issues): void {
  issues.error('pem.too-many', message, {
    place,
    reason: `up to ${MOST_CERTIFICATES} are read, and of those that share a name not all are tried`,
    help: 'give the chain of one server, and the store that its clients have',
  });
}

function tellLeftOut(what: string, place: Place, issues: Issues): void {
  issues.warning('pem.not-judged', `${what} are not judged`, {
    place,
    reason: 'this certificate carries them, and some verifiers refuse what breaks them',
    help: 'ask one of these verifiers itself, such as `openssl verify`',
  });
}

function tellLoop([first, ...others]: readonly Certificate[], places: Chain['places'], issues: Issues): void {
  const place = first && places.get(first.id);
  issues.warning('pem.loop', 'these certificates vouch for one another', {
    ...(place && { place }),
    reason: `their signatures lead in a circle of ${others.length + 1} and to no root`,
    help: 'take the certificates of the issuer that come from its own pages, with a root among them',
  });
}

/** Errors before warnings when there is no room for all. */
function limited(list: readonly Issue[]): readonly Issue[] {
  if (list.length <= MOST_ISSUES) return list;
  const errors = list.filter(({ severity }) => severity === 'error');
  const shown = [...errors, ...list.filter(({ severity }) => severity !== 'error')].slice(0, MOST_ISSUES);
  const more: Issue = {
    severity: errors.length > 0 ? 'error' : 'warning',
    code: 'issues.more',
    message: `and ${list.length - shown.length} more`,
    reason: 'the first ones often cause the others',
    help: 'mend those above and check again',
  };
  return [...shown, more];
}
