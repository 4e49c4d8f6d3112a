/** A folder of its own for each test that needs the disk. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Makes a folder before each test and removes it after; call at the top of a test file. Returns the path of a name in it. */
export function inFolder(): (name?: string) => string {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'premortem-trust-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  return (name = '') => join(folder, name);
}
