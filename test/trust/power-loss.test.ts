/** Promise 4, nothing silently lost: wherever the power goes, what was synced is there, and the rest is a beginning or called damaged. */
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { repairFile, survivesPowerLoss, ways } from './support/checks-disk.ts';
import { inFolder } from './support/folder.ts';

const path = inFolder();
/** Outcomes looked at for each call at which the power is lost. */
const SEEDS: Readonly<Record<string, number>> = {
  'as the program writes': 150,
  'in small pieces': 25,
  'synced between frames': 60,
};

/** Repairs bytes as a real file. */
function repair(bytes: Uint8Array): Uint8Array {
  const file = path('run.pmlog');
  fs.writeFileSync(file, bytes);
  repairFile(file);
  const left = fs.readFileSync(file);
  for (const name of fs.readdirSync(path())) fs.rmSync(path(name));
  return left;
}

test.each(ways().map((way) => [way.name, way] as const))(
  'a log written %s survives the loss of power',
  (name, way) => {
    const seen = survivesPowerLoss(way, SEEDS[name]!, repair);
    expect(seen['crashes']).toBeGreaterThan(800);
    for (const outcome of ['clean', 'open', 'torn', 'corrupt', 'not-a-log', 'gone'])
      expect(seen[outcome] ?? 0, outcome).toBeGreaterThan(0);
  },
);
