/** What the command line says about a verb before its code is loaded. */
import type { Perform } from './call.ts';

export interface Flag {
  /** As commander writes it: `--seed <text>`. */
  readonly flags: string;
  readonly about: string;
  /** May be given several times. */
  readonly many?: true;
}

export interface Verb {
  readonly name: string;
  readonly about: string;
  /** As commander writes them: `<file>`, `[entity]`, `[overlay...]`. */
  readonly args: readonly (readonly [syntax: string, about: string])[];
  readonly flags: readonly Flag[];
  readonly examples: readonly (readonly [command: string, about: string])[];
  /** The shape of what `--json` prints, in one line or a few. */
  readonly json: string;
  readonly load: () => Promise<{ readonly perform: Perform }>;
}

/** Flags that several verbs share. */
export const FLAGS = {
  set: {
    flags: '--set <path=value>',
    about: 'another value at a path of the scenario; may be repeated',
    many: true,
  },
  out: { flags: '--out <folder>', about: 'folder for the log (default: runs)' },
  only: { flags: '--only <weight>', about: 'how much the timeline tells: story (default), detail, all' },
  until: { flags: '--until <duration>', about: 'simulate this long, such as 45m' },
  at: { flags: '--at <time>', about: 'instant: 17m, 00:17:30, or an event such as e131' },
} as const satisfies Record<string, Flag>;

/** Flags of every verb. */
export const COMMON: readonly Flag[] = [
  { flags: '--json', about: 'print one JSON value instead of text' },
  { flags: '-q, --quiet', about: 'only the verdict' },
  { flags: '--no-color', about: 'no colours; also NO_COLOR=1' },
  { flags: '--no-progress', about: 'no progress on standard error' },
];
