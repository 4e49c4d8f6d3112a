/** Resource tickets of tenants and of the projects that subdivide them (facts/photon-and-vdvs.md 1.2). */
import type { Shapes } from '../../base/wire.ts';

export type TicketCommand =
  | {
      readonly type: 'declare';
      readonly parent: string;
      readonly keys: readonly string[];
      readonly limits: readonly number[];
    }
  | {
      readonly type: 'consume';
      readonly holder: string;
      readonly keys: readonly string[];
      readonly amounts: readonly number[];
    }
  | { readonly type: 'give-back'; readonly holder: string };

export type TicketEvent =
  /** `parent` is the ticket that this one was carved from, or empty. */
  | {
      readonly type: 'Declared';
      readonly parent: string;
      readonly keys: readonly string[];
      readonly limits: readonly number[];
    }
  | {
      readonly type: 'Consumed';
      readonly holder: string;
      readonly keys: readonly string[];
      readonly amounts: readonly number[];
    }
  | {
      readonly type: 'Refused';
      readonly holder: string;
      readonly key: string;
      readonly limit: number;
      readonly wanted: number;
      readonly why: 'quota.exceeded';
      readonly words: string;
      readonly facts: readonly number[];
    }
  | { readonly type: 'Returned'; readonly holder: string };

export const ticketEvents: Shapes<TicketEvent> = {
  Declared: { parent: 'text', keys: 'texts', limits: 'ints' },
  Consumed: { holder: 'text', keys: 'texts', amounts: 'ints' },
  Refused: {
    holder: 'text',
    key: 'text',
    limit: 'int',
    wanted: 'int',
    why: 'text',
    words: 'text',
    facts: 'seqs',
  },
  Returned: { holder: 'text' },
};
