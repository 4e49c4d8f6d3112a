import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { eventsFor, eventsOf, failingOf, outcomeOf, progressOf } from '../../src/observe/streams.ts';
import { startSimulation } from '../../src/run/simulate.ts';
import type { LiveEvent, Progress } from '../../src/run/simulation.ts';
import { load, run } from '../support/scenarios.ts';

const FILE = 'scenarios/photon/tls-proxy.yaml';

describe('a log as a stream', () => {
  const { history } = run(FILE);

  test('every event in order, then the end', async () => {
    const events = await lastValueFrom(eventsOf(history).pipe(toArray()));
    expect(events.map(({ seq }) => seq)).toEqual(history.events.map(({ seq }) => seq));
  });

  test('failures with their names', async () => {
    const failing = await lastValueFrom(failingOf(history).pipe(toArray()));
    expect(new Set(failing.map(({ code }) => code))).toEqual(
      new Set(['tls.untrusted-issuer', 'time.exceeded']),
    );
  });

  test('one entity', async () => {
    const events = await lastValueFrom(eventsFor(history, 'cluster/mesos-1').pipe(toArray()));
    expect(events[0]?.kind).toBe('cluster.Requested');
  });
});

describe('a live run as a stream', () => {
  test('hears events and progress from the subscription on, and completes', () => {
    const simulation = startSimulation(load(FILE), { file: 'tls-proxy.yaml' });
    const asked = simulation.engine.count;
    const events: LiveEvent[] = [];
    const progress: Progress[] = [];
    const ends: string[] = [];
    eventsOf(simulation).subscribe({
      next: (event) => events.push(event),
      complete: () => ends.push('events'),
    });
    progressOf(simulation).subscribe({
      next: (step) => progress.push(step),
      complete: () => ends.push('progress'),
    });
    outcomeOf(simulation).subscribe(({ ending }) => ends.push(ending));
    while (simulation.advance(20) === undefined);
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: simulation.engine.count - asked }, (_, i) => asked + i),
    );
    expect(progress.length).toBeGreaterThan(3);
    expect(ends.sort()).toEqual(['events', 'progress', 'quiet']);
  });

  test('one that is over completes at once', () => {
    const simulation = startSimulation(load(FILE), { file: 'tls-proxy.yaml' });
    simulation.advance();
    const ends: string[] = [];
    eventsOf(simulation).subscribe({ complete: () => ends.push('events') });
    outcomeOf(simulation).subscribe(({ ending }) => ends.push(ending));
    expect(ends).toEqual(['events', 'quiet']);
  });

  test('being watched does not change the log', () => {
    const watched = startSimulation(load(FILE), { file: 'tls-proxy.yaml' });
    eventsOf(watched).subscribe();
    const plain = startSimulation(load(FILE), { file: 'tls-proxy.yaml' });
    expect(watched.advance()).toEqual(plain.advance());
  });
});
