/** Promise 9: what an older version wrote folds in this one, and what a newer one wrote is refused in a sentence. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/assert.ts';
import { MIB } from '../../src/base/units.ts';
import { Engine } from '../../src/kernel/engine.ts';
import { type AnyEvent, type AnyModel, type Model, NOTHING, type Upcast } from '../../src/kernel/model.ts';
import { memorySink } from '../../src/log/disk.ts';
import type { Kind } from '../../src/log/kinds.ts';
import type { Log, Recorded } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { CURRENT, type Table, tableOf, upToDate } from '../../src/run/upcast.ts';
import { anyEvent } from '../support/generated.ts';
import { opened, rewritten } from '../support/older.ts';
import { run } from '../support/scenarios.ts';
import { frozen, misfits } from '../support/spec.ts';
import { asking } from '../support/toys.ts';

type Ask = { readonly type: 'store'; readonly mb: number };
type Emptied = { readonly type: 'Emptied' };
type Stored1 = { readonly type: 'Stored'; readonly size_mb: number };
type Stored2 = { readonly type: 'Stored'; readonly bytes: number };
type Stored3 = { readonly type: 'Stored'; readonly bytes: number; readonly policy: 'thick' | 'thin' };

/** What every version does: stores, and is empty again after the third time. */
const disk = <S, E extends { readonly type: 'Stored' } | Emptied>(
  model: Pick<Model<S, Ask, E>, 'events' | 'versions' | 'upcasts' | 'initial' | 'decide' | 'evolve'>,
): AnyModel => ({ name: 'disk', react: () => NOTHING, ...model }) as unknown as AnyModel;

const first = disk<{ mb: number }, Stored1 | Emptied>({
  events: { Stored: { size_mb: 'int' }, Emptied: {} },
  initial: () => ({ mb: 0 }),
  decide: ({ mb }) => (mb === 0 ? [{ type: 'Emptied' }] : [{ type: 'Stored', size_mb: mb }]),
  evolve: (state, event) => {
    state.mb = event.type === 'Stored' ? state.mb + event.size_mb : 0;
  },
});

const inBytes: Upcast = ({ type, size_mb }) => ({ type, bytes: (size_mb as number) * MIB });
const withPolicy: Upcast = (old) => ({ ...old, policy: 'thick' });

const second = disk<{ bytes: number }, Stored2 | Emptied>({
  versions: { Stored: 2 },
  upcasts: { Stored: [inBytes] },
  events: { Stored: { bytes: 'int' }, Emptied: {} },
  initial: () => ({ bytes: 0 }),
  decide: ({ mb }) => (mb === 0 ? [{ type: 'Emptied' }] : [{ type: 'Stored', bytes: mb * MIB }]),
  evolve: (state, event) => {
    state.bytes = event.type === 'Stored' ? state.bytes + event.bytes : 0;
  },
});

/** The third program also has a model before this one, so that every number of a kind is another. */
const other = { ...first, name: 'tape' };
const third = disk<{ bytes: number; policies: string[] }, Stored3 | Emptied>({
  versions: { Stored: 3 },
  upcasts: { Stored: [inBytes, withPolicy] },
  events: { Stored: { bytes: 'int', policy: 'text' }, Emptied: {} },
  initial: () => ({ bytes: 0, policies: [] }),
  decide: ({ mb }) =>
    mb === 0 ? [{ type: 'Emptied' }] : [{ type: 'Stored', bytes: mb * MIB, policy: 'thin' }],
  evolve: (state, event) => {
    state.bytes = event.type === 'Stored' ? state.bytes + event.bytes : 0;
    if (event.type === 'Stored') state.policies.push(event.policy);
  },
});

const OPTIONS = {
  name: 'old',
  file: 'old.yaml',
  overlays: [],
  sets: [],
  seed: 'old',
  ties: 0,
  until: 1e6,
  start: 0,
  bounds: {},
};

/** The log that a program writes when it is asked to store these. */
function logOf(model: AnyModel, mbs: readonly number[]): Log {
  const engine = new Engine([model], [], { seed: 'old' });
  const sink = memorySink();
  const preface = { program: 'premortem 0.0.1', options: OPTIONS, sources: [], kinds: engine.kinds };
  const writer = new LogWriter(sink, preface, (id) => engine.world.entities[id]?.ref ?? '');
  engine.recorder = writer;
  engine.ask(mbs.map((mb, at) => asking(`disk/${at % 2}`, { type: 'store', mb } as never, at)));
  engine.run(1e6);
  writer.end('quiet: nothing is left to happen', engine.world.hash());
  return opened(sink.bytes());
}

/** The events of a log for a program, or why it refuses. */
function read(log: Log, table: Table): { readonly events: readonly Recorded[]; readonly refusal: string } {
  const current = upToDate(log, table);
  if (!current.ok) return { events: [], refusal: `${current.verdict.status}: ${current.verdict.message}` };
  const events = [...current.log.events()];
  expect([...current.log.frames()].flat()).toEqual(events);
  expect(current.log.preface.kinds).toBe(table.kinds);
  expect(current.log.verdict?.status).toBe('clean');
  expect(current.log.identity).toBe(log.identity);
  return { events, refusal: '' };
}

const kindIn = (table: Table, { kind }: Recorded): string =>
  `${table.kinds[kind]?.model}.${table.kinds[kind]?.type}`;
const stored = (table: Table, events: readonly Recorded[]): AnyEvent[] =>
  events.filter((each) => kindIn(table, each) === 'disk.Stored').map(({ event }) => event);

const now = tableOf([other, third]);

describe('a log of an older version', () => {
  test.each([
    ['two steps back', first],
    ['one step back', second],
  ])('folds to the state of this one: %s', (_, model) => {
    const log = logOf(model, [5, 7, 0, 1, 2]);
    const { events } = read(log, now);
    expect(stored(now, events)).toEqual(
      [5, 7, 1, 2].map((mb) => ({ type: 'Stored', bytes: mb * MIB, policy: 'thick' })),
    );
    const engine = new Engine([other, third], [], { seed: 'old' });
    for (const recorded of events) engine.replay(recorded);
    expect(engine.world.stateOf('disk/0')).toEqual({ bytes: 2 * MIB, policies: ['thick', 'thick'] });
    expect(engine.world.stateOf('disk/1')).toEqual({ bytes: 8 * MIB, policies: ['thick', 'thick'] });
    const raw = [...log.events()];
    expect(events.map(({ kind: _kind, event: _event, ...rest }) => rest)).toEqual(
      raw.map(({ kind: _kind, event: _event, ...rest }) => rest),
    );
  });

  test('is brought up by a chain: over the second version it comes to the same', () => {
    const middle = tableOf([second]);
    const once = upToDate(logOf(first, [5, 0, 9]), middle);
    if (!once.ok) throw new Error(once.verdict.message);
    const twice = upToDate(once.log, now);
    if (!twice.ok) throw new Error(twice.verdict.message);
    expect([...twice.log.events()]).toEqual(read(logOf(first, [5, 0, 9]), now).events);
  });

  test('may hold two versions of a kind', () => {
    const log = logOf(first, [5, 6]);
    const [kind] = log.preface.kinds.filter(({ type }) => type === 'Stored');
    const later: Kind = { ...(kind as Kind), version: 2, fields: [['bytes', 'int']] };
    const both: Log = Object.create(log, {
      preface: { value: { ...log.preface, kinds: [...log.preface.kinds, later] } },
      events: {
        value: () =>
          [...log.events()].map((each) =>
            each.seq === 3
              ? { ...each, kind: log.preface.kinds.length, event: { type: 'Stored', bytes: 1 } }
              : each,
          ),
      },
    });
    const current = upToDate(both, now);
    if (!current.ok) throw new Error(current.verdict.message);
    expect(stored(now, [...current.log.events()])).toEqual([
      { type: 'Stored', bytes: 5 * MIB, policy: 'thick' },
      { type: 'Stored', bytes: 1, policy: 'thick' },
    ]);
  });

  test('with other fields than that version had is noticed, not folded', () => {
    const forged = (event: AnyEvent, wire: Kind['fields'][number]) => {
      const log = logOf(first, [5]);
      const kinds = log.preface.kinds.map((kind) =>
        kind.type === 'Stored' ? { ...kind, fields: [wire] } : kind,
      );
      const sink = memorySink();
      const writer = new LogWriter(sink, { ...log.preface, kinds }, () => 'disk/0');
      const stores = kinds.findIndex(({ type }) => type === 'Stored');
      writer.append(stores, { seq: 0, at: 0, cause: -1, entity: 0 }, '', event);
      writer.end('', '');
      return opened(sink.bytes());
    };
    const bad: readonly Log[] = [
      forged({ type: 'Stored', size_mb: 'five' }, ['size_mb', 'text']),
      forged({ type: 'Stored', megabytes: 5 }, ['megabytes', 'int']),
      forged({ type: 'Stored', size_mb: 2 ** 52 }, ['size_mb', 'int']),
    ];
    for (const log of bad) {
      expect(() => read(log, now)).toThrow(Fault);
      expect(() => read(log, now)).toThrow('disk.Stored of version 1 in e0 gives no bytes for version 3');
    }
  });
});

describe('a step', () => {
  const steps: readonly [Upcast, Kind['fields'], Kind['fields']][] = [
    [inBytes, [['size_mb', 'int']], [['bytes', 'int']]],
    [
      withPolicy,
      [['bytes', 'int']],
      [
        ['bytes', 'int'],
        ['policy', 'text'],
      ],
    ],
  ];

  // fast-check prints the seed and the path of a failure; `fc.assert(..., { seed, path })` repeats it.
  test.each(steps)('is pure and total on events of its version: %o', (step, from, to) => {
    fc.assert(
      fc.property(anyEvent('Stored', from, 10), (old) => {
        const event = step(frozen(old));
        expect(step(old)).toEqual(event);
        expect(misfits({ Stored: Object.fromEntries(to) }, event)).toEqual([]);
      }),
    );
  });

  test('is missing or one too many: the program does not start', () => {
    for (const upcasts of [{}, { Stored: [inBytes] }, { Stored: [inBytes, withPolicy, withPolicy] }])
      expect(() => tableOf([{ ...third, upcasts }])).toThrow('disk.Stored version 3 has 2 upcasts');
    expect(() => tableOf([{ ...first, upcasts: { Emptied: [withPolicy] } }])).toThrow('has 0 upcasts');
  });
});

describe('an event of the present version', () => {
  test('is the same object when the tables agree, also when this program has more kinds behind them', () => {
    const log = logOf(third, [5, 0, 7]);
    const raw = [...log.events()];
    const again: Log = Object.create(log, {
      events: { value: () => raw.values() },
      frames: { value: () => [raw].values() },
    });
    for (const table of [tableOf([third]), tableOf([third, other])]) {
      const current = upToDate(again, table);
      if (!current.ok) throw new Error(current.verdict.message);
      for (const each of current.log.events()) expect(each).toBe(raw[each.seq]);
      expect([...current.log.frames()][0]).toBe(raw);
    }
    const moved = upToDate(again, now);
    if (!moved.ok) throw new Error(moved.verdict.message);
    for (const each of moved.log.events()) {
      expect(each.event).toBe(raw[each.seq]?.event);
      // The kinds of the kernel's own model kept their place, those of the disk moved behind those of the tape.
      expect(each === raw[each.seq]).toBe(each.entity === 'scenario/run');
    }
  });

  test('of a real run passes as it is', () => {
    const { log, history } = run('scenarios/photon/dhcp-off.yaml');
    expect(history.kinds).toBe(CURRENT.kinds);
    expect(history.events).toEqual([...opened(log).events()]);
  });
});

describe('refused in a sentence', () => {
  const having = (events: object): Table => tableOf([{ ...third, events } as AnyModel]);
  const cases: readonly [string, Table, string][] = [
    [
      'a newer version',
      tableOf([second]),
      'too-new: This log holds disk.Stored version 3, and this premortem knows version 2; use a newer premortem.',
    ],
    [
      'an unknown kind',
      having({ Stored: { bytes: 'int', policy: 'text' } }),
      'too-new: This log holds disk.Emptied version 1, which this premortem does not know; use a newer premortem.',
    ],
    [
      'an unknown model',
      tableOf([other]),
      'too-new: This log holds disk.Stored version 3, which this premortem does not know; use a newer premortem.',
    ],
    [
      'a field of another way of writing',
      having({ Stored: { bytes: 'real', policy: 'text' }, Emptied: {} }),
      'corrupt: This log holds disk.Stored version 3 with bytes as int for field 1, where that version has bytes as real; no released premortem wrote it.',
    ],
    [
      'a field too many',
      having({ Stored: { bytes: 'int' }, Emptied: {} }),
      'corrupt: This log holds disk.Stored version 3 with policy as text for field 2, where that version has nothing; no released premortem wrote it.',
    ],
    [
      'fields in another order',
      having({ Stored: { policy: 'text', bytes: 'int' }, Emptied: {} }),
      'corrupt: This log holds disk.Stored version 3 with bytes as int for field 1, where that version has policy as text; no released premortem wrote it.',
    ],
  ];
  test.each(cases)('%s', (_, table, sentence) => {
    expect(read(logOf(third, []), table).refusal).toBe(sentence);
  });
});

test('the order of kinds in a log is its own', () => {
  const { log, history } = run('scenarios/photon/dhcp-off.yaml');
  const turned = rewritten(log, { kinds: (kinds) => kinds.toReversed() });
  const { events, refusal } = read(opened(turned), CURRENT);
  expect(refusal).toBe('');
  expect(events).toEqual(history.events);
});
