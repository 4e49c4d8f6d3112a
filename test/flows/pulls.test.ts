/** Trust and registries: what keeps an image from its node, and which lines of the scenario it rests on. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import type { AuthoritySpec, Scenario } from '../../src/scenario/types.ts';
import { createMesos, doing, HUB, inspector, lab, type Rehearsal, rehearse, site } from '../support/world.ts';

const failure = (run: Rehearsal) =>
  run.last('cluster.Failed').event as unknown as { why: string; words: string; step: string };

describe('TLS', () => {
  const inspected = (more: Partial<typeof inspector> = {}): Partial<Scenario> => ({
    proxies: { corp: { ...inspector, ...more } },
  });
  const refusals = (run: Rehearsal) => [
    ...new Set(run.all('trust.Refused').map(({ event }) => event['why'])),
  ];

  test('a VM image named like a node keeps its own trust store', () => {
    const scenario = lab({ proxies: { corp: inspector } });
    const { vmImage } = scenario.platform!;
    const run = rehearse({
      ...scenario,
      platform: {
        ...scenario.platform!,
        vmImage: { ...vmImage, name: 'mesos-zookeeper-1' },
        template: { path: 'platform.template', trusts: ['corp-root'] },
      },
      actions: doing(
        [10 * SECOND, createMesos],
        // From here on only the image's own roots are given.
        [50 * SECOND, { verb: 'edit-template', trusts: [] }],
      ),
    });
    const { roots } = run.engine.world.stateOf('trust/mesos-master-1') as { roots: Map<string, unknown> };
    expect([...roots.keys()]).toEqual(['public']);
  });

  test('an inspecting proxy whose root is not in the nodes fails the first phase with "time exceeded"', () => {
    const run = rehearse(lab(inspected()));
    expect(refusals(run)).toEqual(['tls.untrusted-issuer']);
    expect(failure(run)).toMatchObject({ step: 'SETUP_ZOOKEEPER', why: 'time.exceeded' });
    expect(run.paths(run.last('cluster.Failed'))).toEqual(
      expect.arrayContaining(['platform.image.trusts', 'platform.template', 'proxies.corp.tls']),
    );
    // Not retried (photon-and-vdvs.md 5.3).
    expect(run.all('docker.PullStarted')).toHaveLength(3);
    expect(run.last('docker.PullFailed').event['words']).toBe(
      'Error while pulling image: Get https://index.docker.io/v1/repositories/esxcloud/zookeeper/images: x509: certificate signed by unknown authority',
    );
  });

  test('its root in the template mends that, before the nodes are made', () => {
    const scenario = lab(inspected());
    const template = { ...scenario.platform!.template, trusts: ['corp-root'] };
    const mended = rehearse({ ...scenario, platform: { ...scenario.platform!, template } });
    expect(mended.all('cluster.Ready')).toHaveLength(1);
  });

  test('a template edited after the ISO was built is too late for that node', () => {
    const run = rehearse(
      lab({
        ...inspected(),
        actions: doing(
          [10 * SECOND, createMesos],
          [5 * MINUTE, { verb: 'edit-template', trusts: ['corp-root'] }],
        ),
      }),
    );
    expect(failure(run).step).toBe('SETUP_ZOOKEEPER');
  });

  test('a bypass that forgets the blob host ends at the first blob, in the words of that request', () => {
    const [auth, cdn] = ['auth.docker.io', 'production.cloudflare.docker.com'];
    const beside = (host: string) => ({ ...site, path: `internet.${host}`, names: [host], images: {} });
    const hub = { ...site, token: auth, blobs: cdn };
    const run = rehearse({
      ...lab(inspected({ bypass: [HUB, auth] })),
      internet: { [HUB]: hub, [auth]: beside(auth), [cdn]: beside(cdn) },
    });
    expect(refusals(run)).toEqual(['tls.untrusted-issuer']);
    expect(run.all('docker.ManifestRead')).toHaveLength(3);
    const { words } = run.last('docker.PullFailed').event;
    expect(words).toMatch(
      new RegExp(`^Get https://${cdn}/[^"]+: x509: certificate signed by unknown authority$`),
    );
  });

  test('a bypass for the registry mends it too', () => {
    expect(rehearse(lab(inspected({ bypass: [HUB] }))).all('cluster.Ready')).toHaveLength(1);
  });

  test.each([
    ['behind by more than the proxy backdates', -2 * HOUR, 'tls.not-yet-valid'],
    ['two years ahead', 730 * DAY, 'tls.expired'],
  ] as const)('a clock %s, and the clock of the host is why', (_, clock, why) => {
    const scenario = lab(inspected());
    const hosts = Object.fromEntries(
      Object.entries(scenario.hosts).map(([name, host]) => [name, { ...host, clock }]),
    );
    const template = { ...scenario.platform!.template, trusts: ['corp-root'] };
    const run = rehearse({ ...scenario, hosts, platform: { ...scenario.platform!, template } });
    expect(refusals(run)).toEqual([why]);
    expect(run.paths(run.last('cluster.Failed')).some((path) => path.startsWith('hosts.'))).toBe(true);
  });

  test('a clock that is set right mends the nodes that are started after it', () => {
    const scenario = lab(inspected());
    const hosts = Object.fromEntries(
      Object.entries(scenario.hosts).map(([name, host]) => [name, { ...host, clock: -2 * HOUR }]),
    );
    const template = { ...scenario.platform!.template, trusts: ['corp-root'] };
    const actions = doing(
      ...['esx-01', 'esx-02'].map((host) => [SECOND, { verb: 'set-clock', host, clock: 0 }] as const),
      [10 * SECOND, createMesos],
    );
    expect(
      rehearse({ ...scenario, hosts, actions, platform: { ...scenario.platform!, template } }).all(
        'cluster.Ready',
      ),
    ).toHaveLength(1);
  });

  test('a certificate of the registry that has expired, and the registry is why', () => {
    const run = rehearse(lab({ internet: { [HUB]: { ...site, until: -1 } } }));
    expect(refusals(run)).toEqual(['tls.expired']);
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('a root that has expired: its store and the clock that it is looked at by are why', () => {
    const scenario = lab();
    const run = rehearse({
      ...scenario,
      authorities: {
        ...scenario.authorities,
        public: { ...(scenario.authorities['public'] as AuthoritySpec), from: -DAY, until: -1 },
      },
    });
    expect(refusals(run)).toEqual(['tls.expired']);
    const paths = run.paths(run.last('trust.Refused'));
    expect(paths).toContain('platform.image.trusts');
    expect(paths.some((path) => path.startsWith('hosts.'))).toBe(true);
  });

  test('a proxy that is down', () => {
    const run = rehearse(lab(inspected({ up: false })));
    expect(new Set(run.all('docker.PullFailed').map(({ event }) => event['why']))).toEqual(
      new Set(['proxy.down']),
    );
    expect(run.paths(run.last('cluster.Failed'))).toContain('proxies.corp');
  });
});

describe('registries', () => {
  test('one that does not answer', () => {
    const run = rehearse(lab({ internet: { [HUB]: { ...site, up: false } } }));
    expect(run.last('docker.PullFailed').event['why']).toBe('registry.unreachable');
    expect(
      run.last('docker.PullFailed', 'mesos-zookeeper-1').at -
        run.last('docker.PullStarted', 'mesos-zookeeper-1').at,
    ).toBe(15 * SECOND);
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('one that does not have the image', () => {
    const run = rehearse(lab({ internet: { [HUB]: { ...site, images: {} } } }));
    expect(run.last('docker.PullFailed').event['why']).toBe('image.not-found');
    expect(run.paths(run.last('cluster.Failed'))).toContain(`internet.${HUB}`);
  });

  test('one that does not exist', () => {
    const run = rehearse(lab({ internet: {} }));
    expect(run.last('docker.PullFailed').event['words']).toBe(`dial tcp: lookup ${HUB}: no such host`);
    expect(failure(run).why).toBe('time.exceeded');
  });
});
