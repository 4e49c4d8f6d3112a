/** `schema`: the JSON Schema of scenario files. */
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { type Call, EXIT, type ExitCode } from './call.ts';

export function perform({ terminal }: Call): ExitCode {
  terminal.json(scenarioJsonSchema());
  return EXIT.done;
}
