/** Predicts a recorded TLS case: what each verifier says to the certificates of its set-up. */
import { VERIFIERS, type Verifier } from '../../../models/trust/verify/profile.ts';
import type { Question, Verdict } from '../../../models/trust/verify/verdict.ts';
import { verify } from '../../../models/trust/verify/verify.ts';
import { certificatesOf, revocationListOf } from './certificates.ts';
import type { TlsSetup } from './setup.ts';

/** The names of the recordings, and which detail of a refusal they hold. */
const DETAILS = {
  openssl: 'code',
  go: 'class',
  node6: 'code',
  node16: 'code',
  node20: 'code',
  node24: 'code',
  curl: 'exit',
  gnutls: 'classes',
} as const satisfies Partial<Record<Verifier, string>>;

const VARIANTS = {
  seclevel1: 'openssl-seclevel1',
  seclevel0: 'openssl-seclevel0',
  partialChain: 'openssl-partial-chain',
  strict: 'openssl-strict',
} as const satisfies Record<string, Verifier>;

type Program = keyof typeof DETAILS;
type Variant = keyof typeof VARIANTS;
type Detail = (typeof DETAILS)[Program];

interface Row {
  readonly ok: boolean;
  readonly alert: number | null;
  readonly [detail: string]: unknown;
}

export interface TlsPrediction {
  readonly verdicts: Readonly<Record<Program, Row>> & {
    readonly opensslVariants: Readonly<Record<Variant, Row>>;
  };
}

function rowOf(verdict: Verdict, detail: Detail): Row {
  const { ok, alert } = verdict;
  if (verdict.ok) return { ok, alert };
  const { text } = verdict;
  return { ok, [detail]: detail === 'exit' ? verdict.code : verdict[detail], text, alert };
}

/** The question that a set-up puts to each verifier. */
export function questionOf(setup: TlsSetup): Question {
  const certs = certificatesOf(setup);
  const named = (ids: readonly string[]) => ids.flatMap((id) => certs.get(id) ?? []);
  const [leaf, ...others] = named(setup.sent);
  if (leaf === undefined) throw new RangeError(`${setup.case} sends no certificate that it describes`);
  const crl = revocationListOf(setup, certs);
  return {
    sent: [leaf, ...others],
    trusted: named(setup.trusted),
    ...(crl === undefined ? {} : { crl }),
    now: Math.floor(Date.parse(setup.now) / 1000) + setup.clientClock,
    host: { name: setup.dial.host, kind: setup.dial.kind },
  };
}

/** The verdicts of all verifiers on one case. */
export function predictTls(setup: TlsSetup): TlsPrediction {
  const question = questionOf(setup);
  const row = (verifier: Verifier, detail: Detail) => rowOf(verify(question, VERIFIERS[verifier]), detail);
  const each = <Name extends string>(names: readonly Name[], make: (name: Name) => Row) =>
    Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Row>;
  const programs = each(Object.keys(DETAILS) as Program[], (name) => row(name, DETAILS[name]));
  const opensslVariants = each(Object.keys(VARIANTS) as Variant[], (name) => row(VARIANTS[name], 'code'));
  return { verdicts: { ...programs, opensslVariants } };
}
