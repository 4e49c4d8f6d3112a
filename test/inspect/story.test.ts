/** A long story is cut to what a person would tell: how it began, what went wrong, how it ended. */
import { describe, expect, it } from 'vitest';
import { sayingIt } from '../../src/inspect/events.ts';
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

describe('a sentence that begins with a name', () => {
  it.each([
    ['lan', 'sees esx-1 on lan', 'sees esx-1 on it'],
    ['esx-1', 'esx-10 and esx-1-a, not esx-1.', 'esx-10 and esx-1-a, not it.'],
    ['vm-1', 'vm-1/x, x/vm-1 and vm-1', 'vm-1/x, x/vm-1 and it'],
    ['a', 'is a host of a rack', 'is a host of a rack'],
  ])('says "it" for %s where it is a word of its own', (name, sentence, said) =>
    expect(sayingIt(sentence, name)).toBe(said),
  );
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

  it('tells once what goes wrong for the same machines again and again, and how often', () => {
    const { history } = run('scenarios/dhcp/acks-lost.yaml');
    const lost = tell(history).lines.filter(({ text }) => text === 'loses an ACK for');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.names).toEqual(['plant~servers']);
    expect(lost[0]?.items).toHaveLength(10);
    expect(lost[0]?.count).toBeGreaterThan(100);
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
