/** Registries that count pulls, who shares an address, and mirrors that fetch once for all. */
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/units.ts';
import type { Scenario, SiteSpec } from '../../src/scenario/types.ts';
import { createMesos, doing, HUB, inspector, lab, rehearse, site } from '../support/world.ts';

const MIRROR = 'mirror.corp';
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

describe('a mirror', () => {
  const mirror = { ...site, path: 'internet.mirror', inside: true, mirrorOf: HUB, images: {}, rtt: 1000 };
  const mirrored = (hub: Partial<SiteSpec>, cache: Partial<SiteSpec>, image: object = { mirror: MIRROR }) => {
    const { platform } = lab();
    return world(
      {},
      {
        internet: { [HUB]: { ...site, ...hub }, [MIRROR]: { ...mirror, names: [MIRROR], ...cache } },
        proxies: { corp: inspector },
        platform: { ...platform!, vmImage: { ...platform!.vmImage, ...image } },
      },
    );
  };

  test('inside is reached past the proxy, and fetches each manifest and layer once from an address of its own', () => {
    const run = mirrored({ limit }, {});
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect(run.all('proxy.Resigned')).toHaveLength(0);
    expect(run.all('registry.Counted').map(({ event }) => event['source'])).toEqual(Array(4).fill(MIRROR));
    const layers = run.all('registry.Kept').map(({ event }) => event['digest']);
    expect(layers).toHaveLength(8);
    expect(new Set(layers).size).toBe(8);
    const fromHub = run.all('fabric.Started').filter(({ event }) => {
      return (event['path'] as string[]).includes(`site/${HUB}`);
    });
    expect(fromHub).toHaveLength(8);
  });

  test('that is over its own limit is passed by, to the Hub', () => {
    const run = mirrored({ limit: { ...limit, pulls: 0 } }, {});
    const through = run.all('docker.FellThrough');
    expect(through.map(({ event }) => event['why'])).toContain('registry.rate-limited');
    expect(run.all('docker.PullFailed')).toHaveLength(through.length);
  });

  test.each([
    ['is down', {}, { up: false }, 'registry.unreachable'],
    ['has an origin that is down', { up: false }, {}, 'registry.unreachable'],
    ['is not trusted', {}, { issuedBy: 'corp-root' }, 'tls.untrusted-issuer'],
  ])('that %s is passed by', (_, hub, cache, why) => {
    expect(mirrored(hub, cache).all('docker.FellThrough')[0]?.event).toMatchObject({ why, site: HUB });
  });

  test('that is insecure needs no trust', () => {
    const run = mirrored({}, { issuedBy: 'corp-root' }, { mirror: MIRROR, insecure: [MIRROR] });
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });
});

test('nodes pull as their image says', () => {
  const { platform } = lab();
  const vmImage = { ...platform!.vmImage, engine: 'engine' as const };
  const run = world({}, { platform: { ...platform!, vmImage } });
  expect(run.all('cluster.Ready')).toHaveLength(1);
  expect(
    run.all('docker.Requested').filter(({ event }) => event['method'] === 'HEAD').length,
  ).toBeGreaterThan(0);
  expect(rehearse(lab()).all('docker.Configured')).toHaveLength(0);
});
