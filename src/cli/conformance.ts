/** `conformance`: predicts recorded cases of real software from their set-ups, for the scorers to judge. */
import fs from 'node:fs';
import { join } from 'node:path';
import { KINDS, type Kind, type Predicted } from '../exchange/conformance/kinds.ts';
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

/** Predicts the case of one file. */
function predictedIn(path: string, word: string, kind: Kind, seed: string | undefined): Predicted {
  const name = plain(path);
  if (fs.statSync(path).size > LARGEST) throw new Stop(EXIT.usage, `${name} is too large for a case.`);
  let found: unknown;
  try {
    found = JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch {
    throw new Stop(EXIT.usage, `${name} is not JSON.`, 'a case is one JSON file, as the scorer writes it');
  }
  const read = kind.read(found, seed);
  if ('case' in read) return read;
  throw new Stop(
    EXIT.usage,
    `${name} is not the set-up of a case: ${plain(read.path)} ${plain(read.message)}`,
    read.isRecording
      ? `this is a recording: let the scorer take the answers out, as in node score.mjs ${word} FOLDER -- premortem conformance ${word} --json`
      : 'the schema is in the README beside the scorer',
  );
}

export function perform({ args, options, terminal }: Call): ExitCode {
  const word = oneOf('conformance', args[0], Object.keys(KINDS));
  const kind = KINDS[word] as Kind;
  const folder = args[1] ?? '.';
  const files = filesIn(folder);
  if (files.length === 0) throw new Stop(EXIT.usage, `There is no case in ${plain(folder)}.`);
  let all = 0;
  for (const file of files) {
    const {
      case: name,
      prediction,
      count,
      words,
    } = predictedIn(join(folder, file), word, kind, options.seed);
    all += count;
    if (options.json === true) terminal.jsonLine({ case: name, prediction });
    else if (options.quiet !== true)
      terminal.print(`${plain(name)}  ${plural(count, kind.noun)}  ${plain(words)}`);
  }
  if (options.json !== true)
    terminal.print(`${plural(files.length, 'case')} predicted, ${plural(all, kind.noun)}`);
  return EXIT.done;
}
