/** Every check of the tests here by its name, small enough for a program that was broken on purpose. Each loads what it needs. */
import { readFileSync } from 'node:fs';

/** What a check is given: all of it was made by the program as it should be. */
export interface Given {
  /** A log of a few frames, and one of a run. */
  readonly frames: string;
  readonly run: string;
  readonly hash: string;
  /** A folder of old logs. */
  readonly corpus: string;
}

const ofLog = () => import('./checks-log.ts');
const ofDisk = () => import('./checks-disk.ts');
const ofRun = () => import('./checks-run.ts');

const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(file));

export const CHECKS = {
  'same in, same out': async ({ hash }) => (await ofRun()).sameOut(hash),
  'a log proves itself': async ({ run }) => (await ofRun()).provesItself(bytesOf(run)),
  'turned bits are noticed': async ({ frames }) => (await ofLog()).flipsNoticed(bytesOf(frames)),
  'turned bits make no other history': async ({ frames }) => (await ofLog()).flipsHarmless(bytesOf(frames)),
  'lost ends are noticed': async ({ frames }) => (await ofLog()).cutsNoticed(bytesOf(frames)),
  'moved frames are noticed': async () => {
    const { surgeries } = await import('./surgeries.ts');
    (await ofLog()).surgeriesNoticed(surgeries('few'));
  },
  'made-up logs are given a verdict': async ({ frames }) =>
    (await import('./checks-fuzz.ts')).manyHold(bytesOf(frames), 800),
  'a fork goes on': async () => (await ofRun()).forksGoOn(),
  'a log folds': async () => (await ofRun()).foldsAlike(),
  'effects have causes': async () => (await ofRun()).causesHold(),
  'a loop ends': async () => (await ofRun()).endlessLoopEnds(),
  'failures of the disk leave whole frames': async () => {
    const { survivesFailures, ways } = await ofDisk();
    for (const way of ways()) survivesFailures(way, { code: 'ENOSPC', forGood: false });
  },
  'a full disk leaves whole frames': async () => {
    const { survivesFullDisk, ways } = await ofDisk();
    for (const way of ways()) survivesFullDisk(way, 'capacity', Math.ceil(way.bytes.length / 20));
  },
  'the loss of power leaves what was synced': async () => {
    const { survivesPowerLoss, ways } = await ofDisk();
    for (const way of ways()) survivesPowerLoss(way, 6);
  },
  'old logs are read': async ({ corpus }) => (await import('./compat.ts')).checkCorpus(corpus),
} as const satisfies Record<string, (given: Given) => Promise<unknown>>;

export type CheckName = keyof typeof CHECKS;
