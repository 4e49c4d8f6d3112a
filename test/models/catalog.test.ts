import { expect, test } from 'vitest';
import { GIB } from '../../src/base/units.ts';
import { catalog } from '../../src/models/catalog/decide.ts';
import { specify } from '../support/spec.ts';

const spec = specify(catalog, 'catalog/photon');

test('a flavor is set, and set again', () => {
  const state = spec
    .when({ type: 'flavor', flavor: 'small', cpu: 1, memory: GIB })
    .then({ type: 'FlavorSet', flavor: 'small', cpu: 1, memory: GIB })
    .when({ type: 'flavor', flavor: 'small', cpu: 2, memory: 2 * GIB })
    .then({ type: 'FlavorSet', flavor: 'small', cpu: 2, memory: 2 * GIB })
    .state();
  expect([...state.flavors]).toEqual([['small', { cpu: 2, memory: 2 * GIB }]]);
});

test('an image is set with what is inside it', () => {
  const state = spec
    .when({ type: 'image', image: 'mesos', size: 3 * GIB, preloaded: ['swarm:0.4.0'] })
    .then({ type: 'ImageSet', image: 'mesos', size: 3 * GIB, preloaded: ['swarm:0.4.0'] })
    .state();
  expect(state.images.get('mesos')).toEqual({ size: 3 * GIB, preloaded: ['swarm:0.4.0'] });
});

test('the template holds what the last edit put there, and which edit that was', () => {
  const state = spec
    .when({ type: 'template', roots: [] })
    .then({ type: 'TemplateEdited', roots: [], from: [], until: [] })
    .when({ type: 'template', roots: [{ name: 'corp', from: -1, until: 9 }] })
    .then({ type: 'TemplateEdited', roots: ['corp'], from: [-1], until: [9] })
    .state();
  expect(state.template).toEqual([{ name: 'corp', from: -1, until: 9 }]);
  expect(state.templateSeq).toBe(1);
});

test('an engine is set for the machines of an image', () => {
  const engine = {
    client: 'engine',
    ownRoots: ['quay.io'],
    insecure: ['registry.corp'],
    mirror: 'mirror.corp',
  } as const;
  const state = spec
    .when({ type: 'engine', image: 'mesos', ...engine })
    .then({ type: 'EngineSet', image: 'mesos', ...engine })
    .state();
  expect([...state.engines]).toEqual([['mesos', engine]]);
});

test('a user for proxies is set for the machines of an image', () => {
  const state = spec
    .when({ type: 'engine', image: 'mesos', client: 'engine', ownRoots: [], insecure: [], mirror: '' })
    .after.when({ type: 'proxy-user', image: 'mesos', user: 'nodes' })
    .then({ type: 'ProxyUserSet', image: 'mesos', user: 'nodes' })
    .state();
  expect([...state.proxyUsers]).toEqual([['mesos', { user: 'nodes', seq: 1 }]]);
});

test('when clocks are set right is set for the machines of an image', () => {
  const state = spec
    .when({ type: 'time-sync', image: 'mesos', after: 30 })
    .then({ type: 'TimeSyncSet', image: 'mesos', after: 30 })
    .state();
  expect([...state.timeSyncs]).toEqual([['mesos', { after: 30, seq: 0 }]]);
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    { flavor: true, image: true, template: true, engine: true, 'proxy-user': true, 'time-sync': true },
    {},
  ));
