/**
 * Logs of older versions: a log says in its own table of kinds what it holds, and here its events become those of this program, once the
 * log is open and before anything folds, prints or compares them. The table is judged as a whole, whether or not an event of a kind
 * happened, and so are the options, so that what opens does not depend on how a run went.
 */
import { assert, Fault } from '../base/assert.ts';
import type { Wire } from '../base/wire.ts';
import { allKinds } from '../kernel/engine.ts';
import type { AnyEvent, AnyModel, Upcast } from '../kernel/model.ts';
import { roots } from '../kernel/roots.ts';
import type { Kind } from '../log/kinds.ts';
import { wrongWithData } from '../log/plain.ts';
import type { Log, Recorded, Verdict } from '../log/reader.ts';
import { MODELS } from '../models/index.ts';
import { wrongOption } from './options.ts';

/** The kinds that a program knows and, for each of them, the steps from version 1 on. */
export interface Table {
  readonly kinds: readonly Kind[];
  readonly steps: readonly (readonly Upcast[])[];
}

/** What a program with these models knows. Stops when a version lacks a step. */
export function tableOf(models: readonly AnyModel[]): Table {
  const kinds = allKinds(models);
  const byName = new Map([roots as unknown as AnyModel, ...models].map((model) => [model.name, model]));
  const steps = kinds.map(({ model, type, version }) => {
    const upcasts = byName.get(model)?.upcasts as Readonly<Record<string, readonly Upcast[]>> | undefined;
    const found = upcasts?.[type] ?? [];
    assert(found.length === version - 1, `${model}.${type} version ${version} has ${version - 1} upcasts`);
    return found;
  });
  return { kinds, steps };
}

/** What this program knows. */
export const CURRENT: Table = tableOf(Object.values(MODELS) as unknown as AnyModel[]);

/** A log whose events are those of this program, as `preface.kinds` lists them. */
export interface CurrentLog extends Omit<Log, 'walk'> {
  /** The events of a frame that was read some other way; the same frame when there is nothing to do. */
  upcast(frame: readonly Recorded[]): readonly Recorded[];
}

/** A log as a program knows it, or why there is no such thing. */
export type Current =
  | { readonly ok: true; readonly log: CurrentLog }
  | { readonly ok: false; readonly verdict: Verdict };

/** Brings a log up to date. When its table agrees with the program's one to one, its events are handed on as they are read. */
export function upToDate(log: Omit<Log, 'walk'>, table: Table = CURRENT): Current {
  const places = new Map(table.kinds.map(({ model, type }, index) => [`${model}.${type}`, index]));
  const routes: Route[] = [];
  for (const kind of log.preface.kinds) {
    const to = places.get(`${kind.model}.${kind.type}`) ?? -1;
    const verdict = refusalOf(kind, table.kinds[to]);
    if (verdict !== undefined) return { ok: false, verdict };
    routes.push({ to, version: kind.version, steps: (table.steps[to] ?? []).slice(kind.version - 1) });
  }
  const wrong = wrongOption(log.preface.options);
  if (wrong !== undefined) return { ok: false, verdict: wrongOptions(wrong) };
  return { ok: true, log: new Translated(log, table.kinds, routes) };
}

/** The way of the events of one kind of a log: to which kind of the program, by which steps. */
interface Route {
  readonly to: number;
  readonly version: number;
  readonly steps: readonly Upcast[];
}

function refusalOf(kind: Kind, ours: Kind | undefined): Verdict | undefined {
  const holds = `This log holds ${kind.model}.${kind.type} version ${kind.version}`;
  if (ours === undefined)
    return refusal('too-new', `${holds}, which this premortem does not know; use a newer premortem.`);
  if (kind.version > ours.version)
    return refusal(
      'too-new',
      `${holds}, and this premortem knows version ${ours.version}; use a newer premortem.`,
    );
  const difference = kind.version === ours.version ? differenceOf(kind, ours) : undefined;
  return difference === undefined
    ? undefined
    : refusal('corrupt', `${holds} with ${difference}; no released premortem wrote it.`);
}

/** The first field by which two kinds of one version differ, in words. */
function differenceOf(theirs: Kind, ours: Kind): string | undefined {
  const count = Math.max(theirs.fields.length, ours.fields.length);
  for (let index = 0; index < count; index += 1) {
    const [a, b] = [theirs.fields[index]?.join(' as '), ours.fields[index]?.join(' as ')];
    if (a !== b) return `${a ?? 'nothing'} for field ${index + 1}, where that version has ${b ?? 'nothing'}`;
  }
  return undefined;
}

/** What is said of a log whose options no run can have had. */
export const wrongOptions = (name: string): Verdict =>
  refusal('corrupt', `Among the options in this log ${name} is missing or wrong; no premortem wrote it.`);

const refusal = (status: Verdict['status'], message: string): Verdict => ({
  status,
  events: 0,
  lastAt: 0,
  offset: 0,
  message,
});

class Translated implements CurrentLog {
  readonly identity: string;
  readonly preface: Log['preface'];
  readonly minReader: number;
  readonly #log: Omit<Log, 'walk'>;
  readonly #routes: readonly Route[];
  readonly #asRead: boolean;

  constructor(log: Omit<Log, 'walk'>, kinds: readonly Kind[], routes: readonly Route[]) {
    this.identity = log.identity;
    this.preface = { ...log.preface, kinds };
    this.minReader = log.minReader;
    this.#log = log;
    this.#routes = routes;
    this.#asRead = routes.every(({ to, steps }, kind) => to === kind && steps.length === 0);
  }

  get verdict(): Verdict | undefined {
    return this.#log.verdict;
  }

  events(): IterableIterator<Recorded> {
    return this.#asRead ? this.#log.events() : this.#translated();
  }

  *#translated(): IterableIterator<Recorded> {
    for (const recorded of this.#log.events()) yield this.#translate(recorded);
  }

  *frames(...from: Parameters<Log['frames']>): IterableIterator<readonly Recorded[]> {
    for (const frame of this.#log.frames(...from)) yield this.upcast(frame);
  }

  upcast(frame: readonly Recorded[]): readonly Recorded[] {
    return this.#asRead ? frame : frame.map((recorded) => this.#translate(recorded));
  }

  /** Events of a kind that has its place and its version here are handed on as they are. */
  #translate(recorded: Recorded): Recorded {
    const { to, version, steps } = this.#routes[recorded.kind] as Route;
    if (steps.length > 0) {
      const kind = this.preface.kinds[to] as Kind;
      return { ...recorded, kind: to, event: raised(recorded, kind, version, steps) };
    }
    return to === recorded.kind ? recorded : { ...recorded, kind: to };
  }
}

/** The event after all steps, as a reader hands it out: `type` first, then the fields in declared order, and no others. */
function raised(recorded: Recorded, kind: Kind, version: number, steps: readonly Upcast[]): AnyEvent {
  let last = recorded.event;
  for (const step of steps) last = step(last);
  const event: { type: string; [field: string]: unknown } = { type: kind.type };
  for (const [field, wire] of kind.fields) {
    const value = last[field];
    if (!FITS[wire](value, recorded.seq))
      throw new Fault(
        `${kind.model}.${kind.type} of version ${version} in e${recorded.seq} gives no ${field} for version ${kind.version}`,
      );
    event[field] = value;
  }
  return event;
}

const isFact = (value: unknown, seq: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= -1 && (value as number) < seq;

/** What a field may hold, as for events that are written: a step that gives anything else is noticed here and not in a state. */
const FITS: Readonly<Record<Wire, (value: unknown, seq: number) => boolean>> = {
  int: (value) => Number.isSafeInteger(value),
  real: (value) => Number.isFinite(value),
  bool: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  ints: (value) => Array.isArray(value) && value.every((item) => Number.isSafeInteger(item)),
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  seq: isFact,
  seqs: (value, seq) => Array.isArray(value) && value.every((item) => isFact(item, seq)),
  data: (value) => wrongWithData(value) === undefined,
};
