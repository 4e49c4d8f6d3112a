/** What a verb gets, what it gives back, and how it says that it cannot go on. */
import type { Terminal } from './terminal.ts';

/** Exit codes of every verb. */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  unmet: 3,
  damaged: 4,
  unwritable: 5,
  differs: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every flag of every verb: one name means one thing everywhere. */
export interface Options {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly progress?: boolean;
  readonly set?: readonly string[];
  readonly seed?: string;
  readonly until?: string;
  readonly ties?: string;
  readonly out?: string;
  readonly only?: string;
  readonly hidden?: boolean;
  readonly template?: string;
  readonly show?: string;
  readonly at?: string;
  readonly do?: string;
  readonly entity?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly failures?: boolean;
  readonly follow?: boolean;
  readonly all?: boolean;
  readonly fix?: boolean;
  readonly keepPrefix?: boolean;
  readonly into?: string;
  readonly network?: string;
  readonly format?: string;
  readonly pcapng?: string;
  readonly segment?: readonly string[];
  readonly server?: string;
  readonly trust?: string;
  readonly crl?: string;
  readonly host?: string;
  readonly verifier?: readonly string[];
}

/** One call of a verb. */
export interface Call {
  readonly args: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
}

/** A verb's code, loaded when it is called. */
export type Perform = (call: Call) => ExitCode | Promise<ExitCode>;

/** The user's mistake, or something that cannot be done: a sentence, perhaps a way out, and an exit code. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly exit: ExitCode;
  readonly help: string;

  constructor(exit: ExitCode, message: string, help = '') {
    super(message);
    this.exit = exit;
    this.help = help;
  }
}

/** A flag that takes a whole number. */
export function wholeNumber(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Stop(EXIT.usage, `${flag} takes a whole number of zero or more, not \`${text}\`.`);
}

/** A flag that takes one of a few words. */
export function oneOf<W extends string>(flag: string, text: string | undefined, words: readonly W[]): W {
  const found = text === undefined ? words[0] : words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new Stop(EXIT.usage, `${flag} takes ${words.join(', ')}, not \`${text}\`.`);
}
