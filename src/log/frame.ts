/**
 * The envelope of everything in a log: file header and frames. A frame is a header with its own checksum (a flipped
 * length is damage, not a torn end), a body, and a trailer that ties it to all that came before.
 */
import { crc32 } from 'node:zlib';
import { sha256 } from '../base/digest.ts';
import {
  FILE_HEADER_SIZE,
  FORMAT_VERSION,
  FRAME_HEADER_SIZE,
  MAGIC,
  READER_VERSION,
  TRAILER_SIZE,
} from './format.ts';

/** What the header of a frame says. */
export interface FrameHeader {
  readonly type: number;
  /** Whether the body is in its dense form. */
  readonly dense: boolean;
  /** Bytes of the body as it stands in the file. */
  readonly length: number;
  /** Number of the first event in it, or of the next one when it holds none. */
  readonly seq: number;
  /** Instant of the event before that one, 0 when there is none. */
  readonly at: number;
  /** Events in it. */
  readonly count: number;
}

/** The file header of a run with this identity (32 bytes). */
export function fileHeader(identity: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(8, FORMAT_VERSION, true);
  view.setUint16(10, READER_VERSION, true);
  bytes.set(identity, 16);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** What a file header says, once its checksum was found right. */
export function readFileHeader(bytes: Uint8Array): {
  minReader: number;
  identity: Uint8Array;
  reserved: boolean;
} {
  const view = viewOf(bytes);
  const reserved = view.getUint32(12, true) === 0 && allZero(bytes.subarray(48, 60));
  return { minReader: view.getUint16(10, true), identity: bytes.slice(16, 48), reserved };
}

/** Whether the checksum in the last four bytes is that of the others. Serves both kinds of header. */
export function headerIntact(bytes: Uint8Array): boolean {
  const end = bytes.length - 4;
  return viewOf(bytes).getUint32(end, true) === crc32(bytes.subarray(0, end));
}

/** Writes header, body and trailer of a frame at the start of `target`, which has room; returns the new chain hash. */
export function writeFrame(
  target: Uint8Array,
  header: FrameHeader,
  body: Uint8Array,
  chain: Uint8Array,
): Uint8Array {
  const view = viewOf(target);
  target.fill(0, 0, FRAME_HEADER_SIZE);
  target[0] = header.type;
  target[1] = header.dense ? 1 : 0;
  view.setUint32(4, body.length, true);
  view.setBigUint64(8, BigInt(header.seq), true);
  view.setBigUint64(16, BigInt(header.at), true);
  view.setUint32(24, header.count, true);
  view.setUint32(28, crc32(target.subarray(0, 28)), true);
  target.set(body, FRAME_HEADER_SIZE);
  const end = FRAME_HEADER_SIZE + body.length;
  view.setUint32(end, crc32(body), true);
  const next = link(chain, target.subarray(0, end));
  target.set(next, end + 4);
  return next;
}

/** Size in the file of a frame with a body of this length. */
export function frameSize(length: number): number {
  return FRAME_HEADER_SIZE + length + TRAILER_SIZE;
}

/** What a frame header says, and whether its reserved bytes are zero and its numbers possible. */
export function readFrameHeader(bytes: Uint8Array): FrameHeader & { readonly possible: boolean } {
  const view = viewOf(bytes);
  const seq = Number(view.getBigUint64(8, true));
  const at = Number(view.getBigUint64(16, true));
  const possible =
    (bytes[1] === 0 || bytes[1] === 1) &&
    bytes[2] === 0 &&
    bytes[3] === 0 &&
    Number.isSafeInteger(seq) &&
    Number.isSafeInteger(at);
  return {
    type: view.getUint8(0),
    dense: view.getUint8(1) === 1,
    length: view.getUint32(4, true),
    seq,
    at,
    count: view.getUint32(24, true),
    possible,
  };
}

/** The chain hash after a frame: of the chain hash before it, its header and its body. */
export function link(chain: Uint8Array, headerAndBody: Uint8Array): Uint8Array {
  return sha256(chain, headerAndBody);
}

/** Whether a body has the checksum that its trailer gives. */
export function bodyIntact(body: Uint8Array, trailer: Uint8Array): boolean {
  return viewOf(trailer).getUint32(0, true) === crc32(body);
}

export function allZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
