import type { Engine, Replayed } from '../../../src/kernel/engine.ts';

/** Keeps what an engine tells its recorder, whoever that is. */
export function eavesdrop(engine: Engine): Replayed[] {
  const events: Replayed[] = [];
  let inner: Engine['recorder'];
  type Recorder = NonNullable<Engine['recorder']>;
  const tee: Recorder = {
    append(kind, stamp, draws, event) {
      const { seq, at, cause } = stamp;
      const entity = engine.world.entities[stamp.entity]?.ref ?? '';
      events.push({ seq, at, cause, entity, kind, draws, event });
      inner?.append(kind, stamp, draws, event);
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
