/** Runs scenarios one after the other with the built program and prints the SHA-256 of each log: `node hash-runs.mjs FILE...`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { simulate } from '../../dist/run/simulate.js';
import { readScenario } from '../../dist/scenario/read.js';

for (const path of process.argv.slice(2)) {
  const file = basename(path);
  const readText = (name) => ({ ok: true, text: readFileSync(join(dirname(path), name), 'utf8') });
  const reading = readScenario({ file, readText });
  if (!reading.ok) throw new Error(`${path}: ${JSON.stringify(reading.issues)}`);
  const { log } = simulate(reading.checked, { file });
  process.stdout.write(`${createHash('sha256').update(log).digest('hex')} ${path}\n`);
}
