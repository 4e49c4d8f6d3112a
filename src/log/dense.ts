/**
 * Bodies made smaller. Full frames of events are dense as they are and are written by the million; the preface and the last frame are what
 * a small log consists of, so these are deflated (RFC 1951). The only user of fflate: another deflater may find other bytes, also another
 * version of zlib, and a log has the same bytes everywhere. Any inflater reads them.
 */
import { inflateRawSync } from 'node:zlib';
import { deflateSync } from 'fflate';
import { Damage, expect } from './damage.ts';

/** Bytes before the deflated ones: the length that they have when inflated, so that memory is bounded before it is taken. */
const LENGTH = 4;
/** A body shorter than this stays as it is: it can be read in a dump. */
const WORTH = 256;

/** A body in its dense form, or undefined when it is small already. */
export function dense(body: Uint8Array): Uint8Array | undefined {
  if (body.length < WORTH) return undefined;
  const deflated = deflateSync(body);
  if (LENGTH + deflated.length >= body.length) return undefined;
  const bytes = new Uint8Array(LENGTH + deflated.length);
  new DataView(bytes.buffer).setUint32(0, body.length, true);
  bytes.set(deflated, LENGTH);
  return bytes;
}

/** The body whose dense form this is, or throws `Damage`. */
export function undense(bytes: Uint8Array, bound: number): Uint8Array {
  expect(bytes.length > LENGTH, 'its dense body is too short');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  expect(length > 0 && length <= bound, 'its dense body is longer than any');
  const body = inflated(bytes.subarray(LENGTH), length);
  expect(body.length === length, 'its dense body has another length than it says');
  return body;
}

function inflated(bytes: Uint8Array, length: number): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: length });
  } catch {
    throw new Damage('its dense body cannot be inflated');
  }
}
