/** The options that a log says its run had, judged before anything is made of them: checksums say nothing about sense. */
import type { RunOptions } from './program.ts';

type Fits = (value: unknown) => boolean;

const isText: Fits = (value) => typeof value === 'string';
const isTexts: Fits = (value) => Array.isArray(value) && value.every(isText);
const isCount: Fits = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SHAPE: Readonly<Record<keyof RunOptions, Fits>> = {
  name: isText,
  file: isText,
  overlays: isTexts,
  sets: isTexts,
  seed: isText,
  ties: isCount,
  until: isCount,
  start: Number.isSafeInteger,
  bounds: (value) => isRecord(value) && Object.values(value).every(isCount),
  fork: (value) =>
    value === undefined ||
    (isRecord(value) && isText(value['of']) && isCount(value['at']) && isTexts(value['sets'])),
};

/** The first option that is missing, or is what no run can have; undefined when all are in order. */
export function wrongOption(options: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(SHAPE).find((name) => !SHAPE[name as keyof RunOptions](options[name]));
}
