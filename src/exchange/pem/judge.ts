/** The models of verifiers, asked about a chain that was read from files. */
import type { Certificate } from '../../models/trust/certificate.ts';
import { bytesOf } from '../../models/trust/verify/address.ts';
import { VERIFIERS, type Verifier } from '../../models/trust/verify/profile.ts';
import type { Host, Question, Refusal } from '../../models/trust/verify/verdict.ts';
import { verify } from '../../models/trust/verify/verify.ts';
import { fixOf } from './fix.ts';
import type { Chain } from './read.ts';

/** Those that are asked when none is named: programs as they are installed, without settings of their own. */
export const USUAL = (Object.keys(VERIFIERS) as Verifier[]).filter((name) => !name.startsWith('openssl-'));

/** What one verifier says. */
export interface Judged {
  readonly verifier: Verifier;
  /** Why it refuses, and what to do about it. */
  readonly refusal?: Refusal & { readonly blame: Certificate; readonly fix: string };
}

/** The question that clients at this instant (seconds since 1970) ask when they dial this host. */
export function questionOf({ sent, trusted, lists }: Chain, host: string, now: number): Question {
  const [leaf, ...others] = sent as Question['sent'];
  const kind: Host['kind'] = bytesOf(host) === undefined ? 'dns' : 'ip';
  // OpenSSL and its kin look at the list of the leaf's issuer only, unless they are told to check all.
  const crl = lists.find(({ issuer }) => issuer.key === leaf.issuer.key) ?? lists[0];
  return { sent: [leaf, ...others], trusted, now, host: { name: host, kind }, ...(crl && { crl }) };
}

/** What a verifier says to that. */
export function judge(question: Question, verifier: Verifier): Judged {
  const verdict = verify(question, VERIFIERS[verifier]);
  if (verdict.ok) return { verifier };
  const { sent, trusted } = question;
  const blame = [...sent, ...trusted].find(({ id }) => id === verdict.blamed) ?? sent[0];
  return { verifier, refusal: { ...verdict, blame, fix: fixOf(verdict.class, blame, question) } };
}
