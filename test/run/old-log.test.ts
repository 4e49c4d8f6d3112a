/**
 * Promise 9 through every verb: here the program's datastores are two versions on, as if `Declared` had changed twice, and the log of a real
 * run is rewritten as the first version would have written it, its kinds in another order.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { AnyEvent, Upcast } from '../../src/kernel/model.ts';
import type { Kind } from '../../src/log/kinds.ts';
import { logOf, premortem, type Result, workshop } from '../cli/premortem.ts';
import { opened, type Rewriting, rewritten } from '../support/older.ts';
import { run } from '../support/scenarios.ts';

vi.mock('../../src/models/index.ts', async (original) => {
  const { MODELS } = await original<typeof import('../../src/models/index.ts')>();
  const named: Upcast = ({ size, ...rest }) => ({ ...rest, capacity: size });
  const listed: Upcast = (old) => ({ ...old, hosts: (old['hosts'] as string).split(' ') });
  const later = { ...MODELS.datastore, versions: { Declared: 3 }, upcasts: { Declared: [named, listed] } };
  return { MODELS: { ...MODELS, datastore: later } };
});

const isDeclared = ({ model, type }: Kind): boolean => model === 'datastore' && type === 'Declared';
const changing = (change: (kind: Kind) => Kind | readonly Kind[], which = isDeclared) => ({
  kinds: (kinds: readonly Kind[]) => kinds.flatMap((kind) => (which(kind) ? change(kind) : kind)),
});

const VERSION_1: Kind['fields'] = [
  ['size', 'int'],
  ['write', 'int'],
  ['hosts', 'text'],
];
const older: Rewriting = {
  program: 'premortem 0.0.9',
  kinds: (kinds) =>
    changing((kind) => ({ ...kind, version: 1, fields: VERSION_1 }))
      .kinds(kinds)
      .toReversed(),
  event: (event, kind): AnyEvent => {
    if (kind !== 'datastore.Declared') return event;
    const { capacity, write, hosts } = event;
    return { type: 'Declared', size: capacity, write, hosts: (hosts as readonly string[]).join(' ') };
  },
};

const now = run('scenarios/photon/dhcp-off.yaml');
const old = rewritten(now.log, older);
let folder: string;
let present: string;
const call = (...args: string[]): Promise<Result> => premortem(folder, args);

beforeAll(async () => {
  folder = workshop();
  await call('run', 'dhcp-off.yaml', '-q');
  present = logOf(folder, 'dhcp-off-');
  writeFileSync(join(folder, 'old.pmlog'), old);
});

test('the old log is another file of the same run', () => {
  const [before, after] = [opened(old), opened(now.log)];
  expect(before.preface.kinds.findIndex(isDeclared)).not.toBe(after.preface.kinds.findIndex(isDeclared));
  const declared = (log: typeof before) =>
    [...log.events()].filter(({ entity, event }) => /^datastore/.test(entity) && event.type === 'Declared');
  expect(declared(before)).toHaveLength(declared(after).length);
  for (const { event } of declared(before))
    expect(Object.keys(event)).toEqual(['type', 'size', 'write', 'hosts']);
});

describe('an old log', () => {
  test.each([
    ['events'],
    ['events', '--json'],
    ['events', '--follow'],
    ['events', '--kind', 'datastore.Declared'],
    ['show'],
    ['show', '--at', '7m', '--json'],
    ['why'],
    ['why', 'e200', '--all'],
  ])('reads as a log of this program does: %s %s %s', async (verb, ...rest) => {
    const [ours, theirs] = [await call(verb, present, ...rest), await call(verb, 'old.pmlog', ...rest)];
    expect(theirs.exit).toBe(0);
    expect(theirs.out).toBe(ours.out.replaceAll(present, 'old.pmlog'));
    expect(theirs.out.length).toBeGreaterThan(50);
  });

  test('is proved in all three ways', async () => {
    const { exit, out } = await call('verify', 'old.pmlog');
    expect(out.match(/^✓/gm)).toHaveLength(3);
    expect(exit).toBe(0);
  });

  test('compares equal, and can be forked', async () => {
    expect((await call('diff', present, 'old.pmlog')).exit).toBe(0);
    const { out } = await call('fork', 'old.pmlog', '--at', '7m', '--out', 'forks', '--json');
    const { log } = (JSON.parse(out) as { run: { log: string } }).run;
    expect((await call('verify', log)).exit).toBe(0);
    expect((await call('diff', present, log)).exit).toBe(0);
  });

  test('that folds to another world is not proved, and what may be behind it is said', async () => {
    const other = rewritten(old, { event: (event) => ('size' in event ? { ...event, size: 1 } : event) });
    writeFileSync(join(folder, 'other-state.pmlog'), other);
    const { exit, out } = await call('verify', 'other-state.pmlog');
    expect(exit).toBe(6);
    expect(out).toContain('made by premortem 0.0.9, whose states may rightly have had other parts');
  });
});

describe('a log that this program must not read is refused by every verb', () => {
  const newer = (kind: Kind): Kind => ({ ...kind, version: 4 });
  const added = (kind: Kind): Kind[] => [kind, { ...kind, type: 'Mirrored' }];
  const widened = (kind: Kind): Kind => ({ ...kind, fields: [...kind.fields, ['size', 'int']] });
  const cases: readonly [string, string, Uint8Array][] = [
    [
      'newer',
      'This log holds datastore.Declared version 4, and this premortem knows version 3; use a newer premortem.',
      rewritten(now.log, changing(newer)),
    ],
    [
      'unknown',
      'This log holds datastore.Mirrored version 3, which this premortem does not know; use a newer premortem.',
      rewritten(now.log, changing(added)),
    ],
    [
      'fields',
      'This log holds datastore.Declared version 3 with size as int for field 4, where that version has nothing; no released premortem wrote it.',
      rewritten(now.log, { ...changing(widened), event: (event) => ({ ...event, size: 1 }) }),
    ],
    [
      'forged',
      'its events do not fold with this premortem: datastore.Declared of version 1 in e',
      rewritten(old, {
        kinds: changing((kind) => ({ ...kind, fields: [['hosts', 'text']] })).kinds,
      }),
    ],
  ];
  test.each(cases)('%s', async (name, sentence, bytes) => {
    const file = `${name}.pmlog`;
    writeFileSync(join(folder, file), bytes);
    for (const args of [
      ['events', file],
      ['events', file, '--follow'],
      ['show', file],
      ['why', file],
      ['verify', file],
      ['fork', file, '--at', '7m'],
      ['diff', file, present],
      ['diff', present, file],
    ]) {
      const { exit, out, err } = await call(...args);
      expect([args, exit]).toEqual([args, 4]);
      expect((out + err).replaceAll(/\s+/g, ' ')).toContain(sentence);
    }
    expect((await call('repair', file)).out).toContain('Nothing to repair');
  });
});
