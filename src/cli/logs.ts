/** Logs from the command line: opened, or one sentence why not. */
import { Fault } from '../base/assert.ts';
import { CannotRead, fileSource } from '../log/disk.ts';
import { type History, readHistory, scenarioOf } from '../run/history.ts';
import { nearest } from '../scenario/names.ts';
import type { Checked } from '../scenario/read.ts';
import { EXIT, Stop } from './call.ts';
import { eventNumber } from './instant.ts';
import type { Terminal } from './terminal.ts';

/** Opens a file for reading; one that is missing is the user's mistake. */
export function openFile(path: string): ReturnType<typeof fileSource> {
  try {
    return fileSource(path);
  } catch (error) {
    if (error instanceof CannotRead)
      throw new Stop(EXIT.usage, error.message, 'logs are written by `premortem run`, in runs/');
    throw error;
  }
}

/** A whole log in memory. One that is damaged is refused; one that was not finished is read as far as it goes. */
export function openHistory(path: string, terminal: Terminal): History {
  const source = openFile(path);
  try {
    const read = folding(path, () => readHistory(source));
    if (!read.ok) throw new Stop(EXIT.damaged, `${path}: ${read.verdict.message}`);
    const { status, message } = read.history.verdict;
    if (status !== 'clean' && status !== 'open')
      throw new Stop(EXIT.damaged, `${path}: ${message}`, `premortem repair ${path}`);
    if (read.history.events.length === 0) throw new Stop(EXIT.damaged, `${path}: The log holds no event.`);
    if (status === 'open') terminal.say(`note: ${path}: ${message}`);
    return read.history;
  } finally {
    source.close();
  }
}

/** The scenario of a log, when it still checks with this version; a note when it does not. */
export function scenarioIn(history: History, terminal: Terminal): Checked | undefined {
  const reading = scenarioOf(history);
  if (reading.ok) return reading.checked;
  terminal.say('note: the scenario in the log does not check with this version of premortem');
  return undefined;
}

/** Every entity that something happened to, in order of its first event. */
export function entitiesOf(history: History): string[] {
  return [...new Set(history.events.map(({ entity }) => entity))];
}

/** The entities that a word means: one by its whole name, or all whose name without the model it is. */
export function findEntities(history: History, word: string): string[] {
  const entities = entitiesOf(history);
  if (entities.includes(word)) return [word];
  const named = entities.filter((entity) => entity.slice(entity.indexOf('/') + 1) === word);
  if (named.length > 0) return named;
  const names = entities.map((entity) =>
    word.includes('/') ? entity : entity.slice(entity.indexOf('/') + 1),
  );
  const close = nearest(word, new Set(names));
  const containing = [...new Set(names)].filter((name) => name.includes(word)).slice(0, 6);
  const there =
    containing.length > 0 ? `there is ${containing.join(', ')}` : 'premortem show LOG lists what there is';
  const help = close === undefined ? there : `did you mean \`${close}\`?`;
  throw new Stop(EXIT.usage, `Nothing called \`${word}\` is in this log.`, help);
}

/** The event that `e131` means, or undefined when the word is no event. */
export function findEvent(history: History, word: string): History['events'][number] | undefined {
  const seq = eventNumber(word);
  if (seq === undefined) return undefined;
  const recorded = history.events[seq];
  if (recorded !== undefined) return recorded;
  throw new Stop(EXIT.usage, `There is no event ${word}.`, `the log ends with e${history.events.length - 1}`);
}

/** Does something that folds a log. Events that no model of this version takes are a fault of the log, not of the program. */
export function folding<T>(path: string, fold: () => T): T {
  try {
    return fold();
  } catch (error) {
    if (!(error instanceof Fault || error instanceof TypeError)) throw error;
    throw new Stop(EXIT.damaged, `${path}: its events do not fold with this premortem: ${error.message}.`);
  }
}
