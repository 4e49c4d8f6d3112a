/**
 * Growing and reading byte strings. Whole numbers are LEB128 varints in their shortest form; signed ones are zigzag
 * differences to a number that the reader knows already.
 */
import { Damage } from './damage.ts';

/** Varints are handled as 28 low bits and a high part, because bit operators end at 32 bits and numbers go to 2^53. */
const LOW = 2 ** 28;
/** A varint never takes more bytes. */
const LONGEST = 8;
/** Up to this difference twice the difference is an exact number. */
const EXACT = 2 ** 51;

/** Bytes being written. Cleared and filled again for each frame; memory is kept. */
export class Writing {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** What was written since `clear`; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** Writes a finite number as binary64. */
  real(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Writes a whole number from 0 to 2^53. */
  unsigned(value: number): void {
    this.#reserve(LONGEST);
    this.length = put(this.#view, this.length, value);
  }

  /** Writes two whole numbers from 0 to 2^53, one after the other. Quickest when both take one byte. */
  two(first: number, second: number): void {
    this.#reserve(2 * LONGEST);
    const at = putByte(this.#view, this.length, first);
    this.length = putByte(this.#view, at, second);
  }

  /** Writes four whole numbers from 0 to 2^53, one after the other. Quickest when the first and the third take one byte. */
  four(first: number, second: number, third: number, fourth: number): void {
    this.#reserve(4 * LONGEST);
    const view = this.#view;
    let at = putByte(view, this.length, first);
    at = put(view, at, second);
    at = putByte(view, at, third);
    this.length = fourth < LOW ? putShort(view, at, fourth) : put(view, at, fourth);
  }

  /** Writes a whole number as its difference to `previous`. */
  signed(value: number, previous: number): void {
    const delta = value - previous;
    if (delta >= -0x4000_0000 && delta < 0x4000_0000) this.unsigned((delta << 1) ^ (delta >> 31));
    else if (delta >= -EXACT && delta <= EXACT) this.unsigned(delta < 0 ? -2 * delta - 1 : 2 * delta);
    else this.#distant(BigInt(value) - BigInt(previous));
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  #reserve(room: number): void {
    if (this.length + room > this.#bytes.length) this.#grow(room);
  }

  #grow(room: number): void {
    const larger = new Uint8Array(Math.max(this.length + room, this.#bytes.length * 2));
    larger.set(this.view());
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #distant(delta: bigint): void {
    const zigzag = delta < 0n ? -2n * delta - 1n : 2n * delta;
    const low = Number(zigzag % BigInt(LOW));
    this.#reserve(LONGEST);
    this.length = putParts(this.#view, this.length, low, Number(zigzag / BigInt(LOW)));
  }
}

/** Puts the varint of a whole number at a place that has room for the longest; returns the place after it. */
function put(view: DataView, at: number, value: number): number {
  if (value < LOW) return putShort(view, at, value | 0);
  return putParts(view, at, value % LOW, Math.floor(value / LOW));
}

/** The same for a number that is most often below 128. */
function putByte(view: DataView, at: number, value: number): number {
  if (value >= 0x80) return put(view, at, value);
  view.setInt8(at, value);
  return at + 1;
}

/**
 * The same for a number below 2^28. Four bytes are put at once whatever the length of its varint, which comes in no order: a loop over
 * bytes would be guessed wrong again and again.
 */
function putShort(view: DataView, at: number, value: number): number {
  // Bits by seven, rounded up, where a product and a shift divide.
  const bytes = ((38 - Math.clz32(value | 1)) * 37) >> 8;
  const more = 0x80_8080 & ((1 << (8 * bytes - 8)) - 1);
  view.setInt32(at, sevens(value) | more, true);
  return at + bytes;
}

/** The same for a low part of 28 bits and the rest. */
function putParts(view: DataView, at: number, low: number, high: number): number {
  view.setInt32(at, sevens(low) | ~0x7f7f_7f7f, true);
  return put(view, at + 4, high);
}

/** 28 bits as four groups of seven, one in each byte. */
const sevens = (value: number) =>
  (value & 0x7f) | ((value << 1) & 0x7f00) | ((value << 2) & 0x7f_0000) | ((value << 3) & 0x7f00_0000);

// By how many bytes follow the first: the bits of a short varint, and the least number that takes so many.
const WHOLE = Int32Array.of(0x7f, 0x7fff, 0x7f_ffff, 0x7fff_ffff);
const LEAST = Int32Array.of(0, 0x80, 0x4000, 0x20_0000);
const SHORT = 'its events end too early';
const LONGER = 'a number is not in its shortest form';

/** So many bytes behind the last can be looked at, so that the last numbers are read as all others are. */
const SLACK = 3;

/** Bytes being read. Every read checks that the bytes are there. */
export class Reading {
  readonly #bytes: Uint8Array;
  /** The same bytes, and some more. */
  readonly #view: DataView;
  #at = 0;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length } = withSlack(bytes);
    this.#bytes = bytes;
    this.#view = new DataView(buffer, byteOffset, length + SLACK);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Damage(SHORT);
    this.#at += 1;
    return value;
  }

  unsigned(): number {
    const short = this.#short();
    if (short >= 0) return short;
    this.#parts();
    const value = this.#high * LOW + this.#low;
    if (value > Number.MAX_SAFE_INTEGER) throw new Damage('a number is out of range');
    return value;
  }

  signed(previous: number): number {
    const short = this.#short();
    if (short >= 0) return this.#checked(previous + ((short >>> 1) ^ -(short & 1)));
    this.#parts();
    if (this.#high >= 2 ** 24) return this.#distant(previous);
    const zigzag = this.#high * LOW + this.#low;
    return this.#checked(previous + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2));
  }

  /** A varint of at most four bytes, as `put` writes it: all at once. -1, and nothing read, when it is longer or there is none. */
  #short(): number {
    if (this.#at >= this.#bytes.length) return -1;
    const word = this.#view.getInt32(this.#at, true);
    const ends = ~word & 0x8080_8080;
    if (ends === 0) return -1;
    const more = (31 - Math.clz32(ends & -ends)) >>> 3;
    const bits = word & (WHOLE[more] as number);
    const value =
      (bits & 0x7f) | ((bits >>> 1) & 0x3f80) | ((bits >>> 2) & 0x1f_c000) | ((bits >>> 3) & 0xfe0_0000);
    const end = this.#at + more + 1;
    if (end > this.#bytes.length) throw new Damage(SHORT);
    if (value < (LEAST[more] as number)) throw new Damage(LONGER);
    this.#at = end;
    return value;
  }

  real(): number {
    if (this.left < 8) throw new Damage(SHORT);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new Damage(SHORT);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  /** Reads a varint byte by byte, into a low part of 28 bits and the rest. */
  #parts(): void {
    let byte = this.byte();
    let value = byte & 0x7f;
    this.#low = value;
    this.#high = 0;
    if (byte < 0x80) return;
    let shift = 7;
    while (byte >= 0x80 && shift < 28) {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
    }
    this.#low = value;
    for (shift = 0; byte >= 0x80; shift += 7) {
      if (shift === 28) throw new Damage('a number is out of range');
      byte = this.byte();
      this.#high |= (byte & 0x7f) << shift;
    }
    if (byte === 0) throw new Damage(LONGER);
  }

  #distant(previous: number): number {
    const zigzag = BigInt(this.#high) * BigInt(LOW) + BigInt(this.#low);
    const delta = zigzag % 2n === 0n ? zigzag / 2n : -(zigzag + 1n) / 2n;
    return this.#checked(Number(BigInt(previous) + delta));
  }

  #checked(value: number): number {
    if (!Number.isSafeInteger(value)) throw new Damage('a number is out of range');
    return value;
  }
}

/** The bytes at a place in memory that goes on behind them. */
function withSlack(bytes: Uint8Array): Uint8Array {
  if (bytes.byteOffset + bytes.length + SLACK <= bytes.buffer.byteLength) return bytes;
  const roomy = new Uint8Array(bytes.length + SLACK);
  roomy.set(bytes);
  return roomy.subarray(0, bytes.length);
}
