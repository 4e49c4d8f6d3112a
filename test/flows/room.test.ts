/** Quota, hosts and datastores that are too small. */
import { describe, expect, test } from 'vitest';
import { GIB } from '../../src/base/units.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { lab, type Rehearsal, rehearse } from '../support/world.ts';

const failure = (run: Rehearsal) =>
  run.last('cluster.Failed').event as unknown as { why: string; words: string; step: string };

describe('room', () => {
  const limited = (limits: Record<string, number>): Scenario => {
    const scenario = lab();
    const tenants = scenario.platform!.tenants;
    const dev = { ...tenants['lab']!.projects['dev']!, limits };
    return {
      ...scenario,
      platform: { ...scenario.platform!, tenants: { lab: { ...tenants['lab']!, projects: { dev } } } },
    };
  };

  test('a project too small for the cluster refuses the VM that would pass its limit', () => {
    const run = rehearse(limited({ vm: 4 }));
    expect(failure(run)).toMatchObject({ step: 'SETUP_MASTERS', why: 'quota.exceeded' });
    expect(run.all('ticket.Refused')).toHaveLength(2);
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['do[0]', 'platform.tenants.lab.projects.dev']),
    );
  });

  test('a project that is exactly large enough does not', () => {
    expect(rehearse(limited({ vm: 9 })).all('cluster.Ready')).toHaveLength(1);
    expect(rehearse(limited({ vm: 8 })).all('cluster.Ready')).toHaveLength(0);
  });

  test('a project that is too large for its tenant is refused there', () => {
    const run = rehearse(limited({ vm: 101 }));
    expect(run.last('ticket.Refused', 'lab').event).toMatchObject({
      holder: 'ticket/lab/dev',
      why: 'quota.exceeded',
    });
  });

  test('hosts that are too small', () => {
    const scenario = lab();
    const hosts = Object.fromEntries(
      Object.entries(scenario.hosts).map(([name, host]) => [name, { ...host, memory: 4 * GIB }]),
    );
    const run = rehearse({ ...scenario, hosts });
    expect(failure(run)).toMatchObject({ step: 'SETUP_ZOOKEEPER', why: 'placement.not-enough-memory' });
    expect(
      run.paths(run.last('cluster.Failed')).some((path) => path.startsWith('hosts.') || path === 'do[0]'),
    ).toBe(true);
  });

  test('no host for VMs: the hosts are why', () => {
    const scenario = lab();
    const hosts = { 'esx-01': { ...scenario.hosts['esx-01']!, roles: ['mgmt' as const] } };
    const run = rehearse({ ...scenario, hosts });
    expect(failure(run).why).toBe('placement.no-host');
  });

  test('a datastore too small for the image', () => {
    const scenario = lab();
    const datastores = { vsan: { ...scenario.datastores['vsan']!, capacity: 2 * GIB } };
    const run = rehearse({ ...scenario, datastores });
    expect(failure(run).why).toBe('datastore.full');
    expect(run.paths(run.last('cluster.Failed'))).toContain('datastores.vsan');
  });
});
