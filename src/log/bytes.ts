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
    if (value < 0x80 && this.length < this.#bytes.length) this.#bytes[this.length++] = value;
    else if (value < LOW) this.#short(value);
    else this.#long(value % LOW, Math.floor(value / LOW));
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

  #short(value: number): void {
    this.#reserve(LONGEST);
    const bytes = this.#bytes;
    let at = this.length;
    let rest = value;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.length = at;
  }

  #long(low: number, high: number): void {
    this.#reserve(LONGEST);
    for (let shift = 0; shift < 28; shift += 7) this.#bytes[this.length++] = ((low >>> shift) & 0x7f) | 0x80;
    this.#short(high);
  }

  #distant(delta: bigint): void {
    const zigzag = delta < 0n ? -2n * delta - 1n : 2n * delta;
    this.#long(Number(zigzag % BigInt(LOW)), Number(zigzag / BigInt(LOW)));
  }
}

/** Bytes being read. Every read checks that the bytes are there. */
export class Reading {
  readonly #bytes: Uint8Array;
  #at = 0;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Damage('its events end too early');
    this.#at += 1;
    return value;
  }

  unsigned(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    this.#parts(first);
    const value = this.#high * LOW + this.#low;
    if (value > Number.MAX_SAFE_INTEGER) throw new Damage('a number is out of range');
    return value;
  }

  signed(previous: number): number {
    const first = this.byte();
    if (first < 0x80) return this.#checked(previous + ((first >>> 1) ^ -(first & 1)));
    this.#parts(first);
    if (this.#high >= 2 ** 24) return this.#distant(previous);
    const zigzag = this.#high * LOW + this.#low;
    return this.#checked(previous + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2));
  }

  real(): number {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new Damage('its events end too early');
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  /** Splits a varint whose first byte was read already. */
  #parts(first: number): void {
    let value = first & 0x7f;
    let byte = first;
    let shift = 7;
    while (byte >= 0x80 && shift < 28) {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
    }
    this.#low = value;
    this.#high = 0;
    for (shift = 0; byte >= 0x80; shift += 7) {
      if (shift === 28) throw new Damage('a number is out of range');
      byte = this.byte();
      this.#high |= (byte & 0x7f) << shift;
    }
    if (byte === 0) throw new Damage('a number is not in its shortest form');
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
