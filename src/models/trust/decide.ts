import type { Micros } from '../../base/units.ts';
import { type Model, NOTHING } from '../../kernel/model.ts';
import {
  type Chain,
  type Root,
  type TlsFailure,
  type TrustCommand,
  type TrustEvent,
  trustEvents,
} from './events.ts';
import { emptyStore, evolve, type Store } from './state.ts';

/** Go's words, as the container engine prints them (facts/registry-and-tls.md 3.1, the 2016 form without times). */
const WORDS: Record<TlsFailure, string> = {
  'tls.untrusted-issuer': 'x509: certificate signed by unknown authority',
  'tls.not-yet-valid': 'x509: certificate has expired or is not yet valid',
  'tls.expired': 'x509: certificate has expired or is not yet valid',
};

/** Both ends of a validity are inclusive, as in RFC 5280 4.1.2.5 and in Go. */
function datesOf({ from, until }: { from: Micros; until: Micros }, now: Micros): TlsFailure | undefined {
  if (now < from) return 'tls.not-yet-valid';
  return now > until ? 'tls.expired' : undefined;
}

/** A refusal, and which certificate's fault it is. */
export interface Verdict {
  readonly why: TlsFailure;
  readonly blames: 'leaf' | 'store' | 'root';
}

/** The verdict of Go's verifier, in its order: the leaf's dates, then the chain to a root of the store, then the root's dates (3.1). */
export function verify(chain: Chain, roots: ReadonlyMap<string, Root>, now: Micros): Verdict | undefined {
  const leaf = datesOf(chain, now);
  if (leaf !== undefined) return { why: leaf, blames: 'leaf' };
  const root = roots.get(chain.issuer);
  if (root === undefined) return { why: 'tls.untrusted-issuer', blames: 'store' };
  const dates = datesOf(root, now);
  return dates === undefined ? undefined : { why: dates, blames: 'root' };
}

function check(command: Extract<TrustCommand, { type: 'check' }>, store: Readonly<Store>): TrustEvent {
  const { chain, now, asker, clockFact } = command;
  const { host, issuer } = chain;
  const refusal = verify(chain, store.roots, now);
  if (refusal === undefined) return { type: 'Accepted', asker, host, issuer };
  const { why, blames } = refusal;
  const rest = { leaf: [clockFact], store: [store.filledSeq], root: [store.filledSeq, clockFact] }[blames];
  return { type: 'Refused', asker, host, issuer, why, words: WORDS[why], facts: [...command.facts, ...rest] };
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
      return [check(command, store)];
  }
}

export const trust: Model<Store, TrustCommand, TrustEvent> = {
  name: 'trust',
  events: trustEvents,
  initial: emptyStore,
  decide,
  evolve,
  react: () => NOTHING,
};
