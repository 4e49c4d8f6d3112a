/** A registry of three hosts, a proxy and each client: which of them must trust what, and what is seen when one does not. */
import { describe, expect, test } from 'vitest';
import { predictPull } from '../../src/exchange/conformance/registry/predict.ts';
import { type PullSetup, pullSetupSchema } from '../../src/exchange/conformance/registry/setup.ts';

const HUB = 'registry-1.docker.io';
const AUTH = 'auth.docker.io';
const STORE = 'cdn.docker.io';
const MB = 1_000_000;

const setup = (
  client: string,
  more: Record<string, unknown> = {},
  rig: Record<string, unknown> = {},
): PullSetup =>
  pullSetupSchema.parse({
    ...{
      case: 'made up',
      client,
      image: 'photon/etcd:2',
      clientTrust: 'public',
      network: 'ok',
      imagesPresent: [],
    },
    rig: { proxy: null, bypass: [], originDelayMsEachWay: 0, maxTls: 'TLSv1.3', ...rig },
    software: { engine: 'docker 20.10.24' },
    hosts: {
      [HUB]: 'registry API',
      [AUTH]: 'token service',
      [STORE]: 'blob store',
      'private.example': 'same registry, whose certificate chains to a root nobody trusts',
    },
    images: {
      'photon/etcd:2': {
        manifestList: false,
        platforms: [
          {
            ...{ os: 'linux', architecture: 'amd64' },
            layers: ['sha256:a', 'sha256:b'].map((digest) => ({ digest, compressedBytes: MB })),
          },
        ],
      },
    },
    ...more,
  });

const UNKNOWN = 'x509: certificate signed by unknown authority';

describe('behind a proxy that re-signs', () => {
  const proxied = (client: string, bypass: readonly string[], trust = 'public', image = 'photon/etcd:2') =>
    predictPull(setup(client, { clientTrust: trust, image }, { proxy: 'squid', bypass }));

  test.each(['docker-engine', 'containerd-ctr', 'skopeo'])(
    '%s pulls when it trusts the root, or all is bypassed',
    (client) => {
      expect(proxied(client, [], 'corp').ok).toBe(true);
      expect(proxied(client, [HUB, AUTH, STORE]).ok).toBe(true);
      expect(proxied(client, [])).toMatchObject({ ok: false, requests: [] });
    },
  );

  test('a forgotten token service fails after one request, on behalf of the next', () => {
    const { message, requests } = proxied('docker-engine', [HUB, STORE]);
    expect(requests).toHaveLength(1);
    expect(message).toMatch(
      new RegExp(`^Head "https://${HUB}/v2/photon/etcd/manifests/2": Get "https://${AUTH}/token`),
    );
    expect(message).toContain(UNKNOWN);
  });

  test('a forgotten blob store fails by the configuration, while the layers wait for their second attempt', () => {
    const { message, requests, retryDelaysSeconds } = proxied('docker-engine', [HUB, AUTH]);
    expect(message).toBe(`error pulling image configuration: download failed after attempts=6: ${UNKNOWN}`);
    expect(requests.filter(({ host }) => host === STORE)).toEqual([]);
    expect(requests.filter(({ blob }) => blob === 'config')).toHaveLength(5);
    expect(retryDelaysSeconds).toEqual([5, 5]);
  });

  test.each([
    ['docker-engine', 'received unexpected HTTP status: 503 Service Unavailable'],
    ['skopeo', 'invalid status code from registry 503 (Service Unavailable)'],
    ['containerd-ctr', 'failed with status code [manifests 2]: 503 Service Unavailable'],
  ])('%s is shown a page about an origin that the proxy distrusts', (client, words) => {
    const { message, requests } = proxied(client, [], 'corp', 'private.example/photon/etcd:2');
    expect(requests).toEqual([]);
    expect(message).toContain(words);
  });
});

describe('behind a proxy that does not reach the registry', () => {
  const proxied = (client: string, clientTrust: string, bypass: readonly string[] = []) =>
    predictPull(setup(client, { clientTrust, network: 'refused' }, { proxy: 'squid', bypass }));

  test.each([
    ['docker-engine', 'received unexpected HTTP status: 503 Service Unavailable'],
    ['skopeo', 'invalid status code from registry 503 (Service Unavailable)'],
    ['containerd-ctr', 'failed with status code [manifests 2]: 503 Service Unavailable'],
  ])('%s reads the page inside, if it trusts the leaf; bypassed, it is told at CONNECT', (client, words) => {
    const inside = proxied(client, 'corp');
    expect(inside).toMatchObject({ requests: [], tlsConnectionsToOrigin: 0 });
    expect(inside.message).toContain(words);
    expect(proxied(client, 'public').message).toContain(UNKNOWN);
    expect(proxied(client, 'public', [HUB]).message).toMatch(/": Service Unavailable$/);
  });
});

describe('trust of the engine', () => {
  const SITE = 'registry-1.docker.io/photon/etcd:2';
  test.each([
    ['public + certs.d', 'photon/etcd:2', false],
    ['public + certs.d', SITE, true],
    ['bundle changed before first use', 'photon/etcd:2', true],
    ['bundle changed after first use', 'photon/etcd:2', false],
    ['public + insecure-registries', SITE, true],
  ])('%s, for an image named %s', (clientTrust, image, ok) => {
    expect(predictPull(setup('docker-engine', { clientTrust, image }, { proxy: 'squid' })).ok).toBe(ok);
  });
});

describe('a host that cannot be reached', () => {
  test.each([
    ['refused', 0, 'connect: connection refused'],
    ['no-such-name', 50, 'no such host'],
    ['resolver-silent', 50_000, 'i/o timeout'],
    ['no-answer', 15_000, 'i/o timeout'],
    ['nobody-on-the-link', 3100, 'connect: no route to host'],
  ])('%s keeps the engine %i ms', (network, wallMs, words) => {
    const told = predictPull(setup('docker-engine', { network }));
    expect(told).toMatchObject({ ok: false, wallMs, requests: [], retryDelaysSeconds: [] });
    expect(told.message).toMatch(new RegExp(`${words}$`));
  });
});

describe('what goes wrong on the way', () => {
  const cut = { cdn: { minSize: 1, cut: 400_000, times: 1 } };
  const disturbed = (client: string, faults: object) => predictPull(setup(client, {}, { faults }));

  test('a cut layer goes on from its last byte: the engine after 5 s, containerd at once, skopeo not at all', () => {
    const engine = disturbed('docker-engine', cut);
    expect(engine).toMatchObject({ ok: true, layerTransfers: 3, retryDelaysSeconds: [5] });
    expect(engine.requests.at(-1)).toMatchObject({ range: 'bytes=400000-', status: 206 });
    expect(disturbed('containerd-ctr', cut)).toMatchObject({
      ok: true,
      layerTransfers: 3,
      retryDelaysSeconds: [],
    });
    expect(disturbed('skopeo', cut)).toMatchObject({ ok: false, layerTransfers: 2 });
  });

  test('a limit on pulls is final, in the registry’s own words', () => {
    const told = disturbed('docker-engine', { manifest: { status: 429 } });
    expect(told.message).toMatch(/^toomanyrequests: /);
    expect(told.requests.map(({ method, status }) => `${method} ${status}`).slice(2)).toEqual([
      'HEAD 429',
      'GET 429',
    ]);
  });

  test('one transfer never gets more than its cap, and all together not more than the link', () => {
    const software = {
      engine: 'docker 20.10.24',
      bandwidthShaper: 'one transfer never exceeds 10 KiB per 10 ms',
    };
    const shaped = (originBytesPerSecond: number) =>
      predictPull(setup('docker-engine', { software }, { originBytesPerSecond })).wallMs;
    // 1 MB at 1.024 MB/s each, or both at 1 MB/s together.
    expect(shaped(100 * MB)).toBeGreaterThan(970);
    expect(shaped(100 * MB)).toBeLessThan(1600);
    expect(shaped(MB)).toBeGreaterThan(1990);
  });
});

test('a second image brings only its new layers, and one that is there is asked for by its tag', () => {
  const again = predictPull(setup('docker-engine', { imagesPresent: ['photon/etcd:2'] }));
  expect(again).toMatchObject({ ok: true, layerTransfers: 0 });
  expect(again.requests.map(({ path }) => path)).toEqual(['ping', 'token', 'manifest-tag']);
});
