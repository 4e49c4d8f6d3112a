/** One spelling for each plain value, and its hash: how two worlds are compared. */
import { createHash } from 'node:crypto';
import { Fault } from './assert.ts';

/** UTF-8 has one spelling for all of these; JSON has one for each. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A running SHA-256 over plain values (objects, arrays, maps, sets, typed arrays, texts, numbers, booleans, null, undefined). */
export interface Canon {
  add(value: unknown): void;
  hex(): string;
}

/** A decision may name the fields of an event in any order, and a log spells them in its own: two such objects are the same. */
const entriesInOrder = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

export function createCanon(): Canon {
  const hash = createHash('sha256');
  let buffer = '';
  const put = (text: string) => {
    buffer += text;
    if (buffer.length > 65_536) {
      hash.update(buffer);
      buffer = '';
    }
  };
  const add = (value: unknown): void => {
    if (typeof value === 'number') put(`${value};`);
    else if (typeof value === 'string')
      put(`"${value.length}:${LONE_SURROGATE.test(value) ? JSON.stringify(value) : value}`);
    else if (typeof value === 'boolean' || value === null || value === undefined) put(`${value};`);
    else if (Array.isArray(value)) list('[', value);
    else if (value instanceof Map) list('{', [...value].flat(1));
    else if (value instanceof Set) list('<', [...value]);
    else if (ArrayBuffer.isView(value)) list('[', Array.from(value as unknown as ArrayLike<number>));
    else if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      list('(', entriesInOrder(value).flat(1));
    else throw new Fault(`state holds something that is not plain data: a ${typeof value}`);
  };
  const list = (open: string, items: readonly unknown[]) => {
    put(`${open}${items.length}:`);
    for (const item of items) add(item);
  };
  return {
    add,
    hex() {
      put('');
      hash.update(buffer);
      buffer = '';
      return hash.digest('hex');
    },
  };
}
