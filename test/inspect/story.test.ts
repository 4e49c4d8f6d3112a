/** A long story is cut to what a person would tell: how it began, what went wrong, how it ended. */
import { describe, expect, it } from 'vitest';
import { type Line, shorten, tell } from '../../src/inspect/story.ts';
import { run } from '../support/scenarios.ts';

const line = (at: number, mark: Line['mark']): Line => ({
  at,
  until: at,
  names: ['x'],
  text: `${at}`,
  items: [],
  mark,
  seq: at,
  count: 1,
});

describe('a story', () => {
  it('keeps its beginning, its end and what went wrong when it is too long', () => {
    const lines = Array.from({ length: 100 }, (_, i) =>
      line(i, i === 50 ? 'bad' : i % 2 === 0 ? 'good' : ''),
    );
    const { lines: kept, left } = shorten(lines, 10);
    expect(kept.map(({ at }) => at)).toEqual([0, 1, 2, 4, 6, 8, 50, 97, 98, 99]);
    expect(left).toBe(90);
  });

  it('is whole when it is short', () => {
    const lines = [line(1, ''), line(2, 'good')];
    expect(shorten(lines)).toEqual({ lines, left: 0 });
  });

  it('tells alike things of one phase together, and counts what it does not tell', () => {
    const { history } = run('scenarios/photon/mesos-works.yaml');
    const { lines, untold } = tell(history);
    const powered = lines.find(({ text }) => text === 'powered on');
    expect(powered?.names).toEqual(['mesos-1-zookeeper-1', 'mesos-1-zookeeper-2', 'mesos-1-zookeeper-3']);
    expect(lines.reduce((sum, { count }) => sum + count, 0) + untold).toBe(history.events.length);
    expect(tell(history, 'quiet').lines).toHaveLength(history.events.length);
  });
});
