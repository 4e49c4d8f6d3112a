/** A knife and glue for logs: frames out of a log, frames made anew, and checksums made right again, by the functions of `src/log/frame.ts`. */
import { crc32 } from 'node:zlib';
import {
  END_FRAME,
  EVENTS_FRAME,
  FILE_HEADER_SIZE,
  FRAME_HEADER_SIZE,
  TRAILER_SIZE,
} from '../../../src/log/format.ts';
import {
  type FrameHeader,
  frameSize,
  link,
  readFileHeader,
  readFrameHeader,
  writeFrame,
} from '../../../src/log/frame.ts';

/** What reseal makes right: the checksums alone, so that only the chain can notice, or the chain too. */
export type Seal = 'checksums' | 'chain';

/** The file header of a sound log, then each of its frames. */
export function cut(bytes: Uint8Array): Uint8Array[] {
  const parts = [bytes.slice(0, FILE_HEADER_SIZE)];
  for (let at = FILE_HEADER_SIZE; at < bytes.length; at += parts.at(-1)!.length)
    parts.push(bytes.slice(at, at + frameSize(headerOf(bytes.subarray(at)).length)));
  return parts;
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Where each part begins, and where the last one ends. */
export function bordersOf(parts: readonly Uint8Array[]): number[] {
  const borders = [0];
  for (const part of parts) borders.push(borders.at(-1)! + part.length);
  return borders;
}

export function headerOf(frame: Uint8Array): FrameHeader {
  const { possible: _, ...header } = readFrameHeader(frame.subarray(0, FRAME_HEADER_SIZE));
  return header;
}

export function bodyOf(frame: Uint8Array): Uint8Array {
  return frame.slice(FRAME_HEADER_SIZE, frame.length - TRAILER_SIZE);
}

export function chainOf(frame: Uint8Array): Uint8Array {
  return frame.slice(frame.length - 32);
}

/** A frame with this header and body; what its header does not say is zero. Its chain is yet to be made right. */
export function frameOf(header: Partial<FrameHeader>, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(frameSize(body.length));
  const plain = { type: EVENTS_FRAME, seq: 0, at: 0, count: 0 };
  const whole = { ...plain, ...header, length: body.length } as FrameHeader;
  writeFrame(frame, whole, body, new Uint8Array(32));
  return frame;
}

/** The same frame with another body. */
export function withBody(frame: Uint8Array, body: Uint8Array): Uint8Array {
  return frameOf(headerOf(frame), body);
}

/** Makes the sums of all frames right again. The chain is left as it stands in them unless it is to be sealed too. */
export function reseal(parts: readonly Uint8Array[], seal: Seal = 'chain'): Uint8Array {
  const [header, ...frames] = parts.map((part) => part.slice());
  seat(header!, FILE_HEADER_SIZE - 4, crc32(header!.subarray(0, FILE_HEADER_SIZE - 4)));
  let chain = readFileHeader(header!).identity;
  for (const frame of frames) {
    const end = frame.length - TRAILER_SIZE;
    seat(frame, FRAME_HEADER_SIZE - 4, crc32(frame.subarray(0, FRAME_HEADER_SIZE - 4)));
    seat(frame, end, crc32(frame.subarray(FRAME_HEADER_SIZE, end)));
    if (seal === 'checksums') continue;
    chain = link(chain, frame.subarray(0, end));
    frame.set(chain, frame.length - 32);
  }
  return join([header!, ...frames]);
}

/** Frames renumbered so that each goes on where the one before ended; `spans` is the time that the events of each one take. */
export function renumber(frames: readonly Uint8Array[], spans: readonly number[]): Uint8Array[] {
  let seq = 0;
  let at = 0;
  return frames.map((frame, index) => {
    const header = headerOf(frame);
    const moved = frameOf({ ...header, seq, at }, bodyOf(frame));
    moved.set(chainOf(frame), moved.length - 32);
    seq += header.count;
    at += spans[index]!;
    return moved;
  });
}

/** The time between the event before each frame and its last event. */
export function spansOf(frames: readonly Uint8Array[]): number[] {
  return frames.map((frame, index) => {
    const next = frames[index + 1];
    const { at, type } = headerOf(frame);
    return next === undefined || type === END_FRAME ? 0 : headerOf(next).at - at;
  });
}

function seat(bytes: Uint8Array, offset: number, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset, value, true);
}
