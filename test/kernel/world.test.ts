import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyModel } from '../../src/kernel/model.ts';
import { Stream } from '../../src/kernel/random.ts';
import { World } from '../../src/kernel/world.ts';

const model = (name: string): AnyModel => ({
  name,
  events: {},
  initial: () => ({}),
  decide: () => [],
  evolve: () => {},
  react: () => [],
});

const made = () => new World([model('vm'), model('node')], '7');

const born = (world: World) => {
  const entity = world.entity('vm/a');
  world.bear(entity);
  return entity;
};

describe('a world', () => {
  test('shows what was born, by model and name, in the order of first mention', () => {
    const world = made();
    for (const ref of ['vm/b', 'node/b', 'vm/a/1', 'vm/c'] as const) world.entity(ref);
    for (const ref of ['vm/a/1', 'vm/b'] as const) world.bear(world.entity(ref));
    expect([...world.each('vm')].map(([name]) => name)).toEqual(['b', 'a/1']);
    expect(world.state('vm', 'a/1')).toBe(world.stateOf('vm/a/1'));
    expect(world.state('vm', 'a/1')).toBeDefined();
    for (const name of ['c', 'd']) expect(world.state('vm', name)).toBeUndefined();
    expect(world.state('node', 'b')).toBeUndefined();
    expect(() => world.state('disk', 'b')).toThrow('there is no model disk');
  });

  test('has its streams where as many draws bring them, whether drawn, passed over or saved on the way', () => {
    const purpose = fc.constantFrom('boot', 'retry', 'poll');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('draw' as const), purpose }),
      fc.record({ kind: fc.constant('pass' as const), purpose, count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('save' as const) }),
    );
    const law = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let world = made();
      let entity = born(world);
      const plain = made();
      const drawn = born(plain);
      for (const step of steps) {
        if (step.kind === 'draw')
          expect(world.stream(entity, step.purpose).draw()).toBe(plain.stream(drawn, step.purpose).draw());
        else if (step.kind === 'pass') {
          world.passOver(entity, step.count === 1 ? step.purpose : `${step.purpose}*${step.count}`);
          for (let i = 0; i < step.count; i += 1) plain.stream(drawn, step.purpose).draw();
        } else {
          const saved = world.save();
          world = made();
          world.load(saved);
          entity = world.entity('vm/a');
        }
        expect(world.hash()).toBe(plain.hash());
      }
      expect(world.save()).toEqual(plain.save());
    });
    fc.assert(law, { numRuns: 300 });
  });

  test('draws of an entity, for a purpose, what the stream named after them draws', () => {
    const world = made();
    expect(world.stream(born(world), 'boot').draw()).toBe(new Stream('7', 'vm/a/boot').draw());
  });
});
