/**
 * Logs that nobody wrote: real ones whose content was changed at random and whose checksums, chain, identity and end were then made right
 * again, so that only decoding stands between them and the program. A few are left with wrong sums, a few are no logs at all.
 */
import { deflateRawSync } from 'node:zlib';
import { pack, unpack } from '../../../src/log/codec.ts';
import { undense } from '../../../src/log/dense.ts';
import { packEnd, unpackEnd } from '../../../src/log/end.ts';
import { END_FRAME, PREFACE_BOUND, PREFACE_FRAME } from '../../../src/log/format.ts';
import { fileHeader } from '../../../src/log/frame.ts';
import { identityOf } from '../../../src/log/preface.ts';
import { bodyOf, chainOf, cut, frameOf, headerOf, join, reseal } from './parts.ts';

type Random = () => number;
/** One frame of a log under change: its header, its body, not dense, and the frame itself as long as nothing was changed. */
interface Leaf {
  readonly header: ReturnType<typeof headerOf>;
  readonly body: Uint8Array;
  readonly frame?: Uint8Array;
}

const upTo = (random: Random, n: number) => Math.floor(random() * n);
const pick = <T>(random: Random, items: readonly T[]): T => items[upTo(random, items.length)]!;

const bytes = (...values: number[]) => Uint8Array.from(values);
const bytesOf = (random: Random, length: number) => Uint8Array.from({ length }, () => upTo(random, 256));

/** Replaces `removed` bytes at a place by others. */
function splice(body: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return join([body.subarray(0, at), added, body.subarray(at + removed)]);
}

/** Bytes that mean much to a decoder: long numbers, lengths beyond any, types that plain data has no use for. */
const SIGNS: readonly Uint8Array[] = [
  bytes(0x80, 0),
  bytes(...Array(7).fill(0xff), 0x7f),
  bytes(...Array(12).fill(0xff), 0x01),
  bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
  bytes(0xdd, 0xff, 0xff, 0xff, 0xff),
  bytes(0xdd, 0x7f, 0xff, 0xff, 0xff),
  bytes(0xdc, 0xff, 0xff),
  bytes(0xdf, 0xff, 0xff, 0xff, 0xff),
  bytes(0xde, 0x00, 0x01),
  bytes(0xc6, 0xff, 0xff, 0xff, 0xff),
  bytes(0xc5, 0xff, 0xff),
  bytes(0xdb, 0xff, 0xff, 0xff, 0xff),
  bytes(0xd9, 0xff),
  bytes(0xc0),
  bytes(0xc1),
  bytes(0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0),
  bytes(0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  bytes(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0),
  bytes(0xd6, 0xff, 0x00, 0x00, 0x00, 0x00),
  bytes(0xc7, 0x0c, 0xff, ...Array(12).fill(0xff)),
  bytes(0xa3, 0xed, 0xa0, 0x80),
  bytes(0xa2, 0xc3, 0x28),
  bytes(0x81, 0xa9, ...Buffer.from('__proto__'), 0x80),
  // Extensions that msgpackr knows: records, bundles of strings, sets, errors, regular expressions, typed arrays, large integers, itself.
  ...[0x72, 0x62, 0x73, 0x65, 0x78, 0x74, 0x42, 0x69, 0x70, 0x53, 0x00].flatMap((type) => [
    bytes(0xd4, type, 0x40),
    bytes(0xd6, type, 0x00, 0x00, 0x00, 0x01),
    bytes(0xc7, 0x04, type, 0x92, 0x01, 0x02, 0x03),
    bytes(0xc9, 0xff, 0xff, 0xff, 0xff, type),
  ]),
];

/** Values that stand where another was expected. */
const ODD: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1.5,
  () => 2 ** 53,
  () => Number.NaN,
  () => '',
  () => '\ud800',
  () => '__proto__',
  () => 'x'.repeat(70_000),
  () => [],
  () => [[]],
  () => ({}),
  () => ({ type: 'boot', constructor: 1, toString: null }),
  () => new Date(0),
  () => 10n ** 15n,
  () => new Map([[1, 2]]),
  () => new Set([1]),
  (random) => bytesOf(random, upTo(random, 40)),
  (random) => pick(random, SIGNS),
  (random) => Array.from({ length: upTo(random, 1000) }, () => 0),
  (random) => Array.from({ length: upTo(random, 300) }, (_, i) => `t${i}`),
  (random) => nested(upTo(random, 60)),
  (random) => upTo(random, 300),
  (random) =>
    ['int', 'real', 'bool', 'text', 'ints', 'texts', 'seq', 'seqs', 'data', 'toString'][upTo(random, 10)],
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Changes one value somewhere in plain data. */
function changed(value: unknown, random: Random, depth = 0): unknown {
  if (value instanceof Uint8Array && random() < 0.8) return changedBytes(value, random);
  if (Array.isArray(value) && value.length > 0 && random() < 0.9 - depth * 0.05) {
    const at = upTo(random, value.length);
    const chance = random();
    if (chance < 0.08) return value.toSpliced(at, 1);
    if (chance < 0.16) return value.toSpliced(at, 0, value[upTo(random, value.length)]);
    return value.with(at, changed(value[at], random, depth + 1));
  }
  if (typeof value === 'number' && random() < 0.5) return value + upTo(random, 5) - 2;
  return pick(random, ODD)(random);
}

function changedBytes(body: Uint8Array, random: Random): Uint8Array {
  const at = upTo(random, body.length + 1);
  const span = 1 + upTo(random, 20);
  switch (upTo(random, 8)) {
    case 0:
    case 1:
      return splice(body, at, 1, bytesOf(random, 1));
    case 2:
      return splice(body, at, 0, bytesOf(random, span));
    case 3:
      return splice(body, at, span, bytes());
    case 4:
      return splice(body, at, 0, body.subarray(at, at + span));
    case 5:
      return splice(body, at, random() < 0.5 ? span : 0, pick(random, SIGNS));
    case 6:
      return splice(body, at, span, body.subarray(upTo(random, body.length + 1)).subarray(0, span));
    default:
      return body.subarray(0, at);
  }
}

/** Bodies that have nothing to do with the ones they replace. */
const BOMBS: readonly ((random: Random) => Uint8Array)[] = [
  () => bytes(),
  (random) => bytesOf(random, upTo(random, 2000)),
  (random) =>
    new Uint8Array(1 + upTo(random, 200_000)).fill(
      pick(random, [0x91, 0x81, 0x93, 0xdc, 0xdd, 0xc1, 0, 0xff]),
    ),
  (random) => join([pick(random, SIGNS), bytesOf(random, upTo(random, 100))]),
  (random) => pack([[], new Uint8Array(0), new Uint8Array(upTo(random, 100_000))]),
  (random) =>
    pack([Array.from({ length: upTo(random, 5000) }, (_, i) => `${i}`), bytes(1, 0), bytes(0, 0, 1, 0)]),
  (random) => Buffer.alloc(upTo(random, 100_000), bytes(0x81, 0xa1, 0x61, 0x91)),
  (random) => pack(Object.fromEntries(Array.from({ length: upTo(random, 1000) }, (_, i) => [`k${i}`, i]))),
];

/** Prefaces with a table of kinds as large as it may be, or larger. */
function largeTable(random: Random): Uint8Array {
  const fields = Array.from({ length: pick(random, [0, 64, 65]) }, (_, i) => [`f${i}`, 'ints']);
  const kinds = Array.from({ length: pick(random, [300, 4096, 4097]) }, (_, i) => [
    'lab',
    `K${i}`,
    1,
    fields,
  ]);
  return pack(['premortem fuzz', {}, [], kinds]);
}

/** What inflates to as much as may be and to more, deflated once. */
const DEFLATED = [100, 70_000, 1024 * 1024 + 1, PREFACE_BOUND + 1].flatMap((size) =>
  [0, 0x91].map((fill) => ({ size, deflated: deflateRawSync(Buffer.alloc(size, fill)) })),
);

/** Dense forms that inflate to more than they say, or to far more than there may be. */
function denseBomb(random: Random): Uint8Array {
  const { size, deflated } = pick(random, DEFLATED);
  const said = Buffer.alloc(4);
  said.writeUInt32LE(pick(random, [size, size - 1, size + 1, 0, 1, 1024 * 1024, 0xffff_ffff]));
  return join([said, deflated.subarray(0, random() < 0.8 ? deflated.length : upTo(random, deflated.length))]);
}

/** Changes one leaf; `others` are those of the same log. */
function changeLeaf(leaf: Leaf, random: Random, others: readonly Leaf[]): Leaf {
  const { header, body } = leaf;
  const chance = random();
  if (chance < 0.42) return { header, body: changedBytes(body, random) };
  if (chance < 0.8) return { header, body: repacked(body, random) };
  if (chance < 0.86) return { header, body: pick(random, BOMBS)(random) };
  if (chance < 0.861 && header.type === PREFACE_FRAME) return { header, body: largeTable(random) };
  if (chance < 0.92) return { header, body: pick(random, others).body };
  if (chance < 0.96)
    return {
      header: { ...header, count: pick(random, [0, 1, header.count + 1, 4096, 4097, 2 ** 32 - 1]) },
      body,
    };
  if (chance < 0.97) return { header: { ...header, type: upTo(random, 256) }, body };
  const numbers = [0, 1, header.seq + 1, Number.MAX_SAFE_INTEGER, 2 ** 53];
  return { header: { ...header, [pick(random, ['seq', 'at'])]: pick(random, numbers) }, body };
}

function repacked(body: Uint8Array, random: Random): Uint8Array {
  try {
    return pack(changed(unpack(body), random));
  } catch {
    return changedBytes(body, random);
  }
}

function leafOf(frame: Uint8Array): Leaf {
  const header = headerOf(frame);
  return { header, body: header.dense ? undense(bodyOf(frame), PREFACE_BOUND) : bodyOf(frame), frame };
}

/** A frame of a leaf: dense as it was, or not, or said to be. */
function frameOfLeaf({ header, body, frame }: Leaf, random: Random): Uint8Array {
  const chance = random();
  if (chance < 0.01) return frameOf({ ...header, dense: true }, denseBomb(random));
  if (chance < 0.02) return frameOf({ ...header, dense: !header.dense }, body);
  if (frame !== undefined && chance < 0.9) return frame;
  if (!header.dense) return frameOf(header, body);
  const smaller = denseOf(body);
  return frameOf(header, chance > 0.95 ? changedBytes(smaller, random) : smaller);
}

/** The dense form of a body, by a faster deflater than that of the program: any will do for its reader. */
function denseOf(body: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return join([length, deflateRawSync(body, { level: 1 })]);
}

/** The same log without dense frames. */
export function undensed(log: Uint8Array): Uint8Array {
  const [header, ...frames] = cut(log);
  const plain = frames.map(leafOf).map(({ header, body }) => frameOf({ ...header, dense: false }, body));
  return reseal([header!, ...rightEnd(header!, plain)]);
}

/** A log made up from a real one. */
export function mutated(base: Uint8Array, random: Random): Uint8Array {
  const leaves = cut(base).slice(1).map(leafOf);
  for (let n = 1 + upTo(random, 3); n > 0; n -= 1) {
    // The preface decides how all the rest is read, so it is changed as often as the rest together is not.
    const at = random() < 0.15 ? 0 : 1 + upTo(random, leaves.length - 1);
    leaves[at] = changeLeaf(leaves[at]!, random, leaves);
  }
  if (random() < 0.03) leaves.splice(upTo(random, leaves.length), 1);
  if (random() < 0.03) leaves.push(pick(random, leaves));
  const header = fileHeader(identityOf(leaves[0]?.body ?? bytes()));
  const frames = leaves.map((leaf) => frameOfLeaf(leaf, random));
  const log = reseal([header, ...(random() < 0.1 ? frames : rightEnd(header, frames))]);
  return random() < 0.05 ? changedBytes(log, random) : log;
}

/** Makes the end frame, when there is one, say how many events there are and what their chain is. */
function rightEnd(header: Uint8Array, frames: readonly Uint8Array[]): readonly Uint8Array[] {
  const last = frames.at(-1);
  if (last === undefined || headerOf(last).type !== END_FRAME) return frames;
  const before = frames.slice(0, -1);
  const events = before.reduce((sum, frame) => sum + headerOf(frame).count, 0);
  const chain = before.length === 0 ? identityOf(bytes()) : chainOf(reseal([header, ...before]));
  const { at } = headerOf(last);
  return [
    ...before,
    frameOf({ type: END_FRAME, seq: events, at }, packEnd({ ...saidBy(last), events, chain })),
  ];
}

/** What an end frame says besides what is made right, as long as it says something. */
function saidBy(frame: Uint8Array): { readonly reason: string; readonly worldHash: string } {
  try {
    const { reason, worldHash } = unpackEnd(leafOf(frame).body);
    return { reason: Buffer.from(reason).toString(), worldHash: Buffer.from(worldHash).toString() };
  } catch {
    return { reason: 'nothing left', worldHash: 'cafe' };
  }
}

/** No log: noise, with or without the first bytes of one. */
export function noise(base: Uint8Array, random: Random): Uint8Array {
  return join([base.subarray(0, upTo(random, 2) * upTo(random, 200)), bytesOf(random, upTo(random, 400))]);
}

/** The same log with one text of its preface replaced everywhere, by one as long: its identity is then another. */
export function withPrefaceText(log: Uint8Array, from: string, to: string): Uint8Array {
  const [, preface, ...frames] = cut(undensed(log));
  const body = Buffer.from(Buffer.from(bodyOf(preface!)).toString('latin1').replaceAll(from, to), 'latin1');
  const header = fileHeader(identityOf(body));
  return reseal([
    header,
    ...rightEnd(header, [frameOf({ ...headerOf(preface!), dense: false }, body), ...frames]),
  ]);
}
