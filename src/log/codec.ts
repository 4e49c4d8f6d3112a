/**
 * The only user of msgpackr. Records are off, because their bytes depend on what was packed before. msgpackr decodes
 * most damaged bytes into something else without complaint, so callers check sums first and shapes after.
 */
import { Packr } from 'msgpackr';
import type { Writing } from './bytes.ts';
import { Damage } from './damage.ts';

// A key called `toJSON` is data like any other.
const packr = new Packr({ useRecords: false, useToJSON: false });

/** First bytes of what msgpack calls a fixarray (of none), and bin 8, 16 and 32: a length of so many bits follows, high byte first. */
const FIXARRAY = 0x90;
const BIN_8 = 0xc4;
const BIN_16 = 0xc5;
const BIN_32 = 0xc6;

/** Packs plain data. The bytes stay valid: msgpackr does not write over what it gave out. */
export function pack(value: unknown): Uint8Array {
  return packr.pack(value);
}

/**
 * Appends what `pack` makes of a list of plain data and one or more strings of bytes: frames are many and long, and msgpackr would take
 * new memory for each. The list has at most 15 items.
 */
export function packWithBytes(out: Writing, plain: unknown, ...strings: readonly Uint8Array[]): void {
  out.byte(FIXARRAY + 1 + strings.length);
  out.append(pack(plain));
  for (const bytes of strings) {
    const { length } = bytes;
    const width = length < 2 ** 8 ? 1 : length < 2 ** 16 ? 2 : 4;
    out.byte(width === 1 ? BIN_8 : width === 2 ? BIN_16 : BIN_32);
    for (let shift = 8 * width - 8; shift >= 0; shift -= 8) out.byte(length >>> shift);
    out.append(bytes);
  }
}

/** Unpacks what `pack` made, or throws `Damage`: texts of msgpackr quote the content and are never shown. */
export function unpack(bytes: Uint8Array): unknown {
  try {
    return packr.unpack(bytes);
  } catch {
    throw new Damage('its content cannot be unpacked');
  }
}
