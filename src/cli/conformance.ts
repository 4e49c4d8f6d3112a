/** `conformance`: predicts recorded cases of real software from their set-ups, for the scorers to judge. */
import fs from 'node:fs';
import { join } from 'node:path';
import { predict } from '../exchange/conformance/predict.ts';
import { type Setup, setupSchema } from '../exchange/conformance/setup.ts';
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

/** Reads the set-up of one case. Recordings have `events` where a set-up has `actions`. */
function setupIn(path: string): Setup {
  const name = plain(path);
  if (fs.statSync(path).size > LARGEST) throw new Stop(EXIT.usage, `${name} is too large for a case.`);
  let found: unknown;
  try {
    found = JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch {
    throw new Stop(EXIT.usage, `${name} is not JSON.`, 'a case is one JSON file, as the scorer writes it');
  }
  const read = setupSchema.safeParse(found);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const isRecording = typeof found === 'object' && found !== null && 'events' in found;
  throw new Stop(
    EXIT.usage,
    `${name} is not the set-up of a case: ${plain(issue?.path.join('.') ?? '')} ${plain(issue?.message ?? '')}`,
    isRecording
      ? 'this is a recording: let the scorer take the answers out, as in node score.mjs dhcp FOLDER -- premortem conformance dhcp --json'
      : 'the schema is in the README beside the scorer',
  );
}

export function perform({ args, options, terminal }: Call): ExitCode {
  oneOf('conformance', args[0], ['dhcp']);
  const folder = args[1] ?? '.';
  const files = filesIn(folder);
  if (files.length === 0) throw new Stop(EXIT.usage, `There is no case in ${plain(folder)}.`);
  let messages = 0;
  for (const file of files) {
    const setup = setupIn(join(folder, file));
    const prediction = predict(setup, options.seed);
    messages += prediction.messages.length;
    if (options.json === true) terminal.jsonLine({ case: setup.case, prediction });
    else if (options.quiet !== true) {
      const held = Object.entries(prediction.outcome.clients).map(
        ([name, { final_address }]) => `${name} ${final_address ?? 'without an address'}`,
      );
      terminal.print(
        `${plain(setup.case)}  ${plural(prediction.messages.length, 'message')}  ${plain(held.join(', '))}`,
      );
    }
  }
  if (options.json !== true)
    terminal.print(`${plural(files.length, 'case')} predicted, ${plural(messages, 'message')}`);
  return EXIT.done;
}
