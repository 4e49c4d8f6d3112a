/** `show`: the world, or one entity, at any instant. */
import type { Micros } from '../base/units.ts';
import { codeOf, modelOf, nameOf } from '../inspect/events.ts';
import { tellingOf } from '../inspect/phrases.ts';
import type { Engine } from '../kernel/engine.ts';
import type { Ref } from '../kernel/model.ts';
import { ROOT } from '../kernel/roots.ts';
import type { World } from '../kernel/world.ts';
import type { Recorded } from '../log/reader.ts';
import { endOf, engineAt, type History, kindOf, optionsOfLog } from '../run/history.ts';
import { type Call, EXIT, type ExitCode } from './call.ts';
import { clockOf, eventNumber, exactClock, readInstant } from './instant.ts';
import { findEntities, folding, openHistory } from './logs.ts';
import type { Paint } from './paint.ts';
import { seeking } from './seeking.ts';
import { dataLines, plainState, stateText } from './states.ts';
import { tableLines } from './table.ts';
import { clip, plain } from './text.ts';

/** Events and commands of one entity that are listed. */
const LAST = 10;

/** A command that is yet to be delivered. */
interface Waiting {
  readonly at: Micros;
  readonly command: unknown;
  readonly cause: number;
}

/** One entity at an instant. */
export interface Facet {
  readonly entity: string;
  readonly state: unknown;
  readonly events: readonly Recorded[];
  readonly pending: readonly Waiting[];
}

function facetOf(history: History, engine: Engine, entity: string, at: Micros): Facet {
  const events = history.events.filter((recorded) => recorded.entity === entity && recorded.at <= at);
  const pending = engine
    .pending()
    .filter(({ to }) => engine.world.entities[to]?.ref === entity)
    .map(({ at: due, command, cause }) => ({ at: due, command, cause }));
  return { entity, state: engine.world.stateOf(entity as Ref), events: events.slice(-LAST), pending };
}

/** One entity as lines. */
export function facetLines(facet: Facet, history: Pick<History, 'kinds'>, paint: Paint): string[] {
  const { entity, state, events, pending } = facet;
  if (state === undefined) return [paint.strong(plain(entity)), '  nothing has happened to it yet', ''];
  const told = events.map((recorded) => {
    const text = tellingOf(kindOf(history, recorded), recorded.event, recorded.at);
    return [`e${recorded.seq}`, exactClock(recorded.at), plain(text)];
  });
  const bad = events.map((recorded) => codeOf(recorded) !== undefined);
  const due = pending
    .slice(0, LAST)
    .map(({ at, command, cause }) => [
      exactClock(at),
      clip(plain(JSON.stringify(command)), 80),
      cause < 0 ? '' : `<- e${cause}`,
    ]);
  const rest = pending.length - due.length;
  return [
    `${paint.strong(plain(entity))}  ${plain(stateText(modelOf(entity), state))}`,
    ...dataLines(plainState(state), '    ').map((line) => paint.faint(plain(line))),
    '  last events',
    ...tableLines(told, {
      indent: 4,
      paint: (cell, column, row) => (column < 2 ? paint.faint(cell) : bad[row] ? paint.bad(cell) : cell),
    }),
    ...(due.length === 0 ? [] : ['  pending', ...tableLines(due, { indent: 4 })]),
    ...(rest > 0 ? [`    and ${rest} more`] : []),
    '',
  ];
}

/** The whole world as a table: one line an entity, by model. */
export function worldLines(world: World, paint: Paint): string[] {
  const born = world.entities.filter(({ born: isBorn, ref }) => isBorn && ref !== ROOT);
  const models = [...new Set(born.map(({ ref }) => modelOf(ref)))];
  const rows = models.flatMap((model) => {
    const own = born.filter(({ ref }) => modelOf(ref) === model);
    return own.map(({ ref, state }) => [plain(ref), plain(stateText(model, state))]);
  });
  return tableLines(rows, { paint: (cell, column) => (column === 0 ? paint.strong(cell) : cell) });
}

function facetJson(history: History, at: Micros, { entity, state, events, pending }: Facet): object {
  const told = events.map((recorded) => {
    const kind = kindOf(history, recorded);
    const text = tellingOf(kind, recorded.event, recorded.at);
    return { seq: recorded.seq, at: recorded.at, kind, text };
  });
  return { at, entity, state: plainState(state) ?? null, events: told, pending };
}

/** Prints the whole world at an instant. */
function printWorld(world: World, name: string, at: Micros, { options, terminal }: Call): void {
  const born = world.entities.filter(({ born: isBorn, ref }) => isBorn && ref !== ROOT);
  if (options.json === true) {
    const entities = born.map(({ ref, state }) => ({ entity: ref, state: plainState(state) }));
    terminal.json({ at, entities });
  } else terminal.print([`${plain(name)} at ${exactClock(at)}`, '', ...worldLines(world, terminal.paint)]);
}

/** Prints the world of a long log without reading all of it. False when that is not possible. */
function printSought(path: string, wanted: string, call: Call): boolean {
  const printed = seeking(path, call.terminal, (seeker, log) => {
    const seq = eventNumber(wanted);
    const at = seq === undefined ? readInstant('--at', wanted) : seeker.instantOf(seq);
    // What lies beyond the log is for those who know how the run ended.
    if (at === undefined || at > seeker.lastAt) return false;
    printWorld(
      folding(path, () => seeker.worldAt(at)),
      optionsOfLog(log).name,
      at,
      call,
    );
    return true;
  });
  return printed === true;
}

export function perform(call: Call): ExitCode {
  const {
    args: [path = '', word],
    options,
    terminal,
  } = call;
  if (word === undefined && options.at !== undefined && printSought(path, options.at, call)) return EXIT.done;
  const history = openHistory(path, terminal);
  const end = endOf(history);
  const at = options.at === undefined ? end : readInstant('--at', options.at, history);
  if (at > end) terminal.say(`note: the run ended at ${clockOf(end)}; nothing is known after that`);
  const engine = folding(path, () => engineAt(history, at));
  if (word === undefined) {
    printWorld(engine.world, history.options.name, at, call);
    return EXIT.done;
  }
  const facets = findEntities(history, word).map((entity) => facetOf(history, engine, entity, at));
  if (options.json === true) {
    const all = facets.map((facet) => facetJson(history, at, facet));
    terminal.json(all.length === 1 ? all[0] : all);
  } else {
    const head = `${plain(nameOf(facets[0]?.entity ?? ''))} at ${exactClock(at)}`;
    terminal.print([head, '', ...facets.flatMap((facet) => facetLines(facet, history, terminal.paint))]);
  }
  return EXIT.done;
}
