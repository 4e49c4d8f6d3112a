/**
 * A capture in the pcapng format: section header, one interface a segment, one packet block a frame.
 * Little-endian on every machine, nothing of this machine in it. [draft-ietf-opsawg-pcapng-02 3, 4.1 to 4.3]
 */
import type { Micros } from '../../base/units.ts';
import { encode, type Frame } from './frame.ts';
import { join, le16, le32, type Octets, text, zeros } from './octets.ts';

export interface CaptureOptions {
  /** Said of the whole capture. */
  readonly comment?: string;
  /** The calendar instant at which the run starts, as microseconds since 1970 in UTC; 0 if absent. */
  readonly start?: Micros;
  /**
   * Segments in the order in which they are to be numbered; others follow as their first frame comes. Read when the first frame is
   * there, and at the end once more: whoever makes the frames may go on adding to it.
   */
  readonly segments?: Iterable<string>;
}

const BLOCK = { sectionHeader: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const BYTE_ORDER = 0x1a2b3c4d;
const UNKNOWN_LENGTH = [255, 255, 255, 255, 255, 255, 255, 255];
const ETHERNET = 1;
const UNLIMITED = 0;
const OPTION = { comment: 1, name: 2, application: 4, resolution: 9 } as const;
/** Stamps count 10^-6 s. */
const MICROSECONDS = [6];
const END_OF_OPTIONS = [0, 0, 0, 0];
const LONGEST_OPTION = 0xffff;
const HIGH = 0x1_0000_0000;
const CHUNK = 1 << 16;

/** The bytes of a capture in pieces of about 64 KiB, so that no more of it than that is in memory. */
export function* pcapng(frames: Iterable<Frame>, options: CaptureOptions = {}): Generator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for (const block of blocks(frames, options)) {
    pending.push(block);
    size += block.length;
    if (size < CHUNK) continue;
    yield join(...pending);
    pending = [];
    size = 0;
  }
  if (size > 0) yield join(...pending);
}

function* blocks(frames: Iterable<Frame>, options: CaptureOptions): Generator<Uint8Array> {
  const { comment, start = 0, segments = [] } = options;
  const numbers = new Map<string, number>();
  const rest = frames[Symbol.iterator]();
  yield sectionHeader(comment);
  let next = rest.next();
  yield* declareAll(segments, numbers);
  for (; next.done !== true; next = rest.next()) {
    const frame = next.value;
    if (!numbers.has(frame.segment)) yield declare(frame.segment, numbers);
    yield packetBlock(frame, numbers.get(frame.segment) ?? 0, start);
  }
  yield* declareAll(segments, numbers);
}

function* declareAll(segments: Iterable<string>, numbers: Map<string, number>): Generator<Uint8Array> {
  for (const segment of segments) if (!numbers.has(segment)) yield declare(segment, numbers);
}

function declare(segment: string, numbers: Map<string, number>): Uint8Array {
  numbers.set(segment, numbers.size);
  const options = [string(OPTION.name, segment), option(OPTION.resolution, MICROSECONDS)];
  return block(BLOCK.interface, [le16(ETHERNET), le16(0), le32(UNLIMITED)], options);
}

function sectionHeader(comment: string | undefined): Uint8Array {
  const version = [le16(1), le16(0)];
  const options = [
    ...(comment === undefined ? [] : [string(OPTION.comment, comment)]),
    string(OPTION.application, 'premortem'),
  ];
  return block(BLOCK.sectionHeader, [le32(BYTE_ORDER), ...version, UNKNOWN_LENGTH], options);
}

function packetBlock(frame: Frame, number: number, start: Micros): Uint8Array {
  const bytes = encode(frame);
  const at = start + frame.at;
  const fields = [le32(number), le32(Math.floor(at / HIGH)), le32(at % HIGH)];
  const lengths = [le32(bytes.length), le32(bytes.length)];
  const options = frame.comment === undefined ? [] : [string(OPTION.comment, frame.comment)];
  return block(BLOCK.packet, [...fields, ...lengths, padded(bytes)], options);
}

/** Type, length, body, options, length again. */
function block(type: number, body: readonly Octets[], options: readonly Octets[]): Uint8Array {
  const parts = options.length === 0 ? body : [...body, ...options, END_OF_OPTIONS];
  const length = le32(12 + parts.reduce((sum, part) => sum + part.length, 0));
  return join(le32(type), length, ...parts, length);
}

const option = (code: number, value: Octets): Octets => join(le16(code), le16(value.length), padded(value));

/** A text that does not fit is cut between two characters. */
function string(code: number, value: string): Octets {
  const bytes = join(text(value));
  let end = Math.min(bytes.length, LONGEST_OPTION);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return option(code, bytes.subarray(0, end));
}

/** Everything stands on multiples of four bytes. */
const padded = (bytes: Octets): Octets => join(bytes, zeros(-bytes.length & 3));
