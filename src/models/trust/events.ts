/** Trust stores, and the verdict on a chain that a server showed. */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';
import type { Upcast } from '../../kernel/model.ts';
import type { Certificate } from './certificate.ts';
import type { Verifier } from './verify/profile.ts';

/** A root certificate. Validity counts from the start of the run. */
export interface Root {
  readonly name: string;
  readonly from: Micros;
  readonly until: Micros;
}

export type TrustCommand =
  /** Replaces what is in the store. `facts` are the events that filled it. */
  | { readonly type: 'fill'; readonly roots: readonly Root[]; readonly facts: readonly number[] }
  | {
      readonly type: 'check';
      readonly host: string;
      /** Who issued the leaf. */
      readonly issuer: string;
      /** As the server showed them, the leaf first. */
      readonly sent: readonly [Certificate, ...Certificate[]];
      /** The certificates of all authorities: which of them are in the store, the store knows. */
      readonly known: readonly Certificate[];
      readonly verifier: Verifier;
      /** The verifier's own idea of now, in seconds since 1970. */
      readonly now: number;
      readonly asker: string;
      /** Events that the chain and the clock rest on, and those that declared certificates, by their ids. */
      readonly facts: readonly number[];
      readonly clockFact: number;
      readonly declared: Readonly<Record<string, number>>;
      /** Roots that came into the machine's store after it was read into this one, and the event that put them there. */
      readonly unread: { readonly roots: readonly string[]; readonly fact: number };
    };

export type TlsFailure =
  | 'tls.untrusted-issuer'
  | 'tls.missing-intermediate'
  | 'tls.not-yet-valid'
  | 'tls.expired'
  | 'tls.name-mismatch'
  | 'tls.path-length'
  | 'tls.name-constraint';

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
      /** The certificate at fault, or the one that is missing. Empty where an old log does not say. */
      readonly certificate: string;
    };

export const trustEvents: Shapes<TrustEvent> = {
  Filled: { roots: 'texts', from: 'ints', until: 'ints', facts: 'seqs' },
  Accepted: { asker: 'text', host: 'text', issuer: 'text' },
  Refused: {
    asker: 'text',
    host: 'text',
    issuer: 'text',
    why: 'text',
    words: 'text',
    facts: 'seqs',
    certificate: 'text',
  },
};

/** Version 1 did not name the certificate. */
const unnamed: Upcast = (old) => ({ ...old, certificate: '' });
export const trustVersions = { Refused: 2 };
export const trustUpcasts = { Refused: [unnamed] };
