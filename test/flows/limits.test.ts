/** Registries that count pulls, and who shares an address. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import type { Scenario, SiteSpec } from '../../src/scenario/types.ts';
import { createMesos, doing, HUB, inspector, lab, rehearse, site } from '../support/world.ts';

const limit = { path: 'internet.hub.limit', pulls: 4, per: 6 * HOUR };
const world = (hub: Partial<SiteSpec>, more: Partial<Scenario> = {}) =>
  rehearse(
    lab({
      internet: { [HUB]: { ...site, ...hub } },
      actions: doing([10 * SECOND, createMesos]),
      ...more,
    }),
  );

describe('a limit on pulls', () => {
  const proxies = { corp: { ...inspector, intercept: false } };

  test('is shared by all machines behind a proxy, and is the end of a pull', () => {
    const run = world({ limit }, { proxies });
    expect(run.all('registry.Counted')).toHaveLength(4);
    const failed = run.all('docker.PullFailed').map(({ event }) => event['why']);
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set(failed)).toEqual(new Set(['registry.rate-limited']));
    expect(run.all('docker.PullStarted')).toHaveLength(4 + failed.length);
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['internet.hub.limit', 'proxies.corp']),
    );
  });

  test('is each machine’s own without one', () => {
    const run = world({ limit });
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect(new Set(run.all('registry.Counted').map(({ event }) => event['source'])).size).toBeGreaterThan(4);
  });
});
