/** A remedy as something that can be pasted: lines of YAML, and a command. A line is only offered when it was tried and helps. */
import type { Remedy } from '../inspect/remedy.ts';
import { type History, scenarioOf } from '../run/history.ts';
import type { Source } from '../scenario/layers.ts';
import type { Checked } from '../scenario/read.ts';
import { shellLine } from './text.ts';

/** Lines to write: in place of the line of that number, or before it. */
export interface Patch {
  readonly file: string;
  readonly line: number;
  readonly added: boolean;
  readonly text: readonly string[];
}

/** Indentation of the entries under a key, from the first that is there. */
function indentBelow(lines: readonly string[], at: number): string {
  const next = lines.slice(at + 1).find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const indent = /^ +/.exec(next ?? '')?.[0];
  return indent ?? '  ';
}

/** Ways to write the value into one file, the smallest first. */
function candidates(remedy: Remedy, checked: Checked, main: Source): Patch[] {
  const { path, value } = remedy;
  const patches: Patch[] = [];
  const place = checked.origin(path) === 'default' ? undefined : checked.place(path);
  const source = checked.sources.find(({ name }) => name === place?.file);
  const line = source?.text.split('\n')[(place?.line ?? 0) - 1];
  if (place !== undefined && source !== undefined && line !== undefined) {
    const before = line.slice(0, place.column - 1);
    const own = line.slice(place.column - 1, place.column - 1 + place.length);
    const after = line.slice(place.column - 1 + place.length);
    const text = after.trimStart().startsWith(':')
      ? `${before}${own}: ${value}`
      : `${before}${value}${after}`;
    patches.push({ file: source.name, line: place.line, added: false, text: [text.replace(/\r$/, '')] });
  }
  const lines = main.text.split('\n');
  const at = lines.findIndex((each) => /^change:\s*(#.*)?$/.test(each.trimEnd()));
  const end = lines.at(-1) === '' ? lines.length : lines.length + 1;
  patches.push(
    at < 0
      ? { file: main.name, line: end, added: true, text: ['change:', `  ${path}: ${value}`] }
      : { file: main.name, line: at + 2, added: true, text: [`${indentBelow(lines, at)}${path}: ${value}`] },
  );
  return patches;
}

/** The source with the lines written into it. */
export function patched(source: Source, patch: Patch): Source {
  const lines = source.text.split('\n');
  lines.splice(patch.line - 1, patch.added ? 0 : 1, ...patch.text);
  return { name: source.name, text: `${lines.join('\n').replace(/\n$/, '')}\n` };
}

/** Where and what to write so that the scenario says what the remedy's `--set` says; undefined when no one line does. */
export function patchFor(remedy: Remedy, history: History, checked: Checked | undefined): Patch | undefined {
  if (remedy.set === '' || checked === undefined) return undefined;
  const wanted = scenarioOf(history, [remedy.set]);
  const main = history.sources.find(({ name }) => name === history.options.file);
  if (!wanted.ok || main === undefined) return undefined;
  const goal = JSON.stringify(wanted.checked.scenario);
  return candidates(remedy, checked, main).find((patch) => {
    const sources = history.sources.map((each) => (each.name === patch.file ? patched(each, patch) : each));
    const reading = scenarioOf({ options: history.options, sources });
    return reading.ok && JSON.stringify(reading.checked.scenario) === goal;
  });
}

/** The command line with further `--set`s; an earlier one that a later one replaces is left out. */
export function tryLine(
  command: readonly string[],
  before: readonly string[],
  sets: readonly string[],
): string {
  const pathOf = (set: string): string => set.slice(0, set.indexOf('='));
  const paths = sets.map(pathOf);
  const kept = before.filter((set) => {
    const path = pathOf(set);
    return !paths.some((other) => path === other || path.startsWith(`${other}.`));
  });
  return shellLine([...command, ...[...kept, ...sets].flatMap((set) => ['--set', set])]);
}
