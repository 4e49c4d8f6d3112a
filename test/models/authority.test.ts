import { expect, test } from 'vitest';
import { authority } from '../../src/models/authority/decide.ts';
import { specify } from '../support/spec.ts';

const spec = specify(authority, 'authority/issuing');
const terms = {
  subject: 'issuing',
  issuer: 'corp-root',
  from: -5,
  until: 5,
  pathLength: 0,
  permits: ['corp.example'],
  excludes: [],
  start: 1_464_080_400_000_000,
};

test('an authority says whose it is, who signed it, and for how long', () => {
  const declared = spec.when({ ...terms, type: 'declare' }).then({ ...terms, type: 'Declared' });
  expect(declared.state()).toEqual({ ...terms, declaredSeq: 0 });
});

test('every command and event is specified above', () => spec.shown({ declare: true }, {}));
