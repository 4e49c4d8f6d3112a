/** Predicts a recorded pull from its set-up: the models run it, and what reached the registry's hosts is told. */
import { DAY, MILLISECOND, type Micros, SECOND } from '../../../base/units.ts';
import type { Engine } from '../../../kernel/engine.ts';
import type { AnyEvent } from '../../../kernel/model.ts';
import { PROFILES } from '../../../models/docker/profile.ts';
import { CONFIG } from '../../../models/docker/state.ts';
import type { CommandOf, EventNamed, KindName, ModelName } from '../../../models/index.ts';
import { makeEngine } from '../../../run/program.ts';
import { askRig, clientOf, MACHINE, trustOf } from './rig.ts';
import type { PullSetup } from './setup.ts';

/** A request as the recordings write it. */
export interface PredictedRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly blob?: string;
  readonly range?: string;
}

/** What is printed for a case. */
export interface PullPrediction {
  readonly ok: boolean;
  readonly message: string | null;
  readonly requests: readonly PredictedRequest[];
  readonly retryDelaysSeconds: readonly number[];
  readonly layerTransfers: number;
  /** Left out where it is a matter of which connection of several is free first. */
  readonly tlsConnectionsToOrigin?: number;
  readonly wallMs: number;
}

/** A pull that takes longer than any recorded one is over all the same. */
const PATIENCE: Micros = 600 * SECOND;
/** Waits shorter than this are not announced by any client, nor those for an image's configuration. */
const ANNOUNCED: Micros = SECOND;

interface Seen {
  readonly at: Micros;
  readonly kind: string;
  readonly name: string;
  readonly event: AnyEvent;
}

class Case {
  readonly #setup: PullSetup;
  readonly #engine: Engine;
  #seen: Seen[] = [];

  constructor(setup: PullSetup, seed: string) {
    this.#setup = setup;
    this.#engine = makeEngine({ seed, ties: 0, bounds: {} });
    const { world } = this.#engine;
    this.#engine.recorder = {
      append: (_kind, { at, entity }, _draws, event) => {
        const ref = world.entities[entity]?.ref ?? '';
        const slash = ref.indexOf('/');
        const kind = `${ref.slice(0, slash)}.${event.type}`;
        this.#seen.push({ at, kind, name: ref.slice(slash + 1), event: structuredClone(event) });
      },
    };
  }

  predict(): PullPrediction {
    const { image, imagesPresent } = this.#setup;
    const ask = this.#ask.bind(this);
    const { first, now } = trustOf(this.#setup);
    const { disturb } = askRig(this.#setup, ask);
    ask('trust', MACHINE, { type: 'fill', roots: first, facts: [] });
    ask('docker', MACHINE, { type: 'start', preloaded: [] });
    this.#engine.run(DAY);
    for (const present of imagesPresent) this.#pull(present);
    if (first !== now) {
      this.#pull(image);
      ask('trust', MACHINE, { type: 'fill', roots: now, facts: [] });
    }
    disturb();
    this.#seen = [];
    this.#pull(image);
    return this.#prediction();
  }

  #ask<M extends ModelName>(model: M, name: string, command: CommandOf<M>): void {
    const due = this.#engine.now;
    this.#engine.ask([
      { to: `${model}/${name}`, due, command: command as never, path: this.#setup.case, file: '', line: 0 },
    ]);
  }

  #pull(image: string): void {
    this.#ask('docker', MACHINE, { type: 'pull', image });
    this.#engine.run(this.#engine.now + PATIENCE);
  }

  #all<K extends KindName>(kind: K) {
    return this.#seen.filter((seen) => seen.kind === kind) as unknown as (Omit<Seen, 'event'> & {
      event: EventNamed<K>;
    })[];
  }

  #prediction(): PullPrediction {
    const failed = this.#all('docker.PullFailed').at(-1);
    const end = failed ?? this.#all('docker.Pulled').at(-1);
    const begin = this.#all('docker.PullStarted')[0];
    const requests = this.#requests();
    const connections = this.#connections();
    return {
      ok: end !== undefined && failed === undefined,
      message: failed?.event.words ?? null,
      requests,
      retryDelaysSeconds: this.#all('docker.Retrying')
        .filter(({ event }) => event.wait >= ANNOUNCED && event.digest !== CONFIG)
        .map(({ event }) => event.wait / SECOND),
      layerTransfers: requests.filter(
        ({ path, blob, status }) => path === 'data' && blob !== 'config' && status < 300,
      ).length,
      ...(connections === undefined ? {} : { tlsConnectionsToOrigin: connections }),
      wallMs: ((end?.at ?? 0) - (begin?.at ?? 0)) / MILLISECOND,
    };
  }

  #requests(): PredictedRequest[] {
    return this.#seen.flatMap(({ kind, name: host, event }): PredictedRequest[] => {
      switch (kind) {
        case 'registry.Served':
        case 'registry.Missing': {
          const { method, path } = event as unknown as EventNamed<'registry.Served'>;
          return [{ host, method, path, status: kind === 'registry.Served' ? 200 : 404 }];
        }
        case 'registry.Answered': {
          const { method, path, status, blob, from } = event as unknown as EventNamed<'registry.Answered'>;
          const named = blob === '' ? {} : { blob };
          return [{ host, method, path, status, ...named, ...(from > 0 ? { range: `bytes=${from}-` } : {}) }];
        }
        default:
          return [];
      }
    });
  }

  /** Sessions that a host saw open: those of clients that trusted it, and those of a proxy that reached and trusted it itself. */
  #connections(): number | undefined {
    const { keepsAlive } = PROFILES[clientOf(this.#setup)];
    if (keepsAlive && this.#all('docker.LayerStarted').length > 0) return undefined;
    const pages = [...this.#all('proxy.Answered'), ...this.#all('proxy.Missed')];
    const unopened = new Set(pages.map(({ event }) => event.host));
    const resigned = this.#all('proxy.Resigned').filter(({ event }) => !unopened.has(event.host));
    const inspected = new Set(this.#all('proxy.Resigned').map(({ event }) => event.host));
    const own = this.#all('docker.Connected').filter(({ event }) => !inspected.has(event.host));
    return resigned.length + own.length;
  }
}

/** Predicts one recorded pull. */
export const predictPull = (setup: PullSetup, seed = 'conformance'): PullPrediction =>
  new Case(setup, seed).predict();
