/** Small logs for the tests, and a knife for cutting them into frames that does not use the code under test. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AnyEvent } from '../../src/kernel/model.ts';
import { memorySink, memorySource, type Sink } from '../../src/log/disk.ts';
import type { Kind } from '../../src/log/kinds.ts';
import type { Preface } from '../../src/log/preface.ts';
import { inspectLog, openLog, type Recorded, type Verdict } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';

/** One kind per wire, one with all of them, one with none. */
export const KINDS: readonly Kind[] = [
  { model: 'lab', type: 'Started', version: 1, fields: [] },
  { model: 'lab', type: 'Counted', version: 1, fields: [['amount', 'int']] },
  {
    model: 'lab',
    type: 'Measured',
    version: 2,
    fields: [
      ['amount', 'int'],
      ['level', 'real'],
      ['good', 'bool'],
      ['label', 'text'],
      ['sizes', 'ints'],
      ['labels', 'texts'],
      ['fact', 'seq'],
      ['facts', 'seqs'],
      ['more', 'data'],
    ],
  },
];

export const PREFACE: Preface = {
  program: 'premortem test',
  options: { seed: 7, ties: null, until: 3_600_000_000 },
  sources: [{ name: 'lab.yaml', text: 'name: lab\n' }],
  kinds: KINDS,
};

/** An event and its envelope, as a test gives it to a writer and expects it back from a reader. */
export type Given = Omit<Recorded, 'seq'>;

export function given(
  kind: number,
  at: number,
  entity: string,
  cause: number,
  event: AnyEvent,
  draws = '',
): Given {
  return { kind, at, entity, cause, draws, event };
}

/** Writes events to a sink, naming entities in order of first mention. */
export function writeTo(sink: Sink, events: readonly Given[], preface: Preface = PREFACE): LogWriter {
  const names: string[] = [];
  const writer = new LogWriter(sink, preface, (entity) => names[entity]!);
  for (const { kind, at, entity, cause, draws, event } of events) {
    if (!names.includes(entity)) names.push(entity);
    writer.append(kind, { seq: writer.count, at, cause, entity: names.indexOf(entity) }, draws, event);
  }
  return writer;
}

/** The bytes of a finished log of these events. */
export function logOf(events: readonly Given[], preface: Preface = PREFACE): Uint8Array {
  const sink = memorySink();
  writeTo(sink, events, preface).end('nothing left', 'cafe');
  return sink.bytes();
}

/** Ten events of all wires. */
export function smallStory(): readonly Given[] {
  const events = [given(0, 0, 'lab/one', -1, { type: 'Started' })];
  for (let seq = 1; seq < 10; seq += 1) events.push(seq % 2 === 0 ? counted(seq) : measured(seq));
  return events;
}

/** Enough small events for several frames. */
export function longStory(count: number, step = 1000): readonly Given[] {
  return Array.from({ length: count }, (_, seq) => counted(seq, step));
}

function counted(seq: number, step = 1000): Given {
  return given(1, seq * step, `lab/${seq % 3}`, seq - 1, { type: 'Counted', amount: seq * seq });
}

function measured(seq: number): Given {
  return given(
    2,
    seq * 1000,
    'lab/two',
    seq - 1,
    {
      type: 'Measured',
      amount: -seq * 1e6,
      level: seq / 3,
      good: seq % 3 === 0,
      label: `label ${seq}`,
      sizes: [seq, -seq, 2 ** 40],
      labels: ['', 'ünï𝒳', `label ${seq - 1}`],
      fact: seq - 1,
      facts: [-1, 0],
      more: { ask: 'boot', list: [1, { deep: null }], half: 0.5, yes: true },
    },
    seq % 4 === 1 ? 'delay:1' : '',
  );
}

/** Everything that reading some bytes yields. */
export function readAll(bytes: Uint8Array): { events: readonly Recorded[]; verdict: Verdict } {
  const opened = openLog(memorySource(bytes));
  if (!opened.ok) return { events: [], verdict: opened.verdict };
  const events = [...opened.log.events()];
  return { events, verdict: opened.log.verdict! };
}

export function inspect(bytes: Uint8Array): Verdict {
  return inspectLog(memorySource(bytes));
}

/** The file header and the frames of a sound log. */
export function cut(bytes: Uint8Array): Uint8Array[] {
  const parts = [bytes.slice(0, 64)];
  for (let at = 64; at < bytes.length; ) {
    const size = 32 + new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(4, true) + 36;
    parts.push(bytes.slice(at, at + size));
    at += size;
  }
  return parts;
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A frame of any content with right checksums: what a program other than ours might write. */
export function forge(type: number, seq: number, at: number, count: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(32 + body.length + 36);
  const view = new DataView(frame.buffer);
  view.setUint8(0, type);
  view.setUint32(4, body.length, true);
  view.setBigUint64(8, BigInt(seq), true);
  view.setBigUint64(16, BigInt(at), true);
  view.setUint32(24, count, true);
  frame.set(body, 32);
  return frame;
}

/** Makes all checksums and hashes of frames right again, whatever was done to their content. */
export function reseal(parts: readonly Uint8Array[]): Uint8Array {
  const [header, ...frames] = parts.map((part) => part.slice());
  let chain: Uint8Array = header!.subarray(16, 48);
  for (const frame of frames) {
    const view = new DataView(frame.buffer);
    const end = frame.length - 36;
    view.setUint32(28, crc32(frame.subarray(0, 28)), true);
    view.setUint32(end, crc32(frame.subarray(32, end)), true);
    chain = createHash('sha256').update(chain).update(frame.subarray(0, end)).digest();
    frame.set(chain, end + 4);
  }
  return join([header!, ...frames]);
}

/** A copy with one bit turned. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
