/** Runs as streams: what happens in a live one, or what happened according to a log, for whoever thinks in rxjs. */
import { filter, from, map, Observable } from 'rxjs';
import type { Ref } from '../kernel/model.ts';
import { type History, kindOf } from '../run/history.ts';
import { type LiveEvent, type Outcome, type Progress, Simulation } from '../run/simulation.ts';

/** An event that is a failure or a refusal, with its name. */
export interface FailingEvent extends LiveEvent {
  readonly code: string;
}

/** A stream of what one kind of listener hears; it completes when the run ends. */
function heard<T>(simulation: Simulation, name: 'event' | 'progress'): Observable<T> {
  return new Observable<T>((subscriber) => {
    if (simulation.outcome !== undefined) {
      subscriber.complete();
      return;
    }
    const next = (value: unknown): void => subscriber.next(value as T);
    const end = (): void => subscriber.complete();
    simulation.on(name, next);
    simulation.on('end', end);
    return () => {
      simulation.off(name, next);
      simulation.off('end', end);
    };
  });
}

/**
 * Every event: of a log from its first, of a live run from the subscription on. Subscribing to a live run makes it announce its events,
 * which costs time.
 */
export function eventsOf(source: Simulation | History): Observable<LiveEvent> {
  if (source instanceof Simulation)
    return new Observable<LiveEvent>((subscriber) => {
      source.announce();
      return heard<LiveEvent>(source, 'event').subscribe(subscriber);
    });
  return from(source.events).pipe(
    map((recorded) => {
      const { seq, at, cause, event } = recorded;
      return { seq, at, cause, event, entity: recorded.entity as Ref, kind: kindOf(source, recorded) };
    }),
  );
}

/** Events that are failures or refusals. */
export function failingOf(source: Simulation | History): Observable<FailingEvent> {
  return eventsOf(source).pipe(
    map((event) => ({ ...event, code: event.event['why'] })),
    filter((event): event is FailingEvent => typeof event.code === 'string'),
  );
}

/** Events of one entity. */
export function eventsFor(source: Simulation | History, entity: string): Observable<LiveEvent> {
  return eventsOf(source).pipe(filter((event) => event.entity === entity));
}

/** How far a live run is, after each slice of it. */
export function progressOf(simulation: Simulation): Observable<Progress> {
  return heard<Progress>(simulation, 'progress');
}

/** What became of a run, once it is over. */
export function outcomeOf(simulation: Simulation): Observable<Outcome> {
  return new Observable<Outcome>((subscriber) => {
    const end = (outcome: Outcome): void => {
      subscriber.next(outcome);
      subscriber.complete();
    };
    if (simulation.outcome !== undefined) {
      end(simulation.outcome);
      return;
    }
    simulation.on('end', end);
    return () => void simulation.off('end', end);
  });
}
