/** What to do about a chain that a verifier refuses: one plain sentence for each kind of refusal. */
import { SECOND } from '../../base/units.ts';
import type { Certificate, Name } from '../../models/trust/certificate.ts';
import type { FaultClass, Question } from '../../models/trust/verify/verdict.ts';
import { formatInstant } from '../../scenario/instant.ts';

/** What to do about it. `blamed` is the certificate that the verifier stumbled over. */
export function fixOf(fault: FaultClass, blamed: Certificate, question: Question): string {
  const name = titleOf(blamed.subject);
  const issuer = titleOf(blamed.issuer);
  const host = question.host.name;
  switch (fault) {
    case 'unknown-authority':
      return anchorFix(blamed, question);
    case 'bad-signature':
      return strangerFix(name, issuer);
    case 'not-yet-valid':
    case 'expired':
      return datesFix(fault, blamed, question);
    case 'name-mismatch':
      return namesFix(blamed, host);
    case 'issuer-not-ca':
      return `have ${name} issued again as an authority (CA:TRUE, keyCertSign), or sign with one that is`;
    case 'path-length':
      return `have ${name} issued again for a longer path, or sign with fewer authorities below it`;
    case 'purpose':
      return `have ${name} issued again for serverAuth`;
    case 'name-constraint':
      return `have the server's certificate signed by an authority that may vouch for ${host}`;
    case 'unknown-critical-extension':
      return `have ${name} issued again without ${blamed.unknownCritical.join(', ') || 'that extension'}, or not critical`;
    case 'weak-key':
      return `have ${name} issued again for a key of 2048 bits or more`;
    case 'weak-hash':
      return `have ${issuer} sign ${name} again with SHA-256`;
    case 'revoked':
      return `replace ${name}: ${issuer} has withdrawn it`;
    case 'crl-missing':
      return `give the revocation list of ${issuer} with --crl`;
    case 'crl-expired':
      return `get the current revocation list of ${issuer}`;
    case 'crl-not-yet-valid':
      return `set the clock right: the revocation list of ${issuer} begins later`;
    case 'strict-profile':
      return `have ${name} issued again as RFC 5280 asks`;
    case 'signer-constraints':
      return `have the certificates above the server's issued again: one may not sign what it signed`;
    case 'refused-by-server':
      return 'let the server speak a version of TLS that this verifier speaks';
  }
}

/** `CN=Corp Root CA, O=Corp` */
export function subjectOf({ cn, o }: Name): string {
  return [...(cn === '' ? [] : [`CN=${cn}`]), ...(o === '' ? [] : [`O=${o}`])].join(', ');
}

/** `CN=Corp Root CA`, or the organisation where there is no common name. */
export function titleOf({ cn, o }: Name): string {
  return cn === '' ? `O=${o}` : `CN=${cn}`;
}

/** `2016-05-24T12:00:00Z` */
export function instantOf(seconds: number): string {
  return formatInstant(seconds * SECOND);
}

const isSelfIssued = ({ subject, issuer }: Certificate): boolean => subject.key === issuer.key;

/** From the server's certificate as far up as signatures lead among these certificates. */
function topOf({ sent, trusted }: Question): Certificate {
  const all = [...trusted, ...sent];
  let [top] = sent;
  for (let steps = all.length; steps > 0 && !isSelfIssued(top); steps -= 1) {
    const { issuer, signedBy }: Certificate = top;
    const next = all.find(({ subject, key }) => subject.key === issuer.key && key === signedBy);
    if (next === undefined) break;
    top = next;
  }
  return top;
}

function anchorFix(blamed: Certificate, question: Question): string {
  const { sent, trusted } = question;
  const top = topOf(question);
  const name = titleOf(top.subject);
  const issuer = titleOf(top.issuer);
  const isServer = top.id === sent[0].id;
  const isTrusted = trusted.some(({ id }) => id === top.id);
  if (isSelfIssued(top)) {
    if (isServer) return `add ${name} itself to the trust store, or have an authority sign it that is there`;
    return isTrusted ? identifierFix(blamed) : `add ${name} to the trust store`;
  }
  if ([...trusted, ...sent].some(({ subject }) => subject.key === top.issuer.key))
    return strangerFix(name, issuer);
  if (isTrusted && !isServer) return `add ${issuer}, the root above ${name}, to the trust store`;
  return isServer
    ? `have the server send the intermediate ${issuer}, or add it to the trust store if it is a root`
    : `add ${issuer} to the trust store, or have the server send it if it is an intermediate`;
}

/** The chain is whole by names and signatures: what keeps OpenSSL from its issuer is a key identifier. */
function identifierFix({ subject, issuer }: Certificate): string {
  return `have ${titleOf(subject)} issued again with the key identifier that ${titleOf(issuer)} has`;
}

function strangerFix(name: string, issuer: string): string {
  return `the ${issuer} that is here did not sign ${name}: get the one that did, or have ${name} issued again`;
}

function datesFix(fault: 'expired' | 'not-yet-valid', blamed: Certificate, { sent, now }: Question): string {
  const name = titleOf(blamed.subject);
  const all = [...sent, blamed];
  if (fault === 'not-yet-valid')
    return all.every(({ notBefore }) => now < notBefore)
      ? 'the clock is behind every certificate here: set it right'
      : `the clock is behind, or wait: ${name} begins at ${instantOf(blamed.notBefore)}`;
  return all.every(({ notAfter }) => now > notAfter)
    ? `renew ${name} and what else has ended, or set the clock right if it is ahead`
    : `renew ${name}, which ended at ${instantOf(blamed.notAfter)}`;
}

function namesFix({ san, subject }: Certificate, host: string): string {
  const names = [...(san?.dns ?? []), ...(san?.ip ?? [])];
  if (names.length === 0)
    return `have ${titleOf(subject)} issued again with ${host} as a subject alternative name`;
  const some =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} or another of its names` : names.join(', ');
  return `call the server ${some}, or have its certificate issued for ${host}, too`;
}
