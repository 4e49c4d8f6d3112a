/** Whole-number quantities and how people write them. */

/** Whole microseconds: an instant since the start of the run, or a duration. 2^53 of them are 285 years. */
export type Micros = number;
/** Whole bytes. */
export type Bytes = number;
/** Whole bits per second. */
export type BitsPerSecond = number;

export const MILLISECOND: Micros = 1_000;
export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;
export const DAY: Micros = 24 * HOUR;

export const KIB: Bytes = 1024;
export const MIB: Bytes = 1024 * KIB;
export const GIB: Bytes = 1024 * MIB;
