import { expect, test } from 'vitest';
import { MILLISECOND } from '../../src/base/units.ts';
import { registry } from '../../src/models/registry/decide.ts';
import type { RegistryEvent } from '../../src/models/registry/events.ts';
import { specify } from '../support/spec.ts';

const spec = specify(registry, 'registry/quay.io');

const site = { issuer: 'public', from: -5, until: 5, rtt: 20 * MILLISECOND, bandwidth: 1e9, up: true };
const declared: RegistryEvent = { type: 'Declared', ...site };
const layers = { digests: ['sha256:a', 'sha256:b'], sizes: [10, 20] };
const published: RegistryEvent = { type: 'Published', image: 'quay.io/coreos/etcd:v2.0.8', ...layers };

test('a registry is declared and holds what is published', () => {
  const state = spec
    .when({ type: 'declare', ...site })
    .then(declared)
    .when({ type: 'publish', image: 'quay.io/coreos/etcd:v2.0.8', ...layers })
    .then(published)
    .state();
  expect(state).toMatchObject({ ...site, declaredSeq: 0 });
});

test('a manifest names the layers, base layer first', () => {
  spec
    .given(declared, published)
    .when({ type: 'manifest', image: 'quay.io/coreos/etcd:v2.0.8', asker: 'etcd-1' })
    .then({ type: 'Served', image: 'quay.io/coreos/etcd:v2.0.8', asker: 'etcd-1', ...layers });
});

test('an image published again has its new layers', () => {
  const again: RegistryEvent = {
    type: 'Published',
    image: 'quay.io/coreos/etcd:v2.0.8',
    digests: ['sha256:c'],
    sizes: [1],
  };
  expect(
    spec
      .given(declared, published, again)
      .when({ type: 'manifest', image: 'quay.io/coreos/etcd:v2.0.8', asker: 'etcd-1' }).events[0],
  ).toMatchObject({ digests: ['sha256:c'] });
});

test('an image that is not there is refused in the words of the engine, which rests on the declaration', () => {
  spec
    .given(declared)
    .when({ type: 'manifest', image: 'quay.io/x:1', asker: 'etcd-1' })
    .then({
      type: 'Missing',
      image: 'quay.io/x:1',
      asker: 'etcd-1',
      why: 'image.not-found',
      words: 'manifest for quay.io/x:1 not found: manifest unknown: manifest unknown',
      facts: [0],
    });
});

test('every command, event and refusal is specified above', () =>
  spec.shown({ declare: true, publish: true, manifest: true }, { 'image.not-found': true }));
