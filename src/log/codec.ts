/**
 * The only user of msgpackr. Records are off, because their bytes depend on what was packed before. msgpackr decodes
 * most damaged bytes into something else without complaint, so callers check sums first and shapes after.
 */
import { Packr } from 'msgpackr';
import { Damage } from './damage.ts';

// A key called `toJSON` is data like any other.
const packr = new Packr({ useRecords: false, useToJSON: false });

/** Packs plain data. The bytes stay valid: msgpackr does not write over what it gave out. */
export function pack(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** Unpacks what `pack` made, or throws `Damage`: texts of msgpackr quote the content and are never shown. */
export function unpack(bytes: Uint8Array): unknown {
  try {
    return packr.unpack(bytes);
  } catch {
    throw new Damage('its content cannot be unpacked');
  }
}
