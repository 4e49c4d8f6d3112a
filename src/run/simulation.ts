/**
 * One run under way: an engine, its log and who listens. It is advanced in slices, so that whoever drives it can show progress or stop; how
 * it is sliced changes nothing of what happens.
 */
import { EventEmitter } from 'eventemitter3';
import type { Ending, Engine } from '../kernel/engine.ts';
import type { AnyEvent, Ref } from '../kernel/model.ts';
import type { Sink } from '../log/disk.ts';
import { LogWriter } from '../log/writer.ts';
import type { Source } from '../scenario/layers.ts';
import { makeEngine, PROGRAM, type RunOptions } from './program.ts';

/** How far a run is. */
export interface Progress {
  /** Simulated instant and the last one wanted, in microseconds. */
  readonly at: number;
  readonly until: number;
  readonly events: number;
}

/** An event as listeners of a live run get it. */
export interface LiveEvent {
  readonly seq: number;
  readonly at: number;
  readonly cause: number;
  readonly entity: Ref;
  readonly kind: string;
  readonly event: AnyEvent;
}

/** What became of a run. `reason` is one sentence for people. */
export interface Outcome {
  readonly ending: 'quiet' | 'until' | 'bound' | 'interrupted';
  readonly reason: string;
  /** Simulated end, in microseconds. */
  readonly at: number;
  readonly events: number;
  readonly worldHash: string;
  readonly chain: string;
  readonly bytes: number;
}

interface Listeners {
  progress: (progress: Progress) => void;
  event: (event: LiveEvent) => void;
  end: (outcome: Outcome) => void;
}

const BOUND_WORDS = {
  eventsPerInstant: 'events at one instant',
  pending: 'pending commands',
  entities: 'entities',
  events: 'events',
} as const;

/** Whether a log that ends so is of a run that was stopped from outside, and can be gone on with. */
export const wasInterrupted = (end: { readonly reason: string } | undefined): boolean =>
  end?.reason.startsWith('interrupted:') === true;

/** One sentence that names the bound and the loop that hit it. */
export function sentenceOf(ending: Ending): string {
  switch (ending.reason) {
    case 'quiet':
      return 'nothing is left to happen';
    case 'until':
    case 'paused':
      return 'the end of the simulated time was reached';
    case 'bound':
      return `more than ${ending.limit} ${BOUND_WORDS[ending.bound]} (bound ${ending.bound}); what went round: ${ending.loop.join(' -> ')}`;
  }
}

export class Simulation extends EventEmitter<Listeners> {
  readonly engine: Engine;
  readonly options: RunOptions;
  readonly #writer: LogWriter;
  #outcome: Outcome | undefined;

  /** Starts a log in `sink` and an engine at instant 0 with nothing asked yet. */
  constructor(options: RunOptions, sources: readonly Source[], sink: Sink, engine = makeEngine(options)) {
    super();
    this.options = options;
    this.engine = engine;
    const { world, kinds } = this.engine;
    this.#writer = new LogWriter(
      sink,
      { program: PROGRAM, options: plain(options), sources, kinds },
      (id) => world.entities[id]?.ref ?? '',
    );
    this.engine.recorder = this.#writer;
  }

  /** What became of the run, once it is over. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** From now on `event` listeners are told of every event. */
  announce(): void {
    const { engine } = this;
    const writer = this.#writer;
    engine.recorder = {
      append: (kind, stamp, draws, event) => {
        writer.append(kind, stamp, draws, event);
        const { model, type } = engine.kinds[kind] as { model: string; type: string };
        const { seq, at, cause } = stamp;
        const entity = engine.world.entities[stamp.entity]?.ref as Ref;
        this.emit('event', { seq, at, cause, entity, kind: `${model}.${type}`, event });
      },
    };
  }

  /** Goes on for about `most` events. Returns the outcome when the run is over. */
  advance(most = Number.POSITIVE_INFINITY): Outcome | undefined {
    if (this.#outcome !== undefined) return this.#outcome;
    const ending = this.engine.run(this.options.until, most);
    this.emit('progress', { at: this.engine.now, until: this.options.until, events: this.engine.count });
    return ending.reason === 'paused' ? undefined : this.#end(ending.reason, sentenceOf(ending));
  }

  /** Ends the run where it is; what exists is a whole log. */
  interrupt(): Outcome {
    // Not between two events of one instant: the log then ends where a fork or a resumed run can go on.
    if (this.#outcome === undefined) this.engine.run(this.engine.now);
    return this.#outcome ?? this.#end('interrupted', 'the run was interrupted');
  }

  #end(ending: Outcome['ending'], reason: string): Outcome {
    const worldHash = this.engine.world.hash();
    const { events, bytes, chain } = this.#writer.end(`${ending}: ${reason}`, worldHash);
    this.#outcome = { ending, reason, at: this.engine.now, events, worldHash, chain, bytes };
    this.emit('end', this.#outcome);
    return this.#outcome;
  }
}

/** Options as plain data: a key without a value is left out. */
function plain(options: RunOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
