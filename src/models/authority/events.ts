/** Certificate authorities: what their certificates say. */
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** What the certificate of an authority says. Instants count from the start of the run, `start` since 1970. */
interface Terms {
  /** Whose name and key it has: its own, or another authority's where it is a cross-signed copy. */
  readonly subject: string;
  /** The authority that signed it: itself for a root. */
  readonly issuer: string;
  readonly from: Micros;
  readonly until: Micros;
  /** How many authorities may stand between it and a leaf; -1: any number. */
  readonly pathLength: number;
  /** Host names that it may sign for, and those that it may not; none: no constraint. */
  readonly permits: readonly string[];
  readonly excludes: readonly string[];
  readonly start: Micros;
}

export type AuthorityCommand = Terms & { readonly type: 'declare' };
export type AuthorityEvent = Terms & { readonly type: 'Declared' };

export const authorityEvents: Shapes<AuthorityEvent> = {
  Declared: {
    subject: 'text',
    issuer: 'text',
    from: 'int',
    until: 'int',
    pathLength: 'int',
    permits: 'texts',
    excludes: 'texts',
    start: 'int',
  },
};
