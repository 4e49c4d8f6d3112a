import type { Engine, Replayed } from '../../../src/kernel/engine.ts';

/** Keeps what an engine tells its recorder, whoever that is. */
export function eavesdrop(engine: Engine): Replayed[] {
  const events: Replayed[] = [];
  let inner: Engine['recorder'];
  type Recorder = NonNullable<Engine['recorder']>;
  const tee: Recorder = {
    append(kind, at, id, cause, draws, event) {
      const entity = engine.world.entities[id]?.ref ?? '';
      events.push({ seq: events.length, at, cause, entity, kind, draws, event });
      inner?.append(kind, at, id, cause, draws, event);
    },
  };
  Object.defineProperty(engine, 'recorder', {
    get: () => tee,
    set(recorder: Engine['recorder']) {
      inner = recorder;
    },
  });
  return events;
}
