/** Metrics, aggregates, expectations and comparisons, on runs whose course is known. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/inspect/compare.ts';
import { judgeExpectations, judgeThresholds } from '../../src/inspect/expect.ts';
import { failuresOf, isOutcome } from '../../src/inspect/failures.ts';
import { loadOf } from '../../src/inspect/load.ts';
import { aggregate, measure } from '../../src/inspect/metrics.ts';
import { remedyFor } from '../../src/inspect/remedy.ts';
import { trafficOf } from '../../src/inspect/traffic.ts';
import type { ExpectSpec } from '../../src/scenario/types.ts';
import { run } from '../support/scenarios.ts';

const works = run('scenarios/photon/mesos-works.yaml');
const off = run('scenarios/photon/dhcp-off.yaml');
const MINUTE = 60e6;

describe('aggregates', () => {
  const values = [4, 1, 3, 2, 5];

  it.each([
    ['count', 5],
    ['min', 1],
    ['max', 5],
    ['avg', 3],
    ['last', 5],
    [{ percentile: 50 }, 3],
    [{ percentile: 95 }, 5],
    [{ percentile: 0 }, 1],
    [{ percentile: 20 }, 1],
    [{ percentile: 21 }, 2],
  ] as const)('%o', (by, expected) => {
    expect(aggregate(values, by)).toBe(expected);
  });

  it('of nothing is nothing, except its count', () => {
    expect(aggregate([], 'max')).toBeUndefined();
    expect(aggregate([], { percentile: 95 })).toBeUndefined();
    expect(aggregate([], 'count')).toBe(0);
  });
});

describe('metrics', () => {
  it('measure spans, counts and shares', () => {
    const metrics = measure(works.history);
    expect(metrics['cluster.create.duration']?.values).toHaveLength(1);
    expect(metrics['image.pull.duration']?.values).toHaveLength(11);
    const [ready = [], provisioned = []] = ['node.ready.duration', 'node.provision.duration'].map(
      (name) => metrics[name]?.values,
    );
    expect(ready).toHaveLength(11);
    expect(Math.min(...ready)).toBeGreaterThan(Math.min(...provisioned));
    expect(metrics['dhcp.time-to-address']?.values).toHaveLength(8);
    expect(metrics['vms.running']?.values.at(-1)).toBe(11);
    expect(metrics['dhcp.conflicts']?.values).toEqual([]);
    expect(metrics['events']?.values).toEqual([works.outcome.events]);
  });

  it('count what hosts carry: eleven VMs and the management VM of one host', () => {
    const last = loadOf(works.history)['hosts.memory.use'].at(-1)?.value as number;
    const gib = 128 * 0.25 + 3 * 8 + 8 * 4;
    expect(last).toBeCloseTo(gib / (4 * 128), 10);
  });

  it('add up what pulls moved, and say how full the proxy and the sites were', () => {
    const traffic = trafficOf(works.history);
    // Three zookeepers, three masters, a marathon and four slaves; configurations are some kilobytes.
    const sizes = 3 * 150e6 + 3 * 120e6 + 250e6 + 4 * 120e6;
    const moved = traffic['image.pull.bytes'].at(-1)?.value as number;
    expect(moved).toBeGreaterThanOrEqual(sizes);
    expect(moved).toBeLessThan(sizes + 11 * 20_000);
    for (const use of ['proxy.use', 'nic.use', 'site.use'] as const) {
      const shares = traffic[use].map(({ value }) => value);
      expect(Math.min(...shares)).toBe(0);
      expect(Math.max(...shares)).toBeLessThanOrEqual(1 + 1e-9);
    }
    // 200 Mbit/s are the narrowest link of all, and the site has five times as much.
    expect(Math.max(...traffic['proxy.use'].map(({ value }) => value))).toBeCloseTo(1, 6);
    expect(Math.max(...traffic['site.use'].map(({ value }) => value))).toBeCloseTo(0.2, 6);
    // Four hosts with 10 Gbit/s each: one that a lone pull ends on carries all of the proxy's 200 Mbit/s.
    expect(Math.max(...traffic['nic.use'].map(({ value }) => value))).toBeCloseTo(0.02, 6);
    expect(traffic['image.pull.layers.cached']).toEqual([]);
  });

  it('count layers that were on the machine already, and forget pulls that failed', () => {
    const kinds = [
      'docker.PullStarted',
      'docker.ManifestRead',
      'docker.LayerDone',
      'docker.Pulled',
      'docker.PullFailed',
    ];
    const happened = (at: number, kind: string, event: object = {}) => ({
      ...{ seq: at, at, entity: 'docker/node-1', cause: -1, draws: 0, kind: kinds.indexOf(kind) },
      event: { type: kind.slice('docker.'.length), ...event },
    });
    const history = {
      ...works.history,
      kinds: kinds.map((name) => ({ model: 'docker', type: name.slice('docker.'.length), version: 1 })),
      events: [
        happened(0, 'docker.PullStarted'),
        happened(1, 'docker.ManifestRead', { digests: ['base', 'a'] }),
        happened(2, 'docker.LayerDone', { digest: 'base' }),
        happened(3, 'docker.PullFailed'),
        happened(10, 'docker.PullStarted'),
        happened(11, 'docker.ManifestRead', { digests: ['base', 'b'] }),
        happened(15, 'docker.Pulled'),
        happened(20, 'docker.PullStarted'),
        happened(21, 'docker.Pulled'),
      ],
    } as unknown as typeof works.history;
    expect(trafficOf(history)['image.pull.layers.cached']).toEqual([
      { at: 11, value: 1 },
      // The second time the image was there, and its manifest was not asked for: a layer that came meanwhile counts.
      { at: 21, value: 1 },
    ]);
    expect(measure(history)['image.pull.duration']?.values).toEqual([5, 1]);
  });

  it('hold thresholds, and refuse one without a value', () => {
    const threshold = (metric: string, bound: number) => ({
      path: 'thresholds',
      metric,
      text: '',
      aggregate: 'max' as const,
      compare: '<' as const,
      bound,
    });
    const held = judgeThresholds(measure(off.history), [
      threshold('cluster.create.duration', MINUTE),
      threshold('vms.running', 7),
      threshold('vms.running', 6),
    ]);
    expect(held.map(({ holds, value }) => [holds, value])).toEqual([
      [false, undefined],
      [true, 6],
      [false, 6],
    ]);
  });
});

describe('expectations', () => {
  const judge = (expected: object, history = off.history) =>
    judgeExpectations(history, [{ path: 'expect[0]', text: '', ...expected } as ExpectSpec])[0];

  it('of an image on a node hold once it was pulled there, or was inside', () => {
    const node = { kind: 'node', name: 'mesos-1-slave-1' };
    const image = 'mesosphere/mesos-slave:0.26.0-0.2.145.ubuntu1404';
    expect(judge({ ...node, image }, works.history)).toMatchObject({ holds: true, note: '' });
    expect(judge({ ...node, image: 'esxcloud/zookeeper' }, works.history)?.note).toBe('it did not happen');
    const inside = run('scenarios/photon/mesos-works.yaml', {
      sets: [`platform.vm-image.preloaded=["${image}"]`],
      until: 20 * MINUTE,
    });
    expect(judge({ ...node, image }, inside.history)?.holds).toBe(true);
    const { history } = run('scenarios/registry/ca-added-to-running-engine.yaml');
    const app = 'registry.corp.example/team/app:1';
    expect(judge({ ...node, image: app }, history)?.note).toBe('failed with tls.untrusted-issuer');
  });

  it('hold by an instant or do not', () => {
    expect(judge({ kind: 'cluster', name: 'mesos-1', state: 'error', by: 17 * MINUTE })?.holds).toBe(true);
    expect(judge({ kind: 'cluster', name: 'mesos-1', state: 'error', by: 16 * MINUTE })).toMatchObject({
      holds: false,
      note: 'too late',
    });
    expect(judge({ kind: 'cluster', name: 'mesos-1', state: 'ready' })?.note).toBe(
      'failed with address.none',
    );
    expect(judge({ kind: 'fails', code: 'address.none' })?.holds).toBe(true);
    expect(judge({ kind: 'fails', code: 'quota.exceeded' })?.holds).toBe(false);
    expect(judge({ kind: 'never-fails', code: 'address.none' })?.holds).toBe(false);
    expect(judge({ kind: 'nothing-fails' }, works.history)?.holds).toBe(true);
    expect(judge({ kind: 'nothing-fails' })?.holds).toBe(false);
  });
});

describe('a comparison', () => {
  it('of a run with itself finds nothing', () => {
    expect(compare(works.history, works.history)).toMatchObject({ equal: true, differences: [] });
  });

  it('begins with what was asked differently and goes on with what came of it', () => {
    const { equal, differences } = compare(off.history, works.history);
    expect(equal).toBe(false);
    const later = differences.filter(({ left, right }) => Math.max(left?.at ?? 0, right?.at ?? 0) > 0);
    expect(differences[0]).toMatchObject({ kind: 'scenario.Asked' });
    expect(later[0]).toMatchObject({ kind: 'dhcp.Offered', left: undefined });
  });
});

describe('a remedy', () => {
  it.each([
    ['mesos-works', ['proxies.edge.up=false'], 'proxies.edge.up=true'],
    ['mesos-works', ['internet."registry-1.docker.io".up=false'], 'internet."registry-1.docker.io".up=true'],
    [
      'project-too-small',
      ['platform.tenants.lab.projects.dev={ percent: 20 }'],
      'platform.tenants.lab.projects.dev={ limits: { vm: 11, vm.cpu: 25, vm.memory: 56GiB } }',
    ],
  ])('%s with %o', (name, sets, remedy) => {
    const { history, checked } = run(`scenarios/photon/${name}.yaml`, { sets });
    const [failure] = failuresOf(history, checked).filter(isOutcome);
    expect(failure && remedyFor(failure, history, checked.scenario).set).toBe(remedy);
  });

  it('for DHCP that was stopped names the action that stopped it', () => {
    const sets = ['do[1]={ at: 6m, stop-dhcp: mgmt }', 'thresholds={}'];
    const { history, checked } = run('scenarios/photon/mesos-works.yaml', { sets });
    const [failure] = failuresOf(history, checked).filter(isOutcome);
    const remedy = failure && remedyFor(failure, history, checked.scenario);
    expect(remedy).toMatchObject({ code: 'address.none', set: '' });
    expect(remedy?.help).toContain('(do[1])');
  });
});
