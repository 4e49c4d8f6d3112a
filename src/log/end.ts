/** The last frame: what the log amounts to. A log without it was not finished. */
import { assert } from '../base/assert.ts';
import { pack, unpack } from './codec.ts';
import { expect } from './damage.ts';
import { BODY_BOUND } from './format.ts';

/** What an end frame says. `chain` is the chain hash before it. */
export interface End {
  readonly events: number;
  readonly chain: Uint8Array;
  readonly worldHash: string;
  readonly reason: string;
}

/** The body of an end frame. */
export function packEnd(end: End): Uint8Array {
  assert(
    end.reason.isWellFormed() && end.worldHash.isWellFormed(),
    'the reason and the world hash are texts of UTF-8',
  );
  const body = pack([end.events, end.chain, end.worldHash, end.reason]);
  assert(body.length <= BODY_BOUND, 'the reason for ending is short');
  return body;
}

/** Reads the body of an end frame, or throws `Damage`. */
export function unpackEnd(body: Uint8Array): End {
  const content = unpack(body);
  expect(Array.isArray(content) && content.length === 4, 'the end frame has not four parts');
  const [events, chain, worldHash, reason] = content as readonly unknown[];
  expect(typeof events === 'number' && chain instanceof Uint8Array, 'the end frame has no count or no hash');
  expect(typeof worldHash === 'string' && typeof reason === 'string', 'the end frame lacks a text');
  return { events, chain, worldHash, reason };
}
