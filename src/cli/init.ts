/** `init`: writes a commented scenario to start from. */
import fs from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotWrite } from '../log/disk.ts';
import { isName } from '../scenario/names.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop } from './call.ts';
import { makeFolder } from './log-file.ts';
import { TEMPLATES, templateText } from './templates.ts';
import { plain, shellLine } from './text.ts';

/** The schema that comes with the package, as seen from a folder; empty when it lies outside of where the user works. */
function schemaFrom(folder: string): string {
  const schema = fileURLToPath(new URL('../../schema/scenario.schema.json', import.meta.url));
  const fromHere = relative(process.cwd(), schema);
  const isNear = !fromHere.startsWith('..') && fs.existsSync(schema);
  if (!isNear) return '';
  const path = relative(folder, schema).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** The name of the scenario: the name of its file, when that can be one. */
function nameFor(file: string): string {
  const name = basename(file).replace(/\.ya?ml$/i, '');
  return isName(name) ? name : 'scenario';
}

export function perform({ args: [file = 'scenario.yaml'], options, terminal }: Call): ExitCode {
  const template = oneOf('--template', options.template, TEMPLATES);
  const text = templateText(template, nameFor(file), schemaFrom(dirname(resolve(file))));
  makeFolder(dirname(file));
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new Stop(
        EXIT.usage,
        `${file} is there already, and is not overwritten.`,
        'name another file: premortem init other.yaml',
      );
    if (code === 'EISDIR')
      throw new Stop(EXIT.usage, `${file} is a folder.`, `premortem init ${file}/scenario.yaml`);
    throw new CannotWrite(`Cannot write ${file}: the system says ${code || String(error)}.`);
  }
  if (options.json === true) terminal.json({ file, template });
  else
    terminal.print([
      `✓ wrote ${plain(file)}`,
      ...(options.quiet === true ? [] : [`next  ${shellLine(['premortem', 'run', file])}`]),
    ]);
  return EXIT.done;
}
