/** `conformance`: predicts recorded cases of real software from their set-ups, for the scorers to judge. */
import fs from 'node:fs';
import { join } from 'node:path';
import { predict } from '../exchange/conformance/predict.ts';
import { predictPull } from '../exchange/conformance/registry/predict.ts';
import { pullSetupSchema } from '../exchange/conformance/registry/setup.ts';
import { setupSchema } from '../exchange/conformance/setup.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop } from './call.ts';
import { plain, plural } from './text.ts';

/** A recorded case is some tens of kilobytes. */
const LARGEST = 16 * 1024 * 1024;

function filesIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((file) => file.endsWith('.json') && file !== 'index.json')
      .sort();
  } catch {
    throw new Stop(
      EXIT.usage,
      `There is no folder ${plain(folder)}.`,
      'name a folder of cases, one JSON file each',
    );
  }
}

/** A prediction, how it is told to a person, and what is counted. */
interface Told {
  readonly name: string;
  readonly prediction: unknown;
  readonly line: string;
  readonly count: number;
}

interface Kind {
  /** What is counted. */
  readonly noun: string;
  readonly predict: (path: string, seed: string | undefined) => Told;
}

const KINDS: Readonly<Record<string, Kind>> = {
  dhcp: {
    noun: 'message',
    predict(path, seed) {
      const setup = setupIn(path, setupSchema, 'dhcp');
      const prediction = predict(setup, seed);
      const held = Object.entries(prediction.outcome.clients).map(
        ([name, { final_address }]) => `${name} ${final_address ?? 'without an address'}`,
      );
      return { name: setup.case, prediction, line: held.join(', '), count: prediction.messages.length };
    },
  },
  registry: {
    noun: 'request',
    predict(path, seed) {
      const setup = setupIn(path, pullSetupSchema, 'registry');
      const prediction = predictPull(setup, seed);
      const line = prediction.message ?? 'pulled';
      return { name: setup.case, prediction, line, count: prediction.requests.length };
    },
  },
};

/** A schema, as far as it is used here. */
interface Schema<T> {
  safeParse(found: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { path: PropertyKey[]; message: string }[] };
      };
}

/** Reads the set-up of one case. Recordings have their answers in it where a set-up has none. */
function setupIn<T>(path: string, schema: Schema<T>, kind: string): T {
  const name = plain(path);
  if (fs.statSync(path).size > LARGEST) throw new Stop(EXIT.usage, `${name} is too large for a case.`);
  let found: unknown;
  try {
    found = JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch {
    throw new Stop(EXIT.usage, `${name} is not JSON.`, 'a case is one JSON file, as the scorer writes it');
  }
  const read = schema.safeParse(found);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const isRecording =
    typeof found === 'object' && found !== null && ('events' in found || 'scenarios' in found);
  throw new Stop(
    EXIT.usage,
    `${name} is not the set-up of a case: ${plain(issue?.path.join('.') ?? '')} ${plain(issue?.message ?? '')}`,
    isRecording
      ? `this is a recording: let the scorer take the answers out, as in node score.mjs ${kind} FOLDER -- premortem conformance ${kind} --json`
      : 'the schema is in the README beside the scorer',
  );
}

export function perform({ args, options, terminal }: Call): ExitCode {
  const kind = KINDS[oneOf('conformance', args[0], Object.keys(KINDS))] as Kind;
  const folder = args[1] ?? '.';
  const files = filesIn(folder);
  if (files.length === 0) throw new Stop(EXIT.usage, `There is no case in ${plain(folder)}.`);
  let total = 0;
  for (const file of files) {
    const { name, prediction, line, count } = kind.predict(join(folder, file), options.seed);
    total += count;
    if (options.json === true) terminal.jsonLine({ case: name, prediction });
    else if (options.quiet !== true)
      terminal.print(`${plain(name)}  ${plural(count, kind.noun)}  ${plain(line)}`);
  }
  if (options.json !== true)
    terminal.print(`${plural(files.length, 'case')} predicted, ${plural(total, kind.noun)}`);
  return EXIT.done;
}
