import { describe, expect, test } from 'vitest';
import { readiness } from '../../src/flows/readiness.ts';
import { NEVER, type Ref, type Send, type Stamp, type View } from '../../src/kernel/model.ts';

/** Zookeeper zk-1, whose container runs and whose check has not passed yet, with this address. */
function viewOf(address: number): View {
  const spec = { cluster: 'mesos', role: 'zookeeper' };
  const states = new Map<Ref, unknown>([
    ['node/zk-1', { spec, stage: 'VERIFY_SERVICE', holds: false }],
    ['cluster/mesos', { nodes: new Map([['zookeeper', ['zk-1']]]), forming: new Map() }],
    ['docker/zk-1', { containers: new Map([['zookeeper', {}]]) }],
    ['vm/zk-1', { spec: { network: 'net' }, power: 'started', address }],
    ['segment/net', { duplicates: new Map() }],
  ]);
  return {
    at: 0,
    state: (model, name) => states.get(`${model}/${name}`),
    nameOf: () => 'zk-1',
    each: () => [],
  };
}

const STAMP: Stamp = { seq: 0, at: 0, cause: -1, entity: 0 };

const seen = (kind: string, address: number): readonly Send[] =>
  readiness.on[kind]?.({}, STAMP, viewOf(address)) ?? [];

describe('given a node whose service is looked for', () => {
  test('when its address comes and goes within one instant, then what was seen first is taken back', () => {
    const [came] = seen('vm.Addressed', 1);
    const [went] = seen('vm.AddressLost', -1);
    expect(came).toMatchObject({ to: 'node/zk-1', after: 0, command: { type: 'observe', holds: true } });
    expect(went).toMatchObject({ to: 'node/zk-1', after: NEVER });
    expect(went?.key).toBe(came?.key);
    expect(went?.key).toBeDefined();
  });
});
