/** One spelling for each plain value, and its hash: how two worlds are compared. */
import { createHash } from 'node:crypto';
import { Fault } from './assert.ts';

/** A running SHA-256 over plain values (objects, arrays, maps, sets, typed arrays, texts, numbers, booleans, null, undefined). */
export interface Canon {
  add(value: unknown): void;
  hex(): string;
}

/** A decision may name the fields of an event in any order, and a log spells them in its own: two such objects are the same. */
function keysInOrder(value: object): readonly string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i += 1)
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  return keys;
}

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
    // UTF-8 has one spelling for all halves of surrogate pairs; JSON has one for each.
    else if (typeof value === 'string')
      put(`"${value.length}:${value.isWellFormed() ? value : JSON.stringify(value)}`);
    else if (typeof value === 'boolean' || value === null || value === undefined) put(`${value};`);
    else if (Array.isArray(value)) list('[', value.length, value);
    else if (value instanceof Map) map(value);
    else if (value instanceof Set) list('<', value.size, value);
    else if (ArrayBuffer.isView(value)) add(Array.from(value as unknown as ArrayLike<number>));
    else if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) record(value);
    else throw new Fault(`state holds something that is not plain data: a ${typeof value}`);
  };
  const list = (open: string, count: number, items: Iterable<unknown>) => {
    put(`${open}${count}:`);
    for (const item of items) add(item);
  };
  const map = (entries: ReadonlyMap<unknown, unknown>) => {
    put(`{${2 * entries.size}:`);
    for (const [key, value] of entries) {
      add(key);
      add(value);
    }
  };
  const record = (value: object) => {
    const keys = keysInOrder(value);
    put(`(${2 * keys.length}:`);
    for (const key of keys) {
      add(key);
      add((value as Readonly<Record<string, unknown>>)[key]);
    }
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
