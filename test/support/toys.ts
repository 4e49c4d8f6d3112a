/** Models small enough to see through, for the tests of the engine. */
import type { AnyModel, Model, Send } from '../../src/kernel/model.ts';
import type { Ask } from '../../src/kernel/roots.ts';

/** Asks a toy for something. */
export const asking = (to: Ask['to'], command: Ask['command'], due = 0): Ask => ({
  to,
  due,
  command,
  path: `do.${to}`,
  file: 'toys.yaml',
  line: 1,
});

type EchoCommand = { readonly type: 'hear' | 'mumble' | 'nothing'; readonly after?: number };
type EchoEvent = { readonly type: 'Heard' | 'Mumbled' };

/** Answers `partner` at once, for ever; counts. `hear` decides one event, `mumble` two of a kind and then one. */
export function echo(name: string, partner: `${string}/${string}`): AnyModel {
  const model: Model<{ heard: number }, EchoCommand, EchoEvent> = {
    name,
    events: { Heard: {}, Mumbled: {} },
    initial: () => ({ heard: 0 }),
    decide(command) {
      if (command.type === 'nothing') return [];
      return command.type === 'hear'
        ? [{ type: 'Heard' }]
        : [{ type: 'Mumbled' }, { type: 'Mumbled' }, { type: 'Heard' }];
    },
    evolve(state) {
      state.heard += 1;
    },
    react: (event) => (event.type === 'Heard' ? [{ to: partner, after: 0, command: { type: 'hear' } }] : []),
  };
  return model as unknown as AnyModel;
}

type WalkCommand =
  | { readonly type: 'start'; readonly steps: number }
  | { readonly type: 'step' | 'stop' | 'idle' | 'draw-for-nothing' }
  | { readonly type: 'spread'; readonly count: number; readonly wait: number };
type WalkEvent =
  | { readonly type: 'Started'; readonly steps: number }
  | { readonly type: 'Stepped'; readonly by: number; readonly turn: number; readonly wait: number }
  | { readonly type: 'Stopped' }
  | { readonly type: 'Spread'; readonly count: number; readonly wait: number };

interface Walk {
  left: number;
  place: number;
}

/** Walks at random: each step draws twice for its length and once for its turn, and waits a drawn time under a keyed timer. */
const walk: Model<Walk, WalkCommand, WalkEvent> = {
  name: 'walk',
  events: {
    Started: { steps: 'int' },
    Stepped: { by: 'int', turn: 'int', wait: 'int' },
    Stopped: {},
    Spread: { count: 'int', wait: 'int' },
  },
  initial: () => ({ left: 0, place: 0 }),
  decide(command, state, context) {
    switch (command.type) {
      case 'start':
        return [{ type: 'Started', steps: command.steps }];
      case 'step': {
        if (state.left === 0) return [];
        const by = Math.floor(context.draw('by') * 10) - Math.floor(context.draw('by') * 10);
        const turn = Math.floor(context.draw('turn') * 4);
        return [{ type: 'Stepped', by, turn, wait: Math.floor(context.draw('by') * 5) }];
      }
      case 'stop':
        return [{ type: 'Stopped' }];
      case 'spread':
        return [{ type: 'Spread', count: command.count, wait: command.wait }];
      case 'idle':
        return [];
      case 'draw-for-nothing':
        context.draw('by');
        return [];
    }
  },
  evolve(state, event) {
    if (event.type === 'Started') state.left = event.steps;
    if (event.type === 'Stepped') {
      state.left -= 1;
      state.place += event.by;
    }
    if (event.type === 'Stopped') state.left = 0;
  },
  react(event, state, { entity }): readonly Send[] {
    switch (event.type) {
      case 'Started':
        return [{ to: entity, after: 1, command: { type: 'step' }, key: 'step' }];
      case 'Stepped':
        return state.left === 0
          ? []
          : [
              { to: entity, after: event.wait, command: { type: 'step' }, key: 'step' },
              { to: entity, after: event.wait + 1, command: { type: 'idle' } },
              { to: `walk/${event.turn}`, after: event.turn, command: { type: 'idle' } },
            ];
      case 'Stopped':
        return [{ to: entity, after: Number.POSITIVE_INFINITY, command: { type: 'step' }, key: 'step' }];
      case 'Spread':
        return Array.from({ length: event.count }, (_, i) => ({
          to: `walk/spread-${i}` as const,
          after: event.wait,
          command: { type: 'stop' },
        }));
    }
  },
};

export const WALK = walk as unknown as AnyModel;
