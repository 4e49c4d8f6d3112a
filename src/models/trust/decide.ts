import { assert } from '../../base/assert.ts';
import { type Model, NOTHING } from '../../kernel/model.ts';
import {
  type TlsFailure,
  type TrustCommand,
  type TrustEvent,
  trustEvents,
  trustUpcasts,
  trustVersions,
} from './events.ts';
import { emptyStore, evolve, type Store } from './state.ts';
import { bytesOf } from './verify/address.ts';
import { VERIFIERS } from './verify/profile.ts';
import type { FaultClass, Host, Refusal } from './verify/verdict.ts';
import { verify } from './verify/verify.ts';

/** Certificates of a run are sound but for trust, dates, names and limits of authorities: nothing else can be wrong with them. */
const WHY: Partial<Readonly<Record<FaultClass, TlsFailure>>> = {
  'unknown-authority': 'tls.untrusted-issuer',
  'not-yet-valid': 'tls.not-yet-valid',
  expired: 'tls.expired',
  'name-mismatch': 'tls.name-mismatch',
  'path-length': 'tls.path-length',
  'name-constraint': 'tls.name-constraint',
};

type Check = Extract<TrustCommand, { type: 'check' }>;

/** Whether an authority of this name, had it been sent, would have led to a root of the store. */
function leadsToTrust(name: string, { known }: Check, { roots }: Readonly<Store>): boolean {
  const above = new Set<string>();
  for (let here: string | undefined = name; here !== undefined && !above.has(here); ) {
    above.add(here);
    const copies = known.filter(({ subject }) => subject.key === here);
    if (copies.some(({ id }) => roots.has(id))) return above.size > 1;
    here = copies.find(({ issuer, subject }) => issuer.key !== subject.key)?.issuer.key;
  }
  return false;
}

const verdictOn = ({ sent, known, now, host, verifier }: Check, holds: (root: string) => boolean) =>
  verify(
    { sent, trusted: known.filter(({ id }) => holds(id)), now, host: hostOf(host) },
    VERIFIERS[verifier],
  );

/** Whether the chain would be trusted with the roots that nobody has read since they came. */
const isKeptOut = (check: Check, { roots }: Readonly<Store>): boolean =>
  check.unread.roots.length > 0 &&
  verdictOn(check, (root) => roots.has(root) || check.unread.roots.includes(root)).ok;

/** What a refusal rests on besides what led to it: the store, the certificate at fault, the clock. */
function groundsOf({ blamed }: Refusal, why: TlsFailure, check: Check, store: Readonly<Store>): number[] {
  const { sent, declared, clockFact, unread } = check;
  if (why === 'tls.untrusted-issuer')
    return [store.filledSeq, ...(isKeptOut(check, store) ? [unread.fact] : [])];
  const isDated = why === 'tls.not-yet-valid' || why === 'tls.expired';
  const own = blamed === sent[0].id ? undefined : declared[blamed];
  return [
    ...(isDated && store.roots.has(blamed) ? [store.filledSeq] : []),
    ...(own === undefined ? [] : [own]),
    ...(isDated ? [clockFact] : []),
  ];
}

/** A registry's host without its port. */
function hostOf(text: string): Host {
  const name = text.replace(/:\d+$/, '');
  return { name, kind: bytesOf(name) === undefined ? 'dns' : 'ip' };
}

function judge(check: Check, store: Readonly<Store>): TrustEvent {
  const { asker, host, issuer } = check;
  const verdict = verdictOn(check, (root) => store.roots.has(root));
  if (verdict.ok) return { type: 'Accepted', asker, host, issuer };
  const found = WHY[verdict.class];
  assert(found !== undefined, `certificates of a run are not refused for ${verdict.class}`);
  const { missing } = verdict;
  const isUnsent = missing !== null && leadsToTrust(missing.key, check, store);
  const why = isUnsent && found === 'tls.untrusted-issuer' ? 'tls.missing-intermediate' : found;
  const facts = [...check.facts, ...groundsOf(verdict, why, check, store)];
  const certificate = missing?.cn ?? verdict.blamed;
  return { type: 'Refused', asker, host, issuer, why, words: verdict.text, facts, certificate };
}

function decide(command: TrustCommand, store: Readonly<Store>): readonly TrustEvent[] {
  switch (command.type) {
    case 'fill': {
      const { roots, facts } = command;
      return [
        {
          type: 'Filled',
          roots: roots.map((root) => root.name),
          from: roots.map((root) => root.from),
          until: roots.map((root) => root.until),
          facts,
        },
      ];
    }
    case 'check':
      return [judge(command, store)];
  }
}

export const trust: Model<Store, TrustCommand, TrustEvent> = {
  name: 'trust',
  versions: trustVersions,
  upcasts: trustUpcasts,
  events: trustEvents,
  initial: emptyStore,
  decide,
  evolve,
  react: () => NOTHING,
};
