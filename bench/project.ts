/** Files of the project, from wherever the compiled bench lies. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../src/base/assert.ts';

/** A path from the root of the project, made absolute. */
export function projectFile(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    assert(dirname(folder) !== folder, 'the bench lies in the project');
    folder = dirname(folder);
  }
  return join(folder, path);
}
