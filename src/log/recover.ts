/**
 * What a log is worth, as one table. A reader goes through the file from its first byte, answers the questions below as
 * far as it gets, and does what the only row that matches says. A test enumerates all answers.
 */
import { assert } from '../base/assert.ts';

/** What is left of a log: `clean` ended as it should, `open` lacks its end, `torn` lost the frame being written. */
export type LogStatus = 'clean' | 'open' | 'torn' | 'corrupt' | 'not-a-log' | 'too-new';

/** The questions, in the order in which they are asked. One that was not reached counts as answered no. */
export const QUESTIONS = [
  'magic', // does the file begin as a log does, as far as it goes?
  'header', // is the whole file header there?
  'sound', // is the checksum of the file header right, and are its reserved bytes zero?
  'readable', // does the log ask for no newer reader than this one?

  'ended', // did an end frame come before this place?
  'more', // are there bytes at this place?
  'preface', // did the preface come before this place?

  'zero', // are all bytes from here on zero?
  'framed', // is a whole frame header there?
  'checked', // is the checksum of the frame header right?
  'placed', // does the frame go on where the last one ended, with numbers that are possible?
  'whole', // is the whole frame there?

  'intact', // is the checksum of its body right?
  'sector', // is it the last frame, with a sector of zeros that the disk may never have written?

  'chained', // does its hash continue the chain?
  'known', // is its type known, or one that may be skipped?
  'sensible', // does its content make sense?
] as const;

export type Question = (typeof QUESTIONS)[number];
export type Answers = Record<Question, boolean>;

/** One row: the answers that it is for (`_` is either), what the log is then, and why, in half a sentence. */
export interface Row {
  readonly answers: string;
  /** `whole`: the frame counts, go on to the next one. */
  readonly status: LogStatus | 'whole';
  readonly because: string;
}

export const RECOVERY: readonly Row[] = [
  row('0___ ___ _____ __ ___', 'not-a-log', 'it does not begin as a log does'),
  row('10__ ___ _____ __ ___', 'torn', 'it ends within its file header'),
  row('110_ ___ _____ __ ___', 'corrupt', 'its file header is damaged'),
  row('1110 ___ _____ __ ___', 'too-new', 'it asks for a newer reader'),
  row('1111 10_ _____ __ ___', 'clean', 'it is complete'),
  row('1111 11_ _____ __ ___', 'corrupt', 'something follows its end'),
  row('1111 000 _____ __ ___', 'torn', 'it ends before its preface'),
  row('1111 001 _____ __ ___', 'open', 'it has no end'),
  row('1111 01_ 1____ __ ___', 'torn', 'the rest of it is zero'),
  row('1111 01_ 00___ __ ___', 'torn', 'it ends within the header of a frame'),
  row('1111 01_ 010__ __ ___', 'corrupt', 'the header of a frame is damaged'),
  row('1111 01_ 0110_ __ ___', 'corrupt', 'a frame is out of place'),
  row('1111 01_ 01110 __ ___', 'torn', 'it ends within a frame'),
  row('1111 01_ 01111 00 ___', 'corrupt', 'the body of a frame is damaged'),
  row('1111 01_ 01111 01 ___', 'torn', 'part of its last frame was never written'),
  row('1111 01_ 01111 1_ 0__', 'corrupt', 'a frame does not follow from the ones before it'),
  row('1111 01_ 01111 1_ 10_', 'too-new', 'it holds a frame of a type unknown to this version'),
  row('1111 01_ 01111 1_ 110', 'corrupt', 'the content of a frame is impossible'),
  row('1111 01_ 01111 1_ 111', 'whole', 'the frame is whole'),
];

function row(answers: string, status: Row['status'], because: string): Row {
  return { answers: answers.replaceAll(' ', ''), status, because };
}

/** Answers before anything was looked at. */
export function unanswered(): Answers {
  return Object.fromEntries(QUESTIONS.map((question) => [question, false])) as Answers;
}

/** The row for these answers. */
export function judge(answers: Answers): Row {
  const found = RECOVERY.find((candidate) => matches(candidate, answers));
  assert(found !== undefined, 'the recovery table has a row for every case');
  return found;
}

/** Whether a row is for these answers. */
export function matches(candidate: Row, answers: Answers): boolean {
  return QUESTIONS.every((question, index) => {
    const wanted = candidate.answers[index];
    return wanted === '_' || (wanted === '1') === answers[question];
  });
}
