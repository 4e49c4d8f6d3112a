/**
 * Goes on with a run that was stopped, so that its log becomes what it would have been. What the log holds before its last instant is
 * folded, that instant is decided anew and compared, since any part of it may be missing, and then the run simply goes on. All of it is
 * written again by an ordinary writer, but to a sink that only compares as long as the log has these bytes: where a frame of an ended log
 * was closed early by the end, the bytes part, and there the log is cut and gone on with.
 */
import { formatDuration, type Micros } from '../base/units.ts';
import type { Engine, Recorder } from '../kernel/engine.ts';
import type { Ask } from '../kernel/roots.ts';
import type { Sink, Source } from '../log/disk.ts';
import { inspectLog, type Log, openLog, type Recorded, type Verdict } from '../log/reader.ts';
import { compile } from '../scenario/compile.ts';
import { type History, optionsOfLog, scenarioOf } from './history.ts';
import { wrongOption } from './options.ts';
import { makeEngine, PROGRAM, type RunOptions } from './program.ts';
import { Simulation, wasInterrupted } from './simulation.ts';
import { wrongOptions } from './upcast.ts';
import { type Difference, sameProgram, spelled, spelledRecord } from './verify.ts';

/** Why a log is not gone on with. */
export interface Declined {
  readonly ok: false;
  /** `ended`: nothing is left to do; `otherwise`: this program does not make again what the log holds. */
  readonly why: 'ended' | 'damaged' | 'foreign' | 'fork' | 'otherwise';
  /** One sentence about the log. */
  readonly message: string;
  readonly verdict: Verdict;
  /** The first event that comes out differently, when it is one. */
  readonly difference?: Difference;
  /** Where the log was to leave another one, when it did not get so far. */
  readonly fork?: NonNullable<RunOptions['fork']>;
}

/** A run that goes on: it has made its last instant again and is yet to be advanced. */
export interface Resumed {
  readonly ok: true;
  readonly simulation: Simulation;
  readonly identity: string;
  readonly sources: History['sources'];
  /** What the log was worth: its events and the instant of the last are those gone on from. */
  readonly verdict: Verdict;
}

/** Opens what the log goes on in, behind the first `keep` bytes of what there is. Called once, when all events that are there were compared. */
export type GoOn = (keep: number, verdict: Verdict) => Sink;

/** What makes the events of a log: the models of this program and the scenario in the log. Tests put small worlds in their place. */
export interface Making {
  engine(options: RunOptions): Engine;
  /** What the scenario asks at the start; undefined when it does not check. */
  asks(of: Pick<History, 'options' | 'sources'>): readonly Ask[] | undefined;
}

const OURS: Making = {
  engine: makeEngine,
  asks(of) {
    const reading = scenarioOf(of);
    return reading.ok ? compile(reading.checked.scenario, reading.checked.place) : undefined;
  },
};

/** Goes on with a log that has no end, or one from an interruption. Nothing is opened for writing unless the run can go on. */
export function resumeRun(source: Source, goOn: GoOn, making: Making = OURS): Resumed | Declined {
  const opened = openLog(source);
  if (!opened.ok) return declined('damaged', opened.verdict.message, opened.verdict);
  const wrong = wrongOption(opened.log.preface.options);
  const verdict = wrong === undefined ? inspectLog(source) : wrongOptions(wrong);
  const { status, message, end } = verdict;
  if (status === 'clean' && !wasInterrupted(end)) return declined('ended', message, verdict);
  if (status === 'corrupt' || status === 'too-new') return declined('damaged', message, verdict);
  return resumeLog(opened.log, source, verdict, goOn, making);
}

const declined = (why: Declined['why'], message: string, verdict: Verdict): Declined => ({
  ok: false,
  why,
  message,
  verdict,
});

function resumeLog(
  log: Log,
  source: Source,
  verdict: Verdict,
  goOn: GoOn,
  making: Making,
): Resumed | Declined {
  const options = optionsOfLog(log);
  const { sources } = log.preface;
  const engine = making.engine(options);
  const foreign = foreignTo(engine, log);
  if (foreign !== undefined) return declined('foreign', foreign, verdict);
  const { fork } = options;
  if (fork !== undefined && (verdict.events === 0 || verdict.lastAt <= fork.at))
    return { ...declined('fork', stoppedBefore(fork.at, verdict), verdict), fork };
  const asks = verdict.lastAt > 0 ? [] : making.asks({ options, sources });
  if (asks === undefined)
    return declined('foreign', 'The scenario in the log does not check with this premortem.', verdict);
  try {
    const joint = new Joint(source, (keep) => goOn(keep, verdict));
    const simulation = new Simulation(options, sources, joint, engine);
    rejoin(simulation, new Rest(log), asks, verdict.lastAt, joint);
    return { ok: true, simulation, identity: log.identity, sources, verdict };
  } catch (error) {
    if (!(error instanceof Otherwise)) throw error;
    const { message, difference } = error;
    return {
      ...declined('otherwise', message, verdict),
      ...(difference === undefined ? {} : { difference }),
    };
  }
}

function foreignTo(engine: Engine, { preface: { program, kinds } }: Log): string | undefined {
  if (!sameProgram(program))
    return `The log was made by ${program}, and this is ${PROGRAM}, which may decide otherwise.`;
  return JSON.stringify(kinds) === JSON.stringify(engine.kinds)
    ? undefined
    : `The log was made by another build of ${PROGRAM}, with other kinds of events.`;
}

function stoppedBefore(at: Micros, { events, lastAt }: Verdict): string {
  const where = events === 0 ? 'before its first event' : `at ${formatDuration(lastAt)}`;
  return `The run stopped ${where}, and it was to leave the run that it forks at ${formatDuration(at)}.`;
}

/** This program makes something else than the log holds. Thrown by the sink and by the recorder below, caught above, never seen outside. */
class Otherwise extends Error {
  override readonly name = 'Otherwise';
  readonly difference: Difference | undefined;

  constructor(message: string, difference?: Difference) {
    super(message);
    this.difference = difference;
  }
}

/** A sink that holds a log already: what is written must be what is there, until it is told to go on behind what was written. */
class Joint implements Sink {
  readonly #source: Source;
  readonly #goOn: (keep: number) => Sink;
  #written = 0;
  #sink: Sink | undefined;

  constructor(source: Source, goOn: (keep: number) => Sink) {
    this.#source = source;
    this.#goOn = goOn;
  }

  goOn(): void {
    this.#sink = this.#goOn(this.#written);
  }

  write(bytes: Uint8Array): void {
    if (this.#sink !== undefined) {
      this.#sink.write(bytes);
      return;
    }
    if (Buffer.compare(bytes, this.#source.read(this.#written, bytes.length)) !== 0)
      throw new Otherwise('What the log holds does not come out in the same bytes.');
    this.#written += bytes.length;
  }

  sync(): void {
    this.#sink?.sync();
  }

  close(): void {
    this.#sink?.close();
  }
}

/** The events of a log, one at a time, of which the first can be looked at. */
class Rest {
  readonly #events: Iterator<Recorded>;
  head: Recorded | undefined;

  constructor(log: Log) {
    this.#events = log.events();
    this.drop();
  }

  drop(): void {
    const next = this.#events.next();
    this.head = next.done === true ? undefined : next.value;
  }

  *before(at: Micros): IterableIterator<Recorded> {
    for (let { head } = this; head !== undefined && head.at < at; head = this.head) {
      yield head;
      this.drop();
    }
  }
}

/** Folds what came before the last instant, and lets the run go on until it has made every event of the log. */
function rejoin(simulation: Simulation, rest: Rest, asks: readonly Ask[], last: Micros, joint: Joint): void {
  const { engine } = simulation;
  const writer = engine.recorder as Recorder;
  if (rest.head === undefined) joint.goOn();
  if (last > 0) engine.fold(rest.before(last), last - 1);
  if (rest.head !== undefined) engine.recorder = comparing(engine, rest, writer, joint);
  engine.ask(asks);
  // An event at a time: what the run comes to, a bound at this very instant among it, is for whoever drives it.
  while (rest.head !== undefined && simulation.advance(1) === undefined);
  if (rest.head !== undefined) throw new Otherwise('The run ends before it has made what the log holds.');
}

/** Compares each event with the log and passes it on; after the last one of the log the writer goes on alone. */
function comparing(engine: Engine, rest: Rest, writer: Recorder, joint: Joint): Recorder {
  return {
    append(kind, stamp, draws, event) {
      const there = rest.head as Recorded;
      const got = spelled(
        stamp.at,
        stamp.cause,
        engine.world.entities[stamp.entity]?.ref ?? '',
        draws,
        event,
      );
      const expected = spelledRecord(there);
      if (got !== expected) {
        const { seq } = there;
        const difference: Difference = { ok: false, what: 'decision', seq, at: there.at, expected, got };
        throw new Otherwise(`Event e${seq} comes out differently.`, difference);
      }
      writer.append(kind, stamp, draws, event);
      rest.drop();
      if (rest.head !== undefined) return;
      engine.recorder = writer;
      joint.goOn();
    },
  };
}
