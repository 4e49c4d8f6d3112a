import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { AuthorityEvent } from './events.ts';

export interface Authority {
  subject: string;
  issuer: string;
  from: Micros;
  until: Micros;
  pathLength: number;
  permits: readonly string[];
  excludes: readonly string[];
  start: Micros;
  declaredSeq: number;
}

export const emptyAuthority = (): Authority => ({
  subject: '',
  issuer: '',
  from: 0,
  until: 0,
  pathLength: -1,
  permits: [],
  excludes: [],
  start: 0,
  declaredSeq: -1,
});

export function evolve(authority: Authority, event: AuthorityEvent, { seq }: Stamp): void {
  const { type: _, ...terms } = event;
  Object.assign(authority, terms, { declaredSeq: seq });
}
