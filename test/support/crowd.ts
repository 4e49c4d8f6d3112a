/**
 * A small world that is hard on whoever goes on with its log: thousands of events share an instant, decisions make several events and draw,
 * timers replace each other, and the asks alone fill a frame.
 */
import { Engine } from '../../src/kernel/engine.ts';
import type { AnyModel, Model, Send } from '../../src/kernel/model.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import type { Sink } from '../../src/log/disk.ts';
import type { RunOptions } from '../../src/run/program.ts';
import type { Making } from '../../src/run/resume.ts';
import { Simulation } from '../../src/run/simulation.ts';

type CrowdCommand =
  | { readonly type: 'call'; readonly size: number; readonly talk: number }
  | { readonly type: 'join'; readonly round: number; readonly talk: number }
  | { readonly type: 'leave' };
type CrowdEvent =
  | {
      readonly type: 'Called';
      readonly round: number;
      readonly size: number;
      readonly talk: number;
      readonly wait: number;
    }
  | { readonly type: 'Came'; readonly round: number; readonly mood: string }
  | {
      readonly type: 'Spoke';
      readonly level: number;
      readonly to: readonly string[];
      readonly about: number;
      readonly words: string;
    }
  | { readonly type: 'Left' };

interface Member {
  round: number;
  spoken: number;
  last: number;
}

const MOODS = ['glad', 'cross', 'glum'] as const;

const crowd: Model<Member, CrowdCommand, CrowdEvent> = {
  name: 'crowd',
  events: {
    Called: { round: 'int', size: 'int', talk: 'int', wait: 'int' },
    Came: { round: 'int', mood: 'text' },
    Spoke: { level: 'real', to: 'texts', about: 'seq', words: 'text' },
    Left: {},
  },
  initial: () => ({ round: 0, spoken: 0, last: -1 }),
  decide(command, state, context) {
    switch (command.type) {
      case 'call': {
        const wait = 1 + Math.floor(context.draw('wait') * 2e6);
        return [{ type: 'Called', round: state.round + 1, size: command.size, talk: command.talk, wait }];
      }
      case 'join': {
        const mood = MOODS[Math.floor(context.draw('mood') * 3)] as string;
        const level = context.draw('level') - context.draw('level');
        const words = `${context.next}`.padStart(command.talk, 'la ');
        const to = [`crowd/m-${Math.floor(context.draw('mood') * 50)}`];
        return [
          { type: 'Came', round: command.round, mood: `${mood} ${command.round}` },
          { type: 'Spoke', level, to, about: state.last, words },
          { type: 'Spoke', level: -level, to: [], about: context.next, words },
        ];
      }
      case 'leave':
        return state.spoken === 0 ? [] : [{ type: 'Left' }];
    }
  },
  evolve(state, event, { seq }) {
    if (event.type === 'Called') state.round = event.round;
    if (event.type === 'Spoke') state.spoken += 1;
    if (event.type === 'Left') state.spoken = 0;
    state.last = seq;
  },
  react(event, state, { entity }): readonly Send[] {
    if (event.type === 'Called') return calling(event, entity);
    if (event.type !== 'Spoke') return [];
    // Only the timer that was set last is kept, and every third one is taken back.
    const after = state.spoken % 3 === 0 ? Number.POSITIVE_INFINITY : 1e6 * state.spoken;
    return [{ to: entity, after, command: { type: 'leave' }, key: 'leave' }];
  },
};

/** Members come in the order of their call: all at once, some of them for the first time. */
function calling(
  { round, size, talk, wait }: Extract<CrowdEvent, { type: 'Called' }>,
  entity: number,
): Send[] {
  const members = Array.from({ length: size }, (_, i) => ({
    to: `crowd/m-${(i * round) % (size + round)}` as const,
    after: 0,
    command: { type: 'join', round, talk },
  }));
  return [...members, { to: entity, after: wait, command: { type: 'call', size, talk }, key: 'call' }];
}

export const CROWD = crowd as unknown as AnyModel;

/** How large a crowd is: how many each call calls together, how many asks there are, and how long a speech is. */
export interface Size {
  readonly members: number;
  readonly asks: number;
  readonly talk: number;
  readonly until: number;
}

/** What is asked of a crowd: a call, and of many that they leave, some of them later. */
export function crowdAsks({ members, asks, talk }: Size): readonly Ask[] {
  const asking = (to: Ask['to'], command: Ask['command'], due: number, line: number): Ask => ({
    to,
    due,
    command,
    path: `do[${line}]`,
    file: 'crowd.yaml',
    line,
  });
  return [
    ...Array.from({ length: asks }, (_, i) =>
      asking(
        `crowd/m-${i % members}`,
        { type: i % 5 === 0 ? 'join' : 'leave', round: i, talk } as never,
        (i % 7) * 1e6,
        i,
      ),
    ),
    asking('crowd/caller', { type: 'call', size: members, talk } as never, 10, asks),
  ];
}

export function crowdOptions({ until }: Size, more: Partial<RunOptions> = {}): RunOptions {
  return {
    name: 'crowd',
    file: 'crowd.yaml',
    overlays: [],
    sets: [],
    seed: 'crowd',
    ties: 0,
    until,
    start: 0,
    bounds: {},
    ...more,
  };
}

/** What makes the events of a crowd. */
export function crowdMaking(size: Size): Making {
  return { engine: (options) => new Engine([CROWD], [], options), asks: () => crowdAsks(size) };
}

/** A crowd at instant 0, with everything asked. */
export function startCrowd(size: Size, sink: Sink): Simulation {
  const options = crowdOptions(size);
  const simulation = new Simulation(options, [], sink, new Engine([CROWD], [], options));
  simulation.engine.ask(crowdAsks(size));
  return simulation;
}
