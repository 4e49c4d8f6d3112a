/** Plain data: what may stand in a `data` field or among the options of a run, so that it reads back as it was. */
import { DATA_DEPTH } from './format.ts';

/** What keeps a value from being plain data, or undefined. Half of a surrogate pair would come back as another character. */
export function wrongWithData(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'string':
      return value.isWellFormed() ? undefined : 'a text that UTF-8 cannot hold';
    case 'number':
      return Number.isFinite(value) ? undefined : 'a number that is not finite';
    case 'object':
      if (value === null) return undefined;
      if (depth === DATA_DEPTH) return `data nested deeper than ${DATA_DEPTH}`;
      return Array.isArray(value) ? wrongWithList(value, depth) : wrongWithObject(value, depth);
    default:
      return `a value of type ${typeof value}`;
  }
}

function wrongWithList(list: readonly unknown[], depth: number): string | undefined {
  for (const item of list) {
    const wrong = wrongWithData(item, depth + 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongWithObject(value: object, depth: number): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return 'an object that is not plain';
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__' || !key.isWellFormed()) return 'a key that does not read back';
    const wrong = wrongWithData(item, depth + 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
