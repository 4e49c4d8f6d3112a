/** Proxies that are asked and boxes that stand in the way: what clients see of each while something is wrong, and what it rests on. */
import { describe, expect, test } from 'vitest';
import { DAY, MILLISECOND, SECOND } from '../../src/base/units.ts';
import type { ProxySpec, Scenario, SiteSpec, VmImageSpec } from '../../src/scenario/types.ts';
import { HUB, inspector, lab, type Rehearsal, rehearse, site } from '../support/world.ts';

interface Way {
  readonly proxy?: Partial<ProxySpec>;
  /** What the hub is; undefined: nobody has its name. */
  readonly hub?: Partial<SiteSpec> | undefined;
  readonly trusts?: readonly string[];
  readonly image?: Partial<VmImageSpec>;
}

function through({ proxy = {}, image = {}, trusts = ['corp-root'], ...rest }: Way): Rehearsal {
  const { platform } = lab();
  const internet: Scenario['internet'] =
    'hub' in rest && rest.hub === undefined ? {} : { [HUB]: { ...site, ...rest.hub } };
  return rehearse(
    lab({
      internet,
      proxies: { corp: { ...inspector, ...proxy } },
      platform: {
        ...platform!,
        vmImage: { ...platform!.vmImage, engine: 'engine', ...image },
        template: { path: 'platform.template', trusts },
      },
    }),
  );
}

const NODE = 'mesos-zookeeper-1';
const failed = (run: Rehearsal) => {
  const { at, event } = run.last('docker.PullFailed', NODE);
  const took = at - run.last('docker.PullStarted', NODE).at;
  return {
    why: event['why'],
    words: event['words'],
    took,
    paths: run.paths(run.last('docker.PullFailed', NODE)),
  };
};
const PING = `Get "https://${HUB}/v2/": `;
const transparent = { mode: 'transparent' } as const;
const down = { up: false } as const;
const squid = { habit: 'squid' } as const;
const unreachable = { why: 'registry.unreachable', paths: [`internet.${HUB}`] };

describe('an origin that does not answer', () => {
  const page = 'received unexpected HTTP status: 503 Service Unavailable';
  const bypass = [HUB];

  test.each<readonly [string, Partial<ProxySpec>, string]>([
    ['a proxy that opens the session: its page, inside', {}, page],
    ['Squid: its page, inside', squid, page],
    ['a box in the way: its page, inside', transparent, page],
    ['a proxy that passes the host: at CONNECT', { bypass }, `${PING}Service Unavailable`],
    ['a proxy that opens nothing: at CONNECT', { intercept: false }, `${PING}Service Unavailable`],
    ['mitmproxy: at CONNECT', { habit: 'mitmproxy' }, `${PING}Bad Gateway`],
    ['a box in the way that passes the host: hung up on', { ...transparent, bypass }, `${PING}EOF`],
    ['mitmproxy in the way: hung up on', { ...transparent, habit: 'mitmproxy' }, `${PING}EOF`],
  ])('behind %s; at once, and the registry is why', (_, proxy, words) => {
    const run = through({ proxy, hub: down });
    const { took, ...rest } = failed(run);
    expect(rest).toEqual({ ...unreachable, words });
    expect(took).toBeLessThan(SECOND);
    expect(run.all('registry.Answered')).toEqual([]);
  });

  test('is never heard of by a client that distrusts the leaf that it is shown first', () => {
    const run = through({ hub: down, trusts: [] });
    expect(failed(run)).toMatchObject({ why: 'tls.untrusted-issuer' });
    expect(run.all('proxy.Missed')).toEqual([]);
  });

  test('gives Squid no dates to copy: the leaf has those of its authority (registry-and-tls.md section 5)', () => {
    const dates = (proxy: Partial<ProxySpec>, hub: Partial<SiteSpec>) => {
      const { event } = through({ proxy, hub }).last('proxy.Resigned');
      return [event['from'], event['until']];
    };
    expect(dates(squid, down)).toEqual([-1000 * DAY, 1000 * DAY]);
    expect(dates(squid, {})).toEqual([-100 * DAY, 100 * DAY]);
  });

  test('shows no names either: the leaf is for the host that was asked for', () => {
    const names = ['other.example'];
    expect(failed(through({ hub: { names } }))).toMatchObject({ why: 'tls.name-mismatch' });
    expect(failed(through({ hub: { names, ...down } }))).toMatchObject({ words: page });
  });
});

describe('a host that nobody has', () => {
  test('is looked up by the proxy, and there is only that to point at', () => {
    expect(failed(through({ hub: undefined }))).toMatchObject({
      ...{ why: 'registry.unreachable', paths: ['proxies.corp'] },
      words: 'received unexpected HTTP status: 503 Service Unavailable',
    });
  });

  test('is looked up by the client itself where only a box is in the way', () => {
    const run = through({ proxy: transparent, hub: undefined });
    expect(failed(run)).toMatchObject({
      ...{ why: 'registry.unreachable', words: `${PING}dial tcp: lookup ${HUB}: no such host` },
      took: 50 * MILLISECOND,
    });
    expect(run.all('proxy.Resigned')).toEqual([]);
  });
});

describe('a box in the way', () => {
  test('re-signs without being asked, one round trip sooner than a proxy', () => {
    const shown = (proxy: Partial<ProxySpec>) => {
      const run = through({ proxy, trusts: [] });
      return failed(run);
    };
    expect(shown(transparent)).toMatchObject({ why: 'tls.untrusted-issuer' });
    expect(shown({}).took - shown(transparent).took).toBe(MILLISECOND);
    const passed = { bypass: [HUB] };
    const took = (proxy: Partial<ProxySpec>) => {
      const run = through({ proxy: { ...passed, ...proxy } });
      return run.all('trust.Accepted')[0]!.at - run.all('docker.PullStarted')[0]!.at;
    };
    expect(took({}) - took(transparent)).toBe(MILLISECOND);
  });

  test('lets pulls through where its root is trusted, and counts as one address', () => {
    const limit = { path: 'internet.limit', pulls: 3, per: DAY };
    const run = through({ proxy: transparent, hub: { limit } });
    expect(run.all('registry.Counted').map(({ event }) => event['source'])).toEqual(['corp', 'corp', 'corp']);
    expect(run.all('cluster.Ready')).toHaveLength(0);
    expect(through({ proxy: transparent }).all('cluster.Ready')).toHaveLength(1);
  });

  test('lets an insecure registry through, whatever it shows', () => {
    const run = through({ proxy: transparent, trusts: [], image: { insecure: [HUB] } });
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect(run.all('proxy.Resigned').length).toBeGreaterThan(0);
  });

  test('that is down loses what should pass: the client waits for the site, and the box is why', () => {
    const run = through({ proxy: { ...transparent, up: false } });
    expect(failed(run)).toEqual({
      ...{ why: 'proxy.down', words: `${PING}dial tcp ${HUB}:443: i/o timeout` },
      ...{ took: 15 * SECOND, paths: ['proxies.corp'] },
    });
  });

  test('is not in the way of a site inside', () => {
    const run = through({ proxy: { ...transparent, up: false }, hub: { inside: true } });
    expect(run.all('cluster.Ready')).toHaveLength(1);
  });
});

describe('a proxy that asks who is there', () => {
  const guard = { users: ['nodes'] };

  test('turns everybody away who says nothing, before it looks at the host, and the guard is why', () => {
    for (const hub of [{}, down]) {
      const run = through({ proxy: { ...guard, bypass: [HUB] }, hub });
      const { took, ...rest } = failed(run);
      const words = `${PING}Proxy Authentication Required`;
      expect(rest).toEqual({ why: 'proxy.authentication', words, paths: ['proxies.corp'] });
      expect(took).toBeLessThan(SECOND);
      expect(run.all('docker.PullStarted')).toHaveLength(3);
    }
  });

  test('lets those through whom it knows', () => {
    const run = through({ proxy: guard, image: { proxyUser: 'nodes' } });
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect(run.all('proxy.Refused')).toEqual([]);
  });

  test('turns a wrong user away, and what says so in the image is why too', () => {
    expect(failed(through({ proxy: guard, image: { proxyUser: 'guests' } }))).toMatchObject({
      ...{ why: 'proxy.authentication', paths: ['platform.image', 'proxies.corp'] },
    });
  });
});

describe('a registry that speaks plain HTTP (registry-and-tls.md section 6)', () => {
  const hub = { issuedBy: '', inside: true };

  test.each([
    ['engine', `${PING}http: server gave HTTP response to HTTPS client`],
    [
      'docker-1.11',
      `Error while pulling image: Get https://index.docker.io/v1/repositories/esxcloud/zookeeper/images: tls: oversized record received with length 20527`,
    ],
  ] as const)('is no registry to %s, after TCP and the first message of TLS', (engine, words) => {
    expect(failed(through({ hub, image: { engine } }))).toEqual({
      ...{ why: 'registry.plain-http', paths: [`internet.${HUB}`], words, took: 2 * site.rtt },
    });
  });

  test('is pulled from where the engine puts up with it, which tries TLS once and looks at no certificate', () => {
    const run = through({ hub, image: { insecure: [HUB] } });
    expect(run.all('cluster.Ready')).toHaveLength(1);
    expect([...run.all('trust.Accepted'), ...run.all('trust.Refused')]).toEqual([]);
    const trips = run
      .all('docker.Connected')
      .filter(({ entity }) => entity === `docker/${NODE}`)
      .map(({ at, event }) => {
        const asked = run
          .all('docker.Requested')
          .find((one) => one.entity === `docker/${NODE}` && one.event['id'] === event['id']);
        return (at - asked!.at) / site.rtt;
      });
    expect([trips[0], new Set(trips.slice(1))]).toEqual([3, new Set([1])]);
  });
});
