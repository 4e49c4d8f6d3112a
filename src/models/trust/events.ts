/** Trust stores, and the verdict on a chain that a server showed. */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** A root certificate. Validity counts from the start of the run. */
export interface Root {
  readonly name: string;
  readonly from: Micros;
  readonly until: Micros;
}

/** What a server showed: a leaf for a host name, signed by a root (an intermediate, where there is one, is sent along). */
export interface Chain {
  readonly host: string;
  readonly issuer: string;
  readonly from: Micros;
  readonly until: Micros;
}

export type TrustCommand =
  /** Replaces what is in the store. `facts` are the events that filled it. */
  | { readonly type: 'fill'; readonly roots: readonly Root[]; readonly facts: readonly number[] }
  | {
      readonly type: 'check';
      readonly chain: Chain;
      /** The verifier's own idea of now. */
      readonly now: Micros;
      readonly asker: string;
      /** Events that the chain and the clock rest on. */
      readonly facts: readonly number[];
      readonly clockFact: number;
    };

export type TlsFailure = 'tls.untrusted-issuer' | 'tls.not-yet-valid' | 'tls.expired';

export type TrustEvent =
  | {
      readonly type: 'Filled';
      readonly roots: readonly string[];
      readonly from: readonly number[];
      readonly until: readonly number[];
      readonly facts: readonly number[];
    }
  | { readonly type: 'Accepted'; readonly asker: string; readonly host: string; readonly issuer: string }
  | {
      readonly type: 'Refused';
      readonly asker: string;
      readonly host: string;
      readonly issuer: string;
      readonly why: TlsFailure;
      readonly words: string;
      readonly facts: readonly number[];
    };

export const trustEvents: Shapes<TrustEvent> = {
  Filled: { roots: 'texts', from: 'ints', until: 'ints', facts: 'seqs' },
  Accepted: { asker: 'text', host: 'text', issuer: 'text' },
  Refused: { asker: 'text', host: 'text', issuer: 'text', why: 'text', words: 'text', facts: 'seqs' },
};
