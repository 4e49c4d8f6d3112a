/** Logs that hold every kind of event of the program and every way of writing a field, in frames small enough to take apart. */
import type { Wire } from '../../../src/base/wire.ts';
import { allKinds } from '../../../src/kernel/engine.ts';
import type { AnyEvent, AnyModel, Stamp } from '../../../src/kernel/model.ts';
import { BatchWriter } from '../../../src/log/batch-writer.ts';
import { memorySink } from '../../../src/log/disk.ts';
import { packEnd } from '../../../src/log/end.ts';
import { END_FRAME, EVENTS_FRAME } from '../../../src/log/format.ts';
import type { Kind } from '../../../src/log/kinds.ts';
import type { Preface } from '../../../src/log/preface.ts';
import { LogWriter } from '../../../src/log/writer.ts';
import { MODELS } from '../../../src/models/index.ts';
import { type Given, given, KINDS as LAB } from '../../log/support.ts';
import { chainOf, cut, frameOf, join, reseal } from './parts.ts';

/** Every kind of the program, and those of the tests of the log, which use every wire. */
export const EVERY_KIND: readonly Kind[] = [
  ...allKinds(Object.values(MODELS) as unknown as AnyModel[]),
  ...LAB,
];

/** A preface as the program writes it, but for the seed. */
export function prefaceOf(seed: string, kinds: readonly Kind[] = EVERY_KIND): Preface {
  const options = { name: 'all', file: 'all.yaml', overlays: [], sets: [], seed, ties: 0 };
  return {
    program: 'premortem test',
    options: { ...options, until: 3_600_000_000, start: 0, bounds: {} },
    sources: [{ name: 'all.yaml', text: 'hosts: { esx-01: {} }\n' }],
    kinds,
  };
}

const WORDS = ['', 'corp-root', 'esx-01', 'größe', '10.20.0.11', 'e\u0301𝒳', 'refused'];

/** A value for a field, another for each event. */
function fieldValue(wire: Wire, seq: number, field: number): unknown {
  const n = (seq * 31 + field * 7) % 101;
  const earlier = (back: number) => Math.max(-1, seq - 1 - back);
  switch (wire) {
    case 'int':
      return n % 10 === 9 ? 2 ** 45 + n : n * (n % 2 === 0 ? 1 : -1000) || 0;
    case 'real':
      return (n - 50) / 7;
    case 'bool':
      return n % 3 === 0;
    case 'text':
      return n % 4 === 0 ? `text-${n}` : WORDS[n % WORDS.length];
    case 'ints':
      return Array.from({ length: n % 4 }, (_, i) => n * i - 50);
    case 'texts':
      return Array.from({ length: n % 3 }, (_, i) => WORDS[(n + i) % WORDS.length]);
    case 'seq':
      return earlier(n % 5);
    case 'seqs':
      return Array.from({ length: n % 3 }, (_, i) => earlier(i));
    case 'data':
      return { type: 'boot', list: [n, { deep: null }], half: n / 2, yes: n % 2 === 0 };
  }
}

function eventOf({ type, fields }: Kind, seq: number): AnyEvent {
  return {
    type,
    ...Object.fromEntries(fields.map(([name, wire], index) => [name, fieldValue(wire, seq, index)])),
  };
}

/** So many events of each kind, in turn. Causes are earlier events or none; some decisions draw. */
export function everyKind(rounds = 1, kinds: readonly Kind[] = EVERY_KIND): Given[] {
  return Array.from({ length: rounds * kinds.length }, (_, seq) => {
    const kind = seq % kinds.length;
    const { model } = kinds[kind]!;
    const cause = seq % 9 === 0 ? -1 : seq - 1 - (seq % Math.min(seq, 4));
    const entity = `${model}/one-${Math.floor(seq / kinds.length) % 3}`;
    const draws = seq % 11 === 5 ? 'delay*2 pick' : '';
    return given(kind, Math.floor(seq / 2) * 1500, entity, cause, eventOf(kinds[kind]!, seq), draws);
  });
}

const stampOf = ({ at, cause, entity }: Given, seq: number, names: readonly string[]): Stamp => ({
  seq,
  at,
  cause,
  entity: names.indexOf(entity),
});

/** A finished log of these events in frames of so many, which is less than the writer would put in one. */
export function inFrames(events: readonly Given[], preface: Preface, per: number): Uint8Array {
  const names = [...new Set(events.map(({ entity }) => entity))];
  const batch = new BatchWriter(preface.kinds, (entity) => names[entity]!);
  const sink = memorySink();
  new LogWriter(sink, preface, () => '');
  const parts = cut(sink.bytes());
  let at = 0;
  for (let first = 0; first < events.length; first += per) {
    const header = { type: EVENTS_FRAME, seq: first, at, count: Math.min(per, events.length - first) };
    for (const [index, one] of events.slice(first, first + per).entries()) {
      batch.add(one.kind, stampOf(one, first + index, names), one.draws, one.event);
      at = one.at;
    }
    parts.push(frameOf(header, batch.take()));
  }
  const chain = chainOf(cut(reseal(parts)).at(-1)!);
  const end = packEnd({ reason: 'nothing left', worldHash: 'cafe', events: events.length, chain });
  return reseal([...parts, frameOf({ type: END_FRAME, seq: events.length, at }, end)]);
}

/** The log that most tests here are about: every kind twice, in frames of thirty. */
export function everyKindLog(seed = 'one'): Uint8Array {
  return inFrames(everyKind(2), prefaceOf(seed), 30);
}

/** Logs of an eighth of the kinds each: read many thousand times, a table of all kinds and all events before a place take their time. */
export function eighthLogs(): Uint8Array[] {
  const size = Math.ceil(EVERY_KIND.length / 8);
  return Array.from({ length: 8 }, (_, eighth) => {
    const kinds = EVERY_KIND.slice(eighth * size, (eighth + 1) * size);
    return inFrames(everyKind(3, kinds), prefaceOf('one', kinds), 8);
  });
}

/** The same events as the writer writes them by itself. */
export function asWritten(events: readonly Given[], preface: Preface): Uint8Array {
  const names = [...new Set(events.map(({ entity }) => entity))];
  const sink = memorySink();
  const writer = new LogWriter(sink, preface, (entity) => names[entity]!);
  for (const [seq, one] of events.entries())
    writer.append(one.kind, stampOf(one, seq, names), one.draws, one.event);
  writer.end('nothing left', 'cafe');
  return join([sink.bytes()]);
}
