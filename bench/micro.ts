/** The parts that every event passes through, each by itself, with tinybench. Each task checks that its work was done. */
import { Bench } from 'tinybench';
import { assert } from '../src/base/assert.ts';
import { createCanon } from '../src/base/canon.ts';
import { exponential } from '../src/base/chance.ts';
import { nearest } from '../src/base/units.ts';
import { Agenda } from '../src/kernel/agenda.ts';
import { Stream } from '../src/kernel/random.ts';

/** One line of the table: a task and how often a second it runs. */
export interface Micro {
  readonly task: string;
  readonly per_s: number;
}

/** Measures every part; `pending` commands wait in the agenda. */
export async function measureParts(pending = 10_000): Promise<readonly Micro[]> {
  const agenda = new Agenda();
  const timers = new Agenda();
  const stream = new Stream('bench', 'hold/all/after');
  const state = new Map(
    Array.from({ length: 100 }, (_, i) => [`vm-${i}`, { address: i, roots: ['public-web'] }]),
  );
  let issued = 0;
  for (; issued < pending; issued += 1) agenda.add(issued, issued, 0, -1, undefined, null);
  const bench = new Bench({ time: 300, warmupTime: 100 });
  bench.add(`agenda: take one, add one (${pending} pending)`, () => {
    agenda.take(Number.POSITIVE_INFINITY);
    agenda.add(agenda.at + nearest(exponential(stream.draw(), 1e6)), issued, 0, -1, undefined, null);
    issued += 1;
  });
  bench.add('agenda: replace a keyed timer', () => {
    timers.add(issued, issued, 1, -1, 'timer', null);
    issued += 1;
  });
  bench.add('random: one draw of 53 bits', () => {
    assert(stream.draw() < 1, 'a draw is below 1');
  });
  bench.add('canon: hash a state of 100 machines', () => {
    const canon = createCanon();
    canon.add(state);
    assert(canon.hex().length === 64, 'a hash has 64 digits');
  });
  await bench.run();
  assert(
    agenda.size === pending && timers.size === 1,
    'as many commands wait as at the start, and the one timer',
  );
  return bench.tasks.map((task) => {
    const { result } = task;
    assert(result.state === 'completed', `${task.name} ran`);
    return { task: task.name, per_s: Math.round(result.throughput.mean) };
  });
}
