/** Promises 1, 2, 10, 11 and 12 on one run: the checks that `canary.test.ts` sees fail when the program is broken. */
import { test } from 'vitest';
import { run } from '../support/scenarios.ts';
import {
  causesHold,
  endlessLoopEnds,
  foldsAlike,
  forksGoOn,
  hashOf,
  provesItself,
  SCENARIO,
  sameOut,
} from './support/checks-run.ts';

test('same in, same out', () => sameOut(hashOf(run(SCENARIO).log)));
test('a log proves itself', () => provesItself(run(SCENARIO).log));
test('a fork without a change is the original', () => forksGoOn());
test('a log folds to the world that its run had', () => foldsAlike());
test('every effect has a cause that is earlier', () => causesHold());
test('an endless loop ends, and is named', () => endlessLoopEnds());
