/** A long log is read from its middle, by an index that is made when it is first wanted; what is printed is what it would be without. */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { busyFiles } from '../../bench/mix.ts';
import { plainState } from '../../src/cli/states.ts';
import { start } from '../../src/index.ts';
import { fileSink, fileSource } from '../../src/log/disk.ts';
import { engineAt, type History, readHistory } from '../../src/run/history.ts';
import { premortem } from './premortem.ts';

const folder = mkdtempSync(join(tmpdir(), 'premortem-long-'));
const LOG = join(folder, 'busy.pmlog');
const INDEX = `${LOG}.idx`;
let history: History;

beforeAll(() => {
  const sink = fileSink(LOG);
  const started = start({ file: 'busy.yaml', files: busyFiles(125_000) }, { sink });
  if (!started.ok) throw new Error(JSON.stringify(started.issues));
  started.simulation.advance();
  sink.close();
  const source = fileSource(LOG);
  const read = readHistory(source);
  source.close();
  if (!read.ok) throw new Error(read.verdict.message);
  history = read.history;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

const worldAt = (at: number) =>
  JSON.parse(
    JSON.stringify(
      engineAt(history, at)
        .world.entities.filter(({ born, ref }) => born && ref !== 'scenario/run')
        .map(({ ref, state }) => [ref, plainState(state)]),
    ),
  ).sort();

describe('a long log', () => {
  test('is long enough to be worth an index', () => {
    expect(statSync(LOG).size).toBeGreaterThan(2 * 1024 * 1024);
  });

  test.each(['10h', '16h40m', 'e99999'])('shows the world at %s', async (when) => {
    const { exit, out } = await premortem(folder, ['show', LOG, '--at', when, '--json']);
    expect(exit).toBe(0);
    const { at, entities } = JSON.parse(out) as {
      at: number;
      entities: { entity: string; state: unknown }[];
    };
    expect(entities.map(({ entity, state }) => [entity, state]).sort()).toEqual(worldAt(at));
    expect(existsSync(INDEX)).toBe(true);
  });

  test('says once that it makes an index, and uses it from then on', async () => {
    rmSync(INDEX, { force: true });
    const first = await premortem(folder, ['events', LOG, '--since', '20h', '--limit', '5']);
    expect(first.err).toContain('an index of');
    const before = readFileSync(INDEX);
    const again = await premortem(folder, ['events', LOG, '--since', '20h', '--limit', '5']);
    expect(again).toEqual({ ...first, err: '' });
    expect(readFileSync(INDEX).equals(before)).toBe(true);
  });

  test('prints the same events with an index, with none, and with a spoiled one', async () => {
    const expected = history.events.filter(({ at }) => at >= 72_000_000_000).slice(0, 300);
    for (const spoil of [
      () => {},
      () => rmSync(INDEX),
      () => truncateSync(INDEX, 999),
      () => writeFileSync(INDEX, 'no index'),
    ]) {
      spoil();
      const { out } = await premortem(folder, ['events', LOG, '--since', '20h', '--limit', '300', '--json']);
      const seqs = out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { seq: number }).seq);
      expect(seqs).toEqual(expected.map(({ seq }) => seq));
    }
  });

  test('is asked as a whole for what lies beyond its end, and is needed, index or not', async () => {
    const { exit, err } = await premortem(folder, ['show', LOG, '--at', '9999h', '--json']);
    expect([exit, err]).toEqual([0, expect.stringContaining('nothing is known after that')]);
    expect((await premortem(folder, ['show', join(folder, 'gone.pmlog'), '--at', '1h'])).exit).toBe(2);
  });

  test('that is damaged is refused, index or not', async () => {
    await premortem(folder, ['show', LOG, '--at', '10h']);
    const bytes = readFileSync(LOG);
    const hurt = join(folder, 'hurt.pmlog');
    bytes[1_000_000]! ^= 1;
    writeFileSync(hurt, bytes);
    const { exit, err } = await premortem(folder, ['show', hurt, '--at', '10h']);
    expect(exit).toBe(4);
    expect(err).toContain('damaged');
  });
});
