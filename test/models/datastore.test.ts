import { describe, expect, test } from 'vitest';
import { GIB } from '../../src/base/units.ts';
import { datastore } from '../../src/models/datastore/decide.ts';
import type { DatastoreCommand, DatastoreEvent } from '../../src/models/datastore/events.ts';
import { specify } from '../support/spec.ts';

const spec = specify(datastore, 'datastore/vsan');

const declared: DatastoreEvent = { type: 'Declared', capacity: 100 * GIB, write: 400e6, hosts: ['esx-01'] };
const clone = (vm: string, image = 'mesos', size = 40 * GIB): DatastoreCommand => ({
  type: 'clone',
  vm,
  image,
  size,
});
const copying = (vm: string, image = 'mesos', size = 40 * GIB): DatastoreEvent => ({
  type: 'CopyStarted',
  image,
  size,
  vm,
});
const cloned = (vm: string): DatastoreEvent => ({ type: 'DiskCloned', image: 'mesos', vm });

test('a datastore is declared', () => {
  const state = spec
    .when({ type: 'declare', capacity: 100 * GIB, write: 400e6, hosts: ['esx-01'] })
    .then(declared)
    .state();
  expect(state).toMatchObject({ capacity: 100 * GIB, used: 0, declaredSeq: 0 });
});

describe('a linked clone', () => {
  test('of an image that is not there copies it first; others wait for the same copy', () => {
    spec
      .given(declared)
      .when(clone('a'))
      .then(copying('a'))
      .when(clone('b'))
      .then({ type: 'CopyAwaited', image: 'mesos', vm: 'b' })
      .when({ type: 'copied', image: 'mesos' })
      .then({ type: 'ImageCopied', image: 'mesos', size: 40 * GIB }, cloned('a'), cloned('b'))
      .when(clone('c'))
      .then(cloned('c'));
  });

  test('takes no room of its own: only images count', () => {
    const state = spec
      .given(declared, copying('a'), { type: 'ImageCopied', image: 'mesos', size: 40 * GIB })
      .given(cloned('a'), cloned('b'), cloned('c'))
      .state();
    expect(state.used).toBe(40 * GIB);
  });

  test('of an image that just fits is made', () => {
    spec
      .given(declared, copying('a'))
      .when(clone('b', 'swarm', 60 * GIB))
      .then(copying('b', 'swarm', 60 * GIB));
  });

  test('of an image that does not fit is refused, which rests on the declaration', () => {
    spec
      .given(declared, copying('a'))
      .when(clone('b', 'swarm', 60 * GIB + 1))
      .then({
        type: 'CloneRefused',
        vm: 'b',
        why: 'datastore.full',
        words: 'NotEnoughDatastoreCapacity',
        facts: [0],
      });
  });

  test('is not made by the end of a copy that nobody started', () => {
    spec.given(declared).when({ type: 'copied', image: 'mesos' }).then();
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown({ declare: true, clone: true, copied: true }, { 'datastore.full': true }));
