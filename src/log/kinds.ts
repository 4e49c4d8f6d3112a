/** The table of event kinds that each log carries, so that a log explains itself without our source. */
import type { Wire } from '../base/wire.ts';
import { FIELDS_BOUND, KINDS_BOUND } from './format.ts';

/** One kind of event: what its fields are called and how each is written, in the order on disk. */
export interface Kind {
  readonly model: string;
  readonly type: string;
  readonly version: number;
  readonly fields: readonly (readonly [name: string, wire: Wire])[];
}

const WIRES: Readonly<Record<Wire, true>> = {
  int: true,
  real: true,
  bool: true,
  text: true,
  ints: true,
  texts: true,
  seq: true,
  seqs: true,
  data: true,
};

/** Letters and digits only: a field called `__proto__` or `7` would not become an ordinary, ordered property. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const MODEL = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** What is wrong with a table of kinds, or undefined. Asked by the writer of itself, and by the reader of the file. */
export function wrongWithKinds(kinds: readonly Kind[]): string | undefined {
  if (kinds.length > KINDS_BOUND) return `there are more than ${KINDS_BOUND} kinds of events`;
  const seen = new Set<string>();
  for (const kind of kinds) {
    const wrong = wrongWithKind(kind);
    if (wrong !== undefined) return wrong;
    const name = `${kind.model}.${kind.type}@${kind.version}`;
    if (seen.has(name)) return `the kind ${name} is listed twice`;
    seen.add(name);
  }
  return undefined;
}

function wrongWithKind(kind: Kind): string | undefined {
  if (!MODEL.test(kind.model) || !NAME.test(kind.type)) return 'a kind of event has an impossible name';
  const name = `${kind.model}.${kind.type}`;
  if (!Number.isSafeInteger(kind.version) || kind.version < 1)
    return `the version of ${name} is not a number from 1`;
  if (kind.fields.length > FIELDS_BOUND) return `${name} has more than ${FIELDS_BOUND} fields`;
  const seen = new Set<string>(['type']);
  for (const [field, wire] of kind.fields) {
    if (!NAME.test(field)) return `a field of ${name} has an impossible name`;
    if (seen.has(field)) return `${name} cannot have a field "${field}" here`;
    if (!Object.hasOwn(WIRES, wire)) return `the field "${field}" of ${name} is written in an unknown way`;
    seen.add(field);
  }
  return undefined;
}
