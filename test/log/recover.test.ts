import { expect, test } from 'vitest';
import { type Answers, judge, matches, QUESTIONS, RECOVERY } from '../../src/log/recover.ts';

function answersFor(number: number): Answers {
  return Object.fromEntries(
    QUESTIONS.map((question, index) => [question, ((number >> index) & 1) === 1]),
  ) as Answers;
}

test('every combination of answers matches exactly one row', () => {
  const used = new Set<number>();
  for (let number = 0; number < 2 ** QUESTIONS.length; number += 1) {
    const answers = answersFor(number);
    const found = RECOVERY.flatMap((row, index) => (matches(row, answers) ? [index] : []));
    if (found.length !== 1) expect.fail(`${JSON.stringify(answers)} matches rows ${found.join(', ')}`);
    used.add(found[0]!);
  }
  expect(used.size).toBe(RECOVERY.length);
});

test('a row has an answer for every question', () => {
  for (const row of RECOVERY) expect(row.answers).toMatch(new RegExp(`^[01_]{${QUESTIONS.length}}$`));
});

test('a frame counts only when everything about it is right', () => {
  const rows = RECOVERY.filter((row) => row.status === 'whole');
  expect(rows).toHaveLength(1);
  const right = Object.fromEntries(QUESTIONS.map((question) => [question, true])) as Answers;
  expect(judge({ ...right, ended: false, zero: false, sector: false })).toBe(rows[0]);
});
