/** Scenario files from the command line: found, read, and named so that a log carries no path of this machine. */
import fs from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Issue, Place } from '../base/issue.ts';
import { metricNames } from '../inspect/metrics.ts';
import { pageCodes } from '../inspect/pages.ts';
import type { ReadText, Source } from '../scenario/layers.ts';
import { type Reading, readScenario } from '../scenario/read.ts';

/** Larger files are not even read; the reader refuses smaller ones that are still too large. */
const BYTES_LIMIT = 16 * 1024 * 1024;

/** How the name of a file inside a run is shown to the user: with the folder that was typed, or as it is. */
export type Shown = (file: string) => string;

/** Names as they are: those of a log. */
export const asNamed: Shown = (file) => file;

/** A scenario as it was asked for. */
export interface Input {
  readonly reading: Reading;
  /** Names as the log will have them. */
  readonly file: string;
  readonly overlays: readonly string[];
  readonly shown: Shown;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission is denied',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
};

/** Reads files relative to a folder, and refuses what is not a plain file of a sensible size. */
export function readerIn(folder: string): ReadText {
  return (file) => {
    try {
      const path = resolve(folder, file);
      const stat = fs.statSync(path);
      if (stat.isDirectory()) return { ok: false, reason: 'it is a folder' };
      if (!stat.isFile()) return { ok: false, reason: 'it is not a plain file' };
      if (stat.size > BYTES_LIMIT) {
        const size = `${Math.ceil(stat.size / 1024 / 1024)} MiB`;
        return { ok: false, reason: 'it is too big', size };
      }
      return { ok: true, text: fs.readFileSync(path, 'utf8') };
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return { ok: false, reason: REASONS[code] ?? `the system says ${code || String(error)}` };
    }
  };
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

/** Reads and checks a scenario with its overlays and `--set`s. */
export function readInput(file: string, overlays: readonly string[], sets: readonly string[]): Input {
  const folder = dirname(file);
  const names = overlays.map((overlay) => slashed(relative(folder, overlay)));
  const words = { failures: pageCodes(), metrics: metricNames() };
  const reading = readScenario({
    file: basename(file),
    overlays: names,
    sets,
    words,
    readText: readerIn(folder),
  });
  const shown: Shown = (name) => (name.startsWith('--') ? name : slashed(join(folder, name)));
  return { reading, file: basename(file), overlays: names, shown };
}

/** Sources under the names that are shown. */
export function shownSources(sources: readonly Source[], shown: Shown): Source[] {
  return sources.map(({ name, text }) => ({ name: shown(name), text }));
}

/** A place under the name that is shown. */
export function shownPlace(place: Place, shown: Shown): Place {
  return { ...place, file: shown(place.file) };
}

/** An issue under the name that is shown. */
export function shownIssue(issue: Issue, shown: Shown): Issue {
  return issue.place === undefined ? issue : { ...issue, place: shownPlace(issue.place, shown) };
}
